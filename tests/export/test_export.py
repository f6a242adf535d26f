"""Every export, read back by a reader that we did not write."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet
import pytest
import rispy
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from archive.building import despatch, incident, kept, telegram
from reftel.archive import Archive, Stored, ingest, open_archive
from reftel.cli.app import app
from reftel.errors import NotRecognised
from reftel.export import RowKind, format_named, formats, rows_of
from reftel.export.citing import citation_of
from reftel.export.tables import armed
from reftel.record import read_record
from reftel.release import Release
from reftel.search import Query, every_hit, following, search

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
HOSTILE = "=cmd|' /C calc'!A0 \x00 \udcff {\\input{x}} %$&#_^~ \r\nER  - \r\n@report{x,}"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with open_archive(tmp_path_factory.mktemp("export") / "a", create=True) as opened, following(opened) as index:
        ingest(opened, [SAMPLES], jobs=0, follower=index)
    with open_archive(opened.path) as opened:
        yield opened


def written(name: str, records: list[Stored], rows: RowKind = "records") -> bytes:
    out = io.BytesIO()
    count = format_named(name).write(records, out, rows)
    assert count >= len(records)
    return out.getvalue()


def as_stored(release: Release) -> Stored:
    return Stored(1, "ab" * 32, release, read_record(release))


@pytest.mark.parametrize("rows", ["records", "paragraphs"])
def test_csv_jsonl_and_parquet_hold_the_same_rows(archive: Archive, rows: RowKind) -> None:
    records = list(archive)
    wanted = [msgspec.to_builtins(row) for stored in records for row in rows_of(stored, rows)]
    parquet = pyarrow.parquet.read_table(io.BytesIO(written("parquet", records, rows))).to_pylist()
    assert parquet == wanted
    assert [json.loads(line) for line in written("jsonl", records, rows).splitlines()] == wanted
    table = csv.DictReader(io.StringIO(written("csv", records, rows).decode("utf-8"), newline=""))
    told = [{name: re.sub(r"^'(?='*[=+@\t\r-])", "", cell) for name, cell in row.items()} for row in table]
    assert told == [{name: str(cell) for name, cell in row.items()} for row in wanted]


def test_every_row_s_span_gives_its_text_in_the_release_it_names(archive: Archive) -> None:
    for stored in archive:
        for row in rows_of(stored, "paragraphs"):
            assert archive.release(row.source).release.text[row.start : row.end] == row.text
            assert row.sha256 == stored.release.sha256


def test_citations_are_read_by_the_programs_they_are_for(archive: Archive) -> None:
    records = list(archive)
    cited = [citation_of(one) for one in records]
    read = rispy.loads(written("ris", records).decode("utf-8"))
    assert [one["primary_title"] if "primary_title" in one else one["title"] for one in read] == [
        c.title for c in cited
    ]
    assert {one["type_of_reference"] for one in read} == {"RPRT"}
    entries = parse_string(written("biblatex", records).decode("utf-8"), "bibtex").entries
    assert len(entries) == len(records)
    items = json.loads(written("csl", records))
    assert [item["title"] for item in items] == [one.title for one in cited]
    assert len({item["id"] for item in items}) == len(items)
    assert len(written("citations", records).decode("utf-8").splitlines()) == len(records)


def test_a_telegram_is_cited_with_its_post_number_day_and_address(archive: Archive) -> None:
    (stored,) = archive.named("07MARENGO212")
    entry = parse_string(written("biblatex", [stored]).decode("utf-8"), "bibtex").entries["07MARENGO212"]
    assert entry.type == "report"
    assert entry.fields["number"] == "07MARENGO212"
    assert entry.fields["date"] == "2007-03-16"
    assert stored.key in entry.fields["note"]
    (item,) = json.loads(written("csl", [stored]))
    assert item["issued"] == {"date-parts": [[2007, 3, 16]]}


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    release = telegram(1, words=HOSTILE.replace("\n", " "), body=HOSTILE)
    with kept(tmp_path / "a", release, incident(HOSTILE), despatch("v/d1", HOSTILE)) as opened:
        records = list(opened)
    for one in formats():
        assert written(one.name, records), one.name
    assert len(rispy.loads(written("ris", records).decode("utf-8"))) == 3
    assert len(parse_string(written("biblatex", records).decode("utf-8"), "bibtex").entries) == 3
    lines = [json.loads(line) for line in written("jsonl", records).splitlines()]
    assert lines[0]["text"] == release.text
    cells = [cell for row in csv.reader(io.StringIO(written("csv", records).decode(), newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@given(st.text(st.sampled_from("'=+-@\t\rab"), max_size=8))
def test_what_is_armed_against_spreadsheets_can_be_disarmed(cell: str) -> None:
    assert not armed(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert re.sub(r"^'(?='*[=+@\t\r-])", "", armed(cell)) == cell


@settings(deadline=None, max_examples=60)
@example("}\\")
@given(st.text(max_size=40))
def test_any_title_can_be_cited(title: str) -> None:
    stored = as_stored(msgspec.structs.replace(incident("K", title=title), title=title))
    assert len(parse_string(written("biblatex", [stored]).decode("utf-8"), "bibtex").entries) == 1
    assert len(rispy.loads(written("ris", [stored]).decode("utf-8"))) == 1
    json.loads(written("csl", [stored]))


def test_an_export_holds_every_hit_in_the_order_of_search(archive: Archive) -> None:
    for query in ("harbour", "", "treaty -ferry"):
        found = search(archive, Query(words=query, limit=1000))
        assert [one.key for one in every_hit(archive, query)] == [hit.key for hit in found.hits]


def test_an_unknown_format_is_named_with_those_there_are() -> None:
    with pytest.raises(NotRecognised, match="parquet"):
        format_named("xlsx")


def test_the_commands_write_a_whole_file_or_none(archive: Archive, tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        return CliRunner().invoke(app, [*words, "--archive", str(archive.path)])

    out = tmp_path / "hits.csv"
    assert run("export", "harbour", "--post", "Marengo", "--out", str(out)).exit_code == 0
    assert len(list(csv.reader(io.StringIO(out.read_bytes().decode("utf-8"), newline="")))) > 2
    assert [path.name for path in tmp_path.iterdir()] == ["hits.csv"]
    assert run("export", "--out", str(tmp_path / "no" / "x.csv")).exit_code == 2
    assert run("export", "zzzzqqqq", "--format", "jsonl").exit_code == 1
    assert run("export", "--format", "nothing").exit_code == 2
    cited = run("cite", "Marengo 212", "--style", "ris")
    assert cited.exit_code == 0
    assert "TY  - RPRT" in cited.output
    assert run("cite", "99NOWHERE1").exit_code == 2


def test_a_word_that_starts_with_a_dash_is_never_an_option(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ["export", "harbour", "-oil", "--format", "jsonl", "--archive", str(archive.path)]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0
    assert list(tmp_path.iterdir()) == []
    keys = [json.loads(line)["source"] for line in done.stdout.splitlines()]
    assert keys == [one.key for one in every_hit(archive, "harbour -oil")]


def test_keys_of_citations_are_each_used_once(tmp_path: Path) -> None:
    releases = [
        despatch("v/d1", "quays"),
        despatch("v/d1", "piers"),
        despatch("v/d1-2", "locks"),
        despatch("v/d1", "weirs"),
    ]
    out = io.BytesIO()
    with kept(tmp_path / "a", *releases) as archive:
        format_named("csl").write(archive, out, "records")
    keys = [one["id"] for one in json.loads(out.getvalue())]
    assert len(set(keys)) == len(keys) == len(releases)
