"""An archive of an older layout is brought up when it is opened, and then says the same as one made new."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from archive.building import kept, telegram
from reftel.archive import open_archive, schema
from reftel.errors import ArchiveError

_BACK_TO_THE_FIRST = """
    DROP TABLE reference; DROP TABLE source;
    DROP INDEX name_row; DROP INDEX release_number; DROP INDEX release_id; DROP INDEX release_sent;
    ALTER TABLE release DROP COLUMN year; ALTER TABLE release DROP COLUMN serial;
    ALTER TABLE release DROP COLUMN subject; ALTER TABLE release DROP COLUMN collection;
    PRAGMA user_version = 1;
"""
_LISTED = "SELECT id, post, year, serial, subject FROM release ORDER BY row"
_CITED = "SELECT row, position, kind, target, start, stop FROM reference ORDER BY row, position"


def _rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def test_an_older_archive_is_brought_up_and_loses_nothing(tmp_path: Path) -> None:
    database = tmp_path / "a" / "archive.sqlite"
    citing = telegram(1)
    head, tags, rest = citing.text.partition("TAGS:")
    citing = msgspec.structs.replace(citing, text=f"{head}REF: (A) PARIS 44 (B) 86 LONDON 7\n{tags}{rest}")
    with kept(tmp_path / "a", citing, telegram(2)):
        pass
    listed, cited = _rows(database, _LISTED), _rows(database, _CITED)
    assert listed[0][:4] == ("87PARIS1", "PARIS", 1987, 1)
    # Number 44 of the post cannot come before number 1 of the same year.
    assert [one[3] for one in cited] == ["86PARIS44", "86LONDON7"]
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(_BACK_TO_THE_FIRST)
    with open_archive(tmp_path / "a") as archive:
        assert len(archive.named("87PARIS2")) == 1
    assert _rows(database, _LISTED) == listed
    assert _rows(database, _CITED) == cited
    assert _rows(database, "PRAGMA user_version") == [(schema.VERSION,)]


def test_an_archive_of_a_later_layout_is_left_alone(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1)):
        pass
    with closing(sqlite3.connect(tmp_path / "a" / "archive.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 999")
    with pytest.raises(ArchiveError, match="layout 999"):
        open_archive(tmp_path / "a")
