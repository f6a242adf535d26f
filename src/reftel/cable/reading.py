"""The one entry: a text becomes a Cable."""

from __future__ import annotations

from datetime import datetime

from reftel.cable.records import Cable
from reftel.release import Given

NOTHING_GIVEN = Given()


def read(text: str, *, id: str = "", sent: datetime | str | None = None, given: Given = NOTHING_GIVEN) -> Cable:  # noqa: A002
    """The Cable in `text`, a whole telegram or a fragment of one.

    `id` (any spelling) and `sent` (a datetime, ISO 8601, or a bare year) say what is known from outside the text;
    `given` holds what the publisher's page or row said. Never raises on content.
    """
    return Cable(text=text)
