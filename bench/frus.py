"""How well FRUS volumes are read: documents, telegrams against the editors' marks, fields, cross references.

    bench/frus.py FOLDER [--json]

The gold is taken from the raw file by regular expressions, on a way of its own that shares nothing with the reader:
no XML parser, no tree, no rule of the reader's. A document is gold as a telegram if the editors' unnumbered notes
and centred lines before its body, or the first words of its heading, have the word (`[Telegram.]`, `: Telegram`,
`[By cable.]`, `Cablegram from ...`).
"""

from __future__ import annotations

import argparse
import html
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from reftel.release import Origin, Reject, Release
from reftel.sources.base import HEAD_BYTES, Input
from reftel.sources.frus_tei import FORM

_DOCUMENT = re.compile(r'<div\b[^>]*\btype="document"[^>]*>')
_DIV = re.compile(r"<(/?)div\b[^>]*?(/?)>")
_NOTE = re.compile(r"<note\b([^>]*)>(.*?)</note>", re.DOTALL)
_BODY = re.compile(r'<p\b(?![^>]*rend="(?:center|right|flushleft)")|<closer|<list\b|<table|<quote|<frus:attachment')
_CENTRED = re.compile(r'<p\b[^>]*rend="center"[^>]*>(.{0,300}?)</p>', re.DOTALL)
_HEAD = re.compile(r"<head\b[^>]*>(.*?)</head>", re.DOTALL)
_WORD = re.compile(r"\b(?:(?:tele|cable|radio)gram\b|telegraphic\b|(?:by|per) (?:cable|telegraph)\b)", re.IGNORECASE)
_TALK = re.compile(
    r"^(?:memorandum|letter|note|reply|despatch|airgram|minutes|paper|editorial)|^rest of", re.IGNORECASE
)
_REF = re.compile(r'<ref\b[^>]*\btarget="([^"]+)"')


class Gold(msgspec.Struct):
    """What the raw mark-up of one document says."""

    telegram: bool
    sender: bool
    recipient: bool
    date: bool
    references: Counter[str]


class Tally(msgspec.Struct):
    """The figures of a run; lists hold ids, to be read by eye."""

    volumes: int = 0
    documents: int = 0
    read: int = 0
    marked: int = 0
    found: int = 0
    right: int = 0
    by_form: list[str] = []
    wrong: list[str] = []
    missed: list[str] = []
    fields: dict[str, list[int]] = msgspec.field(
        default_factory=lambda: {"sender": [0, 0], "recipient": [0, 0], "date": [0, 0]}  # filled, marked
    )
    own_references: int = 0
    own_references_kept: int = 0
    all_references: int = 0
    all_references_kept: int = 0
    lost_references: list[str] = []
    rejects: list[str] = []
    exceptions: list[str] = []
    seconds: float = 0.0


