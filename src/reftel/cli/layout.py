"""A record on the terminal: what it is, what it says, what is in doubt, and where it came from."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from reftel.cable import Cable
from reftel.cli import words
from reftel.cli.body import lay_out_body
from reftel.cli.safe import line, styled
from reftel.document import Document
from reftel.finding import Finding
from reftel.incident import Incident
from reftel.record import Record
from reftel.release import Given, Release

_QUOTED = 70  # characters of the passage that a finding quotes
_LONGEST_NOTE = 600

Row = tuple[str, RenderableType]


def lay_out(release: Release, record: Record) -> RenderableType:
    """The whole record, to be printed at any width, with colour or without."""
    if isinstance(record, Cable):
        parts = [_cable_head(release, record), *lay_out_body(record)]
    elif isinstance(record, Incident):
        parts = [_incident_head(release, record), _plain_text(record.text)]
    else:
        parts = [_document_head(release, record), _plain_text(record.text)]
    return Group(*parts, *_notes(release), *_findings(release, record), _provenance(release), Text())


def lay_out_findings(release: Release, record: Record, name: str) -> RenderableType:
    """Only what is missing, damaged or in doubt."""
    title = Text(line(name) or "without a number", "bold")
    found = list(_findings(release, record))
    return Group(title, *(found or [Text("nothing is missing or in doubt", "green")]), Text())


def all_findings(release: Release, record: Record) -> list[Finding]:
    """The findings of the record, then those of the release that are not among them."""
    return list(dict.fromkeys((*record.findings, *release.findings)))


def _cable_head(release: Release, cable: Cable) -> RenderableType:
    level = cable.classification.level
    style = words.LEVEL_STYLES.get(level.value, "dim").removeprefix("bold ") if level else "dim"
    number = line(cable.id.value) if cable.id else "number lost"
    rows = _table(_subject(release, cable), *_cable_rows(release, cable))
    return Panel(rows, title=Text(number, "bold"), title_align="left", border_style=style, box=box.ROUNDED)


def _subject(release: Release, cable: Cable) -> Row:
    if cable.subject and cable.subject.value:
        return "Subject", styled(line(cable.subject.value), "bold")
    title = line(release.title or release.given.title)
    if title:
        return "Subject", Text.assemble((title, "bold"), ("  (as the publisher gives it)", "dim"))
    return "Subject", Text("lost", "yellow")


def _cable_rows(release: Release, cable: Cable) -> Iterator[Row]:
    header, given = cable.transmission, release.given
    yield "From", _sender(cable, given) or Text("unknown", "yellow")
    yield "To", words.addressees(header.action) or styled(given.recipient)
    yield "Info", words.addressees(header.info)
    yield "Sent", line(words.when_sent(release, cable)) or Text("unknown", "yellow")
    yield "Precedence", ", then ".join(line(one.value).capitalize() for one in header.precedences)
    yield "Class", words.classification(cable)
    yield "For", "; ".join(line(one.value) for one in cable.classification.attention)
    yield "Classified by", words.authority(cable.authority)
    yield "Declassify", words.declassification(cable.declassification)
    yield "TAGS", words.tags(cable.tags)
    for number, one in enumerate(cable.references):
        yield "" if number else "References", words.reference(one)


def _sender(cable: Cable, given: Given) -> Text | None:
    """Who sent it, as the header says, else the publisher; behind it the post, where that does not say it too."""
    sender = cable.transmission.sender
    post = line(cable.post.value) if cable.post else ""
    name = line(sender.name if sender else given.origin or given.sender)
    if not name:
        return Text(post) if post else None
    return Text(name + (f"  ({post})" if post and post.replace(" ", "") not in name.upper().replace(" ", "") else ""))


def _incident_head(release: Release, incident: Incident) -> RenderableType:
    given = release.given
    title = line(release.title or given.title or "Incident report")
    rows: list[Row] = [("Occurred", words.iso_moment(line(given.date))), ("Place", line(given.place))]
    rows += [(line(name), line(value)) for name, value in given.fields.items() if value.strip()]
    heading = Text(line(incident.id), "bold")
    return Panel(_table(("Report", Text(title, "bold")), *rows), title=heading, title_align="left", box=box.ROUNDED)


def _document_head(release: Release, document: Document) -> RenderableType:
    rows: list[Row] = [
        ("Title", Text(line(document.title), "bold")),
        ("Kind", line(document.genre).capitalize()),
        ("From", line(document.sender)),
        ("To", line(document.recipient)),
        ("Place", line(document.place)),
        ("Date", words.iso_moment(line(document.sent))),
        ("Class", line(release.given.classification)),
    ]
    heading = Text(line(document.id or release.given.id), "bold")
    return Panel(_table(*rows), title=heading, title_align="left", box=box.ROUNDED)


def _plain_text(text: str) -> RenderableType:
    """Paragraphs are parted by empty lines; the lines within them are run together where they are long."""
    return Padding(styled(text.strip("\n").expandtabs(4)), (1, 1, 0, 1))


def _table(*rows: Row) -> Table:
    """Labels and values in two columns; rows without a value are left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for label, value in rows:
        if value:
            table.add_row(line(label), Text(value) if isinstance(value, str) else value)
    return table


def _notes(release: Release) -> Iterator[RenderableType]:
    if not release.notes:
        return
    yield _heading("Notes of the publisher")
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", justify="right", no_wrap=True, max_width=8)
    table.add_column(ratio=1, overflow="fold")
    for note in release.notes:
        said = Text(line(note.text)[:_LONGEST_NOTE])
        if len(note.text) > _LONGEST_NOTE:
            said.append(" …", "dim")
        if note.target:
            said.append(f"  → {line(note.target)}", "cyan")
        table.add_row(line(note.label) or "·", said)
    yield Padding(table, (0, 1))


def _findings(release: Release, record: Record) -> Iterator[RenderableType]:
    found = all_findings(release, record)
    if not found:
        return
    yield _heading("Damage and doubts")
    table = Table.grid(padding=(0, 1))
    table.add_column(style="yellow", no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for finding in found:
        said = Text(_sentence(finding.message))
        quoted = line(finding.span.of(record.text)) if finding.span else ""
        if quoted and quoted not in said.plain:
            said.append(f" “{quoted[:_QUOTED]}{'…' if len(quoted) > _QUOTED else ''}”", "italic")
        if finding.confidence < 0.75:
            said.append(" Not sure.", "dim")
        said.append(f"  {line(finding.code)}", "dim")
        table.add_row("!", said)
    yield Padding(table, (0, 1))


def _sentence(message: str) -> str:
    shown = line(message)
    return shown[:1].upper() + shown[1:] + ("" if shown.endswith((".", "!", "?", ".]")) else ".")


def _provenance(release: Release) -> RenderableType:
    rows: list[Row] = [
        ("Published by", line(release.publisher)),
        ("Form", line(release.form)),
        ("File", line(str(release.origin))),
        ("Retrieved", line(release.origin.retrieved)),
        ("SHA-256", release.sha256),
        ("Notice", line(release.given.notice)),
    ]
    return Group(_heading("Where this comes from"), Padding(_table(*rows), (0, 1)))


def _heading(title: str) -> RenderableType:
    return Padding(Text(title, "bold underline"), (1, 1, 0, 1))
