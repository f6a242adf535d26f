from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_the_reference_of_the_command_line_is_up_to_date() -> None:
    script = PROJECT / "docs" / "make_reference.py"
    result = subprocess.run([sys.executable, str(script), "--check"], check=False)
    assert result.returncode == 0, "run: python docs/make_reference.py"
