"""One segment of a REF block walked word by word: post words followed by a number are a cable."""

from __future__ import annotations

import re

import msgspec

from reftel.cable.identity import FIRST_YEAR, LAST_YEAR, Number, find_post, full_year, letters
from reftel.cable.records import Reference
from reftel.finding import Span, Value

UNKNOWN_POST = 0.8  # how sure a post is that the handbook lacks
_TOKEN = re.compile(
    r"(?P<glued>(?:(?:19|20)?\d\d[A-Z][A-Z']{2,20}|[A-Z]{4,20})[O0]*\d{1,7}(?!\w))"
    r"|(?P<number>#?(?:(?<![A-Za-z])[Oo]{1,4}(?=\d{2})\d{2,6}|(?<![A-Za-z])[Oo]\d(?=[ -]+[A-Z])|\d{1,3},\d{3}(?!\d)|\d{1,7}(?![A-Za-z\d])))"
    r"|(?P<word>[A-Za-z0-9][A-Za-z0-9'’&]*(?:\.(?=[A-Za-z]))?)"
    r"|(?P<open>[(\[\"“])|(?P<mark>[^\w\s])",
    re.ASCII,  # a serial is in plain figures
)
_YEAR_IN_BRACKETS = re.compile(r"[(\[]\s*['‘’]?((?:19|20)?\d\d)\s*[)\]]")
_CAPTION = re.compile(r"\b(NOTAL|EXDIS|NODIS|STADIS|LIMDIS|NOFORN|NOFOR|SIPDIS)\b", re.IGNORECASE)
_PREVIOUS = re.compile(r"\s*,?\s*(?:AND|&)\s+(?:PREV(?:IOUS)?|EARLIER)\b", re.IGNORECASE)
_FILLER = frozenset(
    "CABLE CABLES TEL TELS TELEGRAM TELEGRAMS MESSAGE MSG NO NOS NR SEE ALSO REF REFS REFTEL AND OR THE FROM IN TO OF "
    "UNCLASS UNCLAS UNCLASSIFIED CONFIDENTIAL SECRET U C S SBU NF BOTH PER MY OUR YOUR SERIES CIRCULAR".split()
)
_MONTHS = frozenset("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC JANUARY FEBRUARY MARCH APRIL JUNE JULY AUGUST "
                    "SEPTEMBER OCTOBER NOVEMBER DECEMBER SEPT".split())  # fmt: skip
_MISSION_WORDS = frozenset({"AMEMBASSY", "EMBASSY", "AMCONSUL", "USMISSION", "MISSION", "USINT", "USLO", "LEGATION"})
# A number behind these words is a place in the telegram just named, no serial.
_PLACES = frozenset(
    "PARA PARAS PARAGRAPH PARAGRAPHS SECTION SECTIONS SEC PAGE PAGES ITEM ITEMS ANNEX TAB CHAPTER LINE".split()
)
_JOIN = frozenset("AND & THROUGH THRU".split())
_JOIN_OR_COMMA = _JOIN | {","}
_TITLE_CLOSERS = {"(": ")", "[": "]", '"': '"', "“": "”"}
_GLUED = re.compile(r"((?:19|20)?\d\d)?([A-Z'a-z]+?)[O0]*(\d+)")
_FOUR_DIGIT_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_GLUED = re.compile(r"((?:19|20)?\d\d)([A-Za-z][A-Za-z'’]{2,20})")
_NOT_DIGITS = re.compile(r"\D")


class _Token:
    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind, self.text, self.start, self.end = kind, text, start, end


def _tokens(clean: str, start: int, end: int) -> list[_Token]:
    out: list[_Token] = []
    for match in _TOKEN.finditer(clean, start, end):
        kind, text, at = match.lastgroup or "", match[0], match.start()
        if kind == "word" and text[0] in "0129" and (glued := _YEAR_GLUED.fullmatch(text)):  # 07BONN 9
            out.append(_Token("number", glued[1], at, at + len(glued[1])))
            text, at = glued[2], at + len(glued[1])
        out.append(_Token(kind, text, at, match.end()))
    return out


