"""Long texts laid side by side: every word of both is covered, in order, at any size and whatever the texts are."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from reftel.archive.wording import Stretch, Word, align, words_of


def _covers(stretches: Sequence[Stretch], left: Sequence[Word], right: Sequence[Word]) -> None:
    """Every word of both stands in one stretch, in order, and what is called the same is."""
    for side, words in (("left", left), ("right", right)):
        covered = [at for stretch in stretches for at in range(*getattr(stretch, f"{side}_words"))]
        assert covered == list(range(len(words)))
    for stretch in stretches:
        if stretch.kind == "same":
            one, other = left[slice(*stretch.left_words)], right[slice(*stretch.right_words)]
            assert [word.key for word in one] == [word.key for word in other]
    kinds = [stretch.kind == "same" for stretch in stretches]
    assert all(one != other for one, other in itertools.pairwise(kinds))


def _same(stretches: Sequence[Stretch]) -> int:
    return sum(one.left_words[1] - one.left_words[0] for one in stretches if one.kind == "same")


PARTS = st.lists(st.text("abcd", min_size=1, max_size=3) | st.just("XXXXXXXX"), max_size=30)


@settings(deadline=None)
@given(st.lists(PARTS, max_size=8), st.data(), st.integers(1, 400))
def test_pieces_of_any_size_cover_both_texts(parts: list[list[str]], data: st.DataObject, most: int) -> None:
    kept = data.draw(st.lists(st.sampled_from(parts), max_size=8)) if parts else []
    left, right = (words_of(" ".join(word for part in some for word in part)) for some in (parts, kept))
    _covers(align(left, right, most), left, right)


def _story(chance: random.Random, words: int) -> list[str]:
    vocabulary = [f"word{number:x}" for number in range(3_000)]
    return [chance.choice(vocabulary) for _ in range(words)]


def test_a_text_of_a_hundred_thousand_words_is_aligned_to_its_end() -> None:
    chance = random.Random(7)
    whole = _story(chance, 100_000)
    held, lost = whole[:], 0
    for at in range(1_000, 100_000, 2_000):  # from the end backwards, so that places stay
        place = 100_000 - at
        held[place : place + 7] = ["XXXXXXXX"] if at % 4_000 else []
        lost += 7
    held[60_000:60_000] = _story(chance, 25_000)  # longer than one side of what is compared at once
    left, right = words_of(" ".join(held)), words_of(" ".join(whole))
    stretches = align(left, right)
    _covers(stretches, left, right)
    assert _same(stretches) >= 100_000 - lost
    held_back = [one for one in stretches if one.right_words[1] - one.right_words[0] == 7]
    assert len(held_back) == 50


def test_long_texts_without_a_common_run_are_laid_side_by_side_all_the_same() -> None:
    left, right = (words_of(" ".join(_story(random.Random(seed), 30_000))) for seed in (1, 2))
    _covers(align(left, right), left, right)
    again = words_of("boat " * 60_000)
    _covers(stretches := align(again, again[:50_000]), again, again[:50_000])
    assert _same(stretches) == 50_000


@given(st.text("abX x-é.\n", max_size=60))
def test_words_are_the_same_whether_signs_are_looked_for_or_not(text: str) -> None:
    assert words_of(f"{text} [ ") == words_of(f"{text} ")
