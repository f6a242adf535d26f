"""The Classified By line: who classified, in what office, for which reasons - in either order and any spelling."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from reftel.cable.head import Field
from reftel.cable.records import Authority
from reftel.cable.titles import BUREAUS, FIRST_PARTS, GIVEN_NAMES, SECOND_PARTS, SURNAMES, TITLES
from reftel.finding import Span, Value
from reftel.handbook import keys_by_alias, posts

_AGAIN = re.compile(r"(?:\bTHIS\s+MESSAGE\s+)?\bCLAS\w{2,7}\s+BY\b\s*:?\s*", re.IGNORECASE)
_REASON = re.compile(
    r"[\s,;.(–-]*(?:\bF[O0]R[ \t]+)*(?:\bF[O0]R\s+(?=RE|RA|12958|13526|E\.?O|1\.|SEC)|\bRE\s?A\s?S|\bRASON|\bREA\s*O?N|\bREO?N?S"
    r"|\bUNDER\b(?!\s*-?\s*SECRET)|\bPER\b|\bBASED\s+[O0]N\b|\b1\.[45]\b|\bE\.?\s?O\.?\s*\d{5}|\bPARA\b)",
    re.IGNORECASE,
)
_END = re.compile(r"\n[ \t\\]*\n[ \t\\]*\n|\n[ \t\\]*\n[ \t]*(?=¶?\(?\d{1,2}\s*[.)]|[A-Z][^a-z\n]*\n|\(|[A-Z][a-z]+ [A-Za-z ]+[.\n])"
                  r"|\n[ \t]*¶?\d{1,2}[.)]\s*\(|\n[ \t]*-{4,}")  # fmt: skip
_LETTERED = re.compile(
    r"(?P<section>1\s?\.\s?[45])(?P<letters>(?:[\s,;/&()\\]|(?:a\s*n\s*d|or)(?=\W)|\b[A-Ha-h](?![A-Za-z])|[A-Ha-h](?=\)))*)",
    re.IGNORECASE,
)
_LETTER = re.compile(r"(?<![A-Za-z])[A-Ha-h](?![A-Za-z])")
_NAME_WORD = re.compile(r"[\"“(][A-Z][a-z]{1,11}[\"”)]|0\.|[A-Za-z0-9][\w'’.&-]*(?:/[\w'’.-]+)*|/|[,;:?()–-]|[^\s\w]")
_SUFFIX = re.compile(r",?\s*(?:JR|SR|II|III|IV|ESQ)\b\.?", re.IGNORECASE)
_NICKNAME = re.compile(r"[\"“(](\w+)[\"”)]")
_GLUED_TITLE = re.compile(r"([A-Za-z]{4,}[a-z])(?=[A-Z][a-z.])")
# Behind these words stands a place.
_BEFORE_PLACE = frozenset(
    "FOR TO IN OF AND THE AT EMBASSY AMEMBASSY EMB CONSULATE AMCONSUL CONGEN MISSION USMISSION HOUSE".split()
)
_SMALL_WORDS = frozenset("for and of under the in to at by on as per with".split())
_PARTICLES = frozenset("de da del della di du la le van von der den bin ibn al el y dos".split())
_ZERO = re.compile(r"(?<![1-9])0(?![1-9])")
_LEADING_MARK = re.compile(r"\s*\([A-Z/]{1,6}\)\s*")
_ABBREVIATED = re.compile(r"(?:\b[A-Z]|\bJr|\bSr|\bJR|\bSR)\.$")
_BROKEN_WORD = re.compile(r"(?<=[a-z]) ?\\?\n(?=[a-z])")
_INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]?|[A-Z]")
_NOT_CAPITALS = re.compile(r"[^A-Z]")


def read_authority(clean: str, field: Field) -> Authority:
    """Who classified, from the content of a Classified By field."""
    start, end = _content(clean, field)
    reasons = _reasons(clean, start, min(len(clean), field.end + 200))
    stop = end
    if reason := _REASON.search(clean, start, end):
        stop = reason.start()
    words = _words(clean, start, stop)
    chosen = _choose(words)
    if not chosen:
        return Authority(reasons=reasons, span=Span(field.at, max(start, stop)))
    begin, finish = words[chosen[0]][1], words[chosen[1]][2]
    if suffix := _SUFFIX.match(clean, finish, end):
        finish = suffix.end()
    if clean.startswith(".", finish) and _abbreviated(clean[begin : finish + 1]):
        finish += 1
    while finish > begin and clean[finish - 1] in ".,;:-" and not _abbreviated(clean[begin:finish]):
        finish -= 1
    name = Value(_joined(clean[begin:finish]), Span(begin, finish), "classified-by", 0.9)
    return Authority(name, _title(clean, start, stop, begin, finish), reasons, Span(field.at, max(finish, stop)))


def normal_name(name: str) -> str:
    """`name` in title case with letters where noise put figures: `LEE 0. COLDREN` gives `Lee O. Coldren`."""
    mended = _ZERO.sub("O", name)
    if mended.upper() != mended:
        return mended
    cased = re.sub(
        r"[A-Z][A-Z]+", lambda word: word[0] if word[0] in ("II", "III", "IV") else word[0].capitalize(), mended
    )
    return re.sub(r"\b(Mc)([a-z])", lambda word: word[1] + word[2].upper(), cased)


def _content(clean: str, field: Field) -> tuple[int, int]:
    start, end = field.start, min(field.end, field.start + 500)
    for again in _AGAIN.finditer(clean, start, end):
        start = again.end()
    if stop := _END.search(clean, start + 1, end):
        end = stop.start()
    if mark := _LEADING_MARK.match(clean, start, end):
        start = mark.end()
    return start, end


def _reasons(clean: str, start: int, end: int) -> tuple[Value[str], ...]:
    out: list[Value[str]] = []
    if match := _LETTERED.search(clean, start, end):
        section = re.sub(r"\s", "", match["section"])
        for letter in _LETTER.finditer(clean, match.start("letters"), match.end("letters")):
            if clean[letter.start() : letter.end() + 2].lower() in ("a\nn", "a n"):
                continue
            value = f"{section}({letter[0].lower()})"
            if all(one.value != value for one in out):
                out.append(Value(value, Span(*letter.span()), "reason"))
        if not out:
            out.append(Value(section, Span(*match.span("section")), "reason-without-letter", 0.8))
    return tuple(out)


def _abbreviated(text: str) -> bool:
    return bool(_ABBREVIATED.search(text))


def _joined(raw: str) -> str:
    """`raw` on one line; a word that a fixed line width broke in two is whole again (`Richa \\nrd`)."""
    return " ".join(_BROKEN_WORD.sub("", raw).split())


def _words(clean: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """(word, start, end); what a line width broke is one word; a slash behind a title parts words."""
    words: list[tuple[str, int, int]] = []
    for match in _NAME_WORD.finditer(clean, start, end):
        word, at, stop = match[0], match.start(), match.end()
        if words and word[0].islower() and "\n" in clean[words[-1][2] : at] and words[-1][0][-1].islower():
            previous = words[-1]
            if word not in _SMALL_WORDS and len(word) < 6 and not _is_title(previous[0]):
                words[-1] = (previous[0] + word, previous[1], stop)
                continue
        if "/" in word and len(word) > 1 and not _is_title(word):
            head, _, tail = word.rpartition("/")
            if len(tail) > 2 and tail[1:].islower():
                words.append((head + "/", at, at + len(head) + 1))
                word, at = tail, at + len(head) + 1
        if (glued := _GLUED_TITLE.match(word)) and _is_title(glued[1]) and not _is_title(word[glued.end() :]):
            words.append((glued[1], at, at + glued.end()))
            word, at = word[glued.end() :], at + glued.end()
        words.append((word, at, stop))
    return words


def _choose(words: list[tuple[str, int, int]]) -> tuple[int, int] | None:
    """First and last position of the words that are the person's name: the longest run that is no title."""
    runs: list[tuple[int, int]] = []
    begin: int | None = None
    behind_by = -1
    for position, (word, _, _) in enumerate(words):
        if position < 8 and word.upper() == "BY":
            behind_by = position
        if _is_name_word(word, begin is not None):
            begin = position if begin is None else begin
        elif begin is not None:
            runs.append((begin, position - 1))
            begin = None
    if begin is not None:
        runs.append((begin, len(words) - 1))
    runs = [_trim(words, run) for run in runs]
    runs = [run for run in runs if run[0] > behind_by and run[1] >= run[0]]
    if places := [run for run in runs if _places(words, *run) > run[1] - run[0]]:
        runs = [run for run in runs if run not in places] or places
    full = [run for run in runs if run[1] > run[0]]
    if full:
        return full[0]
    return runs[0] if runs else None