def walk(clean: str, letter: str, start: int, end: int) -> list[Reference]:
    """The cables of one segment, in order."""
    walker = _Walker(clean, letter, _tokens(clean, start, end))
    walker.run()
    return walker.found


class _Walker:
    """Walks a segment's tokens; `found` grows by one reference at each number that closes a post's words."""

    def __init__(self, clean: str, letter: str, tokens: list[_Token]) -> None:
        self.clean, self.letter, self.tokens = clean, letter, tokens
        self.found: list[Reference] = []
        self.words: list[_Token] = []
        self.year: _Token | None = None
        self.post: tuple[str, float] | None = None
        self.front: _Token | None = None  # the year that stood in front of the list being walked
        self.joined = False

    def run(self) -> None:
        at = 0
        while at < len(self.tokens):
            at = self._step(at)

    def _step(self, at: int) -> int:
        token = self.tokens[at]
        if token.kind == "glued":
            self._glued(token)
        elif token.kind == "number":
            return self._number(at)
        elif token.kind == "word":
            self._word(token)
        elif token.kind == "open":
            return self._bracket(at)
        elif token.text in ",/&":
            self.words = []
            self.joined = True
        elif token.text not in "-.'‘’#\\¶":
            self.words = []
        return at + 1

    def _word(self, token: _Token) -> None:
        if token.text.upper() in _JOIN:
            self.words, self.joined = [], True
            return
        if self.found and not self.words and _CAPTION.fullmatch(token.text):
            self._caption(token.start, token.end)
            return
        self.words.append(token)

    def _glued(self, token: _Token) -> None:
        match = _GLUED.fullmatch(token.text)
        before = [word.text for word in self.words]
        if match and before and not match[1] and (post := _resolve([*before, match[2]])) and post[1] == 1.0:
            self._add(
                post,
                match[3],
                self.year,
                (self.year or self.words[post[2]]).start if post[2] < len(before) else token.start,
                token.end,
            )
        elif match and (post := _resolve([match[2]])):
            year = _Token("year", match[1], token.start, token.start) if match[1] else self.year
            self._add(post, match[3], year, year.start if year else token.start, token.end)
        self.words = []

    def _number(self, at: int) -> int:
        token = self.tokens[at]
        if self.words and self.words[-1].text.upper() in _MONTHS:
            return self._date(at)
        placed = bool(self.words) and self.words[-1].text.upper() in _PLACES
        if self.words and not placed and (post := _resolve([word.text for word in self.words])):
            begin = self.year.start if self.year else self.words[post[2]].start
            return self._close(at, post, begin)
        if placed:
            self.words, self.post = [], None
            return at + 1
        if self._is_date(at + 1):
            self.words, self.year = [], None
            return at + 5
        if self.words:
            self.words, self.year = [], None
            return at + 1
        if self._is_year_in_front(at):
            self.year = token
            return at + 1
        if self.found and self.post and self.joined:
            return self._close(at, (*self.post, 0), token.start)
        return self._post_behind(at)

    def _date(self, at: int) -> int:
        """Behind a date with its month in letters: the day, and the year that may follow."""
        self.words, self.year, self.joined = [], None, False
        after = at + 1
        if after < len(self.tokens) and self.tokens[after].text == ",":
            after += 1
        is_year = after < len(self.tokens) and _FOUR_DIGIT_YEAR.fullmatch(self.tokens[after].text)
        return after + 1 if is_year else at + 1

    def _close(self, at: int, post: tuple[str, float, int], begin: int) -> int:
        token = self.tokens[at]
        year, end, after = self._year_behind(at)
        if self._is_date(after):
            self.words, self.year = [], None
            return after + 4
        front = self.year or (self.front if begin == token.start else None)
        self._add(post, token.text, year or front, begin, end)
        self.front = front
        return after

    def _is_date(self, after: int) -> bool:
        """A number that a slash and two more parts follow is a date (11/3/09), not a serial."""
        rest = self.tokens[after : after + 4]
        return (
            len(rest) == 4 and rest[0].text == "/" and rest[2].text == "/"
            and len(rest[1].text) <= 2 and len(rest[3].text) in (2, 4)
        )  # fmt: skip

    def _add(
        self, post: tuple[str, float, int] | tuple[str, float], serial: str, year: _Token | None, begin: int, end: int
    ) -> None:
        digits = _NOT_DIGITS.sub("", serial.replace("O", "0").replace("o", "0"))
        given = _year_of(year.text) if year else None
        number = Number(post[0], int(digits), given, "ref", post[1])
        label = " ".join(self.clean[begin:end].split())
        previous = _PREVIOUS.match(self.clean, end)
        self.found.append(
            Reference(
                kind="cable", label=label, span=Span(begin, end), letter=self.letter, target=number.id or str(number.post)
                + str(number.serial), year_given=given is not None, and_previous=bool(previous), confidence=post[1],
            )
        )  # fmt: skip
        self.post, self.words, self.year, self.joined = (post[0], post[1]), [], None, False

    def _is_year_in_front(self, at: int) -> bool:
        """Whether the number at `at` is a year: post words and a serial follow."""
        if _year_of(self.tokens[at].text) is None:
            return False
        after = at + 1
        while after < len(self.tokens) and self.tokens[after].text in "-'‘’).":
            after += 1
        words: list[str] = []
        while after < len(self.tokens) and self.tokens[after].kind == "word":
            words.append(self.tokens[after].text)
            after += 1
            while after < len(self.tokens) and self.tokens[after].text in "-.'‘’#\\¶":
                after += 1
        closed = after < len(self.tokens) and self.tokens[after].kind == "number"
        return bool(words) and closed and words[0].upper() not in _MONTHS | _JOIN

    def _year_behind(self, at: int) -> tuple[_Token | None, int, int]:
        """A year behind the serial at `at`: (06), (2002), -91, /08 or a bare 99 at the segment's end."""
        token, rest = self.tokens[at], self.tokens[at + 1 :]
        if rest and (match := _YEAR_IN_BRACKETS.match(self.clean, rest[0].start)):
            skip = sum(1 for other in rest if other.start < match.end())
            return _Token("year", match[1], match.start(), match.end()), match.end(), at + 1 + skip
        if len(rest) >= 2 and rest[0].text in "-/" and rest[1].kind == "number" and rest[0].start == token.end:
            close = rest[1].start == rest[0].end and len(rest[1].text) in (2, 4) and _year_of(rest[1].text) is not None
            date = len(rest) >= 3 and rest[2].text == "/" and rest[2].start == rest[1].end
            if close and not date and (len(token.text) > 2 or rest[1].text[0] == "0" or len(rest[1].text) == 4):
                return rest[1], rest[1].end, at + 3
        if len(rest) == 1 and rest[0].kind == "number" and len(rest[0].text) == 2 and len(token.text) >= 4:
            return rest[0], rest[0].end, at + 2
        return None, token.end, at + 1

    def _post_behind(self, at: int) -> int:
        """A serial in front of its post: 870 ULAANBAATAR."""
        numbers, after = self._numbers_in_front(at)
        words: list[_Token] = []
        while after < len(self.tokens) and self.tokens[after].kind == "word":
            if self.tokens[after].text.upper() in _JOIN:
                break
            words.append(self.tokens[after])
            after += 1
        following = self.tokens[after] if after < len(self.tokens) else None
        ends = following is None or following.kind == "open" or following.text.upper() in _JOIN
        post = _resolve([word.text for word in words], known_only=at > 0 or not ends) if words else None
        if post is None or (following is not None and following.kind == "number"):
            self.joined = False
            return at + 1
        behind = (
            _YEAR_IN_BRACKETS.match(self.clean, following.start) if following and following.kind == "open" else None
        )
        year = _Token("year", behind[1], behind.start(), behind.end()) if behind else self.year
        for number in numbers[:-1]:
            self._add(post, number.text, year, number.start, number.end)
        self._add(post, numbers[-1].text, year, numbers[-1].start, behind.end() if behind else words[-1].end)
        return next(
            (n for n in range(after, len(self.tokens)) if not behind or self.tokens[n].start >= behind.end()),
            len(self.tokens),
        )

    def _numbers_in_front(self, at: int) -> tuple[list[_Token], int]:
        """The numbers of a list that begins at `at` (61 and 77 SAINT OUEN), and where what follows it begins."""
        numbers, after = [self.tokens[at]], at + 1
        while after + 1 < len(self.tokens) and self.tokens[after].text.upper() in _JOIN_OR_COMMA:
            if self.tokens[after + 1].kind != "number":
                break
            numbers.append(self.tokens[after + 1])
            after += 2
        return numbers, after

    def _bracket(self, at: int) -> int:
        """What stands in brackets or quotes: a year in front, captions, or a title of the reference before it."""
        token = self.tokens[at]
        if (match := _YEAR_IN_BRACKETS.match(self.clean, token.start)) and not self.words:
            after = next(
                (n for n in range(at, len(self.tokens)) if self.tokens[n].start >= match.end()), len(self.tokens)
            )
            self.year = _Token("year", match[1], match.start(), match.end())
            return after
        closer = self.clean.find(_TITLE_CLOSERS[token.text], token.end, self.tokens[-1].end)
        if closer < 0 or self.words:
            return at + 1
        after = next((n for n in range(at, len(self.tokens)) if self.tokens[n].start > closer), len(self.tokens))
        if self.found:
            self._title(token.end, closer)
            return after
        return at + 1

    def _title(self, start: int, end: int) -> None:
        inside = self.clean[start:end]
        begin = start + len(inside) - len(inside.lstrip(" \t\n\"“'"))
        stop = end - (len(inside) - len(inside.rstrip(" \t\n\"”'")))
        text = " ".join(self.clean[begin:stop].split())
        if _CAPTION.search(inside):
            for caption in _CAPTION.finditer(self.clean, start, end):
                self._caption(caption.start(), caption.end())
        elif text and not text.isdigit() and self.found[-1].title is None:
            value = Value(text, Span(begin, stop), "ref-title", 0.9)
            self.found[-1] = msgspec.structs.replace(self.found[-1], title=value)

    def _caption(self, start: int, end: int) -> None:
        value = Value(self.clean[start:end].upper(), Span(start, end), "ref-caption")
        last = self.found[-1]
        self.found[-1] = msgspec.structs.replace(last, captions=(*last.captions, value))


