"""The compiler: data and template in, a PDF out. The text is data to it, and no part of the program it runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from reftel.errors import MissingExtra, SettingError
from reftel.publish.pdf.legible import each_text, numbered, rare, safe
from reftel.publish.pdf.sheets import Book

TEMPLATE = Path(__file__).with_name("template")
FAMILIES = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")  # the compiler brings them
_MISSING = re.compile(r"the text `\"((?:[^\"\\]|\\.)*)\"`")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_PROBE = b"""
#let data = json(bytes(sys.inputs.data))
#set document(title: "probe")
#set text(lang: "en", font: data.fonts, fallback: true)
#for sign in data.signs { par(sign) }
"""
_STANDARD = ["ua-1"]
_known: dict[tuple[str, ...], tuple[set[str], set[str]]] = {}


def compiled(book: Book, folders: tuple[str, ...] = ()) -> bytes:
    """The PDF of `book`: tagged, and held to PDF/UA-1; the same bytes for the same book.

    `folders` hold fonts for what the compiler's own do not have. Where characters cannot be joined in any font, the file is
    tagged all the same but not held to the standard.
    """
    if absent := [folder for folder in folders if not Path(folder).is_dir()]:
        raise SettingError("there is no folder of fonts here", where=absent[0])
    data = each_text(msgspec.to_builtins(book), safe)
    data["fonts"] = [*FAMILIES, *(name for name in _fonts(folders).families() if name not in FAMILIES)]
    missing = _missing(rare(data), data["fonts"], folders)
    data = numbered(data, missing)
    data["numbered"] = bool(missing)
    try:
        return _run(TEMPLATE / "edition.typ", data, folders, _STANDARD)
    except _typst().TypstError as error:
        if not _MISSING.search(error.diagnostic):
            raise SettingError(f"the PDF could not be set: {error.message}") from error
    return _run(TEMPLATE / "edition.typ", data, folders, [])


def _run(source: Path | bytes, data: Any, folders: tuple[str, ...], standards: list[str]) -> bytes:
    compiler = _typst().Compiler(
        input=source, root=TEMPLATE, font_paths=_fonts(folders), ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )  # fmt: skip
    made = compiler.compile(format="pdf", pdf_standards=standards, timestamp=0)
    return bytes(made)


def _missing(signs: set[str], fonts: list[str], folders: tuple[str, ...]) -> frozenset[str]:
    """Those of `signs` that no font has; each is asked for once."""
    have, lack = _known.setdefault(folders, (set(), set()))
    asked = signs - have - lack
    found: set[str] = set()
    while asked - found:
        more = _refused(asked - found, fonts, folders)
        if not more:
            break
        found |= more
    have |= asked - found
    lack |= found
    return frozenset(signs & lack)


def _refused(signs: Iterable[str], fonts: list[str], folders: tuple[str, ...]) -> set[str]:
    wanted = set(signs)
    try:
        _run(_PROBE, {"fonts": fonts, "signs": sorted(wanted)}, folders, _STANDARD)
    except _typst().TypstError as error:
        named = {sign for text in _MISSING.findall(error.diagnostic) for sign in _ESCAPED.sub(_meant, text)}
        return (named & wanted) or wanted  # what is refused in other words is not risked
    return set()


def _meant(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else str(match[2])


@lru_cache(maxsize=8)
def _fonts(folders: tuple[str, ...]) -> Any:
    """The compiler's own fonts and those in `folders`; never the system's, so that every machine sets the same pages."""
    return _typst().Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))


def _typst() -> Any:
    try:
        return import_module("typst")
    except ImportError as error:
        raise MissingExtra("PDF needs the compiler Typst", hint="pip install 'reftel[pdf]'") from error
