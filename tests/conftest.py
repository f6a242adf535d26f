"""What all tests share."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import compiling

# How long an example takes tells of the machine, not of the project.
settings.register_profile("reftel", deadline=None)
settings.load_profile("reftel")

# Where Python was told to keep nothing that it compiled, each process of the tests would compile all of them again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Hundreds of archives are made, and each asks the disk several times to have written all; the tests end processes and
# never the machine, so that a disk in memory proves as much. In a container it may be a small one.
_MEMORY = Path("/dev/shm")
_NEEDED = 4 << 30  # ten times what the tests leave there while they run
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _NEEDED:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_sessionstart() -> None:
    """Refuses to test compiled modules that were made of other sources than those that stand here."""
    if compiling.is_stale():
        pytest.exit(
            "the compiled modules are stale: run `make .venv/compiled`, or `python tools/compiling.py --remove`", 3
        )


@pytest.fixture(autouse=True, scope="session")
def _no_saved_searches_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whoever runs the tests keeps his own saved searches, and his own desk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REFTEL_SAVED", str(tmp_path_factory.mktemp("saved") / "saved.sqlite"))
        patch.setenv("REFTEL_DESK", str(tmp_path_factory.mktemp("desk") / "desk.sqlite"))
        yield


def shared_data(name: str) -> Path:
    """A file or folder of real data beside the project; the test is skipped where it is absent."""
    path = _SHARED / name
    if not path.exists():
        pytest.skip(f"the real data {name!r} is not here (looked for in ../shared/data beside the project)")
    return path
