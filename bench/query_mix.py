"""Queries to measure searching with, drawn from an archive's own words and facts; always the same ones for one archive."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle, pairwise
from typing import TypeVar

import msgspec

from reftel.archive import Archive, Stored

SAMPLE = 2_000  # records whose words are counted, evenly spaced over the archive
_SEED = 4411
_WORD = re.compile(r"(?<![^\W_])[a-z]+(?![^\W_])")  # as the indexes see them: no part of a word with accents or digits
T = TypeVar("T")


class Leaf(msgspec.Struct, frozen=True):
    """One thing asked. `how`: as a word, phrase, near, prefix, fuzzy, or is (the whole value of `field`), or between.

    `number` is the distance of near and fuzzy.
    """

    how: str
    words: tuple[str, ...]
    field: str = ""
    number: int = 0


class Asked(msgspec.Struct, frozen=True):
    """One query: everything of `must`, one of `should` where there are any, nothing of `never`."""

    kind: str
    must: tuple[Leaf, ...] = ()
    should: tuple[Leaf, ...] = ()
    never: tuple[Leaf, ...] = ()

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All that is asked."""
        return (*self.must, *self.should, *self.never)

    @property
    def scored(self) -> bool:
        """Whether there are words to weigh; else the hits are wanted in the order of time."""
        return any(not leaf.field for leaf in (*self.must, *self.should))


