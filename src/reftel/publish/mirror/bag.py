"""The tag files of a bag (RFC 8493), written and read: nothing that a hostile one says is believed before it is looked at.

The `bagit` library is not used for it: it changes the directory of the whole process, hashes every file again where one was
added, writes version 0.97 and raises a dozen kinds of errors on a bag that lies. It reads our mirrors in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from reftel.errors import MirrorError

BAGIT, INFO, README = "bagit.txt", "bag-info.txt", "README.txt"
MANIFEST, TAGMANIFEST = "manifest-sha512.txt", "tagmanifest-sha512.txt"
FETCH = "fetch.txt"
PAYLOAD = "data/"
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
LONGEST_TAG_FILE = 64 << 20
LONGEST_INFO = 64 << 10
LONGEST_NAME = 200

_LINE = re.compile(r"([0-9a-fA-F]{128})[ \t]+\*?(\S[^\r\n]*)")
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?<!\.)")
# Names that Windows keeps for devices, with any ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LABEL = re.compile(r"([A-Za-z0-9][A-Za-z0-9 -]{0,99}):[ \t]*(.*)")
_OXUM = re.compile(r"(\d{1,18})\.(\d{1,9})")


def safe_name(name: str) -> str:
    """Why a file of this name can be no part of a mirror; empty where it can.

    Mirrors use letters, digits, dots, dashes and lines only: whatever could climb out, hide, or mean two things on two
    systems is none.
    """
    parts = name.split("/")
    if len(name) > LONGEST_NAME:
        return f"the name has {len(name)} characters"
    if ".." in parts or name.startswith(("/", "~")) or "\\" in name or ":" in name:
        return "the name leads out of the mirror"
    if not all(_PART.fullmatch(part) for part in parts):
        return "the name has characters that no name in a mirror has"
    if any(_DEVICE.fullmatch(part) for part in parts):
        return "the name is one that Windows keeps for a device"
    return ""


def read_manifest(data: bytes, where: str, *, payload: bool) -> dict[str, str]:
    """Name to SHA-512 (hex digits) of each file that a manifest lists; MirrorError, in words, where it is none.

    A payload manifest lists files under `data/` only, a tag manifest none of them.
    """
    found: dict[str, str] = {}
    folded: set[str] = set()
    for number, line in enumerate(_lines(data, where), 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise MirrorError(f"line {number} is no line of a manifest: {line[:80]!r}", where=where)
        name = match[2]
        if why := safe_name(name):
            raise MirrorError(f"line {number} names {name[:80]!r}: {why}", where=where)
        if name.startswith(PAYLOAD) != payload:
            raise MirrorError(f"line {number} names {name}, which belongs into the other manifest", where=where)
        if name.lower() in folded:
            raise MirrorError(f"line {number} names {name} again", where=where)
        folded.add(name.lower())
        found[name] = match[1].lower()
    return found


def write_manifest(files: Mapping[str, str]) -> bytes:
    """The manifest of `files`, name to SHA-512, in the order of their names."""
    return "".join(f"{files[name]}  {name}\n" for name in sorted(files)).encode("ascii")


def check_declaration(data: bytes, where: str) -> None:
    """MirrorError where `bagit.txt` does not declare a bag that can be read."""
    lines = [line.rstrip() for line in _lines(data, where)]
    if len(lines) != 2 or lines[0] not in ("BagIt-Version: 1.0", "BagIt-Version: 0.97"):
        raise MirrorError("it does not declare a bag of version 1.0", where=where)
    if lines[1].lower() != "tag-file-character-encoding: utf-8":
        raise MirrorError("its tag files are not in UTF-8", where=where)


def read_info(data: bytes, where: str) -> dict[str, str]:
    """Label to value of `bag-info.txt`, lines that go on joined; MirrorError where it breaks the form or repeats one."""
    if len(data) > LONGEST_INFO:
        raise MirrorError(f"more than {LONGEST_INFO} bytes", where=where)
    found: dict[str, str] = {}
    label = ""
    for number, line in enumerate(_lines(data, where), 1):
        if line[:1] in (" ", "\t") and label:
            found[label] += " " + line.strip()
            continue
        match = _LABEL.fullmatch(line)
        if match is None:
            raise MirrorError(f"line {number} is no label and value: {line[:80]!r}", where=where)
        label = match[1]
        if label in found:
            raise MirrorError(f"line {number} says {label} again", where=where)
        found[label] = match[2].strip()
    return found


def write_info(info: Mapping[str, str]) -> bytes:
    """The lines of `bag-info.txt`, in the order given; line ends in a value become blanks."""
    lines = (f"{label}: {' '.join(value.split())}\n" for label, value in info.items())
    return "".join(lines).encode("utf-8", "replace")


def oxum_of(info: Mapping[str, str], where: str) -> tuple[int, int]:
    """Bytes and files of the payload, as `Payload-Oxum` says; MirrorError where it says nothing of the kind."""
    match = _OXUM.fullmatch(info.get("Payload-Oxum", ""))
    if match is None:
        raise MirrorError("Payload-Oxum is missing or no pair of numbers", where=where)
    return int(match[1]), int(match[2])


def number_of(info: Mapping[str, str], label: str, where: str) -> int:
    """The number that stands at `label`; MirrorError where none does."""
    value = info.get(label, "")
    if not (value.isascii() and value.isdigit() and len(value) <= 12):
        raise MirrorError(f"{label} is missing or no number", where=where)
    return int(value)


def _lines(data: bytes, where: str) -> Iterable[str]:
    if len(data) > LONGEST_TAG_FILE:
        raise MirrorError("it is longer than such a file may be", where=where)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MirrorError(f"it is not UTF-8 at byte {error.start}", where=where) from error
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines
