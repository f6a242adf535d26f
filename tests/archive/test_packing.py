from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reftel.archive.packing import compress, decompress, pack, printable, unpack
from reftel.errors import ArchiveError
from reftel.release import Given, Note, Origin, Release

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_a_record_with_any_strings_comes_back_unchanged(text: str, name: str, value: str) -> None:
    release = Release(
        text, "cable", name, Origin(name, value, 7), given=Given(fields={name: value}), notes=(Note(name, value),)
    )
    assert unpack(pack(release), Release) == release


@given(st.binary())
def test_bytes_come_back_unchanged(data: bytes) -> None:
    assert decompress(compress(data)) == data


@given(st.binary())
def test_bytes_that_nobody_packed_are_an_archive_error_or_a_value(data: bytes) -> None:
    with suppress(ArchiveError):
        unpack(data, Release)


def test_bytes_that_nobody_compressed_are_an_archive_error() -> None:
    with pytest.raises(ArchiveError):
        decompress(b"nothing of ours")


@given(ANY_TEXT)
def test_printable_text_is_utf_8_and_as_long(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert shown.encode("utf-8").decode("utf-8") == shown
