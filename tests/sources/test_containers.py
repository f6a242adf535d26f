"""Folders and containers: found by content, bounded, and no name in them is trusted."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from reftel.sources.limits import Limits
from sources.reading import walked

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
    assert [one.reason for one in rejected] == ["a link that leads out of the folder"]


def test_what_is_absent_empty_or_foreign_is_rejected_in_words(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "paper").write_bytes(b"%PDF-1.7\n...")
    _, rejected = walked(tmp_path)
    assert [one.reason for one in rejected] == ["the file is empty", "this is a PDF, which reftel does not read yet"]
    _, rejected = walked(tmp_path / "nowhere")
    assert rejected[0].reason == "there is no such file or folder"
