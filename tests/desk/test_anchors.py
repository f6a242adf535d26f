"""A note finds its words again: where they stood, in another release, altered; or it is said that they are lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.building import despatch, incident, kept, telegram
from reftel.archive import Stored
from reftel.cable import read
from reftel.desk import Finder, Target, find, target_on, words_in
from reftel.desk.anchor import only_letters
from reftel.errors import DeskError, NotFound
from reftel.finding import Span
from reftel.release import Origin, Release

TEXT = """UNCLAS LIMA 000012

SUBJECT: MUD

1. (U) SUMMARY: The Ambas-
sador saw the mud. The mud saw nobody. END SUMMARY.

2. (C) The mud was rolled up, and the pro-
government paper with it. It was dry.

3. (C) The mud was rolled up again.
"""


def stored(text: str, key: str = "a") -> Stored:
    release = Release(text, "cable", "telegram", Origin("x"))
    return Stored(1, key * 64, release, read(text))


HERE = stored(TEXT)


def target(words: str, at: str = "", before: str = "") -> Target:
    return target_on(HERE, at, words_in(HERE, at, words, before))


def test_a_target_is_on_the_whole_a_paragraph_or_words() -> None:
    whole = target_on(HERE)
    assert (whole.at, whole.exact) == ("", "")
    paragraph = target_on(HERE, "p2")
    assert paragraph.exact.startswith("The mud was rolled up, and")
    assert Span(paragraph.start, paragraph.end).of(TEXT) == paragraph.exact
    words = target("Ambassador saw")
    assert (words.exact, words.at, words.suffix[:4]) == ("Ambas-\nsador saw", "p1", " the")
    for found, how in ((whole, "whole"), (paragraph, "there"), (words, "there")):
        assert (Finder(HERE).find(found).how, Finder(HERE).find(found).confidence) == (how, 1.0)
    with pytest.raises(NotFound, match="no part called p9"):
        target_on(HERE, "p9")
    with pytest.raises(DeskError, match="no place"):
        target_on(HERE, "", Span(5, 5))


def test_what_stands_before_chooses_among_equal_words() -> None:
    assert target("mud", "p1", "saw the ").start < target("mud", "p1", "mud. The ").start
    assert target("mud", "p1", "sador saw the mud. The ").prefix.endswith("The ")
    with pytest.raises(DeskError, match="do not stand in paragraph 3"):
        words_in(HERE, "p3", "Ambassador")


def test_a_release_with_other_lines_has_the_words_elsewhere() -> None:
    other = stored(
        "\n\n" + TEXT.replace("Ambas-\nsador", "Ambassador").replace("pro-\n", "pro-").replace(" up,", "\nup ,"), "b"
    )
    for one in (target("Ambassador saw the mud"), target_on(HERE, "p2"), target("mud was rolled up", "p3")):
        found = Finder(other).find(one)
        assert (found.how, found.confidence, found.at, found.release) == ("moved", 1.0, one.at, other.key)
        assert found.span
        assert only_letters(found.span.of(other.release.text)) == only_letters(one.exact)


def test_equal_words_in_equal_places_are_not_sure() -> None:
    twice = stored("UNCLAS LIMA 000012\n\n1. (U) of mud to.\n\n2. (U) of mud to.\n", "b")
    one = Target("07LIMA12", "c" * 64, "p1", 0, 3, "mud")
    assert Finder(twice).find(one).confidence < 1


def test_altered_words_are_found_and_said_to_be_altered() -> None:
    other = stored(TEXT.replace("government paper with it", "government papers with that"), "b")
    found = Finder(other).find(target_on(HERE, "p2"))
    assert (found.how, found.at) == ("altered", "p2")
    assert 0.8 <= found.confidence < 1


def test_lost_words_are_lost_and_nothing_is_guessed() -> None:
    other = stored(
        TEXT.replace("The mud was rolled up, and the pro-\ngovernment paper with it. It was dry.", "XXXXX"), "b"
    )
    found = Finder(other).find(target_on(HERE, "p2"))
    assert (found.how, found.span, found.confidence) == ("lost", None, 0.0)
    assert Finder(other).find(Target("x", "c" * 64, "p1", 0, 2, "zq")).how == "lost"
    assert find(target_on(HERE, "p2"), []).how == "lost"
    assert find(target_on(HERE, "p2"), [other, HERE]).release == HERE.key


def test_other_kinds_of_record_have_parts_too(tmp_path: Path) -> None:
    with kept(tmp_path / "a", incident("K"), despatch("v1/d1", "peace"), telegram(1)) as archive:
        for name, at in (("K", "p1"), ("v1/d1", "b1"), ("87PARIS1", "p2")):
            (one,) = archive.named(name)
            made = target_on(one, at)
            assert made.record == name
            assert find(made, archive.named(name)).how == "there"


PIECES = st.sampled_from(
    ["mud ", "The ", "pro-\n", "Ministers", "\n\n1. (U) ", "\n\n2. (C) ", ". ", "é", "\ud800", "\x00", "ß", "İ", "\\"]
)


@settings(deadline=None, max_examples=150)
@given(
    parts=st.lists(PIECES, max_size=40), ends=st.tuples(st.integers(0, 200), st.integers(0, 200)), spread=st.booleans()
)
@example(parts=["Ministers", "İ", "The "], ends=(37, 39), spread=False)
@example(parts=["ΟΔΟΣ", "ΟΔΟΣ "], ends=(31, 34), spread=True)
def test_any_words_of_any_text_are_found_again(parts: list[str], ends: tuple[int, int], spread: bool) -> None:
    text = "UNCLAS LIMA 000012\n\n1. (U) " + "".join(parts)
    start, end = sorted(min(one, len(text)) for one in ends)
    if start == end:
        return
    one = stored(text)
    made = target_on(one, "", Span(start, end))
    found = Finder(one).find(made)
    assert (found.how, found.span) == ("there", Span(start, end))
    other = stored(("\n" if spread else "") + text.replace(" ", "\n " if spread else " "), "b")
    again = Finder(other).find(made)
    if only_letters(made.exact):
        assert again.how == "moved"
        assert again.span
        assert only_letters(again.span.of(other.release.text)) == only_letters(made.exact)
    else:
        assert again.how == "lost"
