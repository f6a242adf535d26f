"""An archive as files: every link leads to one, the same archive gives the same bytes, and only what changed is made again."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import catalogues
from archive.building import despatch, incident, kept, telegram
from archive.test_twins import story
from browsing import hostile
from browsing.test_words import untranslated
from publish.sites import anchors, links, site_of, tree
from reftel.archive import Facts, ingest, open_archive
from reftel.archive.twins import make_twins
from reftel.claims import make_claims
from reftel.cli.app import app
from reftel.errors import SiteError
from reftel.publish.site import Settings, publish
from reftel.publish.site import paths as places
from reftel.publish.site.coding import ALPHABET, coded, numbers
from reftel.publish.site.segment import LARGE, SMALL, Segment, Shelved, norm, stretches
from reftel.publish.site.still import read_given
from reftel.release import Given, Origin, Release
from reftel.search import following
from reftel.web.views.record import page_of

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the sample archive."""
    path = tmp_path_factory.mktemp("site")
    with open_archive(path / "a", create=True) as archive, following(archive) as follower:
        ingest(archive, [SAMPLES], jobs=0, follower=follower)
    tally = publish(path / "a", path / "site", Settings(jobs=0, name="samples"))
    assert tally.faults == []
    return path / "site"


def citing(number: int, cited: int) -> Release:
    text = telegram(number).text.replace("SUBJECT: HARBOUR DUES\n", f"SUBJECT: HARBOUR DUES\n\nREF: PARIS {cited}\n")
    release = telegram(number)
    return Release(text, "cable", release.form, release.origin, publisher="Cablegate", given=release.given)


def test_every_link_leads_to_a_file_and_its_place(samples: Path) -> None:
    known: dict[str, set[str]] = {}
    kinds: Counter[str] = Counter()
    for page, written, target in links(samples):
        assert not re.match(r"[a-z]+:|/", written), (page, written)
        path, _, anchor = target.partition("#")
        assert (samples / path).is_file(), (page, written)
        kinds[path.split("/", maxsplit=1)[0]] += 1
        if anchor and path.endswith(".html"):
            known.setdefault(path, anchors(samples / path))
            assert anchor in known[path], (page, written)
    for kind in (
        "cables",
        "records",
        "posts",
        "tags",
        "persons",
        "countries",
        "classes",
        "dates",
        "missing",
        "handbook",
        "data",
    ):
        assert kinds[kind], kind


def test_every_record_ghost_and_release_has_a_page(samples: Path) -> None:
    with open_archive(samples.parent / "a") as archive:
        for stored in archive:
            assert (samples / places.record(stored.facts.id or stored.key)).is_file()
    assert (samples / "cables/MARENGO/2007/07MARENGO212.html").is_file()
    assert (samples / places.versions("06VESZTALY418")).is_file()
    assert list(samples.glob("cables/VESZTALY/2006/06VESZTALY418.????????????????.html"))
    assert any(target.startswith("cables/") for page, _, target in links(samples) if page.startswith("missing/"))


def test_the_raw_text_is_on_the_page_and_in_the_data_as_it_was_released(samples: Path) -> None:
    with open_archive(samples.parent / "a") as archive:
        text = archive.named("07MARENGO212")[0].release.text
    lines = gzip.decompress((samples / "data/MARENGO/2007.jsonl.gz").read_bytes()).decode().splitlines()
    assert any(json.loads(line)["text"] == text for line in lines)
    page = (samples / "cables/MARENGO/2007/07MARENGO212.html").read_text("utf-8")
    assert '<pre class="raw" id="raw"' in page
    assert text.splitlines()[0] in page


def test_no_page_is_heavy(samples: Path) -> None:
    """As it goes over the wire; and none asks for what is not beside it."""
    for path in samples.rglob("*.html"):
        data = path.read_bytes()
        assert len(gzip.compress(data)) < 60_000, path
        assert data.index(b"Content-Security-Policy") < data.index(b"<script"), path
        assert not re.search(rb"<script(?! src=| type=\"application/ld\+json\">)|<style| style=| on[a-z]+=\"", data), (
            path
        )


