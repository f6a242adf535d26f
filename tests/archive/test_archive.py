from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import pytest

from archive.building import despatch, incident, kept, telegram
from reftel.archive import fullest, ingest, make_entry, open_archive
from reftel.archive.twins import make_twins
from reftel.cable import Cable
from reftel.errors import ArchiveBusy, ArchiveError, NoArchive, NotFound
from reftel.record import read_record
from reftel.release import Given, Origin, Reject
from reftel.search import Query, following, search


def test_what_is_kept_comes_back_whole(tmp_path: Path) -> None:
    releases = [telegram(1), incident("K-1"), despatch("frus1911/d2", "the new quay")]
    with kept(tmp_path / "a", *releases):
        pass
    with open_archive(tmp_path / "a") as archive:
        stored = list(archive)
    assert [one.release for one in stored] == releases
    assert [one.record for one in stored] == [read_record(release) for release in releases]
    assert [one.row for one in stored] == [1, 2, 3]


def test_a_text_with_nul_bytes_and_lone_surrogates_is_kept_as_it_is(tmp_path: Path) -> None:
    release = telegram(1, body="\x00 \udc80 \x1b[31m", file="b\udcff.csv")
    with kept(tmp_path / "a", release) as archive:
        assert next(iter(archive)).release == release


def test_the_same_release_from_another_place_adds_nothing(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1)) as archive:
        assert archive.keep([make_entry(telegram(1, file="copy/b.csv")), make_entry(telegram(2))]) == [0, 2]
        assert len(archive) == 2


def test_another_cut_of_the_same_cable_is_another_release(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1), telegram(1, body="This copy says more.")) as archive:
        assert len(archive.named("87PARIS1")) == 2
        assert archive.counts().ids == 1


@pytest.mark.parametrize(
    "spelling",
    ["87PARIS12", "87 Paris 00012", "PARIS 12", "paris 00012", "1987PARIS00012", "87PARIS12 ", "PARIS 000012"],
)
def test_a_telegram_is_found_in_any_spelling(tmp_path: Path, spelling: str) -> None:
    with kept(tmp_path / "a", telegram(12), telegram(13), telegram(12, post="LONDON")) as archive:
        assert [one.facts.id for one in archive.named(spelling)] == ["87PARIS12"]


def test_a_name_that_is_to_mean_one_record_means_no_other(tmp_path: Path) -> None:
    earlier = msgspec.structs.replace(telegram(7), given=Given(id="86PARIS7", date="1986-05-02"))
    fuller = telegram(7, body="There was more.", file="b.csv")
    with kept(tmp_path / "a", earlier, telegram(7), fuller) as archive:
        assert [one.facts.id for one in archive.meant("87 Paris 7")] == ["87PARIS7"] * 2
        assert "There was more." in fullest(archive.meant("87PARIS7")).release.text
        with pytest.raises(NotFound, match=r"may mean several records.*86PARIS7"):
            archive.meant("PARIS 7")
        with pytest.raises(NotFound, match="no record is known as"):
            archive.meant("PARIS 8")


def test_other_records_are_found_by_their_ids(tmp_path: Path) -> None:
    with kept(tmp_path / "a", incident("0C5D-77"), despatch("frus1911/d2", "quays")) as archive:
        assert [one.release.kind for one in archive.named("0c5d-77")] == ["incident"]
        assert [one.release.kind for one in archive.named("FRUS1911/d2")] == ["document"]


def test_a_release_is_found_by_the_beginning_of_its_address(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1), telegram(2)) as archive:
        key = next(iter(archive)).key
        assert archive.release(key).key == archive.release(key[:12]).key == archive.named(key[:12])[0].key == key
        for wrong in ("", "zz", key[:4], "0" * 64, "%"):
            with pytest.raises(NotFound):
                archive.release(wrong)


def test_rejects_are_kept_once_with_reason_and_first_bytes(tmp_path: Path) -> None:
    rejects = [Reject(Origin("x\udc80.bin", "m", 3), "no form", b"\x00\xff" * 100), Reject(Origin("y"), "no form")]
    with kept(tmp_path / "a") as archive:
        assert archive.keep_rejects(rejects) == 2
        assert archive.keep_rejects(rejects) == 0
        found = list(archive.rejects())
        assert [len(reject.head) for reject in found] == [64, 0]
        assert archive.counts().rejects == {"no form": 2}


