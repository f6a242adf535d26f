"""Citations as despatches and early telegrams make them: "my 310, March 7, 4 p.m.", "your despatch of the 5th instant".

A paper is called by whose it is, its kind, its number, its day and its hour, and seldom by all five. What is written is
read. The year, and a month that is only `instant` or `ultimo`, come from the day on which the citing paper was sent.
"""

from __future__ import annotations

import re

import msgspec

from reftel.cable.cited_days import DATE, HOUR, HOUR_MENDED, day_of, hour_of, in_month_of
from reftel.cable.records import Citation, Whose
from reftel.finding import Span

_KINDS = {
    "telegram": "telegram", "telegraphic": "telegram", "telegraph": "telegram", "cable": "telegram", "wire": "telegram",
    "cablegram": "telegram", "radiogram": "telegram", "airgram": "airgram", "despatch": "despatch",
    "dispatch": "despatch", "instruction": "instruction", "note": "note", "letter": "letter",
    "memorandum": "memorandum", "memoranda": "memorandum", "aide-mémoire": "memorandum", "report": "report",
    "circular": "circular", "communication": "", "message": "", "reply": "", "answer": "",
}  # fmt: skip
_KIND = re.compile(
    r"(?:telegraphic\s(?:instruction|message|report|circular|despatch|dispatch|reply|communication)"
    r"|circular\s(?:telegram|instruction|despatch|dispatch|note)|telegram|telegraph|telegraphic|cablegram|cable|wire|radiogram"
    r"|airgram|despatch|dispatch|instruction|note|letter|memorandum|memoranda|aide-mémoire|report|circular|communication"
    r"|message|reply|answer)(?P<many>e?s)?\b",
    re.IGNORECASE,
)
_ADJECTIVES = re.compile(
    r"(?:(?:strictly|very|most|urgent|confidential|secret|cipher|code|coded|air|mail|airmail|unnumbered|circular|identic"
    r"|long|recent|previous|late|last|supplementary|formal|informal|official|private|personal|special|first|second|third"
    r"|earlier|written|separate|several|two|three|four|own|esteemed|interesting|important|diplomatic|political|trade"
    r"|commercial|said|above|headed|subsequent|before|mentioned|further|joint|reply|detailed|aforesaid|predecessor[’']s)\b[,-]?\s?)+",
    re.IGNORECASE,
)
_OFFICE = (
    r"(?:(?:Embassy|Legation|Consulate(?:\sGeneral)?|Mission|Delegation|Ambassador|Minister|Consul(?:\sGeneral)?|Charg[ée])"
    r"(?:[’']s)?)"
)
_NAME = r"(?:(?:Mr|Gen|Col|Dr|Sir|M|Messrs)\.?\s)?[A-Z][\w-]+(?:\s(?:de\s|von\s|[A-Z]\.\s)?[A-Z][\w-]+){0,3}"
_OWNER = re.compile(
    r"(?:(?P<own>my|our|mine)\b|(?P<yours>yours?)\b(?:\s(?:excellency|government)[’']s\b|\s(?:Excellency|Government)[’']s\b)?"
    r"|(?:(?:the|this|your)\s)?(?P<department>Department(?:\sof\sState)?)(?:[’']s|s[’']|(?=\s(?:circular|telegram|instruction|despatch|note|memorandum)))"
    rf"|(?:(?:the|this|your)\s)?(?P<mission>(?:American\s)?{_OFFICE})(?=\W)(?:(?<=s)|(?=\s(?:telegram|despatch|note|memorandum)))"
    rf"|(?P<named>{_NAME})(?:[’']s|(?<=s)[’']))",
    re.IGNORECASE,
)
# Deptel 36, Embtels 12 and 13, urtel March 7, reurtel 310.
_WIRED = re.compile(
    r"(?:re)?(?:(?P<department>dep(?:cir)?)|(?P<mission>emb|leg|con|congen)|(?P<yours>ur)|(?P<own>my|our))tel(?P<many>s)?\b",
    re.IGNORECASE,
)
_START = re.compile(
    r"(?<![\w’'-])(?:my|our|mine|yours?|My|Our|Mine|Yours?|MY|YOUR|OUR"
    r"|(?=[A-Z])(?!\w+ing\s|(?:Reference|Refers?|In|Re|See|For|With|From|To|By|As|Since|Please|And|Under|On|Of|The|This)\s)[A-Z][\w.]*(?:\s(?:of\s|de\s|von\s)?[A-Z][\w.-]*){0,3}(?:[’']s|s[’'])"
    r"|(?:Department|Embassy|Legation|Consulate|Mission)\s(?=[Cc]ircular|[Tt]elegram|[Ii]nstruction|[Dd]espatch|[Nn]ote|[Mm]emorandum)"
    r"|(?:[Rr]e)?(?:[Dd]ep(?:cir)?|[Ee]mb|[Ll]eg|[Cc]on(?:gen)?|[Uu]r|[Mm]y|[Oo]ur)tels?\b"
    r"|(?:[Tt]ele(?:gram|graph)|[Cc]able|[Cc]ablegram|[Ww]ire|[Rr]adiogram|[Aa]irgram|[Dd][ei]spatch|[Ii]nstruction|[Nn]ote"
    r"|[Ll]etter|[Mm]emorand|[Aa]ide-m|[Rr]eport|[Cc]ircular|[Cc]ommunication|[Mm]essage|Nos?\.\s?\d|[Nn]umbers?\s\d))"
)
_SIGN = re.compile(r"(?:\s?[,(:]?\s?)(?:Nos?\b\.?|numbers?\b|numbered|serial)\s{0,2}(?=\d)", re.IGNORECASE)
# A serial is not a day, an hour, a year of a treaty, a measure, a sum or a share.
_FIGURE = re.compile(
    r"(?P<number>\d{1,5})(?P<letter>[–-]?[A-Z])?(?![\w/%°]|[.,:]\d|\s?[ap]\.\s?m|\sper\s?cent|\s?\[\w+ ?[ap]\.)"
    r"(?:\s?\[(?P<mended>\d{1,5})\??\])?"
)
_OF = re.compile(
    r"(?:[,;]?\s?\(?(?:(?:of|dated|under\sdate\sof|bearing\sdate(?:\sof)?|sent|written|on|for)\s?,?)?\s?(?:respectively,?\s)?"
    r"(?:of\s)?(?:the\sdate\sof\s)?)",
)
_BEHIND = re.compile(
    r",?\s(?:last,?\s)?\(?(?:No\.\s?|(?<=,\s)(?=\d{3,5},))(?P<number>\d{1,5})\b(?![.:]\d|\s?[ap]\.)\)?"
)
# The words between a paper and the day it was sent under are many; only this phrase leads surely from one to the other.
_UNDER = re.compile(
    r"[^.;:?!\d]{1,80}?,?\s(?=(?:under\sdate\sof|dated)\s)|\swas\sdrawn\sup\s(?=on\s)"
    r"|\sof\s(?:\w+\s){1,2}conversation\b[^;:?!\d]{1,80}?,?\s(?=on\s)"
)
_MENDED = re.compile(r"\s?\[(?P<number>\d{1,5}),\s(?=[A-Z])")
_AT = re.compile(r"(?:\]?,?\s?(?:at\s|—|–|-)?\s?)")
_PARTY = (
    r"(?:the\s|our\s|your\s|this\s)?(?P<party>(?!Jan|Feb|Mar(?:ch|\.)|Apr|May\b|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Memorand|Despatch|Telegram|Note|Letter|Enclosure|Inclosure)(?:[A-Z][\w’.é-]*)"
    r"(?:\s(?:(?:at|in|of|the|de|General)\s){0,2}\(?[A-Z][\w’.é-]*\)?){0,6})"
)
_TO_US = re.compile(r"\sto\s(?:me|you|us|him|them)\b,?(?=\s)")
_FROM = re.compile(rf"(?:,?\s(?:from|by|of)\s){_PARTY}")
_TO = re.compile(
    r"(?:(?:,?\swhich\s(?:has\sbeen|was|is\sbeing|I\s(?:have\s)?)\s?(?:sent|addressed|transmitted))?,?\s(?:to|for)\s)"
    + _PARTY
)
_RECEIVED = re.compile(
    r"(?:\s\(\w+\))?\s(?:which\s)?I\s(?:have\s)?received\sfrom\s(?:you|the\s(?P<department>Department))\s(?=on\s|under\s)"
)
_HEADED = re.compile(r"\s(?:headed|marked)\s[“\"]?circular[”\"]?,?(?=\s)")
_BARE = re.compile(r"\bthe\s\d{1,2}[a-z]{1,2}$")
_CLOSED = re.compile(r"\??\]")
_AND = re.compile(r"(?:,?\s(?:and|&)|,)\s(?:the\s)?")
_MORE = re.compile(r"(?P<mark>[,;]?\s(?:and|to|or|&|through)\s|,\s|\s?[–-]\s?)(?:(?:No\b\.?|number)\s{0,2})?(?=\d)")
_MEASURED = re.compile(r"[ \n-](?!was\b|has\b|his\b)[a-z]{3,}s?\b(?<=s)")
_NUMBERED = frozenset(["telegram", "despatch", "instruction"])  # a bare figure behind these is their number
_LONGEST = 12  # papers named in one list


