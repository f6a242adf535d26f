"""Who speaks: pronouns, surnames, titles and groups resolved within one text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from reftel.finding import Span, Value
from reftel.statements.actors import actor_named
from reftel.statements.casing import PARTIAL, is_listed, is_plain, recased
from reftel.statements.found import Found
from reftel.statements.lexicon import lexicon
from reftel.statements.names import (
    RUN,
    SOMEBODY,
    bearers,
    beside,
    family_name,
    full_mention,
    is_entitled,
    is_people,
    is_title,
    named_families,
    person_in,
    persons_in,
)
from reftel.statements.press import press_around, press_in
from reftel.statements.records import Speaker, SpeakerKind
from reftel.statements.roles import GROUPS, OWN_OFFICES, PRESS, head_of, kind_of, without_article

_HE: Final = frozenset("he she his her him himself herself".split())
_THEY: Final = frozenset("they them their themselves".split())
_WE: Final = frozenset("we i our us my me".split())
_POST: Final = re.compile(
    r"^(?:the\s+)?(?:pol|econ|em|emb|pao|con|cons|dat|def|pol[/-]?econ|public\s+affairs\s+|lab|sci|agr|aid)?-?off(?:s|icer|icers)?\b"
    r"|^(?:the\s+)?(?:dcm|charg[eé]|a?/?dcm|embassy|post|mission|consulate|usun|usg|usdel|amembassy|we"
    r"|u\.s\.\s+(?:embassy|mission|delegation))\b",
    re.IGNORECASE,
)
_STOPS: Final = (". ", ".\n", "? ", "! ", '." ', '."\n', ".” ", ") ", ": ")
_JOIN: Final = re.compile(r"\s*\(\s*and\s+(?:[a-z]+ly\s+)?|(?:\s*,\s*|\s+)(?:and\s+)?")
_LONGEST_LEAD: Final = 10  # words in front of a name that opens a sentence
_HANGING: Final = re.compile(
    r"\b(?:of|for|from|at|in|to|by|with|on|about|against|between|over|under)(?:\s+(?:the|a|an))?\s*$", re.IGNORECASE
)
_MALE: Final = frozenset("he him his himself".split())
_SEXES: Final = re.compile(
    r"\b(?:(?P<he>mr|messrs|sir|king|prince|father|lord|chairman|spokesman)|(?P<she>mrs|ms|miss|mme|mlle|queen|princess|lady"
    r"|dame|chairwoman|spokeswoman|congresswoman))\b\.?\s+$",
    re.IGNORECASE,
)
_OWNED: Final = frozenset("a an one another his her my our their no any each every some".split())
_LONGEST_OFFICE: Final = 4  # words
_I: Final = frozenset("i me my myself".split())
_HIS_WORDS: Final = re.compile(r"(his|her)\s+(\w+)$")
_TELLING: Final = frozenset(
    "statement statements testimony remark remarks speech letter comment comments reply answer report article book words "
    "view views account message deposition declaration address".split()
)
_REMEMBERED: Final = 8  # persons that a pronoun may mean
_LONGEST_ROLE: Final = 9  # words in front of a name that tell who it is
_WINDOW: Final = 700  # characters before a pronoun in which the one it means is looked for
_AFTER_NAME: Final = frozenset(
    "and of who with in at from for by on also himself herself then now jr sr or as whose whom to".split()
)


class Cast:
    """Everybody who speaks in one text, in the order of their statements.

    `caseless` are the stretches whose capitals tell nothing; `officers` are (title, name)
    of who classified it, and of who signs it as `sender`.
    """

    def __init__(
        self, text: str, caseless: Sequence[tuple[int, int]] = (), officers: Sequence[tuple[str, Span]] = ()
    ) -> None:
        self.text = text
        self._cased = recased(text, caseless) if caseless else text
        self._caseless = caseless
        self._low = ""
        self._officers = officers
        self._full: dict[str, Span | None] = {}
        self._beside: dict[Span, tuple[Value[str] | None, Value[str] | None]] = {}
        self._bearers: dict[str, list[Span]] = {}
        self._families: tuple[frozenset[str], dict[str, Span]] | None = None
        self._known: dict[int, Speaker] = {}
        self.begin = 0  # where the paragraph begins that is being read
        self._recent: list[tuple[Speaker, int]] = []
        self._spoken: set[str] = set()
        self._sexes: dict[str, bool] = {}
        self._group: Speaker | None = None

    def speaker(self, found: Found, inside: Found | None) -> Speaker | None:
        """Who says what was found; `inside` is the find in whose content it stands. None where nobody is named."""
        if not found.source:
            return None
        span = found.source[0]
        one = self._read(span, inside)
        if one.press is None and one.kind in ("person", "press", "organization", "unknown"):
            told = press_around(self.text, span, one)
            if told is not None:
                one = msgspec.structs.replace(one, press=told)
        self._known[id(found)] = one
        if inside is None:
            if one.kind == "group" or (
                one.kind == "organization" and (self._group is None or self._group.kind != "group")
            ):
                self._group = one
            elif self._is_somebody(one):
                self._recent.append((one, span.start))
                self._spoken.add(one.name)
                del self._recent[:-_REMEMBERED]
        return one

    def _is_somebody(self, one: Speaker) -> bool:
        """Whether a pronoun may mean this speaker."""
        if one.kind == "person":
            return True
        if one.kind == "role":
            return head_of(one.name.lower().split(",")[0].split()) in SOMEBODY
        return one.kind == "unknown" and one.span is not None and self._is_new_name(one.span)

    def _is_new_name(self, span: Span) -> bool:
        """Whether one word, in a stretch without capitals, can only be a name."""
        word = span.of(self._cased)
        return (
            len(word) > 3
            and " " not in word
            and word != span.of(self.text)
            and word[:1].isupper()
            and not is_title(word)
            and not is_people(word)
        )

    def _read(self, span: Span, inside: Found | None) -> Speaker:
        words = " ".join(span.of(self.text).split())
        low = words.lower()
        if low in _HE:
            return self._pronoun(span, words, inside)
        if low in _THEY:
            around = self._known.get(id(inside)) if inside is not None else None
            group = around if around is not None and around.kind in ("group", "organization") else self._group
            return _again(group, "pronoun") if group else Speaker(words, "pronoun", span, confidence=0.3)
        if low in ("who", "whom", "whose", "that", "which"):
            return self._relative(span, words)
        if low in _I and (self_told := self._myself(inside)) is not None:
            return self_told
        owned = _HIS_WORDS.match(low)
        if owned is not None and owned[2] in _TELLING:
            return self._pronoun(Span(span.start, span.start + 3), owned[1], inside)
        if _POST.match(words) or low in _WE:
            return self._holder(span, low) or Speaker(words, "post", span, rule="post", confidence=0.9)
        paper = press_in(self.text, span)
        if paper is not None:
            return paper
        return self._named(span, words)

    def _myself(self, inside: Found | None) -> Speaker | None:
        """Who says "I": whoever is quoted, else who signs."""
        outer = self._known.get(id(inside)) if inside is not None else None
        if outer is not None:
            return _again(outer, "pronoun") if self._is_somebody(outer) else None
        for title, name in self._officers:
            if title == "sender":
                written = " ".join(name.of(self.text).split())
                return Speaker(written, "post", name, rule="signature", confidence=0.8)
        return None

    def _named(self, span: Span, words: str) -> Speaker:
        names = self._heads(span)
        if len(names) > 1:
            return self._several(names, span)
        if names and (names[0].start == span.start or not PRESS.search(words[:60])):
            return self.person(names[0])
        cased = " ".join(span.of(self._cased).split())
        if (holder := self._holder(span, cased.lower())) is not None:
            return holder
        kind: SpeakerKind = "unknown" if self._is_new_name(span) else kind_of(cased)
        return Speaker(without_article(words), kind, span, rule="as-written", confidence=0.8)

    def _holder(self, span: Span, low: str) -> Speaker | None:
        """The person who bears an office that stands without a name, as far as the text names one."""
        article, _, rest = low.partition(" ")
        office = rest if article in ("the", "this") else low
        words = office.split()
        if not words or len(words) > _LONGEST_OFFICE or words[-1] in PARTIAL or words[0] in _OWNED:
            return None
        titled = is_title(words[-1]) and all(is_title(word) or is_people(word) for word in words)
        if not titled and not (words[-1] in SOMEBODY and (office != low or len(words) > 1)) and low not in OWN_OFFICES:
            return None
        known = self._bearers_of(office)
        own = OWN_OFFICES.get(office, "")
        if own:
            known = known or [name for title, name in self._officers if own in title.lower()]
        if not known or (not titled and len({family_name(name.of(self._cased)) for name in known}) > 1):
            return None
        before = [name for name in known if name.start < span.start]
        return _again(self.person(before[-1] if before else known[0]), "title")

    def _bearers_of(self, office: str) -> list[Span]:
        if office not in self._bearers:
            if not self._low:
                low = self._cased.lower()
                self._low = low if len(low) == len(self._cased) else self._cased
            self._bearers[office] = bearers(self._cased, self._low, office)
        return self._bearers[office]

    def _names(self, span: Span, *, opening: bool = False) -> list[Span]:
        """The persons named in `span`; where capitals tell nothing, only who stands behind a title or another name."""
        return [name for name in persons_in(self._cased, span, opening=opening) if self._is_person(name)]

    def _is_person(self, name: Span) -> bool:
        words = name.of(self._cased)
        if " " in words or words == name.of(self.text):
            return True
        return words in self._named_here()[0] or _leads(words)

    def _named_here(self) -> tuple[frozenset[str], dict[str, Span]]:
        if self._families is None:
            self._families = named_families(self._cased, self._caseless)
        return self._families

    def _heads(self, span: Span) -> list[Span]:
        """The persons that the source names as its heads: one, or several joined by "and"."""
        text = self._cased
        names = self._names(span)
        if not names and (owner := self._telling_owner(span)) is not None:
            return [owner]
        if names and (first := self._joined_before(names[0], span)) is not None:
            return [first, *names]
        for name in names:
            lead = text[span.start : name.start]
            following = re.match(r"\s+([a-z][\w-]*)", text[name.end : span.end])
            if following is not None and following[1] not in _AFTER_NAME:
                continue  # "a Coast Guard officer"
            if _HANGING.search(lead) and not _is_telling(lead):
                continue  # "a spokesman for NAME"
            owned = re.match(r"['’]s?\s+(\w+)", text[name.end : span.end])
            if owned is not None and owned[1].lower() not in _TELLING:
                return []  # "NAME's lawyer"
            longest = _LONGEST_ROLE * 2 if is_title(lead.partition(" ")[0]) else _LONGEST_ROLE
            if len(lead.split()) > longest or (lead.strip() and lead.split()[0].lower() in GROUPS):
                return []
            if self._only_opens(name) and lead.strip().lower() in ("", "the"):
                return []
            return [name, *self._joined(name, span)]
        return []

    def _telling_owner(self, span: Span) -> Span | None:
        """One word that can only be a name, whose statement, speech or letter is the source."""
        match = re.compile(r"([^\W\d_]+)['’]s\s+(\w+)").match(self._cased, span.start, span.end)
        if match is None or match[2].lower() not in _TELLING:
            return None
        one = Span(match.start(1), match.end(1))
        return one if self._is_new_name(one) else None

    def _joined_before(self, name: Span, span: Span) -> Span | None:
        """One word that can only be a name, joined to the first sure name by "and"."""
        first = re.compile(r"[^\W\d_]+").match(self._cased, span.start, name.start)
        if first is None or not self._is_new_name(one := Span(first.start(), first.end())):
            return None
        between = _without_titles(self._cased[one.end : name.start].strip(" ("))
        return one if re.fullmatch(r"and(?:\s+[a-z]+ly)?", between) else None

    def _only_opens(self, name: Span) -> bool:
        """Whether one word is a plain word, which has its capital only because a sentence begins with it."""
        word = name.of(self._cased)
        low = word.lower()
        plain = low in lexicon().tags or is_listed(low) or (low.endswith("s") and is_plain(low))
        return plain and " " not in word and not self._is_known(name) and not is_entitled(self._cased, name.start)

    def _joined(self, name: Span, span: Span) -> list[Span]:
        """The persons joined to the first by "and"."""
        text = self._cased
        found: list[Span] = []
        at = name.end
        while match := _JOIN.match(text, at, span.end):
            run = RUN.match(text, match.end(), span.end)
            if run is None or "and" not in text[at : run.end() + 40].strip("( ").split()[:6]:
                break
            person = person_in(text, Span(run.start(), run.end()))
            if person is None or not is_title(text[run.start() : person.start]) or not self._is_person(person):
                break
            found.append(person)
            at = person.end
        return found

    def person(self, name: Span) -> Speaker:
        """The person named at `name`, under the fullest name that the text has for them."""
        words = " ".join(name.of(self._cased).split())
        family = family_name(words)
        full = self._first_full(family)
        where, rule, sure = name, "as-written", 0.85
        if full is not None and _agree(words, " ".join(full.of(self._cased).split())):
            where, rule, sure = full, "first-full-mention", 0.95
        elif full is None and _leads(words):
            rule, sure = "leader", 0.8
        role, affiliation = self._told(where)
        if role is None and where != name:
            role, affiliation = self._told(name)
        written = " ".join(where.of(self.text).split())
        return Speaker(written, "person", where, role, affiliation, rule=rule, confidence=sure)

    def _first_full(self, family: str) -> Span | None:
        if family not in self._full:
            full = full_mention(self._cased, family) if family else None
            if full is None and self._caseless and family:
                full = self._named_here()[1].get(family)
            self._full[family] = full if full is None or self._introduces(full, family) else None
        return self._full[family]

    def _introduces(self, full: Span, family: str) -> bool:
        """Whether a full name may be one: where capitals tell nothing it comes first, or with a title or an apposition."""
        text = self._cased
        if full.of(text) == full.of(self.text) or text.find(family) >= full.start:
            return True
        before = text[max(0, full.start - 20) : full.start].split()
        return text[full.end : full.end + 1] in (",", "(") or (bool(before) and is_title(before[-1]))

    def _told(self, name: Span) -> tuple[Value[str] | None, Value[str] | None]:
        if name not in self._beside:
            role, affiliation = beside(self._cased, name)
            self._beside[name] = (self._as_written(role), self._as_written(affiliation))
        return self._beside[name]

    def _as_written(self, value: Value[str] | None) -> Value[str] | None:
        if value is None or value.span is None:
            return value
        return Value(" ".join(value.span.of(self.text).split()), value.span, value.rule, value.confidence)

    def _several(self, names: list[Span], span: Span) -> Speaker:
        members = tuple(self.person(name).name for name in names)
        joined = " and ".join([", ".join(members[:-1]), members[-1]])
        return Speaker(joined, "group", span, members=members, rule="several", confidence=0.85)

    def _pronoun(self, span: Span, words: str, inside: Found | None) -> Speaker:
        male = words.lower() in _MALE
        if inside is not None and inside.content:
            within = inside.content[0].start
            for name in reversed(self._names(Span(within, span.start))):
                if not _HANGING.search(_without_titles(self._cased[within : name.start])):
                    return _again(self.person(name), "pronoun-inside")
            outer = self._known.get(id(inside))
            if outer is not None and self._is_somebody(outer) and self._may_be(outer, male):
                return self._meant(outer, male, "pronoun")
        spoken = self._recent[-1][1] if self._recent else -1
        named = self._last_subject(span.start)
        if named is not None and named.start > spoken and self._may_be(one := self.person(named), male):
            return self._meant(one, male, "pronoun-to-subject")
        for others in (False, True):
            for one, _ in reversed(self._recent):
                if (others or not self._is_told_again(one)) and self._may_be(one, male):
                    return self._meant(one, male, "pronoun")
        return Speaker(words, "pronoun", span, confidence=0.3)

    def _is_told_again(self, one: Speaker) -> bool:
        """Whether a role may only be another word for a person already named, or one word is not surely a name."""
        if one.kind == "role" and one.span is not None:
            return self.text[one.span.start : one.span.start + 4].lower() == "the "
        return one.kind == "unknown" and any(other.kind == "person" for other, _ in self._recent)

    def _may_be(self, one: Speaker, male: bool) -> bool:
        """Whether "he" (`male`) or "she" can mean this speaker, as far as the text has told."""
        if one.name not in self._sexes and one.span is not None:
            told = _SEXES.search(self._cased[max(0, one.span.start - 24) : one.span.start])
            if told is None:
                return True
            self._sexes[one.name] = told["he"] is not None
        return self._sexes.get(one.name, male) == male

    def _meant(self, one: Speaker, male: bool, rule: str) -> Speaker:
        self._sexes.setdefault(one.name, male)
        return _again(one, rule)

    def _last_subject(self, at: int) -> Span | None:
        """The last person before `at` whose name is the subject that opens a sentence."""
        text = self._cased
        begin = max(self.begin, at - _WINDOW)
        last: Span | None = None
        acting: Span | None = None
        opened = -1
        for name in self._names(Span(begin, at), opening=True):
            stop = max(text.rfind(sign, begin, name.start) for sign in _STOPS)
            if last is not None and stop == opened:
                continue
            lead = text[max(stop + 1, begin) : name.start].strip(' "”')
            whole = " " in name.of(text) or self._is_met(name)
            if whole and _leaves_subject(lead) and not _goes_on(text[name.end : name.end + 24]):
                last, opened = name, stop
            elif whole and not _HANGING.search(lead) and _acts(text[name.end : name.end + 24]):
                acting = name
        return last if last is not None or self._recent else acting

    def _relative(self, span: Span, words: str) -> Speaker:
        """Who is meant by "who": the nearest name before it in the sentence, else the words before it."""
        begin = max(0, span.start - 300)
        stop = max((self.text.rfind(sign, begin, span.start) for sign in (". ", ".\n", "; ")), default=-1)
        begin = stop + 1 if stop > 0 else begin
        names = [
            name
            for name in (self._names(Span(begin, span.start)) if words.lower() in ("who", "whom", "whose") else ())
            if " " in name.of(self._cased) or self._is_known(name)
        ]
        if names:
            return _again(self.person(names[-1]), "relative")
        before = re.search(r"((?:[\w'’-]+\s+){1,5}),?\s*$", self.text[begin : span.start])
        name = " ".join(before[1].split()) if before else words
        return Speaker(name, kind_of(name), span, rule="relative", confidence=0.5)

    def _is_met(self, name: Span) -> bool:
        """Whether one word names somebody of whom the text has told a role, or who has spoken."""
        if not self._is_known(name):
            return False
        one = self.person(name)
        return one.role is not None or one.name in self._spoken or name.of(self._cased) != name.of(self.text)

    def _is_known(self, name: Span) -> bool:
        """Whether the text has more of a name elsewhere: a first name, or, without capitals, a title."""
        if self._first_full(family_name(name.of(self._cased))) is not None:
            return True
        return name.of(self._cased) != name.of(self.text) and self._is_person(name)


def _is_telling(lead: str) -> bool:
    """Whether what stands before a name tells what they said: "a deposition by"."""
    words = lead.lower().split()
    return len(words) > 1 and words[-1] == "by" and words[-2] in _TELLING


def _without_titles(lead: str) -> str:
    """Words before a name, the titles right before it left out."""
    words = lead.split()
    while words and is_title(words[-1]):
        words.pop()
    return " ".join(words)


def _leaves_subject(lead: str) -> bool:
    """Whether the words between a sentence's beginning and a name leave it the subject.

    They do where they are titles, "the retired", "On Monday," or "The owner's agent,".
    """
    words = lead.split()
    if not words:
        return True
    if len(words) > _LONGEST_LEAD or _HANGING.search(lead) or "," in lead[:-1]:
        return False
    tags = lexicon().tags
    for position, word in enumerate(words):
        tag = tags.get(word.strip(",'\"“”()").lower(), "N")
        if tag in "VBbhmdEQGSTWCOw" or (tag == "P" and position == 0 and not lead.endswith(",")):
            return False
    return True


def _acts(behind: str) -> bool:
    """Whether a verb follows a name."""
    following = re.match(r"\s+([a-z][\w-]*)", behind)
    return following is not None and lexicon().tags.get(following[1], "N") in "VEbhmdz"


def _goes_on(behind: str) -> bool:
    """Whether a name only stands before the noun that its phrase is about, or owns it: "NAME's house"."""
    if behind.startswith(("'s", "’s", "' ", "’ ")):
        return True
    following = re.match(r"\s+([a-z][\w-]*)", behind)
    if following is None:
        return False
    return lexicon().tags.get(following[1], "") in ("N", "J") or (
        following[1] not in lexicon().tags and is_listed(following[1])
    )


def _leads(words: str) -> bool:
    """Whether one word is the surname of a known leader."""
    actor = actor_named(words) if " " not in words else None
    return actor is not None and actor.kind == "leader"


def _agree(words: str, full: str) -> bool:
    """Whether a mention can be the full name's: it adds no first name that the full one lacks."""
    return (
        set(words.replace(".", "").lower().split()) <= set(full.replace(".", "").lower().split())
        or len(words.split()) == 1
    )


def _again(speaker: Speaker, rule: str) -> Speaker:
    return msgspec.structs.replace(speaker, rule=rule, confidence=round(speaker.confidence * 0.85, 3))
