"""Words of the interface: catalogues by language, and values of the trade as people write them.

The words themselves stand in the templates; what stands here is marked with `said` so that it is found for the catalogues.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "reftel"
_ZONE = re.compile(r"(?:Z|([+-]\d\d:\d\d))$")
_RIGHT_TO_LEFT = frozenset("ar arc ckb dv fa he ks ps sd ug ur yi".split())
Translate = Callable[[str], str]


def said(text: str) -> str:
    """`text` itself: it marks what is translated where it is shown."""
    return text


MONTHS = (
    said("January"), said("February"), said("March"), said("April"), said("May"), said("June"),
    said("July"), said("August"), said("September"), said("October"), said("November"), said("December"),
)  # fmt: skip
KINDS = {"cable": said("cable"), "incident": said("incident report"), "document": said("document")}
LABELS = {
    "post": said("Post"), "class": said("Class"), "tag": said("TAG"), "country": said("Country"), "caption": said("Caption"),
    "signer": said("Signed by"), "to": said("Sent to"), "kind": said("Kind"), "form": said("Form"), "finding": said("Damage"),
    "in": said("Collection"), "person": said("Person"), "date": said("Date"), "publisher": said("Publisher"),
}  # fmt: skip
LEVELS = {
    "UNCLASSIFIED": said("Unclassified"),
    "LIMITED OFFICIAL USE": said("Limited Official Use"),
    "CONFIDENTIAL": said("Confidential"),
    "SECRET": said("Secret"),
    "TOP SECRET": said("Top Secret"),
}
POSTS = {
    "embassy": said("embassy"), "consulate-general": said("consulate general"), "consulate": said("consulate"),
    "branch-office": said("branch office"), "mission": said("mission"), "interests-section": said("interests section"),
    "institute": said("institute"), "department": said("department"), "agency": said("agency"),
    "delegation": said("delegation"), "office": said("office"),
}  # fmt: skip
RANKS = {
    "ambassador": said("ambassador"), "minister": said("minister"), "chargé": said("chargé d’affaires"),
    "principal officer": said("principal officer"),
}  # fmt: skip
REFERENCES = {
    "cable": said("telegram"), "email": said("e-mail"), "telcon": said("telephone call"), "memorandum": said("memorandum"),
    "meeting": said("meeting"), "report": said("report"), "book": said("book"), "fax": said("fax"), "web": said("web page"),
    "press": said("press"), "message": said("message"), "other": said("other"), "mention": said("mention"),
}  # fmt: skip
COMPLETENESS = {
    "whole": said("The text is whole, as far as can be seen."),
    "extract": said("Only a part of the telegram is here."),
    "fragment": said("Only a fragment of the telegram is here."),
    "header-only": said("Only the header of the telegram is here."),
    "empty": said("No text is here."),
}


def languages(places: Path = CATALOGUES) -> tuple[str, ...]:
    """The languages that there are catalogues of, English first."""
    found = sorted(one.parent.parent.name for one in places.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return ("en", *(name for name in found if name != "en"))


def catalogue(language: str, places: Path = CATALOGUES) -> gettext.NullTranslations:
    """The words of `language`; English stands in the code itself."""
    return gettext.translation(DOMAIN, str(places), [language], fallback=True)


def chosen(accepted: str, known: tuple[str, ...]) -> str:
    """The first of the `known` languages that a reader's browser asks for; English where it asks for none."""
    for one in accepted[:500].split(","):
        tag = one.split(";")[0].strip()
        for language in known:
            if language.lower() in (tag.lower(), tag.lower().split("-")[0]):
                return language
    return known[0]


def direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def when(moment: str, translate: Translate) -> str:
    """`2005-12-15T13:09Z` as `15 December 2005, 13:09 UTC`, a year, month or day as exactly as it is given; a zone only where one is named."""
    date, _, time = moment.partition("T")
    parts = date.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3 or len(parts[0]) != 4:
        return moment
    if len(parts) > 1 and not 1 <= int(parts[1]) <= 12:
        return parts[0]
    words = [str(int(parts[2]))] if len(parts) == 3 else []
    words += [translate(MONTHS[int(parts[1]) - 1])] if len(parts) > 1 else []
    shown = " ".join([*words, parts[0]])
    if len(time) < 5:
        return shown
    zone = _ZONE.search(time)
    return f"{shown}, {time[:5]}" + (f" UTC{(zone[1] or '').replace('+00:00', '')}" if zone else "")


def degrees(latitude: float, longitude: float, digits: int = 2) -> str:
    """A place as people write it: `51.51° N, 0.13° W`."""
    north, east = ("N" if latitude >= 0 else "S"), ("E" if longitude >= 0 else "W")
    return f"{abs(latitude):.{digits}f}° {north}, {abs(longitude):.{digits}f}° {east}"


def iso(at: datetime, precision: str) -> str:
    """`at`, in UTC, no finer than it is known."""
    return at.isoformat()[: {"year": 4, "month": 7, "day": 10}.get(precision, 16)] + (
        "Z" if precision == "minute" else ""
    )
