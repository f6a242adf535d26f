from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import bagit
import msgspec
import pytest
import zstandard

from archive.building import despatch, incident, kept, telegram
from publish.mirrors import faults, mirror_of, new_key, numbered, public, sign_again, small_packs, snapshot
from reftel.archive import ingest, open_archive
from reftel.archive.archive import Archive
from reftel.errors import MirrorError, Unverified
from reftel.publish.mirror import bag, files, keys, layout
from reftel.publish.mirror.making import Order, make
from reftel.release import Given, Note, Origin, Reject, Release

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
ODD = Release(
    "lone \udc80 and \ud83d surrogates, \x00, \x7f, \u2028\r\n\ttabs",
    "document",
    "frus-tei",
    Origin("v.xml", "a\udcffb", 3),
    given=Given(id="odd\tid\nwith\\breaks", fields={"z": "1", "a": "\udc80"}),
    notes=(Note("footnote", "see 2", at=4),),
)


def addresses(archive: Archive) -> list[str]:
    return [stored.key for stored in archive]


def test_an_archive_is_made_again_from_its_mirror(tmp_path: Path) -> None:
    with open_archive(tmp_path / "a", create=True) as archive:
        ingest(archive, [SAMPLES], jobs=0)
        archive.keep_rejects([Reject(Origin("bad.bin"), "it is torn", b"\x00\xff")])
        make(archive, tmp_path / "m", Order(date="2026-05-31"))
        with open_archive(tmp_path / "b", create=True) as again:
            tally = ingest(again, [tmp_path / "m"], jobs=0)
            assert addresses(again) == addresses(archive)
            assert tally.failed == sum(archive.counts().rejects.values()) > 1
            assert [one.reason for one in again.rejects()] == [one.reason for one in archive.rejects()]
            assert [one.head for one in again.rejects()] == [one.head for one in archive.rejects()]
            ours, theirs = ([_portable(stored.release) for stored in one] for one in (archive, again))
            assert ours == theirs


def _portable(release: Release) -> Release:
    origin = msgspec.structs.replace(release.origin, file=Path(release.origin.file).name)
    return msgspec.structs.replace(release, origin=origin)


def test_whatever_a_release_holds_comes_back(tmp_path: Path) -> None:
    releases = (ODD, incident("K-1"), despatch("d1", "rain"), telegram(3))
    mirror_of(tmp_path, *releases)
    with open_archive(tmp_path / "b", create=True) as again:
        assert ingest(again, [tmp_path / "m"], jobs=0).failed == 0
        assert [stored.release for stored in again] == list(releases)
    assert not faults(tmp_path / "m", unsigned=True, deep=True)


def test_no_path_of_the_maker_leaves_the_house(tmp_path: Path) -> None:
    mirror_of(
        tmp_path,
        telegram(1, file="/srv/somebody/secret/a.csv"),
        telegram(2, file="C:\\Users\\somebody\\a.csv"),
        telegram(3, file="pages/a.csv"),
    )
    text = zstandard.ZstdDecompressor().decompressobj().decompress((tmp_path / "m" / layout.pack_name(1)).read_bytes())
    assert b"somebody" not in text
    assert b'"pages/a.csv"' in text


def test_any_reader_of_bags_finds_it_valid(tmp_path: Path) -> None:
    mirror_of(tmp_path, *numbered(1, 2, 3), ODD, key=new_key())
    found = bagit.Bag(str(tmp_path / "m"))
    assert found.validate()
    assert found.info["Reftel-Releases"] == "4"
    assert found.version_info == (1, 0)