def test_names_can_stand_on_every_file_system(samples: Path) -> None:
    found = [str(path.relative_to(samples)) for path in samples.rglob("*")]
    assert len({name.casefold() for name in found}) == len(found)
    for name in found:
        assert len(name) < 150
        for part in name.split("/"):
            assert re.fullmatch(r"[0-9A-Za-z_][0-9A-Za-z._-]*", part), name
            assert not part.endswith("."), name
            assert not _RESERVED.fullmatch(part), name


@given(st.lists(st.text(min_size=1, max_size=80), min_size=2, max_size=6, unique=True))
def test_names_stay_apart_where_case_does_not_count(names: list[str]) -> None:
    made = [places.safe(name) for name in names]
    assert len({name.casefold() for name in made}) == len(names) or len({name.casefold() for name in names}) < len(
        names
    )
    for name in made:
        assert re.fullmatch(r"[0-9A-Za-z-]{1,64}", name)
        assert not _RESERVED.fullmatch(name)


def test_values_that_differ_in_case_alone_have_pages_that_do_not() -> None:
    found = [places.subject("tag", value) for value in ("ABC", "abc", "Abc", "aBC")]
    assert len({path.casefold() for path in found}) == 4


@pytest.mark.parametrize("name", ["CON", "con", "aux", "COM1", "lpt9", "..", ".", "a/b", "A" * 300, "x.", "\ud800"])
def test_names_that_some_system_will_not_have_are_made_others(name: str) -> None:
    assert not _RESERVED.fullmatch(places.safe(name))
    assert len(places.safe(name)) <= 64
    assert ".." not in places.record(name)


def test_the_same_archive_gives_the_same_bytes(samples: Path, tmp_path: Path) -> None:
    tally = publish(samples.parent / "a", tmp_path / "again", Settings(jobs=2, name="samples"))
    assert tree(tmp_path / "again") == tree(samples)
    assert tally.files == len(
        [name for name in tree(samples) if not name.startswith("_site/README") and name != "_site/made.jsonl"]
    )


def test_nothing_is_made_where_nothing_changed(tmp_path: Path) -> None:
    releases = [telegram(number) for number in range(1, 30)]
    site_of(tmp_path, *releases)
    before = {
        name: (tmp_path / "site" / name).stat().st_mtime_ns
        for name in tree(tmp_path / "site")
        if not name.startswith("_site/")
    }
    tally = site_of(tmp_path)
    assert (tally.made, tally.files, tally.removed) == (0, 0, 0)
    assert {name: (tmp_path / "site" / name).stat().st_mtime_ns for name in before} == before


@pytest.mark.parametrize(
    "more",
    [
        (telegram(41),),
        (citing(42, 7),),
        (citing(43, 900),),
        (incident("A1"), despatch("frus1911/d9", "dues")),
        (telegram(7, words="ANOTHER RELEASE", body="Longer than the other."),),
        (telegram(3, post="ROME"),),
    ],
    ids=["one more", "cites one", "cites none", "others", "a longer release", "a new post"],
)
def test_what_is_added_gives_the_same_as_all_at_once(tmp_path: Path, more: tuple[Release, ...]) -> None:
    first = [*(telegram(number) for number in range(1, 25)), citing(26, 7), incident("A0")]
    site_of(tmp_path, *first)
    before = tree(tmp_path / "site")
    tally = site_of(tmp_path, *more)
    whole = site_of(tmp_path, out="whole")
    assert tree(tmp_path / "site") == tree(tmp_path / "whole")
    assert before != tree(tmp_path / "site")
    assert tally.made < whole.made


def test_who_said_what_is_on_the_page_once_it_was_kept(tmp_path: Path) -> None:
    said = telegram(5, body="Minister Ann Dorn said that the port would close.")
    site_of(tmp_path, telegram(4), said)
    page = tmp_path / "site" / places.record("87PARIS5")
    before = page.read_text("utf-8")
    assert "the port would close" in before
    assert '<tr class="claim' not in before
    with open_archive(tmp_path / "a") as archive, make_claims(archive) as claims:
        claims.bring_up(jobs=0)
    assert site_of(tmp_path).made
    rows = re.findall(r'<tr class="claim.*?</tr>', page.read_text("utf-8"), re.DOTALL)
    assert any("Ann Dorn" in row and "the port would close" in row for row in rows)
    assert site_of(tmp_path).made == 0


