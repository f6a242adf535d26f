"""The real volumes, against the editors' words in their raw mark-up, and the one document that is cut out of its volume."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import shared_data
from reftel.archive import make_entry, open_archive
from reftel.export.citing import citation_of
from reftel.release import Origin, Release
from reftel.sources.base import HEAD_BYTES, Input
from reftel.sources.frus_tei import FORM
from sources.reading import hold, releases, walked


def volumes() -> Iterator[Path]:
    yield from sorted(shared_data("frus").glob("*.xml"))


@pytest.mark.slow
def test_real_volumes() -> None:
    """Against a count of the editors' words in the raw head of each document, which shares nothing with the reader."""
    found = marked = right = documents = 0
    for path in volumes():
        markup = path.read_text(encoding="utf-8-sig")
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        records = list(FORM.read(Input(Origin(path.name), head, lambda path=path: path.open("rb"))))  # type: ignore[misc]
        gold = [_raw_mark(chunk) for chunk in re.split(r'<div\b[^>]*type="document"[^>]*>', markup)[1:]]
        assert len(records) == len(gold), path.name
        documents += len(records)
        for record, telegram in zip(records, gold, strict=True):
            assert isinstance(record, Release)
            hold(record)
            wired = record.kind == "cable" and record.given.fields["genre_by"] != "form"
            found += wired
            marked += telegram
            right += wired and telegram
    assert documents == 6482
    assert right / found >= 0.99
    assert right / marked >= 0.99


def _raw_mark(chunk: str) -> bool:
    region = re.split(r"<closer|<list|<table|<quote|<frus:attachment|<p>", chunk, maxsplit=1)[0]
    region = re.sub(r"<note\b[^>]*\bn=.*?</note>", "", region, flags=re.DOTALL)
    notes = re.findall(r"<note\b.*?</note>|<p rend=\"center\">.{0,80}?</p>", region, re.DOTALL)
    heads = re.findall(r"<head\b[^>]*>(?:<[^>]+>|\s)*(?:Translation of a )?(?:cable|tele)gra\w+", region, re.IGNORECASE)
    return bool(heads) or any(re.search(r"telegra|cablegram|by cable", note, re.IGNORECASE) for note in notes)


def test_real_single_document() -> None:
    path = shared_data("telegrams") / "frus1946v06_d475.xml"
    (release,), _ = walked(path)
    hold(release)
    assert release.kind == "cable"
    assert release.given.id == "frus1946v06/d475"  # which the name of the file tells
    assert make_entry(release).facts.id == release.given.id
    (apart,) = releases(path.read_bytes(), FORM.name)
    assert (apart.given.id, make_entry(apart).facts.id) == ("d475", "d475")
    assert (release.given.sender, release.given.recipient, release.given.place) == (
        "Kennan",
        "Secretary of State",
        "Moscow",
    )
    assert release.given.fields["telegram_number"] == "511"
    assert release.given.date.startswith("1946-02-22")
    assert len([note for note in release.notes if note.kind == "footnote"]) == 2


def test_a_paper_is_cited_by_its_volume_and_its_number_there_as_far_as_they_are_known(tmp_path: Path) -> None:
    (apart,), _ = walked(shared_data("telegrams") / "frus1946v06_d475.xml")
    papers, _ = walked(shared_data("frus") / "frus1918Russiav03.xml")
    with open_archive(tmp_path / "a", create=True) as archive:
        archive.keep([make_entry(one) for one in (apart, papers[9])])
        notes = [citation_of(stored).note for stored in archive]
    assert [note.partition(", release")[0] for note in notes] == [
        "document 475, Secret",
        f"{papers[9].given.fields['volume_title']}, document 10",
    ]
