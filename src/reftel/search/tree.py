"""What a query means, as a tree: words and phrases at its ends, fields over them, and, or and not between."""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Word(msgspec.Struct, frozen=True, omit_defaults=True, tag="word"):
    """A word, in all its forms; `exact` as it is written, `prefix` how it begins, `fuzzy` so many letters off."""

    text: str
    exact: bool = False
    prefix: bool = False
    fuzzy: int = 0


class Phrase(msgspec.Struct, frozen=True, omit_defaults=True, tag="phrase"):
    """Words together, as they are written; `near`: in any form and order, with up to so many words between them."""

    text: str
    near: int = 0
    exact: bool = False


class In(msgspec.Struct, frozen=True, tag="in"):
    """What must hold of one field."""

    field: str
    what: Node


class All(msgspec.Struct, frozen=True, tag="all"):
    """Everything of this."""

    parts: tuple[Node, ...]


class Any(msgspec.Struct, frozen=True, tag="any"):
    """At least one of these."""

    parts: tuple[Node, ...]


class Not(msgspec.Struct, frozen=True, tag="not"):
    """What must not be."""

    what: Node


class Meaning(msgspec.Struct, frozen=True, tag="meaning"):
    """Words that are the meaning of codes in the handbook: the words, or one of the codes."""

    words: Node
    codes: tuple[Node, ...]


class Telling(msgspec.Struct, frozen=True):
    """A word that tells of a record: how often it stands there, and how many records have it."""

    word: str
    times: int
    count: int


class Alike(msgspec.Struct, frozen=True, tag="alike"):
    """What is like a record: `what` named it, `record` is its id or address, `words` lead to the others.

    `left_out` are the numbers of its own releases.
    """

    what: Leaf
    record: str
    words: tuple[Telling, ...]
    left_out: tuple[int, ...] = ()


class Nothing(msgspec.Struct, frozen=True, tag="nothing"):
    """A query of signs alone: it finds nothing."""


class Everything(msgspec.Struct, frozen=True, tag="everything"):
    """A query of no words: it finds everything."""


Node: TypeAlias = "Word | Phrase | In | All | Any | Not | Meaning | Alike | Nothing | Everything"
Leaf: TypeAlias = "Word | Phrase"


def in_any_form(leaf: Leaf) -> bool:
    """Whether every form of the words of `leaf` will do, and not only what is written."""
    return not leaf.exact and (isinstance(leaf, Word) or leaf.near > 0)


def said(node: Node) -> str:
    """The query as one would write it so that nothing is left to guess; reading it again gives the same tree."""
    match node:
        case Word():
            sign = "*" if node.prefix else f"~{node.fuzzy}" if node.fuzzy else ""
            return f"{'=' if node.exact else ''}{node.text}{sign}"
        case Phrase():
            return f'{"=" if node.exact else ""}"{node.text}"' + (f"~{node.near}" if node.near else "")
        case In():
            return f"{node.field}:{_inner(node.what)}"
        case All():
            return " AND ".join(_inner(part) for part in node.parts)
        case Any():
            return " OR ".join(_inner(part) for part in node.parts)
        case Not():
            return f"NOT {_inner(node.what)}"
        case Meaning():
            return f"({said(Any((node.words, *node.codes)))})"
        case Alike():
            return f"like:{said(node.what)}"
        case Nothing():
            return "nothing"
        case Everything():
            return "everything"


def _inner(node: Node) -> str:
    return f"({said(node)})" if isinstance(node, All | Any) else said(node)


def leaves(node: Node) -> list[tuple[str, Leaf]]:
    """(field or nothing, word or phrase) of every end of the tree, those that must not be among them."""
    return _leaves(node, "")


def _leaves(node: Node, field: str) -> list[tuple[str, Leaf]]:
    match node:
        case Word() | Phrase():
            return [(field, node)]
        case In():
            return _leaves(node.what, node.field)
        case All() | Any():
            return [leaf for part in node.parts for leaf in _leaves(part, field)]
        case Not():
            return _leaves(node.what, field)
        case Meaning():
            return [leaf for part in (node.words, *node.codes) for leaf in _leaves(part, field)]
        case Alike():
            return [("", Word(one.word)) for one in node.words]
        case _:
            return []


def wanted(node: Node, field: str = "") -> list[tuple[str, Leaf]]:
    """As `leaves`, without what must not be: what a passage that shows the hit should hold."""
    match node:
        case Not():
            return []
        case All() | Any():
            return [leaf for part in node.parts for leaf in wanted(part, field)]
        case In():
            return wanted(node.what, node.field)
        case Meaning():
            return wanted(node.words, field) + [leaf for part in node.codes for leaf in wanted(part, field)]
        case _:
            return _leaves(node, field)
