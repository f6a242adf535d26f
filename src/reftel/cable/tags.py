"""The TAGS line becomes codes, countries, programs and persons, however they are parted, glued or misspelt."""

from __future__ import annotations

import re
from functools import lru_cache

from reftel.cable.head import Field
from reftel.cable.records import Tag, TagKind
from reftel.finding import Span
from reftel.handbook import multiword_tags, persons, repairs, tag, tag_codes

_NOT_TAGS = re.compile(
    r"\b(?:SIPDIS|NOFORN|EXDIS|NODIS|STADIS|LIMDIS|(?:UNCLASSIFIED|CONFIDENTIAL|SECRET)(?=\s{3,}|\s*$)|TAGS\s*:|AND(?=\s))|\((?:U|C|S|SBU|LOU)\)|\\",
    re.IGNORECASE,
)
_NOISE_SIGNS = (
    "DIS",
    "FORN",
    "FIED",
    "IAL",
    "CRET",
    "TAGS",
    "AND ",
    "(",
    "\\",
)  # of which one is in all that is no TAG
_ITEM = re.compile(r"[^,;]+")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’./&-]*")
_PERSON = re.compile(r"\(\s{0,4}(?P<last>[A-Za-z][A-Za-z'’ -]{1,29}),\s{0,4}(?P<first>[A-Za-z'’. -]{1,30}?)\s{0,4}\)")
_ENDS = re.compile(r"\n[ \t\\]*\n|\n[ \t]*(?=E\.?O\.?\s*\d)|\n[ \t]*[-=_]{4,}")
_SPACE = re.compile(r"\s*")
_CODE = re.compile(r"[A-Za-z0-9/&-]+")
# Words that end a TAG of several words.
_CLOSERS = frozenset(
    "AFFAIRS EXTERNAL INTERNAL RIGHTS POL POLITICS POLICY RELATIONS SOCIETY TERRORISM COUNTERTERRORISM FREEDOM DEFENSE "
    "DISENGAGEMENT REACTION REPORT SUMMARY TRADE ECONOMY SECURITY TRAFFICKING NARCOTICS ELECTIONS PROLIFERATION COOPERATION "
    "HEALTH UNION ENFORCEMENT DEVELOPMENT INVESTMENT FINANCE CORRUPTION MIGRATION CRIME NATIONS "
    "ISSUES PROCESS SETTLEMENTS ASSISTANCE ENERGY ENVIRONMENT VISITS MEDIA PRESS LABOR MILITARY REFUGEES OPERATIONS".split()
)
_ALONE = frozenset("CODEL STAFFDEL NODEL".split())  # visits, before the visitor's name
_LONGEST_GLUED = 120
_LINKS = frozenset("IN OF ON FOR AND".split())


def read_tags(clean: str, fields: list[Field]) -> tuple[Tag, ...]:
    """The TAGS of all TAGS lines, each code once, in the text's order."""
    found: dict[str, Tag] = {}
    for field in fields:
        line_end = _tags_end(clean, field)
        for item in _items(clean, field.start, line_end):
            found.setdefault(item.code, item)
    return tuple(found.values())


def _tags_end(clean: str, field: Field) -> int:
    """Where the TAGS end: a line goes on after a comma, or when the next line looks like TAGS too."""
    end = field.end
    at = field.start
    if skip := _SPACE.match(clean, at, end):  # codes may begin on the line below
        at = skip.end()
    if stop := _ENDS.search(clean, at, end):
        end = stop.start()
    while (newline := clean.find("\n", at, end)) >= 0:
        line = clean[at:newline].rstrip(" \t\\")
        following = clean[newline + 1 : end].split("\n", 1)[0]
        if not line.endswith((",", ";")) and not _looks_like_tags(following) and not _PERSON.match(following.lstrip()):
            return newline
        at = newline + 1
    return end


def _looks_like_tags(line: str) -> bool:
    words = _CODE.findall(line)
    known = sum(1 for word in words if tag(word.upper()) is not None)
    return bool(words) and known * 2 > len(words) and not any(word.isdigit() for word in words)


def _items(clean: str, start: int, end: int) -> list[Tag]:
    text = clean[start:end]
    upper = text.upper()
    if any(sign in upper for sign in _NOISE_SIGNS):
        for match in list(_NOT_TAGS.finditer(text)):
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    out: list[Tag] = []
    people = list(_PERSON.finditer(text)) if "(" in text else []
    for match in people:
        name = f"{' '.join(match['last'].split())}, {' '.join(match['first'].split())}".upper()
        out.append(_person(name, start + match.start(), start + match.end(), "person-in-brackets"))
        text = text[: match.start()] + "," + " " * (len(match[0]) - 1) + text[match.end() :]
    for item in _ITEM.finditer(text):
        out.extend(_read_item(item[0], start + item.start(), out[-1].code if out else ""))
    return sorted(out, key=lambda one: one.span)


def _read_item(item: str, at: int, before: str) -> list[Tag]:
    """The TAGS between two commas: one code, several parted by blanks, a name of several words, or glued codes."""
    words = [(match[0].strip(".-/'"), match.start()) for match in _WORD.finditer(item)]
    words = [(word, offset) for word, offset in words if word]
    out: list[Tag] = []
    position = 0
    while position < len(words):
        taken, tags = _take(words, position, at, out[-1].code if out else before)
        out.extend(tags)
        position += taken
    return out