def test_rows_are_given_in_the_order_asked_for(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 6))) as archive:
        assert [one.row for one in archive.rows([4, 99, 1])] == [4, 1]


def test_counts_by_form(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1), telegram(2), incident("K")) as archive:
        assert archive.counts().forms == {"cablegate-csv": 2, "war-diary-csv": 1}


def test_a_batch_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    with kept(tmp_path / "a") as archive:
        good = make_entry(telegram(1))
        with pytest.raises(AttributeError):
            archive.keep([good, None])  # type: ignore[list-item]
        assert len(archive) == 0
        assert archive.keep([good]) == [1]


def test_no_archive_is_said_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(NoArchive, match="reftel ingest"):
        open_archive(tmp_path / "nothing")


def test_a_second_writer_is_refused_and_readers_are_not(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1)) as first:
        with open_archive(tmp_path / "a") as second:
            assert len(second) == 1
            with pytest.raises(ArchiveBusy, match="another process"):
                second.keep([make_entry(telegram(2))])
        first.keep([make_entry(telegram(3))])
    with open_archive(tmp_path / "a") as third:
        assert third.keep([make_entry(telegram(2))]) == [3]


def test_closing_leaves_one_file_and_closing_twice_is_nothing(tmp_path: Path) -> None:
    archive = kept(tmp_path / "a", telegram(1))
    archive.close()
    archive.close()
    assert {file.name for file in (tmp_path / "a").iterdir()} == {"archive.sqlite", "writer.lock"}


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "archive.sqlite").write_bytes(b"nothing of SQLite's" * 100)
    with pytest.raises(ArchiveError, match="damaged"):
        open_archive(tmp_path)


def test_a_database_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "archive.sqlite") as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(ArchiveError, match="not made by reftel"):
        open_archive(tmp_path, create=True)


def test_a_newer_layout_is_not_guessed_at(tmp_path: Path) -> None:
    kept(tmp_path, telegram(1)).close()
    connection = sqlite3.connect(tmp_path / "archive.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ArchiveError, match="update reftel"):
        open_archive(tmp_path)


def test_an_archive_whose_making_was_cut_short_is_made_on_the_next_ingest(tmp_path: Path) -> None:
    (tmp_path / "archive.sqlite").touch()
    with pytest.raises(NoArchive):
        open_archive(tmp_path)
    with open_archive(tmp_path, create=True) as archive:
        assert len(archive) == 0


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1)) as archive:
        # SQLite's own limit on the size of a file gives the same error as a disk without room.
        pages = archive._connection.execute("PRAGMA page_count").fetchone()[0]
        archive._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(ArchiveError, match="disk is full"):
            archive.keep([make_entry(telegram(n, body="x ".join(map(str, range(n * 999))))) for n in range(2, 60)])
    with open_archive(tmp_path / "a") as archive:
        assert [one.facts.id for one in archive] == ["87PARIS1"]


def test_an_archive_on_a_read_only_place_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path / "a", telegram(1)).close()
    monkeypatch.setattr("os.access", lambda path, mode: False)  # tests may run as root, who may write anywhere
    with open_archive(tmp_path / "a") as archive:
        assert len(archive) == 1
        with pytest.raises(ArchiveError, match="read-only"):
            archive.keep([make_entry(telegram(2))])


def test_one_who_may_only_read_is_told_that_another_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path / "a", telegram(1)).close()
    with monkeypatch.context() as patch:
        patch.setattr("os.access", lambda path, mode: False)
        reader = open_archive(tmp_path / "a")
    with reader:
        assert reader.last_row() == 1
        kept(tmp_path / "a", telegram(2)).close()
        with pytest.raises(ArchiveError, match="changed since it was opened"):
            reader.last_row()


def test_one_who_may_only_read_sees_what_a_writer_adds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept(tmp_path / "a", telegram(1)) as writer:
        with monkeypatch.context() as patch:
            patch.setattr("os.access", lambda path, mode: False)
            reader = open_archive(tmp_path / "a")
        with reader:
            writer.keep([make_entry(telegram(2))])
            assert reader.last_row() == 2


