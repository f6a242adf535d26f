"""The short words of a telegram: tables whole, every spelling explained, and real headers known."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reftel
from reftel import handbook
from reftel.handbook import explain, route
from reftel.record import read_record
from reftel.release import Release
from reftel.sources import read_paths

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
_INDICATOR = re.compile(r"\b(R[A-Z]{4,7})/")


def _telegrams(*folders: Path) -> list[reftel.Cable]:
    found = (one for one in read_paths(folders) if isinstance(one, Release) and one.kind == "cable")
    return [record for release in found if isinstance(record := read_record(release), reftel.Cable)]


@pytest.mark.parametrize(
    "table", ["captions", "precedences", "reasons", "orders", "declassifying", "signals", "routes", "acronyms"]
)
def test_every_row_is_keyed_by_its_capitals_and_says_something(table: str) -> None:
    rows = getattr(handbook, table)()
    assert len(rows) >= 5
    for row in rows.values():
        said = getattr(row, "meaning", "") or getattr(row, "name", "") or row.post
        assert said
        assert said == said.strip()


def test_every_route_is_a_posts_or_named_and_says_how_it_is_known() -> None:
    for code, row in handbook.routes().items():
        assert re.fullmatch(r"R[A-Z]{2,7}\*?", code)
        assert bool(row.post) != bool(row.name)
        assert not row.post or row.post in handbook.posts()
        assert row.evidence in {"seen", "known", "rule"}


def test_orders_follow_each_other_without_a_gap() -> None:
    orders = list(handbook.orders().values())
    assert [order.signed for order in orders] == sorted(order.signed for order in orders)
    replaced = [order for order in orders if order.code not in {"10290", "13292"}]  # 13292 amended 12958
    for earlier, later in pairwise(replaced):
        assert (date.fromisoformat(later.since) - date.fromisoformat(earlier.until)).days == 1


def test_reasons_and_exemptions_are_of_a_known_order() -> None:
    numbers = {row.order for row in handbook.reasons().values()}
    numbers |= {row.order for row in handbook.declassifying().values()}
    assert numbers <= set(handbook.orders())


@pytest.mark.parametrize(
    ("spelling", "table", "code"),
    [
        ("oo", "precedence", "IMMEDIATE"), ("Z", "precedence", "FLASH"), ("PIORITY", "precedence", "PRIORITY"),
        ("niact immediate", "precedence", "NIACT IMMEDIATE"), ("(NF)", "caption", "NOFORN"),
        ("Exdis", "caption", "EXDIS"), ("roger  channel", "caption", "ROGER CHANNEL"), ("1.4 (b)", "reason", "1.4(b)"),
        ("1.5d", "reason", "1.5(d)"), ("E.O. 12958:", "order", "E.O. 12958"), ("11652", "order", "E.O. 11652"),
        ("XGDS-2", "declassification", "XGDS2"), ("x6", "declassification", "X6"), ("25x1", "declassification", "25X1"),
        ("zfd", "signal", "ZFD"), ("UUUUU", "signal", "UUUUU"), ("ruehc", "route", "RUEHC"),
        ("RUEHXYZ", "route", "RUEHXYZ"), ("PREL", "tag", "PREL"), ("USUN", "post", "USUNNEWYORK"),
        ("PolOff", "acronym", "POLOFF"),
    ],
)  # fmt: skip
def test_a_code_is_explained_in_any_spelling(spelling: str, table: str, code: str) -> None:
    assert (table, code) in [(one.table, one.code) for one in explain(spelling)]


def test_the_letters_of_reasons_mean_what_their_order_says() -> None:
    assert len([one for one in explain("1.4(b)") if one.table == "reason"]) == 2
    assert [one.table for one in explain("1.5(h)")] == []


@given(st.text(max_size=300))
def test_no_spelling_is_too_strange_to_ask(spelling: str) -> None:
    for one in explain(spelling):
        assert one.code
        assert one.meaning


def test_what_the_reader_finds_in_the_samples_is_in_the_handbook() -> None:
    unknown = set()
    for cable in _telegrams(ROOT / "samples"):
        header = cable.transmission
        found = [value.value for value in (*header.precedences, *header.signals, *cable.classification.captions)]
        found += [value.value for value in (*cable.declassification.exemptions, *cable.authority.reasons)]
        unknown |= {code for code in found if not explain(code)}
    assert not unknown


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the published telegrams in ../shared/data")
def test_indicators_of_real_headers_are_known() -> None:
    folders = [DATA / name for name in ("cablegate_html", "telegrams", "cfpf_bodies")]
    cables = _telegrams(*folders)
    found = {r.route for cable in cables for r in (*cable.transmission.action, *cable.transmission.info) if r.route}
    found |= {value.value for cable in cables for value in cable.transmission.routes}
    assert len(found) >= 50
    exact = {code for code in found if code in handbook.routes()}
    assert len(exact) / len(found) >= 0.85, sorted(found - exact)
    assert all(route(code) for code in found if code.startswith(("RUEH", "RUCN", "RUEA", "RHM")))
