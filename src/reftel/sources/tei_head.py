"""What a document of a TEI volume says about itself: heading, sender, recipient, place, numbers, file, classification."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec
from lxml import etree

from reftel.finding import Finding
from reftel.release import Given
from reftel.sources.tei_dates import read_date
from reftel.sources.tei_genre import Genre, HeadRegion, bare_title, is_telegram_mark, read_genre
from reftel.sources.tei_text import XML_ID, fold, is_document, is_footnote, local, plain

_OPENING = frozenset(["head", "note", "dateline", "opener", "pb", "lb", "placeName", "date", "milestone", "byline"])
_PARTS_APART = frozenset(["attachment", "quote", "note", "floatingText"])

_OWN_NUMBER = re.compile(
    r"\[?(?:No\.\]?|Number)\s*(\d[\w ]{0,8}?)\.?(?P<closed>\])?[.,]?(?: \([^()]{1,60}\))?", re.IGNORECASE
)
_LEADING_NUMBER = re.compile(r"[\[(]?(?:No\. |Number |Unnumbered )?(\d{1,6})[.\])]{1,2}\s+(?!\d)")
_RECEIVED = re.compile(r"\b(?:Received|Rec[’']d)\b[^\])]*", re.IGNORECASE)
_NOT_VERBATIM = re.compile(r"\b(?:extracts?|paraphrase|translat|abstract|summary|substance)", re.IGNORECASE)
_JOINTLY_SIGNED = frozenset(["minutes", "treaty", "law", "resolution", "proclamation", "deposition"])
_FILE = re.compile(
    r"(?:File\s+(?:No\.?|number)\s*)?(?P<file>.*?)\s*(?:[:;]\s*(?:\w+\s+){0,2}\w+gram\b.*)?", re.IGNORECASE
)
_LEVEL = re.compile(
    r"(?:top secret|secret|confidential|strictly confidential|limited official use|official use only|restricted|"
    r"unclassified|no classification marking|personal and (?:top )?secret)\b",
    re.IGNORECASE,
)
_SOURCE_LEVEL = re.compile(rf"[.;]\s+(?P<level>{_LEVEL.pattern})(?P<rest>[^.]{{0,120}})\.", re.IGNORECASE)

_FROM = re.compile(r"\bFrom (?:the |an? )?(?P<parties>.{2,400})$")
_TO = re.compile(r"(?P<word>\S+) to (?:the |all |an? )?(?=[^\Wa-z]|all\b|certain\b|diplomatic\b|various\b)")
# Supplements print the date behind the recipient: "to the Department of State, March 3, 1970, 1234Z".
_DATED = re.compile(
    r",\s+(?:undated|(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"
    r".{0,60}$",
    re.IGNORECASE,
)
# "Mission to the United Nations": what stands before "to" is an office that has a "to" in its name.
_HAS_TO = re.compile(
    r"(?:mission|delegation|delegates?|representatives?|commission|observer|envoy|ambassador|minister|consul|advis[eo]r|"
    r"assistant|counsell?or|secretary|liaison|aide|agent|deputy)$",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:by|Prepared by) (?:the )?(?P<sender>[A-Z].{2,120}?)(?: of a | to | on |,|$)")
# A heading that opens with one of these names a paper, not two correspondents.
_NAMES_A_PAPER = re.compile(
    r"(?:an? |the )?(?:\w+ ){0,3}(?:agreement|convention|treaty|memorand(?:um|a)|minutes|record|report|act|address|declaration|list|draft|"
    r"extract|translation|copy|note|notes|text|statement|protocol|proclamation|resolution|paper|regulations?|plan|"
    r"opinion|reply|speech|law|order|decree|edict|editorial|response|letters?|telegra\w+|cablegram|circular|petition)\b",
    re.IGNORECASE,
)


class Heading(msgspec.Struct, frozen=True):
    """What was read of one document before and around its body."""

    given: Given
    genre: Genre
    findings: tuple[Finding, ...]


def read_heading(document: etree._Element, volume: str, name: str, first: str) -> Heading:
    """The heading of one document: `volume` and `name` make its id, `first` is the opening of its text."""
    title = _title(document)
    region = _region(document, title, first)
    genre = read_genre(region)
    dated = read_date(document)
    marks = [line for line in region.lines if line.startswith(("[", "(")) and len(line) < 120]
    findings = [*dated.findings, *_extract(region.lines), *_unnamed(document, volume, genre)]
    fields = {
        "volume": volume,
        "number": document.get("n", ""),
        "genre": genre.name,
        "genre_by": genre.basis,
        **_filed(document, region),
        **_numbers(document, region, genre),
        **_classified(document, region),
        "mark": "; ".join(marks),
        "received": _received(region),
        "signed": "; ".join(plain(signed) for signed in _own(document, "signed")),
        "date_latest": dated.latest,
        "date_note": dated.inferred,
        "date_by": dated.given_by,
    }
    sender, recipient = _parties(document, title, fields)
    given = Given(
        id="/".join(part for part in (volume, name) if part),
        date=dated.date,
        title=title,
        classification=fields.pop("classification", ""),
        notice="; ".join(line for line in marks if _NOT_VERBATIM.search(line)),
        sender=sender,
        recipient=recipient,
        place=_place(document),
        fields={key: value for key, value in fields.items() if value},
    )
    return Heading(given, genre, tuple(findings))


def _title(document: etree._Element) -> str:
    heads = (child for child in document if local(child) == "head")
    return next(map(plain, heads), "")


def _region(document: etree._Element, title: str, first: str) -> HeadRegion:
    lines: list[str] = []
    opener: list[str] = []
    body = ""
    numbered = False
    for child in document:
        name = local(child)
        if name == "note":
            if not is_footnote(child):
                lines.append(plain(child))
        elif name in {"dateline", "opener"}:
            opener.append(plain(child))
        elif name == "p" and (words := plain(child)):
            if not _stands_apart(words, child.get("rend", "")):
                body = words
                break
            lines.append(words)
        elif name and name not in _OPENING:
            break
    own = [line for line in lines if _OWN_NUMBER.fullmatch(line)]
    numbered = bool(own)
    return HeadRegion(title, tuple(lines), "\n".join(opener), body or first, numbered, document.get("subtype", ""))


def _stands_apart(words: str, rend: str) -> bool:
    """Whether a paragraph of the head region is a line of the heading, and not the first of the body."""
    if len(words) > 120:
        return False
    if rend in {"flushleft", "left"}:  # newer volumes set the first paragraph so too
        return bool(_OWN_NUMBER.fullmatch(words) or _LEVEL.match(words) or words.startswith("["))
    return rend in {"center", "right"} or words.startswith("[")


def _own(document: etree._Element, *names: str, kind: str = "") -> Iterator[etree._Element]:
    """The document's own elements of these names, in order: none of an enclosure, a quotation or a note."""
    stack = [iter(document)]
    while stack:
        for child in stack[-1]:
            name = local(child)
            if not name or name in _PARTS_APART or is_document(child):
                continue
            if name in names or (kind and child.get("type") == kind):
                yield child
            stack.append(iter(child))
            break
        else:
            stack.pop()


