"""Releases to test with: short telegrams about nobody."""

from __future__ import annotations

from pathlib import Path

from reftel.archive import Archive, make_entry, open_archive
from reftel.release import Given, Origin, Release


def telegram(
    number: int, *, post: str = "PARIS", words: str = "HARBOUR DUES", body: str = "", file: str = "a.csv"
) -> Release:
    """A whole short cable, number `number` of its post, sent on a day of 1987."""
    day, month = number % 28 + 1, number % 12 + 1
    text = (
        f"UNCLAS {post} {number:05d}\n\nSIPDIS\n\nE.O. 12356: N/A\nTAGS: ECON, EWWT, FR\nSUBJECT: {words}\n\n"
        f"1. (U) SUMMARY: The port of {post} has new dues.  END SUMMARY.\n\n"
        f"2. (U) Vessel {number} paid them under protest. {body}\n\nTHORNBURY\n"
    )
    given = Given(id=f"87{post}{number}", date=f"1987-{month:02d}-{day:02d}T09:30:00", origin=f"Embassy {post.title()}")
    return Release(text, "cable", "cablegate-csv", Origin(file, "", number), publisher="Cablegate", given=given)


def incident(key: str, title: str = "Road closed") -> Release:
    """An incident report with a text of its own."""
    given = Given(id=key, date="2007-05-01T12:00:00", title=title, fields={"Region": "RC NOWHERE"})
    return Release(f"{title}. Nobody was hurt.", "incident", "war-diary-csv", Origin("w.csv"), given=given)


def despatch(name: str, words: str) -> Release:
    """A document that is not a telegram."""
    given = Given(
        id=name, date="1911-03-02", title=f"The Minister to the Secretary, {words}", fields={"genre": "despatch"}
    )
    return Release(f"Sir: I have the honour to report {words}.", "document", "frus-tei", Origin("v.xml"), given=given)


def kept(path: Path, *releases: Release) -> Archive:
    """An open archive at `path` with `releases` in it."""
    archive = open_archive(path, create=True)
    archive.keep([make_entry(release) for release in releases])
    return archive
