"""The trade's values in plain words: dates, precedences, declassification, references."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from reftel.cli.safe import line, styled
from reftel.plain_words import MONTHS, day, iso_moment, moment, when_sent

if TYPE_CHECKING:
    from reftel.cable.records import Authority, Cable, Declassification, Recipient, Reference, Tag

__all__ = [
    "LEVEL_STYLES", "MONTHS", "addressees", "authority", "classification", "day", "declassification", "duration", "iso_moment",
    "mark_style", "moment", "reference", "tags", "when_sent",
]  # fmt: skip

LEVEL_STYLES = {
    "UNCLASSIFIED": "bold green",
    "LIMITED OFFICIAL USE": "bold cyan",
    "CONFIDENTIAL": "bold blue",
    "SECRET": "bold red",
    "TOP SECRET": "bold magenta",
}
_KINDS = {"email": "e-mail", "telcon": "telephone conversation"}


def mark_style(mark: str) -> str:
    """The colour of a portion mark: that of its level."""
    first = mark.upper().replace("(", "").split("/")[0].split(" ")[0]
    levels = {"U": "green", "SBU": "yellow", "FOUO": "yellow", "LOU": "cyan", "C": "blue", "S": "red", "TS": "magenta"}
    return levels.get(first, "dim")


def addressees(recipients: tuple[Recipient, ...]) -> Text:
    """Names, each with its precedence, and whom a collective leaves out."""
    shown = Text()
    for recipient in recipients:
        if shown:
            shown.append("; ")
        shown.append(line(recipient.name))
        if recipient.precedence:
            shown.append(f" ({line(recipient.precedence).lower()})", "dim")
        if recipient.excluded:
            shown.append(f" except {', '.join(line(left.name) for left in recipient.excluded)}", "dim")
    return shown


def classification(cable: Cable) -> Text:
    """Level and captions; and a caption that is lost, named as lost."""
    level = cable.classification.level
    shown = styled(level.value, LEVEL_STYLES.get(level.value, "bold")) if level else styled("not stated", "dim")
    for caption in cable.classification.captions:
        shown.append(f"  {line(caption.value)}", "bold")
    if any(finding.code == "caption-lost" for finding in cable.findings):
        shown.append("  a caption is lost", "yellow")
    return shown


def authority(who: Authority) -> str:
    """Name, title and reasons of who classified."""
    parts = [line(value.value) for value in (who.name, who.title) if value]
    reasons = ", ".join(line(reason.value) for reason in who.reasons)
    return ", ".join(parts) + (f"{'; ' if parts else ''}for reasons {reasons}" if reasons else "")


def declassification(found: Declassification) -> str:
    """The order, and when, after what, or why not it is declassified."""
    parts = [f"Executive Order {line(found.order.value)}"] if found.order else []
    if found.on:
        parts.append(f"on {day(found.on.value)}")
    if found.event:
        parts.append(f"when: {line(found.event.value)}")
    if found.exemptions:
        parts.append("marked " + ", ".join(line(exemption.value) for exemption in found.exemptions))
    if found.not_applicable:
        parts.append("not applicable")
    return ", ".join(parts)


def tags(found: tuple[Tag, ...]) -> Text:
    """Codes with their meanings."""
    shown = Text()
    for tag in found:
        if shown:
            shown.append(", ")
        shown.append(line(tag.code), "bold")
        if tag.meaning:
            shown.append(f" {line(tag.meaning)}", "dim")
    return shown


def reference(found: Reference) -> Text:
    """Letter, target, the entry as written, and what is inferred about it."""
    shown = Text(f"{line(found.letter)}  " if found.letter else "")
    if found.target:
        shown.append(line(found.target), "bold cyan")
        shown.append(f"  as written: {line(found.label)}", "dim")
    else:
        shown.append(f"{_KINDS.get(found.kind, found.kind)}: ", "dim")
        shown.append(line(found.label))
    if found.title:
        shown.append(f"  “{line(found.title.value)}”")
    for caption in found.captions:
        shown.append(f"  {line(caption.value)}", "bold")
    if found.and_previous:
        shown.append("  and previous")
    if found.target and not found.year_given:
        shown.append("  year inferred", "yellow")
    return shown


def duration(seconds: float) -> str:
    """A length of time in the two largest units: `2 h 05 min`, `3 min 20 s`, `8 s`."""
    whole = max(round(seconds), 0)
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"