def test_who_made_an_index_does_not_stay_the_writer(tmp_path: Path) -> None:
    kept(tmp_path / "a", telegram(1)).close()
    with open_archive(tmp_path / "a") as reader:
        assert search(reader, "protest").total == 1
        kept(tmp_path / "a", telegram(2)).close()
        assert search(reader, "protest").total == 2


def test_a_closing_that_fails_lets_the_next_writer_in(tmp_path: Path) -> None:
    archive = kept(tmp_path / "a", telegram(1))
    archive._connection.execute("PRAGMA busy_timeout = 100")  # else it waits ten seconds for the other
    with closing(sqlite3.connect(tmp_path / "a" / "archive.sqlite")) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM release").fetchone()
        archive.keep([make_entry(telegram(2))])
        with suppress(ArchiveError):  # the other reader is in the way of the checkpoint
            archive.close()
    kept(tmp_path / "a", telegram(3)).close()


def test_an_archive_is_a_directory_that_can_be_copied(tmp_path: Path) -> None:
    kept(tmp_path / "a", telegram(1)).close()
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    with open_archive(tmp_path / "b") as archive:
        record = archive.named("87PARIS1")[0].record
    assert isinstance(record, Cable)


def test_a_date_is_listed_no_finer_than_it_is_known(tmp_path: Path) -> None:
    only_a_number = msgspec.structs.replace(telegram(7), given=Given(id="87PARIS7"))
    with kept(tmp_path / "a", only_a_number, telegram(8)) as archive:
        assert [one.facts.sent for one in archive] == ["1987", "1987-09-09T09:30:00"]
        assert [hit.id for hit in search(archive, Query(since="1987", until="1987-01")).hits] == ["87PARIS7"]


def test_every_record_of_the_samples_is_found_by_its_own_id_in_any_case(tmp_path: Path) -> None:
    with open_archive(tmp_path / "a", create=True) as archive:
        ingest(archive, [Path(__file__).resolve().parents[2] / "samples"], jobs=0)
        kept = [(stored.row, stored.facts.id) for stored in archive if stored.facts.id]
        assert {"cable", "document", "incident"} == {stored.release.kind for stored in archive}
        for row, number in kept:
            for spelling in (number, number.lower(), number.upper()):
                assert row in archive.rows_named(spelling), spelling


def test_what_the_log_still_holds_is_not_passed_over_on_a_read_only_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept(tmp_path / "a", telegram(1)) as archive:
        archive.keep([make_entry(telegram(2))])
        shutil.copytree(tmp_path / "a", tmp_path / "b")  # as if the process had died here
    assert (tmp_path / "b" / "archive.sqlite-wal").stat().st_size
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with open_archive(tmp_path / "b") as archive:
        assert len(archive) == 2


def test_an_older_archive_on_a_read_only_place_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept(tmp_path / "a", telegram(1)):
        pass
    with closing(sqlite3.connect(tmp_path / "a" / "archive.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 1")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(ArchiveError, match=r"layout 1, an older one.*copy it"):
        open_archive(tmp_path / "a")


def test_an_archive_on_a_read_only_place_is_searched_and_compared_and_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "a"
    with kept(place, telegram(1), telegram(2)) as archive, following(archive):
        pass
    before = sorted(path.name for path in place.rglob("*"))
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with open_archive(place) as archive:
        assert search(archive, "protest").total == 2
        with make_twins(archive) as twins:
            twins.bring_up()
            assert twins.behind == 0
    assert sorted(path.name for path in place.rglob("*")) == before
    shutil.rmtree(place / "index")
    with open_archive(place) as archive, pytest.raises(ArchiveError, match="read-only"):
        search(archive, "protest")


def test_half_a_character_in_a_publisher_is_kept(tmp_path: Path) -> None:
    release = msgspec.structs.replace(telegram(1), publisher="A \ud800 mirror")
    with kept(tmp_path / "a", release) as archive:
        assert next(iter(archive)).release.publisher == release.publisher
