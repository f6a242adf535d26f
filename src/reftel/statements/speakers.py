"""Who speaks: pronouns, surnames, titles and groups resolved within one text."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from reftel.finding import Span, Value
from reftel.statements.actors import actor_named
from reftel.statements.found import Found
from reftel.statements.lexicon import lexicon
from reftel.statements.names import RUN, beside, family_name, full_mention, is_title, person_in, persons_in, titled
from reftel.statements.press import press_around, press_in
from reftel.statements.records import Speaker, SpeakerKind

_HE: Final = frozenset("he she his her him himself herself".split())
_THEY: Final = frozenset("they them their themselves".split())
_WE: Final = frozenset("we i our us my me".split())
_POST: Final = re.compile(
    r"^(?:the\s+)?(?:pol|econ|em|pao|con|dat|def|pol[/-]?econ|public\s+affairs\s+|lab|sci|agr|aid)?-?off(?:s|icer|icers)?\b"
    r"|^(?:the\s+)?(?:dcm|charg[eé]|a?/?dcm|embassy|post|mission|consulate|usun|usg|usdel|amembassy|we"
    r"|u\.s\.\s+(?:embassy|mission|delegation))\b",
    re.IGNORECASE,
)
_STOPS: Final = (". ", ".\n", "? ", "! ", '." ', '."\n', ".” ", ") ", ": ")
# What may stand in front of a name that opens a sentence: titles, "the retired", "The keeper,".
_OPENS: Final = re.compile(
    r"(?:(?:the|a|an|former|retired|then|late|old|new|[A-Z][\w.-]*)(?:\s+|\Z))*|(?:The|A|An)\s+[\w-]+,\s*"
)
_JOIN: Final = re.compile(r"(?:\s*,\s*|\s+)(?:and\s+)?")
_LONGEST_ROLE: Final = 9  # words in front of a name that tell who it is
_WINDOW: Final = 700  # characters before a pronoun in which the one it means is looked for
_AFTER_NAME: Final = frozenset(
    "and of who with in at from for by on also himself herself then now jr sr or as whose whom to".split()
)
_PRESS: Final = re.compile(
    r"\b(?:newspapers?|dailies|daily|weekly|article|editorials?|op-ed|commentar(?:y|ies|ators?)|press|media|magazine|journal|columnists?|broadcast|television|radio)\b",
    re.IGNORECASE,
)
_GROUPS: Final = frozenset(
    "group participants analysts officials observers experts diplomats leaders members some many most "
    "others all both several few none people public opposition "
    "delegation majority minority percent police half number interlocutors contacts sources team "
    "couple pair handful crowd community".split()
)
_ORGANIZATION: Final = re.compile(
    r"\b(?:ministry|government|party|committee|council|commission|department|agency|bank|union|organi[sz]ation|university|institute|company|court|parliament|congress|senate|"
    r"administration|embassy|foundation|association|front|movement|campaign|center|centre|office|bureau|league|alliance|authority|regime)\b",
    re.IGNORECASE,
)


class Cast:
    """Everybody who speaks in one text, in the order of their statements."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._full: dict[str, Span | None] = {}
        self._beside: dict[Span, tuple[Value[str] | None, Value[str] | None]] = {}
        self._known: dict[int, Speaker] = {}
        self.begin = 0  # where the paragraph begins that is being read
        self._person_at = -1
        self._person: Speaker | None = None
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
            if one.kind == "person":
                self._person, self._person_at = one, span.start
            elif one.kind == "group":
                self._group = one
        return one

    def _read(self, span: Span, inside: Found | None) -> Speaker:
        words = " ".join(span.of(self.text).split())
        low = words.lower()
        if low in _HE:
            return self._pronoun(span, words, inside)
        if low in _THEY:
            around = self._known.get(id(inside)) if inside is not None else None
            group = (
                around
                if around is not None and around.kind in ("group", "organization")
                else self._group or self._person
            )
            return _again(group, "pronoun") if group else Speaker(words, "pronoun", span, confidence=0.3)
        if low in ("who", "whom", "whose", "that", "which"):
            return self._relative(span, words)
        if _POST.match(words) or low in _WE:
            return Speaker(words, "post", span, rule="post", confidence=0.9)
        paper = press_in(self.text, span)
        if paper is not None:
            return paper
        return self._named(span, words)

    def _named(self, span: Span, words: str) -> Speaker:
        names = self._heads(span)
        if len(names) > 1:
            return self._several(names, span)
        if names and (names[0].start == span.start or not _PRESS.search(words[:60])):
            return self.person(names[0])
        bare = _without_article(words)
        if bare != words and is_title(bare) and (holder := titled(self.text, bare)) is not None:
            return _again(self.person(holder), "title")
        return Speaker(bare, kind_of(words), span, rule="as-written", confidence=0.8)

    def _heads(self, span: Span) -> list[Span]:
        """The persons that the source names as its heads: one, or several joined by "and"."""
        text = self.text
        for name in persons_in(text, span):
            lead = text[span.start : name.start]
            following = re.match(r"\s+([a-z][\w-]*)", text[name.end : span.end])
            if following is not None and following[1] not in _AFTER_NAME:
                continue  # "a Coast Guard officer"
            if re.search(r"\b(?:of|for|from|at|in|to|by|with|on)\s+(?:the\s+)?$", lead):
                continue  # "a spokesman for NAME"
            if re.match(r"['’]s?\s+\w", text[name.end : span.end]):
                return []  # "NAME's lawyer"
            if len(lead.split()) > _LONGEST_ROLE or (lead.strip() and lead.split()[0].lower() in _GROUPS):
                return []
            return [name, *self._joined(name, span)]
        return []

    def _joined(self, name: Span, span: Span) -> list[Span]:
        """The persons joined to the first by "and"."""
        found: list[Span] = []
        at = name.end
        while match := _JOIN.match(self.text, at, span.end):
            run = RUN.match(self.text, match.end(), span.end)
            if run is None or "and" not in self.text[at : run.end() + 40].split()[:6]:
                break
            person = person_in(self.text, Span(run.start(), run.end()))
            if person is None or person.start != run.start():
                break
            found.append(person)
            at = person.end
        return found

    def person(self, name: Span) -> Speaker:
        """The person named at `name`, under the fullest name that the text has for them."""
        text = self.text
        words = " ".join(name.of(text).split())
        family = family_name(words)
        full = self._first_full(family)
        where, rule, sure = name, "as-written", 0.85
        if full is not None and _agree(words, " ".join(full.of(text).split())):
            where, rule, sure = full, "first-full-mention", 0.95
        elif full is None and len(words.split()) == 1 and (actor := actor_named(words)) and actor.kind == "leader":
            role, affiliation = self._told(name)
            return Speaker(actor.id, "person", name, role, affiliation, rule="leader", confidence=0.8)
        role, affiliation = self._told(where)
        if role is None and where != name:
            role, affiliation = self._told(name)
        return Speaker(" ".join(where.of(text).split()), "person", where, role, affiliation, rule=rule, confidence=sure)

    def _first_full(self, family: str) -> Span | None:
        if family not in self._full:
            self._full[family] = full_mention(self.text, family) if family else None
        return self._full[family]

    def _told(self, name: Span) -> tuple[Value[str] | None, Value[str] | None]:
        if name not in self._beside:
            self._beside[name] = beside(self.text, name)
        return self._beside[name]

    def _several(self, names: list[Span], span: Span) -> Speaker:
        members = tuple(self.person(name).name for name in names)
        joined = " and ".join([", ".join(members[:-1]), members[-1]])
        return Speaker(joined, "group", span, members=members, rule="several", confidence=0.85)

    def _pronoun(self, span: Span, words: str, inside: Found | None) -> Speaker:
        if inside is not None and inside.content:
            for name in reversed(persons_in(self.text, Span(inside.content[0].start, span.start))):
                if inside.content[0].start <= name.start:
                    return _again(self.person(name), "pronoun-inside")
        named = self._last_subject(span.start)
        if named is not None and named.start > self._person_at:
            return _again(self.person(named), "pronoun-to-subject")
        if self._person is not None:
            return _again(self._person, "pronoun")
        return Speaker(words, "pronoun", span, confidence=0.3)

    def _last_subject(self, at: int) -> Span | None:
        """The last person before `at` whose name opens a sentence, titles aside."""
        begin = max(self.begin, at - _WINDOW)
        last: Span | None = None
        for name in persons_in(self.text, Span(begin, at)):
            stop = max(self.text.rfind(sign, begin, name.start) for sign in _STOPS)
            lead = self.text[max(stop + 1, begin) : name.start].strip(' "”')
            whole = " " in name.of(self.text) or self._is_known(name)
            if _OPENS.fullmatch(lead) and whole:
                last = name
        return last

    def _relative(self, span: Span, words: str) -> Speaker:
        """Who is meant by "who": the nearest name before it in the sentence, else the words before it."""
        begin = max(0, span.start - 300)
        stop = max((self.text.rfind(sign, begin, span.start) for sign in (". ", ".\n", "; ")), default=-1)
        begin = stop + 1 if stop > 0 else begin
        names = [
            name
            for name in persons_in(self.text, Span(begin, span.start))
            if " " in name.of(self.text) or self._is_known(name)
        ]
        if names:
            return _again(self.person(names[-1]), "relative")
        before = re.search(r"((?:[\w'’-]+\s+){1,5}),?\s*$", self.text[begin : span.start])
        name = " ".join(before[1].split()) if before else words
        return Speaker(name, kind_of(name), span, rule="relative", confidence=0.5)

    def _is_known(self, name: Span) -> bool:
        return self._first_full(family_name(name.of(self.text))) is not None


