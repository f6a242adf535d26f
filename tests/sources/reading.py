"""Reading bytes and files in tests."""

from __future__ import annotations

import io
from pathlib import Path

from reftel.release import Origin, Reject, Release
from reftel.sources import form_named, read_input, read_paths
from reftel.sources.base import HEAD_BYTES, Input
from reftel.sources.limits import Limits

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def met(data: bytes, form: str = "") -> list[Release | Reject]:
    """What reading these bytes gives."""
    source = Input(Origin("test"), data[:HEAD_BYTES], lambda: io.BytesIO(data))
    return list(read_input(source, form_named(form) if form else None))


def releases(data: bytes, form: str = "") -> list[Release]:
    """The releases in these bytes; nothing may be rejected."""
    found = met(data, form)
    assert not [one for one in found if isinstance(one, Reject)], found
    return [one for one in found if isinstance(one, Release)]


def walked(path: Path, limits: Limits | None = None) -> tuple[list[Release], list[Reject]]:
    """(releases, rejects) of a file or folder."""
    found = list(read_paths([path], limits=limits))
    return [one for one in found if isinstance(one, Release)], [one for one in found if isinstance(one, Reject)]


def hold(release: Release) -> None:
    """Every span lies within the text, and what is marked is not padded."""
    for mark in release.marks:
        assert 0 <= mark.span.start <= mark.span.end <= len(release.text)
        words = mark.span.of(release.text)
        assert words == words.strip() or mark.kind == "withheld"
    for note in release.notes:
        assert note.at is not None
        assert 0 <= note.at <= len(release.text)
