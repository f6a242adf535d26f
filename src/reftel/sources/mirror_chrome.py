"""What a mirror site prints around a cable: links, date, office, title, number, notice above it, links below it.

Labels are known in the languages of such sites; dates in the forms they print. Above the text every mark of a site's
counts, below it only lines that are a site's words and nothing else.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from reftel.release import Given

REACH = 4000  # characters of chrome, at most

_LABEL = r"[ \t]*[:：][ \t]*"
TITLE = re.compile(
    rf"\b(?:Cable[ \t]+title|(?<=\n)[ \t]*(?:Title|Subject|Titel|Titre|T[ií]tulo|Titolo|Onderwerp|Betreff|Objet|Asunto|Assunto|Oggetto)"
    rf"(?:[ \t]+(?:des|du|de|del|do|of)[ \t]+(?:the[ \t]+)?\w+)?){_LABEL}(?P<title>[^\n]*)",
    re.IGNORECASE,
)
GUIDE = re.compile(
    r"how-?[ \t]?to[ \t]read[ \t]a[ \t]cable[^\n]*?(?=[ \t]+This[ \t]record|\n|\Z)|comment[ \t]lire[ \t]un[^\n]*|wie[ \t]man[ \t]\w+[ \t]\w+[ \t]liest[^\n]*"
    r"|c[oó]mo[ \t](?:leer|ler)[ \t]un[^\n]*",
    re.IGNORECASE,
)
NOTICE = re.compile(
    r"(?P<notice>This[ \t]record[ \t]is[ \t]a[ \t]partial[ \t]extract[^\n]*"
    r"|(?<=\n)[^\n]*\b(?:partial[ \t]extract|extracts?|Auszug|extrait|extracto|extrato|estratto|uittreksel|fragment[oe]?)\b[^\n]*"
    r"(?:\.|available|verf\S*gbar|disponib\S*|beschikbaar)[^\n]*)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\b(?:Viewing[ \t]+cable|Reference[ \t]+ID|Cable[ \t]+ID|Cable[ \t]+(?:no|number)\.?|ID)[ \t]*[:：]?[ \t]*"
    r"(?P<id>(?:19|20)?\d\d[A-Z]{3,20}\d{1,7}(?:_[a-z])?)\b(?:[ \t]*,[ \t]*(?P<title>[^\n]+))?"
)
_ALONE = re.compile(r"(?:^|[\s>»/])(?P<id>\d\d[A-Z]{4,20}\d{1,7})(?=[\s,|]|$)", re.MULTILINE)
_OFFICE_LABEL = re.compile(
    rf"^[ \t]*(?:Origin|Office|Source|Embassy|Post|From|Herkunft|Origine|Origen|Origem|Oficina)\b{_LABEL}(?P<office>[^\n]+)$",
    re.MULTILINE | re.IGNORECASE,
)
_OFFICE = re.compile(
    r"(?:^|[\t,>»|]|(?<=\d )|(?<=\d, ))[ \t]*(?P<office>(?:(?:US|U\.S\.|American|The)[ \t]+)?"
    r"(?:Embassy|Consulate(?:[ \t]+General)?|Office|Mission|Interests[ \t]+Section"
    r"|Delegation|REO|Secretary[ \t]+of[ \t]+(?:State|Defense)|Department[ \t]+of[ \t]+State|UN[ \t]+Mission|American[ \t]+Institute)\b[^\n\t,>»|:]{0,50}?)"
    r"(?=[ \t]*(?:$|[\t,>»|]|Cable[ \t]+title|\d{4}-))",
    re.MULTILINE,
)
_CLASSIFICATION = re.compile(rf"^[ \t]*Classification{_LABEL}(?P<level>[A-Z][A-Z /]+)$", re.MULTILINE | re.IGNORECASE)
_WORD_MONTH = r"(?P<month>Jan|Feb|M[aä]r|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[ck]t|Nov|De[cz])[a-zé]*"
_CLOCK = r"(?:,?[ \tT]+(?:at[ \t]+)?(?P<clock>\d\d:\d\d)(?::\d\d)?)?"
_DATES = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?:[ T](?P<clock>\d\d:\d\d)(?::\d\d)?)?"),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})\.?[ \t]+{_WORD_MONTH}\.?[ \t]+(?P<y>(?:19|20)\d\d){_CLOCK}", re.IGNORECASE),
    re.compile(rf"\b{_WORD_MONTH}\.?[ \t]+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[ \t]+(?P<y>(?:19|20)\d\d){_CLOCK}", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>(?:19|20)\d\d){_CLOCK}"),
    re.compile(rf"(?<!\d)(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}})/(?P<y>(?:19|20)\d\d){_CLOCK}"),
)  # fmt: skip
_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "mär": 3, "apr": 4, "mai": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
           "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12}  # fmt: skip
# A line below the text that is a site's and no telegram's.
_FOOTER = re.compile(
    r"[ \t]*(?:[*•·»«›‹|<>-]+[ \t]*)?(?:share|tweet|facebook|twitter|e-?mail|print|copyright|©|\(c\)[ \t]*\d{4}|all rights|(?:back to )?top\b|previous|next"
    r"|home\b|contact|about|privacy|donate|search|comments?\b|related|permalink|download|pdf\b|menu\b|terms|powered by|site[ ]?map|log ?in|register"
    r"|follow us|subscribe|rss\b|impressum|datenschutz|kontakt|nach oben|drucken|teilen|imprimer|partager|haut de page|accueil|mentions|compartir|imprimir"
    r"|stampa|condividi)[^\n]{0,90}",
    re.IGNORECASE,
)
_LONGEST_FOOTER = 30  # lines
# What a site's menu begins with, and the words that stand for its pictures where a page was saved as text.
_MENU = re.compile(
    r"(?:home(?:page)?|start(?:seite)?|accueil|inicio|in[ií]cio|pagina iniziale|menu|men[uú]|navigation|skip to|jump to|go to|back to|search|browse"
    r"|about|contact|kontakt|privacy|datenschutz|log ?in|sign in|register|by (?:date|classification|origin|office|tag)\w*|donate|help|news|archive)\b",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\b(?:ico|icon|logo|image|img|banner|picture|bild)\b", re.IGNORECASE)
_APART = re.compile(rf"[ \t\xa0]{{2,}}|\t|[|>›»·•]|{_PICTURE.pattern}", re.IGNORECASE)
_LONGEST_NAME = 80


class Chrome(NamedTuple):
    """What the chrome says, and where the last of its marks ends."""

    given: Given
    end: int
    marks: int


def read_chrome(page: str) -> Chrome:
    """The marks of a site in `page`, all of it chrome or the part in front of a cable."""
    title, notice, guide = TITLE.search(page), NOTICE.search(page), GUIDE.search(page)
    number, level, label = _NUMBER.search(page), _CLASSIFICATION.search(page), _OFFICE_LABEL.search(page)
    alone = None if number else _ALONE.search(page)
    date, day = _date(page)
    office = label or _OFFICE.search(page, date.end() if date and _OFFICE.search(page, date.end()) else 0)
    met = [match for match in (title, notice, guide, number, level, office, date) if match]
    given = Given(
        id=number["id"] if number else alone["id"] if alone else "",
        date=day,
        origin=office["office"].strip() if office else _between(page, date, title),
        title=_title(page, title) or (number["title"] or "").strip() if number else _title(page, title),
        classification=level["level"].strip() if level else "",
        notice=notice["notice"].strip() if notice else "",
    )
    ends = [match.end() for match in met]
    if title is not None and given.title and not title["title"].strip():
        ends.append(page.index(given.title, title.end()) + len(given.title))
    return Chrome(given, max(ends, default=0), len(met))


def site_name(chrome: str) -> str:
    """The site's name, which stands first on its pages; empty where its menu does, or what belongs to the cable."""
    first = next((line.strip() for line in chrome.split("\n") if line.strip()), "")
    return name_in(_APART.split(first)[0])


