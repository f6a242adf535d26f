"""The trade's tables and their look-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from reftel.handbook.posts import Post, keys_by_alias, post, posts

__all__ = ["Post", "TagMeaning", "keys_by_alias", "multiword_tags", "persons", "post", "posts", "repairs", "tag"]


class TagMeaning(msgspec.Struct, frozen=True):
    """Placeholder until the table lands."""

    code: str
    kind: Literal["subject", "organization", "country", "program"]
    meaning: str = ""


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
