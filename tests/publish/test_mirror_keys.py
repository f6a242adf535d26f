from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import minisign
import pytest

from publish.mirrors import mirror_of, new_key, numbered, public
from reftel.errors import MirrorError, Unverified
from reftel.publish.mirror import bag, keys, layout


def tool() -> str:
    found = shutil.which("minisign")
    if not found:
        pytest.skip("the minisign command is not installed (Debian: apt-get install minisign)")
    return found


@pytest.mark.parametrize("passphrase", ["", "correct horse, Batterie, 電池"])
def test_a_key_that_was_made_opens_and_signs(tmp_path: Path, passphrase: str) -> None:
    written = keys.make_key(tmp_path / "k" / "key", passphrase)
    key = keys.secret_key(tmp_path / "k" / "key", lambda: passphrase)
    assert keys.written(public(key)) == written
    assert keys.written(keys.public_key(str(tmp_path / "k" / "key.pub"))) == written
    assert keys.written(keys.public_key(f" {written}\n")) == written
    signature = keys.check_signature(b"data", keys.sign(b"data", key, "said"), keys.public_key(written), "x")
    assert signature == keys.Signature(written, "said")


def test_only_its_owner_reads_a_secret_key(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keys.make_key(tmp_path / "key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert keys.written(keys.public_key(str(tmp_path / "key.pub"))) in (tmp_path / "key.pub").read_text()


def test_no_key_is_overwritten_and_none_follows_a_link(tmp_path: Path) -> None:
    keys.make_key(tmp_path / "key")
    before = (tmp_path / "key").read_bytes()
    (tmp_path / "other").symlink_to(tmp_path / "elsewhere")
    for name in ("key", "other"):
        with pytest.raises(MirrorError, match="a file already"):
            keys.make_key(tmp_path / name)
    (tmp_path / "third.pub").write_text("mine")
    with pytest.raises(MirrorError):
        keys.make_key(tmp_path / "third")
    assert not (tmp_path / "third").exists()
    assert (tmp_path / "key").read_bytes() == before


def test_a_locked_key_does_not_open_without_its_passphrase(tmp_path: Path) -> None:
    keys.make_key(tmp_path / "key", "right")
    with pytest.raises(MirrorError, match="wrong password"):
        keys.secret_key(tmp_path / "key", lambda: "wrong")
    with pytest.raises(MirrorError, match="locked"):
        keys.secret_key(tmp_path / "key")


@pytest.mark.parametrize(
    "data", [b"", b"untrusted comment: x\n", b"a\nb\n", b"\xff" * 200, b"untrusted comment: \n" + b"RW" * 40]
)
def test_what_is_no_key_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "key").write_bytes(data)
    with pytest.raises(MirrorError, match="cannot be used"):
        keys.secret_key(tmp_path / "key")
    with pytest.raises(MirrorError, match="no public key"):
        keys.public_key(str(tmp_path / "key"))
    with pytest.raises(MirrorError):
        keys.secret_key(tmp_path / "nowhere")


def test_what_is_signed_cannot_be_changed() -> None:
    key = new_key()
    signature = keys.sign(b"data", key, "edition 1")
    keys.check_signature(b"data", signature, public(key), "x")
    for data, given, who in (
        (b"date", signature, public(key)),
        (b"data", signature.replace(b"edition 1", b"edition 2"), public(key)),
        (b"data", signature, public(new_key())),
        (b"data", b"", public(key)),
    ):
        with pytest.raises(Unverified):
            keys.check_signature(data, given, who, "x")


def test_a_comment_never_speaks_to_the_terminal() -> None:
    key = new_key()
    signature = keys.sign(b"data", key, "caf\u00e9 and more")
    assert keys.check_signature(b"data", signature, public(key), "x").comment == "caf? and more"
    raw = minisign.Signature.from_bytes(signature)
    assert raw.is_prehashed()


def test_a_signature_of_minisign_itself_is_good_here(tmp_path: Path) -> None:
    program = tool()
    pair = [program, "-GW", "-p", "p.pub", "-s", "s.key"]
    subprocess.run(pair, cwd=tmp_path, check=True, capture_output=True)
    key = keys.secret_key(tmp_path / "s.key")
    mirror_of(tmp_path, *numbered(1), key=key)
    place = tmp_path / "m"
    (place / layout.SIGNATURE).unlink()
    sign = [program, "-Sm", bag.TAGMANIFEST, "-s", str(tmp_path / "s.key"), "-t", "by hand"]
    subprocess.run(sign, cwd=place, check=True, capture_output=True)
    data, signature = (place / bag.TAGMANIFEST).read_bytes(), (place / layout.SIGNATURE).read_bytes()
    assert keys.check_signature(data, signature, keys.public_key(str(tmp_path / "p.pub")), "x").comment == "by hand"


@pytest.mark.parametrize("passphrase", ["", "horse"])
def test_minisign_itself_signs_with_a_key_made_here(tmp_path: Path, passphrase: str) -> None:
    program = tool()
    written = keys.make_key(tmp_path / "key", passphrase)
    (tmp_path / "f").write_text("words")
    sign = [program, "-Sm", "f", "-s", "key"]
    subprocess.run(sign, cwd=tmp_path, check=True, capture_output=True, input=f"{passphrase}\n".encode())
    subprocess.run([program, "-Vm", "f", "-P", written], cwd=tmp_path, check=True, capture_output=True)