class _Place:
    """A place in the text that moves on with everything that is read there."""

    __slots__ = ("at", "text")

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at

    def take(self, pattern: re.Pattern[str], before: re.Pattern[str] | None = None) -> re.Match[str] | None:
        """What `pattern` finds here, behind what `before` finds; nothing moves where it finds nothing."""
        start = self.at
        if before is not None and (led := before.match(self.text, start)):
            start = led.end()
        found = pattern.match(self.text, start)
        if found is None and start != self.at:
            found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found


class _Calling:
    """What one citation says of the paper before its number: whose, which kind, from and to whom."""

    __slots__ = ("kind", "many", "named", "party", "recipient", "whose")

    def __init__(self) -> None:
        self.whose: Whose = ""
        self.party = self.recipient = self.kind = ""
        self.named = self.many = False  # a word for its kind stands there; in the plural


def find_citations(text: str, sent: str = "") -> tuple[Citation, ...]:
    """Every paper that running text names by number or day, in its order; `sent` (ISO 8601) is the citing paper's day.

    The spans do not overlap, and each holds one number with its day. Never raises.
    """
    found: list[Citation] = []
    end = 0
    for start in _START.finditer(text):
        if start.start() < end:
            continue
        read = _read_at(text, start.start(), sent)
        if read:
            found += read
            end = read[-1].span.end
    return tuple(found)


