from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.building import kept
from publish.mirrors import (
    Server,
    copy,
    faults,
    mirror_of,
    new_key,
    numbered,
    public,
    serving,
    sign_again,
    small_packs,
    snapshot,
)
from reftel.errors import MirrorError, Unverified
from reftel.publish.mirror import bag, files, layout
from reftel.publish.mirror.making import Order, make
from reftel.publish.mirror.places import Address, BrokenOff, Folder, place_named
from reftel.publish.mirror.syncing import Synced, Trust, sync

KEY = new_key()
BIG = layout.pack_name(1)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mirror of eight cables in three packs."""
    small_packs(monkeypatch)
    mirror_of(tmp_path, *numbered(*range(1, 9)), key=KEY)
    return tmp_path / "m"


@pytest.fixture
def server(source: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(source) as running:
        yield running


def synced(source: Path | str, place: Path, **trust: Any) -> Synced:
    return sync(place_named(str(source)), place, Trust(**trust))


def test_a_folder_is_copied_whole_and_then_left_alone(source: Path, tmp_path: Path) -> None:
    first = synced(source, tmp_path / "c", key=public(KEY))
    assert (first.fetched, first.files, first.first_seen) == (11, 11, False)
    assert snapshot(tmp_path / "c") == snapshot(source)
    assert not (tmp_path / "c" / layout.STAGING).exists()
    assert not faults(tmp_path / "c", KEY, deep=True)
    assert (synced(source, tmp_path / "c").fetched, synced(source, tmp_path / "c").bytes) == (0, 0)


def test_an_address_is_copied_and_only_it_is_asked(server: Server, source: Path, tmp_path: Path) -> None:
    synced(server.address, tmp_path / "c")
    assert snapshot(tmp_path / "c") == snapshot(source)
    assert set(server.asked) == set(snapshot(source))


def test_only_what_changed_comes(server: Server, source: Path, tmp_path: Path) -> None:
    synced(server.address, tmp_path / "c")
    mirror_of(tmp_path, *numbered(9), key=KEY, date="2026-06-01")
    server.asked.clear()
    again = synced(server.address, tmp_path / "c")
    assert again.edition == 2
    lists = {bag.TAGMANIFEST, layout.SIGNATURE, bag.INFO, bag.MANIFEST}
    assert set(server.asked) == {*lists, layout.pack_name(3), layout.index_name(3)}
    assert snapshot(tmp_path / "c") == snapshot(source)


def test_what_is_damaged_or_lost_here_comes_again(source: Path, tmp_path: Path) -> None:
    place = copy(source, tmp_path / "c")
    (place / BIG).write_bytes(b"noise")
    (place / layout.index_name(2)).unlink()
    (place / layout.pack_name(2)).unlink()
    (place / layout.pack_name(2)).symlink_to(tmp_path / "victim")
    (place / bag.MANIFEST).write_bytes(b"noise")
    (tmp_path / "victim").write_text("dear")
    assert synced(source, place).fetched == 4
    assert snapshot(place) == snapshot(source)
    assert not (place / layout.pack_name(2)).is_symlink()
    assert (tmp_path / "victim").read_text() == "dear"


def test_what_the_publisher_took_out_goes_and_the_readers_own_files_stay(source: Path, tmp_path: Path) -> None:
    place = copy(source, tmp_path / "c")
    (place / "my notes.txt").write_text("dear")
    with kept(tmp_path / "b", *numbered(1, 2, 3)) as other:
        make(other, source, Order(date="2026-06-01", key=KEY, remove=True))
    assert synced(source, place).removed == 4
    assert {*snapshot(place)} == {*snapshot(source), "my notes.txt"}


def test_a_download_that_breaks_off_goes_on_where_it_stopped(server: Server, source: Path, tmp_path: Path) -> None:
    size = (source / BIG).stat().st_size
    server.break_off[BIG] = [size // 3, size // 3]
    synced(server.address, tmp_path / "c")
    assert server.ranges == [(BIG, size // 3), (BIG, 2 * (size // 3))]
    assert server.asked[BIG] == 3
    assert snapshot(tmp_path / "c") == snapshot(source)


def test_and_the_next_run_goes_on_where_this_one_gave_up(server: Server, source: Path, tmp_path: Path) -> None:
    half = (source / BIG).stat().st_size // 2
    server.break_off[BIG] = [half, 0, 0, 0]
    with pytest.raises(BrokenOff, match="broke off"):
        synced(server.address, tmp_path / "c")
    assert not snapshot(tmp_path / "c")
    server.ranges.clear()
    server.asked.clear()
    last = synced(server.address, tmp_path / "c")
    assert server.ranges == [(BIG, half)]
    assert not set(server.asked) & {layout.index_name(1), bag.README}
    assert last.fetched == 3
    assert snapshot(tmp_path / "c") == snapshot(source)


def test_a_server_without_ranges_sends_it_whole_again(server: Server, source: Path, tmp_path: Path) -> None:
    server.without_ranges = True
    server.break_off[BIG] = [10]
    synced(server.address, tmp_path / "c")
    assert snapshot(tmp_path / "c") == snapshot(source)


def test_a_part_of_another_edition_is_thrown_away(server: Server, source: Path, tmp_path: Path) -> None:
    for length in (10, (source / BIG).stat().st_size, 10**6):
        place = tmp_path / f"c{length}"
        part = place / layout.STAGING / f"{BIG}.part"
        part.parent.mkdir(parents=True)
        part.write_bytes(b"x" * length)
        synced(server.address, place)
        assert snapshot(place) == snapshot(source)


def test_a_server_that_lies_about_ranges_is_left(server: Server, tmp_path: Path) -> None:
    server.lies_about_ranges = True
    server.break_off[BIG] = [10]
    with pytest.raises(BrokenOff, match="another part"):
        synced(server.address, tmp_path / "c")


@pytest.mark.parametrize("name", [BIG, bag.TAGMANIFEST, layout.KEY])
def test_a_file_without_end_is_cut_off(
    server: Server, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bag, "LONGEST_TAG_FILE", 1 << 20)
    server.endless = name
    with pytest.raises(Unverified, match="longer"):
        synced(server.address, tmp_path / "c")
    assert not snapshot(tmp_path / "c")


def test_redirects_to_other_hosts_are_refused_unless_told(server: Server, source: Path, tmp_path: Path) -> None:
    with serving(source) as other:
        server.elsewhere = other.address
        with pytest.raises(MirrorError, match="sends us elsewhere"):
            synced(server.address, tmp_path / "c")
        assert not other.asked
        sync(Address(server.address, other_hosts=True), tmp_path / "c")
        assert snapshot(tmp_path / "c") == snapshot(source)


@pytest.mark.parametrize("where", ["file:///etc", "ftp://127.0.0.1/x", "gopher://x"])
def test_redirects_to_other_kinds_of_addresses_are_refused(server: Server, tmp_path: Path, where: str) -> None:
    server.elsewhere = where
    with pytest.raises(MirrorError):
        sync(Address(server.address, other_hosts=True), tmp_path / "c")
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize(
    "address",
    ["file:///etc", "ftp://host/x", "http://", "http://a:b@host/", "http://host/?q", "http://host:99999/", "http://[/"],
)
def test_only_plain_addresses_are_taken(address: str) -> None:
    with pytest.raises(MirrorError):
        place_named(address)


def test_nobody_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MirrorError, match="cannot be had"):
        synced("http://127.0.0.1:9", tmp_path / "c")
    with pytest.raises(MirrorError, match="no such folder"):
        synced(tmp_path / "nowhere", tmp_path / "c")
    assert not (tmp_path / "c").exists()


def test_nothing_that_is_altered_is_accepted(server: Server, source: Path, tmp_path: Path) -> None:
    """Whichever file is altered at the source: the copy that was there stays as it was."""
    old = copy(source, tmp_path / "old")
    before = snapshot(old)
    mirror_of(tmp_path, *numbered(9, 10), key=KEY, date="2026-06-01")
    new = snapshot(source)
    changed = sorted(name for name in new if new[name] != before.get(name))
    assert len(changed) == 8
    for number, name in enumerate(changed):
        place = copy(old, tmp_path / f"c{number}")
        data = bytearray(new[name])
        data[-3] ^= 1
        (source / name).write_bytes(data)
        with pytest.raises(MirrorError):
            synced(server.address, place)
        assert snapshot(place) == before
        (source / name).write_bytes(new[name])
        synced(server.address, place)
        assert snapshot(place) == new


def test_a_file_that_is_missing_at_the_source_is_named(source: Path, tmp_path: Path) -> None:
    (source / BIG).unlink()
    with pytest.raises(MirrorError, match="it is missing there") as raised:
        synced(source, tmp_path / "c")
    assert BIG in raised.value.where
    assert not snapshot(tmp_path / "c")


def test_links_at_the_source_are_not_followed(source: Path, tmp_path: Path) -> None:
    secret = copy(source, tmp_path / "secret") / BIG
    (source / BIG).unlink()
    (source / BIG).symlink_to(secret)
    with pytest.raises(MirrorError, match="a link"):
        synced(source, tmp_path / "c")
    (tmp_path / "secret" / "data").rename(tmp_path / "data")
    shutil.rmtree(source / "data")
    (source / "data").symlink_to(tmp_path / "data")
    with pytest.raises(MirrorError, match="a link"):
        synced(source, tmp_path / "c")


def test_nothing_is_written_through_a_link_at_the_copy(source: Path, tmp_path: Path) -> None:
    place, outside = copy(source, tmp_path / "c"), tmp_path / "outside"
    outside.mkdir()
    shutil.rmtree(place / "data")
    (place / "data").symlink_to(outside)
    with pytest.raises(MirrorError, match="a link"):
        synced(source, place)
    assert not list(outside.iterdir())


@pytest.mark.parametrize("name", ["ready", "ready.tmp", "writer.lock", f"{BIG}.part", bag.TAGMANIFEST])
def test_nor_through_one_among_the_parts_that_came_with_a_stick(source: Path, tmp_path: Path, name: str) -> None:
    waiting = tmp_path / "c" / layout.STAGING / name
    waiting.parent.mkdir(parents=True)
    waiting.symlink_to(tmp_path / "victim")
    (tmp_path / "victim").write_text("dear")
    with pytest.raises(MirrorError, match="a link"):
        synced(source, tmp_path / "c")
    assert (tmp_path / "victim").read_text() == "dear"


def test_the_first_key_that_was_seen_is_held_to(source: Path, tmp_path: Path) -> None:
    place = tmp_path / "c"
    assert synced(source, place).first_seen
    assert not synced(source, place).first_seen
    other = new_key()
    mirror_of(tmp_path, *numbered(9), key=other)
    before = snapshot(place)
    with pytest.raises(Unverified, match="signature does not hold"):
        synced(source, place)
    assert snapshot(place) == before
    assert synced(source, place, key=public(other)).edition == 2
    assert synced(source, place).edition == 2


def test_a_wrong_key_accepts_nothing(source: Path, tmp_path: Path) -> None:
    with pytest.raises(Unverified):
        synced(source, tmp_path / "c", key=public(new_key()))
    assert not (tmp_path / "c").exists()


def test_a_signature_that_was_taken_off_is_missed(source: Path, tmp_path: Path) -> None:
    place = copy(source, tmp_path / "c")
    (source / layout.SIGNATURE).unlink()
    (source / layout.KEY).unlink()
    sign_again(source, None)
    for how in ({}, {"unsigned": True}):
        with pytest.raises(Unverified, match="the one here is"):
            synced(source, place, **how)
    with pytest.raises(Unverified, match="not signed"):
        synced(source, tmp_path / "d")
    assert synced(source, tmp_path / "d", unsigned=True).signature is None
    with pytest.raises(Unverified):
        synced(source, tmp_path / "e", unsigned=True, key=public(KEY))


def test_a_copy_that_came_unsigned_stays_so(source: Path, tmp_path: Path) -> None:
    (source / layout.SIGNATURE).unlink()
    for _ in range(2):
        assert sync(Folder(source), tmp_path / "copy", Trust(unsigned=True)).signature is None


def test_a_mirror_cannot_plant_another_key(source: Path, tmp_path: Path) -> None:
    (source / layout.KEY).write_bytes(b"untrusted comment: x\n" + public(new_key()).to_base64() + b"\n")
    sign_again(source, KEY)
    with pytest.raises(Unverified, match="another key"):
        synced(source, tmp_path / "c", key=public(KEY))


def test_an_older_edition_is_refused_unless_told(source: Path, tmp_path: Path) -> None:
    old = copy(source, tmp_path / "old")
    mirror_of(tmp_path, *numbered(9), key=KEY)
    place = copy(source, tmp_path / "c")
    with pytest.raises(Unverified, match="older than edition 2"):
        synced(old, place)
    assert snapshot(place) == snapshot(source)
    synced(old, place, older=True)
    assert snapshot(place) == snapshot(old)


def test_a_publisher_whose_counts_lie_is_not_accepted(source: Path, tmp_path: Path) -> None:
    lines = (source / bag.INFO).read_text().splitlines()
    for label, value in (("Payload-Oxum", "999999.3"), ("Reftel-Releases", "9")):
        changed = [f"{label}: {value}" if line.startswith(label) else line for line in lines]
        (source / bag.INFO).write_text("\n".join(changed) + "\n")
        sign_again(source, KEY)
        with pytest.raises(Unverified, match="as it says"):
            synced(source, tmp_path / "c")
        assert not snapshot(tmp_path / "c")


@pytest.mark.parametrize("name", ["../../x", "/etc/x", "data/.ssh/x", "data/run.exe", "C:/x"])
def test_names_that_no_mirror_has_are_not_even_asked_for(
    server: Server, source: Path, tmp_path: Path, name: str
) -> None:
    manifest = (source / bag.MANIFEST).read_text() + f"{'0' * 128}  {name}\n"
    (source / bag.MANIFEST).write_text(manifest)
    sign_again(source, KEY)
    with pytest.raises(MirrorError):
        synced(server.address, tmp_path / "c")
    assert set(server.asked) <= {bag.TAGMANIFEST, layout.SIGNATURE, layout.KEY, bag.BAGIT, bag.INFO, bag.MANIFEST}


def test_a_full_disk_is_said_and_what_came_waits(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.fsync, 0

    def full(number: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 6:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(number)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(MirrorError, match="the disk is full"):
            synced(source, tmp_path / "c")
    assert not snapshot(tmp_path / "c")
    assert synced(source, tmp_path / "c").fetched < 11
    assert snapshot(tmp_path / "c") == snapshot(source)


def test_a_really_full_disk(source: Path, tmp_path: Path) -> None:
    """On a file system of 64 kB, where one may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "x", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        (disk / "ballast").write_bytes(b"0" * 32_768)
        with pytest.raises(MirrorError, match="disk is full"):
            synced(source, disk / "c")
        (disk / "ballast").unlink()
        subprocess.run(["mount", "-o", "remount,size=1m", str(disk)], check=True)
        synced(source, disk / "c")
        assert snapshot(disk / "c") == snapshot(source)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_copy_that_is_killed_goes_on(source: Path, tmp_path: Path) -> None:
    """Ended by SIGKILL while files come from a server that stops sending: nothing is in place, and the next run goes on."""
    size = (source / BIG).stat().st_size
    with serving(source) as server:
        server.break_off[BIG] = [size // 2]
        hold = _Held(server)
        command = [sys.executable, "-m", "reftel", "mirror", "sync", server.address, str(tmp_path / "c")]
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        child = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        part = tmp_path / "c" / layout.STAGING / f"{BIG}.part"
        limit = time.monotonic() + 60
        while not (part.exists() and part.stat().st_size) and time.monotonic() < limit and child.poll() is None:
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
        hold.let_go()
        assert not snapshot(tmp_path / "c")
        came = part.stat().st_size
        assert came > 0
        server.ranges.clear()
        synced(server.address, tmp_path / "c", key=public(KEY))
        assert (BIG, came) in server.ranges
    assert snapshot(tmp_path / "c") == snapshot(source)


class _Held:
    """Makes the server wait with the rest of the big file until it is let go."""

    def __init__(self, server: Server) -> None:
        self._server = server
        server.hold.clear()

    def let_go(self) -> None:
        self._server.hold.set()


def test_a_half_placed_edition_is_finished_first(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = copy(source, tmp_path / "c")
    mirror_of(tmp_path, *numbered(9), key=KEY)
    real, calls = Path.replace, 0

    def replace(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == 6:  # two parts were fetched and two lists, then the order, then this
            raise KeyboardInterrupt
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            synced(source, place)
    assert files.is_unfinished(place)
    shutil.rmtree(source)
    files.Staging(place).close()
    assert not faults(place, KEY, deep=True)


def test_a_place_with_other_things_is_left_alone(source: Path, tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "letter.txt").write_text("dear")
    with pytest.raises(MirrorError, match="not empty"):
        synced(source, tmp_path / "c")
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["letter.txt"]


def test_a_folder_can_be_read_from_the_middle(source: Path) -> None:
    with Folder(source).open(BIG, 5).stream as stream:
        assert stream.read() == (source / BIG).read_bytes()[5:]
