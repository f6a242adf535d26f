"""A stretch of text as words with classes: quotations folded into one item each, sentences told apart.

Line breaks inside a stretch are white space, so hard wraps and words broken at a line's end do no harm; every item
keeps its offsets in the text.
"""

from __future__ import annotations

import re
from typing import Final

from reftel.statements.lexicon import lexicon

_TOKEN: Final = re.compile(
    r"(?P<word>(?:[A-Za-z]\.){2,}|[^\W\d_](?:[^\W_]|-(?:[ \t]*\n[ \t]*|[ ](?=[a-z]|(?<=[A-Z]-[ ])[A-Z])(?!(?i:and|or|to)\b))?(?=[^\W_])"
    r"|['’](?!(?:s|re|ve|ll|d|m|S|RE|VE|LL|D|M)\b)(?=[^\W\d_])|&(?=[^\W_])|/(?=[^\W\d_])|(?<=\d),(?=\d{3}\b))*)"
    r"|(?P<clitic>(?<=[^\W_])['’](?:s|re|ve|ll|d|m|S|RE|VE|LL|D|M)\b)"
    r"|(?P<number>[$€£#]?\d(?:[\d,.:/-]*\d)?[^\W_]*%?)"
    r"|(?P<quote>[“”\"«»]|''(?:'(?=\s))?|``|’’|‘‘)"
    r"|(?P<dots>\.(?:[ \t\n]?\.)+|…)"
    r"|(?P<stop>[.?!]+)"
    r"|(?P<dash>--+|[—–]|-(?=\s)|-(?<=\s-))"
    r"|(?P<open>[(\[])|(?P<close>[)\]])"
    r"|(?P<comma>,)|(?P<semi>;)|(?P<colon>:)"
    r"|(?P<other>[^\s\w]|_+)",
)
_KINDS: Final = {"dash": "-", "open": "(", "close": ")", "comma": ",", "semi": ";", "colon": ":", "other": "x"}
_ABBREVIATIONS: Final = frozenset(
    "mr mrs messrs ms mme mlle dr prof gov sen rep reps sens gen col lt maj capt sgt adm cmdr amb hon rev st jr sr no "
    "nos vs etc inc corp co ltd fig al "
    "jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs fri sat sun dept "
    "asst dir min pres sec supt u.s eg ie cf "
    "ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev "
    "okla ore pa penn tenn tex va vt wash wis wyo para paras approx est".split()
)
# Titles stand before a name, so that a stop behind them never ends a sentence.
_TITLES: Final = frozenset(
    "mr mrs messrs ms mme mlle dr prof gov sen rep reps sens gen col lt maj capt sgt adm amb hon rev st vs no nos".split()
)
# What seldom ends a sentence, where capitals do not tell.
_WITHIN: Final = frozenset("sr jr dept asst dir est approx".split())
# What has a letter for its number, so that a stop behind the letter is no initial's.
_LETTERED: Final = frozenset(
    "annex appendix ref refs para part plan section article item paragraph exhibit leaf under letter tab case class vitamin".split()
)
_ACCENTED: Final = frozenset("charge attache communique emigre protege expose".split())
_PRONOUN_BE: Final = frozenset(
    "he she it that there what who where here how this when everyone nobody somebody".split()
)
_SUFFIXES: Final = (
    ("ly", "R"), ("ing", "G"), ("ed", "E"), ("ous", "J"), ("ful", "J"), ("ive", "J"), ("able", "J"), ("ible", "J"),
    ("less", "J"), ("ical", "j"), ("ish", "j"), ("ary", "j"), ("ant", "j"), ("ic", "j"), ("al", "j"), ("ese", "j"), ("an", "j"),
)  # fmt: skip
_NOT_ENDINGS: Final = frozenset(
    "thing king ring spring wing being building meeting morning evening ceiling family ally reply "
    "supply assembly bed seed feed speed deed breed weed "
    "proposal approval arrival capital hospital goal signal rival festival journal principal animal "
    "criminal removal deal republic public music topic "
    "clinic traffic critic fabric logic executive representative objective initiative perspective "
    "detective motive incentive archive archives "
    "olive native relative table cable vegetable monopoly anomaly library secretary boundary salary "
    "summary military diary dictionary missionary "
    "commentary documentary beneficiary adversary anniversary january february giant servant merchant "
    "tenant applicant participant consultant "
    "immigrant migrant restaurant plant grant infant accountant elephant assistant descendant "
    "protestant militant warrant offering feeling "
    "briefing funding training hearing finding opening filing ruling spending voting beginning warning wording "
    "finish british english polish irish spanish turkish swedish danish finnish scottish jewish italy "
    "july sibling hundred embassy".split()
)
_LOWER_ADJECTIVES: Final = frozenset(
    "british english irish polish spanish turkish swedish danish finnish scottish jewish".split()
)


class Quote:
    """A quotation: the items `first` to `last` inside its marks, and its place in the text, marks included."""

    __slots__ = ("end", "first", "inner", "last", "sign", "start")

    def __init__(self, start: int, end: int, first: int, last: int, sign: str, inner: Items) -> None:
        self.inner = inner
        self.start = start
        self.end = end
        self.first = first
        self.last = last
        self.sign = sign


