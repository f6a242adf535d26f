"""The number of a telegram in any spelling becomes one canonical id: two-digit year, post, serial (05ALMATY4412).

Order of rules: what stands glued around the number goes first (section counts, captions, operating signals), then
prefixes of the mission (AMEMBASSY), then the handbook's spellings, then the nearest post by edits. A post that the
handbook does not know stays as it is written.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from reftel.handbook import country_names, keys_by_alias, posts

FIRST_YEAR, LAST_YEAR = 1960, 2029
_LONGEST_SPELLING = 60

_NOT_LETTERS = re.compile(r"[^A-Z0-9]")
_YEAR = re.compile(r"(?:(\d\d)\1(?=[A-Z])|(?:19|20)(\d\d)(?=\D)|(\d\d))")
_PLAIN = re.compile(r"(\d\d)([A-Z]{3,20})(\d{1,6})")
_ZERO_FIRST = re.compile(r"0[A-Z0]*[A-Z][A-Z0]*\d+$")  # 070TTAWA123
_FAMILY = re.compile(r"(?<=\d)_[A-Za-z]\d*$")
_SIGNAL = re.compile(r"(?<=\d)Z[A-Z]{2}\d*$")
_SUSPECTED = re.compile(r"(?<=\d)(?:SUSPECTED.*|CORRECTEDCOPY.*|TOSEC\d*)$")
# "SECTION 01 OF 03" in any damage: letters, two digits, something like OF, two digits, then the post.
_SECTION = re.compile(r"^(?:[A-Z]{2,10}?\d\d?[A-Z0]{1,2}\d\d|[A-Z]{2,9}N\dOF\d)(?=[A-Z])")
_NUMBER = re.compile(r"^([A-Z0-9]*?[A-Z][A-Z0]*?)(\d{1,7})$")
_GLUED = ("EFTO", "NOFORN", "SIPDIS", "NODIS", "EXDIS", "LIMDIS", "STADIS", "SENSITIVE", "UNCLASSIFIED", "UNCLASS",
          "UNCLAS", "CONFIDENTIAL", "SECRET", "TOSEC", "CORRECTEDCOPY", "NOTAL")  # fmt: skip
_MISSIONS = ("AMEMBASSY", "AMEMB", "AMCONSULATE", "AMCONSUL", "AMCONGEN", "EMBASSY", "CONSULATE", "CONSUL", "CONGEN",
             "USMISSION", "USINT", "USLO", "USOFFICE", "US", "FSC")  # fmt: skip
MISSION = re.compile(r"^(?:AM|US)?(?:EMBASSY|EMB|CONSUL|CONSULATE|CONGEN|MISSION|INT|LO)\s+")  # in front of a place
_SEATS = ("WASHINGTONDC", "WASHDC", "WASHINGTON", "DC")
_SHORTEST_CUT = 5  # letters of a name that was cut
_LONG = 7
_BANNERS = ("UNCLASSIFIED", "CONFIDENTIAL", "SECRET", "NOFORN", "SECTION", "LIMITEDOFFICIALUSE")


class Post(msgspec.Struct, frozen=True):
    """A post's canonical key, how it was found, and how sure that is."""

    key: str
    rule: str
    confidence: float


class Number(msgspec.Struct, frozen=True):
    """A telegram's number taken apart. `year` is None where the spelling gives none; `id` is empty then."""

    post: str
    serial: int
    year: int | None
    rule: str
    confidence: float

    @property
    def id(self) -> str:
        """The canonical id; empty without a year."""
        return "" if self.year is None else f"{self.year % 100:02d}{self.post}{self.serial}"

    @property
    def repaired(self) -> bool:
        """Whether damage had to be undone."""
        return self.confidence < 0.95


def letters(spelling: str) -> str:
    """`spelling` in capitals, letters and digits only: `Rio de Janeiro` gives `RIODEJANEIRO`."""
    return _NOT_LETTERS.sub("", spelling.upper())


def full_year(two_digits: int) -> int:
    """The year a two-digit year means: 66 to 99 in the last century, else in this one."""
    return two_digits + (1900 if two_digits >= 60 else 2000)


def without_mission(name: str) -> str:
    """`name` (letters only, capitals) without the word for the mission before the place: AMEMBASSYLIMA gives LIMA."""
    mission = next((one for one in _MISSIONS if name.startswith(one) and len(name) > len(one) + 2), "")
    return name[len(mission) :]


