"""A desk as one readable file of JSON, to keep, to hand on and to merge.

Notes and tags are annotations as the W3C describes them (Web Annotation Data Model, JSON-LD), so that other programs can
read them; collections, and the records in them, stand beside them under names of reftel's own. Whatever is in the same
desk gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection as Collection_
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote

import msgspec

from reftel.desk.entry import Collected, Entry, Id, Judged, Matched, Noted, Placed, Tagged, Target, thing_of
from reftel.desk.standing import Collection, by_thing, last, of
from reftel.errors import DeskError

CONTEXT = ("http://www.w3.org/ns/anno.jsonld", {"reftel": "urn:reftel:"})
_FORM = 1
_DESK, _RECORD, _THING, _ENTRY = "urn:reftel:desk:", "urn:reftel:record:", "urn:reftel:thing:", "urn:reftel:entry:"
_KINDS = {"commenting": "note", "tagging": "tag"}


def to_json(entries: Iterable[Entry], past: Iterable[str], *, history: bool = False) -> bytes:
    """The file: what stands, and which entries had their place before; with `history` those themselves too."""
    gone = set(past)
    rows = by_thing((key, one, key in gone) for key, one in {one.id: one for one in entries}.items())
    kept = [(row[0], row[1]) for ones in rows.values() for row in (ones if history else last(ones))]
    told = {key: _annotation(key, one) for key, one in kept if isinstance(one.what, Noted | Tagged)}
    other = {key for key, one in kept if key in told and not _is_read_as(told[key], one)}
    annotations = [one for key, one in told.items() if key not in other]
    name = f"{_DESK}{thing_of(sorted(key for key, _ in kept), sorted(gone))}"
    whole = {
        "@context": CONTEXT,
        "id": name,
        "type": "AnnotationCollection",
        "label": "A desk of reftel: collections, notes and tags",
        "total": len(annotations),
        "first": {"id": f"{name}:1", "type": "AnnotationPage", "startIndex": 0, "items": annotations},
        "reftel:form": _FORM,
        "reftel:collections": [_plain(key, one) for key, one in kept if isinstance(one.what, Collected)],
        "reftel:cables": [_plain(key, one) for key, one in kept if isinstance(one.what, Placed)],
        "reftel:judgements": [_plain(key, one) for key, one in kept if isinstance(one.what, Judged | Matched)],
        **({"reftel:other": [_plain(key, one) for key, one in kept if key in other]} if other else {}),
        "reftel:past": sorted(gone),
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"


def part_of(entries: Iterable[Entry], past: Iterable[str], collection: Collection) -> tuple[list[Entry], list[str]]:
    """Those of `entries` that belong to one collection: itself, its records, and what is noted and tagged on them.

    Of `past` all but what had the place of something else: what else there is stays as it is on the desk that takes this in.
    """
    whole = list(entries)
    records = {item.record for item in collection.items}
    things = {of(one) for one in whole if _belongs(one, collection.id, records)}
    part = [one for one in whole if of(one) in things]
    own = {name for one in part for name in (one.id, *one.after)}
    others = {name for one in whole if of(one) not in things for name in (one.id, *one.after)}
    return part, [one for one in past if one in own or one not in others]


def _belongs(one: Entry, collection: str, records: Collection_[str]) -> bool:
    if isinstance(one.what, Collected):
        return one.thing == collection
    return one.collection == collection or (isinstance(one.what, Noted | Tagged | Judged) and one.record in records)


def from_json(data: bytes, where: str = "") -> tuple[list[Entry], list[str]]:
    """The entries of such a file, and the addresses of those that are past; DeskError, with its place, for what is none."""
    try:
        whole = msgspec.json.decode(data, type=_File)
        if whole.form != _FORM:
            raise DeskError("this desk was written by a newer reftel", where=where, hint="update reftel")
        entries = [_read_plain(one) for one in (*whole.collections, *whole.cables, *whole.judgements, *whole.other)]
        return [*entries, *(_read_annotation(one) for one in whole.first.items)], whole.past
    except (msgspec.MsgspecError, RecursionError, LookupError, AttributeError, TypeError, ValueError) as error:
        what = f"this is no desk that reftel exported: {str(error)[:300]}"
        raise DeskError(what, where=where, hint="reftel collection export writes one") from error


class _Page(msgspec.Struct):
    items: list[dict[str, Any]] = []


class _File(msgspec.Struct):
    first: _Page
    form: int = msgspec.field(name="reftel:form")
    collections: list[dict[str, Any]] = msgspec.field(name="reftel:collections", default_factory=list)
    cables: list[dict[str, Any]] = msgspec.field(name="reftel:cables", default_factory=list)
    judgements: list[dict[str, Any]] = msgspec.field(name="reftel:judgements", default_factory=list)
    other: list[dict[str, Any]] = msgspec.field(name="reftel:other", default_factory=list)
    past: list[Id] = msgspec.field(name="reftel:past", default_factory=list)


def _plain(key: str, one: Entry) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(one)
    del told["thing"]
    return {"id": _ENTRY + key, "reftel:thing": _THING + one.thing, **told}


def _read_plain(told: dict[str, Any]) -> Entry:
    given: dict[str, Any] = {
        name: told[name] for name in ("author", "at", "what", "after", "gone", "begun") if name in told
    }
    return _checked({**given, "thing": _after(told["reftel:thing"], _THING)}, told["id"])


def _annotation(key: str, one: Entry) -> dict[str, Any]:
    what = one.what
    assert isinstance(what, Noted | Tagged)
    motivation, value = ("commenting", what.text) if isinstance(what, Noted) else ("tagging", what.word)
    found: dict[str, Any] = {
        "id": _ENTRY + key,
        "type": "Annotation",
        "canonical": _THING + one.thing,
        "motivation": motivation,
        "creator": {"type": "Person", "name": one.origin.author},
        "created": one.origin.at,
        "body": {"type": "TextualBody", "format": "text/plain", "value": value},
        "target": _target(what.target),
    }
    if one.begun:
        found["modified"], found["reftel:modifier"] = one.at, {"type": "Person", "name": one.author}
    if one.after:
        found["reftel:after"] = [_ENTRY + before for before in one.after]
    if one.gone:
        found["reftel:gone"] = True
    return found


def _is_read_as(told: dict[str, Any], one: Entry) -> bool:
    """Whether an annotation says all that the entry does: the model has no word for a place without a quote."""
    try:
        return _read_annotation(told) == one
    except (msgspec.MsgspecError, ValueError):
        return False


def _target(target: Target) -> dict[str, Any]:
    selectors: list[dict[str, Any]] = []
    if target.at:
        selectors.append({"type": "FragmentSelector", "value": target.at})
    if target.exact:
        selectors.append({"type": "TextPositionSelector", "start": target.start, "end": target.end})
        around = {"prefix": target.prefix, "suffix": target.suffix}
        selectors.append({"type": "TextQuoteSelector", "exact": target.exact, **around})
    found: dict[str, Any] = {"type": "SpecificResource", "source": _RECORD + quote(target.record, safe="")}
    if target.release:
        found["reftel:release"] = target.release
    return {**found, "selector": selectors} if selectors else found


def _read_annotation(told: dict[str, Any]) -> Entry:
    kind = _KINDS[told["motivation"]]
    body = {"text" if kind == "note" else "word": told["body"]["value"]}
    first = {"author": told["creator"]["name"], "at": told["created"]}
    changed = {"author": told["reftel:modifier"]["name"], "at": told["modified"]} if "modified" in told else first
    given = {
        "thing": _after(told["canonical"], _THING),
        **changed,
        "begun": first if "modified" in told else None,
        "what": {"kind": kind, **body, "target": _read_target(told["target"])},
        "after": [_after(one, _ENTRY) for one in told.get("reftel:after", ())],
        "gone": told.get("reftel:gone", False),
    }
    return _checked(given, told["id"])


def _read_target(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"record": unquote(_after(told["source"], _RECORD))}
    if "reftel:release" in told:
        found["release"] = told["reftel:release"]
    for one in told.get("selector", ()):
        if one["type"] == "FragmentSelector":
            found["at"] = one["value"]
        else:
            found.update({name: one[name] for name in ("start", "end", "exact", "prefix", "suffix") if name in one})
    if not found.get("exact") and found.keys() & {"start", "end", "prefix", "suffix"}:
        raise ValueError("a place has no words")
    return found


def _checked(given: dict[str, Any], name: str) -> Entry:
    """The entry; ValueError where it is not the one that its name says."""
    entry = msgspec.convert(given, Entry)
    if _after(name, _ENTRY) != entry.id:
        raise ValueError(f"{name} is not what it was when it was written")
    return entry


def _after(name: str, prefix: str) -> str:
    if not isinstance(name, str) or not name.startswith(prefix):
        raise ValueError(f"{str(name)[:60]!r} does not begin with {prefix}")
    return name.removeprefix(prefix)
