"""How well citations in FRUS volumes are followed, against the editors' own verdicts in the footnotes.

    bench/references.py FOLDER [--json] [--list]

The gold is taken from the raw mark-up on a way of its own: a footnote whose mark stands right behind a telegram,
despatch, instruction, note, letter ... that is called by its number or its day, and that says of it `Not printed.`,
or where it is printed (`Supra`, `Ante, p. 801`, `Document 53`, a link). The archive that is asked never sees a footnote,
nor a link of the editors'. `--list` prints every item on which they disagree; that is where editors' slips are found.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from reftel.archive import open_archive
from reftel.archive.archive import Archive
from reftel.archive.ingesting import ingest_met
from reftel.archive.papers import CitedPaper
from reftel.archive.tracing import LINKED, paper_in, weighed
from reftel.release import Note, Release
from reftel.sources import read_paths
from reftel.sources.base import HEAD_BYTES
from reftel.sources.frus_tei import FORM

SLIPS = Path(__file__).with_name("editors_slips.json")  # verdicts that were read by eye and are wrong
_TOKEN = re.compile(
    r"<div\b(?P<div>[^>]*)>|(?P<end></div>)|<pb\b(?P<pb>[^>]*?)/?>|<note\b(?P<attributes>[^>]*)>(?P<note>(?:(?!</?note\b).)*)</note>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'([\w:.-]+)\s*=\s*"([^"]*)"')
_NOTE = re.compile(r"<note\b[^>]*>.*?</note>", re.DOTALL)
_TARGET = re.compile(r'\btarget="([^"]+)"')

_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Aug|Sept|Oct"
    "|Nov|Dec)"
)
_TH = r"\d{1,2}(?:st|d|nd|rd|th)"
_NTH = r"\d{1,2}(?:st|d|nd|rd|th)?"
_DAY = (
    rf"(?:{_MONTH}\.? {_NTH}(?: \[\d+\??\])?(?:,? \d{{4}})?(?: \[\d+\])?(?: last)?"
    rf"|(?:the )?{_NTH} (?:of )?{_MONTH}(?:,? \d{{4}})?|the {_TH}(?: (?:instant|ultimo|inst\.|ult\.))?)"
)
_HOUR = r"(?:\d{1,2}(?: \[\d+\??\])?(?:[.:]\d\d)? ?[ap]\. ?(?:\[p\.\] )?m\.?|noon|midnight)"
_KIND = (
    r"(?:[Tt]elegram|[Cc]able|[Cc]ablegram|[Dd][ei]spatch|[Ii]nstruction|[Nn]ote|[Ll]etter|[Mm]emorandum|[Mm]emoranda|[Aa]irgram"
    r"|[Cc]ircular|[Cc]ommunication|[Mm]essage)(?:s|es)?"
)
_OWNER = (
    r"(?:[Mm]y|[Yy]ours?|[Oo]ur|\w+[’']s|\w+s[’'])"
    r"(?:,? (?:unnumbered|circular|No\.|Nos\.|[Nn]umbers?|of|dated|confidential))*"
)
# The end of a text that calls a paper: its kind or its owner, then its number and its day, or one of both.
_CALLED = re.compile(
    rf"\b(?:{_KIND}\b[^;!?]{{0,70}}?|{_OWNER} )"
    rf"(?:(?P<number>\b\d{{1,5}})(?: \[\d+\])?\]?,?(?: \(?(?:of|dated|under date of))?,? (?P<day>{_DAY})"
    rf"|(?P<number2>(?<!\d, )(?<!\] \d\d, )\b\d{{1,5}})|(?P<day2>{_DAY}))"
    rf"(?:(?:,|—| at)? ?(?P<hour>{_HOUR}))?[\s,.;:)\]”’]*$"
)
_NO_PAPER = re.compile(
    r"\b(?:line|page|paragraph|article|section|[Ee]nclosure|[Ii]nclosure)s?(?: No\.)? \d+\)?[\s,.;:]*$"
)
_PAPER = r"(?:telegram|despatch|dispatch|letter|note|instruction|memorandum|communication|circular|document|doc\.)"
_NOT_PRINTED = re.compile(
    rf"(?:(?:the )?(?:{_PAPER}|it)(?: no\. (?P<said>\d+))?,? (?:is )?not printed"
    r"|not (?:printed|reprinted|found)(?! in (?:full|part)))\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"(?:see |printed |for text,? see |presumably |i\. ?e\., )*(?:as |on |in )?"
    rf"(?:(?:the )?{_PAPER}? ?(?:no\. )?\d*(?:, dated)?,? ?(?:[a-z]+\.? \d{{1,2}}(?:, \d{{4}})?(?:, [\d:.]+ [ap]\. ?m\.)?,? ?)?)?"
    r"(?:(?:foreign relations|ibid|for\. rel)[^;]*|ante|supra|infra|post|vol\.[^;]*|pp?\. ?\d[^;]*|document \d+|no\. \d+)"
    r"[\s\S]{0,30}$",
    re.IGNORECASE,
)
_VOLUME = re.compile(r"vol\.|foreign relations|for\. rel|ibid", re.IGNORECASE)
_PAGE = re.compile(r"\bpp?\. ?(\d{1,4})")


class Item(msgspec.Struct):
    """One verdict of the editors: on which mention, in which paper, under which note, and where it is printed."""

    document: str
    label: str
    at: int  # which of the paper's notes with this label and these words
    mention: str
    note: str
    number: str
    day: str
    hour: str
    verdict: str  # printed, elsewhere, not-printed
    targets: list[str] = []
    answer: str = ""
    confidence: float = 0.0
    reason: str = ""
    read: bool = False
    naive: str = ""


class Place(msgspec.Struct):
    """A document as the raw mark-up has it: its id, its pages and its first words."""

    id: str
    number: str
    pages: set[str]
    opening: str


class Volume:
    """A volume's mark-up, walked once: its documents with their pages, and the notes in each with what stands before."""

    def __init__(self, markup: str) -> None:
        self.markup = re.sub(r"<!--.*?-->", "", markup, flags=re.DOTALL)
        named = re.search(r'<TEI\b[^>]*xml:id="([^"]+)"', self.markup)
        self.id = named[1] if named else ""
        self.documents: list[Place] = []
        self.notes: list[tuple[Place, str, int, str, str]] = []
        self._walk()

    def _walk(self) -> None:
        stack: list[Place | None] = []
        page = ""
        unnamed = 0
        seen: dict[tuple[str, str, str], int] = {}
        for token in _TOKEN.finditer(self.markup):
            here = next((place for place in reversed(stack) if place), None)
            if token["div"] is not None:
                attributes = dict(_ATTRIBUTE.findall(token["div"]))
                if attributes.get("type") != "document":
                    if not token["div"].rstrip().endswith("/"):
                        stack.append(None)
                    continue
                name = attributes.get("xml:id", "")
                if not name:
                    unnamed += 1
                    name = f"{here.id.split('/')[1] if here else ''}.{unnamed}"
                elif here is None:
                    unnamed = 0
                opening = self._opening(token.end())
                stack.append(Place("/".join(filter(None, (self.id, name))), attributes.get("n", ""), {page}, opening))
                self.documents.append(stack[-1])  # type: ignore[arg-type]
            elif token["end"]:
                if stack:
                    stack.pop()
            elif token["pb"] is not None:
                page = dict(_ATTRIBUTE.findall(token["pb"])).get("n", "")
                for place in stack:
                    if place:
                        place.pages.add(page)
            elif here is not None and (label := dict(_ATTRIBUTE.findall(token["attributes"])).get("n")):
                key = (here.id, label, _key(plain(token["note"])))
                seen[key] = seen.get(key, -1) + 1
                self.notes.append((here, label, seen[key], token["note"], self._before(token.start())))

    def _opening(self, at: int) -> str:
        """The first words of the document whose mark-up begins at `at`: its heading, dateline and number."""
        markup = _NOTE.sub(" ", self.markup[at : at + 3000])
        return plain(re.split(r"</div>|<div\b", markup)[0])[:400]

    def _before(self, at: int) -> str:
        """The text of the paragraph before a note's mark."""
        markup = _NOTE.sub("", self.markup[max(0, at - 4000) : at])
        last = max(
            (
                match.end()
                for match in re.finditer(r"<(?:p|head|item|dateline|opener|closer|div|row|cell|signed)\b[^>]*>", markup)
            ),
            default=0,
        )
        return plain(markup[last:])