def test_it_is_read_with_common_tools_alone(tmp_path: Path) -> None:
    if not shutil.which("zstd"):
        pytest.skip("the zstd command is not installed")
    mirror_of(tmp_path, *numbered(1, 2, 3))
    shown = subprocess.run(["zstd", "-dc", layout.pack_name(1)], cwd=tmp_path / "m", capture_output=True, check=True)
    head, *rows = (tmp_path / "m" / layout.index_name(1)).read_text().splitlines()
    assert head.split("\t")[:2] == ["address", "id"]
    address, number, *_, offset, length = rows[1].split("\t")
    line = json.loads(shown.stdout[int(offset) : int(offset) + int(length)])
    assert number == "87PARIS2"
    assert line["key"] == address
    assert line["release"]["text"] == telegram(2).text
    assert line["sha256"] == hashlib.sha256(telegram(2).text.encode()).hexdigest()


def test_the_readme_names_every_file(tmp_path: Path) -> None:
    mirror_of(tmp_path, *numbered(1), key=new_key())
    text = (tmp_path / "m" / bag.README).read_text("ascii")
    assert all(Path(name).name in text or name == bag.README for name in snapshot(tmp_path / "m"))


def test_the_same_archive_gives_the_same_bytes(tmp_path: Path) -> None:
    key = new_key()
    for name in ("x", "y"):
        mirror_of(tmp_path / name, *numbered(*range(1, 9)), key=key)
    assert snapshot(tmp_path / "x" / "m") == snapshot(tmp_path / "y" / "m")


def test_what_is_added_changes_the_last_pack_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)
    key = new_key()
    mirror_of(tmp_path, *numbered(*range(1, 9)), key=key)
    before = snapshot(tmp_path / "m")
    made = mirror_of(tmp_path, telegram(9), telegram(10), key=key, date="2026-06-01")
    after = snapshot(tmp_path / "m")
    changed = {name for name in after if after[name] != before.get(name)}
    packs = {name for name in changed if "/" in name}
    assert packs == {layout.pack_name(3), layout.pack_name(4), layout.index_name(3), layout.index_name(4)}
    assert (made.edition, made.releases) == (2, 10)
    assert not faults(tmp_path / "m", key, deep=True)
    mirror_of(tmp_path / "whole", *numbered(*range(1, 11)), key=key)
    whole = snapshot(tmp_path / "whole" / "m")
    assert {n: d for n, d in whole.items() if "/" in n} == {n: d for n, d in after.items() if "/" in n}


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    key = new_key()
    mirror_of(tmp_path, *numbered(1, 2), key=key)
    before = snapshot(tmp_path / "m")
    made = mirror_of(tmp_path, key=key, date="2027-01-01")
    assert (made.written, made.edition) == (0, 1)
    assert snapshot(tmp_path / "m") == before


def test_what_is_damaged_is_made_again_from_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)
    key = new_key()
    mirror_of(tmp_path, *numbered(*range(1, 9)), key=key)
    before = snapshot(tmp_path / "m")
    (tmp_path / "m" / layout.pack_name(2)).write_bytes(b"noise")
    (tmp_path / "m" / bag.README).unlink()
    made = mirror_of(tmp_path, key=key)
    assert (made.written, made.edition) == (2, 1)
    assert snapshot(tmp_path / "m") == before
    (tmp_path / "m" / layout.index_name(1)).write_bytes(b"noise")
    assert mirror_of(tmp_path, key=key).releases == 8
    assert not faults(tmp_path / "m", key, deep=True)


def test_releases_are_not_lost_by_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)
    mirror_of(tmp_path, *numbered(*range(1, 9)))
    before = snapshot(tmp_path / "m")
    with kept(tmp_path / "b", *numbered(1, 2, 3, 5, 6, 7, 8)) as other:
        with pytest.raises(MirrorError, match="1 releases that the archive does not"):
            make(other, tmp_path / "m", Order(date="2026-06-01"))
        assert snapshot(tmp_path / "m") == before
        made = make(other, tmp_path / "m", Order(date="2026-06-01", remove=True))
    assert (made.removed, made.releases) == (1, 7)
    after = snapshot(tmp_path / "m")
    assert after[layout.pack_name(1)] == before[layout.pack_name(1)]
    assert after[layout.pack_name(3)] == before[layout.pack_name(3)]
    assert not faults(tmp_path / "m", unsigned=True, deep=True)


