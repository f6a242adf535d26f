"""Persons across an archive: speakers of many records that are one and the same, by rules that say why.

The rules are careful. One full name in cables of one country is one person; in cables of several countries only where a role
or an affiliation is the same. A surname alone, and a name nearly the same, is never joined: it is proposed, with the reason,
and whoever knows better may join or part them (see decisions.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations, product

import msgspec
from rapidfuzz.distance import OSA

from reftel.claims.kept import Claims
from reftel.claims.names import is_full, surname, tokens
from reftel.claims.reading import By
from reftel.handbook import posts
from reftel.search.layout import stemmed

_WITH_POST = """SELECT statement.speaker, told.post, min(nullif(substr(told.sent, 1, 10), '')), max(substr(told.sent, 1, 10)), count(*)
                FROM statement JOIN told USING (row) WHERE statement.speaker > 0 GROUP BY 1, 2"""
_SPEAKERS = "SELECT id, name, kind, role, affiliation, paper, author FROM speaker"
_NEAR = 1  # letters in which two spellings of one surname may differ
_MOST = 400  # bearers of one surname that are held against each other
_PLAIN = frozenset("a an and at for from in of on s the to with head member former deputy".split())


class Proposal(msgspec.Struct, frozen=True):
    """Somebody who may be the same person, and why."""

    person: str
    reason: str


class Person(msgspec.Struct, frozen=True):
    """A person: every name, role, affiliation and post, each with how often; `reasons` say why they were joined."""

    id: str
    name: str
    names: dict[str, int]
    roles: dict[str, int]
    affiliations: dict[str, int]
    posts: dict[str, int]
    statements: int
    first: str = ""
    last: str = ""
    reasons: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()


class Bearer(msgspec.Struct):
    """Whoever has one name in the cables of one country."""

    words: tuple[str, ...]
    country: str
    names: Counter[str] = msgspec.field(default_factory=Counter)
    roles: Counter[str] = msgspec.field(default_factory=Counter)
    affiliations: Counter[str] = msgspec.field(default_factory=Counter)
    posts: Counter[str] = msgspec.field(default_factory=Counter)
    first: str = ""
    last: str = ""

    @property
    def id(self) -> str:
        """What he is called until he is joined to others."""
        return f"{'-'.join(self.words)}.{self.country.lower()}"

    def add(self, by: By, post: str, days: tuple[str, str], count: int) -> None:
        """Takes in what he said as `by` in cables of one post."""
        self.names[by.name] += count
        self.posts[post] += count
        for known, value in ((self.roles, by.role), (self.affiliations, by.affiliation)):
            if value:
                known[value] += count
        self.first = min(filter(None, (self.first, days[0])), default="")
        self.last = max(self.last, days[1])

    def telling(self) -> set[str]:
        """The words of his roles and affiliations that tell him from others."""
        words = stemmed().analyze(" ".join((*self.roles, *self.affiliations)))
        return {word for word in words if word not in _PLAIN}


class People:
    """The persons of an archive, as far as its statements were read."""

    def __init__(
        self, claims: Claims | None, *, joined: Iterable[tuple[str, str]] = (), parted: Iterable[tuple[str, str]] = ()
    ) -> None:
        """`joined` and `parted` are pairs of ids of bearers, in the order in which people decided so; the last word counts."""
        self._bearers: dict[str, Bearer] = {}
        self._short: dict[str, Bearer] = {}
        self._of: dict[str, str] = {}
        self._reasons: dict[str, list[str]] = defaultdict(list)
        self._members: dict[str, list[str]] = {}
        self._parted = {frozenset(pair) for pair in parted}
        self._load(claims)
        self._join(list(joined))
        self._same_name: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for bearer in self._bearers.values():
            self._same_name[bearer.words].add(self._of[bearer.id])

    def __len__(self) -> int:
        return len(self._members)

    def ids(self) -> list[str]:
        """The id of every person, those who say most first."""

        def said(one: str) -> int:
            return sum(self._bearers[bearer].posts.total() for bearer in self._members[one])

        return sorted(self._members, key=lambda one: (-said(one), one))

    def id_of(self, by: By, post: str) -> str:
        """The id of the person who speaks as `by` in a cable of that post; empty where his name does not tell."""
        return self._of.get(_id(tokens(by.name), country_of(post)), "")

    def person(self, name: str) -> Person | None:
        """The person with this id, or who is the only one of this name; None where there is none."""
        wanted = self._of.get(name) or self.only(name)
        return self._person(wanted) if wanted else None

    def label(self, person: str) -> str:
        """What the person with this id is called."""
        names: Counter[str] = sum((self._bearers[one].names for one in self._members.get(person, ())), Counter())
        return _called(names) or person

    def only(self, name: str) -> str:
        """The id of the only person who bears a full name; empty where there is none, or more than one."""
        same = self._same_name.get(tokens(name), set())
        return next(iter(same)) if len(same) == 1 else ""

    def bearers(self, person: str) -> list[str]:
        """The ids of those who were joined to this person."""
        return sorted(self._members.get(person, ()))

    def _load(self, claims: Claims | None) -> None:
        if claims is None:
            return
        speakers = {one: By(*cells) for one, *cells in claims.ask(_SPEAKERS)}
        for speaker, post, first, last, count in claims.ask(_WITH_POST):
            by = speakers[speaker]
            words, country = tokens(by.name), country_of(post)
            if not words or by.kind not in ("person", "unknown"):
                continue
            known = self._bearers if is_full(by) else self._short
            if known is self._short and (by.kind != "person" or len(words) > 1):
                continue
            bearer = known.setdefault(_id(words, country), Bearer(words, country))
            bearer.add(by, post, (first or "", last or ""), count)

    def _join(self, joined: list[tuple[str, str]]) -> None:
        for short in {each for pair in joined for each in pair if each in self._short}:
            self._bearers[short] = self._short.pop(short)  # a surname alone, of which somebody said whose it is
        self._of = {one: one for one in self._bearers}
        self._members = {one: [one] for one in self._bearers}
        same_name: dict[tuple[str, ...], list[Bearer]] = defaultdict(list)
        for bearer in self._bearers.values():
            same_name[bearer.words].append(bearer)
        for ones in same_name.values():
            for one, other in combinations(sorted(ones, key=lambda each: each.id), 2):
                shared = one.telling() & other.telling()
                if shared:
                    told = ", ".join(sorted(shared)[:3])
                    self._unite(
                        one.id, other.id, f"the same name in cables of {one.country} and {other.country}, and: {told}"
                    )
        for left, right in joined:
            if left in self._of and right in self._of:
                self._unite(left, right, "joined by hand")

    def _unite(self, left: str, right: str, reason: str) -> None:
        one, other = sorted((self._of[left], self._of[right]))
        if one == other or any(
            frozenset(pair) in self._parted for pair in product(self._members[one], self._members[other])
        ):
            return
        gone = self._members.pop(other)
        self._members[one] += gone
        self._of.update(dict.fromkeys(gone, one))
        self._reasons[one] += [*self._reasons.pop(other, []), reason]

    def _person(self, wanted: str) -> Person:
        ones = [self._bearers[one] for one in self._members[wanted]]
        names: Counter[str] = sum((one.names for one in ones), Counter())
        posts_: Counter[str] = sum((one.posts for one in ones), Counter())
        return Person(
            id=wanted,
            name=_called(names),
            names=_ordered(names),
            roles=_ordered(sum((one.roles for one in ones), Counter())),
            affiliations=_ordered(sum((one.affiliations for one in ones), Counter())),
            posts=_ordered(posts_),
            statements=posts_.total(),
            first=min(filter(None, (one.first for one in ones)), default=""),
            last=max(one.last for one in ones),
            reasons=tuple(self._reasons.get(wanted, ())) or ("one full name in cables of one country",),
            proposals=tuple(self._proposals(wanted, ones)),
        )

    def _proposals(self, wanted: str, ones: list[Bearer]) -> Iterable[Proposal]:
        words = {one.words for one in ones}
        countries = {one.country for one in ones}
        seen = {wanted}
        family = [one for one in self._bearers.values() if _near(surname(one.words), {surname(each) for each in words})]
        for one in sorted(family, key=lambda each: each.id)[:_MOST]:
            person = self._of[one.id]
            if person in seen:
                continue
            if one.words in words:
                reason = f"the same name in cables of {one.country}, with no role or affiliation in common"
            elif one.country in countries and any(_alike(one.words, each) for each in words):
                reason = "a name nearly the same in cables of the same country"
            else:
                continue
            seen.add(person)
            yield Proposal(person, reason)
        for one in self._short.values():
            if one.country in countries and one.words[0] in {surname(each) for each in words}:
                times = one.posts.total()
                often = "once in a cable" if times == 1 else f"{times:,} times in cables"
                yield Proposal(one.id, f"the surname alone, {often} of the same country")


def bearer_of(by: By, post: str) -> str:
    """The id of whoever is called so in cables of that post, by his name alone; empty where it is no full name."""
    return _id(tokens(by.name), country_of(post)) if is_full(by) else ""


def country_of(post: str) -> str:
    """The country of a post, as ISO code; the post itself where no table has it."""
    known = posts().get(post)
    return known.country if known and known.country else post


def _id(words: tuple[str, ...], country: str) -> str:
    return f"{'-'.join(words)}.{country.lower()}"


def _called(names: Counter[str]) -> str:
    """What somebody is called: with a first name sooner than without, in mixed case sooner than not, then most often."""

    def order(one: tuple[str, int]) -> tuple[bool, bool, int, str]:
        name, count = one
        return " " not in name, name.isupper() or name.islower(), -count, name

    return min(names.items(), key=order, default=("", 0))[0]


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _near(name: str, others: set[str]) -> bool:
    return name in others or any(OSA.distance(name, one, score_cutoff=_NEAR) <= _NEAR for one in others)


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names may be two spellings of one: surnames nearly the same, given names too or one an initial."""
    if not _near(one[-1], {other[-1]}) or min(len(one[-1]), len(other[-1])) < 4:
        return False
    left, right = one[0], other[0]
    if len(left) == 1 or len(right) == 1:
        return left[0] == right[0]
    return left == right or (min(len(left), len(right)) >= 4 and OSA.distance(left, right) <= 2)
