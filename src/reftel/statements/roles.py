"""What kind of speaker words without a person's name tell of: a role, a group, an organization, the press."""

from __future__ import annotations

import re
from typing import Final

from reftel.statements.actors import actor_named
from reftel.statements.lexicon import lexicon
from reftel.statements.names import SOMEBODY, is_title
from reftel.statements.records import SpeakerKind

# Offices that are the post's own, where the text names nobody for them.
OWN_OFFICES: Final = {
    "dcm": "dcm", "a/dcm": "dcm", "adcm": "dcm", "charge": "charge", "chargé": "charge", "amb": "ambassador", "ambassador": "ambassador",
    "consul general": "consul general", "congen": "consul general", "principal officer": "principal officer",
}  # fmt: skip
PRESS: Final = re.compile(
    r"\b(?:newspapers?|dailies|daily|weekly|article|editorials?|op-ed|commentar(?:y|ies|ators?)|press|media|magazine|journal|columnists?|broadcast|television|radio)\b",
    re.IGNORECASE,
)
GROUPS: Final = frozenset(
    "group participants analysts officials observers experts diplomats leaders members some many most "
    "others all both several few none people public opposition "
    "delegation majority minority percent police half number interlocutors contacts sources team "
    "couple pair handful crowd community".split()
)
_ORGANIZATION: Final = re.compile(
    r"\b(?:ministry|government|party|committee|council|commission|department|agency|bank|union|organi[sz]ation|university|institute|company|court|parliament|congress|senate|"
    r"administration|embassy|foundation|association|front|movement|campaign|center|centre|office|bureau|league|alliance|authority|regime)\b",
    re.IGNORECASE,
)


def without_article(words: str) -> str:
    """Words without the article that opens them."""
    first, _, rest = words.partition(" ")
    return rest if rest and first.lower() in ("the", "a", "an") else words


def kind_of(words: str) -> SpeakerKind:
    """What kind of speaker words without a person's name tell of."""
    low = words.lower().split(",")[0]
    plain = low.split()
    if PRESS.search(low):
        return "press"
    if any(word in GROUPS for word in plain):
        return "group"
    head = head_of(plain)
    if is_title(head):
        return "group" if "and" in plain else "role"
    actor = actor_named(without_article(words))
    if actor is not None:
        return "organization"
    if head in SOMEBODY and "and" not in plain:
        return "role"
    if _ORGANIZATION.search(low) or (words.isupper() and len(words) > 2):
        return "organization"
    if head.endswith("s") and not head.endswith(("ss", "us")):
        return "group"
    if plain and plain[0] in ("the", "a", "an", "one", "another", "his", "her", "their"):
        return "role"
    return "unknown"


def head_of(words: list[str]) -> str:
    """The noun that a phrase is about: the last before its first preposition."""
    tags = lexicon().tags
    last = ""
    for word in words:
        if last and tags.get(word) in ("P", "W", "S"):
            break
        last = word
    return last
