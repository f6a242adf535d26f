"""Text from cables, made safe to show: it is data, and never speaks to the terminal."""

from __future__ import annotations

import re
from typing import IO

from rich.text import Text

# Control characters of both sets, and those that turn the direction of what follows.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    """`text` with every character that could steer a terminal shown as the sign for an unknown one; as long as before.

    Line feeds and tabs stay; a carriage return is a blank.
    """
    return _UNSAFE.sub(lambda match: " " if match[0] == "\r" else "\N{REPLACEMENT CHARACTER}", text)


def line(text: str) -> str:
    """`text`, safe and on one line."""
    return " ".join(safe(text).split())


def styled(text: str, style: str = "") -> Text:
    """`text`, safe, as rich shows it: none of it is taken for mark-up."""
    return Text(safe(text), style=style)


def safe_json(text: str) -> str:
    """JSON `text` with such characters escaped; it means the same."""
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def write_line(stream: IO[str], text: str) -> None:
    """One line of JSON, in UTF-8 whatever the terminal's encoding, flushed so that the next program can go on."""
    data = (safe_json(text) + "\n").encode("utf-8")
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(data.decode("utf-8"))
    else:
        stream.flush()
        buffer.write(data)
        buffer.flush()
