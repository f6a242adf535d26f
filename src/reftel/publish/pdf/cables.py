"""A cable as a sheet: its head in plain words, and its body with numbers and marks for the margin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import dedent

from reftel.archive import Stored
from reftel.archive.link import Link
from reftel.cable import Cable
from reftel.cable.records import Authority, Block, Declassification, Recipient, Reference
from reftel.finding import Span
from reftel.handbook import posts
from reftel.plain_words import day, when_sent
from reftel.publish.pdf.flowing import Found, flowed_runs, lined_runs
from reftel.publish.pdf.marking import behind
from reftel.publish.pdf.sheets import Piece, Row, Run, Runs, folded, plain

ROLES = {
    "summary": "Summary", "comment": "Comment", "action-request": "Action requested", "introduction": "Introduction",
    "note": "Note", "contents": "Contents", "classified-by": "Classified by",
}  # fmt: skip
KINDS = {"email": "e-mail", "telcon": "telephone conversation"}
_FRAMED = ("summary", "action-request")
_PRECEDENCES = ("FLASH", "NIACT IMMEDIATE", "IMMEDIATE", "PRIORITY", "ROUTINE")
_MARGIN = 12  # characters of a number or mark that the margin holds


def rows_of_cable(stored: Stored, cable: Cable, label: str, links: dict[str, Link]) -> Iterator[Row]:
    """The fields of the head that the cable has, and the losses of those that it must have had."""
    given, header = stored.release.given, cable.transmission
    lost = (Run("lost", "loss"),)
    yield Row("From", (_sender(stored, cable) or lost,))
    to = tuple(_addressees(header.action)) or _folded_lines(given.recipient)
    if to:
        yield Row("To", to)
    if header.info:
        yield Row("Info", (_joined(_addressees(header.info)),))
    yield Row("Sent", (plain(folded(when_sent(stored.release, cable))) or lost,))
    if header.precedences:
        yield Row("Precedence", (plain(_precedences([one.value for one in header.precedences])),))
    yield Row("Classification", (_classification(stored, cable),))
    for name, said in (
        ("Attention", "; ".join(folded(one.value) for one in cable.classification.attention)),
        ("Classified by", _authority(cable.authority)),
        ("Declassification", _declassification(cable.declassification)),
        ("TAGS", ", ".join(folded(tag.code) for tag in cable.tags) or ", ".join(map(folded, given.tags))),
    ):
        if said:
            yield Row(name, (plain(said),))
    if any(finding.code == "tags-lost" for finding in cable.findings) and not (cable.tags or given.tags):
        yield Row("TAGS", (lost,))
    if cable.references:
        entries = (_reference(one, f"{label}-ref{at}", links) for at, one in enumerate(cable.references))
        yield Row("References", tuple(entries))


def _sender(stored: Stored, cable: Cable) -> Runs:
    sender, given = cable.transmission.sender, stored.release.given
    name = folded(sender.name if sender else given.origin or given.sender)
    known = posts().get(stored.facts.post)
    post = known.name if known else folded(cable.post.value if cable.post else "").title()
    if not name:
        return plain(post)
    told = post.upper().replace(" ", "") in name.upper().replace(" ", "")
    return (Run(name), *((Run(f"  {post}", "quiet"),) if post and not told else ()))


def _addressees(recipients: Sequence[Recipient]) -> Iterator[Runs]:
    for one in recipients:
        said = f"  {folded(one.precedence).lower()}" if one.precedence else ""
        left = ", ".join(folded(excluded.name) for excluded in one.excluded)
        yield (
            Run(folded(one.name)),
            *((Run(said, "quiet"),) if said else ()),
            *((Run(f"  except {left}", "quiet"),) if left else ()),
        )


def _joined(lines: Iterator[Runs]) -> Runs:
    out: list[Run] = []
    for line in lines:
        out += [Run("; ")] * bool(out) + list(line)
    return tuple(out)


def _folded_lines(text: str) -> tuple[Runs, ...]:
    return (plain(folded(text)),) if text.strip() else ()


def _precedences(found: Sequence[str]) -> str:
    """For action and for information, where there are two."""
    names = [folded(one).capitalize() for one in dict.fromkeys(found)]
    return names[0] + (f" for action, {', '.join(names[1:]).lower()} for information" if len(names) > 1 else "")


def _classification(stored: Stored, cable: Cable) -> Runs:
    level = stored.facts.level.capitalize() if stored.facts.level else ""
    captions = ", ".join(folded(one.value) for one in cable.classification.captions)
    lost = any(finding.code == "caption-lost" for finding in cable.findings)
    parts = (Run(level) if level else Run("not stated", "quiet"), Run(f", {captions}") if captions else None)
    return (*(part for part in parts if part), *((Run("  a caption is lost", "loss"),) if lost else ()))


def _authority(who: Authority) -> str:
    parts = ", ".join(folded(value.value) for value in (who.name, who.title) if value)
    reasons = ", ".join(folded(reason.value) for reason in who.reasons)
    return parts + (f"{', for' if parts else 'For'} reasons {reasons}" if reasons else "")


def _declassification(found: Declassification) -> str:
    parts = [f"Executive Order {folded(found.order.value)}"] if found.order else []
    parts += [f"on {day(found.on.value)}"] if found.on else []
    parts += [f"when: {folded(found.event.value)}"] if found.event else []
    parts += ["marked " + ", ".join(folded(one.value) for one in found.exemptions)] if found.exemptions else []
    parts += ["not applicable"] if found.not_applicable else []
    return ", ".join(parts)


def _reference(found: Reference, label: str, links: dict[str, Link]) -> Runs:
    """One line in the head, which leads to what is said of it behind the text."""
    link = links.get(found.label)
    target = link.target if link else found.target
    name = target or f"{KINDS.get(found.kind, found.kind)}: {folded(found.label)}"
    parts = [Run(f"{found.letter}.  ")] if found.letter else []
    parts.append(Run(name, to=label))
    if found.title:
        parts.append(Run(f"  “{folded(found.title.value)}”"))
    captions = ", ".join(folded(caption.value) for caption in found.captions)
    parts += [Run(f"  {captions}")] if captions else []
    parts += [Run("  and previous")] if found.and_previous else []
    parts += [Run("  year inferred", "quiet")] if target and not found.year_given else []
    return tuple(parts)


def pieces_of_cable(cable: Cable, found: Found) -> tuple[Piece, ...]:
    """The body: its blocks in their order; the text as it stands where none was found in it; the names at its end."""
    if not cable.blocks and cable.text.strip():
        start = len(cable.text) - len(cable.text.lstrip("\r\n"))
        whole = Span(start, len(cable.text.rstrip()))
        return (_fixed(cable, Block("table", whole, whole), found),)
    strays = behind(found.inserted, [block.content for block in cable.blocks])
    pieces = [_piece(cable, block, found, strays.get(at, [])) for at, block in enumerate(cable.blocks)]
    names = [Piece("signature", plain(folded(name.value))) for name in cable.signature]
    return (*pieces, *names)


def _piece(cable: Cable, block: Block, found: Found, strays: Sequence[Run]) -> Piece:
    inside = found.between(block.content.start, block.content.end)
    if block.kind == "heading":
        return Piece("heading", (*_heading(cable, block, inside), *strays))
    if block.kind == "table":
        return _fixed(cable, block, inside)
    return Piece(
        "paragraph",
        (*flowed_runs(cable.text, block.content, inside), *strays),
        number=_number(block),
        mark=_mark(block),
        role=ROLES.get(block.role, ""),
        level=block.level,
        framed=block.role in _FRAMED,
    )


def _number(block: Block) -> str:
    number = folded(block.number.value).rstrip(".") if block.number else ""
    return f"{number[:_MARGIN]}." if number else ""


def _mark(block: Block) -> str:
    mark = folded(block.mark.value).strip("()") if block.mark else ""
    return f"({mark})" if mark else ""


def _fixed(cable: Cable, block: Block, found: Found) -> Piece:
    line = cable.text.rfind("\n", 0, block.content.start) + 1  # the blanks in front of the first line are part of it
    indented = not cable.text[line : block.content.start].strip()
    runs = lined_runs(cable.text, Span(line if indented else block.content.start, block.content.end), found)
    shown = dedent("".join(run.text for run in runs if not run.note).strip("\n").expandtabs(8))
    width = max((len(line.rstrip()) for line in shown.split("\n")), default=0)
    return Piece("fixed", plain(shown), _number(block), _mark(block), ROLES.get(block.role, ""), width=width)


def _heading(cable: Cable, block: Block, found: Found) -> Runs:
    """A heading; one that continues an earlier one is joined to it."""
    own = flowed_runs(cable.text, block.content, found)
    if block.continues is None or not 0 <= block.continues < len(cable.blocks):
        return own
    earlier = folded(cable.blocks[block.continues].content.of(cable.text)).rstrip(". …")
    goes_on = "".join(run.text for run in own).startswith(("…", ".."))
    return (Run(f"{earlier} " if goes_on else f"{earlier} … ", "quiet"), *own)
