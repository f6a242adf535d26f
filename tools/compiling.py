"""Compiles the reading of cables and of statements with mypyc, in place: half as many cables again are read a second.

    python tools/compiling.py [--remove]

The compiled modules stand beside the sources and are imported instead of them, so they must be made again after every
change there: `make` does, and the tests refuse to run on stale ones. Where there is no C compiler nothing is made, and
everything runs as it is. What is compiled is the same typed Python: no other code, no other results.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "src"
ROOMS = (SOURCES / "reftel" / "cable", SOURCES / "reftel" / "statements")
STAMP = ROOMS[0] / "compiled.txt"
# Records are msgspec's, which makes classes of its own; the others hold no work.
LEFT_OUT = {"__init__.py", "records.py", "identity.py", "lexicon.py", "actors.py", "rows.py"}
SUFFIXES = (".so", ".pyd")


def modules() -> list[Path]:
    """The modules to compile, relative to the folder of sources."""
    found = (path for room in ROOMS for path in room.glob("*.py") if path.name not in LEFT_OUT)
    return sorted(path.relative_to(SOURCES) for path in found)


def digest() -> str:
    """What the compiled modules are made of: the sources, and the Python they are made for."""
    made_of = hashlib.sha256(sys.version.encode())
    for path in modules():
        made_of.update((SOURCES / path).read_bytes())
    return made_of.hexdigest()


def compiled() -> list[Path]:
    """The compiled modules that are there."""
    found = [*(path for room in ROOMS for path in room.iterdir()), *SOURCES.glob("*__mypyc.*")]
    return sorted(path for path in found if path.suffix in SUFFIXES)


def is_stale() -> bool:
    """Whether compiled modules are there that were made of other sources."""
    return bool(compiled()) and not (STAMP.is_file() and STAMP.read_text("utf-8") == digest())


def remove() -> None:
    """Takes the compiled modules away."""
    for path in (*compiled(), STAMP):
        path.unlink(missing_ok=True)


def compile_all() -> bool:
    """Whether the modules could be compiled; what the compiler said goes to standard error where not.

    Each room by itself and all at once: a compiler works on one file, with one processor, however long it is.
    """
    remove()
    with ThreadPoolExecutor(len(ROOMS)) as pool:
        if not all(pool.map(_compile, ROOMS)):
            remove()
            return False
    STAMP.write_text(digest(), "utf-8")
    return True


def _compile(room: Path) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "src")
        ignored = shutil.ignore_patterns("__pycache__", *(f"*{suffix}" for suffix in SUFFIXES))
        shutil.copytree(SOURCES, copy, ignore=ignored)
        setup = Path(folder, "setup.py")
        names = [path.as_posix() for path in modules() if SOURCES / path.parent == room]
        setup.write_text(
            "from mypyc.build import mypycify\nfrom setuptools import setup\n"
            f"setup(name='reftel', packages=[], ext_modules=mypycify({['--ignore-missing-imports', *names]!r}, "
            "opt_level='3', debug_level='0'))\n",
            "utf-8",
        )
        command = [sys.executable, str(setup), "--quiet", "build_ext", "--inplace"]
        environment = {**os.environ, "MYPYPATH": "", "CFLAGS": "-w"}
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, env=environment)
        if done.returncode:
            print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)
            return False
        for path in copy.rglob("*"):
            if path.suffix in SUFFIXES and "build" not in path.relative_to(copy).parts:
                shutil.copy2(path, SOURCES / path.relative_to(copy))
    return True


def main() -> int:
    """0 also where nothing could be compiled: reftel runs without."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--remove", action="store_true", help="take the compiled modules away")
    if parser.parse_args().remove:
        remove()
    elif compiled() and not is_stale():
        print("compiled already")
    elif shutil.which(os.environ.get("CC", "cc")) is None:
        remove()
        print("no C compiler here: cables are read a third slower")
    else:
        print("compiling the reading of cables and statements (a minute) ...", flush=True)
        print("compiled" if compile_all() else "could not be compiled: cables are read a third slower")
    return 0


if __name__ == "__main__":
    sys.exit(main())
