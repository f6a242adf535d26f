"""How fast a mirror is made, verified, copied and brought up to date, beside plain SHA-512 over the same bytes.

    python bench/mirror.py ARCHIVE [--json]

The mirror of ARCHIVE is made in a temporary folder and signed with a key of its own. `make` is counted in bytes of text
packed a second, `verify` in bytes of the mirror's files; the plain hash is hashlib over the same files in the same run.
The last line is the time of `verify` over that of the plain hash.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import minisign

from reftel.archive import open_archive
from reftel.publish.mirror import layout
from reftel.publish.mirror.comparing import differences
from reftel.publish.mirror.contents import all_rows, read_contents
from reftel.publish.mirror.making import Order, make
from reftel.publish.mirror.places import Folder
from reftel.publish.mirror.syncing import sync
from reftel.publish.mirror.verifying import Verification

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    done = work()
    return done, time.perf_counter() - started


def plain_hash(place: Path) -> int:
    total = 0
    for path in sorted(path for path in place.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha512")
        total += path.stat().st_size
    return total


def faults(place: Path, *, deep: bool) -> int:
    found = len(list(Verification(place, deep=deep).faults()))
    if found:
        raise SystemExit(f"{found} faults in a mirror that was made a moment ago")
    return found


def measure(archive: Path, folder: Path) -> dict[str, float]:
    place, key = folder / "mirror", minisign.KeyPair.generate().secret_key
    order = Order(date="2026-05-31", key=key)
    with open_archive(archive) as opened:
        made, making = timed(lambda: make(opened, place, order))
        again, unchanged = timed(lambda: make(opened, place, order))
    text = sum(row.length for _, rows in all_rows(place, read_contents(place)) for row in rows)
    plain_hash(place)  # so that all of it is in memory for what is measured
    size, hashing = timed(lambda: plain_hash(place))
    _, verifying = timed(lambda: faults(place, deep=False))
    _, reading = timed(lambda: faults(place, deep=True))
    copied, copying = timed(lambda: sync(Folder(place), folder / "copy"))
    (folder / "copy" / layout.pack_name(1)).unlink()
    mended, mending = timed(lambda: sync(Folder(place), folder / "copy"))
    differ, comparing = timed(lambda: len(list(differences(archive, place))))
    shutil.rmtree(folder / "copy")
    return {
        "releases": made.releases,
        "files": made.written,
        "mirror_bytes": size,
        "bytes_per_byte_of_lines": round(size / text, 3),
        "make_seconds": round(making, 2),
        "make_megabytes_per_second": round(text / making / 1e6, 1),
        "make_again_seconds": round(unchanged, 2),
        "files_written_again": again.written,
        "plain_sha512_seconds": round(hashing, 3),
        "verify_seconds": round(verifying, 3),
        "verify_megabytes_per_second": round(size / verifying / 1e6, 1),
        "verify_deep_seconds": round(reading, 2),
        "verify_deep_megabytes_of_lines_per_second": round(text / reading / 1e6, 1),
        "sync_seconds": round(copying, 2),
        "files_copied": copied.fetched,
        "sync_one_file_seconds": round(mending, 2),
        "files_copied_again": mended.fetched,
        "compare_seconds": round(comparing, 2),
        "differences": differ,
        "make_over_plain_sha512": round(making / hashing, 1),
        "ratio": round(verifying / hashing, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reftel-mirror-") as folder:
        figures = measure(arguments.archive, Path(folder))
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name}: {figure}")


if __name__ == "__main__":
    main()
