"""The index beside an archive: made anew whole, never half; true to its values; and without what cannot be read."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from archive.building import kept, telegram
from reftel.archive import Archive, ingest, make_entry, open_archive
from reftel.archive.packing import compress, decompress, pack, unpack
from reftel.cable import Cable
from reftel.cli.app import app
from reftel.errors import ArchiveError
from reftel.search import Query, fault_of, following, rebuild, search
from reftel.search.index import open_index, place
from reftel.search.values import FILE

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "telegrams"
BY = Query(facets=("signer", "post", "tag"), facet_size=0, limit=0)


def counts(archive: Archive) -> dict[str, dict[str, int]]:
    found = search(archive, BY).facets
    return {name: {one.value: one.count for one in buckets} for name, buckets in found.items()}


@pytest.fixture
def telegrams(tmp_path: Path) -> Path:
    with open_archive(tmp_path / "a", create=True) as archive, following(archive) as index:
        ingest(archive, [SAMPLES], jobs=0, follower=index)
    return tmp_path / "a"


def test_one_that_is_made_anew_meanwhile_is_read_as_it_was_and_then_as_it_is(telegrams: Path) -> None:
    with open_archive(telegrams) as reader:
        before = counts(reader)
        held = open_index(reader)
        with open_archive(telegrams) as other:  # in another order, so that other numbers stand for the values
            shutil.rmtree(place(other).parent)
            with sqlite3.connect(telegrams / "archive.sqlite") as table:
                table.execute("UPDATE release SET collection = 'zz' WHERE row < 5")
            table.close()
            rebuild(other)
        assert held.searcher().num_docs == reader.last_row()
        assert counts(reader) == before
        assert open_index(reader) is not held


def test_whoever_reads_while_it_is_made_anew_finds_all_or_is_told(telegrams: Path) -> None:
    with open_archive(telegrams) as reader:
        whole = search(reader, "the").total
        made = threading.Event()

        def make() -> None:
            with open_archive(telegrams) as other:
                for _ in range(3):
                    rebuild(other)
            made.set()

        maker = threading.Thread(target=make)
        maker.start()
        totals = set()
        while not made.is_set():
            totals.add(search(reader, "the").total)
        maker.join()
    assert totals == {whole}


def test_one_that_was_half_made_anew_is_made_anew(telegrams: Path) -> None:
    with open_archive(telegrams) as archive:
        whole = counts(archive)
        left = place(archive).with_name(f"{place(archive).name}.making")
        shutil.copytree(place(archive), left)
        shutil.rmtree(place(archive))
    with open_archive(telegrams) as archive:
        assert counts(archive) == whole
        assert not left.exists()


def test_values_that_lost_their_end_are_not_given_out_again(telegrams: Path) -> None:
    with open_archive(telegrams) as archive:
        whole = counts(archive)
        file = place(archive) / FILE
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:3]))
    with kept(telegrams, telegram(1)) as archive:
        found = counts(archive)
        assert not fault_of(archive)
    assert found["signer"].pop("THORNBURY") == 1
    assert found["signer"] == whole["signer"]


def test_values_nested_without_end_are_none(telegrams: Path) -> None:
    with open_archive(telegrams) as archive:
        whole = counts(archive)
        (place(archive) / FILE).write_bytes(b"[" * 200_000 + b"\n")
    with open_archive(telegrams) as archive:
        assert counts(archive) == whole


def test_records_that_are_read_again_are_found_by_what_is_read_now(telegrams: Path) -> None:
    with open_archive(telegrams) as archive:
        whole = counts(archive)
        rows = archive.ask("SELECT row, record FROM content")
    with sqlite3.connect(telegrams / "archive.sqlite") as table:
        for row, record in rows:
            older = msgspec.structs.replace(unpack(decompress(record), Cable), signature=())
            table.execute("UPDATE content SET record = ? WHERE row = ?", (compress(pack(older)), row))
    table.close()
    with open_archive(telegrams) as archive:
        rebuild(archive)
        assert not counts(archive)["signer"]
    done = CliRunner().invoke(app, ["check", "--deep", "--repair", "--archive", str(telegrams)])
    assert done.exit_code == 0
    with open_archive(telegrams) as archive:
        assert counts(archive) == whole


def test_a_record_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 8))):
        pass
    with sqlite3.connect(tmp_path / "a" / "archive.sqlite") as table:
        table.execute("UPDATE content SET text = x'00ff' WHERE row = 3")
    table.close()
    with open_archive(tmp_path / "a") as archive:
        assert search(archive, "vessel").total == 6
        listed = search(archive, "post:paris").hits
        assert [hit.id for hit in listed if not hit.snippet.text] == ["87PARIS3"]
        assert len(listed) == 7
        with pytest.raises(ArchiveError, match=r"release [0-9a-f]{12}.*reftel check"):
            archive.named("87PARIS3")
        archive.keep([make_entry(telegram(8))])
        assert search(archive, "vessel").total == 7


def test_a_read_only_place_is_linked_to_once(telegrams: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_archive(telegrams) as archive:
        whole = counts(archive)
    made: list[str] = []
    really = tempfile.mkdtemp

    def counted(prefix: str) -> str:
        made.append(really(prefix=prefix))
        return made[-1]

    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    monkeypatch.setattr(tempfile, "mkdtemp", counted)
    for _ in range(3):
        with open_archive(telegrams) as archive:
            assert counts(archive) == whole
    assert len([one for one in made if "index" in one]) == 1