@lru_cache(maxsize=65_536)
def find_post(spelling: str, year: int | None = None) -> Post | None:
    """The post that `spelling` (letters only, capitals) means, or None where the handbook has none near it.

    Of several that are equally near, the one that was open in `year` is meant.
    """
    if len(spelling) > _LONGEST_SPELLING:
        return None
    known = keys_by_alias()
    if found := known.get(spelling):
        return Post(found, "post-name" if found == spelling else "post-alias", 1.0)
    unzeroed = spelling.replace("0", "O")
    if found := known.get(unzeroed):
        return Post(found, "post-zero-for-o", 0.9)
    for word in _MISSIONS:
        if unzeroed.startswith(word) and (found := known.get(unzeroed[len(word) :])):
            return Post(found, "post-without-mission-prefix", 1.0)
    keys, rule, confidence = _inexact(unzeroed)
    keys = _foremost(keys, year) if len(keys) > 1 else keys
    return Post(keys[0], rule, confidence) if len(keys) == 1 else None


_Hits = tuple[list[str], str, float]
_NO_HITS: _Hits = ([], "", 0.0)


@lru_cache(maxsize=65_536)
def _inexact(spelling: str) -> _Hits:
    """The posts that a spelling the handbook lacks may mean, of whatever year."""
    for found in (_with_place(spelling), _behind_banner(spelling) if not _keys_by_beginning().get(spelling) else None):
        if found is not None:
            return [found.key], found.rule, found.confidence
    return _cut(spelling) or _nearest(spelling)


def _with_place(spelling: str) -> Post | None:
    """A post with its country behind it (SEOULKOREA), or an agency with its city (TREASURYWASHDC)."""
    known = keys_by_alias()
    for seat in _SEATS:
        if spelling.endswith(seat) and (found := known.get(spelling[: -len(seat)])) and posts()[found].country == "US":
            return Post(found, "post-with-seat", 1.0)
    for size in range(4, len(spelling) - 3):
        found = known.get(spelling[:size]) if spelling[size:] in country_names() else None
        if found and posts()[found].country != "US":
            return Post(found, "post-with-country", 1.0)
    return None


def _cut(spelling: str) -> _Hits | None:
    """The posts whose name `spelling` begins (VLADI), as short forms and lost ends leave it."""
    hits = _keys_by_beginning().get(spelling, [])
    if len(hits) > 1 and all(key.startswith(min(hits, key=len)) for key in hits):  # MONTREAL, and MONTREALICAO
        hits = [min(hits, key=len)]
    # Where several are of one standing the nearest by edits decides.
    return (hits, "post-cut", 0.9) if len(_foremost(hits, None)) == 1 else None


@lru_cache(maxsize=1)
def _keys_by_beginning() -> dict[str, list[str]]:
    """The posts whose names begin so, for every beginning that is long enough to be told from another word."""
    found: dict[str, list[str]] = {}
    for key in posts():
        for size in range(_SHORTEST_CUT, len(key)):
            found.setdefault(key[:size], []).append(key)
    return found


def _foremost(keys: list[str], year: int | None) -> list[str]:
    """Those of `keys` that were open in `year`, and of these the ones of the highest standing."""
    if len(keys) > 1 and year is not None:
        keys = [key for key in keys if posts()[key].is_open(year)] or keys
    best = min((posts()[key].rank for key in keys), default=0)
    return [key for key in keys if posts()[key].rank == best]


