"""Files that are made from an archive and kept beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from archive.building import kept, telegram
from reftel.archive.pairs import FILE as TWINS
from reftel.archive.twins import make_twins, open_twins
from reftel.claims import make_claims, open_claims
from reftel.claims.kept import FILE as CLAIMS

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