def test_the_same_words_elsewhere_are_on_the_page_once_the_archive_was_compared(tmp_path: Path) -> None:
    words = story(1)
    site_of(tmp_path, telegram(4, body=words), telegram(9, body=words, post="OSLO"), telegram(6, body=story(2)))
    page = tmp_path / "site" / places.record("87PARIS4")
    assert "The same words elsewhere" not in page.read_text("utf-8")
    with open_archive(tmp_path / "a") as archive, make_twins(archive) as twins:
        twins.bring_up()
    assert site_of(tmp_path).made == 2  # the pages of the two; no other
    shown = page.read_text("utf-8")
    section = shown[shown.index('aria-labelledby="twins"') :]
    assert section.index("OSLO/1987/87OSLO9.html") < section.index("</section>")
    assert site_of(tmp_path).made == 0


def test_what_is_gone_goes_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    site_of(tmp_path, *(telegram(number) for number in range(1, 20)), citing(21, 900))
    (tmp_path / "site" / "posts" / "mine.txt").write_text("a note of my own")
    (tmp_path / "site" / "own.html").write_text("mine too")
    with kept(tmp_path / "b", telegram(1), telegram(2, post="ROME")):
        pass
    tally = publish(tmp_path / "b", tmp_path / "site", Settings(jobs=0, name="a"))
    publish(tmp_path / "b", tmp_path / "fresh", Settings(jobs=0, name="a"))
    found = tree(tmp_path / "site")
    assert found.pop("posts/mine.txt") == b"a note of my own"
    assert found.pop("own.html") == b"mine too"
    assert found == tree(tmp_path / "fresh")
    assert tally.removed > 15


def test_a_file_that_was_lost_or_cut_is_made_again(tmp_path: Path) -> None:
    site_of(tmp_path, *(telegram(number) for number in range(1, 6)))
    before = tree(tmp_path / "site")
    (tmp_path / "site" / places.record("87PARIS3")).unlink()
    (tmp_path / "site" / "static" / "reftel.css").write_bytes(b"")
    (tmp_path / "site" / "search" / "0000001-0000005" / "docs.js").unlink()
    site_of(tmp_path)
    assert tree(tmp_path / "site") == before


def test_no_file_elsewhere_goes_whatever_the_folder_says(tmp_path: Path) -> None:
    site_of(tmp_path, telegram(1), telegram(2))
    mine, elsewhere = tmp_path / "mine.txt", tmp_path / "elsewhere"
    mine.write_text("precious")
    elsewhere.mkdir()
    (elsewhere / "too.txt").write_text("precious")
    (tmp_path / "site" / "linked").symlink_to(elsewhere, target_is_directory=True)
    with (tmp_path / "site" / "_site" / "made.jsonl").open("a", encoding="utf-8") as file:
        for path in (str(mine), "../mine.txt", "cables/../../mine.txt", "linked/too.txt", "", "."):
            file.write(json.dumps({"name": f"old {path}", "of": "x", "files": {path: 8}}) + "\n")
    site_of(tmp_path)
    assert mine.read_text() == "precious"
    assert (elsewhere / "too.txt").read_text() == "precious"


def test_a_record_that_cannot_be_read_costs_its_own_page_alone(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 9))):
        pass
    with sqlite3.connect(tmp_path / "a" / "archive.sqlite") as table:
        table.execute("UPDATE content SET text = x'00ff' WHERE row = 3")
    table.close()
    tally = publish(tmp_path / "a", tmp_path / "site", Settings(jobs=0, name="a", data=False))
    assert [name for name, _ in tally.faults] == [places.record("87PARIS3")]
    assert "cannot be read" in tally.faults[0][1]
    there = {number for number in range(1, 9) if (tmp_path / "site" / places.record(f"87PARIS{number}")).is_file()}
    assert there == set(range(1, 9)) - {3}


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("three years")
    with pytest.raises(SiteError, match="not empty"):
        site_of(tmp_path, telegram(1))
    assert tree(tmp_path / "site") == {"thesis.txt": b"three years"}
    with pytest.raises(SiteError, match="a file"):
        publish(tmp_path / "a", tmp_path / "site" / "thesis.txt")
    with pytest.raises(SiteError, match="not empty"):
        publish(tmp_path / "a", tmp_path / "a")


