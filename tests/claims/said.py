"""Cables in which people say things: short, and read alike by any reader of statements."""

from __future__ import annotations

import msgspec

from archive.building import telegram
from reftel.release import Release

SAYINGS = (
    "Masanov said that Russia would leave the harbour.",
    "The Ambassador said that the Minister was pleased with France.",
    "Ivanov denied that Russia had moved the buoy.",
    "Keeper Tregarth said that the lamp was lit, and Masanov said that France had seen it.",
    'Masanov said, "The ferry is late."',
    "Vessel traffic was light on all days of the week.",
)


def cable(number: int, *sayings: str, post: str = "PARIS") -> Release:
    """A cable with one paragraph for each of `sayings`."""
    release = telegram(number, post=post)
    head = release.text.split("1. (U)")[0]
    body = "\n\n".join(f"{at}. (U) {one}" for at, one in enumerate(sayings, 1))
    return msgspec.structs.replace(release, text=f"{head}{body}\n\nTHORNBURY\n")


def cables(count: int) -> list[Release]:
    """So many cables, each with two of the sayings."""
    return [cable(at, SAYINGS[at % 6], SAYINGS[(at * 5 + 1) % 6]) for at in range(1, count + 1)]
