"""Names of persons and what stands beside them: titles, roles, affiliations, the first full mention."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reftel.finding import Span, Value
from reftel.statements.actors import actor_named
from reftel.statements.casing import PARTIAL, TITLES
from reftel.statements.lexicon import lexicon

_PART: Final = r"(?:(?<!\w)[A-ZÀ-Ž][\w’'-]{0,40}[a-zà-ž][\w’'-]{0,60}|[A-Z]\.(?:[A-Z]\.)*|al-[A-Z][\w-]+)"
_BETWEEN: Final = r"(?:\s(?:(?:bin|ibn|bint|ben|van|von|de|den|da|dos|del|der|el|al|abu|af|av|di|do|la|du|des|le|ten|ter|zu|zur)\s){0,2}\s*|\s+)"
RUN: Final = re.compile(rf"{_PART}(?:{_BETWEEN}{_PART})*")
_ORGANIZED: Final = frozenset(
    "club institute institution ministry party university committee government embassy group union "
    "organization organisation council agency bank department commission "
    "association center centre foundation network society company corporation corp inc ltd office "
    "bureau parliament congress senate house court army force forces "
    "police front movement federation league alliance coalition community assembly board authority "
    "service press news times post daily herald gazette tribune journal "
    "television radio tv college academy school church front fund forum chamber secretariat mission "
    "delegation staff campaign administration regime cabinet majlis duma "
    "knesset bundestag politburo kremlin house reuters nations".split()
)
_ROLE_ENDS: Final = re.compile(r"\s+(?:of|with|at|for|from|in)\s+(?:the\s+)?(?:NGO\s+)?(?=[A-Z])")
# What stands in front of a word that is no part of the name behind it: "Minister of Ports NAME NAME".
_HELD: Final = re.compile(
    r"\b(?:the|(?:minister|secretary|director|head|chief|chairman|governor|bishop|speaker)\s+of)\s+$", re.IGNORECASE
)
_OFFICE_OF: Final = re.compile(
    r"\b(?:minister|secretary|director|chief|chairman|governor|commissioner)\s+(?:of|for)\s+(?:the\s+)?$", re.IGNORECASE
)
_THE: Final = re.compile(r"\b[Tt]he\s+$")
_OFFICES: Final = (
    "rian",
    "ician",
    "tary",
    "ister",
    "ctor",
    "master",
    "keeper",
    "inspector",
    "warden",
    "chief",
    "ologist",
)
# Titles behind which a name begins, whatever stands before them: "Harbour Authority Director NAME".
_BEGINNING: Final = frozenset(
    "president minister ambassador amb senator secretary undersecretary chairman chairwoman chairperson director governor "
    "commissioner spokesman spokeswoman spokesperson counselor counsellor colonel captain lieutenant admiral commodore "
    "congressman congresswoman representative premier envoy adviser advisor attache consul leader assistant professor "
    "mr mrs ms dr general gen col capt lt ltg adm sen rep gov primin fonmin formin secgen dcm charge couns permrep".split()
)
_ENDING: Final = _BEGINNING - {"general", "leader", "consul"} | PARTIAL
_DAYS: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december".split()
)
# Roles of one person, which a pronoun may mean.
SOMEBODY: Final = TITLES - PARTIAL | frozenset(
    "keeper agent official officer source analyst expert diplomat deputy delegate rep representative aide editor "
    "columnist journalist reporter correspondent lawyer manager owner engineer fisherman farmer priest professor doctor "
    "critic candidate member leader head boss clerk captain skipper pilot guard widow wife husband son daughter brother "
    "sister father mother man woman interlocutor contact informant observer commentator author writer businessman banker "
    "trader librarian adviser lecturer researcher scientist scholar student soldier commander negotiator mediator founder chef "
    "coordinator host guest neighbor neighbour teacher worker driver sailor announcer poet publisher activist".split()
)
# Roles that may stand before others than their bearers.
_LOOSE: Final = frozenset("source contact member host guest head guard observer critic agent".split())
_JOINING: Final = frozenset("PCTtWS")
_PAPER_BEFORE: Final = re.compile(r"\b(?:monthly|weekly|daily|newspaper|paper|magazine|journal|quarterly|tabloid)\s+$")
_SUFFIXES: Final = frozenset("jr jr. sr sr. ii iii iv".split())


def person_in(text: str, span: Span) -> Span | None:
    """Where the first name of a person stands in `span`, without titles; None where there is none."""
    for match in RUN.finditer(text, span.start, span.end):
        found = _trimmed(text, match, span.end)
        if found is not None:
            return found
    return None


def persons_in(text: str, span: Span, *, opening: bool = False) -> list[Span]:
    """Where the names of persons stand in `span`; `opening`: also a single word that opens a sentence."""
    limit = -1 if opening else span.end
    found = (_trimmed(text, match, limit) for match in RUN.finditer(text, span.start, span.end))
    return [one for one in found if one is not None]


def _trimmed(text: str, run: re.Match[str], limit: int) -> Span | None:
    """The run of capitals without what is no part of a person's name; None where nothing is left."""
    words = [(match.start() + run.start(), match[0]) for match in re.finditer(r"\S+", run[0])]
    if not _close(words):
        return None
    article = len(words) > 1 and words[0][1] in ("The", "A", "An")
    if article:
        words.pop(0)
    count = len(words)
    words = words[_begins(words) :]
    if any(_plain(word) in _ORGANIZED for _, word in words) or actor_is_no_person(run[0]):
        return None
    if len(words) == count and not is_title(words[0][1]):
        held = _held(text[max(0, run.start() - 40) : run.start()], count, article=article)
        if held < 0:
            return None
        words = words[held:]
    while words and (is_title(words[0][1]) or _is_common(words[0][1]) or is_people(words[0][1]) or _is_office(words)):
        words.pop(0)
    if not words:
        return None
    last = words[-1][1]
    end = words[-1][0] + len(last)
    if last.endswith(("'s", "’s")):
        end -= 2
    elif last.endswith((",", "'", "’")):
        end -= 1
    if (
        len(words) == 1
        and limit >= 0
        and re.match(r"\s+(?!and\b|of\b)[a-z]", text[end : min(limit, end + 24)])
        and run.start() == words[0][0]
        and _opens_phrase(text, run.start())
    ):
        return None  # a plain word that only opens the sentence
    if end - words[0][0] < 2 or actor_is_no_person(text[words[0][0] : end]):
        return None
    return Span(words[0][0], end)


