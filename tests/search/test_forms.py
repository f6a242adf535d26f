"""The forms of a word: found by how they begin, in whatever index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reftel.archive import Archive
from reftel.search import Query, search
from reftel.search.forms import beginnings, forms_of, stem
from reftel.search.index import open_index

SAMPLES = Path(__file__).parents[2] / "samples"
ENDINGS = "s es ed ing ings er ers ly ies ied ying y e ation ational ize ized izing ility ilities able ness ful fulness ment".split()


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9), st.sampled_from(["", *ENDINGS]))
def test_every_word_begins_as_its_stem_says(root: str, ending: str) -> None:
    word = root + ending
    assert word.startswith(beginnings(stem(word)))


def test_the_words_of_the_samples_begin_as_their_stems_say() -> None:
    texts = [
        file.read_text("utf-8", "replace") for file in SAMPLES.rglob("*") if file.suffix in (".txt", ".html", ".csv")
    ]
    words = {word for text in texts for word in re.findall("[a-z]+", text.lower())}
    assert len(words) > 3000
    assert [word for word in words if not word.startswith(beginnings(stem(word)))] == []


def test_forms_are_those_that_the_index_has(samples: Archive) -> None:
    searcher = open_index(samples).searcher()
    every = dict(searcher.terms_with_prefix("text", "", None, None))
    words = [word for word in every if word.isascii() and word.isalpha()][:2000]
    for word in words:
        expected = {other for other in every if other.isascii() and not other.isdigit() and stem(other) == stem(word)}
        found = {form.text: form.count for form in forms_of(searcher, "text", word)}
        assert set(found) == expected
        assert all(every[form] == count for form, count in found.items())


@pytest.mark.parametrize(
    ("words", "other"), [("refrigerator", "refrigerators"), ("=refrigerators", '"refrigerators"'), ("tide", "tides")]
)
def test_a_word_in_any_form_and_as_it_is_written(samples: Archive, words: str, other: str) -> None:
    one, two = (search(samples, Query(words=each, limit=100)) for each in (words, other))
    assert one.total == two.total > 0


def test_a_phrase_is_found_as_it_is_written(samples: Archive) -> None:
    written, otherwise = search(samples, '"the refrigerators"'), search(samples, '"the refrigerator"')
    assert written.total > 0
    assert otherwise.total == 0
    assert search(samples, '"the refrigerator"~1').total >= written.total
