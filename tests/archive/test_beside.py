"""Files that are made from an archive and kept beside it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from archive.building import kept, telegram
from reftel.archive import beside, make_entry, pairs
from reftel.archive.pairs import FILE as TWINS
from reftel.archive.twins import make_twins, open_twins
from reftel.claims import kept as claims_kept
from reftel.claims import make_claims, open_claims
from reftel.claims.kept import FILE as CLAIMS
from reftel.errors import ArchiveError

KILLED = """
import os, signal, sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("PRAGMA cache_size = 1")
file.execute("BEGIN IMMEDIATE")
file.execute("DELETE FROM upto")
file.execute("CREATE TABLE half (done BLOB)")
file.executemany("INSERT INTO half VALUES (?)", [(bytes(4000),) for _ in range(50)])  # more than is held: it is on the disk
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize("name", [TWINS, CLAIMS])
def test_what_a_killed_process_left_half_done_hides_nothing(tmp_path: Path, name: str) -> None:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 5))) as archive:
        with make_twins(archive) as twins:
            twins.bring_up()
        with make_claims(archive) as claims:
            claims.bring_up(jobs=0)
        subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "a" / name)], check=False)
        assert (tmp_path / "a" / f"{name}-journal").stat().st_size
        found = open_twins(archive) if name == TWINS else open_claims(archive)
        assert found is not None
        with found:
            assert found.behind == 0


def newer(kind: beside.Kind) -> beside.Kind:
    """As a reftel of tomorrow makes it."""
    return msgspec.structs.replace(kind, maker=lambda: 99 if kind is pairs._KIND else "tomorrow's")


@pytest.mark.parametrize("damage", ["", "no database at all, but long enough to look into" * 50, "view"])
@pytest.mark.parametrize("kind", [pairs._KIND, claims_kept._KIND], ids=lambda kind: kind.file)
def test_what_is_made_anew_stays_the_file_that_others_have_open(tmp_path: Path, kind: beside.Kind, damage: str) -> None:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 5))) as archive:
        place = tmp_path / "a" / kind.file
        with closing(beside.made(archive, kind)) as old:
            old.execute('CREATE TABLE "more ""of it" (x)')
            old.execute("UPDATE upto SET row = 4")
            if damage == "view":  # of what is gone
                old.execute("DROP TABLE upto")
                old.execute("CREATE VIEW upto AS SELECT * FROM nowhere")
            before, first = place.stat().st_ino, beside.began(old)
            if len(damage) > 4:
                place.write_bytes(damage.encode())
            with closing(beside.made(archive, newer(kind))) as new:
                assert place.stat().st_ino == before
                assert beside.began(new) != first
                assert new.execute("SELECT row FROM upto").fetchall() == [(0,)]
                assert new.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert new.execute("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'more%'").fetchone() == (0,)
            with pytest.raises(ArchiveError, match="begun it anew"), beside.going_on(old, first):
                pass


def test_whoever_reads_on_in_a_file_that_was_begun_anew_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 5))) as archive, make_claims(archive) as old:
        old.bring_up(jobs=0)
        archive.keep([make_entry(telegram(number)) for number in range(5, 9)])
        monkeypatch.setattr(claims_kept, "_KIND", newer(claims_kept._KIND))
        with make_claims(archive) as new:
            with pytest.raises(ArchiveError, match="begun it anew"):
                old.bring_up(jobs=0)
            assert new.upto == 0
            new.bring_up(jobs=0)
            assert new.counts().releases == 8


def test_a_journal_is_left_to_whoever_writes_it(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 5))) as archive, make_claims(archive) as old:
        old.bring_up(jobs=0)
        old._connection.execute("PRAGMA busy_timeout = 20")
        with closing(beside.made(archive, newer(claims_kept._KIND))) as new:
            new.execute("PRAGMA cache_size = 1")
            new.execute("BEGIN IMMEDIATE")
            new.execute("CREATE TABLE half (done BLOB)")
            new.executemany("INSERT INTO half VALUES (?)", [(bytes(4000),) for _ in range(50)])
            journal = tmp_path / "a" / f"{CLAIMS}-journal"
            assert journal.stat().st_size
            with pytest.raises(ArchiveError, match="locked"):
                old.ask("UPDATE upto SET row = 4")
            assert journal.stat().st_size
            new.execute("ROLLBACK")
