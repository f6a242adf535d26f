"""What was read to its end is not read again while it stays the same, and how far a reading has come is known."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from archive.building import telegram
from reftel.archive import Tally, course_over, ingest, ingest_met, open_archive
from reftel.sources import Limits, read_paths


def _write(path: Path, *numbers: int) -> Path:
    rows = []
    for number in numbers:
        release = telegram(number)
        day = f"{number % 12 + 1}/{number % 28 + 1}/1987 09:30"
        text = release.text.replace(chr(34), "")
        rows.append(f'"{number}","{day}","87PARIS{number}","Embassy Paris","UNCLASSIFIED","","","{text}"')
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_an_unchanged_file_is_not_opened_again_and_a_changed_one_is(tmp_path: Path) -> None:
    first, second = _write(tmp_path / "a.csv", 1, 2), _write(tmp_path / "b.csv", 3)
    with open_archive(tmp_path / "x", create=True) as archive:
        assert ingest(archive, [first, second]).kept.total() == 3
        second.write_text(_write(tmp_path / "c.csv", 3, 4).read_text("utf-8"), "utf-8")
        tally = ingest(archive, [first, second])
        assert (tally.unchanged, tally.known, tally.kept.total()) == (1, 1, 1)


def test_a_file_is_read_again_when_that_is_wanted_or_another_form_is_forced(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", 1, 2)
    with open_archive(tmp_path / "x", create=True) as archive:
        ingest(archive, [path])
        assert ingest(archive, [path]).unchanged == 1
        assert ingest(archive, [path], again=True).known == 2
        assert ingest(archive, [path], form="telegram").unchanged == 0


def test_an_old_time_on_a_changed_file_does_not_hide_the_change_of_its_size(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", 1)
    before = path.stat()
    with open_archive(tmp_path / "x", create=True) as archive:
        ingest(archive, [path])
        _write(path, 1, 2)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert ingest(archive, [path]).kept.total() == 1


def test_a_file_whose_reading_was_stopped_is_read_again(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", *range(1, 900))

    def stop(tally: Tally) -> None:
        raise KeyboardInterrupt

    with open_archive(tmp_path / "x", create=True) as archive:
        with pytest.raises(KeyboardInterrupt):
            ingest(archive, [path], jobs=0, progress=stop)
        tally = ingest(archive, [path], jobs=0)
        assert (tally.unchanged, tally.known, tally.kept.total()) == (0, 300, 599)
        assert ingest(archive, [path]).unchanged == 1


def test_containers_are_left_out_whole(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", 1, 2)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as container:
        container.write(path, "a.csv")
    with open_archive(tmp_path / "x", create=True) as archive:
        assert ingest(archive, [tmp_path / "a.zip"]).kept.total() == 2
        assert ingest(archive, [tmp_path / "a.zip"]).unchanged == 1


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="no file here that always fails to be read")
def test_a_file_on_a_failing_disk_is_tried_again(tmp_path: Path) -> None:
    with open_archive(tmp_path / "x", create=True) as archive:
        for _ in range(2):  # its first bytes give an error of the system's
            tally = ingest(archive, ["/proc/self/mem"])
            assert (tally.unchanged, tally.failed) == (0, 1)


def test_what_a_limit_of_the_whole_run_cut_off_is_read_by_the_next(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as container:
        for number in (1, 2, 3):
            container.write(_write(tmp_path / "a.csv", number), f"{number}.csv")
    with open_archive(tmp_path / "x", create=True) as archive:
        places = [tmp_path / "a.zip"]
        course = course_over(archive, places)
        first = ingest_met(archive, read_paths(places, course=course, limits=Limits(members=2)), course=course)
        assert (first.kept.total(), first.failed) == (2, 1)
        assert ingest(archive, places).kept.total() == 1
        assert ingest(archive, places).unchanged == 1


def test_how_much_is_left_falls_to_nothing(tmp_path: Path) -> None:
    _write(tmp_path / "a.csv", *range(1, 1500))
    _write(tmp_path / "b.csv", *range(2001, 2100))
    shares, left = list[float](), list[int | None]()

    def note(tally: Tally) -> None:
        shares.append(tally.share)
        left.append(tally.left)

    with open_archive(tmp_path / "x", create=True) as archive:
        ingest(archive, [tmp_path / "a.csv", tmp_path / "b.csv"], jobs=0, progress=note)
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] == 1.0
    assert left[-1] == 0
