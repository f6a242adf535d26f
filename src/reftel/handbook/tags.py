"""TAGS: what a code means, which phrases are TAGS, which persons are tagged under which name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, cast

import msgspec

from reftel.handbook.tables import rows

_NOT_LETTERS = re.compile(r"[^A-Z]")
_SHORT_NAMES = frozenset("KOREA ENGLAND SCOTLAND HOLLAND YEMEN CONGO UK USA PRC".split())
Kind = Literal["subject", "organization", "country", "program"]


class TagMeaning(msgspec.Struct, frozen=True):
    """A TAG: its code, its kind, and its meaning in our words; the meaning is empty where we do not know it."""

    code: str
    kind: Kind
    meaning: str = ""


@lru_cache(maxsize=1)
def tag_codes() -> Mapping[str, TagMeaning]:
    """Every code of the table."""
    return {row["code"]: TagMeaning(row["code"], cast(Kind, row["kind"]), row["meaning"]) for row in rows("tags")}


def tag(code: str) -> TagMeaning | None:
    """What `code` (capitals) is. Programs come and go: any K and three letters is one. None for anything else."""
    found = tag_codes().get(code)
    if found is None and len(code) == 4 and code[0] == "K" and code.isalpha():
        return TagMeaning(code, "program")
    return found


@lru_cache(maxsize=1)
def country_names() -> frozenset[str]:
    """The names of countries, letters only, as they stand behind a city (SEOULKOREA)."""
    names = [row.meaning for row in tag_codes().values() if row.kind == "country"]
    return frozenset(_NOT_LETTERS.sub("", re.sub(r" \(.*", "", name).upper()) for name in names if name) | _SHORT_NAMES


@lru_cache(maxsize=1)
def multiword_tags() -> tuple[str, ...]:
    """The TAGS of several words, in capitals."""
    return tuple(row["tag"] for row in rows("multiword_tags"))


@lru_cache(maxsize=1)
def persons() -> Mapping[str, str]:
    """Persons often tagged: `BUSH GEORGE` to `BUSH, GEORGE W.`."""
    return {row["spelling"]: row["person"] for row in rows("tag_persons")}


@lru_cache(maxsize=1)
def repairs() -> Mapping[str, str]:
    """Codes that are a slip for another: `MOPPS` to `MOPS`."""
    return {row["written"]: row["meant"] for row in rows("tag_repairs")}
