"""Writes the generated pages of the reference: the JSON schema of records, the findings, the forms - and the picture.

    python docs/make_records.py [--check]

With --check nothing is written; the exit code is 1 where a page is out of date.
"""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import msgspec
from rich.console import Console

from reftel.cable import Cable
from reftel.cli.layout import lay_out
from reftel.document import Document
from reftel.finding import CODES
from reftel.incident import Incident
from reftel.record import read_record
from reftel.release import Release
from reftel.sources import forms, read_paths

DOCS = Path(__file__).resolve().parent
SAMPLE = DOCS.parent / "samples" / "mirror" / "05DOLUNAY377.txt"
_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}\s*")


def schema() -> str:
    """The JSON schema of what `reftel read --json` prints under `record` and `release`."""
    components = {}
    for kind in (Release, Cable, Incident, Document):
        whole = msgspec.json.schema(kind, ref_template="#/$defs/{name}")
        components.update(whole.get("$defs", {}))
    line = {
        "type": "object",
        "properties": {
            "kind": {"enum": ["cable", "incident", "document"]},
            "release": {"$ref": "#/$defs/Release"},
            "record": {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in ("Cable", "Incident", "Document")]},
        },
        "required": ["kind", "release", "record"],
    }
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A line of reftel's JSON", **line}
    return json.dumps({**document, "$defs": dict(sorted(components.items()))}, indent=1, ensure_ascii=False) + "\n"


def findings() -> str:
    """The page of the findings' codes."""
    rows = "\n".join(f"| `{code}` | {meaning} |" for code, meaning in sorted(CODES.items()))
    return (
        "# Findings\n\nThis page is written by `docs/make_records.py`.\n\n"
        "A finding says what is lost, damaged, repaired or inferred in a record: a stable code, a message in words, the span\n"
        "of the text it is about where there is one, and a confidence from 0 to 1.\n\n"
        f"| code | meaning |\n| --- | --- |\n{rows}\n"
    )


def forms_page() -> str:
    """The page of the forms that can be read."""
    rows = "\n".join(f"| `{form.name}` | {form.title} | {form.about} |" for form in forms())
    return (
        "# Forms\n\nThis page is written by `docs/make_records.py`.\n\n"
        "A form is found by what a file holds, never by its name; `--form NAME` forces one. Folders, zip, tar, gz, xz and zst\n"
        "are walked, also in each other; a `.reftelignore` file in a folder names what to leave out, with git's rules.\n\n"
        f"| name | what | more |\n| --- | --- | --- |\n{rows}\n"
    )


def picture() -> str:
    """The picture of a damaged cable as `reftel read` lays it out, as SVG that fetches nothing."""
    (release,) = read_paths([SAMPLE])
    assert isinstance(release, Release)
    shown = msgspec.structs.replace(
        release, origin=msgspec.structs.replace(release.origin, file="samples/mirror/05DOLUNAY377.txt")
    )
    console = Console(record=True, width=96, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(lay_out(shown, read_record(shown)))
    svg = console.export_svg(title="reftel read samples/mirror/05DOLUNAY377.txt", unique_id="reftel")
    return _FONT_FACE.sub("", svg).replace(
        "Fira Code, monospace", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"
    )


def pages() -> dict[Path, str]:
    """Every generated page with its text."""
    return {
        DOCS / "reference" / "record.schema.json": schema(),
        DOCS / "reference" / "findings.md": findings(),
        DOCS / "reference" / "forms.md": forms_page(),
        DOCS / "images" / "cable.svg": picture(),
    }


def stale() -> list[Path]:
    """The pages that are absent or out of date."""
    return [path for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text]


def main() -> int:
    """Write or check."""
    if "--check" in sys.argv[1:]:
        for path in (old := stale()):
            print(f"{path} is out of date; run docs/make_records.py", file=sys.stderr)
        return 1 if old else 0
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
