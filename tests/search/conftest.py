"""The sample archive, for tests that only look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reftel.archive import Archive, ingest, open_archive
from reftel.search import following

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    place = tmp_path_factory.mktemp("samples") / "a"
    with open_archive(place, create=True) as opened, following(opened) as index:
        ingest(opened, [SAMPLES], jobs=0, follower=index)
    with open_archive(place) as opened:
        yield opened
