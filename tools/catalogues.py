"""Finds the words of the reader and writes the template that catalogues are made from.

    python tools/catalogues.py [--check]

With --check it writes nothing, and exits with 1 where the template is out of date. A new language:
`pybabel init -i src/reftel/web/locale/reftel.pot -d src/reftel/web/locale -D reftel -l fr`, translate, `pybabel compile`.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

ROOT = Path(__file__).resolve().parents[1]
ROOM = ROOT / "src" / "reftel" / "web"
SITE = ROOT / "src" / "reftel" / "publish" / "site"
TEMPLATE = ROOM / "locale" / "reftel.pot"
_METHODS = [("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")]
_PLACE = re.compile(r"(%\(\w+\)s|%%)")
_ACCENTS = str.maketrans("AEIOUaeiouncsyz", "ÀÉÎÕÛàéîõûñçšýž")


def found() -> Catalog:
    """Every word of the reader, on a server and in files, in the order of the files."""
    catalogue = Catalog(project="reftel", domain="reftel", fuzzy=False)
    for room in (ROOM, SITE):
        for file, line, message, _, _ in extract_from_dir(
            room, _METHODS, {"**.html": {"silent": "false"}}, keywords={"said": None, "_": None, "ngettext": (1, 2)}
        ):
            catalogue.add(message, locations=[(Path(file).as_posix(), line)])
    return catalogue


def template(catalogue: Catalog) -> str:
    """The template as it is kept: without days and line numbers, so that it changes only with the words."""
    out = io.BytesIO()
    write_po(out, catalogue, omit_header=True, sort_output=True, include_lineno=False)
    return out.getvalue().decode("utf-8")


def pseudo(text: str) -> str:
    """`text` with accents and in brackets, its places kept: whatever is shown without brackets was not translated."""
    parts = _PLACE.split(text)
    return "⟦" + "".join(part if at % 2 else part.translate(_ACCENTS) for at, part in enumerate(parts)) + "⟧"


def write_pseudo(folder: Path, language: str) -> None:
    """Writes a catalogue of pseudo words for `language`, for tests."""
    catalogue = Catalog(locale=language, domain="reftel", fuzzy=False)
    for message in found():
        if message.id:
            catalogue.add(message.id, _pseudo_string(message, catalogue.num_plurals))
    place = folder / language / "LC_MESSAGES" / "reftel.mo"
    place.parent.mkdir(parents=True)
    with place.open("wb") as out:
        write_mo(out, catalogue)


def _pseudo_string(message: Message, plurals: int) -> str | tuple[str, ...]:
    if isinstance(message.id, str):
        return pseudo(message.id)
    return (pseudo(message.id[0]), *(pseudo(message.id[-1]) for _ in range(plurals - 1)))


def main() -> int:
    """The exit code: 1 where the template was checked and is out of date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say whether the template is up to date")
    text = template(found())
    if parser.parse_args().check:
        return 0 if TEMPLATE.is_file() and TEMPLATE.read_text(encoding="utf-8") == text else 1
    TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
    TEMPLATE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
