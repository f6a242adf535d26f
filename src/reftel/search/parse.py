"""From what was typed to a tree. Nothing is an error: what cannot be meant is mended or taken as words, and said so.

    words            all wanted                      "two words"      together
    a OR b           one of them                     "two words"~5    near each other
    -a, NOT a        not this                        word*            how it begins
    ( ... )          first this                      word~1           one letter off
    field:...        in that field                   =word            as written, not its other forms

AND, OR and NOT count in capitals only. OR binds less than words that stand side by side.
"""

from __future__ import annotations

import re

import msgspec

from reftel.archive.packing import printable
from reftel.search.fields import FIELDS, RESERVED, named
from reftel.search.tree import All, Any, Everything, In, Node, Not, Nothing, Phrase, Word

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂〝〞", '"'))
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<open>\() | (?P<close>\))
      | (?P<phrase>(?P<exact>=?)"(?P<inside>[^"]*)"(?:~(?P<near>\d{1,3}))?)
      | (?P<no>-(?=[^\s()-]|\())
      | (?P<field>[A-Za-z][A-Za-z-]{0,20}):(?=[^\s):])
      | (?P<word>[^\s()"]+)
      | (?P<quote>")""",
    re.VERBOSE,
)
_FUZZY = re.compile(r"(.+)~([12]?)")
_LETTER = re.compile(r"[^\W_]")
_DEEPEST = 20
_MANY = 128  # words and phrases
_LONGEST_PHRASE = 60  # words
_LONGEST = 100_000  # characters


class Parsed(msgspec.Struct, frozen=True):
    """What a query means, and in sentences what had to be mended or passed over to understand it."""

    tree: Node
    notes: tuple[str, ...] = ()


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str
    exact: bool = False
    near: int = 0


def parse(text: str) -> Parsed:
    """The meaning of any text as a query; never raises."""
    reading = _Reading(text)
    tree = reading.whole()
    return Parsed(tree, tuple(dict.fromkeys(reading.notes)))


class _Reading:
    def __init__(self, text: str) -> None:
        self.notes: list[str] = []
        self._left = _MANY
        self._empty = not text.strip()
        if len(text) > _LONGEST:
            self.notes.append(f"only the first {_LONGEST:,} characters were read")
        self._tokens = self._cut(printable(text[:_LONGEST]).translate(_QUOTES))
        self._at = 0

    def whole(self) -> Node:
        if self._empty:
            return Everything()
        parts = []
        while self._at < len(self._tokens):
            if (part := self._any(0)) is not None:
                parts.append(part)
            if self._peek() == "close":
                self._note("a closing bracket without its partner was passed over")
                self._at += 1
        return _joined(All, parts) or Nothing()

    def _cut(self, text: str) -> list[_Token]:
        """The tokens without blanks. `-` and `field:` count only where a word begins."""
        tokens: list[_Token] = []
        for match in _TOKEN.finditer(text):
            kind = match.lastgroup if match.lastgroup in ("space", "open", "close", "no", "word", "quote") else ""
            if kind == "space":
                continue
            if match["phrase"] is not None:
                tokens.append(_Token("phrase", match["inside"], bool(match["exact"]), int(match["near"] or 0)))
            elif match["field"] is not None:
                tokens += self._field(match["field"])
            elif kind == "quote":
                self._note("a quotation mark without its partner was passed over")
            elif kind == "word" and match["word"] in ("AND", "OR", "NOT"):
                tokens.append(_Token(match["word"], match["word"]))
            else:
                tokens.append(_Token(kind, match[0]))
        return tokens

    def _field(self, name: str) -> list[_Token]:
        known = named(name)
        if known:
            return [_Token("field", known)]
        if name.lower() in RESERVED:
            self._note(f"{name}: cannot be asked of this archive yet; it was taken as a word")
        else:
            self._note(f"{name}: is no field; it was taken as a word (fields are {', '.join(sorted(FIELDS))})")
        return [_Token("word", name)]

    def _any(self, depth: int) -> Node | None:
        parts = [self._all(depth)]
        while self._peek() == "OR":
            self._at += 1
            parts.append(self._all(depth))
            if parts[-1] is None or parts[-2] is None:
                self._note("an OR with nothing on one side was passed over")
        return _joined(Any, [part for part in parts if part is not None])

    def _all(self, depth: int) -> Node | None:
        parts = []
        while (kind := self._peek()) not in ("", "OR", "close"):
            if kind == "AND":
                self._at += 1
            elif (part := self._one(depth)) is not None:
                parts.append(part)
        return _joined(All, parts)

    def _one(self, depth: int) -> Node | None:
        """A word, a phrase, a group, or one of them under `-` or a field; those are read in a loop, not in depth."""
        before: list[str] = []
        while (kind := self._peek()) in ("no", "NOT", "field"):
            before.append(self._tokens[self._at].text if kind == "field" else "")
            self._at += 1
        what = self._group(depth) if kind == "open" else self._leaf(before) if kind in ("word", "phrase") else None
        if what is None:
            if before and kind not in ("word", "phrase", "open"):
                self._note("a field or a NOT with nothing behind it was passed over")
            return None
        fields = [name for name in before if name]
        if len(fields) > 1:
            self._note(f"of several fields in a row only the last counts: {fields[-1]}:")
        node = _within(what, fields[-1]) if fields else what
        return Not(node) if before.count("") % 2 else node

    def _group(self, depth: int) -> Node | None:
        self._at += 1
        if depth >= _DEEPEST:
            self._note("brackets deeper than twenty were passed over")
            return None
        inside = self._any(depth + 1)
        if self._peek() == "close":
            self._at += 1
        else:
            self._note("a bracket was closed at the end")
        if inside is None:
            self._note("empty brackets were passed over")
        return inside

    def _leaf(self, before: list[str]) -> Node | None:
        token = self._tokens[self._at]
        self._at += 1
        if not _LETTER.search(token.text):
            self._note(f"{token.text[:40]!r} holds no letter or digit and was passed over")
            return None
        if self._left == 0:
            self._note(f"only the first {_MANY} words and phrases were searched for")
            return None
        self._left -= 1
        return self._phrase(token) if token.kind == "phrase" else self._word(token.text, any(before))

    def _phrase(self, token: _Token) -> Node:
        words = token.text.split()
        if len(words) > _LONGEST_PHRASE:
            self._note(f"only the first {_LONGEST_PHRASE} words of a phrase were searched for")
        return Phrase(" ".join(words[:_LONGEST_PHRASE]), min(token.near, 100), token.exact)

    def _word(self, text: str, in_field: bool) -> Node:
        exact = text.startswith("=")
        bare = text[1:] if exact else text
        if (match := _FUZZY.fullmatch(bare)) and _LETTER.search(match[1]):
            return Word(match[1], fuzzy=int(match[2] or 1))
        if bare.endswith("*"):
            return Word(bare.rstrip("*"), prefix=True)
        return Word(bare if in_field else bare.strip(","), exact=exact)

    def _peek(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""

    def _note(self, sentence: str) -> None:
        if len(self.notes) < 20:
            self.notes.append(sentence)


def _within(node: Node, field: str) -> Node:
    """`node` in `field`; a field that was named inside it already counts there."""
    match node:
        case All():
            return All(tuple(_within(part, field) for part in node.parts))
        case Any():
            return Any(tuple(_within(part, field) for part in node.parts))
        case Not():
            return Not(_within(node.what, field))
        case Word() | Phrase():
            return In(field, node)
        case _:
            return node


def _joined(kind: type[All] | type[Any], parts: list[Node]) -> Node | None:
    """The parts under one node, those of its own kind laid open; the one part there is; None for none."""
    flat: list[Node] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else (part,)
    return kind(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None