@pytest.mark.slow
def test_a_publishing_that_was_killed_goes_on(samples: Path, tmp_path: Path) -> None:
    out, archive = tmp_path / "out", samples.parent / "a"
    command = [sys.executable, "-m", "reftel", "publish", str(out), "--archive", str(archive), "--title", "samples"]
    for _ in range(2):
        process = subprocess.Popen([*command, "--jsonl", "--jobs", "1"], stdout=subprocess.PIPE, start_new_session=True)
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert not (out / "_site" / "made.jsonl").exists()
    tally = publish(archive, out, Settings(jobs=0, name="samples"))
    assert tally.unchanged > 0
    assert tree(out) == tree(samples)


def test_what_is_read_never_runs(tmp_path: Path) -> None:
    hostile.keep(tmp_path / "a")
    tally = publish(tmp_path / "a", tmp_path / "site", Settings(jobs=0, name="<script>alert(1)</script>"))
    assert tally.faults == []
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 3 * len(hostile.ATTACKS)
    for path in pages:
        text = path.read_bytes().decode("utf-8")
        tags = re.findall(r"<(?:script|img|svg|base|a)\b[^>]*>", text)
        assert not [tag for tag in tags if hostile.OWNED in re.sub(r'="[^"]*"', "", tag)], path
        assert not re.search("<script>|<img|<base", text), path
        assert not re.search(r'href="(?:(?:javascript|data|https?):|//)', text), path
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", text), path
    for _, written, target in links(tmp_path / "site"):
        assert (tmp_path / "site" / target.partition("#")[0]).is_file(), written


@given(st.lists(st.integers(0, 1 << 40)))
def test_lists_of_numbers_are_read_back(found: list[int]) -> None:
    text = coded(found)
    assert numbers(text) == found
    assert set(text) <= set(ALPHABET)


@given(st.integers(0, 400_000))
def test_stretches_hold_every_row_once_and_full_ones_never_change(last: int) -> None:
    found = stretches(last)
    assert [row for first, end in found for row in (first, end)] == sorted(
        row for first, end in found for row in (first, end)
    )
    assert sum(end - first + 1 for first, end in found) == last
    assert len(found) <= last // LARGE + LARGE // SMALL
    full = [one for one in found if one[1] - one[0] + 1 == LARGE]
    assert stretches(last + 1)[: len(full)] == full


@given(st.integers(0, 1 << 30))
def test_lengths_are_steps_that_rise(length: int) -> None:
    assert norm(length) <= norm(length + 1) <= 255
    assert norm(length) == length or length >= 40


_WORDS = st.lists(st.sampled_from("harbour dues tide the a of lighthouse refrigerator".split()), max_size=30)


