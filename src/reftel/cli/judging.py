"""Decisions about statements and persons, as the commands do them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from rich.table import Table
from rich.text import Text

from reftel.archive import Archive, Stored, fullest, open_archive
from reftel.claims import decisions
from reftel.claims.decisions import Decisions, Judged, claim_of
from reftel.claims.held import Held
from reftel.claims.persons import People, Person
from reftel.cli.desks import open_desk
from reftel.cli.output import print_json, print_rows, say, show
from reftel.cli.safe import line
from reftel.desk import Claim, Judgement, Judgements, Pair, Verdict, target_on, words_in
from reftel.errors import NotFound
from reftel.statements.rows import words as words_of

_LOST = {
    "moved": "its words stand elsewhere now", "altered": "its words are altered",
    "lost": "its words are not here any more; the decision is kept",
}  # fmt: skip


class Deciding(msgspec.Struct, frozen=True):
    """Whose desk a decision is put on, and who decides."""

    desk: Path | None = None
    author: str = ""


def judge(path: Path, name: str, number: int, verdict: Verdict, deciding: Deciding, given: Mapping[str, Any]) -> None:
    """Decides about the statement with this number in a record; `given` is what is otherwise than it was read."""
    desk = open_desk(deciding.desk, deciding.author)
    with open_archive(path) as archive, Held(archive, Decisions(desk)) as held:
        stored, one = _statement(held, name, number)
        read = claim_of(stored.release.text, one.statement)
        claim = msgspec.structs.replace(read, **{field: value for field, value in given.items() if value})
        made = decisions.judge(desk, stored, one, verdict, claim)
        said = words_of(stored.release.text, one.statement.content)
    say(f"{verdict}: {line(claim.speaker) or '(nobody)'}: {line(said)[:200]} ({made.id[:8]})")


def add(path: Path, name: str, words: str, deciding: Deciding, claim: Claim) -> None:
    """Puts a statement in by hand: `words` of a record, as they stand there."""
    desk = open_desk(deciding.desk, deciding.author)
    with open_archive(path) as archive:
        stored = fullest(archive.meant(name))
        target = target_on(stored, span=words_in(stored, "", words))
        made = Judgements(desk).judge(target, "added", claim)
    say(f"added: {line(claim.speaker) or '(nobody)'}: {line(target.exact)[:200]} ({made.id[:8]})")


def _statement(held: Held, name: str, number: int) -> tuple[Stored, Judged]:
    stored = fullest(held.archive.meant(name))
    ones = held.of(stored, rejected=True)
    one = next((each for each in ones if each.position == number), None)
    if one is None:
        what = f"{name} has no statement {number}; it has {len(ones)}, counted from 0"
        raise NotFound(what, hint=f"reftel statements id:{name} --csv")
    return stored, one


def say_matched(pair: Pair) -> None:
    """Says what was decided about two persons."""
    say(f"{pair.one} and {pair.other} are {'one person' if pair.same else 'two persons'} from now on ({pair.id[:8]})")


class Standing(msgspec.Struct, frozen=True):
    """A decision, and where its words are now."""

    decision: Judgement
    how: str
    release: str
    start: int | None
    end: int | None


def list_decisions(path: Path, deciding: Deciding, *, as_json: bool) -> int:
    """How many decisions there are; each is printed, with where its words are now, and those that are lost as well."""
    desk = open_desk(deciding.desk, deciding.author)
    with open_archive(path) as archive:
        found = list(_told(archive, Decisions(desk)))
    pairs = Judgements(desk).pairs()
    if as_json:
        print_rows(found)
        print_rows(pairs)
    elif found or pairs:
        table = Table("decision", "what", "who", "when", "words", box=None)
        for one in found:
            judged, lost = one.decision, _LOST.get(one.how, "")
            said = f"{judged.target.record}: {judged.claim.speaker or '(nobody)'}: {' '.join(judged.target.exact.split())[:120]}"
            others = "".join(f"; {other.author}: {other.says}" for other in judged.others)
            table.add_row(judged.id[:8], judged.verdict, line(judged.author), judged.at[:10], Text(line(said + others)))
            if lost:
                table.add_row("", "", "", "", Text(lost, "yellow"))
        for pair in pairs:
            what = "joined" if pair.same else "parted"
            table.add_row(
                pair.id[:8], what, line(pair.author), pair.at[:10], Text(line(f"{pair.one} and {pair.other}"))
            )
        show(table)
    lost_ones = sum(one.how == "lost" for one in found)
    if lost_ones:
        say(f"{lost_ones:,} decisions are about words that are not in this archive; they are kept", "yellow")
    return len(found) + len(pairs)


def _told(archive: Archive, decided: Decisions) -> Iterator[Standing]:
    for one, found in decided.told(archive):
        span = found.span
        yield Standing(one, found.how, found.release, span.start if span else None, span.end if span else None)


def list_persons(path: Path, name: str, deciding: Deciding, *, limit: int, as_json: bool) -> int:
    """How many persons were printed: one by its name or id, or those who say most."""
    desk = open_desk(deciding.desk, deciding.author)
    with open_archive(path) as archive, Held(archive, Decisions(desk)) as held:
        if held.claims is None:
            raise NotFound("no statements were read yet", where=str(path), hint="run `reftel statements`")
        found = _persons(held.people(), name, limit)
    if as_json:
        for one in found:
            print_json(one)
    elif name and found:
        _show_person(found[0])
    elif found:
        table = Table("id", "name", "statements", "posts", "said to be", box=None)
        for one in found:
            told = ", ".join([*one.roles, *one.affiliations][:2])
            table.add_row(one.id, line(one.name), f"{one.statements:,}", " ".join(list(one.posts)[:4]), line(told)[:80])
        show(table)
    return len(found)


def _persons(people: People, name: str, limit: int) -> list[Person]:
    wanted = [name] if name else people.ids()[: limit or None]
    found = [one for each in wanted if (one := people.person(each))]
    if name and not found:
        raise NotFound(
            f"nobody who speaks here is known as {name}", hint=f'give a full name or an id; try said-by:"{name}"'
        )
    return found


def _show_person(one: Person) -> None:
    table = Table(box=None, show_header=False)
    days = f"{one.first} to {one.last}" if one.first else ""
    for label, value in (
        ("id", one.id), ("names", _counts(one.names)), ("said to be", _counts(one.roles)),
        ("of", _counts(one.affiliations)), ("posts", _counts(one.posts)),
        ("statements", f"{one.statements:,}, {days}"), ("one person", "; ".join(one.reasons)),
        *(("perhaps", f"{each.person}: {each.reason}") for each in one.proposals),
    ):  # fmt: skip
        if value:
            table.add_row(Text(label, "dim"), Text(line(value)))
    show(table)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{value} ({count:,})" for value, count in list(counts.items())[:12])
