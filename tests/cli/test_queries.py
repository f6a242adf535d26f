"""The commands that ask: orders, facets, explanations, pages, batches, saved searches, more like this."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.building import despatch, incident, kept, telegram
from reftel.archive import make_entry, open_archive
from reftel.cli.answers import facets_tables
from reftel.cli.app import app
from reftel.cli.output import show
from reftel.search import Bucket


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    london = telegram(40, post="LONDON", words="HERRING TALKS", body="Quotas of herring; quotas again.")
    citing = msgspec.structs.replace(london, text=london.text.replace("\n\n1. (U)", "\nREF: PARIS 7\n\n1. (U)", 1))
    releases = [
        *(telegram(number, body="Herring and quotas." * (number % 3)) for number in range(1, 13)),
        citing,
        incident("K-9", "Herring lorry overturned"),
        *(despatch(f"v{year}/d5", f"a herring shoal of {year}") for year in (1911, 1912)),
    ]
    path = tmp_path_factory.mktemp("queries") / "a"
    kept(path, *releases).close()
    return str(path)


@pytest.fixture
def asked(place: str, tmp_path: Path) -> Any:
    def run(*arguments: str, given: bytes = b"", archive: str = place) -> Any:
        environment = {"COLUMNS": "100", "REFTEL_ARCHIVE": archive, "REFTEL_SAVED": str(tmp_path / "saved")}
        return CliRunner().invoke(app, list(arguments), input=given, env=environment)

    return run


def lines(result: Any) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_hits_are_printed_in_the_order_asked_for(asked: Any) -> None:
    for sort, turned in (("oldest", False), ("newest", True)):
        sent = [hit["sent"] for hit in lines(asked("search", "herring", "--sort", sort, "--json", "--limit", "99"))]
        assert sent == sorted(sent, reverse=turned)
    cited = asked("search", "--sort", "citations", "--json", "--limit", "1")
    assert lines(cited)[0]["id"] == "87PARIS7"
    assert "no order" in asked("search", "herring", "--sort", "size").stderr


def test_an_export_is_in_the_order_asked_for(asked: Any) -> None:
    rows = lines(asked("export", "herring", "--sort", "newest", "--format", "jsonl"))
    hits = lines(asked("search", "herring", "--sort", "newest", "--json", "--limit", "99"))
    assert [row["source"] for row in rows] == [hit["key"] for hit in hits]


def test_plain_json_is_hits_alone_and_a_last_line_comes_when_it_is_asked_for(asked: Any) -> None:
    assert all("event" not in line for line in lines(asked("search", "herring", "--json")))
    *hits, end = lines(
        asked("search", "herring", "--json", "--limit", "2", "--facets", "year,post", "--facet-size", "1")
    )
    assert len(hits) == 2
    assert (end["event"], end["shown"], bool(end["cursor"])) == ("end", 2, True)
    assert list(end["facets"]) == ["year", "post"]
    assert sum(one["count"] for one in end["facets"]["year"]) == end["total"]
    assert [one["value"] for one in end["facets"]["post"]] == ["PARIS"]
    assert "explanation" not in end
    (end,) = lines(asked("search", "protst", "--json", "--explain"))
    assert end["explanation"]["terms"] == [{"term": "protst", "count": 0, "nearest": ["protest"]}]


@pytest.mark.parametrize("sort", ["relevance", "oldest", "newest", "post", "citations"])
def test_a_script_reads_all_pages_and_each_hit_once(asked: Any, sort: str) -> None:
    whole = [hit["key"] for hit in lines(asked("search", "herring", "--json", "--limit", "99", "--sort", sort))]
    found, cursor = [], ""
    while True:
        *hits, end = lines(asked("search", "herring", "--json", "--limit", "3", "--sort", sort, "--after", cursor))
        found += [hit["key"] for hit in hits]
        cursor = end["cursor"]
        if not cursor:
            break
    assert found == whole


def test_facets_are_small_tables_with_bars(asked: Any) -> None:
    shown = asked("search", "--facets", "all").stdout
    assert "█" in shown
    for head in ("post", "class", "TAG", "form", "kind"):
        assert head in shown
    assert "1987  " in shown  # months in a line of their year
    assert asked("search", "--facets", "colour").exit_code == 2


def test_an_explanation_is_a_tree_with_counts(asked: Any) -> None:
    shown = asked("search", "herring", "(quota OR kraken)", "-lorry", "--post", "london", "--explain").stdout
    assert "Understood as  herring AND (quota OR kraken) AND NOT lorry AND post:london" in shown
    assert "kraken  0" in shown
    assert "one of" in shown
    assert (
        "Understood as  the number of 87PARIS7, or else  paris AND 7" in asked("search", "paris 7", "--explain").stdout
    )
    assert "Understood as  post:london\n" in asked("search", "--post", "london", "--explain").stdout
    none = asked("search", "herring", "krakenn", "--explain")
    assert none.exit_code == 1
    assert "Nothing was found: no record has krakenn" in none.stdout
    assert "--explain tells why" in asked("search", "krakenn").stderr


def test_the_page_after_is_named(asked: Any) -> None:
    shown = asked("search", "herring", "--limit", "2").stdout.splitlines()
    assert shown[-1].startswith("The page after: --after ")
    cursor = shown[-1].split()[-1]
    after = asked("search", "herring", "--limit", "2", "--after", cursor).stdout
    assert shown[0] not in after
    assert asked("search", "herring", "--after", "nonsense").exit_code == 2


def test_within_narrows(asked: Any) -> None:
    found = lines(asked("search", "herring OR protest", "--within", "lorry OR shoal", "--json"))
    assert {hit["id"] for hit in found} == {"K-9", "v1911/d5", "v1912/d5"}
    rows = lines(asked("export", "herring OR protest", "--within", "lorry OR shoal", "--format", "jsonl"))
    assert [row["source"] for row in rows] == [hit["key"] for hit in found]


def test_like_prints_records_and_the_words_that_led_there(asked: Any) -> None:
    shown = asked("like", "87LONDON40").stdout
    assert "What tells most of 87LONDON40" in shown
    assert "quotas" in shown
    *hits, end = lines(asked("like", "london 40", "--json", "--limit", "3"))
    assert (end["event"], end["record"]) == ("end", "87LONDON40")
    assert "quotas" in {one["word"] for one in end["words"]}
    assert hits == lines(asked("search", "like:87LONDON40", "--json", "--limit", "3"))
    assert asked("like", "99NOWHERE1").exit_code == 2
    assert "several of" in asked("search", "like:87LONDON40", "--explain").stdout


def test_a_batch_as_text_csv_and_lines_of_json(asked: Any, tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    file.write_text(
        "name,query,post\nfish,herring OR shoal,\n=all,protest,paris\nnone,-=kraken,new york\nhalf,quotas (,\n"
    )
    shown = asked("batch", str(file))
    assert "in common" in shown.stdout
    assert "half: a bracket was closed at the end" in " ".join(shown.stdout.split())
    assert "16 different records" in shown.stderr
    told = {one["name"]: one for one in lines(asked("batch", str(file), "--format", "jsonl"))}
    table = asked("batch", "-", "--format", "csv", given=file.read_bytes()).stdout_bytes.decode()
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert [row["name"] for row in rows] == ["fish", "'=all", "none", "half"]
    for row, one in zip(rows, told.values(), strict=True):
        assert int(row["hits"]) == one["hits"]
        for other in told:
            common = one["hits"] if other == one["name"] else one["overlaps"].get(other, 0)
            assert int(row[f"with {other}"]) == common
    again = asked("batch", "-", "--format", "csv", given=table.encode())
    assert again.stdout_bytes.decode() == table
    assert asked("batch", "-", given=b"kraken\n").exit_code == 1
    assert asked("batch", "-", given=b"\n").exit_code == 2
    assert asked("batch", str(tmp_path / "no")).exit_code == 2
    assert asked("batch", str(file), "--format", "xlsx").exit_code == 2


def test_a_batch_of_many_shows_the_greatest_overlaps(asked: Any) -> None:
    shown = asked("batch", "-", given=b"\n".join(b"herring -w%d" % at for at in range(12))).stdout
    assert "and 46 more pairs" in shown


@settings(deadline=None, max_examples=40)
@given(data=st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")))
def test_any_batch_is_answered(place: str, data: bytes) -> None:
    for style in ("text", "csv", "jsonl"):
        result = CliRunner().invoke(app, ["batch", "-", "--format", style, "--archive", place], input=data)
        assert result.exit_code in (0, 1, 2), result.exception


def test_saved_searches_tell_what_is_new(asked: Any, tmp_path: Path) -> None:
    archive = str(tmp_path / "b")
    kept(Path(archive), telegram(1), telegram(2)).close()

    def run(*arguments: str) -> Any:
        return asked(*arguments, archive=archive)

    assert run("saved").exit_code == 1
    assert "2 records now" in run("save", "dues", "protest -kraken", "--post", "paris", "--sort", "newest").stdout
    assert "already" in run("save", "dues", "x").stderr
    assert run("search", "--saved", "dues", "--new").exit_code == 1
    with open_archive(archive) as opened:
        opened.keep([make_entry(telegram(number)) for number in (3, 4, 5)])
    (one,) = lines(run("saved", "--json"))
    assert (one["name"], one["total"], one["new"]) == ("dues", 5, 3)
    part = run("search", "--saved", "dues", "--new", "--limit", "2", "--json")
    assert [hit["id"] for hit in lines(part)] == ["87PARIS5", "87PARIS4"]
    assert "not noted as seen" in part.stderr
    for less in (("--limit", "0"), ("4",), ("--tag", "ECON"), ("--within", "4"), ("--from", "1987")):
        assert "not noted as seen" in run("search", "--saved", "dues", "--new", *less).stderr
    narrowed = run("search", "--saved", "dues", "4", "--json")
    assert [hit["id"] for hit in lines(narrowed)] == ["87PARIS4"]
    new = run("search", "--saved", "dues", "--new", "--json")
    assert len(lines(new)) == 3
    assert "reftel search --saved dues row:3..5" in new.stderr
    assert len(lines(run("search", "--saved", "dues", "row:3..5", "--json"))) == 3
    assert run("search", "--saved", "dues", "--new").exit_code == 1
    assert lines(run("saved", "--json"))[0]["new"] == 0
    assert "dues" in run("saved").stdout
    with open_archive(archive) as opened:
        opened.keep([make_entry(telegram(6))])
    rows = lines(run("export", "--saved", "dues", "--new", "--format", "jsonl"))
    assert [row["id"] for row in rows] == ["87PARIS6"]
    assert run("export", "--saved", "dues", "--new", "--format", "jsonl").exit_code == 1
    assert run("forget", "dues").exit_code == 0
    assert run("search", "--saved", "dues").exit_code == 2


def test_saved_searches_without_an_archive_are_listed(asked: Any, tmp_path: Path) -> None:
    asked("save", "one", "herring", "--tag", "ECON")
    asked("save", "two", "shoal")
    nowhere = asked("saved", archive=str(tmp_path / "none"))
    assert nowhere.exit_code == 0
    assert nowhere.stdout.splitlines() == ["one  herring --tag ECON", "two  shoal"]
    assert "there is no archive here" in nowhere.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("search", "herring", "--new"), "--new needs a saved search"),
        (("search", "--saved", "gone"), "there is no saved search 'gone'"),
        (("export", "--saved", "gone"), "there is no saved search 'gone'"),
        (("forget", "gone"), "there is no saved search 'gone'"),
        (("save", " ", "herring"), "is no name"),
        (("save", "x", "--frm", "2007"), "there is no option --frm"),
        (("save", "x", "--from", "soon"), "is not a date"),
        (("search", "--facets", "colour"), "cannot be counted by"),
    ],
)
def test_errors_are_one_sentence(asked: Any, arguments: tuple[str, ...], words: str) -> None:
    result = asked(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_a_value_that_is_counted_is_no_mark_up(capsys: pytest.CaptureFixture[str]) -> None:
    show(*facets_tables({"publisher": (Bucket("[draft] Harbour", 3), Bucket("Basin [/four]", 2))}))
    shown = capsys.readouterr().out
    assert "[draft] Harbour" in shown
    assert "Basin [/four]" in shown