def _read_at(text: str, start: int, sent: str) -> list[Citation]:
    place = _Place(text, start)
    calling = _Calling()
    _take_owner(place, calling)
    if not calling.named:
        _take_kind(place, calling)
    if not calling.whose and not calling.named and not _SIGN.match(text, place.at):
        return []
    before_parties = place.at
    if calling.named:
        _take_parties(place, calling)
    first = _take_item(place, calling, sent, start)
    if first is None and place.at != before_parties:
        place.at = before_parties
        calling.party = calling.recipient = ""
        first = _take_item(place, calling, sent, start)
    if first is None:
        return []
    found = [first]
    if first.hour and not first.number:
        found += _take_hours(place, calling, sent)
    if first.number:
        while len(found) < _LONGEST and (more := _take_more(place, calling, sent, many=len(found) > 1 or calling.many)):
            found.append(more)
    if len(found) > 1 and "respectively" in found[-1].span.of(text):
        found = _respective(place, found, sent)
    return _finished(place, calling, found)


def _take_owner(place: _Place, calling: _Calling) -> None:
    if wired := place.take(_WIRED):
        whose: dict[str, Whose] = {"department": "department", "mission": "mission", "yours": "yours", "own": "own"}
        calling.whose = next(meant for name, meant in whose.items() if wired[name])
        calling.kind, calling.named, calling.many = "telegram", True, bool(wired["many"])
        return
    owner = place.take(_OWNER)
    if owner is None:
        return
    if owner["own"]:
        calling.whose = "own"
    elif owner["yours"]:
        calling.whose = "yours"
    elif owner["department"]:
        calling.whose = "department"
    elif owner["mission"]:
        calling.whose = "mission"
    else:
        calling.whose, calling.party = "named", owner["named"]
    if place.at < len(place.text) and place.text[place.at] in " \n,":
        place.at += 1


def _take_kind(place: _Place, calling: _Calling) -> None:
    place.take(_ADJECTIVES)
    kind = place.take(_KIND)
    if kind is None:
        return
    calling.named = True
    calling.many = bool(kind["many"])
    words = kind[0].lower().removesuffix(kind["many"] or "").split()
    # A telegraphic instruction and a circular telegram are telegrams.
    kinds = [_KINDS.get(word, "") for word in words]
    calling.kind = "telegram" if "telegram" in kinds else kinds[-1]


def _take_parties(place: _Place, calling: _Calling) -> None:
    place.take(_HEADED)
    place.take(_TO_US)
    if (received := place.take(_RECEIVED)) and not calling.whose:
        calling.whose = "department" if received["department"] else "yours"
    for _ in range(2):
        if sender := place.take(_FROM):
            if not calling.whose:
                calling.whose = "named"
            calling.party = calling.party or sender["party"].rstrip(".")
        elif recipient := place.take(_TO):
            calling.recipient = calling.recipient or recipient["party"].rstrip(".")


