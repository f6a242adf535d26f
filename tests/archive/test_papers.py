"""What the papers of a volume cite, followed both ways: by their own evidence, by the editors' word, and where they are not here."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.building import kept
from reftel.archive import Archive
from reftel.archive.checking import check
from reftel.archive.correspondents import keys_of, name_of
from reftel.archive.gaps import ghost, ghosts
from reftel.archive.links import cited_by, references_of
from reftel.archive.threads import thread
from reftel.release import Origin, Release
from reftel.sources.base import Input
from reftel.sources.frus_tei import FORM

_HEAD = (
    '<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/frus/ns/1.0" xml:id="frus1912Karst">'
)


def paper(name: str, sender: str, day: str, body: str, *, wire: bool = True, hour: str = "", number: str = "") -> str:
    """One document of a volume, to or from the mission in Karst."""
    place = "Washington" if sender.startswith("The Secretary") else "Marengo"
    when = f"{day}T{hour}:00" if hour else day
    told = f'<p rend="flushleft">No. {number}</p>' if number and not wire else ""
    return (
        f'<div type="document" xml:id="{name}" n="{name[1:]}"><head>{sender}</head>'
        f'<note rend="inline" type="source">811.1/{name[1:]}{": Telegram" if wire else ""}</note>'
        f'<dateline><placeName>{place}</placeName>, <date when="{when}">{day}</date></dateline>{told}'
        f"<p>{number + '. ' if number and wire else ''}{body}</p></div>"
    )


TO = "The Secretary of State to the Minister in Karst (Tarn)"
FROM = "The Minister in Karst (Tarn) to the Secretary of State"
ELSEWHERE = "The Secretary of State to the Minister in Vesztaly (Oll)"
NOTE = '<note n="{}" xml:id="{}">{}</note>'
VOLUME = "".join(
    [
        '<pb n="10"/>',
        paper("d1", FROM, "1912-03-01", "The quay is let.", hour="16:00", number="310"),
        paper("d2", ELSEWHERE, "1912-03-02", "Report on coal.", hour="10:00", number="12"),
        '<pb n="11"/>',
        paper("d3", TO, "1912-03-04", "Your 310, March 1, 4 p.m. Let it stand. See my 12, March 2, 10 a.m.", number="77"),
        paper("d4", FROM, "1912-03-05", "Sir: I refer to your telegram of the 4th instant.", wire=False, number="45"),
        '<pb n="12"/>',
        paper(
            "d5", TO, "1912-04-02",
            "Sir: Your despatch No. 45 of March 8, and my predecessor’s despatch No. 9 of May 3, 1911,"
            + NOTE.format(1, "d5fn1", "Not printed; but see telegram No. 77, <ref target=\"#d3\">supra</ref>.")
            + " are here; your 311, March 9, 2 p.m.,"
            + NOTE.format(2, "d5fn2", "Not printed.")
            + " is not. The tugs are spoken of in a letter of January 3"
            + NOTE.format(3, "d5fn3", "<hi>Ante</hi>, <ref target=\"#pg_10\">p. 10</ref>.") + ".",
            wire=False, number="80",
        ),
        paper("d6", FROM, "1912-05-01", "Your instruction No. 80, April 2."
              + NOTE.format(1, "d6fn1", "<hi>Supra</hi>.") + " See my 311."),
    ]
)  # fmt: skip


def read(markup: str) -> list[Release]:
    content = f"{_HEAD}<text><body>{markup}</body></text></TEI>".encode()
    found = list(FORM.read(Input(Origin("v.xml"), content, lambda: io.BytesIO(content))))
    assert all(isinstance(one, Release) for one in found), found
    return [one for one in found if isinstance(one, Release)]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with kept(tmp_path / "a", *read(VOLUME)) as archive:
        yield archive


def targets(archive: Archive, name: str) -> list[tuple[str, str]]:
    return [(link.label, link.target.removeprefix("frus1912Karst/")) for link in references_of(archive, name)]


def test_number_day_hour_and_sender_lead_to_the_paper(archive: Archive) -> None:
    link = references_of(archive, "frus1912Karst/d3")[0]
    assert (link.label, link.kind, link.target) == ("Your 310, March 1, 4 p.m.", "paper", "frus1912Karst/d1")
    assert link.likely[0].here
    assert link.likely[0].confidence > 0.9
    assert "310" in link.likely[0].reason
    assert link.sent == "1912-03-04"


def test_the_numbers_of_another_mission_are_others(archive: Archive) -> None:
    # Number 12 of that minute went to Vesztaly; what is cited was sent to Karst.
    link = references_of(archive, "frus1912Karst/d3")[1]
    assert link.target == "DEPARTMENT 12 1912-03-02"
    assert not link.likely[0].here
    assert [one.id for one in link.likely[1:]] == ["frus1912Karst/d2"]


def test_a_day_and_a_side_suffice_where_only_one_paper_fits(archive: Archive) -> None:
    assert targets(archive, "frus1912Karst/d4") == [("your telegram of the 4th instant", "d3")]


def test_a_slip_in_the_day_is_named(archive: Archive) -> None:
    link = references_of(archive, "frus1912Karst/d5")[0]
    assert link.target == "frus1912Karst/d4"
    assert "slip" in link.likely[0].reason


def test_the_editors_word_is_followed(archive: Archive) -> None:
    found = targets(archive, "frus1912Karst/d5")
    assert ("letter of January 3", "d1") in found or ("letter of January 3", "d2") in found
    assert any(target == "d3" and label.startswith("Not printed; but see") for label, target in found)
    assert targets(archive, "frus1912Karst/d6")[0] == ("Your instruction No. 80, April 2", "d5")
    refused = next(one for one in references_of(archive, "frus1912Karst/d5") if one.label.startswith("your 311"))
    assert (refused.target, refused.note) == ("KARST 311 1912-03-09", "Not printed.")


def test_links_lead_back(archive: Archive) -> None:
    assert [one.citing for one in cited_by(archive, "frus1912Karst/d1")][:1] == ["frus1912Karst/d3"]
    assert {one.citing for one in cited_by(archive, "frus1912Karst/d3")} == {"frus1912Karst/d4", "frus1912Karst/d5"}
    assert {one.citing for one in cited_by(archive, "FRUS1912KARST/D5")} == {"frus1912Karst/d6"}


def test_every_link_out_is_a_link_back(archive: Archive) -> None:
    for stored in archive:
        for link in references_of(archive, stored.facts.id):
            if link.target:
                back = [(one.citing, one.start) for one in cited_by(archive, link.target)]
                assert (link.citing, link.start) in back, link


def test_a_paper_that_is_not_here_has_its_facts(archive: Archive) -> None:
    found = ghost(archive, "KARST 311 1912-03-09")
    assert found is not None
    assert [(one.citing, one.label) for one in found.cited_by] == [("frus1912Karst/d5", "your 311, March 9, 2 p.m.")]
    assert found.until == "1912-03-09"
    names = [one.id for one in ghosts(archive)]
    assert "KARST 311 1912-03-09" in names
    assert "KARST 9 1911-05-03" in names or "DEPARTMENT 9 1911-05-03" in names
    assert ghost(archive, "KARST 999 1912-03-09") is None


def test_a_number_without_a_day_lies_between_its_neighbours(tmp_path: Path) -> None:
    asks = paper("d9", TO, "1912-03-20", "Where is your telegram No. 312?", number="90")
    later = paper("d8", FROM, "1912-03-18", "Coal is dear.", number="320")
    with kept(tmp_path / "b", *read(VOLUME + later + asks)) as archive:
        found = ghost(archive, "KARST 312 1912")
        assert found is not None
        assert found.after is not None
        assert found.before is not None
        assert (found.after.id, found.before.id) == ("frus1912Karst/d1", "frus1912Karst/d8")
        assert found.until == "1912-03-18"


def test_papers_make_threads(archive: Archive) -> None:
    found = thread(archive, "frus1912Karst/d3", steps=1)
    assert ("frus1912Karst/d3", "frus1912Karst/d1") in {(tie.citing, tie.cited) for tie in found.ties}


def test_the_tables_are_what_the_records_say(archive: Archive) -> None:
    assert [one for one in check(archive, deep=True) if one.code != "index"] == []
    with archive.writing() as connection:
        connection.execute("UPDATE citation SET number = '1' WHERE number = '310'")
    assert [one.code for one in check(archive) if one.code != "index"] == ["listed-wrong"]


@pytest.mark.parametrize(
    ("words", "place", "keys", "name"),
    [
        ("Ambassador in Great Britain (Page); Page", "London", {"GREATBRITAIN", "LONDON", "PAGE"}, "GREATBRITAIN"),
        ("Acting Secretary of State", "Washington", {"DEPARTMENT"}, "DEPARTMENT"),
        ("Mr. Seward", "Department of State, Washington", {"SEWARD", "DEPARTMENT"}, "SEWARD"),
        ("Secretary of State for Foreign Affairs", "London", {"LONDON"}, None),
        ("Consul at Vladivostok (Caldwell)", "", {"VLADIVOSTOK", "CALDWELL"}, "VLADIVOSTOK"),
        ("", "", set(), ""),
    ],
)
def test_sides_have_keys(words: str, place: str, keys: set[str], name: str | None) -> None:
    assert keys <= keys_of(words, place)
    assert ("DEPARTMENT" in keys_of(words, place)) == ("DEPARTMENT" in keys)
    if name is not None:
        assert name_of(words) == name