def _take(words: list[tuple[str, int]], position: int, at: int, before: str) -> tuple[int, list[Tag]]:
    """How many words the next TAGS take, and those TAGS."""
    for count in range(min(4, len(words) - position), 1, -1):
        joined = " ".join(word for word, _ in words[position : position + count]).upper()
        if joined in _multiword():
            return count, [_tag(joined, *_range(words, position, count, at), "tags-multiword")]
    word, offset = words[position]
    code = word.upper()
    if single := _single(code, at + offset):
        return 1, single
    if count := _phrase(words, position):
        begin, end = _range(words, position, count, at)
        phrase = " ".join(word for word, _ in words[position : position + count]).upper()
        return count, [Tag(phrase, "other", Span(begin, end), rule="tags-phrase", confidence=0.7)]
    if position + 1 < len(words):
        following = words[position + 1][0].upper()
        if (
            code not in _ALONE
            and _is_name(code)
            and _is_name(following)
            and (before == "OVIP" or _single(following, 0) is None)
        ):
            initial = words[position + 2][0].upper() if position + 2 < len(words) else ""
            count = 3 if len(initial) == 1 else 2
            begin, end = _range(words, position, count, at)
            name = f"{code}, {following}" if count == 2 else f"{code}, {following} {initial}."
            return count, [_person(name, begin, end, "person-in-plain")]
    return 1, [Tag(code, "other", Span(at + offset, at + offset + len(word)), rule="tags-unknown", confidence=0.5)]


def _phrase(words: list[tuple[str, int]], position: int) -> int:
    """How many words make a phrase that the handbook lacks: they end in a word no person is called (AFFAIRS)."""
    for count in range(1, min(3, len(words) - position) + 1):
        last = words[position + count - 1][0].upper()
        if count > 1 and last in _LINKS:
            return count + 1 if position + count < len(words) else 0
        if last in _CLOSERS:
            following = words[position + count][0].upper() if position + count < len(words) else ""
            return count + 1 if following in _CLOSERS else count
        if tag(last) is not None:
            return 0
    return 0


def _range(words: list[tuple[str, int]], position: int, count: int, at: int) -> tuple[int, int]:
    last, offset = words[position + count - 1]
    return at + words[position][1], at + offset + len(last)


def _single(code: str, at: int) -> list[Tag] | None:
    """One known code, a repaired one, or several glued together; None where it is none of these."""
    if tag(code) is not None:
        return [_tag(code, at, at + len(code), "tags-line")]
    if repaired := repairs().get(code):
        return [_tag(repaired, at, at + len(code), "tags-repaired", 0.8)]
    parts = code.split("/")
    if len(parts) > 1 and all(len(part) > 1 and tag(part) for part in parts):
        ends = [at + sum(len(one) + 1 for one in parts[: n + 1]) - 1 for n in range(len(parts))]
        return [_tag(part, end - len(part), end, "tags-line") for part, end in zip(parts, ends, strict=True)]
    pieces = _unglue(code) if 4 < len(code) <= _LONGEST_GLUED and code.isalpha() else ()
    if any(len(piece) == 4 for piece in pieces):
        out, offset = [], at
        for piece in pieces:
            out.append(_tag(piece, offset, offset + len(piece), "tags-glued", 0.9))
            offset += len(piece)
        return out
    return None


@lru_cache(maxsize=4096)
def _unglue(code: str) -> tuple[str, ...]:
    """`ETRDEINVCS` as its codes of four letters with a country of two here and there; empty where it does not divide."""
    if not code:
        return ()
    for size in (4, 2, 3, 5):
        piece, rest = code[:size], code[size:]
        if len(piece) == size and piece in tag_codes() and (size in (2, 4) or not rest):
            if not rest:
                return (piece,)
            if behind := _unglue(rest):
                return (piece, *behind)
    return ()


@lru_cache(maxsize=1)
def _multiword() -> frozenset[str]:
    return frozenset(multiword_tags())


def _is_name(word: str) -> bool:
    return len(word) > 2 and word.replace("-", "").replace("'", "").isalpha()


def _tag(code: str, start: int, end: int, rule: str, confidence: float = 1.0) -> Tag:
    known = tag(code)
    kind: TagKind = known.kind if known else ("country" if len(code) == 2 else "other")
    return Tag(code, kind, Span(start, end), known.meaning if known else "", rule, confidence)


def _person(name: str, start: int, end: int, rule: str) -> Tag:
    last, _, first = name.partition(", ")
    first = first.split(" ")[0] if f"{last} {first}" not in persons() else first
    canonical = persons().get(f"{last} {first}", name)
    return Tag(canonical, "person", Span(start, end), "", rule, 0.8)


def bare_tags_line(clean: str, start: int, end: int) -> Field | None:
    """A line of known codes that lost its TAGS: in front, between the order and the subject."""
    at = start
    for line in clean[start:end].split("\n"):
        codes = line.replace(",", " ").split()
        if any(len(code) == 4 for code in codes) and all(_is_plain_code(code) for code in codes):
            return Field("tags", at, at, at + len(line))
        at += len(line) + 1
    return None


def _is_plain_code(code: str) -> bool:
    return 2 <= len(code) <= 8 and code.isalpha() and code.isupper() and tag(code) is not None