def _take_item(place: _Place, calling: _Calling, sent: str, start: int) -> Citation | None:
    """A number, with or without its day; or the day alone where there is no number."""
    begun = place.at
    sign = place.take(_SIGN)
    if (sign is None and place.text[place.at : place.at + 2] == ", ") or (
        sign is None and place.text[place.at : place.at + 2] == ": "
    ):
        place.at += 2
    elif sign is None and place.text[place.at : place.at + 1] in (" ", "\n"):
        place.at += 1
    figure = place.take(_FIGURE)
    if figure is not None:
        found = _citation(place, calling, sent, start, figure)
        if found is not None and not (sign or found.day or calling.kind in _NUMBERED or calling.whose):
            found = None
        # "My 36 years" names no paper.
        if found is not None and (sign or found.day or not _MEASURED.match(place.text, place.at)):
            return found
    place.at = begun
    return _citation(place, calling, sent, start, None)


def _take_more(place: _Place, calling: _Calling, sent: str, *, many: bool) -> Citation | None:
    """The next number of a list: "Nos. 12, 13 and 15". A bare comma goes on with a list only where one was announced."""
    begun = place.at
    more = place.take(_MORE)
    if more is not None and (many or more["mark"].strip() != ","):
        at = place.at
        figure = place.take(_FIGURE)
        if (figure is not None and len(figure["number"]) > 1) or (figure is not None and many):
            return _citation(place, calling, sent, at, figure)
    place.at = begun
    return None


def _citation(place: _Place, calling: _Calling, sent: str, start: int, figure: re.Match[str] | None) -> Citation | None:
    number = ""
    if figure is not None:
        number = (figure["mended"] or figure["number"]).lstrip("0")
    dated = place.take(DATE, _OF)
    if dated is None and figure is None and calling.named and (under := _UNDER.match(place.text, place.at)):
        place.at = under.end() - 1
        dated = place.take(DATE, _OF)
    timed = place.take(HOUR, _AT) if dated else None
    mended_hour = place.take(HOUR_MENDED) if timed else None
    if "\n\n" in place.text[start : place.at]:
        return None  # a heading and what stands below it
    if dated is None and (figure is None or not (calling.whose or calling.named)):
        return None
    if figure is None and (behind := place.take(_BEHIND)):
        number = behind["number"]
    if figure is not None and dated is not None and (mended := _MENDED.match(place.text, place.at)):
        # The editors correct both: 2664, September 18 [2602, October 15].
        place.at = mended.end()
        number, dated = mended["number"], place.take(DATE) or dated
        place.take(_CLOSED)
    day, given = day_of(dated, sent) if dated else ("", False)
    if not number and not day:
        return None
    return Citation(
        span=Span(start, place.at),
        kind=calling.kind,
        whose=calling.whose,
        party=calling.party,
        recipient=calling.recipient,
        number=number,
        day=day,
        hour=hour_of(timed, mended_hour) if timed else "",
        year_given=given,
    )


def _take_hours(place: _Place, calling: _Calling, sent: str) -> list[Citation]:
    """What goes on without numbers: "your telegrams September 13, 6 p.m., September 14, 6 p.m."."""
    found: list[Citation] = []
    while len(found) < _LONGEST:
        begun = place.at
        start = begun + (joined.end() - joined.start() if (joined := _AND.match(place.text, begun)) else 0)
        place.at = start
        more = _citation(place, calling, sent, start, None) if joined else None
        if more is None or not more.hour or more.number:
            place.at = begun
            break
        found.append(more)
    return found


def _respective(place: _Place, found: list[Citation], sent: str) -> list[Citation]:
    """Each number with its own day: "Nos. 852 and 857, dated, respectively, the 12th and the 18th"."""
    days = [found[-1].day]
    while len(days) < len(found) and (dated := place.take(DATE, _AND)):
        days.append(day_of(dated, sent)[0])
    if len(days) < len(found):
        return [msgspec.structs.replace(one, day="", hour="") for one in found]
    if _BARE.search(found[-1].span.of(place.text)):
        days[0] = in_month_of(days[0], days[1])  # "the 12th and the 18th of May" are both of May
    told = [msgspec.structs.replace(one, day=day) for one, day in zip(found, days, strict=True)]
    return [*told[:-1], msgspec.structs.replace(told[-1], span=Span(told[-1].span.start, place.at))]


def _finished(place: _Place, calling: _Calling, found: list[Citation]) -> list[Citation]:
    """What `found` says, with the sender and the recipient that are named only behind it."""
    if not calling.named or (calling.party and calling.recipient):
        return found
    whose = calling.whose
    _take_parties(place, calling)
    if whose == calling.whose and not calling.recipient:
        return found
    return [
        msgspec.structs.replace(one, whose=calling.whose, party=calling.party, recipient=calling.recipient)
        for one in found
    ]
