"""Texts whose capitals tell nothing, given capitals that do: names and titles get them, plain words lose them.

The text that comes out has the same length, so that what is found in it is found at the same offsets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from reftel.statements.actors import actor_named
from reftel.statements.lexicon import lexicon

TITLES: Final = frozenset(
    "president shah emperor prime minister foreign defense defence deputy vice ambassador amb senator sen rep "
    "representative congressman congresswoman governor gov mr messrs mrs ms miss mme mlle "
    "dr prof professor general gen brigadier colonel col commodore lieutenant lt major maj captain capt sergeant "
    "sgt admiral adm "
    "secretary undersecretary assistant chairman chairwoman chairperson director king "
    "queen prince princess sheikh shaykh ayatollah imam father bishop archbishop cardinal pope rev "
    "reverend speaker chief justice judge mp fm pm dcm defmin finmin formin fonmin primin secgen dirgen permrep permsec "
    "asst dep sec secy couns ltg mgen depfonmin mindef minint vicefonmin "
    "chancellor premier emir sultan mayor commissioner envoy special advisor adviser spokesman "
    "spokeswoman spokesperson sir lord lady dame consul counselor counsellor polcouns econcouns attache comrade citizen "
    "attorney affairs interior finance state former acting first party leader nsa charge national security".split()
)
# Titles that do not stand before a name by themselves.
PARTIAL: Final = frozenset(
    "foreign defense defence deputy vice special affairs interior finance state former acting first party national "
    "security prime chief justice citizen father".split()
)
_ALWAYS_NAMED: Final = frozenset("mr messrs mrs ms miss mme mlle dr prof sir".split())
_PARTICLES: Final = frozenset(
    "van von der den de da dos del di du des la le el al af av bin ibn bint ben ten ter zu zur abu do della dal".split()
)
_ENDINGS: Final = (
    "tion", "sion", "ment", "ness", "ity", "ing", "ed", "ly", "ous", "ive", "able", "ible", "ism", "ist", "ship", "ance",
    "ence", "ful", "less", "ical", "ary", "ize", "ized", "ency", "ancy", "logy", "graphy", "hood", "wise", "onal", "ural",
    "tial", "cial", "atic", "ific", "omic", "etic", "stic", "fy", "cy", "ant", "ent",
)  # fmt: skip
# Endings of verbs and adverbs: what has them is no name, not even behind a title.
_VERBAL: Final = ("ing", "ed", "ly", "tion", "sion", "ment", "ism")
_NAMES_ENDING_LIKE_VERBS: Final = ("hmed", "mmed", "amed", "ayed")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DAY: Final = re.compile(r"\.?\s*\d")
_SHORT: Final = 3  # letters of what is rather an abbreviation
_SAMPLE: Final = 600
_SHORTEST: Final = 20

_PLAIN, _TITLE, _NAME, _BRIEF, _INITIAL, _PARTICLE, _ABBREVIATION, _ACTOR = range(8)


def is_upper(text: str, start: int, end: int) -> bool:
    """Whether the text is in capitals, which then tell nothing."""
    sample = text[start : min(end, start + _SAMPLE)]
    return len(sample) > _SHORTEST and sample.upper() == sample and sample.lower() != sample


def is_lower(text: str, start: int, end: int) -> bool:
    """Whether the text has no capitals at all."""
    sample = text[start : min(end, start + _SAMPLE)]
    return len(sample) > _SHORTEST and sample.islower()


def recased(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with `spans`, which are in order, written as in mixed case."""
    parts: list[str] = []
    at = 0
    for start, end in spans:
        if start >= at:
            parts.append(text[at:start])
            parts.append(_cased(text[start:end]))
            at = end
    parts.append(text[at:])
    return "".join(parts)


def _cased(stretch: str) -> str:
    low = stretch.lower()
    if len(low) != len(stretch):
        return stretch  # a letter that is two in small letters: offsets would not hold
    words = list(_WORD.finditer(low))
    kinds = _kinds(low, words)
    parts: list[str] = []
    at = 0
    for position, match in enumerate(words):
        kind = kinds[position]
        if kind in (_PLAIN, _PARTICLE):
            continue
        word = match[0]
        written = word.upper() if kind in (_INITIAL, _ABBREVIATION) else _capital(word)
        if len(written) == len(word):
            parts.append(low[at : match.start()])
            parts.append(written)
            at = match.end()
    parts.append(low[at:])
    return "".join(parts)


def _kinds(low: str, words: list[re.Match[str]]) -> list[int]:
    """The kind of each word, by itself and by what stands before it."""
    kinds: list[int] = []
    titles: list[int] = []
    particles: list[int] = []
    briefs: dict[str, list[int]] = {}
    left, before, last = _PLAIN, "", -1
    for match in words:
        word, start, end = match[0], match.start(), match.end()
        between = low[last:start] if last >= 0 else "^"
        if "-" in between and _is_broken(between):
            if _kind(before + word) != _NAME:  # a word broken at a line's end
                kinds[-1] = _PLAIN
            kind = _PLAIN
        else:
            kind = _kind(word)
            if len(word) == 1:
                kind = _INITIAL if low[end : end + 1] == "." else _PLAIN
            elif word == "jan" and _DAY.match(low, end):
                kind = _PLAIN
            if (left != _PLAIN or kind == _BRIEF) and kind != _TITLE:
                kind = _settled(word, kind, left if between == " " or _adjoins(between) else _PLAIN, before)
        if kind == _TITLE:
            titles.append(len(kinds))
        elif kind == _PARTICLE:
            particles.append(len(kinds))
        elif kind == _ABBREVIATION and len(word) == _SHORT:
            briefs.setdefault(word, []).append(len(kinds))
        kinds.append(kind)
        left, before, last = kind, word, end
    _lower_titles(low, words, kinds, titles)
    _name_given(low, words, kinds, briefs)
    _lower_particles(low, words, kinds, particles)
    return kinds


