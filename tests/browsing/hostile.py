"""A corpus in which every field of every kind of record tries to run, to steer, or to break out."""

from __future__ import annotations

from pathlib import Path

import msgspec

from archive.building import kept
from reftel.finding import Finding, Span
from reftel.release import Given, Kind, Mark, Note, Origin, Release

OWNED = "document.documentElement.dataset.owned=1"
ATTACKS = (
    f"<script>{OWNED}</script>",
    f'"><img src=x onerror="{OWNED}">',
    f"</title></textarea></pre><svg/onload={OWNED}>",
    f"javascript:{OWNED}",
    f"' autofocus onfocus='{OWNED}' x='",
    "{{ 7*7 }}{% raw %}%(count)s %s %%",
    "\u202etxt.exe\u2066 \u200f\x1b[31m\x00\x07",
    "\ud800 half a character \udfff",
    "<a href=//elsewhere.example/x>out</a><base href=//elsewhere.example/>",
    "=HYPERLINK(1)\t../../etc/passwd?a=b&c=d#e",
)


def releases() -> list[Release]:
    """One cable, one incident report and one document for each attack."""
    found = []
    for number, attack in enumerate(ATTACKS, 1):
        given = Given(
            id=f"07PARIS{number}", date="2007-03-01T10:00:00", origin=attack, title=attack, classification=attack,
            notice=attack, sender=attack, recipient=attack, place=attack, tags=(attack,), references=(attack,),
            fields={attack: attack, "Region": attack},
        )  # fmt: skip
        text = (
            f"P 011000Z MAR 07\nFM {attack}\nTO SECSTATE WASHDC\nINFO {attack}\n\nC O N F I D E N T I A L PARIS {number:06d}\n\n"
            f"SIPDIS {attack}\n\nE.O. 12958: DECL: {attack}\nTAGS: PREL, {attack}\nSUBJECT: {attack}\n\n"
            f"REF: A. PARIS {number + 1}\n     B. {attack}\n     C. LONDON {number}\n\n"
            f"Classified By: {attack} for reasons 1.4 (b).\n\n1. (C) SUMMARY: {attack} harbour. END SUMMARY.\n\n"
            f"{attack}\n--------\n\n2. (S/NF) See ref A {attack} POLOFF.\n\nXXXXXXXXXXXX {attack}\n\n3. (C) COMMENT: {attack} and\n{attack}\n"
        )
        note = Note("note", attack, attack, 5, attack)
        doubt = Finding("garbled", attack, Span(3, 20))
        origin = Origin(attack, attack, number, attack)
        kinds: tuple[tuple[Kind, str, str], ...] = (
            ("cable", "telegram", text),
            ("incident", "war-diary-csv", f"{attack}\n{attack}"),
            ("document", "frus-tei", f"{attack}\n\n{attack} harbour"),
        )
        for kind, form, words in kinds:
            own = given if kind == "cable" else msgspec.structs.replace(given, id=f"{kind}-{number}{attack}")
            marks, notes = (Mark("person", Span(0, 2), attack),), (note,)
            found.append(Release(words, kind, form, origin, attack, attack, own, notes, marks, (doubt,)))
    return found


def keep(path: Path) -> None:
    """Keeps them in a new archive at `path`."""
    kept(path, *releases()).close()