def _agree(words: str, full: str) -> bool:
    """Whether a mention can be the full name's: it adds no first name that the full one lacks."""
    return (
        set(words.replace(".", "").lower().split()) <= set(full.replace(".", "").lower().split())
        or len(words.split()) == 1
    )


def _again(speaker: Speaker, rule: str) -> Speaker:
    return msgspec.structs.replace(speaker, rule=rule, confidence=round(speaker.confidence * 0.85, 3))


def _without_article(words: str) -> str:
    first, _, rest = words.partition(" ")
    return rest if rest and first.lower() in ("the", "a", "an") else words


def kind_of(words: str) -> SpeakerKind:
    """What kind of speaker words without a person's name tell of."""
    low = words.lower().split(",")[0]
    plain = low.split()
    if _PRESS.search(low):
        return "press"
    if any(word in _GROUPS for word in plain):
        return "group"
    head = _head(plain)
    actor = actor_named(_without_article(words))
    if actor is not None:
        return "organization"
    if _ORGANIZATION.search(low) or (words.isupper() and len(words) > 2):
        return "organization"
    if head.endswith("s") and not head.endswith(("ss", "us")):
        return "group"
    if plain and plain[0] in ("the", "a", "an", "one", "another", "his", "her", "their"):
        return "role"
    return "unknown"


def _head(words: list[str]) -> str:
    """The noun that a phrase is about: the last before its first preposition."""
    tags = lexicon().tags
    last = ""
    for word in words:
        if last and tags.get(word) in ("P", "W", "S"):
            break
        last = word
    return last
