"""Which statements a query finds: those of which all that it asks about statements holds of one and the same.

A statement is known by one number here: that of its release above that of its position.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reftel.claims.asking import MODALITY, NAMES, SAID_ABOUT, SAID_BY
from reftel.claims.kept import Claims, row_of, row_of_actor, words_of_speaker
from reftel.claims.reading import By, Line
from reftel.search.fields import FIELDS
from reftel.search.tree import All, Any, In, Leaf, Node, Not, Phrase, Word, leaves

ROOM = 1 << 20  # positions in a release
_IS = re.compile(r"[%_!]")


def of_statements(node: Node) -> bool:
    """Whether all that `node` asks is about statements."""
    ends = leaves(node)
    return bool(ends) and all(field in NAMES and field in FIELDS for field, _ in ends)


def asked_of_statements(node: Node) -> Node | None:
    """As much of a query as is about statements, where all of it must hold; None where nothing is."""
    if of_statements(node):
        return node
    if isinstance(node, All):
        parts = [found for part in node.parts if (found := asked_of_statements(part)) is not None]
        return All(tuple(parts)) if parts else None
    return None


def matching(claims: Claims, node: Node) -> set[int]:
    """The numbers of the statements that `node`, which asks of statements alone, finds."""
    match node:
        case In(field, what) if isinstance(what, Word | Phrase):
            return numbers(rows(claims, field, what))
        case Any(parts):
            return set[int]().union(*(matching(claims, part) for part in parts))
        case All(parts):
            return _all(claims, parts)
        case Not():
            return _all(claims, (node,))
    return set()


class Holding:
    """Tells whether what a query asks of statements holds of one that is in no table: as `matching` does of those that are."""

    def __init__(self, claims: Claims | None) -> None:
        self._claims = claims
        self._codes: dict[Leaf, set[str]] = {}

    def holds(self, node: Node, line: Line) -> bool:
        """Whether all that `node` asks holds of a statement."""
        match node:
            case In(field, what) if isinstance(what, Word | Phrase):
                return self._holds(field, what, line)
            case Any(parts):
                return any(self.holds(part, line) for part in parts)
            case All(parts):
                return all(self.holds(part, line) for part in parts)
            case Not(what):
                return not self.holds(what, line)
        return False

    def _holds(self, field: str, leaf: Leaf, line: Line) -> bool:
        if field == MODALITY:
            wanted = leaf.text.strip().lower()
            begins = isinstance(leaf, Word) and leaf.prefix
            return line.modality.startswith(wanted) if begins else line.modality == wanted
        if field == SAID_ABOUT:
            words, _ = _sought(leaf, formed=False)
            return any(of.id in self._called(leaf) or words in row_of_actor(of) for of in line.about if words.strip())
        words, formed = _sought(leaf, formed=True)
        by = line.by or (By("", "post") if line.voice == "own" else None)
        return by is not None and bool(words.strip()) and words in row_of(words_of_speaker(by), stems=formed)

    def _called(self, leaf: Leaf) -> set[str]:
        """The ids of those who are called so anywhere."""
        if self._claims is None:
            return set()
        if leaf not in self._codes:
            self._codes[leaf] = {code for (code,) in self._claims.ask(*_codes(leaf))}
        return self._codes[leaf]


def _all(claims: Claims, parts: tuple[Node, ...]) -> set[int]:
    must = [matching(claims, part) for part in parts if not isinstance(part, Not)]
    found = set.intersection(*must) if must else numbers(claims.ask("SELECT row, position FROM statement"))
    return found.difference(*(matching(claims, part.what) for part in parts if isinstance(part, Not)))


def numbers(found: Iterable[tuple[int, ...]]) -> set[int]:
    """The numbers of statements, given by release and position."""
    return {row * ROOM + position for row, position in found}


def rows(claims: Claims, field: str, leaf: Leaf) -> list[tuple[int, ...]]:
    """Release and position of the statements of which `field` is said to be `leaf`."""
    if field == SAID_BY:
        speakers = "SELECT id FROM speaker WHERE {}"
        query, values = _standing(leaf, speakers)
        return claims.ask(f"SELECT row, position FROM statement WHERE speaker IN ({query})", values)
    if field == SAID_ABOUT:
        # However he is written: whoever is called so somewhere is meant everywhere.
        query, values = _codes(leaf)
        ids = f"SELECT id FROM actor WHERE code IN ({query})"
        return claims.ask(f"SELECT DISTINCT row, position FROM about WHERE actor IN ({ids})", values)
    like = _IS.sub(r"!\g<0>", leaf.text.strip().lower()) + ("%" if isinstance(leaf, Word) and leaf.prefix else "")
    return claims.ask("SELECT row, position FROM statement WHERE modality LIKE ? ESCAPE '!'", (like,))


def _codes(leaf: Leaf) -> tuple[str, tuple[str, ...]]:
    return _standing(leaf, "SELECT code FROM actor WHERE {}", stems="")


def _standing(leaf: Leaf, query: str, stems: str = "stems") -> tuple[str, tuple[str, ...]]:
    """The query for rows in whose words `leaf` stands: a word in any form, a phrase as it is written."""
    words, formed = _sought(leaf, formed=bool(stems))
    if not words.strip():
        return query.format("0"), ()
    return query.format(f"{stems if formed else 'words'} LIKE ?"), (f"%{words}%",)


def _sought(leaf: Leaf, *, formed: bool) -> tuple[str, bool]:
    """The words of `leaf` in a row as they are looked for, and whether in any form."""
    begins = isinstance(leaf, Word) and leaf.prefix
    formed = formed and isinstance(leaf, Word) and not leaf.exact and not begins
    words = row_of(leaf.text.replace("|", " "), stems=formed)
    return words.rstrip() if begins else words, formed
