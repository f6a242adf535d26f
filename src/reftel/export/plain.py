"""Plain text: each record behind a head of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, ClassVar

from reftel.archive import Stored
from reftel.export.base import RowKind
from reftel.export.rows import rows_of

_RULE = "=" * 78


class PlainText:
    """The format `text`."""

    name: ClassVar[str] = "text"
    about: ClassVar[str] = (
        "The texts as they were released, each behind its address; for reading and for other programs"
    )

    def write(self, records: Iterable[Stored], out: BinaryIO, rows: RowKind) -> int:
        """How many pieces were written."""
        count = 0
        for stored in records:
            for row in rows_of(stored, rows):
                count += 1
                about = (row.id, row.sent, row.post, row.level, row.subject)
                head = f"{_RULE}\n{'  '.join(part for part in about if part)}\n{row.source} {row.start}-{row.end}\n{_RULE}\n"
                out.write(f"{head}{row.text}\n\n".encode("utf-8", "replace"))
        return count


TEXT = PlainText()
