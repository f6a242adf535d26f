"""The archives that the reader is tested on, and a client that asks without a socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from browsing import hostile as attacks
from reftel.archive import ingest, open_archive
from reftel.search import following
from reftel.web import make_app

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
def client(samples: Path) -> Iterator[TestClient]:
    with TestClient(make_app(samples), raise_server_exceptions=False) as client:
        yield client


def _ingested(path: Path, source: Path) -> Path:
    with open_archive(path, create=True) as archive, following(archive) as follower:
        ingest(archive, [source], jobs=0, follower=follower)
    return path