def _extract(lines: Iterable[str]) -> Iterator[Finding]:
    for line in lines:
        if len(line) < 120 and re.search(r"\bextracts?\b", line, re.IGNORECASE):
            yield Finding("extract", f"The editors print only a part: {line}")
            return


def _unnamed(document: etree._Element, volume: str, genre: Genre) -> Iterator[Finding]:
    if not volume:
        yield Finding("identity-lost", "The document stands apart from its volume, whose id it does not name.")
    elif not document.get(XML_ID):
        yield Finding("identity-lost", "The mark-up gives the document no id; this one counts it within its parent.")
    if genre.name == "telegram" and genre.basis == "form":
        yield Finding("header-lost", "The editors do not mark this as a telegram; its form does.", confidence=0.8)


# Sender, recipient, place


def _parties(document: etree._Element, title: str, fields: dict[str, str]) -> tuple[str, str]:
    sender, recipient = _marked_party(document, "from"), _marked_party(document, "to")
    if sender and not recipient and (match := re.fullmatch(r"(.{2,160}?) to (.{2,160}?)\.?", sender)):
        sender, recipient = match[1], match[2]  # the mark-up put both into one name
    said_sender, said_recipient = _said(bare_title(title)[:600])
    fields["from"], fields["to"] = said_sender, said_recipient
    sender, recipient = sender or said_sender, recipient or said_recipient
    if not sender and fields["signed"] and fields["genre"] not in _JOINTLY_SIGNED:
        sender, fields["sender_by"] = fields["signed"], "signature"
    return sender, recipient