def _behind_banner(spelling: str) -> Post | None:
    """A post behind what is left of a caption or banner (SIFIEDABUJA)."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - large, and for what is misspelt only

    known = keys_by_alias()
    for word in _GLUED:
        if spelling.startswith(word) and (found := find_post(spelling[len(word) :])):
            return Post(found.key, "post-behind-caption", min(0.9, found.confidence))
    for cut in range(2, len(spelling) - 3):
        if (found_key := known.get(spelling[cut:])) and any(
            OSA.distance(spelling[:cut], banner[-n:]) <= 1 for banner in _BANNERS for n in (cut, cut + 1) if cut > 2
        ):
            return Post(found_key, "post-behind-banner", 0.8)
    return None


def _nearest(spelling: str) -> _Hits:
    """The posts nearest by edits, none where none is near.

    A letter doubled or lost is likelier than one changed; in a short word only a lost letter and a swap are safe.
    """
    from rapidfuzz import process  # noqa: PLC0415 - large, and for what is misspelt only
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    if len(spelling) < 3:
        return _NO_HITS
    for found in (_garbled(spelling) if "Q" in spelling else None, _undoubled(spelling)):
        if found is not None:
            return [found.key], found.rule, found.confidence
    allowed = 1 if len(spelling) < 8 else 2
    near = process.extract(spelling, _spellings(), scorer=OSA.distance, score_cutoff=allowed, limit=8)
    if len(spelling) < 5:
        near = [hit for hit in near if len(hit[0]) == len(spelling) + 1 or sorted(hit[0]) == sorted(spelling)]
    if not near:
        return _NO_HITS
    best = near[0][1]
    hits = [name for name, distance, _ in near if distance == best]
    lost = [name for name in hits if len(name) == len(spelling) + 1]
    return sorted({keys_by_alias()[name] for name in lost or hits}), "post-nearest", 0.85 if best == 1 else 0.7


def _undoubled(spelling: str) -> Post | None:
    for at in range(1, len(spelling) if len(spelling) >= _SHORTEST_CUT else 0):
        if spelling[at] == spelling[at - 1] and (found := keys_by_alias().get(spelling[:at] + spelling[at + 1 :])):
            return Post(found, "post-nearest", 0.85)
    return None


@lru_cache(maxsize=1)
def _spellings() -> list[str]:
    """What a misspelling is compared with: every key, and the spellings that are long enough to be told apart."""
    keys = list(posts())
    long_ones = (alias for post in posts().values() for alias in post.aliases if len(alias) >= _LONG)
    return [*keys, *long_ones]


def _garbled(spelling: str) -> Post | None:
    """Line noise prints Q for one or two lost letters (QRIPOLI, QXICO)."""
    pattern = re.compile(spelling.replace("Q", "[A-Z]{1,2}"))
    hits = [key for key in posts() if pattern.fullmatch(key)]
    return Post(hits[0], "post-garbled", 0.7) if len(hits) == 1 else None


@lru_cache(maxsize=65_536)
def parse_number(spelling: str) -> Number | None:
    """A telegram's number from any spelling that holds post and serial; None where either is missing."""
    if plain := _PLAIN.fullmatch(spelling):
        post = find_post(plain[2], full_year(int(plain[1])))
        if post is None or post.confidence == 1.0:
            rule, confidence = (post.rule, 1.0) if post else ("post-unknown", 0.9)
            key = post.key if post else plain[2]
            if post or not _SECTION.match(plain[2]):
                return Number(key, int(plain[3]), full_year(int(plain[1])), rule, confidence)
    text = _NOT_LETTERS.sub("", _FAMILY.sub("", spelling.strip()).upper())
    year, rest, doubled = _take_year(text)
    rest = _SUSPECTED.sub("", rest)
    bare = _SIGNAL.sub("", rest)
    unsectioned = _SECTION.sub("", bare) if not _NUMBER.fullmatch(bare) or _SECTION.match(bare) else bare
    if not (match := _NUMBER.fullmatch(unsectioned)):
        return None
    name, serial = match[1], int(match[2])
    if len(name) == 1:  # no post: the letter of a document, a paragraph or a list
        return None
    post = find_post(name, year)
    confidence = post.confidence if post else (0.9 if name.isalpha() else 0.5)
    if doubled or bare != rest or unsectioned != bare:
        confidence = min(confidence, 0.9)
    rule = post.rule if post else "post-unknown"
    return Number(post.key if post else name, serial, year, rule, confidence)


def _take_year(text: str) -> tuple[int | None, str, bool]:
    match = _YEAR.match(text)
    if not match:
        return None, text, False
    digits = match[1] or match[2] or match[3]
    # A bare serial in front ("4412ALMATY") is no year; a telegram's number always ends in its serial.
    if match[3] and _ZERO_FIRST.match(text, match.end()):
        return full_year(int(digits)), text[match.end() :], False
    if not text[match.end() :] or (text[match.end()].isdigit() and match[3]):
        section = _SECTION.match("XX" + text[match.end() :])
        if not section:
            return None, text, False
    return full_year(int(digits)), text[match.end() :], bool(match[1])


def canonical(spelling: str, *, year: int | None = None) -> str:
    """The canonical id for any spelling; `year` fills in where none is written; the letters alone where unreadable."""
    number = parse_number(spelling)
    if number is None:
        return letters(spelling)
    if number.year is None and year is not None:
        number = msgspec.structs.replace(number, year=year)
    return number.id or f"{number.post}{number.serial}"
