"""The codes that stand in a cable, each with its meaning from the handbook."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reftel import handbook
from reftel.cable import Cable
from reftel.publish.pdf.sheets import Item, Section, folded, plain

_WORD = re.compile(r"(?<![\w/-])[A-Z][A-Z&]{1,9}(?![\w/-])")
_MOST = 48
_SHOUTED = 0.5  # of the letters; from there on capitals say nothing about a word


def glossary_of(cable: Cable) -> Section:
    """Precedences, captions, marks, orders, reasons, TAGS and acronyms of `cable`, by the alphabet."""
    found = {code: meaning for code, meaning in _meanings(cable) if meaning}
    items = [Item(plain(found[code]), code) for code in sorted(found, key=lambda code: (code.lower(), code))[:_MOST]]
    return Section("Codes and abbreviations", tuple(items), "glossary")


def _meanings(cable: Cable) -> Iterator[tuple[str, str]]:
    for caption in cable.classification.captions:
        known = handbook.captions().get(folded(caption.value))
        if known:
            yield known.code, known.meaning
    for precedence in cable.transmission.precedences:
        urgency = handbook.precedences().get(folded(precedence.value))
        if urgency:
            yield urgency.name.capitalize(), urgency.meaning
    order = folded(cable.declassification.order.value) if cable.declassification.order else ""
    if order in handbook.orders():
        yield f"E.O. {order}", handbook.orders()[order].meaning
    for reason in cable.authority.reasons:
        same = [one for one in handbook.reasons().values() if one.code == folded(reason.value)]
        best = next((one for one in same if one.order == order), same[0] if same else None)
        if best:
            yield best.code, best.meaning
    for tag in cable.tags:
        if tag.kind != "person":
            yield folded(tag.code), tag.meaning
    yield from _acronyms(cable)


def _acronyms(cable: Cable) -> Iterator[tuple[str, str]]:
    """Those of the running text, where capitals are the exception; else those of the head alone."""
    text = "".join(block.content.of(cable.text) + "\n" for block in cable.blocks)
    capitals = sum(map(str.isupper, text))
    if capitals > _SHOUTED * max(sum(map(str.isalpha, text)), 1):
        text = ""
    head = " ".join(one.value for one in cable.classification.attention)
    for word in dict.fromkeys(_WORD.findall(f"{head}\n{text}")):
        acronym = handbook.acronyms().get(word)
        if acronym:
            yield acronym.code, acronym.meaning
