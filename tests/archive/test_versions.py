"""Releases of one cable beside each other: which belong together, what each holds back, and the fullest reading."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.building import kept, telegram
from reftel.archive import Archive, ingest, open_archive
from reftel.archive.versions import cuts, text_of, versions
from reftel.archive.wording import HELD_BACK, align, likeness, words_of
from reftel.cli.app import app
from reftel.release import Given, Release

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
STORY = (
    "The harbour master, Anselm Orlo, told the Consul that the crane had been sold twice in one week. "
    "He had both receipts. The buyers met at the foot of it on Tuesday, each with a lorry and a brass band. "
    "Neither would leave, and the bands, having one march in common, played it together until dark."
)


def _copies(tmp_path: Path, *bodies: str) -> Archive:
    return kept(tmp_path / "a", *(telegram(4, body=body, file=f"{at}.csv") for at, body in enumerate(bodies)))


def test_what_one_release_holds_back_and_another_shows_is_a_cut(tmp_path: Path) -> None:
    held = STORY.replace("Anselm Orlo", "XXXXXXXXXXXX").replace("He had both receipts.", "[1 line not declassified]")
    with _copies(tmp_path, STORY, held) as archive:
        (found,) = versions(archive, "87 PARIS 4")
        texts = {copy.key: archive.release(copy.key).release.text for copy in found.copies}
    assert [copy.held_back for copy in found.copies] == [0, 2]
    shown = [cut.shown.of(texts[cut.shown_in]) for cut in found.cuts]
    assert shown == ["Anselm Orlo", "He had both receipts"]
    assert [cut.at.of(texts[cut.held_back_in]) for cut in found.cuts] == ["XXXXXXXXXXXX", "[1 line not declassified]"]
    assert {(cut.kind, cut.paragraph, cut.mark) for cut in found.cuts} == {("redacted", "2", "U")}


def test_a_passage_that_is_gone_without_a_sign_is_missing(tmp_path: Path) -> None:
    with _copies(tmp_path, STORY, STORY.replace("He had both receipts. The buyers met", "The buyers met")) as archive:
        (cut,) = versions(archive, "87PARIS4")[0].cuts
    assert (cut.kind, cut.words, cut.at.start) == ("missing", 4, cut.at.end)


def test_the_fullest_reading_takes_each_passage_from_the_release_that_shows_it(tmp_path: Path) -> None:
    one = STORY.replace("Anselm Orlo", "XXXXXXXXXXXX")
    other = STORY.replace("each with a lorry and a brass band", "XXXXXXXXXXXX")
    with _copies(tmp_path, one, other) as archive:
        (found,) = versions(archive, "87PARIS4")
        text = text_of(archive, found.fullest)
    assert STORY in text
    assert len({passage.key for passage in found.fullest}) == 2


@pytest.mark.parametrize("shown", ["each with a lorry and a brass band, ", "He had both receipts. The buyers met "])
def test_what_comes_back_is_set_off_from_its_neighbours(tmp_path: Path, shown: str) -> None:
    other = (
        STORY.replace(shown, "")
        + " More follows in this copy alone, so that it is the fuller of the two by many words."
    )
    with _copies(tmp_path, STORY, other) as archive:
        (found,) = versions(archive, "87PARIS4")
        text = text_of(archive, found.fullest)
    assert " ".join(STORY.split()) in " ".join(text.split())


def test_a_copy_without_its_head_is_found_among_those_of_a_time(tmp_path: Path) -> None:
    whole = telegram(4, body=STORY)
    bare = msgspec.structs.replace(
        whole, text=whole.text.replace("He had both receipts. The buyers met", "The buyers met")
    )
    bare = msgspec.structs.replace(bare, given=Given(id="87PARIS4"), publisher="Another")
    with kept(tmp_path / "a", whole, bare) as archive:
        assert len(list(cuts(archive))) == len(list(cuts(archive, post="PARIS", since="1987"))) == 1
        assert list(cuts(archive, since="1988")) == []


def test_two_transmissions_under_one_number_stay_two(tmp_path: Path) -> None:
    first = telegram(4, body=STORY)
    other = "UNCLAS PARIS 000004\n\nSUBJECT: EELS\n\n" + " ".join(f"Eel number {n} was weighed." for n in range(60))
    with kept(tmp_path / "a", first, msgspec.structs.replace(first, text=other)) as archive:
        found = versions(archive, "87PARIS4")
    assert [len(one.copies) for one in found] == [1, 1]
    assert "its text is that of another telegram" in {one.copies[0].reason for one in found}


def test_a_header_alone_is_joined_by_its_number_and_says_so(tmp_path: Path) -> None:
    whole = telegram(4, body=STORY)
    bare = msgspec.structs.replace(whole, text="UNCLAS PARIS 000004\n\nSUBJECT: HARBOUR DUES\n")
    with kept(tmp_path / "a", whole, bare) as archive:
        (found,) = versions(archive, "87PARIS4")
    assert "the same number" in found.copies[1].reason
    assert {cut.kind for cut in found.cuts} <= {"missing", "header-only"}
    assert found.cuts


def test_line_ends_pages_and_case_are_no_difference() -> None:
    wrapped = STORY.replace(". ", ".\n").replace("brass band", "BRASS\nPAGE 02        PARIS  00004  01 OF 02\nBAND")
    assert {stretch.kind for stretch in align(words_of(STORY), words_of(wrapped))} == {"same"}
    assert likeness(words_of(STORY), words_of(wrapped)) == 1.0


TEXTS = st.text(st.sampled_from("ab xX[]\n.declassified "), max_size=80) | st.text(max_size=60)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_any_two_texts_can_be_laid_side_by_side(left: str, right: str) -> None:
    one, other = words_of(left), words_of(right)
    stretches = align(one, other)
    for side, words in (("left", one), ("right", other)):
        covered = [at for stretch in stretches for at in range(*getattr(stretch, f"{side}_words"))]
        assert covered == list(range(len(words)))
    for stretch in stretches:
        assert stretch.left.start <= stretch.left.end <= len(left)
        assert stretch.right.start <= stretch.right.end <= len(right)
        if stretch.kind == "same":
            keys = [[word.key for word in words[slice(*at)]] for words, at in (
                (one, stretch.left_words), (other, stretch.right_words))]  # fmt: skip
            assert keys[0] == keys[1]
    assert all(word.key == HELD_BACK or left[word.start : word.end].casefold() == word.key for word in one)


@pytest.fixture(scope="module")
def sample_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("versions") / "samples"
    with open_archive(place, create=True) as archive:
        ingest(archive, [SAMPLES])
    return place


def test_three_published_forms_of_one_sample_fill_each_other_s_gaps(sample_archive: Path) -> None:
    with open_archive(sample_archive) as archive:
        (found,) = versions(archive, "06VESZTALY418")
        texts: dict[str, Release] = {copy.key: archive.release(copy.key).release for copy in found.copies}
        whole = text_of(archive, found.fullest)
        folded = " ".join(whole.split())
        listed = list(cuts(archive, post="VESZTALY", since="2006", until="2006-05"))
        assert list(cuts(archive, post="VESZTALY", until="2005")) == []
    assert [copy.form for copy in found.copies] == ["telegram", "cablegate-html", "mirror-page"]
    assert {number for number, _ in listed} == {"06VESZTALY418"}
    assert tuple(cut for _, cut in listed) == found.cuts
    assert "Ilona Vederi" in folded
    assert "Pal Rezso" in folded
    assert "Captain Miklos Orban-Stell" in folded
    for passage in found.fullest:
        assert passage.span.of(texts[passage.key].text) in whole


def test_the_commands_show_versions_differences_and_cuts(sample_archive: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, [*words, "--archive", str(sample_archive)])
        return done.exit_code, done.output

    code, shown = run("versions", "Vesztaly 418")
    assert code == 0
    assert "Captain Miklos Orban-Stell" in shown
    keys = [copy["key"] for copy in json.loads(run("versions", "Vesztaly 418", "--json")[1])["copies"]]
    code, shown = run("diff", keys[0], keys[1])
    assert code == 1
    assert "[+Ilona Vederi+]" in shown
    assert run("diff", keys[0], keys[0])[0] == 2
    assert run("diff", "06VESZTALY418", "06VESZTALY418")[0] == 2
    assert "Pal Rezso" in run("cuts", "--json")[1]
    assert run("cuts", "--post", "London")[0] == 1
    assert run("versions", "99NOWHERE1")[0] == 2