def _year_of(digits: str) -> int | None:
    """The year written as 05, O5, 094 (a slip for 94), '08, 1999 or 2005; None for any other number."""
    digits = digits.replace("O", "0").replace("o", "0")
    if not digits.isdecimal():  # "#12" is a serial
        return None
    if len(digits) == 3 and digits[0] == "0":
        digits = digits[1:]
    if len(digits) == 2:
        return full_year(int(digits))
    if len(digits) == 4 and FIRST_YEAR <= int(digits) <= LAST_YEAR:
        return int(digits)
    return None


def _resolve(words: list[str], *, known_only: bool = False) -> tuple[str, float, int] | None:
    """(post, confidence, position of its first word) for the words in front of a serial; None where they name none."""
    plain = [word.rstrip(".") for word in words]
    while plain and plain[-1].upper() in _FILLER and not find_post(letters("".join(plain))):
        plain.pop()
    if not plain or any(word.upper() in _MONTHS and len(plain) > 1 for word in plain):
        return None
    for first in range(len(plain)):
        post = find_post(letters("".join(plain[first:])))
        if post and post.confidence == 1.0:
            return post.key, 1.0 if not first or plain[first - 1].upper() in _FILLER else 0.8, first
    for first in range(len(plain)):
        if post := find_post(letters("".join(plain[first:]))):
            return post.key, post.confidence, first
    return None if known_only else _unknown_post(plain)


def _unknown_post(plain: list[str]) -> tuple[str, float, int] | None:
    """A post the handbook lacks, taken on its form: up to four capitalised words and nothing else."""
    first = 0
    while first < len(plain) - 1 and plain[first].upper() in _FILLER:
        first += 1
    name = plain[first:]
    if len(name) > 1 and name[0].upper() in _MISSION_WORDS:
        name, first = name[1:], first + 1
    if len(name) > 4 or sum(map(len, name)) < 3 or not all(word[0].isupper() and word.isalpha() for word in name):
        return None
    if any(word.upper() in _FILLER for word in name):
        return None
    return letters("".join(name)), UNKNOWN_POST, first