def _places(words: list[tuple[str, int, int]], first: int, last: int) -> int:
    """How many words at the head of a run name a place (`Holy See Francis Rooney`: two)."""
    before = words[first - 1][0].upper() if first else ""
    for count in range(min(4, last - first + 1), 0, -1):
        name = [word for word, _, _ in words[first : first + count]]
        if not _is_place(" ".join(name)):
            continue
        left = last - first + 1 - count
        if not left or before in _BEFORE_PLACE or (left > 1 and name[0].upper() not in GIVEN_NAMES):
            return count
    return 0


def _trim(words: list[tuple[str, int, int]], run: tuple[int, int]) -> tuple[int, int]:
    first, last = run
    while first < last and words[first][0].lower() in _PARTICLES and words[first][0].islower():
        first += 1
    if (places := _places(words, first, last)) <= last - first:
        first += places
    while last > first and (
        words[last][0].lower() in _PARTICLES
        or (words[last][0][0].islower() and len(words[last][0]) < 5)
        or _NICKNAME.fullmatch(words[last][0])
    ):
        last -= 1
    return first, last


def _is_name_word(word: str, inside: bool) -> bool:
    if inside and (word.lower() in _PARTICLES or word in ("0", "0.")):
        return True
    if inside and (nickname := _NICKNAME.fullmatch(word)):
        return not _is_title(nickname[1])
    if not word[0].isalpha() or "/" in word or "&" in word or word[0].islower():
        return False
    if _INITIALS.fullmatch(word):  # initials; a lone capital is one that lost its full stop
        return True
    return not _is_title(word) or (inside and word.upper() in SURNAMES)