def name_in(text: str) -> str:
    """`text` as a site's name, without the words for its picture; empty where it is a menu's, a date, a label or too long."""
    name = " ".join(_PICTURE.sub(" ", text).split()).strip(" -–—:,")
    own = _MENU.match(name) or ":" in name or any(pattern.search(name) for pattern in _DATES) or _OFFICE.match(name)
    return "" if own or len(name) > _LONGEST_NAME or not any(character.isalpha() for character in name) else name


def footer(page: str, start: int) -> int:
    """Where the site's lines at the foot of `page` begin; its end where there are none."""
    end = stop = len(page)
    for _ in range(_LONGEST_FOOTER):
        at = page.rfind("\n", start, stop) + 1
        line = page[at:stop]
        if at <= start or (line.strip() and not _FOOTER.fullmatch(line)):
            break
        if line.strip():
            end = at
        stop = at - 1
    return end


def _date(page: str) -> tuple[re.Match[str] | None, str]:
    """The first date, alone on its line if there is one so, and as ISO 8601."""
    found = [match for pattern in _DATES for match in pattern.finditer(page)]
    dated = [(match, iso) for match in sorted(found, key=lambda one: one.start()) if (iso := _iso(match))]
    alone = [
        one
        for one in dated
        if page[page.rfind("\n", 0, one[0].start()) + 1 :].split("\n", 1)[0].strip() == one[0][0].strip()
    ]
    return next(iter([*alone, *dated]), (None, ""))


def _iso(match: re.Match[str]) -> str:
    groups = match.groupdict()
    month = int(groups["m"]) if groups.get("m") else _MONTHS[groups["month"][:3].lower()]
    try:
        day = datetime(int(groups["y"]), month, int(groups["d"])).date().isoformat()
    except ValueError:
        return ""
    return f"{day}T{groups['clock']}:00" if groups["clock"] else day


def _between(page: str, date: re.Match[str] | None, title: re.Match[str] | None) -> str:
    """The line between the date and the title."""
    if date is None or title is None or title.start() < date.end():
        return ""
    lines = page[date.end() : title.start()].split("\n")[1:]
    return next((line.strip() for line in lines if line.strip() and len(line) < 80), "")


def _title(page: str, match: re.Match[str] | None) -> str:
    """The title, on its label's line or the next; empty where the next thing is the site's own."""
    if match is None:
        return ""
    written = re.split(r"[ \t]*\bpdf\b|This record is a partial|\bhow-?to read\b", match["title"], maxsplit=1)[
        0
    ].strip()
    if written or match["title"].strip():
        return written
    following = page[match.end() :].lstrip("\n").split("\n", 1)[0].strip()
    blank = page[match.end() :].startswith("\n\n")
    own = GUIDE.search(following) or NOTICE.search("\n" + following) or _FOOTER.fullmatch(following)
    return "" if blank or not following or own else following