def plain(markup: str) -> str:
    """`markup` without its tags, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


def gold_documents(markup: str) -> Iterator[Gold]:
    """The gold of each document, in the order of their opening tags; nested ones are cut out of what holds them."""
    for start in _DOCUMENT.finditer(markup):
        depth, end = 0, len(markup)
        for tag in _DIV.finditer(markup, start.start()):
            depth += 0 if tag[2] else -1 if tag[1] else 1
            if depth == 0:
                end = tag.end()
                break
        yield gold(start[0], _without_nested(markup[start.end() : end]))


def _without_nested(body: str) -> str:
    while nested := _DOCUMENT.search(body):
        depth = 0
        for tag in _DIV.finditer(body, nested.start()):
            depth += 0 if tag[2] else -1 if tag[1] else 1
            if depth == 0:
                body = body[: nested.start()] + body[tag.end() :]
                break
        else:
            return body[: nested.start()]
    return body


def gold(opening: str, body: str) -> Gold:
    """The gold of one document from its opening tag and its mark-up."""
    own = re.sub(r"<frus:attachment.*?</frus:attachment>|<quote\b.*?</quote>", "", body, flags=re.DOTALL)
    unnoted = _NOTE.sub("", own)
    dated = re.search(r"<dateline\b.*?</dateline>", own, re.DOTALL)
    return Gold(
        telegram=_marked(body),
        sender=bool(re.search(r'type="from"', unnoted)),
        recipient=bool(re.search(r'type="to"', unnoted)),
        date="doc-dateTime-min=" in opening or bool(dated and re.search(r'<date\b[^>]*(?:when|from)="\d', dated[0])),
        references=Counter(_REF.findall(body)),
    )


def _marked(body: str) -> bool:
    heading = _HEAD.search(body)
    title = plain(_NOTE.sub("", heading[1])) if heading else ""
    title = re.sub(r"^(?:No\. )?\d+\.?\s", "", title)
    before = body[: stop.start()] if (stop := _BODY.search(body)) else body
    lines = [plain(note[2]) for note in _NOTE.finditer(before) if "n=" not in note[1]]
    lines += [plain(line[1]) for line in _CENTRED.finditer(before)]
    if any(_WORD.search(line) and not _TALK.match(line.strip("[ ")) for line in lines if len(line) < 120):
        return True
    return bool(_WORD.search(title[:50])) and not _TALK.match(title)


def kept(release: Release) -> Counter[str]:
    """The targets of the references kept with a release, in its marks and its notes."""
    found = Counter(mark.target for mark in release.marks if mark.kind == "reference")
    for note in release.notes:
        found.update(note.target.split())
    return found


def measure(path: Path, tally: Tally) -> None:
    """Add one volume to the tally."""
    markup = path.read_text(encoding="utf-8-sig", errors="replace")
    markup = re.sub(r"<!--.*?-->", "", markup, flags=re.DOTALL)
    golds = list(gold_documents(markup))
    with path.open("rb") as stream:
        source = Input(Origin(str(path)), stream.read(HEAD_BYTES), lambda: path.open("rb"))
    started = time.perf_counter()
    try:
        records = list(FORM.read(source))
    except Exception as error:  # the figure is that there is none
        tally.exceptions.append(f"{path.name}: {error!r}")
        records = []
    tally.seconds += time.perf_counter() - started
    releases = [record for record in records if isinstance(record, Release)]
    tally.rejects += [f"{path.name}: {record.reason}" for record in records if isinstance(record, Reject)]
    tally.volumes += 1
    tally.documents += len(golds)
    tally.read += len(releases)
    for expected, release in zip(golds, releases, strict=False):
        compare(expected, release, tally)


def compare(expected: Gold, release: Release, tally: Tally) -> None:
    """Hold one release against its gold."""
    telegram, by_form = release.kind == "cable", release.given.fields.get("genre_by") == "form"
    tally.marked += expected.telegram
    if telegram and by_form and not expected.telegram:
        tally.by_form.append(release.given.id)
    elif telegram:
        tally.found += 1
        tally.right += expected.telegram
        if not expected.telegram:
            tally.wrong.append(release.given.id)
    elif expected.telegram:
        tally.missed.append(release.given.id)
    for name, marked in (("sender", expected.sender), ("recipient", expected.recipient), ("date", expected.date)):
        if marked:
            tally.fields[name][0] += bool(getattr(release.given, name))
            tally.fields[name][1] += 1
    here = expected.references & kept(release)
    own = ("#", release.given.fields.get("volume", "\n") + "#")
    tally.all_references += expected.references.total()
    tally.all_references_kept += here.total()
    tally.own_references += sum(count for target, count in expected.references.items() if target.startswith(own))
    tally.own_references_kept += sum(count for target, count in here.items() if target.startswith(own))
    tally.lost_references += [f"{release.given.id} {target}" for target in expected.references - here]


def share(part: int, whole: int) -> float:
    """`part` of `whole`; 1 of nothing."""
    return part / whole if whole else 1.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print everything as one JSON object")
    options = parser.parse_args()
    tally = Tally()
    files = [options.folder] if options.folder.is_file() else sorted(options.folder.rglob("*.xml"))
    for path in files:
        with path.open("rb") as stream:
            if FORM.recognise(stream.read(HEAD_BYTES)) < 0.5:
                continue
        measure(path, tally)
    precision, recall = share(tally.right, tally.found), share(tally.right, tally.marked)
    if options.json:
        print(json.dumps({"precision": precision, "recall": recall, **msgspec.to_builtins(tally)}, ensure_ascii=False))
        return 0
    print(f"volumes      {tally.volumes}, read in {tally.seconds:.1f} s")
    print(f"documents    {tally.read} read of {tally.documents}")
    print(f"telegrams    {tally.found} found, {tally.marked} marked by the editors")
    print(f"  by form    {len(tally.by_form)} more that no editor marks: {' '.join(tally.by_form[:20])}")
    print(f"  wrong      {len(tally.wrong)} {' '.join(tally.wrong[:20])}")
    print(f"  missed     {len(tally.missed)} {' '.join(tally.missed[:20])}")
    for name, (filled, marked) in tally.fields.items():
        print(f"{name:<12} {filled} of {marked} marked ({share(filled, marked):.4f})")
    print(f"references   {tally.own_references_kept} of {tally.own_references} within the volume kept, ", end="")
    print(f"{tally.all_references_kept} of {tally.all_references} in all")
    for line in [*tally.lost_references[:10], *tally.rejects[:10], *tally.exceptions[:10]]:
        print(f"  {line}")
    print(
        f"{tally.read} documents, {tally.found} telegrams, precision {precision:.4f}, recall {recall:.4f}, "
        f"{len(tally.exceptions)} exceptions"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
