"""What a speaker's name tells: whether it is a person's full name, and what is the same in all spellings of it."""

from __future__ import annotations

import re

from reftel.claims.reading import By
from reftel.search.layout import analyser
from reftel.statements.actors import actor_named

# What stands before a name and is no part of it.
_TITLES = frozenset(
    """mr mrs ms miss dr prof professor sir lady lord president vice prime foreign deputy first minister ambassador consul
    general gen colonel col major maj captain capt lieutenant lt admiral sergeant senator governor mayor secretary assistant
    director chairman chairwoman chairperson chief judge justice king queen prince princess sheikh sheik bishop archbishop
    father reverend rev imam mullah ayatollah comrade former acting the a an king mp mps""".split()
)
_JOINING = frozenset(
    "al el bin ibn abu van von der den de da di del della dos la le bint ben af av ten ter zu zur do".split()
)
_CAPITAL = re.compile(r"^[^\W\d_a-z]")


def tokens(name: str) -> tuple[str, ...]:
    """The words of a name in small letters without accents, titles before it left out; of a known leader's surname, all.

    So a name in capitals is the same as in mixed case, and a leader the same with a first name and without.
    """
    words = analyser().analyze(name)
    while words and words[0] in _TITLES:
        words = words[1:]
    if len(words) == 1 and (actor := actor_named(words[0])) is not None and actor.kind == "leader":
        words = analyser().analyze(actor.name)
    return tuple(words)


def plain(name: str) -> tuple[str, ...]:
    """The words of what somebody is called, without an article before it."""
    words = analyser().analyze(name)
    return tuple(words[1:] if words[:1] in (["the"], ["a"], ["an"]) else words)


def is_full(by: By) -> bool:
    """Whether the speaker is called by a person's full name: a given name or initial, and a surname."""
    words = tokens(by.name)
    if by.kind not in ("person", "unknown") or not 2 <= len(words) <= 5 or any(word.isdigit() for word in words):
        return False
    if by.kind == "person":
        return any(len(word) > 1 for word in words)
    # Nobody said what it is: a name has capitals, and more than them alone.
    written = [word for word in re.findall(r"[\w'’-]+", by.name) if word.lower() not in _TITLES | _JOINING]
    return len(written) >= 2 and all(_CAPITAL.match(word) for word in written) and not by.name.isupper()


def surname(words: tuple[str, ...]) -> str:
    """The last word of a name."""
    return words[-1] if words else ""
