"""Keys and signatures of mirrors: Ed25519 in the files of minisign, which its own tools make and verify too."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import minisign
import msgspec

from reftel.errors import MirrorError, Unverified

LONGEST = 16_384  # no file of minisign's is longer
_PUBLIC = ".pub"


class Signature(msgspec.Struct, frozen=True):
    """A signature that holds: the public key, as one writes it, and what its holder said with it."""

    key: str
    comment: str


def make_key(path: Path, passphrase: str = "") -> str:
    """A new key: the secret one at `path`, only for its owner's eyes, the public one beside it (`.pub`) and returned.

    With a passphrase the secret key is of no use without it. MirrorError where either file is there already.
    """
    public_path = path.with_name(path.name + _PUBLIC)
    pair = minisign.KeyPair.generate()
    public = bytes(pair.public_key) + b"\n"
    with pair.secret_key as secret:
        if passphrase:
            secret.encrypt(passphrase)
        data = bytes(secret) + b"\n"
    for there in (path, public_path):
        if os.path.lexists(there):
            raise MirrorError("there is a file already", where=str(there), hint="a key is never overwritten")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for place, content, mode in ((path, data, 0o600), (public_path, public, 0o644)):
            with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(content)
    except OSError as error:
        raise MirrorError(f"the key cannot be written: {error.strerror or error}", where=str(path)) from error
    return written(pair.public_key)


def secret_key(path: Path, ask: Callable[[], str] | None = None) -> minisign.SecretKey:
    """The secret key in the file `path`; where it is locked, `ask` gives its passphrase. MirrorError where it does not open."""
    try:
        key = minisign.SecretKey.from_bytes(_read(path))
        if key.is_encrypted():
            if ask is None:
                raise MirrorError("the key is locked with a passphrase", where=str(path))
            key.decrypt(ask())
    except (ValueError, MemoryError) as error:  # minisign's errors are ValueErrors
        raise MirrorError(f"the secret key cannot be used: {error}", where=str(path)) from error
    return key


def public_key(given: str) -> minisign.PublicKey:
    """The public key that `given` is, 56 characters, or that stands in the file of that name."""
    try:
        return minisign.PublicKey.from_base64(given.strip())
    except ValueError:
        pass
    if not Path(given).is_file():
        raise MirrorError(f"{given[:80]!r} is neither a public key nor a file", hint="a key begins with RW")
    return read_public_key(_read(Path(given)), given)


def read_public_key(data: bytes, where: str) -> minisign.PublicKey:
    """The public key in `data`, as it stands in a file; MirrorError where none does."""
    try:
        return minisign.PublicKey.from_bytes(data)
    except ValueError as error:
        raise MirrorError(f"it holds no public key: {error}", where=where) from error


def written(key: minisign.PublicKey) -> str:
    """The public key as one writes it."""
    base64: bytes = key.to_base64()
    return base64.decode("ascii")


def public_file(key: minisign.SecretKey) -> bytes:
    """The file of the public key that belongs to `key`."""
    return bytes(key.get_public_key()) + b"\n"


def sign(data: bytes, key: minisign.SecretKey, comment: str) -> bytes:
    """The signature of `data` as a file of minisign's; `comment` is signed with it."""
    plain = comment.encode("ascii", "replace").decode("ascii")
    return bytes(key.sign(data, trusted_comment=plain, untrusted_comment="signature of a reftel mirror")) + b"\n"


def check_signature(data: bytes, signature: bytes, key: minisign.PublicKey, where: str) -> Signature:
    """The signature of `data`, if `key` made it; else Unverified."""
    try:
        parsed = minisign.Signature.from_bytes(signature)
        key.verify(data, parsed)
    except ValueError as error:
        hint = "do not trust it; get the mirror, or the key, from its publisher again"
        raise Unverified(f"the signature does not hold: {error}", where=where, hint=hint) from error
    return Signature(written(key), "".join(c if c.isprintable() else "?" for c in parsed.trusted_comment))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST)
    except OSError as error:
        raise MirrorError(f"it cannot be read: {error.strerror or error}", where=str(path)) from error