def _held(before: str, count: int, *, article: bool) -> int:
    """How many of the words of a run belong to what stands `before` it; -1 where the run names a thing."""
    office = _OFFICE_OF.search(before) is not None
    if count <= 2 and not office and (article or _THE.search(before)):
        return -1  # "the Evening Capstan"
    if _PAPER_BEFORE.search(before):
        return -1  # "the monthly Capstan"
    return (
        1 if (count == 2 and office) or (count > 2 and _HELD.search(before)) else 0
    )  # "Secretary for the Littoral NAME"


def _close(words: list[tuple[int, str]]) -> bool:
    """Leaves out what stands behind or before a name in its run: what it owns, who owns it, a day.

    False where the run ends with an office, so that its name is still to come: "Harbour Secretary of Ports".
    """
    for at in range(1, len(words)):
        owner = words[at - 1][1]
        if owner.endswith(("'s", "’s", "s'", "s’")):
            if at == 1 and len(words) > 2 and not is_people(words[1][1]):
                del words[:at]  # "the Mercury's NAME NAME"
            else:
                del words[at:]
            break
    tags = lexicon().tags
    for at in range(len(words) - 2, 0, -1):
        if tags.get(words[at][1].lower(), "") in _JOINING:
            del words[: at + 1]  # a headline: "Claim That NAME"
            break
    while len(words) > 1 and _plain(words[-1][1]) in _DAYS:
        words.pop()
    return len(words) < 2 or _plain(words[-1][1]) not in _ENDING


def _begins(words: list[tuple[int, str]]) -> int:
    """Where the name begins in a run of capitals: behind the last title that begins names, where anything is left."""
    for at in range(len(words) - 1, 0, -1):
        before = words[at - 1][1]
        if is_title(before) and any(part in _BEGINNING for part in _plain(before).split("-")):
            return at
    return 0


def _is_office(words: list[tuple[int, str]]) -> bool:
    """Whether the first word is a role, or of at least three one by its ending: "Librarian NAME NAME"."""
    first = words[0][1].lower()
    return len(words) > 1 and (first in SOMEBODY or (len(words) > 2 and first.endswith(_OFFICES)))


