"""Score `reftel.read` on cases {kind, id, input, expected}, one JSON object a line.

    python bench/peer_cases.py FILE_OR_FOLDER [--json]

Each input goes through `reftel.read` alone; the functions below only take the compared field from the Cable.
Prints passed and total for each kind, the ids of the failed, and the share of all as the last line.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import reftel
from reftel.cable import Cable
from reftel.cable.authority import normal_name
from reftel.cable.prose import prose
from reftel.cable.records import Recipient

Case = dict[str, Any]

# The peer's table of kinds knows these; an entry of another kind (a license, a DTG) has no row there.
PEER_KINDS = {"cable", "email", "report", "book", "telcon"}


def _content(case: Case) -> Cable:
    given = case["input"]
    year = given.get("year")
    return reftel.read(given["content"], id=given.get("reference_id") or "", sent=str(year) if year else None)


def _identity(case: Case) -> Any:
    cable = reftel.read("", id=case["input"]["cable_id"])
    return cable.id.value if cable.id else None


def _references(case: Case) -> Any:
    targets = [one.target for one in _content(case).references if one.kind == "cable"]
    return list(dict.fromkeys(targets))


def _typed(case: Case) -> Any:
    return [
        {
            "value": one.target if one.kind == "cable" else one.label,
            "kind": one.kind,
            "bullet": one.letter or None,
            "title": one.title.value if one.title else None,
        }
        for one in _content(case).references
        if one.kind in PEER_KINDS
    ]


def _tags(case: Case) -> Any:
    return [tag.code for tag in _content(case).tags]


def _classified_by(case: Case) -> Any:
    name = _content(case).authority.name
    if name is None:
        return []
    return [normal_name(name.value) if case["input"].get("normalize") else name.value]


def _subject(case: Case) -> Any:
    cable = _content(case)
    if cable.subject is None or cable.subject.span is None:
        return ""
    if case["input"].get("clean") or cable.subject_mark is None or cable.subject_mark.span is None:
        return cable.subject.value
    spans = (cable.subject.span, cable.subject_mark.span)
    whole = cable.text[min(one.start for one in spans) : max(one.end for one in spans)]
    return " ".join(whole.split())


def _summary(case: Case) -> Any:
    cable = _content(case)
    return "\n".join(span.of(cable.text).strip() for span in cable.summary)


def _signers(case: Case) -> Any:
    return [name.value for name in _content(case).signature]


def _declassify_on(case: Case) -> Any:
    on = _content(case).declassification.on
    return on.value.isoformat() if on else None


def _recipient(one: Recipient) -> dict[str, Any]:
    return {
        "route": one.route or None,
        "name": one.name,
        "precedence": one.precedence or None,
        "mcn": one.continuity or None,
        "excluded": [excluded.name for excluded in one.excluded],
    }


def _recipients(case: Case) -> Any:
    return [_recipient(one) for one in reftel.read(case["input"]["header"]).transmission.action]


def _info_recipients(case: Case) -> Any:
    return [_recipient(one) for one in reftel.read(case["input"]["header"]).transmission.info]


def _clean_content(case: Case) -> Any:
    return prose(_content(case))


FIELDS: dict[str, Callable[[Case], Any]] = {
    "canonical_id": _identity,
    "canonical_id_invalid": _identity,
    "canonical_id_malformed": _identity,
    "references": _references,
    "references_typed": _typed,
    "tags": _tags,
    "classified_by": _classified_by,
    "subject": _subject,
    "summary": _summary,
    "signers": _signers,
    "declassify_on": _declassify_on,
    "recipients": _recipients,
    "info_recipients": _info_recipients,
    "clean_content": _clean_content,
}


def cases(path: Path) -> list[Case]:
    """Every case in a file, or in the .jsonl files of a folder."""
    files = sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]


def score(all_cases: list[Case]) -> dict[str, Any]:
    """Passed and total for each kind, and what failed with what was read instead."""
    kinds: dict[str, dict[str, int]] = {}
    failed: list[dict[str, Any]] = []
    for case in all_cases:
        kind = case["kind"]
        count = kinds.setdefault(kind, {"passed": 0, "total": 0})
        count["total"] += 1
        read = FIELDS[kind](case) if kind in FIELDS else None
        if read == case["expected"]:
            count["passed"] += 1
        else:
            failed.append({"id": case["id"], "kind": kind, "expected": case["expected"], "read": read})
    passed = sum(count["passed"] for count in kinds.values())
    total = sum(count["total"] for count in kinds.values())
    return {"kinds": kinds, "failed": failed, "passed": passed, "total": total}


def main() -> int:
    """Print the score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="show what was read instead")
    options = parser.parse_args()
    result = score(cases(options.path))
    share = result["passed"] / max(1, result["total"])
    if options.json:
        print(json.dumps({**result, "share": share}, ensure_ascii=False))
        return 0
    for kind, count in result["kinds"].items():
        print(f"{kind:24} {count['passed']:4} / {count['total']}")
    for one in result["failed"]:
        print("failed", re.sub(r"\s", " ", one["id"]))
        if options.verbose:
            print("   expected", json.dumps(one["expected"], ensure_ascii=False))
            print("   read    ", json.dumps(one["read"], ensure_ascii=False))
    print(f"{result['passed']} / {result['total']} = {share:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
