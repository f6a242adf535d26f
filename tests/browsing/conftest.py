"""The archives that the reader is tested on, and a client that asks without a socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from browsing import hostile as attacks
from reftel.archive import Archive, ingest, open_archive
from reftel.claims import make_claims
from reftel.desk import Card, Desk, card_of, target_on, words_in
from reftel.search import Query, SavedSearches, following
from reftel.web import Own, Settings, make_app

HERE = "http://127.0.0.1:8417"  # a name that forms are taken under
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Origin": HERE}
MARENGO = "07MARENGO212"
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the sample collection."""
    return _ingested(tmp_path_factory.mktemp("samples") / "samples", SAMPLES)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose every field tries to run as a program."""
    path = tmp_path_factory.mktemp("hostile") / "hostile"
    attacks.keep(path)
    return path


@pytest.fixture(scope="session")
def client(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The reader with a desk beside it, on which a few things lie."""
    own = own_at(tmp_path_factory.mktemp("desk"))
    with open_archive(samples) as archive:
        furnish(own, archive)
    settings = Settings(own=own)
    with TestClient(make_app(samples, settings), base_url=HERE, raise_server_exceptions=False) as client:
        yield client


def own_at(place: Path, author: str = "anna") -> Own:
    """A desk and saved searches in a folder."""
    return Own(Desk(place / "desk.sqlite", author), SavedSearches(place / "saved.sqlite"))


def furnish(own: Own, archive: Archive) -> None:
    """Lays a collection, notes, a tag and a saved search on a desk: the samples of the table of pages are among them."""
    own.desk.create("Harbour", "Who pays for the mud?")
    for name in ("07MARENGO212", "06VESZTALY418", "05DOLUNAY377"):
        own.desk.add("Harbour", [card_of(archive.named(name)[0])])
    own.desk.add("Harbour", [Card("08MARENGO1", title="A cable that is not here")])
    (marengo,) = archive.named("07MARENGO212")
    own.desk.write(target_on(marengo, "p3"), "Which pencil?")
    own.desk.write(target_on(marengo, "p2", words_in(marengo, "p2", "Ambassador drew")), "On all of them?")
    own.desk.write(target_on(marengo), "Read again with the tide table.")
    own.desk.tag(target_on(marengo, "p3"), "mud")
    own.desk.tag(target_on(marengo), "Vasseur")
    own.searches.save("harbour", Query(words="harbour", since="2006"))


def _ingested(path: Path, source: Path) -> Path:
    with open_archive(path, create=True) as archive, following(archive) as follower:
        ingest(archive, [source], jobs=0, follower=follower)
        with make_claims(archive) as claims:
            claims.bring_up(jobs=0)
    return path


class Reading:
    """A reader of one archive with a desk of his own."""

    def __init__(self, archive: Path, place: Path, **more: Any) -> None:
        self.own = own_at(place)
        with open_archive(archive) as opened:
            furnish(self.own, opened)
        own = Own(self.own.desk, self.own.searches, lets=more.pop("lets", True))
        app = make_app(archive, Settings(own=own, **more))
        self.client = TestClient(app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False)

    def post(self, deed: str, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        return self.client.post(f"/desk/{deed}", data=fields, headers=FROM_HERE if headers is None else headers)

    def data(self, address: str) -> Any:
        return self.client.get(address).json()["data"]


@pytest.fixture
def reading(samples: Path, tmp_path: Path) -> Iterator[Reading]:
    found = Reading(samples, tmp_path)
    with found.client:
        yield found
