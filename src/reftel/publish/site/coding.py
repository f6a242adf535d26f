"""Numbers as characters that can be printed, one for a small number: how lists stand in the files that a browser reads.

A list is one string without quotes or backslashes, so that it can stand in a program as it is. Each number is a few digits
to the base 32, written with the last of the 93 characters, and one digit to the base 61, written with the first of them,
which ends it: what is below 61 takes one character, what is below 1,952 two, what is below 62,464 three.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

ALPHABET = "".join(chr(at) for at in range(0x20, 0x7F) if chr(at) not in '"\\')
ENDS = 61  # characters that end a number; the others go before them
_ON = len(ALPHABET) - ENDS


@cache
def codes() -> list[bytes]:
    """The codes of the numbers that are met most: twice as many as a stretch of the index has records, at least."""
    return [_code(number) for number in range(1 << 17)]


def code(number: int) -> bytes:
    """The code of a number."""
    short = codes()
    return short[number] if number < len(short) else _code(number)


def _code(number: int) -> bytes:
    head, last = divmod(number, ENDS)
    digits = ALPHABET[last]
    while head:
        head, digit = divmod(head, _ON)
        digits = ALPHABET[ENDS + digit] + digits
    return digits.encode("ascii")


def coded(numbers: Iterable[int]) -> str:
    """The list as one string."""
    return b"".join([code(number) for number in numbers]).decode("ascii")


def numbers(text: str) -> list[int]:
    """The list that was written so; what the browser does, for tests."""
    found, head = [], 0
    for character in text:
        digit = ALPHABET.index(character)
        if digit >= ENDS:
            head = head * _ON + digit - ENDS
        else:
            found.append(head * ENDS + digit)
            head = 0
    return found
