"""TAGS: what a code means, which phrases are TAGS, which persons are tagged under which name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, cast

import msgspec

from reftel.handbook.tables import rows

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
