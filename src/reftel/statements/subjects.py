"""The subject of a verb: the noun phrase to the left that it belongs to, over phrases, asides and relative clauses."""

from __future__ import annotations

from typing import Final

from reftel.statements.tokens import Items

NOUNY: Final = "NM#O"
_LINKED: Final = frozenset("of for at in from with on by to between against within under among about behind".split())
_OF: Final = frozenset("of for at from in on to".split())
WHEN: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow week month year night morning "
    "afternoon".split()
)
# Who speaks without an article in a telegram, and the titles before a name.
_BODIES: Final = frozenset(
    "embassy department mission post consulate congen ministry government delegation del secretariat codel foreign fonoff "
    "fonmin".split()
)
_OFFICES: Final = frozenset(
    "minister president ambassador general secretary chairman director premier prime foreign defense deputy vice king prince "
    "senator governor colonel major captain admiral professor dr mr mrs counselor consul charge spokesman".split()
)
_SPEAKING: Final = frozenset("i we he she they".split())
_ROUNDS: Final = 12  # each goes one phrase to the left
_ON, _NONE, _FOUND = 0, 1, 2


def subject_before(items: Items, first: int, verb: int) -> tuple[int, int] | None:
    """The range of items that is the subject of the verb at `verb`; None where it has none of its own."""
    walk = _Walk(items, first, verb)
    for _ in range(_ROUNDS):
        if walk.at <= first:
            return None
        step = walk.step()
        if step == _NONE:
            return None
        if step == _FOUND:
            return walk.start, walk.outer
    return None


class _Walk:
    """A walk to the left: `at` is behind what is looked at next; the subject found ends at `outer`."""

    __slots__ = ("at", "end", "first", "items", "outer", "start")

    def __init__(self, items: Items, first: int, verb: int) -> None:
        end = verb
        while end > first and items.tags[end - 1] == "R":
            end -= 1
        self.items = items
        self.first = first
        self.end = end
        self.outer = end
        self.at = end
        self.start = -1

    def step(self) -> int:
        """One phrase further: whether to go on, to give up, or the subject is found."""
        tags, at = self.items.tags, self.at
        left = tags[at - 1]
        if left == ")":
            return self._over_brackets()
        if left in ",-":
            return self._over_aside(left)
        if left == "W":
            return self._relative()
        if left not in NOUNY and not (left == "J" and self._is(at - 2, "NMD")):
            return _NONE
        if left == "O" and self.items.low[at - 1].endswith("self") and self._is(at - 2, "NM"):
            self.at -= 1
            return _ON
        return self._phrase(phrase_start(self.items, self.first, at - 1))

    def _is(self, position: int, classes: str) -> bool:
        return position >= self.first and self.items.tags[position] in classes

    def _over_brackets(self) -> int:
        opening = self.at - 2
        while opening >= self.first and self.items.tags[opening] != "(":
            opening -= 1
        if opening <= self.first:
            return _NONE
        self.at = opening
        return _ON

    def _over_aside(self, sign: str) -> int:
        if sign == "," and self._is(self.at - 2, ")"):
            self.at -= 1
            return _ON
        beyond = _before_aside(self.items, self.first, self.at - 1)
        if beyond < 0:
            return _NONE
        if self.items.tags[beyond + 1] in "PRGS":
            self.outer = beyond
        elif self.outer == self.end:
            self.outer = self.at - 1
        self.at = beyond
        return _ON

    def _relative(self) -> int:
        """The subject is "who" or "which"."""
        self.start = self.at - 1
        self.outer = max(self.outer, self.at)
        return _FOUND

    def _phrase(self, start: int) -> int:
        """What the noun phrase from `start` to `at` is: the subject, or a part of a longer one."""
        tags = self.items.tags
        if self._is(start - 1, "NMOWR") and _is_time(self.items, start, self.at):
            self.outer = start if self.outer == self.end else self.outer
            self.at = start
            while self._is(self.at - 1, "R"):
                self.at -= 1
            return _ON
        before = tags[start - 1] if start > self.first else "^"
        if before in "Pt" or (
            before == "S" and tags[start] != "O" and self.items.low[start - 1] in ("after", "before", "since", "until")
        ):
            return self._behind_preposition(start)
        if before == "C" and self._is(start - 2, "NM"):
            return self._behind_coordinator(start)
        if before in "QG" and self._is(start - 2, "NM"):
            self.at = start - 1  # a phrase with a participle: "groups backing them", "the pact signed Friday"
            return _ON
        if before in "VBb" and (relative := self._relative_before(start)) >= 0:
            self.at = relative
            return _ON
        self.start = _root(self.items, self.first, start, named=self.outer != self.end)
        return _FOUND

    def _behind_preposition(self, start: int) -> int:
        tags, low = self.items.tags, self.items.low
        word = low[start - 1]
        if self._is(start - 2, "NM)WO") and (word in _LINKED or tags[start - 1] in "PS"):
            if _opens_with_time(self.items, start, self.at) and word in ("on", "in", "at"):
                self.outer = start - 1 if self.outer == self.end else self.outer
            self.at = start - 1
            return _ON
        told = start - 2
        while self._is(told - 1, "R"):
            told -= 1
        if self._is(start - 2, "QJGV") and self._is(told - 1, "NM"):
            self.at = told  # "forces employed by them", "leaders close to them"
            return _ON
        if start - 1 == self.first or self._is(start - 2, ",(;:-"):
            return self._behind_adverbial(start)
        self.start = start
        return _FOUND

    def _behind_adverbial(self, start: int) -> int:
        """Of a phrase that opens a clause as an adverbial, what stands last: "at the meeting ORLOV said", "on May 3 embassy"."""
        items, at = self.items, self.at
        if at != self.end or at - start < 2:
            return _NONE
        begin = at - 1
        if items.tags[begin] not in "NM" or items.low[begin] in WHEN:
            return _NONE
        if not items.capital[begin] and items.low[begin] not in _BODIES:
            return _NONE
        while begin - 1 > start and (
            items.low[begin - 1] in _OFFICES or (items.low[begin] in _OFFICES and items.tags[begin - 1] in "NM")
        ):
            begin -= 1
        self.start = begin
        return _FOUND

    def _behind_coordinator(self, start: int) -> int:
        tags, first = self.items.tags, self.first
        other = phrase_start(self.items, first, start - 2)
        lead = tags[other - 1] if other > first else "^"
        self.start = start
        if lead == "P" and _verb_before(tags, first, other):
            return _FOUND  # another clause: "they had sympathy for the people and he voiced"
        if lead == "P" and other - 2 >= first and tags[other - 2] in "NM":
            self.at = other - 1  # "a professor of history and director of the institute"
            return _ON
        if self.items.low[start] in _SPEAKING and tags[other] not in "OM":
            return _FOUND  # "it needs repair and I ask"
        self.start = _root(self.items, first, other if lead in "^TSC,;:wP-(" else start)
        return _FOUND

    def _relative_before(self, start: int) -> int:
        """Where "who" stands of the relative clause whose object begins at `start`; -1 where none does."""
        relative = start - 2
        while self._is(relative, "Rmbhd"):
            relative -= 1
        return relative if relative > self.first and self._is(relative, "W") and self._is(relative - 1, "NM") else -1


