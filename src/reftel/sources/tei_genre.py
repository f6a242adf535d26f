"""What kind of paper a document of a volume is, as the editors mark it, and whether it is a telegram.

The editors' mark stands in the head region: in the file-number line (`763.72/5: Telegram`), in brackets
(`[Telegram.—Paraphrase.]`, `[By cable.]`), or as the first words of the heading (`Telegram From the Embassy in ...`).
A telegram that is only spoken of in a heading, in the text or in an enclosure does not make the document one.
Airgrams went by pouch: they are documents of the genre `airgram`.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Basis = Literal["mark", "heading", "form", ""]

_WIRE = (
    r"(?:(?:tele|cable|radio|marconi)grams?|cable|wireless|telegraphic(?: (?:message|instruction|despatch|dispatch))?"
    r"|(?:by|per|via) (?:cable|telegraph|wireless|radio|telegram)(?: telegram)?)"
)
# The words of a mark are few: "Circular telegram", "Telegram.—Paraphrase", "Translation.—Telegram.".
_BRACKETED = re.compile(r"\s*[\[(](?P<words>[^\[\]]*)[\])]?[.,]?\s*")
_PARTS = re.compile(r"\s*(?:\.?[—–]+|--|[.;:,]|\s-\s)\s*")
_MARK = re.compile(
    rf"(?:(?!(?:in|to|of|by|with|from|your|my|his|our|the)\b)\w+\s+){{0,2}}{_WIRE}(?:\s+(?:from|to|of|sent|in|via|received|no)\b.*)?",
    re.IGNORECASE,
)
_PLURAL_OR_TALK = re.compile(
    r"\b(?:rest of|grams? (?:relates?|printed|not printed)|received with|enclosed)\b", re.IGNORECASE
)
_FILE_LINE = re.compile(r"[:;]\s*(?:\w+\s+){0,2}(?:tele|cable|radio)gram\b.{0,60}$", re.IGNORECASE)
_HEADING = re.compile(
    r"(?:(?:copy|translation|paraphrase|text|extracts?|substance|summary) of (?:an? |the )?(?![^()]{0,40}\btelegrams\b))?"
    r"(?:(?!in\b|to\b|of\b|by\b|with\b|from\b|on\b|regarding\b|memorandum\b|letter\b|despatch\b|note\b|message\b|record\b"
    r"|minutes\b|notes\b|paper\b|report\b|instruction\b|statement\b|airgram\b)[\w-]+\s+){0,3}"
    r"(?:(?:tele|cable|radio)grams?|telegraphic (?:message|instruction|despatch|dispatch))\b|cable (?:from|to)\b",
    re.IGNORECASE,
)
_AIRGRAM_LINE = re.compile(r"(?:^|[:;\[(])\s*(?:\w+\s+)?airgram\b", re.IGNORECASE)
_LETTERHEAD = re.compile(r"\bmilitary telegraph\b|\btelegraph (?:company|office)\b", re.IGNORECASE)
_HOUR = re.compile(r"\b(?:\d{1,2}(?:[.:]\d\d)?\s*[ap]\. ?m\b|noon\b|midnight\b)|\b\d{6}Z\b|\b\d{4}Z\b", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:[A-Z][a-z]+ )?\d{1,5}\. (?!\d)")
_SALUTATION = re.compile(r"(?:my |dear )*(?:sir|excellency|gentlemen|mr\.|madam|my lord|monsieur)\b", re.IGNORECASE)

_NUMBER = re.compile(r"\s*(?:\[?(?:no\. )?\d+[a-z]?\]?\.?\s+)", re.IGNORECASE)
# The first words of a heading; the order matters only where one name holds another.
_GENRES = (
    ("editorial-note", r"editorial notes?"),
    ("airgram", r"(?:circular )?airgram"),
    (
        "memorandum-of-conversation",
        r"(?:\w+ ){0,2}(?:memorandum|record) (?:.{0,200}\b)?of (?:an? )?(?:\w+ )?conversation",
    ),
    ("minutes", r"(?:\w+ ){0,4}minutes|(?:\w+ )?record of (?:the |a )?(?:\w+ )?(?:meeting|proceedings)"),
    ("minutes", r"notes (?:of|on) (?:an? |the )?(?:\w+ )?meeting"),
    ("aide-memoire", r"(?:\w+ ){0,4}aide[- ]m[ée]moire"),
    ("memorandum", r"(?:\w+ ){0,3}memorand(?:um|a)"),
    ("circular", r"(?:\w+ )?circular"),
    ("despatch", r"(?:\w+ )?d[ei]spatch"),
    ("instruction", r"(?:\w+ )?instructions?"),
    ("press-release", r"(?:\w+ )?press release"),
    ("proclamation", r"(?:\w+ ){0,3}proclamation"),
    ("treaty", r"(?:[\w-]+ ){0,4}(?:treaty|convention|agreement|protocol|armistice|final act|proc[eè]s-verbal)"),
    ("law", r"(?:an? )?(?:\w+ )?(?:act|decree|edict|executive order|ordinance|law|regulations?|joint resolution)"),
    ("estimate", r"(?:special )?national intelligence estimate"),
    ("report", r"(?:\w+ ){0,4}report"),
    ("statement", r"(?:\w+ ){0,2}(?:statement|declaration|announcement|communiqu[ée])"),
    ("address", r"(?:\w+ ){0,2}(?:address|speech|remarks|message of the president)"),
    ("message", r"(?:\w+ ){0,3}message"),
    ("note", r"(?:\w+ )?notes?(?: (?:from|by|verbale)\b|$)"),
    ("letter", r"(?:\w+ )?letters?"),
    ("paper", r"(?:\w+ ){0,3}(?:paper|study|draft|outline|agenda|list|chart)"),
    ("resolution", r"resolutions?"),
    ("deposition", r"(?:deposition|affidavit|testimony|statements? of)"),
)
_GENRE_RULES = tuple((genre, re.compile(rf"(?:{rule})\b", re.IGNORECASE)) for genre, rule in _GENRES)


class Genre(msgspec.Struct, frozen=True):
    """The genre, and what shows it: the editors' mark, their heading, or only the document's form."""

    name: str
    basis: Basis


class HeadRegion(msgspec.Struct, frozen=True):
    """What stands before the body: the heading, the editors' lines, the short set lines, and what opens it.

    `lines` are the editors' unnumbered notes and the document's own short lines set apart; `opener` the datelines;
    `first` the first paragraph; `numbered` whether it carries a despatch's number in a line of its own.
    """

    title: str = ""
    lines: tuple[str, ...] = ()
    opener: str = ""
    first: str = ""
    numbered: bool = False
    subtype: str = ""


def is_telegram_mark(line: str) -> bool:
    """Whether an editors' line marks a telegram: `[Telegram]`, `123.4/5: Telegram`, `[By cable.]`."""
    if len(line) > 300:
        return False
    if _FILE_LINE.search(line):
        return True
    match = _BRACKETED.fullmatch(line)
    words = match["words"] if match else line if len(line) < 40 else ""
    if not words or _PLURAL_OR_TALK.search(words):
        return False
    return any(_MARK.fullmatch(part) for part in _PARTS.split(words) if part)


