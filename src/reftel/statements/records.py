"""The records that reading statements gives. Every span is a range of offsets into the text that was read.

They hold no cycles, so the garbage collector need not walk them (gc=False).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from reftel.finding import Span, Value

Kind = Literal["direct", "indirect", "mixed"]
Voice = Literal["reported", "own"]
SpeakerKind = Literal["person", "group", "organization", "role", "press", "post", "pronoun", "unknown"]
Modality = Literal["asserted", "predicted", "possible", "conditional", "wished", "obliged", "denied", "questioned"]
ActorKind = Literal["state", "organization", "leader"]
Sense = Literal["agrees", "disagrees"]


LEAST: float = 0.28  # the confidence below which a statement is left out unless it is asked for


class Press(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A press item: the paper, its date as written, and its author, as far as the text gives them."""

    paper: Value[str] | None = None
    date: Value[str] | None = None
    author: Value[str] | None = None


class Speaker(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who speaks. `name` is the fullest name that the text gives, white space folded; as written where none is fuller.

    `span` is where that fullest name stands - its first full mention, not always in the statement's own words; None
    for the post itself where the text does not name it. `role` and `affiliation` are read beside any mention;
    `members` are the names where several speak together.
    """

    name: str
    kind: SpeakerKind
    span: Span | None = None
    role: Value[str] | None = None
    affiliation: Value[str] | None = None
    members: tuple[str, ...] = ()
    press: Press | None = None
    rule: str = "as-written"
    confidence: float = 1.0


class About(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An actor that the content names: a state (`id` is its ISO 3166 code), an organization or a leader.

    `id` is the same for every spelling; `name` is how it is usually called; `span` is where it stands.
    """

    id: str
    name: str
    kind: ActorKind
    span: Span
    rule: str = "name"
    confidence: float = 1.0


class Stance(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """For (1) or against (-1) something: `target` names it, an `About.id` where it is an actor, else as written.

    `trigger` is the word that shows it.
    """

    sign: Literal[-1, 1]
    trigger: Span
    target: str
    target_span: Span
    rule: str = "verb"
    confidence: float = 1.0


class Answer(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Agreement or disagreement with another speaker, named by `speaker` (resolved), or with a statement before.

    `statement` is its position among the statements of the same text; `trigger` the words that show it.
    """

    sense: Sense
    trigger: Span
    speaker: str = ""
    statement: int | None = None
    rule: str = "agreement"
    confidence: float = 1.0


class Statement(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One claim: who (`source`), the verb or other sign that it is one (`cue`), what (`content`), all as spans.

    Each may stand in several pieces; a source is absent where nobody is named ("reportedly"), a cue where the post
    itself speaks. `verb` is the cue in its dictionary form. `within` is the position of the statement in whose content
    this one stands: A reports that B said. `block` is a position in `Cable.blocks`, with its `paragraph` number and `mark`.
    `rule` names how it was found; of two statements the one of more `confidence` is right more often.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    kind: Kind = "indirect"
    voice: Voice = "reported"
    verb: str = ""
    speaker: Speaker | None = None
    about: tuple[About, ...] = ()
    modality: Value[Modality] | None = None
    stances: tuple[Stance, ...] = ()
    answer: Answer | None = None
    within: int | None = None
    block: int | None = None
    paragraph: str = ""
    mark: str = ""
    rule: str = "cue"
    confidence: float = 0.5
