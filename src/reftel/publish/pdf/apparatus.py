"""What stands behind a text: its references, who cites it, its damage, its other releases, its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

import msgspec

from reftel.archive import Archive, Stored
from reftel.archive.link import Link
from reftel.archive.links import cited_by
from reftel.archive.versions import Copy, Cut, Versions, versions
from reftel.cable import Cable
from reftel.cable.records import Reference
from reftel.export.citing import citation_of
from reftel.export.citing import plain as plain_citation
from reftel.plain_words import in_words, iso_moment
from reftel.publish.pdf.cables import KINDS
from reftel.publish.pdf.marking import findings_of, letter
from reftel.publish.pdf.sheets import Item, Run, Runs, Section, folded, plain
from reftel.record import Record
from reftel.release import Note

_MOST_CITING = 24
_LONGEST_CUT = 600
_QUOTED = 90
_WORTH_QUOTING = 4
_ADDRESS = 12  # digits of a content address that tell releases apart
_FEW = 0.3  # from here on another year is worth a word


class Setting(msgspec.Struct, frozen=True):
    """The file that is being made: where it is read from, and the label of each record in it by id and by address.

    Of the labels that come `later`, in parts that are not set yet, no page is known.
    """

    archive: Archive
    labels: Mapping[str, str]
    later: frozenset[str] = frozenset()

    def named(self, number: str) -> Runs:
        """A record's number; where it is in this file, it leads there, and the page is told."""
        label = self.labels.get(number)
        if label is None:
            return (Run(number, "strong"),)
        if label in self.later:
            return (Run(number, "strong", to=label), Run(", further on in this file"))
        return (Run(number, "strong", to=label), Run(", page "), Run("", "at-page", to=label))


def references_section(
    setting: Setting, record: Record, label: str, links: Mapping[str, Link], others: Sequence[Link]
) -> Section:
    """What the record cites, in its REF block and elsewhere: as it is written, what is meant, why, and whether it is here."""
    entries = record.references if isinstance(record, Cable) else ()
    items = [
        Item(_meant(setting, reference, links.get(reference.label)), reference.letter, f"{label}-ref{at}")
        for at, reference in enumerate(entries)
    ]
    items += [Item(_cited(setting, link), label=f"{label}-cited{at}") for at, link in enumerate(others)]
    return Section("References", tuple(items))


def _cited(setting: Setting, link: Link) -> Runs:
    """What is cited in the running text, or pointed to by the editors of a volume."""
    written = f"“{folded(link.label)}”"
    said = f" {in_words(folded(link.note))}" if link.note and link.note != link.label else ""
    if not link.likely:
        return (Run(f"{written}.{said}"),)
    best = link.likely[0]
    here = "in the archive" if best.here else "not in the archive"
    why = in_words(best.reason).rstrip(".")
    return (*setting.named(best.id), Run(f". Written {written}; {here}; {why}.{said}", "quiet"))


def _meant(setting: Setting, reference: Reference, link: Link | None) -> Runs:
    written = f"“{folded(reference.label)}”"
    title = f", “{folded(reference.title.value)}”" if reference.title else ""
    if link is None or not link.likely:
        kind = "" if reference.kind in ("cable", "other") else f", {KINDS.get(reference.kind, reference.kind)}"
        return (Run(f"{written}{title}{kind}."),)
    best, *others = link.likely
    here = "in the archive" if best.here else "not in the archive"
    why = "" if reference.year_given else f"; {in_words(best.reason.removeprefix('it is here, '))}"
    less = [one.id for one in others if one.confidence >= _FEW and not reference.year_given]
    instead = f" Less likely: {', '.join(less)}." if less else ""
    return (*setting.named(best.id), Run(f"{title}. Written {written}; {here}{why}.{instead}", "quiet"))


def cited_section(setting: Setting, number: str) -> Section:
    """Who cites it, in the order of time, each once."""
    citing: dict[str, Link] = {}
    for link in cited_by(setting.archive, number) if number else ():
        if link.citing and link.citing != number:
            citing.setdefault(link.citing, link)
    items = [
        Item((*setting.named(one.citing), Run(f", {iso_moment(one.sent[:10])}, as “{folded(one.label)}”.", "quiet")))
        for one in list(citing.values())[:_MOST_CITING]
    ]
    if len(citing) > _MOST_CITING:
        items.append(Item(plain(f"and {len(citing) - _MOST_CITING:,} more.")))
    return Section("Cited by", tuple(items))


