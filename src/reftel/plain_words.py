"""Values in plain words that every door uses: dates with their months spelled out."""

from __future__ import annotations

import re
from datetime import date, datetime

from reftel.cable.records import Cable, Sent
from reftel.release import Release

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ISO = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def day(at: date) -> str:
    """`21 March 1975`."""
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def moment(sent: Sent) -> str:
    """When it was sent, no more exactly than is known."""
    at = sent.at
    words = {
        "year": f"{at.year}",
        "month": f"{MONTHS[at.month - 1]} {at.year}",
        "day": day(at),
        "minute": f"{day(at)}, {at:%H:%M} UTC",
    }[sent.precision]
    return words + {"given": " (said by the publisher)", "number": " (the number's year)"}.get(sent.rule, "")


def when_sent(release: Release, cable: Cable) -> str:
    """When a telegram was sent, as far as it or its publisher says; empty where neither does."""
    if cable.sent is None:
        return iso_moment(release.given.date)
    if cable.sent.rule == "given" and release.by_local_clock:
        return f"{iso_moment(release.given.date)} (by the clock of the place)"
    return moment(cable.sent)


def iso_moment(sent: str) -> str:
    """A date, ISO 8601, as people write it; as it is where it is none."""
    try:
        at = datetime.fromisoformat(sent)
    except ValueError:
        return sent
    return day(at) + (f", {at:%H:%M} {at.tzname() or ''}".rstrip() if len(sent) > 10 else "")


def in_words(sentence: str) -> str:
    """A sentence with its ISO dates as people write them."""
    return _ISO.sub(lambda match: iso_moment(match[0]), sentence)