_HIGHER: Final = re.compile(r"\b(?:prime|vice|deputy|assistant|former|under|acting|ex)[\s-]+$", re.IGNORECASE)
_ABROAD: Final = frozenset(("ambassador", "charge", "consul", "consul general", "dcm"))
_HONORS: Final = frozenset("mr mrs ms miss dr prof gen general col colonel adm admiral sir maj major".split())
_NAMED_WITH: Final = re.compile(
    r"(?:(?P<comma>,)|\s+(?:of|for)\s+(?P<of>(?:the\s+)?(?:[a-z]+\s+(?:and\s+)?){0,3}?))?\s*(?<=\s)(?=[A-ZÀ-Ž])"
)
_BEFORE_OFFICE: Final = re.compile(r",\s+(?:(?:the|an?)\s+)?$", re.IGNORECASE)


def bearers(text: str, low: str, office: str) -> list[Span]:
    """Who is named with this office, in order: "Ambassador NAME", "the keeper, NAME,", "NAME, the keeper".

    `low` is the text in small letters.
    """
    found: list[Span] = []
    at = low.find(office)
    for _ in range(_MOST):
        if at < 0:
            break
        end = at + len(office)
        if not (low[at - 1 : at].isalnum() or low[end : end + 1].isalnum()):
            name = _behind_office(text, at, end, office) or _before_office(text, at, end)
            if name is not None:
                found.append(name)
        at = low.find(office, end)
    return found


def _behind_office(text: str, start: int, end: int, office: str) -> Span | None:
    match = _NAMED_WITH.match(text, end)
    run = RUN.match(text, match.end()) if match is not None else None
    name = _trimmed(text, run, run.end()) if run is not None else None
    if name is None or match is None or _is_other(text, start, office):
        return None
    tags = lexicon().tags
    if match["of"] is not None:
        if name.start == match.end() and not match["of"].removeprefix("the "):
            return None  # "Minister of Ports"
        if any(tags.get(word.lower(), "N") in "VEbhmdzB" for word in match["of"].split()):
            return None
    elif any(_plain(word) not in _HONORS for word in text[match.end() : name.start].split()):
        return None
    if match["comma"] and not (" " in name.of(text) and text[name.end : name.end + 1] in (",", ";", ")")):
        return None
    return name


def _before_office(text: str, start: int, end: int) -> Span | None:
    reach = max(0, start - _REACH)
    comma = _BEFORE_OFFICE.search(text[reach:start])
    if comma is None or _NAMED_WITH.match(text, end):
        return None
    behind = reach + comma.start()
    for run in RUN.finditer(text, max(0, behind - _REACH), behind):
        if run.end() == behind:
            name = _trimmed(text, run, behind)
            return name if name is not None and " " in name.of(text) else None
    return None


def _is_other(text: str, start: int, office: str) -> bool:
    """Whether the office that stands at `start` is another: a vice president, another state's ambassador."""
    before = text[max(0, start - 30) : start]
    if _HIGHER.search(before):
        return True
    words = before.split()
    return office in _ABROAD and bool(words) and is_people(words[-1])


def named_families(text: str, places: Sequence[tuple[int, int]]) -> tuple[frozenset[str], dict[str, Span]]:
    """(names behind a title or beside another name, where each full name stands first, by the name it begins with).

    Both are looked for in `places`; what two persons' names begin with is left out.
    """
    found: set[str] = set()
    given: dict[str, Span] = {}
    others: set[str] = set()
    for start, end in places:
        for run in RUN.finditer(text, start, end):
            name = _trimmed(text, run, run.end())
            if name is None:
                continue
            words = name.of(text).split()
            if len(words) > 1:
                found.update((family_name(" ".join(words)), words[0]))
                if given.setdefault(words[0], name).of(text).split() != words:
                    others.add(words[0])
            elif is_entitled(text, name.start):
                found.add(words[0])
    return frozenset(found), {first: name for first, name in given.items() if first not in others}


_LAST: Final = re.compile(r"([\w-]+)\.?\s+$")


def is_entitled(text: str, start: int) -> bool:
    """Whether a title that begins names, or a role, stands before `start`."""
    before = _LAST.search(text[max(0, start - 24) : start])
    return before is not None and before[1].lower() in SOMEBODY and before[1].lower() not in _LOOSE


def is_title(words: str) -> bool:
    """Whether `words` are a title and nothing else."""
    return all(part in TITLES for word in words.split() for part in _plain(word).split("-"))


def _opens_phrase(text: str, start: int) -> bool:
    """Whether a sentence begins at `start`."""
    before = text[max(0, start - 3) : start].rstrip()
    return not before or before[-1] in '.?!:)"”'


def actor_is_no_person(words: str) -> bool:
    """Whether `words` name a state or an organization."""
    actor = actor_named(words)
    return actor is not None and actor.kind != "leader"