def doubts_section(stored: Stored, label: str) -> Section:
    """What is missing, damaged, inferred or in doubt, in words, by the letters that mark it in the text."""
    items = []
    for number, finding in enumerate(findings_of(stored.release, stored.record)):
        said = folded(finding.message)
        said = said[:1].upper() + said[1:] + ("" if said.endswith((".", "!", "?", ".]")) else ".")
        quoted = folded(finding.span.of(stored.record.text)) if finding.span else ""
        runs = [Run(in_words(said))]
        if len(quoted) >= _WORTH_QUOTING and quoted not in said:
            runs.append(Run(f" “{quoted[:_QUOTED]}{'…' if len(quoted) > _QUOTED else ''}”", "italic"))
        if finding.confidence < 0.75:
            runs.append(Run(" Not sure.", "quiet"))
        items.append(Item(tuple(runs), letter(number), f"{label}-doubt{number}"))
    return Section("Damage and doubts", tuple(items))


def notes_section(notes: tuple[Note, ...]) -> Section:
    """The publisher's notes that belong to no place in the text."""
    loose = [note for note in notes if note.text.strip() and (note.at is None or note.kind in ("article", "reference"))]
    items = [
        Item((Run(folded(note.text)), *((Run(f" → {folded(note.target)}", "quiet"),) if note.target else ())))
        for note in loose
    ]
    return Section("Notes of the publisher", tuple(items))


def releases_sections(setting: Setting, stored: Stored) -> Iterator[Section]:
    """The other releases of a cable, and what this one and they withhold from each other."""
    name = stored.facts.id
    if not name or len(setting.archive.rows_named(name)) < 2:
        return
    for one in versions(setting.archive, name):
        if len(one.copies) > 1 and any(copy.key == stored.key for copy in one.copies):
            items = (*_copies(one, stored), *_cuts(setting.archive, one, stored))
            yield Section("Releases compared", tuple(items))


def _copies(found: Versions, stored: Stored) -> Iterator[Item]:
    for copy in found.copies:
        about = ", ".join(part for part in (_who(copy), iso_moment(copy.sent[:10])) if part)
        held = f", {copy.held_back:,} withheld" if copy.held_back else ""
        here = " It is the one printed here." if copy.key == stored.key else ""
        yield Item((Run(copy.key[:_ADDRESS], "code"), Run(f"  {about}: {copy.words:,} words{held}.{here}")))


def _who(copy: Copy) -> str:
    return ", ".join(part for part in (folded(copy.publisher), copy.form) if part)


def _cuts(archive: Archive, found: Versions, stored: Stored) -> Iterator[Item]:
    for cut in found.cuts:
        where = f"In paragraph {cut.paragraph}" if cut.paragraph else "Before the first paragraph"
        mark = f" ({cut.mark})" if cut.mark else ""
        words = f"{cut.words:,} {'word' if cut.words == 1 else 'words'}"
        if cut.held_back_in == stored.key:
            said = _shown(archive, cut)
            lead = Run(f"{where}{mark}, {words} withheld here are shown in ")
            yield Item((lead, Run(cut.shown_in[:_ADDRESS], "code"), Run(": "), Run(f"“{said}”", "italic")))
        elif cut.shown_in == stored.key:
            lead = Run(f"{where}{mark}, {words} shown here are withheld in ")
            yield Item((lead, Run(cut.held_back_in[:_ADDRESS], "code"), Run(".")))


def _shown(archive: Archive, cut: Cut) -> str:
    said = folded(cut.shown.of(archive.release(cut.shown_in).release.text))
    return said[:_LONGEST_CUT] + ("…" if len(said) > _LONGEST_CUT else "")


def source_section(stored: Stored) -> Section:
    """Where it comes from, how it is checked, and how it is cited. Of the file only its name is told, no path."""
    release = stored.release
    origin = msgspec.structs.replace(release.origin, file=PurePath(release.origin.file.replace("\\", "/")).name)
    rows = (
        ("Published by", folded(release.publisher)),
        ("Form", release.form),
        ("File", folded(str(origin))),
        ("Retrieved", iso_moment(folded(release.origin.retrieved))),
        ("Collection", folded(stored.collection)),
        ("Notice", folded(release.given.notice)),
    )
    items = [Item(plain(said), name) for name, said in rows if said]
    items += [
        Item((Run(stored.key, "code"),), "Address"),
        Item((Run(release.sha256, "code"),), "SHA-256"),
        Item(plain(folded(plain_citation(citation_of(stored)))), "Cite as"),
    ]
    return Section("Source", tuple(items), "terms")