@given(st.lists(_WORDS, min_size=1, max_size=12), st.integers(1, 40))
@settings(deadline=None)
def test_an_index_says_where_every_word_stands(texts: list[list[str]], chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reftel.publish.site.segment._CHUNK", chunk)
        patch.setattr("reftel.publish.site.segment._SHARD", chunk * 2)
        segment = Segment("s")
        for row, words in enumerate(texts):
            shelved = Shelved(row, "p.html", "", "k" * 64, "document", "", "", "", "")
            segment.add(shelved, Facts("document", "text"), " ".join(words))
        found = {name: read_given(data) for name, data in segment.files()}
    meant = {
        (word, record): [at for at, other in enumerate(words) if other == word]
        for record, words in enumerate(texts)
        for word in words
    }
    assert dict(_read(found)) == meant


def _read(found: dict[str, object]) -> list[tuple[tuple[str, int], list[int]]]:
    """(word, record) with its places, as the browser reads them."""
    told: list[tuple[tuple[str, int], list[int]]] = []
    for name, shard in found.items():
        if not re.fullmatch(r"words-\d+\.js", name):
            continue
        assert isinstance(shard, dict)
        for at, word in enumerate(shard["words"]):
            if word.startswith(":"):
                continue
            lists = iter(numbers(shard["records"][at]))
            records: list[tuple[int, int]] = []
            last = -1
            for gap in lists:
                last += gap // 2 + 1
                records.append((last, next(lists) if gap % 2 else 1))
            places_ = iter(_places(found, name, shard["places"], at))
            for record, times in records:
                place, where = -1, []
                for _ in range(times):
                    place += next(places_) + 1
                    where.append(place)
                told.append(((word, record), where))
            assert next(places_, None) is None
    return told


def _places(found: dict[str, object], name: str, given_: list[str], at: int) -> list[int]:
    whole: list[int] = []
    number = name.removeprefix("words-").removesuffix(".js")
    for file, text in enumerate(given_):
        pairs = numbers(text)
        for index in range(0, len(pairs), 2):
            if pairs[index] == at:
                chunks = found[f"places-{number}-{file}.js"]
                assert isinstance(chunks, list)
                whole += numbers(chunks[index // 2])
    return whole


def test_a_release_that_fails_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = page_of

    def broken(q: str, found: object, stored: object, around: object) -> object:
        if getattr(stored, "facts").id == "87PARIS3":  # noqa: B009
            raise ValueError("a fault of ours")
        return whole(q, found, stored, around)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("reftel.publish.site.workshop.page_of", broken)
        tally = site_of(tmp_path, *(telegram(number) for number in range(1, 6)))
    assert (tally.failed, tally.faults) == (1, [(places.record("87PARIS3"), "ValueError: a fault of ours")])
    assert (tmp_path / "site" / places.record("87PARIS4")).is_file()
    assert site_of(tmp_path).failed == 0
    assert (tmp_path / "site" / places.record("87PARIS3")).is_file()


def test_an_empty_archive_is_a_site_too(tmp_path: Path) -> None:
    assert site_of(tmp_path).failed == 0
    for _, written, target in links(tmp_path / "site"):
        assert (tmp_path / "site" / target.partition("#")[0]).is_file(), written


def test_half_a_character_and_no_date_do_no_harm(tmp_path: Path) -> None:
    odd = Release("\ud800 half \udfff", "document", "frus-tei", Origin("v.xml"), title="\ud800", given=Given(id="v/d1"))
    assert site_of(tmp_path, odd, telegram(1)).faults == []


def test_every_word_of_the_interface_can_be_translated(samples: Path, tmp_path: Path) -> None:
    catalogues.write_pseudo(tmp_path / "words", "ar")
    strange = Settings(jobs=0, name="samples", language="ar", catalogues=tmp_path / "words")
    publish(samples.parent / "a", tmp_path / "site", strange)
    for name in ("index.html", "search.html", places.record("07MARENGO212"), "posts/MARENGO.html", "missing/index.html", "privacy.html",
                 "dates/2006.html", "data.html", "browse/post.html", places.versions("06VESZTALY418")):  # fmt: skip
        page = (tmp_path / "site" / name).read_text("utf-8")
        assert '<html lang="ar" dir="rtl">' in page
        assert untranslated(page) == set(), name
    with pytest.raises(SiteError, match="no catalogue of xx"):
        publish(samples.parent / "a", tmp_path / "other", Settings(language="xx"))


def test_the_command_tells_what_was_done(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1), telegram(2)):
        pass
    asked = ["publish", str(tmp_path / "site"), "--archive", str(tmp_path / "a"), "--jobs", "0", "--no-data"]
    first = CliRunner().invoke(app, asked)
    assert first.exit_code == 0
    assert "0 unchanged" in first.output
    assert not (tmp_path / "site" / "data").exists()
    events = [json.loads(line) for line in CliRunner().invoke(app, [*asked, "--jsonl"]).output.splitlines()]
    assert events[-1]["event"] == "end"
    assert (events[-1]["made"], events[-1]["left"], events[-1]["failed"]) == (0, 0, 0)
    refused = CliRunner().invoke(app, ["publish", str(tmp_path / "a"), "--archive", str(tmp_path / "a")])
    assert refused.exit_code == 2
    assert "did not publish it" in refused.output