def _is_broken(between: str) -> bool:
    """Whether what stands between two words broke one at a line's end: a hyphen, and blanks with one line break at most."""
    behind = between[between.rfind("-") + 1 :]
    return bool(behind) and not behind.strip(" \t\n") and behind.count("\n") <= 1


def _lower_titles(low: str, words: list[re.Match[str]], kinds: list[int], where: list[int]) -> None:
    """Makes plain words of those titles that need more behind them and have nothing: "the first report"."""
    for position in reversed(where):
        if words[position][0] in PARTIAL and _next_kind(low, words, kinds, position) not in (_TITLE, _NAME, _INITIAL):
            kinds[position] = _PLAIN


def _next_kind(low: str, words: list[re.Match[str]], kinds: list[int], position: int) -> int:
    """The kind of the word that adjoins the one at `position`, plain where none does."""
    if position + 1 >= len(kinds) or not _adjoins(low[words[position].end() : words[position + 1].start()]):
        return _PLAIN
    return kinds[position + 1]


def _name_given(low: str, words: list[re.Match[str]], kinds: list[int], briefs: dict[str, list[int]]) -> None:
    """Makes a name of three letters that never stand but right before a name: rather a first name than an abbreviation."""
    for word, where in briefs.items():
        if not any(letter in "aeiouy" for letter in word):
            continue
        if all(_next_kind(low, words, kinds, position) == _NAME for position in where):
            for position in where:
                kinds[position] = _NAME


def _lower_particles(low: str, words: list[re.Match[str]], kinds: list[int], where: list[int]) -> None:
    """Leaves particles where a name goes on behind them: `_NAME` where it begins with them, plain words else."""
    for position in reversed(where):
        left = kinds[position - 1] if position else _PLAIN
        if _next_kind(low, words, kinds, position) not in (_NAME, _PARTICLE):
            kinds[position] = _PLAIN
        elif left not in (_NAME, _INITIAL, _PARTICLE):
            kinds[position] = _NAME


def _adjoins(between: str) -> bool:
    """Whether what stands between two words leaves them neighbours: blanks, or the stop of an abbreviation."""
    bare = between.strip()
    return not bare or (bare == "." and between[0] == ".")


def _capital(word: str) -> str:
    """The word as a name is written: each of its parts with a capital, but not what hangs on it."""
    out: list[str] = []
    opening = True
    for sign in word:
        out.append(sign.upper() if opening else sign.lower())
        opening = sign in "-'’"
    name = "".join(out)
    return name[:-1] + "s" if name.endswith(("'S", "’S")) else name


def _settled(low: str, kind: int, left: int, before: str) -> int:
    """The kind of a word where it stands: behind a title, an initial or another name, more is a name."""
    bare = _bare(low)
    if kind == _PLAIN and left == _TITLE:
        if before in _ALWAYS_NAMED and bare not in lexicon().tags:
            return _NAME
        return _NAME if before not in PARTIAL and _may_be_named(bare) else _PLAIN
    if kind == _PLAIN and left == _INITIAL:
        return _NAME if _may_be_named(bare) else _PLAIN
    if kind == _BRIEF:
        named = left in (_NAME, _INITIAL, _PARTICLE) or (left == _TITLE and before not in PARTIAL)
        return _NAME if named else _ABBREVIATION
    return kind


def _may_be_named(word: str) -> bool:
    """Whether a word is plain by its ending alone, and that not a verb's."""
    return not (word in lexicon().tags or is_listed(word) or word.endswith(_VERBAL) or "-" in word)


def _bare(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s")


@lru_cache(maxsize=50_000)
def _kind(low: str) -> int:
    """The kind of a word by itself."""
    bare = _bare(low)
    if len(bare) == 1:
        return _PLAIN
    if bare in _PARTICLES:
        return _PARTICLE
    if bare in TITLES or ("-" in bare and all(part in TITLES for part in bare.split("-"))):
        return _TITLE
    if bare in lexicon().tags or is_listed(bare):
        return _PLAIN
    actor = actor_named(bare)
    if actor is not None and actor.kind != "leader":
        return _ABBREVIATION if actor.kind == "organization" and len(bare) <= _SHORT + 2 else _ACTOR
    if len(bare) <= _SHORT or not any(letter in "aeiouy" for letter in bare):
        return _BRIEF
    if "-" in bare:
        parts = bare.split("-")
        return _NAME if parts[0] in _PARTICLES or not any(is_plain(part) for part in parts) else _PLAIN
    return _PLAIN if is_plain(bare) else _NAME


def is_plain(word: str) -> bool:
    """Whether a word in small letters is listed as no name, or ends as names do not."""
    if word in lexicon().tags or is_listed(word):
        return True
    stem = word[:-1] if word.endswith("s") else word
    return len(stem) > 5 and stem.endswith(_ENDINGS) and not stem.endswith(_NAMES_ENDING_LIKE_VERBS)


def is_listed(word: str) -> bool:
    """Whether a word or what it is the plural of is listed as plain."""
    plain = common_words()
    if word in plain:
        return True
    if not word.endswith("s"):
        return False
    tags = lexicon().tags
    stems = [word[:-1]]
    if word.endswith("es"):
        stems.append(word[:-2])
    if word.endswith("ies"):
        stems.append(word[:-3] + "y")
    return any(stem in plain or tags.get(stem, "") in ("N", "J") for stem in stems)


@cache
def common_words() -> frozenset[str]:
    """Words that are no part of a name though neither the lexicon nor their ending says so."""
    lines = files("reftel.statements").joinpath("data", "common.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