class Items:
    """Items in the order of the text: where each begins and ends, its word in lower case, its class.

    `quotes` names the quotation that an item of class `"` stands for. `capital` says whether it begins with a capital.
    `upper` says that capitals tell nothing, `cable` that a cable is read, most of which is reported.
    """

    __slots__ = ("cable", "capital", "ends", "low", "quotes", "starts", "tags", "upper")

    def __init__(self, *, upper: bool = False, cable: bool = False) -> None:
        self.upper = upper
        self.cable = cable
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.low: list[str] = []
        self.tags: list[str] = []
        self.capital: list[bool] = []
        self.quotes: list[Quote | None] = []

    def add(self, start: int, end: int, low: str, tag: str, capital: bool, quote: Quote | None = None) -> None:
        """One more item."""
        self.starts.append(start)
        self.ends.append(end)
        self.low.append(low)
        self.tags.append(tag)
        self.capital.append(capital)
        self.quotes.append(quote)

    def take(self, other: Items, position: int) -> None:
        """The item of `other` at `position`, added here."""
        self.add(
            other.starts[position], other.ends[position], other.low[position], other.tags[position],
            other.capital[position], other.quotes[position],
        )  # fmt: skip


def _class_of(low: str, known: dict[str, str], capital: bool, upper: bool) -> str:
    """The class of a word out of its context."""
    tag = known.get(low)
    if tag is not None:
        if capital and not upper and tag in "NJaBRV" and low != "i":
            return "~" + tag  # a name, unless it opens a sentence
        return tag
    if capital and not upper:
        return "M"
    if "-" in low:
        last = low.rsplit("-", 1)[1].strip()
        return "J" if last.endswith(("ed", "ing")) or known.get(last) == "J" else "N"
    if low in _NOT_ENDINGS:
        return "J" if low in _LOWER_ADJECTIVES else "N"
    if len(low) > 4:
        for ending, name in _SUFFIXES:
            if low.endswith(ending):
                return name
    return "N"


def read_items(
    text: str,
    start: int,
    end: int,
    *,
    upper: bool = False,
    holes: tuple[tuple[int, int], ...] = (),
    cable: bool = False,
) -> Items:
    """The items of `text[start:end]`, quotation marks still apart as class `"`.

    `upper` says that capitals tell nothing; what stands in `holes` (page lines) is passed over.
    """
    items = Items(upper=upper, cable=cable)
    known = lexicon().tags
    for match in _TOKEN.finditer(text, start, end):
        kind = match.lastgroup
        at, stop = match.start(), match.end()
        if holes and any(low_end <= at < high_end for low_end, high_end in holes):
            continue
        if kind == "word":
            word = match[0]
            low = word.lower()
            if "’" in low:
                low = low.replace("’", "'")
            if "\n" in low or " " in low:
                low = _joined("".join(low.split()), known)
            capital = word[0] != low[0]
            lettered = len(low) == 1 and capital and bool(items.low) and items.low[-1] in _LETTERED
            items.add(at, stop, low, "M" if lettered else _class_of(low, known, capital, upper), capital)
        elif kind == "clitic":
            low = match[0].replace("’", "'").lower()
            items.add(at, stop, low, _clitic(low, items.low[-1] if items.low else ""), False)
        elif kind == "number":
            items.add(at, stop, match[0], "#", False)
        elif (
            kind == "stop"
            and match[0] == "."
            and items.low
            and items.ends[-1] == at
            and _abbreviates(text, items, stop)
        ):
            items.ends[-1] = stop
        elif kind in ("stop", "dots"):
            items.add(at, stop, match[0], "." if kind == "stop" else "…", False)
        elif kind == "quote":
            items.add(at, stop, match[0][:2], '"', False)
        elif match[0] in "'’" and items.low and items.ends[-1] == at and items.low[-1] in _ACCENTED:
            items.ends[-1] = stop  # the accent of a telegram: CHARGE'
        else:
            items.add(at, stop, match[0], _KINDS[kind or "other"], False)
    return items


def _joined(low: str, known: dict[str, str]) -> str:
    """A word that was broken at a line's end: without its hyphen, unless that is the word's own."""
    joined = low.replace("-", "")
    return low if joined not in known and low.rsplit("-", 1)[1] in known else joined


def _clitic(low: str, before: str) -> str:
    """The class of what hangs on a word: a possessive, or a verb cut short."""
    if low == "'s":
        return "b" if before in _PRONOUN_BE else "'"
    return "m" if low in ("'ll", "'d") else "h" if low == "'ve" else "b"


def _abbreviates(text: str, items: Items, after: int) -> bool:
    """Whether the stop behind the last item belongs to it."""
    word = items.low[-1].rsplit("-", 1)[-1]
    if not (word in _ABBREVIATIONS or (len(word) == 1 and items.capital[-1])):
        return False
    if len(word) == 1 and len(items.low) > 1 and items.low[-2] in _LETTERED:
        return False
    if word in _TITLES or len(word) == 1 or word != items.low[-1]:
        return True
    if items.upper and word in _WITHIN:
        return True
    while after < len(text) and text[after] in " \t\n":
        after += 1
    return (after < len(text) and not text[after].isupper()) or (
        word in _ABBREVIATIONS and text[after : after + 1].isdigit()
    )
