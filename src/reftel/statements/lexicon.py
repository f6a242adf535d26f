"""The words that the reader knows: what class each form of a word has, and which verbs report."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

# The past and participle of "be" and its like are closed classes; these endings double their last letter.
_DOUBLING: Final = frozenset(
    "abet acquit admit allot ban bar bet beg blog blur bog brag chat chip chop clap commit compel "
    "confer control cut dig dim drag "
    "drop drum equip expel fit flag flap flip forget get grab grin grip hit hop hug incur infer jam "
    "jog knit knot lag let log map "
    "mob mop nab net nod occur omit opt pat patrol permit pin plan plot plug pop prefer prod prop "
    "propel put quip quit rebel rebut "
    "refer regret rid rip rob rot rub run sag scan scrap set ship shop shun shut sin sip sit skip "
    "slam slap slip slot snap sob "
    "span spin split spot stab star stem step stir stop strip strap submit swap swim tag tap tip top "
    "transfer transmit trap trim "
    "trot tug whip win wrap".split()
)


class Cue(msgspec.Struct, frozen=True, gc=False):
    """A verb that reports: its class (speech, thought, stance, show), its frames, and the prepositions it opens with."""

    verb: str
    kind: str
    frames: str
    prepositions: frozenset[str]


class Lexicon(msgspec.Struct, frozen=True, gc=False):
    """`tags`: the class of a form, one letter; `lemmas`: its dictionary form, for cues; `cues`: by dictionary form."""

    tags: dict[str, str]
    lemmas: dict[str, str]
    cues: dict[str, Cue]


def _rows(name: str) -> list[str]:
    lines = files("reftel.statements").joinpath("data", name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def inflected(base: str) -> tuple[str, str, str]:
    """(third person, past, -ing) of a regular verb."""
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        third = base + "es"
    elif base.endswith("y") and base[-2] not in "aeou":
        third = base[:-1] + "ies"
    else:
        third = base + "s"
    if base in _DOUBLING:
        return third, base + base[-1] + "ed", base + base[-1] + "ing"
    if base.endswith("ie"):
        return third, base + "d", base[:-2] + "ying"
    if base.endswith("e"):
        return third, base + "d", (base if base.endswith("ee") else base[:-1]) + "ing"
    if base.endswith("y") and base[-2] not in "aeou":
        return third, base[:-1] + "ied", base + "ing"
    return third, base + "ed", base + "ing"


def _add_verb(tags: dict[str, str], lemmas: dict[str, str], word: str) -> str:
    """Adds the forms of a verb as written in the tables; its dictionary form."""
    base, *irregular = word.split("|")
    ambiguous = base.endswith("!")
    base = base.rstrip("!")
    third, past, ing = inflected(base)
    participle = past
    if len(irregular) == 2:
        past, participle = irregular
    forms = [(base, "a" if ambiguous else "B"), (third, "z" if ambiguous else "V"), (ing, "G")]
    forms += [(past, "E")] if past == participle else [(past, "V"), (participle, "Q")]
    for form, tag in forms:
        lemmas.setdefault(form, base)
        if tag in "az" and tags.get(form) == "N":
            tags[form] = tag
        tags.setdefault(form, tag)
    return base


@cache
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    tags: dict[str, str] = {}
    lemmas: dict[str, str] = {}
    cues: dict[str, Cue] = {}
    for row in _rows("words.txt"):
        name, *words = row.split()
        tag = "#" if name == "NUM" else name
        for word in words:
            tags.setdefault(word, tag)
    for row in _rows("cues.txt"):
        head, _, listed = row.partition(": ")
        kind, frames, *shared = head.split(" ", 2)
        frames = frames.strip("-")
        common = frozenset(filter(None, " ".join(shared).split(",")))
        for word in listed.split():
            verb, _, own = word.partition(":")
            base = _add_verb(tags, lemmas, verb)
            wanted = common | frozenset(filter(None, own.split(",")))
            known = cues.get(base)
            if known is not None:
                kept = known.frames + "".join(frame for frame in frames if frame not in known.frames.upper())
                cues[base] = Cue(base, known.kind, kept, known.prepositions | wanted)
            else:
                cues[base] = Cue(base, kind, frames, wanted)
    for row in _rows("verbs.txt"):
        for word in row.split():
            _add_verb(tags, lemmas, word)
    return Lexicon(tags, lemmas, cues)