def phrase_start(items: Items, first: int, end: int) -> int:
    """Where the noun phrase begins whose last item is at `end`."""
    tags = items.tags
    at = end
    if tags[at] == "O" or tags[at] == "W":
        return at
    while at > first:
        left = tags[at - 1]
        if left in "JNM#'" or (left == "Q" and at - 1 > first and tags[at - 2] in "DpJ"):
            at -= 1
        elif left in "Dp":
            at -= 1
            if at > first and tags[at - 1] == "D":
                at -= 1
            break
        elif at - 1 > first and tags[at - 2] in "Dp" and (left == "G" or (left == "R" and tags[at] in "JNQ")):
            at -= 1
        else:
            break
    return at


def antecedent(items: Items, first: int, pronoun: int) -> tuple[int, int] | None:
    """The noun phrase that the "who" or "which" at `pronoun` stands for, with its appositions; None where none is near."""
    tags = items.tags
    end = pronoun
    while end > first and tags[end - 1] in ",-)":
        end = _opening(tags, first, end - 1) if tags[end - 1] == ")" else end - 1
    if end <= first or tags[end - 1] not in "NM#OJ":
        return None
    start = phrase_start(items, first, end - 1)
    while (
        start - 2 >= first
        and tags[start - 1] == "P"
        and items.low[start - 1] in _OF
        and tags[start - 2] in "NM"
        and not _is_time(items, start, end)
    ):
        start = phrase_start(items, first, start - 2)
    told = start
    if start - 2 > first and tags[start - 1] == "C" and tags[start - 2] in "NJ":
        told = phrase_start(items, first, start - 2)  # "NAME, a pilot and keeper of the light, who"
    if told - 2 >= first and tags[told - 1] == "," and tags[told] in "DpNJ" and tags[told - 2] == "M":
        start = phrase_start(items, first, told - 2)  # what tells about a name belongs to it
    return start, end


def _opening(tags: list[str], first: int, closing: int) -> int:
    """Where the bracket stands that the one at `closing` closes."""
    at = closing
    while at > first and tags[at] != "(":
        at -= 1
    return at


def _verb_before(tags: list[str], first: int, at: int) -> bool:
    """Whether a finite verb stands before `at` in the same clause."""
    while at > first and tags[at - 1] not in 'TSwW;:",':
        at -= 1
        if tags[at] in "VbmhdB":
            return True
    return False


def _root(items: Items, first: int, start: int, *, named: bool = False) -> int:
    """`start`, or where the name begins that the phrase there tells about: NAME, a professor, said.

    `named`: an aside was passed already, so that a second name may tell about the first: NAME, the Navy (retired), said.
    """
    tags = items.tags
    if (
        start - 2 <= first
        or tags[start - 1] != ","
        or tags[start] not in ("DpNJQRM" if named else "DpNJQR")
        or tags[start - 2] != "M"
    ):
        return start
    name = phrase_start(items, first, start - 2)
    return name if name == first or tags[name - 1] in ',;:"TSw(-' else start


def _opens_with_time(items: Items, start: int, end: int) -> bool:
    return any(items.low[position] in WHEN for position in range(start, end))


def _is_time(items: Items, start: int, end: int) -> bool:
    """Whether the phrase says when: "last week", "Tuesday night"."""
    return items.low[end - 1] in WHEN and items.tags[start] in "DJNMR#" and end - start <= 3


def _before_aside(items: Items, first: int, comma: int) -> int:
    """The position behind the noun that an aside ending with `comma` belongs to; -1 where it is none."""
    tags = items.tags
    sign = tags[comma]
    at = comma - 1
    while at >= first and tags[at] != sign:
        if tags[at] in '";:':
            return -1
        at -= 1
    if at <= first:
        return -1
    opening = tags[at + 1]
    if tags[at - 1] not in NOUNY + ")J":
        return -1
    if sign == "-":
        return at
    inner_verbs = any(tags[position] in "VbmhdB" for position in range(at + 1, comma))
    if inner_verbs and opening not in "WGPRQS" and not (opening == "V" and tags[at + 2] in "PR"):
        return -1
    if opening in "OCT":
        return -1
    return at  # asides may follow each other: NAME, age, title, said
