"""The check of an archive finds what was changed behind its back, and makes good what can be made from the texts."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import zstandard
from click.testing import CliRunner

from archive.building import despatch, incident, kept, telegram
from reftel.archive import check, make_entry, open_archive
from reftel.archive.packing import compress, decompress, pack, unpack
from reftel.cable import Cable
from reftel.cli.app import app
from reftel.finding import Span
from reftel.search import fault_of, following, search


@pytest.fixture
def place(tmp_path: Path) -> Path:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 6)), incident("K"), despatch("v/d1", "quays")):
        pass
    return tmp_path / "a"


def _change(place: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(place / "archive.sqlite", isolation_level=None)) as connection:
        connection.execute(statement, values)


def _codes(place: Path, *, repair: bool = False, deep: bool = False) -> list[tuple[str, int, bool]]:
    with open_archive(place) as archive:
        return [(fault.code, fault.row, fault.mended) for fault in check(archive, repair=repair, deep=deep)]


def test_a_whole_archive_has_no_fault(place: Path) -> None:
    assert _codes(place, deep=True) == []


def test_a_changed_text_is_found_and_cannot_be_mended(place: Path) -> None:
    _change(place, "UPDATE content SET text = ? WHERE row = 3", compress(b"forged"))
    assert _codes(place, repair=True) == [("text-changed", 3, False)]


def test_bytes_that_are_no_text_cost_one_release(place: Path) -> None:
    _change(place, "UPDATE content SET text = ? WHERE row = 2", b"\x00\x01")
    _change(place, "UPDATE content SET rest = ? WHERE row = 4", b"\x00")
    assert _codes(place, repair=True) == [("unreadable", 2, False), ("unreadable", 4, False)]


def test_a_text_that_is_gone_is_missed(place: Path) -> None:
    _change(place, "DELETE FROM content WHERE row = 3")
    assert _codes(place) == [("unreadable", 3, False)]


def test_how_a_record_is_compressed_is_no_difference(place: Path) -> None:
    with open_archive(place) as archive:
        (data,) = archive.ask("SELECT record FROM content WHERE row = 1")[0]
    again = zstandard.ZstdCompressor(level=19).compress(decompress(data))
    assert again != data
    _change(place, "UPDATE content SET record = ? WHERE row = 1", again)
    assert _codes(place, deep=True) == []


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE release SET id = '99PARIS1' WHERE row = 1", 1),
        ("UPDATE release SET serial = 7 WHERE row = 2", 2),
        ("UPDATE release SET form = 'telegram', publisher = 'Nobody' WHERE row = 5", 5),
        ("DELETE FROM name WHERE row = 3", 3),
        ("INSERT INTO enclosure VALUES (7, 0, 'note', '1911-03-02', 'A', 'B', 0, 4)", 7),
        ("INSERT INTO reference VALUES (4, 0, 'cable', '', 'x', '87PARIS9', 1, '', 0, 1)", 4),
    ],
)
def test_a_table_that_says_something_else_is_made_again(place: Path, statement: str, row: int) -> None:
    _change(place, statement)
    assert _codes(place) == [("listed-wrong", row, False)]
    assert _codes(place, repair=True) == [("listed-wrong", row, True)]
    assert _codes(place) == []


def test_a_record_that_was_changed_is_read_again(place: Path) -> None:
    def record(row: int) -> Cable:
        with open_archive(place) as archive:
            (data,) = archive.ask("SELECT record FROM content WHERE row = ?", (row,))[0]
        return unpack(decompress(data), Cable)

    subject = record(1).subject
    assert subject is not None
    far = msgspec.structs.replace(record(1), subject=msgspec.structs.replace(subject, span=Span(9, 999_999)))
    other = msgspec.structs.replace(record(2), tags=())
    for row, data in ((1, compress(pack(far))), (2, compress(pack(other))), (3, b"nothing")):
        _change(place, "UPDATE content SET record = ? WHERE row = ?", data, row)
    assert _codes(place, deep=True) == [
        ("span-outside", 1, False), ("reads-new", 2, False), ("record-unreadable", 3, False),
    ]  # fmt: skip
    assert all(mended for _, _, mended in _codes(place, deep=True, repair=True))
    assert _codes(place, deep=True) == []
    with open_archive(place) as archive:
        assert next(iter(archive)).record == next(iter(archive)).record
        assert archive.ask("SELECT record FROM content WHERE row = 1")[0][0] == make_entry(telegram(1)).record


def test_a_damaged_database_says_so(place: Path) -> None:
    with (place / "archive.sqlite").open("r+b") as file:
        file.seek(4096 * 5)
        file.write(b"\xff" * 4096)
    done = CliRunner().invoke(app, ["check", "--archive", str(place)])
    assert done.exit_code in {1, 2}
    assert "Traceback" not in done.output


def test_a_name_that_is_no_text_any_more_is_made_again_from_the_text(place: Path) -> None:
    _change(place, "UPDATE release SET id = CAST(x'ff87' AS TEXT) WHERE row = 2")
    assert ("listed-wrong", 2, False) in _codes(place)
    assert ("listed-wrong", 2, True) in _codes(place, repair=True)
    assert _codes(place) == []


def test_an_export_goes_on_past_what_cannot_be_read_and_says_so(place: Path) -> None:
    with open_archive(place) as archive, following(archive):
        pass
    _change(place, "UPDATE content SET text = ? WHERE row = 2", b"\x00\x01")
    done = CliRunner().invoke(app, ["export", "--format", "jsonl", "--archive", str(place)])
    assert done.exit_code == 2
    assert len(done.stdout.splitlines()) == 6
    assert "cannot be read and are left out: 1" in done.stderr


def test_an_index_of_sqlite_that_is_wrong_is_made_anew(place: Path) -> None:
    _change(place, "UPDATE release SET sent = '1999-01-01' WHERE row = 3")
    with closing(sqlite3.connect(place / "archive.sqlite", isolation_level=None)) as connection:
        # The index is taken off its table, the row changed behind its back, and the index put on again.
        told = connection.execute("SELECT * FROM sqlite_master WHERE name = 'release_sent'").fetchone()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'release_sent'")
    _change(place, "UPDATE release SET sent = (SELECT sent FROM release WHERE row = 2) WHERE row = 3")
    with closing(sqlite3.connect(place / "archive.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", told)
    assert {(code, mended) for code, _, mended in _codes(place)} >= {("database", False)}
    assert {(code, mended) for code, _, mended in _codes(place, repair=True)} >= {("database", True)}
    assert _codes(place) == []


def test_the_command_mends_the_index_and_says_what_is_left(place: Path) -> None:
    with open_archive(place) as archive, following(archive):
        pass
    assert CliRunner().invoke(app, ["check", "--archive", str(place)]).exit_code == 0
    shutil.rmtree(place / "index")
    found = CliRunner().invoke(app, ["check", "--archive", str(place), "--json"])
    assert found.exit_code == 1
    assert '"code":"index"' in found.stdout
    assert CliRunner().invoke(app, ["check", "--archive", str(place), "--repair"]).exit_code == 0
    with open_archive(place) as archive:
        assert fault_of(archive) == ""
        assert search(archive, "protest").total == 5
