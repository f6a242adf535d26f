"""Press items: the paper, the date as written, and the author."""

from __future__ import annotations

import re
from typing import Final

from reftel.finding import Span, Value
from reftel.statements.names import RUN
from reftel.statements.records import Press, Speaker

_MONTHS: Final = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
_DAY: Final = rf"(?:{_MONTHS}\s+\d{{1,2}}(?:,\s+\d{{4}})?|\d{{1,2}}\s+{_MONTHS}(?:\s+\d{{4}})?|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)"
_ITEM: Final = r"(?:article|editorial|interview|commentary|column|op-ed|piece|report|story|essay|analysis)"
_KINDS: Final = (
    r"(?:(?:pro|anti)-\s*(?:government|opposition|presidential)|independent|opposition|state-(?:owned|run|controlled)"
    r"|government-(?:owned|run)|leading|left(?:ist|-wing)|right-wing|conservative|liberal|[\w-]+-language|semi-official"
    r"|official|popular|influential|weekly|daily|newspaper|magazine|centrist|mass-circulation)"
)
_ARTICLE: Final = re.compile(
    rf"\b(?:an?|the|his|her)\s+(?:(?P<date>{_DAY})\s+)?{_ITEM}\s+(?:(?:of|on|dated)\s+(?P<late>{_DAY})\s+)?(?:for|in|with|by|from)\s+(?:the\s+)?(?:{_KINDS}[\s,]+)*",
    re.IGNORECASE,
)
_PAPER: Final = re.compile(rf"^(?:the\s+)?(?:{_KINDS}[\s,]+)+", re.IGNORECASE)
_DATED: Final = re.compile(rf"\s*[,(]\s*(?P<date>{_DAY})\s*\)?")
_TITLED: Final = re.compile(
    r"\b(?:Times|Post|Daily|Herald|Gazette|Tribune|Journal|News|Guardian|Pravda|Izvestiya|Zeitung|Monde|Figaro|Telegraph"
    r"|Observer|Star|Standard|Mail|Express|Independent|Chronicle|Monitor|Weekly|Review|Reuters|Xinhua|TASS|AFP|AP)\b"
)


def press_in(text: str, span: Span) -> Speaker | None:
    """The press item that `span` names as a source; None where it names none."""
    match = _ARTICLE.search(text, span.start, span.end)
    if match is not None and (run := RUN.match(text, match.end(), span.end)):
        return _speaker(text, Span(run.start(), run.end()), _date(match))
    opening = _PAPER.match(span.of(text))
    at = span.start + (opening.end() if opening else 0)
    run = RUN.match(text, at, span.end)
    if run is None:
        bare = re.compile(r"(?:the\s+)?").match(text, span.start)
        run = RUN.match(text, bare.end() if bare else span.start, span.end)
        if run is None or not _TITLED.search(run[0]):
            return None
    elif opening is None and not _TITLED.search(run[0]):
        return None
    paper = Span(run.start(), run.end())
    dated = _DATED.match(text, paper.end, min(len(text), paper.end + 40))
    when = (
        Value(" ".join(dated["date"].split()), Span(dated.start("date"), dated.end("date")), "press-date", 0.9)
        if dated
        else None
    )
    return _speaker(text, paper, when)


def _speaker(text: str, paper: Span, date: Value[str] | None) -> Speaker:
    name = " ".join(paper.of(text).split())
    press = Press(Value(name, paper, "press-item", 0.9), date)
    return Speaker(name, "press", paper, press=press, rule="press-item", confidence=0.85)


def _date(match: re.Match[str]) -> Value[str] | None:
    for group in ("date", "late"):
        if match[group]:
            return Value(" ".join(match[group].split()), Span(match.start(group), match.end(group)), "press-date", 0.9)
    return None


def press_around(text: str, source: Span, speaker: Speaker) -> Press | None:
    """The press item in which a speaker writes: `In a May 3 column for X, NAME wrote`."""
    begin = max(text.rfind(". ", 0, source.start), text.rfind(".\n", 0, source.start), source.start - 200) + 1
    match = _ARTICLE.search(text, max(0, begin), source.start)
    if match is None:
        return None
    run = RUN.match(text, match.end(), source.start)
    if run is None:
        return None
    paper = Value(" ".join(run[0].split()), Span(run.start(), run.end()), "press-item", 0.9)
    author = Value(speaker.name, speaker.span, "author", 0.8) if speaker.kind == "person" else None
    return Press(paper, _date(match), author)