def plain(markup: str) -> str:
    """The words of some mark-up on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


def _key(note: Note | str) -> str:
    return re.sub(r"\W", "", note if isinstance(note, str) else note.text)[:40]


def gold(volumes: list[Volume]) -> Iterator[Item]:
    """Every verdict of the editors on a paper that is called by number or day."""
    held = {volume.id: volume for volume in volumes}
    for volume in volumes:
        for place, label, at, markup, before in volume.notes:
            called = _CALLED.search(before[-200:])
            if not called:
                continue
            note = plain(markup)
            if _NO_PAPER.search(called[0]):
                continue
            item = Item(
                place.id, label, at, called[0][-120:].strip(), note, called["number"] or called["number2"] or "",
                called["day"] or called["day2"] or "", called["hour"] or "", "",
            )  # fmt: skip
            if verdict := _NOT_PRINTED.match(note):
                if verdict["said"] and verdict["said"] != item.number:
                    continue  # of several numbers, that is said of another
                item.verdict = "not-printed"
                yield item
            elif _POINTER.match(note) and not re.search(r"\bfootnote\b|not printed", note):
                item.targets = list(_pointed(note, markup, volume, held, place, item))
                if item.targets == [place.id]:
                    continue  # an enclosure of the same paper
                item.verdict = "printed" if item.targets else "elsewhere"
                if item.targets or _VOLUME.search(note):
                    yield item


def _pointed(note: str, markup: str, volume: Volume, held: dict[str, Volume], here: Place, item: Item) -> Iterator[str]:
    """The documents that a note points to; none where they stand in a volume that is not here."""
    found: list[Place] = []
    targets = _TARGET.findall(markup)
    for target in targets:
        name, _, mark = target.partition("#")
        there = held.get(name) if name else volume
        if there is None:
            return
        if mark.startswith("pg_"):
            found += [place for place in there.documents if mark[3:] in place.pages]
        else:
            found += [place for place in there.documents if place.id == f"{there.id}/{mark}"]
    if not targets:
        index = volume.documents.index(here)
        if _VOLUME.search(note):
            return
        if page := _PAGE.search(note):
            found = [place for place in volume.documents if page[1] in place.pages]
        elif re.search(r"\bsupra\b", note, re.IGNORECASE) and index:
            found = [volume.documents[index - 1]]
        elif re.search(r"\binfra\b", note, re.IGNORECASE) and index + 1 < len(volume.documents):
            found = [volume.documents[index + 1]]
        elif number := re.search(r"\bdocument (\d+)", note, re.IGNORECASE):
            found = [place for place in volume.documents if place.number == number[1]]
    found = [place for place in found if place is not here] or found
    day = re.sub(r"\D*\[.*|,.*| last", "", item.day)
    hour = re.escape(item.hour.removesuffix(".")) if "[" not in item.hour else ""
    serial = rf"(?<!\d){item.number}(?!\d)" if item.number else ""
    for wanted in (serial, rf"{re.escape(day)}\b" if day and "the" not in day else "", hour):
        close = [place for place in found if wanted and re.search(wanted, place.opening)]
        found = close or found
    yield from (place.id for place in found)


def blind(releases: list[Release]) -> Iterator[Release]:
    """The releases without anything by which the editors say what is meant."""
    for one in releases:
        marks = tuple(mark for mark in one.marks if mark.kind != "reference")
        yield msgspec.structs.replace(one, notes=(), marks=marks)


def anchors(releases: list[Release]) -> dict[tuple[str, str, str], list[int]]:
    """Where the marks of footnotes stand in their paper's text, by paper, label and first words."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for one in releases:
        for note in one.notes:
            if note.at is not None and note.label:
                found.setdefault((one.given.id, note.label, _key(note)), []).append(note.at)
    return found


