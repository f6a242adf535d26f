"""Mentions in running text: "see reftel", "ref A", "refs B and C", linked to the entries of the REF block."""

from __future__ import annotations

import re

from reftel.cable.records import Mention, Reference
from reftel.finding import Span

_LETTERS = (
    r"[A-Z](?:(?:[ \t\n]*[,/&-][ \t\n]*|[ \t\n]+(?:AND|THROUGH|THRU|TO|OR)[ \t\n]+)(?:(?:AND|REF)[ \t\n]+)?[A-Z])*"
)
_MENTION = re.compile(
    rf"\b(?P<word>REFTELS?|REFS?|REFERENCES?|REFAIRS?)\b(?:[ \t\n]*(?P<open>\()?(?P<letters>{_LETTERS})(?(open)\))(?![A-Za-z'’]|\.[A-Za-z]))?",
    re.IGNORECASE,
)
_TELEGRAM_WORDS = frozenset({"REFTEL", "REFTELS", "REFAIR", "REFAIRS"})


def find_mentions(clean: str, lower: str, start: int, references: tuple[Reference, ...]) -> tuple[Mention, ...]:
    """The mentions in `clean[start:]`, each with the positions of the references it means; none where that is open."""
    found: list[Mention] = []
    for at in _places(lower, start):
        match = _MENTION.match(clean, at)
        if match is None or (at and (clean[at - 1].isalnum() or clean[at - 1] == "-")):
            continue
        word, letters = match["word"].upper(), match["letters"]
        if letters and not letters.isupper() and letters[0].islower() and word not in ("REF", "REFS"):
            letters = None
        if letters:
            meant = _lettered(letters.upper(), references)
            found.append(Mention(Span(*match.span()), meant, rule="ref-letter", confidence=1.0 if meant else 0.4))
        elif word in _TELEGRAM_WORDS:
            found.append(Mention(Span(*match.span("word")), *_plain(word, references)))
    return tuple(found)


def _places(lower: str, start: int) -> list[int]:
    out: list[int] = []
    at = lower.find("ref", start)
    while at >= 0:
        out.append(at)
        at = lower.find("ref", at + 3)
    return out


def _lettered(letters: str, references: tuple[Reference, ...]) -> tuple[int, ...]:
    wanted: list[str] = []
    parts = re.split(r"\s*(THROUGH|THRU|TO|-|,|/|&|\bAND\b|\bOR\b|\bREF\b)\s*", letters)
    reach = False
    for part in parts:
        token = part.strip()
        if token in ("THROUGH", "THRU", "TO", "-"):
            reach = True
        elif len(token) == 1 and token.isalpha():
            if reach and wanted:
                wanted += [chr(code) for code in range(ord(wanted[-1]) + 1, ord(token))]
            wanted.append(token)
            reach = False
    return tuple(n for n, reference in enumerate(references) if reference.letter in wanted)


def _plain(word: str, references: tuple[Reference, ...]) -> tuple[tuple[int, ...], str, str, float]:
    """What a bare "reftel" means: the one cable of the block, or, in the plural, all of them."""
    cables = tuple(n for n, reference in enumerate(references) if reference.kind == "cable")
    if word.endswith("S"):
        return cables, "", "reftels", 1.0 if cables else 0.4
    if len(cables) == 1:
        return cables, references[cables[0]].target, "reftel", 1.0
    return cables[:1], "", "reftel-first-of-several", 0.5 if cables else 0.4