def test_a_damaged_table_loses_no_release(tmp_path: Path) -> None:
    mirror_of(tmp_path, *numbered(1, 2, 3))
    before = snapshot(tmp_path / "m")
    table = tmp_path / "m" / layout.index_name(1)
    table.write_bytes(table.read_bytes().replace(b"PARIS", b"PARTS", 1))
    with kept(tmp_path / "b", telegram(1)) as other:
        with pytest.raises(MirrorError, match="holds 2 releases that the archive does not"):
            make(other, tmp_path / "m", Order(date="2026-06-01"))
        pack = tmp_path / "m" / layout.pack_name(1)
        assert pack.read_bytes() == before[layout.pack_name(1)]
        pack.write_bytes(pack.read_bytes()[:-9])
        with pytest.raises(MirrorError, match="pack and table are both damaged"):
            make(other, tmp_path / "m", Order(date="2026-06-01"))
        assert make(other, tmp_path / "m", Order(date="2026-06-01", remove=True)).releases == 1
    assert faults(tmp_path / "m", unsigned=True) == []


def test_a_first_mirror_that_is_half_in_place_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.Staging, "_put_in_place", lambda staging: None)
    monkeypatch.setattr(files.Staging, "clear", lambda staging: None)
    mirror_of(tmp_path, telegram(1))
    monkeypatch.undo()
    waiting = tmp_path / "m" / layout.STAGING
    (tmp_path / "m" / layout.pack_name(1)).parent.mkdir(parents=True)
    (waiting / layout.pack_name(1)).rename(tmp_path / "m" / layout.pack_name(1))
    assert mirror_of(tmp_path).releases == 1
    assert faults(tmp_path / "m", unsigned=True) == []


def test_packs_that_empty_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)
    mirror_of(tmp_path, *numbered(*range(1, 9)))
    with kept(tmp_path / "b", *numbered(1, 2, 3)) as other:
        make(other, tmp_path / "m", Order(date="2026-06-01", remove=True))
    assert {name for name in snapshot(tmp_path / "m") if "/" in name} == {layout.pack_name(1), layout.index_name(1)}
    assert not faults(tmp_path / "m", unsigned=True, deep=True)


def test_nobody_elses_folder_is_written_into(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "letter.txt").write_text("dear")
    with pytest.raises(MirrorError, match="not empty"):
        mirror_of(tmp_path, *numbered(1))
    assert [path.name for path in (tmp_path / "m").iterdir()] == ["letter.txt"]


def test_a_signed_mirror_stays_signed(tmp_path: Path) -> None:
    key = new_key()
    mirror_of(tmp_path, *numbered(1), key=key)
    with pytest.raises(MirrorError, match="is signed"):
        mirror_of(tmp_path, telegram(2))
    assert mirror_of(tmp_path, telegram(2), key=new_key()).new_key
    assert not faults(tmp_path / "m", deep=True)


def test_what_somebody_else_put_in_is_never_signed(tmp_path: Path) -> None:
    """A pack that was altered together with its lists must not get a good signature by the next making."""
    key = new_key()
    mirror_of(tmp_path, *numbered(1, 2), key=key)
    place = tmp_path / "m"
    with kept(tmp_path / "evil", telegram(1, words="FORGED"), telegram(2)) as evil:
        make(evil, tmp_path / "e", Order(date="2026-05-31"))
    for name in (layout.pack_name(1), bag.MANIFEST):
        (place / name).write_bytes((tmp_path / "e" / name).read_bytes())
    sign_again(place, None)
    with pytest.raises(Unverified):
        mirror_of(tmp_path, key=key)
    (place / layout.SIGNATURE).write_bytes(keys.sign((place / bag.TAGMANIFEST).read_bytes(), new_key(), ""))
    with pytest.raises(Unverified):
        mirror_of(tmp_path, key=key)