def answer(
    archive: Archive, items: list[Item], at: dict[tuple[str, str, str], list[int]], texts: dict[str, str]
) -> None:
    """What the archive says of each item."""
    columns = ", ".join(CitedPaper.__struct_fields__)
    query = f"SELECT {columns} FROM citation WHERE row = ? ORDER BY position"
    rows = dict(archive.ask("SELECT id, row FROM release"))
    papers: dict[tuple[str, str], list[str]] = {}
    for number, day, name in archive.ask(
        "SELECT paper.number, paper.day, release.id FROM paper JOIN release USING (row)"
    ):
        papers.setdefault((number, day), []).append(name)
    for item in items:
        places = at.get((item.document, item.label, _key(item.note)), [])
        place = places[item.at] if item.at < len(places) else None
        citing = paper_in(archive, rows[item.document]) if item.document in rows else None
        if place is None or citing is None:
            continue
        cited = [CitedPaper(*cells) for cells in archive.ask(query, (citing.row,))]
        before = [one for one in cited if one.start < place and place - one.stop <= 45]
        before = [one for one in before[-1:] if not re.search(r"\d", texts[item.document][one.stop : place])]
        if not before:
            continue
        item.read = True
        one = before[-1]
        item.naive = next(iter(papers.get((one.number, one.day), [])), "") if one.number and one.day else ""
        ranked = weighed(archive, citing, one)
        if ranked and ranked[0].confidence >= LINKED:
            item.answer, item.confidence, item.reason = ranked[0].id, ranked[0].confidence, ranked[0].reason


