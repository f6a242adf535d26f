"""The score of citations: its gold says what the mark-up says, and nothing of the editors reaches the archive that is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

import references
from reftel.archive import open_archive
from reftel.archive.ingesting import ingest_met
from reftel.release import Release
from reftel.sources import read_paths

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "frus" / "harbour-papers-1912.xml"


def volume(body: str) -> references.Volume:
    pages = '<pb n="1"/>' + "".join(
        f'<div type="document" xml:id="d{n}" n="{n}"><head>A to B</head><dateline>March {n}, 1912</dateline>'
        f"<p>{310 + n}. Coal.</p></div>"
        for n in (1, 2)
    )
    asked = f'<pb n="2"/><div type="document" xml:id="d3" n="3"><head>B to A</head><p>{body}</p></div>'
    return references.Volume(f'<TEI xml:id="frus1912">{pages}{asked}</TEI>')


@pytest.mark.parametrize(
    ("body", "verdict", "targets"),
    [
        ('Your 311, March 1,<note n="1">Not printed.</note> is here.', "not-printed", []),
        (
            'Your 312, March 2.<note n="1"><hi>Ante</hi>, <ref target="#pg_1">p. 1</ref>.</note>',
            "printed",
            ["frus1912/d2"],
        ),
        ('My letter of March 1<note n="1">Ante, p. 1.</note>', "printed", ["frus1912/d1"]),
        ('Your 312, March 2.<note n="1">Supra.</note>', "printed", ["frus1912/d2"]),
        ('Your 311.<note n="1">See <ref target="#d1">Document 1</ref>.</note>', "printed", ["frus1912/d1"]),
        ('Your 311.<note n="1"><hi>Foreign Relations</hi>, 1911, vol. i, p. 4.</note>', "elsewhere", []),
    ],
)
def test_gold(body: str, verdict: str, targets: list[str]) -> None:
    (item,) = references.gold([volume(body)])
    assert (item.document, item.verdict, item.targets) == ("frus1912/d3", verdict, targets)


@pytest.mark.parametrize(
    "body",
    [
        'Coal is dear.<note n="1">Not printed.</note>',
        'Your 311.<note n="1">See footnote 5, p. 1.</note>',
        'Your Nos. 311 and 312.<note n="1">No. 311 not printed.</note>',
        'See page 12 of enclosure 3.<note n="1">Not printed.</note>',
        'Your 311.<note n="1">The Minister was ill.</note>',
    ],
)
def test_what_is_no_verdict_on_a_paper(body: str) -> None:
    assert list(references.gold([volume(body)])) == []


def test_the_archive_that_is_asked_never_sees_the_editors(tmp_path: Path) -> None:
    releases = [one for one in read_paths([SAMPLE]) if isinstance(one, Release)]
    assert any(one.notes for one in releases)
    with open_archive(tmp_path / "blind", create=True) as archive:
        ingest_met(archive, references.blind(releases), jobs=0)
        assert archive.ask("SELECT count(*) FROM citation WHERE note <> '' OR target <> ''") == [(0,)]
        assert archive.ask("SELECT count(*) FROM citation")[0][0] > 5


def test_the_sample_is_followed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["references.py", str(SAMPLE)])
    assert references.main() == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "recall on printed 0.8000, false links on not printed 0.0000"
