"""What a site of files costs: a whole archive, nothing changed, and one cable more, beside plain copying of the same files.

    python bench/publish.py ARCHIVE [--jobs N] [--keep FOLDER] [--json]

The archive's tables are copied to a place of their own, published from there, and published again as they are; then one
cable is kept that cites another, and the site is brought up to it. The files that were written are copied one by one by
plain reading and writing, in the same run. Seconds are told by the clock and by the processors, whose figure suffers less
from a busy machine. The last line is the time of 1,000 cables, and what all cost over the copying.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reftel.archive import make_entry, open_archive
from reftel.archive.refusals import DATABASE
from reftel.publish.site import Settings, Tally, publish
from reftel.release import Given, Origin, Release


def measured(what: Callable[[], Any]) -> tuple[Any, float, float]:
    """What `what` gives, seconds by the clock, and seconds of all processors, those of finished children too."""
    wall, work = time.perf_counter(), processors()
    found = what()
    return found, time.perf_counter() - wall, processors() - work


def processors() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def copied(source: Path, target: Path) -> int:
    """How many files; each read whole and written whole."""
    count = 0
    for path in source.rglob("*"):
        place = target / path.relative_to(source)
        if path.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
            count += 1
    return count


def one_more(archive: Path) -> None:
    """Keeps one cable that cites another of the same post."""
    with open_archive(archive) as opened:
        cited = opened.ask("SELECT id, post, year FROM release WHERE serial > 0 ORDER BY row DESC LIMIT 1")
        number, post, year = cited[0] if cited else ("07MARENGO1", "MARENGO", 2007)
        text = (
            f"UNCLAS {post} 099999\n\nE.O. 12958: N/A\nTAGS: ECON\nSUBJECT: ONE MORE\n\nREF: {number}\n\n"
            "1. (U) One more cable, which cites another.\n"
        )
        given = Given(id=f"{year % 100:02d}{post}99999", date=f"{year}-12-30T09:30:00", origin=post)
        opened.keep([make_entry(Release(text, "cable", "cablegate-csv", Origin("one-more.csv"), given=given))])


def figures_of(name: str, measure: tuple[Tally, float, float]) -> dict[str, Any]:
    tally, wall, work = measure
    if tally.failed:
        raise SystemExit(f"{tally.failed} pages could not be made: {tally.faults[0]}")
    return {
        f"{name}_seconds": round(wall, 1),
        f"{name}_cpu_seconds": round(work, 1),
        f"{name}_made": tally.made,
        f"{name}_files": tally.files,
        f"{name}_megabytes": round(tally.bytes / 1e6, 1),
    }


def measure(source: Path, folder: Path, jobs: int | None) -> dict[str, Any]:
    archive, site = folder / "archive", folder / "site"
    archive.mkdir()
    with sqlite3.connect(source / DATABASE) as old, sqlite3.connect(archive / DATABASE) as new:
        old.backup(new)
    old.close()
    new.close()
    with open_archive(archive) as opened:
        releases = opened.last_row()
        characters = sum(len(one.release.text) for one in opened)
    settings = Settings(jobs=jobs, name=source.name)
    whole = measured(lambda: publish(archive, site, settings))
    plain = measured(lambda: copied(site, folder / "copy"))
    shutil.rmtree(folder / "copy")
    same = measured(lambda: publish(archive, site, settings))
    one_more(archive)
    changed = measured(lambda: publish(archive, site, settings))
    index = sum(path.stat().st_size for path in (site / "search").rglob("*.js"))
    return {
        "releases": releases,
        **figures_of("whole", whole),
        "seconds_per_1000": round(1000 * whole[1] / releases, 2),
        "cpu_seconds_per_1000": round(1000 * whole[2] / releases, 2),
        "index_megabytes": round(index / 1e6, 1),
        "index_over_text": round(index / characters, 3),
        **figures_of("unchanged", same),
        **figures_of("one_more", changed),
        "copy_files": plain[0],
        "copy_seconds": round(plain[1], 1),
        "copy_cpu_seconds": round(plain[2], 1),
        "over_copy": round(whole[1] / plain[1], 2),
        "cpu_over_copy": round(whole[2] / plain[2], 2),
        "one_more_over_whole": round(changed[2] / whole[2], 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--jobs", type=int, help="processes that work at once")
    parser.add_argument("--keep", type=Path, help="a new folder for the site, which stays; else all goes")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reftel-site-", dir=arguments.keep and arguments.keep.parent) as folder:
        figures = measure(arguments.archive, Path(folder), arguments.jobs)
        if arguments.keep:
            (Path(folder) / "site").rename(arguments.keep)
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name}: {figure:,}")
    print(
        f"1,000 cables in {figures['seconds_per_1000']} s ({figures['cpu_seconds_per_1000']} of the processors), "
        f"{figures['cpu_over_copy']} times what copying the files costs the processors; one cable more in {figures['one_more_seconds']} s"
    )


if __name__ == "__main__":
    main()