def _plain(word: str) -> str:
    return word.lower().rstrip(".,").removesuffix("'s").removesuffix("’s")


def _is_common(word: str) -> bool:
    """Whether a word with a capital is a plain word that only opens a sentence."""
    tag = lexicon().tags.get(_plain(word), "")
    return tag != "" and tag in "DpOWTwSCPtmbhdR#"


def is_people(word: str) -> bool:
    """Whether a word names a state or its people."""
    actor = actor_named(word)
    return actor is not None and actor.kind == "state"


def family_name(name: str) -> str:
    """The word by which a person is called again."""
    words = name.split()
    while len(words) > 1 and words[-1].lower() in _SUFFIXES:
        words.pop()
    return words[-1]


_BEFORE: Final = re.compile(rf"(?:{_PART}{_BETWEEN}){{1,4}}$")
_REACH: Final = 80  # characters before a family name in which first names stand
_MOST: Final = 60  # mentions that are looked at


def full_mention(text: str, family: str) -> Span | None:
    """Where the person whose family name this is stands first with more than that name."""
    at = text.find(family)
    for _ in range(_MOST):
        if at < 0:
            return None
        end = at + len(family)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum() or text[end : end + 1] == "-"):
            reach = max(0, at - _REACH)
            lead = _BEFORE.search(text[reach:at])
            run = RUN.match(text, reach + lead.start(), end) if lead is not None else None
            found = _trimmed(text, run, end) if run is not None and run.end() == end else None
            if found is not None and found.end == end and len(found.of(text).split()) > 1:
                return found
        at = text.find(family, end)
    return None


def beside(text: str, name: Span) -> tuple[Value[str] | None, Value[str] | None]:
    """(role, affiliation) as told right beside the name: behind it in an apposition, or in front of it."""
    told = _apposition(text, name.end)
    if told is None:
        told = _in_front(text, name.start)
        return (_value(text, told, "role-in-front"), None) if told is not None else (None, None)
    words = told.of(text)
    ends = list(_ROLE_ENDS.finditer(words))
    if not ends:
        return _value(text, told, "apposition"), None
    last = ends[0]
    role = Span(told.start, told.start + last.start())
    place = Span(told.start + last.end(), told.end)
    return _value(text, role, "apposition"), _value(text, place, "apposition")


def _value(text: str, span: Span, rule: str) -> Value[str]:
    return Value(" ".join(span.of(text).split()), span, rule, 0.85)


_APPOSITION: Final = re.compile(
    r"\s*(?:\([^()]{1,60}\)\s*)?,\s+(?:(?:an?|the|now|then)\s+)?"
    r"(?P<told>(?:[a-z]|U\.S\.|(?:[A-Z][a-z]+\s+)?(?:Deputy|Director|Chair|Minister|Foreign|Prime|Professor|Vice|Head|Ambassador|Secretary|Consul"
    r"|Counsel|President|Editor)|[A-Z][a-z]+\s+[a-z])[^,;:()]{2,180}?)\s*(?:\([^()]{1,40}\)\s*)?(?=,|;|\.(?:\s|$)|\swho\s|$)"
)


def _apposition(text: str, end: int) -> Span | None:
    match = _APPOSITION.match(text, end, min(len(text), end + 260))
    if match is None:
        return None
    first = match["told"].split()[0].lower()
    tag = lexicon().tags.get(first, "")
    if tag and tag in "VBEGQmbhdWSTCPOtwR" and first not in ("chief", "head", "associate", "lead", "host", "former"):
        return None
    return Span(match.start("told"), match.end("told"))


def _in_front(text: str, start: int) -> Span | None:
    """The role in front of a name: "Russian defense minister", "Foreign Minister"."""
    before = text[max(0, start - 80) : start]
    match = re.search(r"(?:(?<=\s)|^)((?:[\w.'’-]+\s+){1,5})$", before)
    if match is None:
        return None
    words = [(one.start() + match.start(1), one[0]) for one in re.finditer(r"\S+", match[1])]
    kept: list[tuple[int, str]] = []
    for at, word in reversed(words):
        plain = _plain(word)
        if plain in TITLES or (kept and (is_people(word) or plain in ("the", "former")) and plain != "the"):
            kept.insert(0, (at, word))
        else:
            break
    if not kept or _plain(kept[-1][1]) in ("mr", "mrs", "ms"):
        return None
    offset = max(0, start - 80)
    return Span(offset + kept[0][0], offset + kept[-1][0] + len(kept[-1][1]))