def telegram_basis(region: HeadRegion) -> Basis:
    """What shows that the document is a telegram; empty if nothing does."""
    if region.subtype == "editorial-note":
        return ""
    if any(map(is_telegram_mark, region.lines)):
        return "mark"
    if _HEADING.match(bare_title(region.title)[:400]):
        return "heading"
    if _LETTERHEAD.search(region.opener):
        return "form"
    return ""


def wired_form(region: HeadRegion) -> bool:
    """Whether an unmarked document has a telegram's form: the hour of dispatch, a number that opens it, no salutation."""
    return bool(
        _HOUR.search(region.opener) and _NUMBERED.match(region.first) and not region.numbered
    ) and not _SALUTATION.match(region.first)


def bare_title(title: str) -> str:
    """The heading without the number that newer volumes print before it."""
    return _NUMBER.sub("", title, count=1) if _NUMBER.match(title) else title.strip()


def read_genre(region: HeadRegion) -> Genre:
    """The document's genre. A heading that only says who wrote to whom gives `despatch` with a number, else `letter`."""
    if region.subtype == "editorial-note":
        return Genre("editorial-note", "mark")
    if basis := telegram_basis(region):
        return Genre("telegram", basis)
    if any(_AIRGRAM_LINE.search(line) for line in region.lines if len(line) < 200):
        return Genre("airgram", "mark")
    title = bare_title(region.title)[:400]
    for genre, rule in _GENRE_RULES:
        if rule.match(title):
            return Genre(genre, "heading")
    if wired_form(region) and (not title or re.search(r"\bto\b", title)):
        return Genre("telegram", "form")
    for line in region.lines:
        words = line.strip("[]. ")
        for genre, rule in _GENRE_RULES:
            if len(words) < 60 and rule.match(words):
                return Genre(genre, "mark")
    if region.numbered:
        return Genre("despatch", "form")
    if re.search(r"\bto\b", title) or _SALUTATION.match(region.first):
        return Genre("letter", "form")
    return Genre("", "")
