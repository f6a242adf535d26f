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


class _Codes(dict[int, bytes]):
    """The code of each number, made when it is first asked for."""

    def __missing__(self, number: int) -> bytes:
        head, last = divmod(number, ENDS)
        digits = ALPHABET[last]
        while head:
            head, digit = divmod(head, _ON)
            digits = ALPHABET[ENDS + digit] + digits
        found = digits.encode("ascii")
        if number < 1 << 20:  # larger ones are rare, and would fill the memory
            self[number] = found
        return found


@cache
def codes() -> dict[int, bytes]:
    """The code of each number from 0 on."""
    return _Codes()


def coded(numbers: Iterable[int]) -> str:
    """The list as one string."""
    found = codes()
    return b"".join([found[number] for number in numbers]).decode("ascii")


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
