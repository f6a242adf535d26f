from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from archive.building import incident, kept, telegram
from publish.mirrors import mirror_of, numbered
from reftel.archive.entry import key_of
from reftel.errors import MirrorError, Unverified
from reftel.publish.mirror import layout
from reftel.publish.mirror.comparing import Comparison, Difference, differences
from reftel.release import Given, Origin, Release

NAMELESS = Release("To whom it may concern.", "document", "frus-tei", Origin("v.xml"), given=Given(date="1911-01-01"))
OTHER = telegram(3, words="OTHER DUES")


def address(release: Release) -> str:
    return key_of(release).hex()


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    mirror_of(tmp_path / "x", *numbered(1, 2, 3), incident("K-1"), NAMELESS)
    mirror_of(tmp_path / "y", telegram(2), telegram(3), OTHER, telegram(4), incident("K-1", "Road open"))
    return tmp_path / "x", tmp_path / "y"


def test_each_cable_that_differs_is_named_with_its_releases(sides: tuple[Path, Path]) -> None:
    left, right = sides
    counts = Comparison()
    found = list(differences(left / "m", right / "m", counts))
    one = address
    assert found == [
        Difference("only-left", "87PARIS1", left=(one(telegram(1)),)),
        Difference("other-releases", "87PARIS3", right=(one(OTHER),), both=1),
        Difference("only-right", "87PARIS4", right=(one(telegram(4)),)),
        Difference("other-releases", "K-1", (one(incident("K-1")),), (one(incident("K-1", "Road open")),)),
        Difference("only-left", "", left=(one(NAMELESS),)),
    ]
    assert counts == Comparison(left=5, right=5, both=2)


def test_an_archive_and_a_mirror_are_compared_alike(sides: tuple[Path, Path]) -> None:
    left, right = sides
    wanted = list(differences(left / "m", right / "m"))
    assert list(differences(left / "a", right / "m")) == wanted
    assert list(differences(left / "m", right / "a")) == wanted
    assert not list(differences(left / "a", left / "m"))


def test_the_other_way_round_says_the_same(sides: tuple[Path, Path]) -> None:
    left, right = sides
    turned = {"only-left": "only-right", "only-right": "only-left", "other-releases": "other-releases"}
    there = {
        msgspec.structs.replace(one, code=turned[one.code], left=one.right, right=one.left)
        for one in differences(left / "m", right / "m")
    }
    assert set(differences(right / "m", left / "m")) == there


def test_a_mirror_whose_tables_were_altered_is_not_compared(sides: tuple[Path, Path], tmp_path: Path) -> None:
    left, right = sides
    path = left / "m" / layout.index_name(1)
    path.write_bytes(path.read_bytes().replace(b"87PARIS1", b"87PARIS9"))
    with pytest.raises(Unverified, match="not the file that is listed"):
        list(differences(left / "m", right / "m"))
    with pytest.raises(MirrorError, match="neither a mirror nor an archive"):
        list(differences(tmp_path, right / "m"))


def test_an_archive_made_of_a_mirror_is_the_same(sides: tuple[Path, Path], tmp_path: Path) -> None:
    left, _ = sides
    kept(tmp_path / "z", *numbered(1, 2, 3), incident("K-1"), NAMELESS).close()
    assert not list(differences(tmp_path / "z", left / "m"))
