from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest
import zstandard

from publish.mirrors import copy, faults, mirror_of, new_key, numbered, public, sign_again, small_packs, snapshot
from reftel.errors import MirrorError
from reftel.publish.mirror import bag, files, keys, layout
from reftel.publish.mirror.contents import read_contents
from reftel.publish.mirror.verifying import Fault, Verification

KEY = new_key()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small_packs(monkeypatch)
    mirror_of(tmp_path, *numbered(*range(1, 9)), key=KEY)
    return tmp_path / "m"


def named(found: list[Fault]) -> list[tuple[str, str]]:
    return [(fault.code, fault.file) for fault in found]


def test_a_whole_mirror_has_no_fault(place: Path) -> None:
    look = Verification(place, key=public(KEY), deep=True)
    assert list(look.faults()) == []
    assert (look.files, look.releases, look.edition) == (11, 8, 1)
    assert look.bytes == sum(len(data) for name, data in snapshot(place).items() if "tagmanifest" not in name)
    assert look.signature is not None
    assert look.signature.comment.startswith("reftel mirror, edition 1 of 2026-05-31: 8 releases")


def test_each_altered_missing_and_added_file_is_named_with_its_cables(place: Path) -> None:
    (place / layout.pack_name(1)).unlink()
    data = bytearray((place / layout.pack_name(2)).read_bytes())
    data[len(data) // 2] ^= 1
    (place / layout.pack_name(2)).write_bytes(data)
    (place / "data" / "extra.txt").write_text("hello")
    (place / bag.README).unlink()
    found = {(fault.code, fault.file): fault for fault in faults(place, KEY)}
    assert found.pop(("counts", bag.INFO))
    assert sorted(found) == [
        ("added", "data/extra.txt"),
        ("altered", layout.pack_name(2)),
        ("missing", bag.README),
        ("missing", layout.pack_name(1)),
    ]
    assert found["missing", layout.pack_name(1)].cables == ("87PARIS1", "87PARIS2", "87PARIS3")
    assert found["altered", layout.pack_name(2)].cables == ("87PARIS4", "87PARIS5", "87PARIS6")
    assert found["altered", layout.pack_name(2)].readable < 3


def test_what_can_still_be_read_of_an_altered_pack_is_counted(place: Path) -> None:
    path = place / layout.pack_name(1)
    text = zstandard.ZstdDecompressor().decompress(path.read_bytes())
    altered = text.replace(b"Vessel 2 paid", b"Vessel 7 paid")
    path.write_bytes(zstandard.ZstdCompressor().compress(altered))
    (fault,) = [fault for fault in faults(place, KEY) if fault.code == "altered"]
    assert (fault.readable, len(fault.cables)) == (2, 3)
    path.write_bytes(zstandard.ZstdCompressor().compress(text + b"more"))
    assert [fault.readable for fault in faults(place, KEY) if fault.code == "altered"] == [3]


def test_a_pack_whose_table_is_damaged_too_is_said_to_be_so(place: Path) -> None:
    (place / layout.pack_name(1)).write_bytes(b"")
    (place / layout.index_name(1)).write_bytes(b"")
    messages = [fault.message for fault in faults(place, KEY) if fault.file == layout.pack_name(1)]
    assert len(messages) == 1
    assert "its table is damaged too" in messages[0]


@pytest.mark.parametrize("name", ["tagmanifest-sha512.txt", "tagmanifest-sha512.txt.minisig", "mirror.pub"])
def test_no_byte_of_the_signed_lists_can_be_changed(place: Path, name: str) -> None:
    data = (place / name).read_bytes()
    for at in range(0, len(data), 7):
        changed = bytearray(data)
        changed[at] ^= 4
        (place / name).write_bytes(changed)
        found = faults(place, KEY)
        comment = name.endswith("minisig") and at < data.index(b"\n")  # "untrusted comment": nothing hangs on it
        assert found or comment, at


def test_another_key_does_not_fit(place: Path) -> None:
    assert named(faults(place, new_key())) == [("signature", layout.SIGNATURE)]


def test_an_unsigned_mirror_must_be_wanted(place: Path) -> None:
    (place / layout.SIGNATURE).unlink()
    (place / layout.KEY).unlink()
    sign_again(place, None)
    assert named(faults(place)) == [("unsigned", "")]
    assert named(faults(place, unsigned=True)) == []
    assert named(faults(place, KEY, unsigned=True)) == [("unsigned", "")]


def test_a_publisher_who_lies_about_releases_is_found_by_reading_them(place: Path) -> None:
    text = zstandard.ZstdDecompressor().decompress((place / layout.pack_name(1)).read_bytes())
    forged = zstandard.ZstdCompressor().compress(text.replace(b"Vessel 2 paid", b"Vessel 7 paid"))
    (place / layout.pack_name(1)).write_bytes(forged)
    payload = {**read_contents(place).payload, layout.pack_name(1): files.sha512(forged)}
    (place / bag.MANIFEST).write_bytes(bag.write_manifest(payload))
    sign_again(place, KEY)
    assert "cables" not in {fault.code for fault in faults(place, KEY)}
    (fault,) = [fault for fault in faults(place, KEY, deep=True) if fault.code == "cables"]
    assert fault.cables == ("87PARIS2",)


def test_one_release_in_two_packs_is_named(place: Path) -> None:
    for name in (layout.pack_name, layout.index_name):
        (place / name(2)).write_bytes((place / name(1)).read_bytes())
    payload = {
        **read_contents(place).payload,
        layout.pack_name(2): files.sha512((place / layout.pack_name(1)).read_bytes()),
    }
    (place / bag.MANIFEST).write_bytes(bag.write_manifest(payload))
    sign_again(place, KEY)
    assert [fault.cables for fault in faults(place, KEY, deep=True) if fault.code == "cables"] == [
        ("87PARIS1", "87PARIS2", "87PARIS3")
    ]


def _info(line: str) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        label = line.split(":", maxsplit=1)[0]
        lines = (place / bag.INFO).read_text().splitlines()
        kept = [one for one in lines if not one.startswith(f"{label}:")]
        (place / bag.INFO).write_text("\n".join([*kept, line]) + "\n")

    return change


def _appended(name: str, line: str) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        (place / name).write_bytes((place / name).read_bytes() + line.encode("utf-8", "surrogateescape"))

    return change


HASH = "0" * 128
LIES = {
    "climbs": (_appended(bag.MANIFEST, f"{HASH}  data/../../x\n"), "leads out of the mirror"),
    "absolute": (_appended(bag.MANIFEST, f"{HASH}  /etc/passwd\n"), "leads out of the mirror"),
    "home": (_appended(bag.MANIFEST, f"{HASH}  ~/x\n"), "leads out of the mirror"),
    "drive": (_appended(bag.MANIFEST, f"{HASH}  C:/x\n"), "leads out of the mirror"),
    "backslash": (_appended(bag.MANIFEST, f"{HASH}  data\\..\\x\n"), "leads out of the mirror"),
    "hidden": (_appended(bag.MANIFEST, f"{HASH}  data/.ssh\n"), "characters that no name"),
    "percent": (_appended(bag.MANIFEST, f"{HASH}  data/%2e%2e/x\n"), "characters that no name"),
    "direction": (_appended(bag.MANIFEST, f"{HASH}  data/\u202etxt.x\n"), "characters that no name"),
    "device": (_appended(bag.MANIFEST, f"{HASH}  data/NUL.txt\n"), "keeps for a device"),
    "long": (_appended(bag.MANIFEST, f"{HASH}  data/{'x' * 5000}\n"), "5005 characters"),
    "twice": (_appended(bag.MANIFEST, f"{HASH}  {layout.pack_name(1)}\n"), "again"),
    "case": (_appended(bag.MANIFEST, f"{HASH}  data/Releases/00001.jsonl.zst\n"), "again"),
    "tag in payload": (_appended(bag.MANIFEST, f"{HASH}  bag-info.txt\n"), "belongs into the other manifest"),
    "stranger": (_appended(bag.MANIFEST, f"{HASH}  data/run.exe\n"), "which no mirror of this layout has"),
    "short hash": (_appended(bag.MANIFEST, "00  data/x\n"), "no line of a manifest"),
    "not utf-8": (_appended(bag.MANIFEST, "\udcff\n"), "not UTF-8"),
    "utf-16": (lambda place: _to_utf16(place / bag.MANIFEST), "not UTF-8"),
    "oxum": (_info("Payload-Oxum: 1.1"), "it says 1 bytes in 1 files"),
    "oxum of words": (_info("Payload-Oxum: many"), "no pair of numbers"),
    "oxum far too large": (_info(f"Payload-Oxum: {'9' * 400}.1"), "no pair of numbers"),
    "releases": (_info("Reftel-Releases: 9"), "it says 9 releases"),
    "layout": (_info("Reftel-Mirror-Layout: 2"), "update reftel"),
    "no edition": (_info("Reftel-Edition: -1"), "no number"),
    "a label twice": (_appended(bag.INFO, "Payload-Oxum: 1.1\n"), "again"),
    "no label": (_appended(bag.INFO, "hello\n"), "no label and value"),
    "encoding": (
        lambda place: _write(place / bag.BAGIT, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-7\n"),
        "UTF-8",
    ),
    "version": (lambda place: _write(place / bag.BAGIT, "BagIt-Version: 9.9\n"), "does not declare a bag"),
}


def _to_utf16(path: Path) -> None:
    path.write_bytes(path.read_text().encode("utf-16"))


def _write(path: Path, text: str) -> None:
    path.write_text(text)


@pytest.mark.parametrize("lie", LIES)
def test_a_bag_that_lies_is_named_even_where_it_is_signed(place: Path, lie: str) -> None:
    change, words = LIES[lie]
    change(place)
    sign_again(place, KEY)
    before = snapshot(place)
    found = faults(place, KEY, deep=True)
    assert any(words in fault.message for fault in found), found
    assert snapshot(place) == before


def test_links_are_named_and_not_followed(place: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes((place / layout.pack_name(1)).read_bytes())
    (place / layout.pack_name(1)).unlink()
    (place / layout.pack_name(1)).symlink_to(outside)
    assert ("link", layout.pack_name(1)) in named(faults(place, KEY))
    (place / "data").rename(tmp_path / "data")
    (place / "data").symlink_to(tmp_path / "data")
    found = named(faults(place, KEY))
    assert ("link", "data") in found
    assert ("altered", layout.pack_name(2)) in found


def test_what_is_no_file_does_not_hold_it_up(place: Path) -> None:
    (place / layout.pack_name(1)).unlink()
    os.mkfifo(place / layout.pack_name(1))
    with socket.socket(socket.AF_UNIX) as talking:
        here = Path.cwd()
        os.chdir(place)
        try:
            talking.bind("s")
        finally:
            os.chdir(here)
        found = named(faults(place, KEY))
    assert ("link", layout.pack_name(1)) in found
    assert ("link", "s") in found


def test_fetch_txt_is_named_and_nothing_is_fetched(place: Path) -> None:
    (place / bag.FETCH).write_text("http://example.invalid/x 99999999999999999999 data/x\n")
    (fault,) = faults(place, KEY)
    assert (fault.code, fault.file) == ("added", bag.FETCH)
    assert "no mirror does" in fault.message


def test_a_pack_that_unfolds_without_end_is_not_unfolded(place: Path) -> None:
    bomb = zstandard.ZstdCompressor().compress(b"0" * (64 << 20))
    (place / layout.pack_name(1)).write_bytes(bomb)
    payload = {**read_contents(place).payload, layout.pack_name(1): files.sha512(bomb)}
    (place / bag.MANIFEST).write_bytes(bag.write_manifest(payload))
    sign_again(place, KEY)
    (fault,) = [fault for fault in faults(place, KEY, deep=True) if fault.code == "cables"]
    assert fault.cables == ("87PARIS1", "87PARIS2", "87PARIS3")


def test_a_place_without_a_mirror_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(MirrorError, match="no mirror"):
        Verification(tmp_path / "nowhere")
    assert named(list(Verification(tmp_path).faults())) == [("lists", bag.TAGMANIFEST)]


def test_the_bagit_library_finds_the_same_faults(place: Path, tmp_path: Path) -> None:
    """An independent reader agrees on files: altered, missing and added."""
    for number, change in enumerate((_alter, _lose, _add)):
        damaged = copy(place, tmp_path / f"d{number}")
        change(damaged)
        assert {fault.file for fault in faults(damaged, KEY) if fault.code != "counts"} == {_changed(number)}
        with pytest.raises(bagit.BagError):
            bagit.Bag(str(damaged)).validate()


def _changed(number: int) -> str:
    return "data/extra" if number == 2 else layout.pack_name(2)


def _alter(place: Path) -> None:
    path = place / layout.pack_name(2)
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")


def _lose(place: Path) -> None:
    (place / layout.pack_name(2)).unlink()


def _add(place: Path) -> None:
    (place / "data" / "extra").write_bytes(b"x")


def test_a_stranger_s_order_to_put_in_place_is_refused(place: Path, tmp_path: Path) -> None:
    """A half finished copy may come with a stick; it must not move or remove what is no file of the mirror."""
    victim = tmp_path / "victim.txt"
    victim.write_text("dear")
    (place / layout.STAGING).mkdir()
    for order in (
        '{"put": [], "remove": ["../victim.txt"]}',
        f'{{"put": ["{victim}"], "remove": []}}',
        '{"put": [".ssh/x"], "remove": []}',
        "noise",
        "[" * 100_000,
    ):
        (place / layout.STAGING / "ready").write_text(order)
        with pytest.raises(MirrorError):
            files.Staging(place)
    assert victim.read_text() == "dear"
    assert keys.written(public(KEY))
