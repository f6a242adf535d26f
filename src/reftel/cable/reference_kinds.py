"""What a REF entry names when it names no cable."""

from __future__ import annotations

import re

# In the order in which they win: an e-mail about a report is an e-mail.
_KINDS: tuple[tuple[str, str], ...] = (
    ("email", r"E\s*-?\s*MAILS?\b"),
    ("telcon", r"\b(?:TELE?CONS?|PHONE\s?CONS?|TELEPHONE|PHONE\s+CALLS?|SVTCS?|DVCS?)\b"),
    ("memorandum", r"\b(?:MEMCONS?|MEMOS?|MEMORAND(?:UM|A)S?|AIDE[- ]MEMOIRE)\b"),
    ("fax", r"\b(?:FAX(?:ES)?|FACSIMILE)\b"),
    ("web", r"HTTP|WWW\.|\bWEB\s?SITE"),
    (
        "report",
        r"\b(?:IIRS?|HOTR|TDX?[- ]?\d|TD\b|INCSR|INTREP|REPORTS?|NIE|SNIE|CIR|CIRC\.?\s\d)\b|\bTD[-X]?\d|\bPOC\s+\d",
    ),
    ("book", r"\b\d+\s+(?:FAM|FAH)\b|\b(?:FAM|FAH)[- ]?\d|\b(?:CFR|U\.?S\.?C\.?)\b|\bHANDBOOK\b|\bBOOK\b"),
    (
        "press",
        r"\b(?:OSC|FBIS|REUTERS|AFP|NEWSPAPERS?|ARTICLE|PRESS|DAILY|TIMES|GAZETTE|HERALD|MERCURY|TRIBUNE|JOURNAL"
        r"|OBSERVER|MORNING POST|EVENING POST|PARIS POINTS|MEDIA REACTION)\b",
    ),
    ("meeting", r"\b(?:MEETINGS?|CONVERSATIONS?|DISCUSSIONS?|TALKS)\b"),
    ("message", r"\bDTG\b|\b[ZOPR]?\d{6}Z\b"),
    (
        "other",
        r"\b(?:LETTERS?|DESPATCH(?:ES)?|DISPATCH(?:ES)?|CFPF|DIPNOTES?|DIPLOMATIC NOTES?|NOTES? VERBALE|EXP\.?\s?LIC|LICENSE|AIRGRAMS?|C?A-\d{1,4})\b",
    ),
)
_ANY = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS), re.IGNORECASE)
_ORDER = [kind for kind, _ in _KINDS]


# A few letters of each of those words: where none of them stands the patterns need not run.
_TRIGGERS = tuple(
    "MAIL CON TELE PHONE SVTC DVC MEM FAX FACS HTTP WWW WEB IIR HOTR TD INCSR INTREP REPORT NIE CIR POC FAM FAH CFR "
    "U.S USC BOOK OSC FBIS REUT AFP PAPER ARTIC PRESS DAILY POINTS MEDIA TIMES GAZET HERALD MERCURY TRIB JOURN OBSERV "
    "POST MEETI CONVER DISCUS TALKS DTG 0Z 1Z 2Z 3Z 4Z 5Z 6Z 7Z 8Z 9Z LETTER PATCH CFPF NOTE LIC AIRGR A-".split()
)


def kind_of(text: str) -> str:
    """The kind of thing `text` names, empty where it names none of them."""
    upper = text.upper()
    if not any(trigger in upper for trigger in _TRIGGERS):
        return ""
    found = {match.lastgroup for match in _ANY.finditer(text)}
    return next((kind for kind in _ORDER if kind in found), "")