class Score(msgspec.Struct):
    """The figures."""

    volumes: int
    printed: int
    recalled: int
    wrong: int
    not_printed: int
    false_links: int
    slips: int
    elsewhere: int
    elsewhere_linked: int
    unread: int
    naive_recalled: int
    naive_wrong: int
    naive_false_links: int
    seconds: float

    @property
    def recall(self) -> float:
        """The share of printed papers that were found."""
        return self.recalled / self.printed if self.printed else 1.0

    @property
    def false_share(self) -> float:
        """The share of papers that are not printed for which one was claimed."""
        return self.false_links / self.not_printed if self.not_printed else 0.0


def scored(items: list[Item], volumes: int, seconds: float) -> Score:
    """The figures of `items`."""
    printed = [item for item in items if item.verdict == "printed"]
    unprinted = [item for item in items if item.verdict == "not-printed"]
    elsewhere = [item for item in items if item.verdict == "elsewhere"]
    slips = [[one["document"], one["note"], one["printed_as"]] for one in json.loads(SLIPS.read_text("utf-8"))]
    return Score(
        volumes,
        len(printed),
        sum(item.answer in item.targets for item in printed),
        sum(bool(item.answer) and item.answer not in item.targets for item in printed),
        len(unprinted),
        sum(bool(item.answer) for item in unprinted),
        sum([item.document, item.label, item.answer] in slips for item in unprinted),
        len(elsewhere),
        sum(bool(item.answer) for item in elsewhere),
        sum(not item.read for item in items),
        sum(item.naive in item.targets for item in printed),
        sum(bool(item.naive) and item.naive not in item.targets for item in printed),
        sum(bool(item.naive) for item in unprinted),
        seconds,
    )


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(HEAD_BYTES)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print everything as one JSON object")
    parser.add_argument("--list", action="store_true", help="print every item on which they disagree")
    options = parser.parse_args()
    started = time.perf_counter()
    files = [options.folder] if options.folder.is_file() else sorted(options.folder.rglob("*.xml"))
    files = [path for path in files if FORM.recognise(_head(path)) >= 0.5]
    volumes = [Volume(path.read_text(encoding="utf-8-sig", errors="replace")) for path in files]
    items = list(gold(volumes))
    releases = [one for one in read_paths(files, form="frus-tei") if isinstance(one, Release)]
    with tempfile.TemporaryDirectory() as folder, open_archive(Path(folder) / "blind", create=True) as archive:
        ingest_met(archive, blind(releases), jobs=0)
        answer(archive, items, anchors(releases), {one.given.id: one.text for one in releases})
    score = scored(items, len(volumes), time.perf_counter() - started)
    wrong = [item for item in items if (item.answer if item.verdict != "printed" else item.answer not in item.targets)]
    if options.json:
        figures = {**msgspec.to_builtins(score), "recall": score.recall, "false_share": score.false_share}
        print(json.dumps({**figures, "disagreements": msgspec.to_builtins(wrong)}, ensure_ascii=False))
        return 0
    if options.list:
        for item in wrong:
            said = f"{item.verdict} {' '.join(item.targets)}".strip()
            print(f"{item.document} note {item.label}: {item.mention!r}\n    editors: {said} ({item.note[:80]!r})")
            print(f"    archive: {item.answer or 'nothing' if item.read else 'not read as a citation'} {item.reason}")
    print(f"volumes      {score.volumes}, {score.seconds:.0f} s")
    print(f"verdicts     {len(items)}, of which {score.unread} stand behind no citation that was read")
    print(
        f"printed      {score.recalled} of {score.printed} found, {score.wrong} wrong (naive {score.naive_recalled}, {score.naive_wrong} wrong)"
    )
    print(f"not printed  {score.false_links} of {score.not_printed} linked (naive {score.naive_false_links})")
    print(f"  slips      {score.slips} of these are slips of the editors, verified by eye: the paper is printed")
    print(f"elsewhere    {score.elsewhere_linked} of {score.elsewhere} linked")
    print(f"recall on printed {score.recall:.4f}, false links on not printed {score.false_share:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
