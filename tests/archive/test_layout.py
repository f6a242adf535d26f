"""An archive of an older layout is brought up when it is opened, and then says the same as one made new."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from archive.building import despatch, kept, telegram
from reftel.archive import ingest, open_archive, schema
from reftel.archive.links import links_by_post
from reftel.errors import ArchiveError

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_BACK_TO_THE_FIRST = """
    DROP TABLE paper; DROP TABLE citation; DROP TABLE enclosure;
    DROP VIEW listed; DROP VIEW cited; DROP TABLE reference; DROP TABLE source;
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


def test_an_archive_without_the_views_is_brought_up_without_reading_it_again(tmp_path: Path) -> None:
    database = tmp_path / "a" / "archive.sqlite"
    with kept(tmp_path / "a", telegram(1)):
        pass
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            "DROP TABLE paper; DROP TABLE citation; DROP TABLE enclosure;"
            "DROP VIEW listed; DROP VIEW cited; DROP INDEX name_row; PRAGMA user_version = 2;"
        )
        connection.execute("UPDATE release SET subject = 'LEFT ALONE'")
        connection.commit()
    with open_archive(tmp_path / "a"):
        pass
    assert _rows(database, "SELECT id, subject FROM listed") == [("87PARIS1", "LEFT ALONE")]
    assert _rows(database, "PRAGMA user_version") == [(schema.VERSION,)]


def test_the_views_say_what_the_archive_says(tmp_path: Path) -> None:
    database = tmp_path / "a" / "archive.sqlite"
    with open_archive(tmp_path / "a", create=True) as archive:
        ingest(archive, [SAMPLES], jobs=0)
        listed = [(one.facts.id, one.facts.subject, one.key) for one in archive]
        links = [link for _, links in links_by_post(archive) for link in links if link.year_given]
        absent = {link.target for link in links if not archive.rows_named(link.target)}
    assert _rows(database, "SELECT id, subject, address FROM listed ORDER BY row") == listed
    found = _rows(database, "SELECT DISTINCT cited FROM cited WHERE found = 'not here' AND year = 'given'")
    assert {str(one) for (one,) in found} == absent
    assert absent
    assert _rows(database, "SELECT count(*) FROM cited") == _rows(database, "SELECT count(*) FROM reference")


def test_an_archive_without_papers_is_given_them(tmp_path: Path) -> None:
    database = tmp_path / "a" / "archive.sqlite"
    with kept(tmp_path / "a", despatch("frus1911Karst/d1", "my 310, March 1, 4 p.m., on the quay")):
        pass
    papers, cited = _rows(database, "SELECT * FROM paper"), _rows(database, "SELECT * FROM citation")
    assert [one[2:9] for one in cited] == [("", "own", "", "", "310", "1911-03-01", "16:00")]
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("DROP TABLE paper; DROP TABLE citation; DROP TABLE enclosure; PRAGMA user_version = 3")
    with open_archive(tmp_path / "a"):
        pass
    assert _rows(database, "SELECT * FROM paper") == papers
    assert _rows(database, "SELECT * FROM citation") == cited


def test_an_archive_of_a_later_layout_is_left_alone(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1)):
        pass
    with closing(sqlite3.connect(tmp_path / "a" / "archive.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 999")
    with pytest.raises(ArchiveError, match="layout 999"):
        open_archive(tmp_path / "a")
