"""The trade's tables and their look-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec


class Post(msgspec.Struct, frozen=True):
    """Placeholder until the table lands."""

    key: str
    city: str = ""


class TagMeaning(msgspec.Struct, frozen=True):
    """Placeholder until the table lands."""

    code: str
    kind: Literal["subject", "organization", "country", "program"]
    meaning: str = ""


def posts() -> Mapping[str, Post]:
    """No posts yet."""
    return {}


def keys_by_alias() -> Mapping[str, str]:
    """No posts yet."""
    return {}


def tag(code: str) -> TagMeaning | None:
    """No TAGS yet."""
    return None


def multiword_tags() -> tuple[str, ...]:
    """No TAGS yet."""
    return ()


def persons() -> Mapping[str, str]:
    """No persons yet."""
    return {}


def repairs() -> Mapping[str, str]:
    """No repairs yet."""
    return {}
