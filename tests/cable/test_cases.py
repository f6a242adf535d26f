"""Golden cases: every folder is a field, every pair of files a case.

`NAME.txt` is the text, `NAME.json` what is given with it and what must be read; only the fields it names are compared.
The fields are those of the score gate (bench/gate.py); a bug that is found becomes a pair of files.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import reftel
from cable.spans import check
from gate import fields_of
from reftel.release import Given

CASES = Path(__file__).resolve().parents[1] / "cases" / "cable"


@pytest.mark.parametrize("path", sorted(CASES.rglob("*.txt")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path) -> None:
    case = json.loads(path.with_suffix(".json").read_text("utf-8"))
    given = case.get("given", {})
    text = path.read_text("utf-8").removesuffix("\n")
    cable = reftel.read(
        text, id=given.get("id", ""), sent=given.get("sent"), given=Given(notice=given.get("notice", ""))
    )
    check(cable)
    read = fields_of(cable)
    extra = {
        "mentions": [[mention.span.of(text), list(mention.references)] for mention in cable.mentions],
        "completeness": cable.completeness,
        "comments": [" ".join(span.of(text).split()) for span in cable.comments],
        "redactions": [value.value for value in cable.redactions],
        "breaks": [" ".join(value.value.split()) for value in cable.breaks],
        "blocks": [[block.kind, block.level, block.role] for block in cable.blocks],
        "excluded": [
            [one.name, [out.name for out in one.excluded]] for one in cable.transmission.action if one.excluded
        ],
        "precedences": [value.value for value in cable.transmission.precedences],
        "titles": [one.title.value if one.title else "" for one in cable.references],
        "reference_captions": [[caption.value for caption in one.captions] for one in cable.references],
        "previous": [one.and_previous for one in cable.references],
        "findings_all": sorted({one.code for one in cable.findings}),
        "tag_kinds": [tag.kind for tag in cable.tags],
    }
    for name, expected in case["expect"].items():
        assert (read | extra)[name] == expected, name
