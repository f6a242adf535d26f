"""Where each page stands: paths that every file system takes, FAT's too, made of names that may be anything.

Letters of one case stay as they are, so that no two names differ in case alone; whatever else stands in a name is replaced,
and a digest of the whole name put behind it.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from reftel.archive.keeping import number_of

_CAPITALS = re.compile(r"[0-9A-Z]{1,48}")
_SMALL = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_LONGEST = 48
_UNNAMED = "_"  # folder of what has no post
HOME, SEARCH = "index.html", "search.html"
SUBJECTS = {
    "post": "posts",
    "tag": "tags",
    "person": "persons",
    "country": "countries",
    "class": "classes",
    "date": "dates",
}


@lru_cache(maxsize=65_536)
def safe(name: str) -> str:
    """`name` as the name of a file or folder: itself where it is letters and digits of one case, else with a digest."""
    if (_CAPITALS.fullmatch(name) or (_SMALL.fullmatch(name) and len(name) <= _LONGEST)) and not _RESERVED.fullmatch(
        name
    ):
        return name
    return _digested(name)


def _digested(name: str) -> str:
    cleaned = re.sub(r"[^0-9a-z]+", "-", name.lower())[:_LONGEST].strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{cleaned}-{digest}" if cleaned else digest


@lru_cache(maxsize=262_144)
def record(name: str, other: str = "") -> str:
    """The page of the record called `name`; of its release with the address `other`, where that is not the one it shows."""
    year, serial = number_of(name)
    if serial:
        folder = f"cables/{safe(name[2 : len(name) - len(str(serial))]) or _UNNAMED}/{year}"
    elif "/" in name:
        volume, _, name = name.partition("/")
        folder = f"records/{safe(volume)}"
    else:
        folder = f"records/{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:2]}"
    return f"{folder}/{safe(name)}{'.' + other[:16] if other else ''}.html"


def versions(name: str) -> str:
    """The page on which a record's releases stand side by side."""
    return f"{record(name).removesuffix('.html')}.versions.html"


def subject(kind: str, value: str, part: str = "") -> str:
    """The page of a post, TAG, person, country, class or date, or a part of its list."""
    # Beside values in capitals, one in small letters might differ from another in case alone.
    folder = f"{SUBJECTS[kind]}/{safe(value) if value == value.upper() else _digested(value)}"
    return f"{folder}/{part}.html" if part else f"{folder}.html"


def ghosts(post: str, part: int = 1) -> str:
    """The list of a post's cables that are cited and not here."""
    return f"missing/{safe(post) or _UNNAMED}{f'.{part}' if part > 1 else ''}.html"


def shelf(by: str, part: int = 1) -> str:
    """A list of what is browsed by."""
    return f"browse/{by}{f'.{part}' if part > 1 else ''}.html"


def part(name: str) -> str:
    """A part of the guide."""
    return f"guide/{name}.html"


def table(name: str) -> str:
    """A table of the handbook."""
    return f"handbook/{name}.html"


def up(path: str) -> str:
    """The way from the page at `path` to the site's own folder."""
    return "../" * path.count("/")
