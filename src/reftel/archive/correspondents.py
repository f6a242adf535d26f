"""Who writes to whom: the keys by which an office, a post and a person are the same under different words.

"Ambassador in Great Britain (Page)" at London answers to GREATBRITAIN, LONDON and PAGE; every Secretary of State and the
Department itself answer to DEPARTMENT. Two sides are the same where they share a key.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

DEPARTMENT = "DEPARTMENT"

_DEPARTMENT = re.compile(
    r"\b(?:Secretary of State(?! for| of)|Department of State|Under\s?[Ss]ecretary(?: of State)?|Assistant Secretary of State)\b"
    r"|^(?:the )?Department\b\.?$|^the Department\b",
    re.IGNORECASE,
)
_AT = re.compile(r"\b(?:in|at|near|to|for)\s(?:the\s)?(?P<place>[A-Z][\w .’'-]{2,40})$")
_OFFICE = re.compile(
    r"\b(?:Embassy|Legation|Consulates?(?: General)?|Mission|Delegation|Ambassador|Minister|Consul(?: General)?|Vice Consul"
    r"|Charg[ée](?: d’Affaires)?|Diplomatic|Representatives?|Commission(?:er)?|High|Agent|American|United States|the|of|General|ad interim"
    r"|Acting|Office|Government|Temporarily|appointed)\b[’']?s?",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:the\s)?(?:Mr|Mrs|Messrs|Sir|Lord|Gen(?:eral)?|Col(?:onel)?|Dr|Doctor|Captain|Capt|Count|Baron|President|M|Se[ñn]or|Dean"
    r"|Secretary|Senator|Admiral|Minister|Ambassador|Consul|Judge)\b\.?\s"
)
_IN_BRACKETS = re.compile(r"\(([^()]{2,60})\)")
_NO_POST = frozenset(["WASHINGTON", "DC", "DEPARTMENTOFSTATE", ""])


@lru_cache(maxsize=16_384)
def keys_of(words: str, place: str = "") -> frozenset[str]:
    """Every key of the side that `words` name, several parted by semicolons; `place` is where its paper is dated."""
    found: set[str] = set()
    for one in words[:300].split(";"):
        found |= _office_keys(one.strip())
    if place:
        found |= _place_keys(place)
    return frozenset(found)


@lru_cache(maxsize=16_384)
def name_of(words: str) -> str:
    """The one key by which the side that `words` name is best called: its post, else its office, else the person."""
    first = words.split(";", maxsplit=1)[0].strip()
    office = _IN_BRACKETS.sub("", first).strip(" .,")
    if _DEPARTMENT.search(office):
        return DEPARTMENT
    if at := _AT.search(office):
        return _letters(at["place"])
    rest = _letters(_OFFICE.sub("", office)) if not _TITLE.match(office) else ""
    return rest or next(iter(sorted(_office_keys(first))), "")


def _office_keys(words: str) -> set[str]:
    found = {_surname(name) for name in _IN_BRACKETS.findall(words)}
    office = _IN_BRACKETS.sub("", words).strip(" .,")
    if _DEPARTMENT.search(office):
        found.add(DEPARTMENT)
    elif at := _AT.search(office):
        found.add(_letters(at["place"]))
    elif _TITLE.match(office) or (office and " " not in office):
        found.add(_surname(office))
    elif office:
        found.add(_letters(office))
        found.add(_letters(_OFFICE.sub("", office)))
        if len(office.split()) <= 4 and not _OFFICE.search(office):
            found.add(_surname(office))
    return {key for key in found if len(key) > 2} - _NO_POST


def _place_keys(place: str) -> set[str]:
    found = {_letters(part) for part in place.split(",")[-2:]}
    if _DEPARTMENT.search(place):
        found.add(DEPARTMENT)
    return {key for key in found if len(key) > 2 and not key.startswith(("LEGATION", "EMBASSY"))} - _NO_POST


def _surname(name: str) -> str:
    words = name.split(",", maxsplit=1)[0].split()
    return _letters(words[-1]) if words else ""


def _letters(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words)
    return "".join(letter for letter in plain if letter.isalpha()).upper()
