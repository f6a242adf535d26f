"""The body of a cable as it is read: blocks with number and mark, what is marked in them, and the headings as an outline."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from reftel import handbook
from reftel.archive.link import Link
from reftel.cable import Cable
from reftel.cable.records import Block
from reftel.finding import Span
from reftel.paths import anchors
from reftel.search import places_of
from reftel.web import addresses
from reftel.web.shown import Marking, Shown, lay, lay_as_is

# In capitals; and officers, who are written small too (Poloff, Emboffs).
_SHORT_WORD = re.compile(r"\b(?:[A-Z][A-Z/&]{2,14}|[A-Z][a-z]{2,9}[Oo]ffs?)\b")
_DOUBTS = frozenset({"text-cut", "garbled", "redaction", "footnote-lost"})
_SHOUTED = 0.6  # share of capitals from which a text is all in capitals, where a word and an acronym look alike
_SMALL, _LARGE = string.ascii_lowercase.encode(), string.ascii_uppercase.encode()
_LONG_ENOUGH = 6  # letters of what is an acronym even there


class Laid(msgspec.Struct, frozen=True, omit_defaults=True):
    """One block: its place on the page (`p3`), number, mark, role, and its text; `span` is all of it in the release."""

    anchor: str
    kind: str
    span: Span
    shown: Shown
    number: str = ""
    mark: str = ""
    role: str = ""
    level: int = 0
    continues: str = ""


class Heading(msgspec.Struct, frozen=True):
    """An entry of the outline."""

    anchor: str
    text: str


class Body(msgspec.Struct, frozen=True):
    """The blocks, and the headings among them."""

    blocks: tuple[Laid, ...]
    outline: tuple[Heading, ...]


def body_of(cable: Cable, marks: Sequence[Marking]) -> Body:
    """The body of `cable`; all its text as it stands where no block was found in it."""
    if not cable.blocks:
        shown = lay_as_is(cable.text, Span(0, len(cable.text)), marks)
        return Body((Laid("b1", "table", shown.span, shown),) if cable.text.strip() else (), ())
    breaks = tuple(found.span for found in cable.breaks if found.span)
    names = anchors(cable.blocks)
    blocks = tuple(_laid(cable, at, names, marks, breaks) for at in range(len(cable.blocks)))
    outline = tuple(Heading(one.anchor, one.shown.text.strip(". …")) for one in blocks if one.kind == "heading")
    return Body(blocks, outline)


def _laid(cable: Cable, at: int, names: list[str], marks: Sequence[Marking], breaks: tuple[Span, ...]) -> Laid:
    block = cable.blocks[at]
    inside = [one for one in marks if one.span.start < block.content.end and block.content.start < one.span.end]
    as_is = block.kind == "table"
    text, span = cable.text, block.content
    shown = lay_as_is(text, span, inside) if as_is else lay(text, span, inside, breaks)
    return Laid(
        anchor=names[at],
        kind=block.kind,
        span=block.span,
        shown=shown,
        number=block.number.value.rstrip(".") if block.number else "",
        mark=block.mark.value.strip("()") if block.mark else "",
        role=block.role,
        level=block.level,
        continues=_earlier(cable, block),
    )


def _earlier(cable: Cable, block: Block) -> str:
    """The first half of a heading that is continued."""
    if block.continues is None or not 0 <= block.continues < len(cable.blocks):
        return ""
    return " ".join(cable.blocks[block.continues].content.of(cable.text).split()).rstrip(". …")


def markings(cable: Cable, links: Iterable[Link], words: str) -> list[Marking]:
    """All that is marked in the text: words that were sought, mentions, what is withheld or in doubt, short words."""
    known = list(links)
    targets = {(link.start, link.stop): link.target for link in known if link.target}
    found = [Marking("found", span) for span in places_of(words, cable.text)] if words else []
    found += [*_mentions(cable, targets), *linked(known)]
    found += [Marking("redaction", one.span, says="withheld") for one in cable.redactions if one.span]
    found += [
        Marking("doubt", one.span, says=one.message) for one in cable.findings if one.span and one.code in _DOUBTS
    ]
    return [*found, *_glosses(cable)]


def _mentions(cable: Cable, targets: dict[tuple[int, int], str]) -> Iterator[Marking]:
    """`see reftel`, `ref A`: links to the cable that is meant, as the archive weighs it."""
    for mention in cable.mentions:
        meant = mention.target or _meant(cable, mention.references, targets)
        if meant:
            yield Marking("mention", mention.span, addresses.record(meant), meant)


def linked(links: Iterable[Link]) -> list[Marking]:
    """The references themselves, where they stand in the text, as links to what is meant."""
    return [
        Marking("mention", Span(link.start, link.stop), addresses.record(link.target), link.target)
        for link in links
        if link.target and link.start < link.stop
    ]


def _meant(cable: Cable, positions: tuple[int, ...], targets: dict[tuple[int, int], str]) -> str:
    for at in positions:
        if 0 <= at < len(cable.references):
            one = cable.references[at]
            if target := targets.get((one.span.start, one.span.end), one.target):
                return target
    return ""


def _glosses(cable: Cable) -> Iterator[Marking]:
    """Each short word of the trade at its first place in the body; in a text all in capitals, only what can be no word."""
    start = cable.blocks[0].span.start if cable.blocks else len(cable.text)
    plain = cable.text[start:].encode("ascii", "ignore")
    small, large = (len(plain) - len(plain.translate(None, letters)) for letters in (_SMALL, _LARGE))
    shouted = large > _SHOUTED * (small + large)
    seen: set[str] = set()
    for match in _SHORT_WORD.finditer(cable.text, start):
        word = match[0]
        if word.upper() in seen or (shouted and len(word) < _LONG_ENOUGH):
            continue
        seen.add(word.upper())
        known = handbook.acronyms().get(word.upper()) or handbook.acronyms().get(word.upper().removesuffix("S"))
        if known is not None:
            yield Marking("gloss", Span(*match.span()), addresses.of("code", known.code), known.meaning)