class Decks:
    """The words of some records by how common they are, and their facts, shuffled; each `next` draws one."""

    def __init__(self, sample: list[Stored]) -> None:
        self._random = random.Random(_SEED)
        holding: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for one in sample:
            text = one.release.text.lower()
            holding.update({word for word in _WORD.findall(text) if len(word) > 1})
            pairs.update(set(_neighbours(text)))
        common = {word for word, _ in sorted(holding.items(), key=lambda one: (-one[1], one[0]))[:30]}
        rare = {word for word, count in holding.items() if count <= 2 and len(word) > 4}
        few, many = max(len(sample) // 100, 2), max(len(sample) // 20, 3)
        self.rare = self._deck(rare)
        self.middling = self._deck(word for word, count in holding.items() if few <= count <= many and len(word) > 5)
        self.common = self._deck(common)
        self.rare_pairs = self._deck(pair for pair in pairs if rare & set(pair))
        self.common_pairs = self._deck(pair for pair, count in pairs.items() if count >= many and set(pair) <= common)
        facts = [one.facts for one in sample]
        self.posts = self._deck({fact.post for fact in facts if fact.post})
        self.levels = self._deck({fact.level for fact in facts if fact.level})
        self.tags = self._deck({tag for fact in facts for tag in fact.tags if tag.isalnum()})
        self.days = self._deck({fact.sent[:10] for fact in facts if len(fact.sent) >= 10})
        self.ids = self._deck({fact.id for fact in facts if fact.id})

    def _deck(self, values: Iterable[T]) -> Iterator[T]:
        ordered = sorted(set(values))  # type: ignore[type-var]
        self._random.shuffle(ordered)
        return cycle(ordered)


def _neighbours(text: str) -> Iterator[tuple[str, str]]:
    """Words with one blank between them and nothing else."""
    for first, second in pairwise(_WORD.finditer(text)):
        if second.start() - first.end() == 1 and text[first.end()].isspace():
            yield first[0], second[0]


def _words(*decks: str) -> Callable[[Decks], tuple[Leaf, ...]]:
    return lambda drawn: tuple(Leaf("word", (next(getattr(drawn, deck)),)) for deck in decks)


def _together(how: str, deck: str, number: int = 0) -> Callable[[Decks], tuple[Leaf, ...]]:
    return lambda drawn: (Leaf(how, next(getattr(drawn, deck)), number=number),)


def _near(drawn: Decks) -> tuple[Leaf, ...]:
    return (Leaf("near", (next(drawn.middling), next(drawn.common)), number=5),)


def _begins(drawn: Decks) -> tuple[Leaf, ...]:
    return (Leaf("prefix", (next(drawn.middling)[:4],)),)


def _nearly(drawn: Decks) -> tuple[Leaf, ...]:
    return (Leaf("fuzzy", (next(drawn.middling),), number=1),)


def _is(field: str, deck: str) -> Callable[[Decks], tuple[Leaf, ...]]:
    return lambda drawn: (Leaf("is", (next(getattr(drawn, deck)),), field),)


def _year(drawn: Decks) -> tuple[Leaf, ...]:
    year = next(drawn.days)[:4]
    return (Leaf("between", (f"{year}-01-01", f"{year}-12-31"), "sent"),)


def _dates(drawn: Decks) -> tuple[Leaf, ...]:
    first, last = sorted((next(drawn.days), next(drawn.days)))
    return (Leaf("between", (first, last), "sent"),)


Draw = Callable[[Decks], tuple[Leaf, ...]]
# Each kind: how many of it, then what must be, what may be, and what must not be.
_NONE: Draw = lambda drawn: ()  # noqa: E731 - a table reads better with a name for nothing
_KINDS: dict[str, tuple[int, tuple[Draw, ...], Draw, Draw]] = {
    "rare word": (14, (_words("rare"),), _NONE, _NONE),
    "middling word": (14, (_words("middling"),), _NONE, _NONE),
    "common word": (10, (_words("common"),), _NONE, _NONE),
    "two words": (14, (_words("middling", "common"),), _NONE, _NONE),
    "three words": (12, (_words("middling", "common", "common"),), _NONE, _NONE),
    "rare phrase": (12, (_together("phrase", "rare_pairs"),), _NONE, _NONE),
    "phrase of common words": (10, (_together("phrase", "common_pairs"),), _NONE, _NONE),
    "or": (12, (), _words("middling", "middling"), _NONE),
    "not": (10, (_words("middling"),), _NONE, _words("common")),
    "prefix": (10, (_begins,), _NONE, _NONE),
    "near": (8, (_near,), _NONE, _NONE),
    "fuzzy": (8, (_nearly,), _NONE, _NONE),
    "post": (8, (_is("post", "posts"),), _NONE, _NONE),
    "word and post": (10, (_words("common"), _is("post", "posts")), _NONE, _NONE),
    "word and class": (10, (_words("middling"), _is("class", "levels")), _NONE, _NONE),
    "word and tag": (10, (_words("middling"), _is("tag", "tags")), _NONE, _NONE),
    "word and year": (8, (_words("middling"), _year), _NONE, _NONE),
    "word and dates": (8, (_words("common"), _dates), _NONE, _NONE),
    "tag and dates": (6, (_is("tag", "tags"), _dates), _NONE, _NONE),
    "number": (6, (_is("id", "ids"),), _NONE, _NONE),
}


def mix(archive: Archive) -> list[Asked]:
    """The queries, 200 where the archive has something to draw for every kind."""
    step = max(archive.last_row() // SAMPLE, 1)
    decks = Decks(archive.rows(range(1, archive.last_row() + 1, step)[:SAMPLE]))
    asked = []
    for kind, (times, must, should, never) in _KINDS.items():
        for _ in range(times):
            try:
                leaves = tuple(leaf for draw in must for leaf in draw(decks))
                asked.append(Asked(kind, leaves, should(decks), never(decks)))
            except StopIteration:  # an empty deck
                break
    return asked


def in_reftel(asked: Asked) -> str:
    """The query in reftel's language."""
    parts = [_written(leaf) for leaf in asked.must]
    parts += [" OR ".join(_written(leaf) for leaf in asked.should)] if asked.should else []
    parts += [f"-{_written(leaf)}" for leaf in asked.never]
    return " ".join(parts)


def _written(leaf: Leaf) -> str:
    text = " ".join(leaf.words)
    match leaf.how:
        case "phrase":
            return f'"{text}"'
        case "near":
            return f'"{text}"~{leaf.number}'
        case "prefix":
            return f"{text}*"
        case "fuzzy":
            return f"{text}~{leaf.number}"
        case "is":
            return f'{leaf.field}:"{text}"'
        case "between":
            return f"{leaf.field}:{leaf.words[0]}..{leaf.words[1]}"
        case _:
            return text