def test_an_unsigned_one_is_read_again_before_it_is_signed(tmp_path: Path) -> None:
    mirror_of(tmp_path, *numbered(1, 2))
    place = tmp_path / "m"
    with kept(tmp_path / "evil", telegram(1, words="FORGED"), telegram(2)) as evil:
        make(evil, tmp_path / "e", Order(date="2026-05-31"))
    forged = (tmp_path / "e" / layout.pack_name(1)).read_bytes()
    (place / layout.pack_name(1)).write_bytes(forged)
    (place / bag.MANIFEST).write_bytes(bag.write_manifest({layout.pack_name(1): files.sha512(forged)}))
    sign_again(place, None)
    key = new_key()
    mirror_of(tmp_path, key=key)
    assert (place / layout.pack_name(1)).read_bytes() != forged
    assert not faults(place, key, deep=True)


def test_a_damaged_archive_is_not_mirrored(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *numbered(1, 2)) as archive, kept(tmp_path / "b", telegram(3)) as other:
        ((text,),) = other.ask("SELECT text FROM content")
        with archive.writing() as connection:
            connection.execute("UPDATE content SET text = ? WHERE row = 2", (text,))
        with pytest.raises(MirrorError, match="not the one that its address names"):
            make(archive, tmp_path / "m", Order(date="2026-05-31"))
    assert not (tmp_path / "m").exists()


def test_a_making_that_is_killed_leaves_the_old_or_the_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before each rename in turn: the next process finds the old edition, or finishes the new one."""
    key = new_key()
    mirror_of(tmp_path / "x", *numbered(1, 2), key=key)
    mirror_of(tmp_path / "y", *numbered(1, 2), key=key)
    mirror_of(tmp_path / "y", *numbered(3), key=key)
    new = snapshot(tmp_path / "y" / "m")
    old = snapshot(tmp_path / "x" / "m")
    real = Path.replace
    outcomes = set()
    for moment in range(1, 12):
        shutil.copytree(tmp_path / "x", tmp_path / f"k{moment}")
        calls = 0

        def replace(self: Path, target: Path, moment: int = moment) -> Path:
            nonlocal calls
            calls += 1
            if calls == moment:
                raise KeyboardInterrupt
            return real(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", replace)
            try:
                mirror_of(tmp_path / f"k{moment}", *numbered(3), key=key)
                break
            except KeyboardInterrupt:
                pass
        place = tmp_path / f"k{moment}" / "m"
        if not files.is_unfinished(place):
            assert snapshot(place) == old
            outcomes.add("old")
        else:
            assert any(fault.code == "unfinished" for fault in faults(place, key))
            files.Staging(place).close()
            assert snapshot(place) == new
            outcomes.add("finished")
        assert not faults(place, key, deep=True)
    assert outcomes == {"old", "finished"}


def test_two_makers_at_once_are_told_apart(tmp_path: Path) -> None:
    staging = files.Staging(tmp_path / "m")
    try:
        with pytest.raises(MirrorError, match="another process"):
            mirror_of(tmp_path, *numbered(1))
    finally:
        staging.close()


def test_minisign_itself_verifies_it(tmp_path: Path) -> None:
    if not shutil.which("minisign"):
        pytest.skip("the minisign command is not installed (Debian: apt-get install minisign)")
    key = new_key()
    mirror_of(tmp_path, *numbered(1, 2), key=key)
    command = ["minisign", "-Vm", bag.TAGMANIFEST, "-P", keys.written(public(key))]
    shown = subprocess.run(command, cwd=tmp_path / "m", capture_output=True, text=True, check=True)
    assert "edition 1 of 2026-05-31: 2 releases of 2 cables, 0 rejects" in shown.stdout
    path = tmp_path / "m" / bag.TAGMANIFEST
    path.write_bytes(path.read_bytes().replace(b"README", b"REEDME"))
    assert subprocess.run(command, cwd=tmp_path / "m", capture_output=True, check=False).returncode != 0
