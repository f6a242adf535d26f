"""The address of every page. They keep: a telegram's is the same before it is here, and whatever release of it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote, urlencode

Values = Mapping[str, str | tuple[str, ...]]


def of(path: str, name: str = "", **asked: str | tuple[str, ...]) -> str:
    """The page at `path`, about `name`, asked so; what is empty is left out."""
    place = f"/{path}/{_quoted(name)}" if name else f"/{path}"
    return place + with_query(asked) if asked else place


def record(name: str, key: str = "", *, q: str = "", at: str = "") -> str:
    """The page of a record: by its number where it has one, else by its content address."""
    query = with_query({"release": key[:16], "q": q}) if name and (key or q) else with_query({"q": q}) if q else ""
    return f"/record/{_quoted(name or key)}{query}" + (f"#{quote(at)}" if at else "")


@lru_cache(maxsize=65_536)
def _quoted(name: str) -> str:
    """`name` as a part of an address; browsers take away what looks like the way up a tree, unless its slashes are signs too."""
    steps = name.split("/")
    return quote(clean(name), safe="" if {"", ".", ".."} & {*steps} else "/")


def with_query(asked: Values) -> str:
    """The part of an address behind the question mark, with it; empty where nothing is asked."""
    said = query(asked)
    return f"?{said}" if said else ""


def query(asked: Values) -> str:
    """The same without the question mark."""
    return urlencode([(name, clean(one)) for name, value in asked.items() for one in _each(value) if one])


def clean(text: str) -> str:
    """`text` without what an address cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _each(value: str | tuple[str, ...]) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value
