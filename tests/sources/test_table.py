"""Rows of a table: streamed, bounded, each broken one alone."""

from __future__ import annotations

import io
import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reftel.release import Reject
from reftel.sources.table import Table
from sources.reading import met, releases

START = re.compile(r'"?\d+"?,"?key')
ROW = '"{n}","1/2/2006 0:00","06MARENGO{n}","Embassy Marengo","UNCLASSIFIED","","HEAD","{body}"\n'


def rows(text: str) -> list[tuple[int, list[str], str]]:
    stream = io.BytesIO(text.encode("utf-8", "surrogateescape"))
    return [(row.number, row.cells, row.broken) for row in Table(stream, START).rows()]


def test_rows_are_counted_and_blank_lines_are_none() -> None:
    assert rows('1,key,a\n\n2,key,"b\nb"\n') == [(1, ["1", "key", "a"], ""), (2, ["2", "key", "b\nb"], "")]


def test_a_lost_quote_costs_one_row() -> None:
    found = rows('1,key,"a\nb\n2,key,b\n')
    assert [(number, bool(broken)) for number, _, broken in found] == [(1, True), (2, False)]


@given(st.text(st.sampled_from('1,"\\\n\rkey x\0é\udcff'), max_size=120))
def test_any_text_gives_rows_numbered_in_order(text: str) -> None:
    assert [number for number, _, _ in rows(text)] == list(range(1, len(rows(text)) + 1))


def test_many_broken_rows_take_time_in_proportion() -> None:
    broken = "".join(
        f'"{n}","1/1/2000 0:00","00X{n}","o","UNCLASSIFIED","","h","body\n' for n in range(10_000)
    ).encode()
    began = perf_counter()
    found = met(broken)
    assert perf_counter() - began < 5
    assert len(found) == 10_000


def test_a_row_that_never_ends_is_given_up_at_the_next() -> None:
    endless = ROW.format(n=1, body="x\n" * 200_000)[:-2] + "\n" + ROW.format(n=2, body="fine")
    found = met(endless.encode())
    assert isinstance(found[0], Reject)
    assert "a quote is lost" in found[0].reason
    assert len(found) == 2


@pytest.mark.parametrize("escape", ["\\", '"'])
def test_the_dialect_is_told_by_the_first_quote_wherever_it_stands(escape: str) -> None:
    long, quoted = "word " * 40_000, f'{escape}"No, never{escape}", he said of C:'
    table = ROW.format(n=1, body=long) + ROW.format(n=2, body=quoted + ("\\\\" if escape == "\\" else "\\"))
    assert releases(table.encode())[1].text == 'HEAD\n"No, never", he said of C:\\'


def test_a_date_that_no_calendar_has_is_said() -> None:
    (release,) = releases(ROW.format(n=1, body="x").replace("1/2/2006", "13/45/2006").encode())
    assert release.given.date == ""
    assert [finding.code for finding in release.findings] == ["field-unreadable"]
