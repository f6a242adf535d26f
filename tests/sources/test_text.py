"""Bytes to text, and what is repaired on the way."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reftel.errors import TooLarge
from reftel.release import Origin
from reftel.sources.base import Input
from reftel.sources.text import decode, read_whole, unscramble


@pytest.mark.parametrize(
    ("scrambled", "restored"),
    [
        ("BÃ©la KorÃ³dy", "Béla Koródy"),
        ("â€œIt has presence,â€ he said", "“It has presence,” he said"),
        ("the Brigadeâ€™s meeting â€“ held", "the Brigade’s meeting – held"),
        ("Å»ycie Warszawy, WisÅ‚a", "Życie Warszawy, Wisła"),
        ("Ð¡ÐµÑ€Ð³ÐµÐ¹", "Сергей"),
        ("Â£5", "£5"),
    ],
)
def test_scrambled_words_are_restored(scrambled: str, restored: str) -> None:
    text, spans = unscramble(scrambled)
    assert text == restored
    assert all(span.of(text) in restored and span.end > span.start for span in spans)


@pytest.mark.parametrize(
    "text", ["“CAFÉ” AND SÃO PAULO", "“IRMÃ”", "«CAFÉ»", "It’s naïve — “quoté”…", "ESPAÑA – ÂÃ", "Málaga, Übersee"]
)
def test_good_text_stays_as_it_is(text: str) -> None:
    assert unscramble(text) == (text, [])


@pytest.mark.parametrize(
    ("raw", "text", "findings"),
    [
        (b"plain\r\nlines\rend", "plain\nlines\nend", 0),
        ("\ufeffWisła".encode(), "Wisła", 0),
        ("Wisła\r\n".encode("utf-16"), "Wisła\n", 0),
        ("café ’s".encode("cp1252"), "café ’s", 1),
        ("Wisła ’".encode() + b"\x92s", "Wisła ’’s", 1),
        (b"\x81\x92", "\x81\x92", 1),
    ],
    ids="lines mark utf-16 cp1252 mixed latin-1".split(),
)
def test_every_encoding_is_read_and_repairs_are_said(raw: bytes, text: str, findings: int) -> None:
    decoded, found = decode(raw)
    assert decoded == text
    assert [finding.code for finding in found] == ["encoding-repaired"] * findings


@given(st.binary(max_size=400))
def test_any_bytes_are_some_text_without_lone_surrogates(raw: bytes) -> None:
    text, findings = decode(raw)
    text.encode("utf-8")
    assert "\r" not in text
    for finding in findings:
        assert finding.span is None or 0 <= finding.span.start < finding.span.end <= len(text)


def test_what_is_too_large_is_refused_and_not_cut() -> None:
    source = Input(Origin("a"), b"", lambda: io.BytesIO(b"12345"))
    assert read_whole(source, 5) == b"12345"
    with pytest.raises(TooLarge):
        read_whole(source, 4)
