"""Annotations in words stand where they should, and two annotators are told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotating import Unplaced, agreement, folder, marked, text_of
from statements_gate import annotated, sha256_of

TEXT = 'He said that it was late. She said that\nit was late, he thought, and "too\nlate" he said.'
SOURCE = "samples/telegrams/07MARENGO118.txt"


def words(line: str, after: int = 0) -> list[list[str]]:
    one = marked(TEXT, line, after)
    return [[span.of(TEXT) for span in part] for part in (one.source, one.cue, one.content, one.speaker or [])]


def test_words_are_found_where_they_are_meant() -> None:
    first, second = (marked(TEXT, "- | said | that it was late | - | -", after) for after in (0, 30))
    assert (first.content[0].start, second.content[0].start) == (8, 35)
    assert first.cue[0].end < first.content[0].start < second.cue[0].start < second.content[0].start
    assert words('he @2 | said @3 | "too late" | She | own')[1:] == [["said"], ['"too\nlate"'], ["She"]]
    assert words("he | thought | that it was late ... and | - | -", 30)[2] == ["that\nit was late", "and"]


@pytest.mark.parametrize("line", ["He | said | that it is late | - | -", "He | said | that it was late", "He | said | - | - | -",
                                  "He | said @9 | that it was late | - | -"])  # fmt: skip
def test_a_line_that_cannot_be_placed_says_why(line: str) -> None:
    with pytest.raises(Unplaced, match=r"does not stand|has not 5 parts|has no content"):
        marked(TEXT, line, 0)


def test_two_annotators_are_held_beside_each_other(tmp_path: Path) -> None:
    gold = next(one for one in annotated() if one.source == SOURCE)
    text = text_of(SOURCE, 1)
    assert sha256_of(text) == gold.sha256
    lines = [
        " ".join(" ".join(span.of(text) for span in one.content).split())
        for one in gold.statements
        if len(one.content) == 1
    ]
    for name, some in (("first", lines[:6]), ("second", lines[2:8])):
        (tmp_path / name).mkdir()
        told = "\n".join([f"# {SOURCE} 1", *(f"- | - | {line} | - | -" for line in some)])
        (tmp_path / name / "07MARENGO118.txt").write_text(told, "utf-8")
    figures, differences = agreement(tmp_path / "first", tmp_path / "second")
    assert figures == {"first": 6, "second": 6, "alike": 4, "f1": round(8 / 12, 4)}
    assert len(differences) == 4
    (tmp_path / "first" / "wrong.txt").write_text(f"# {SOURCE} 1\n- | - | no such words are there | - | -\n", "utf-8")
    with pytest.raises(SystemExit, match=r"wrong\.txt:2 does not stand in the text"):
        list(folder(tmp_path / "first"))