def _marked_party(document: etree._Element, kind: str) -> str:
    """What the mark-up names as `from` or `to`: in the heading, else in the opening lists, else wherever it stands."""
    marked = [element for element in _own(document, kind=kind) if local(element) not in {"list", "head"}]
    in_head = [element for element in marked if _under_head(element, document)]
    names = [plain(element) for element in in_head or marked]
    if not names:
        lists = [element for element in _own(document, kind=kind) if local(element) == "list"]
        names = [plain(item) for element in lists for item in element if local(item) == "item"]
    # The modern heading repeats a name as "FROM" in a list; older ones name several people.
    clean = (re.sub(r"^(?:FROM|TO|FOR|BY)\s*[:—]\s*", "", name).strip(" ,;:") for name in names)
    return "; ".join(dict.fromkeys(name for name in clean if name))


def _under_head(element: etree._Element, document: etree._Element) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not document:
        if local(parent) == "head" and parent.getparent() is document:
            return True
        parent = parent.getparent()
    return False


def _said(title: str) -> tuple[str, str]:
    """Sender and recipient as the heading has them in full: `Minister in Norway (Schmedeman)`, `Secretary of State`."""
    if match := _FROM.search(title):
        return _parted(match["parties"])
    if _NAMES_A_PAPER.match(title):
        by = _BY.search(title)
        return (by["sender"], "") if by else ("", "")
    return _parted(title.removesuffix(".")) if len(title) < 320 else ("", "")


def _parted(parties: str) -> tuple[str, str]:
    """`X to the Y` parted at the right `to`."""
    splits = list(_TO.finditer(parties))
    if not splits:
        return "", ""
    split = next((match for match in splits if not _HAS_TO.search(match["word"])), splits[-1])
    recipient = _DATED.sub("", parties[split.end() :])
    return parties[: split.end("word")].removeprefix("The ").strip(" ,"), recipient.strip(" ,")


def _place(document: etree._Element) -> str:
    datelines = _own(document, "dateline", "opener", "closer")
    places = [place for line in datelines for place in _own(line, "placeName")] or list(_own(document, "placeName"))
    return plain(places[0]).strip(" ,.;[]") if places else ""


# Numbers, file, classification


def _filed(document: etree._Element, region: HeadRegion) -> dict[str, str]:
    """The source note and the file number it gives."""
    notes = [note for note in _source_notes(document) if not note.startswith(("[", "("))]
    notes = [note for note in notes if not _OWN_NUMBER.fullmatch(note)]
    source = notes[0] if notes else ""
    match = _FILE.fullmatch(source) if len(source) < 300 else None
    number = match["file"] if match and not source.startswith("Source") else ""
    if not (re.search(r"\d", number) and re.search(r"[/.]", number)):
        number = ""
    return {"source": source, "file_number": number}


def _source_notes(document: etree._Element) -> Iterator[str]:
    for child in document:
        if local(child) == "note" and child.get("type") == "source":
            yield plain(child)
        elif local(child) == "head":
            yield from (plain(note) for note in child.iter() if local(note) == "note" and note.get("type") == "source")


def _numbers(document: etree._Element, region: HeadRegion, genre: Genre) -> dict[str, str]:
    """The number the sender gave: `telegram_number` for telegrams, `serial_number` for what went by mail."""
    name = "telegram_number" if genre.name == "telegram" else "serial_number"
    matches = [match for line in region.lines if (match := _OWN_NUMBER.fullmatch(line))]
    # "No. 162." is the editors' number of the piece where "No. 136.]" follows: only the sender's is closed so.
    closed = [match for match in matches if match["closed"]]
    if matches:
        return {name: (closed or matches)[-1][1].strip()}
    if genre.name != "telegram":
        return {}
    match = re.match(r"(?:\w+ )?Telegram (\d{1,6})\b", bare_title(region.title)) or _LEADING_NUMBER.match(region.first)
    return {name: match[1]} if match else {}


def _classified(document: etree._Element, region: HeadRegion) -> dict[str, str]:
    """Classification and handling as stated: in the opening, in the first set-off line, or in the source note."""
    segs = [plain(seg) for opener in document if local(opener) == "opener" for seg in _own(opener, "seg")]
    for line in [*segs, *region.lines]:
        if len(line) < 80 and (match := _LEVEL.match(line)):
            return {"classification": match[0], "handling": line[match.end() :].strip(" ;,.—")}
    for note in _source_notes(document):
        if match := _SOURCE_LEVEL.search(note[:600]):
            return {"classification": match["level"], "handling": match["rest"].strip(" ;,")}
    return {}


def _received(region: HeadRegion) -> str:
    marks = [line for line in region.lines if line.startswith(("[", "(")) or is_telegram_mark(line)]
    for line in (region.opener, *marks):
        if match := _RECEIVED.search(line):
            return fold(match[0]).strip()
    return ""
