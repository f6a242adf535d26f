"""Folders and containers: found by content, bounded, and no name in them is trusted."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from reftel.sources import forms
from reftel.sources.limits import Limits
from sources.reading import SAMPLES, walked

TELEGRAM = (
    "R 141710Z JUN 66\nFM AMEMBASSY MARENGO\nTO SECSTATE WASHDC 5\n\nUNCLAS MARENGO 0118\n\nSUBJECT: RAIN\n\n1. RAIN.\n"
)


def in_tar(files: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]  # a mode is a plain word here
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def in_zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def in_a_zip(data: bytes) -> bytes:
    return in_zip({"a.txt": data})


def in_a_tar(data: bytes) -> bytes:
    return in_tar({"a.txt": data})


@pytest.mark.parametrize(
    "pack",
    [
        lambda data: data,
        gzip.compress,
        lzma.compress,
        zstandard.compress,
        lambda data: in_zip({"a.txt": data}),
        lambda data: in_tar({"a.txt": data}),
        lambda data: gzip.compress(in_tar({"a.txt": data})),
        lambda data: in_zip({"inner.bin": gzip.compress(in_tar({"deep/a.txt": data}))}),
    ],
    ids="plain gz xz zst zip tar tar.gz tar.gz-in-zip".split(),
)
def test_a_telegram_is_found_in_any_container_whatever_its_name(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "misleading.jpg"
    path.write_bytes(pack(TELEGRAM.encode()))
    found, rejected = walked(path)
    assert not rejected
    assert [release.text for release in found] == [TELEGRAM.rstrip("\n")]


def test_a_bomb_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(in_zip({"bomb": b"\0" * 60_000_000, "b.txt": TELEGRAM.encode()}))
    found, rejected = walked(tmp_path, Limits(growth_from=1 << 20))
    assert len(found) == 1
    assert "binary" in rejected[0].reason or "zip bomb" in rejected[0].reason


def test_a_bomb_of_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(TELEGRAM.encode() * 600_000))
    found, rejected = walked(tmp_path, Limits(growth_from=1 << 20))
    assert not found
    assert "zip bomb" in rejected[0].reason


def test_what_is_too_deep_is_refused(tmp_path: Path) -> None:
    data = TELEGRAM.encode()
    for _ in range(8):
        data = in_zip({"x": data})
    (tmp_path / "a.zip").write_bytes(data)
    found, rejected = walked(tmp_path)
    assert not found
    assert "deep" in rejected[0].reason


def test_too_many_members_and_too_many_bytes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(in_zip({f"{n}.txt": TELEGRAM.encode() for n in range(9)}))
    found, rejected = walked(tmp_path, Limits(members=4))
    assert len(found) == 4
    assert "more members" in rejected[0].reason
    _, rejected = walked(tmp_path, Limits(total_bytes=200))
    assert any("passes the limit" in one.reason for one in rejected)


def test_names_that_climb_are_only_names(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(in_tar({"../../etc/../\x1b[31mpasswd.txt": TELEGRAM.encode()}))
    (release,), _ = walked(tmp_path / "a.tar")
    assert release.origin.member == "etc/?[31mpasswd.txt"


def test_what_stands_before_the_break_of_a_truncated_container_is_kept(tmp_path: Path) -> None:
    whole = gzip.compress(in_tar({f"{n}.txt": (TELEGRAM + f"{n * n * 7919}").encode() for n in range(400)}), mtime=0)
    (tmp_path / "a.tgz").write_bytes(whole[: len(whole) // 2])
    found, rejected = walked(tmp_path)
    assert found
    assert "breaks" in rejected[0].reason


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    data = bytearray(in_zip({"a.txt": TELEGRAM.encode()}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    _, rejected = walked(tmp_path)
    assert rejected[0].reason == "the member is encrypted"


def test_a_folder_skips_hidden_and_ignored_files_and_links_that_lead_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text(TELEGRAM)
    root = tmp_path / "root"
    (root / "drafts").mkdir(parents=True)
    for name in ("a.txt", ".hidden", "drafts/b.txt"):
        (root / name).write_text(TELEGRAM)
    (root / ".reftelignore").write_text("drafts/\n")
    (root / "out.txt").symlink_to(outside)
    (root / "loop").symlink_to(root)
    found, rejected = walked(root)
    assert [Path(release.origin.file).name for release in found] == ["a.txt"]
    reasons = ["a link to a folder, which is not followed", "a link that leads out of the folder"]
    assert [one.reason for one in rejected] == reasons


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_header_without_end_is_not_held_in_memory(tmp_path: Path, kind: bytes) -> None:
    info = tarfile.TarInfo("long")
    info.type, info.size = kind, 1 << 30
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(info.tobuf() + bytes(1 << 20)))
    found, rejected = walked(tmp_path)
    assert not found
    assert "a header of" in rejected[0].reason


def test_a_dictionary_larger_than_memory_is_a_reject(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
    data = bytearray(lzma.compress(TELEGRAM.encode(), format=lzma.FORMAT_XZ, filters=filters))
    data[16] = 40  # the largest dictionary that a header can ask for, 4 GiB; the sum of its block no longer fits
    data[20:24] = zlib.crc32(data[12:20]).to_bytes(4, "little")
    (tmp_path / "a.xz").write_bytes(data)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))"
    code = f"{limit}; from reftel.sources import read_paths; print([one.reason for one in read_paths([{str(tmp_path)!r}])])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "MemoryError" in shown.stdout or shown.stdout == "[]\n" or "breaks" in shown.stdout


def test_of_a_bag_its_payload_alone_is_read(tmp_path: Path) -> None:
    bag = tmp_path / "shelf" / "bag"
    (bag / "data" / "1975").mkdir(parents=True)
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (bag / "manifest-sha512.txt").write_text("0" * 128 + "  data/1975/a.txt\n")
    (bag / "data" / "1975" / "a.txt").write_text(TELEGRAM)
    (bag / "notes").mkdir()
    (bag / "notes" / "b.txt").write_text(TELEGRAM)
    for place in (bag, tmp_path):
        found, rejected = walked(place)
        assert [Path(one.origin.file).name for one in found] == ["a.txt"]
        assert not rejected


def test_what_is_absent_empty_or_foreign_is_rejected_in_words(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "paper").write_bytes(b"%PDF-1.7\n...")
    _, rejected = walked(tmp_path)
    assert [one.reason for one in rejected] == ["the file is empty", "this is a PDF, which reftel does not read yet"]
    _, rejected = walked(tmp_path / "nowhere")
    assert rejected[0].reason == "there is no such file or folder"


def some_rows(count: int) -> bytes:
    row = '"{n}","1/2/2006 0:00","06MARENGO{n}","Embassy Marengo","UNCLASSIFIED","","HEAD","{body}"\n'
    return "".join(row.format(n=n, body=sha256(str(n).encode()).hexdigest() * 9) for n in range(1, count)).encode()


@pytest.mark.parametrize("pack", [lambda data: data, lambda data: in_tar({"c.csv": data})], ids=["gz", "tar.gz"])
def test_rows_before_the_break_are_kept(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    packed = gzip.compress(pack(some_rows(2000)))
    (tmp_path / "a").write_bytes(packed[: len(packed) * 3 // 4])
    found, rejected = walked(tmp_path)
    assert 1300 < len(found) < 1500
    assert [release.given.fields["row"] for release in found] == [str(n) for n in range(1, len(found) + 1)]
    assert ["breaks" in one.reason for one in rejected] == [True]


def test_an_empty_container_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(in_zip({}))
    _, rejected = walked(tmp_path)
    assert [one.reason for one in rejected] == ["the container is empty"]


def test_a_file_of_holes_is_bounded_by_what_stands_in_the_tar(tmp_path: Path) -> None:
    info = tarfile.TarInfo("holes")
    info.pax_headers = {
        "GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.size": str(1 << 40), "GNU.sparse.realsize": str(1 << 40),
        "GNU.sparse.numblocks": "1", "GNU.sparse.map": "0,512",
    }  # fmt: skip
    info.size = 512
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(b"R" * 512))
    _, rejected = walked(tmp_path)
    assert ["zip bomb" in one.reason for one in rejected] == [True]


def test_large_members_are_kept_on_disk_only_while_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(in_tar({"c.csv": some_rows(30_000), "d.txt": TELEGRAM.encode()}))
    found, rejected = walked(tmp_path)
    assert (len(found), rejected) == (30_000, [])
    _, rejected = walked(tmp_path, Limits(member_bytes=17 << 20))
    assert len(rejected) == 1


def test_standard_input_is_read_whatever_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(TELEGRAM.encode()))))
    found, rejected = walked(Path("-"))
    assert (len(found), rejected) == (1, [])
    assert found[0].given.fields == {}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not take such names")
def test_a_name_that_is_no_text_is_shown_escaped(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text(TELEGRAM)
    (release,), _ = walked(tmp_path)
    assert release.origin.file.endswith("caf\\xe9.txt")


@given(st.sampled_from([gzip.compress, in_a_zip, in_a_tar, lzma.compress, zstandard.compress]), st.data())
def test_a_damaged_container_never_raises(pack: Callable[[bytes], bytes], data: st.DataObject) -> None:
    packed = bytearray(pack(TELEGRAM.encode() * 3))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    with NamedTemporaryFile() as file:
        file.write(packed[: data.draw(st.integers(1, len(packed)))])
        file.flush()
        _, rejected = walked(Path(file.name))
    assert all("the reader failed" not in one.reason for one in rejected)


def test_all_samples_are_read_but_those_that_are_broken_on_purpose() -> None:
    found, rejected = walked(SAMPLES)
    assert len(found) > 100
    assert {Path(one.origin.file).parent.name for one in rejected} == {"broken"}
    others = {"reftel-mirror"}  # a mirror holds what was published in the other forms
    assert {release.form for release in found} == {form.name for form in forms()} - others