@lru_cache(maxsize=16_384)
def _is_title(word: str) -> bool:
    """Whether `word` is of a title or an office, misspelt or not."""
    plain = _NOT_CAPITALS.sub("", word.upper().replace("0", "O"))
    if not plain:
        return False
    if plain in TITLES or plain in BUREAUS or plain.startswith(("COUNS", "AMBASS")):
        return True
    if any(plain[:cut] in FIRST_PARTS and plain[cut:] in SECOND_PARTS for cut in range(1, len(plain) - 1)):
        return True
    if "/" in word:
        return all(_is_title(part) for part in word.split("/") if part)
    if "-" in word:
        return all(_is_title(part) for part in word.split("-") if part)
    if len(plain) < 6 and not (
        len(plain) >= 4 and word[1:].islower() is False and plain.endswith(("OFF", "MIN", "ATT"))
    ):
        return len(plain) == 4 and plain in _SHORT_SLIPS
    allowed = 1 if len(plain) < 8 else 2
    near = process.extractOne(plain, _LONG_TITLES, scorer=OSA.distance, score_cutoff=allowed)
    return near is not None


_LONG_TITLES = sorted(title for title in TITLES if len(title) >= 6)
_SHORT_SLIPS = frozenset({"CIEF", "CHEF", "CHIF", "DEPT", "AMBS"})


@lru_cache(maxsize=4096)
def _is_place(spelling: str) -> bool:
    words = spelling.split(" ")
    name = _NOT_CAPITALS.sub("", spelling.upper())
    key = keys_by_alias().get(name)
    if len(words) > 1:
        return key is not None and len(name) > 5 and name in (key, "HOLYSEE")
    if key is not None and key == name and len(name) > 3:
        return posts()[key].city.upper() == spelling.upper()
    return name in _COUNTRIES


_COUNTRIES = frozenset(
    "AFGHANISTAN PAKISTAN INDIA IRAQ IRAN EURASIAN EUROPE ASIA AFRICA AMERICA WASHINGTON KOREA CHINA TAIWAN".split()
)


_TITLE_LIMIT = 160


def _title(clean: str, start: int, stop: int, begin: int, finish: int) -> Value[str] | None:
    """What stands in front of the name, or else behind it."""
    for at, end in ((start, begin), (finish, stop)):
        raw = clean[at:end]
        text = raw.strip(" \t\n\\,;:.-?()")
        if 1 < len(text) <= _TITLE_LIMIT and text[0].isalpha():
            begin_at = at + raw.find(text)
            return Value(" ".join(text.split()), Span(begin_at, begin_at + len(text)), "classified-by-title", 0.8)
    return None
