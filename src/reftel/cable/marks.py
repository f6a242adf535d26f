"""Patterns of a paragraph's beginning: number, portion mark, label."""

from __future__ import annotations

import re
from functools import lru_cache

from reftel.cable.records import Role

# (C), (SBU/NF), (S//NF), "(C - entire text)", and with a bracket lost: C), SBU/N)
MARK_TEXT = (
    r"\(?[ \t]*(?P<level>TS|SBU|LOU|FOUO|UNCLASSIFIED|UNCLAS|CONFIDENTIAL|SECRET|U|C|S)"
    r"(?P<tail>(?:[ \t]*(?://?|,|-)[ \t]*(?:NOFORN|NF|N|SBU|FOUO|SI|TK|OC|FGI|LES|PROPIN|REL[A-Z, /]{0,40}))*)"
    r"(?:[ \t]*[-–][ \t]*ENTIRE[ \t]+(?:TEXT|CABLE|MESSAGE)\.?)?[ \t]*\)"
)
MARK = re.compile(MARK_TEXT, re.IGNORECASE)
ENTIRE_TEXT = re.compile(
    r"(?P<level>CONFIDENTIAL|SECRET|UNCLASSIFIED|LIMITED OFFICIAL USE|LOU|C|S)(?P<tail>)[ \t]*[-–][ \t]*ENTIRE[ \t]+TEXT\b[.]?",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"[ \t_=-]*\(?(?:BEGIN[ \t]+)?"
    r"(?:EXECUTIVE[ \t]+)?(?P<first>SUM+AR?Y|COMM?ENT|ACTION[ \t]+REQUEST(?:ED)?|INTRODUCTION|NOTE|BACKGROUND)"
    r"(?:[ \t]*(?:/|AND|&|,)[ \t]*(?:COMMENT|ACTION[ \t]+REQUEST(?:ED)?|INTRODUCTION|TABLE[ \t]+OF[ \t]+CONTENTS|CONTENTS|SUMMARY))*"
    r"(?:[ \t]*CONT(?:INUE|')?D?)?(?:[ \t]*\([A-Z/]{1,6}\))?(?P<closed>\))?[ \t]*"
    r"(?:(?P<stop>[:.;]+[ \t]*[-–—]*|[-–—]{1,}|(?=\\?\n|\Z))|(?P<open>[ \t]+(?=[A-Z\"“])))[ \t]*",
    re.IGNORECASE,
)
END_LABEL = re.compile(
    r"[ \t]*[-–(]*[ \t]*END[ \t\n]+(?:OF[ \t]+)?(?P<first>SUM+A?R?Y|COMM?ENT|NOTE|TEXT|ACTION[ \t]+REQUEST)"
    r"(?:[ \t]*(?:/|AND|&|,)[ \t]*(?:COMMENT|ACTION[ \t]+REQUEST(?:ED)?|INTRODUCTION|TABLE[ \t]+OF[ \t]+CONTENTS|SUMMARY))*[ \t]*[.)]*",
    re.IGNORECASE,
)
LEVEL_OF_MARK = {
    "U": 0, "UNCLASSIFIED": 0, "UNCLAS": 0, "SBU": 0, "FOUO": 0, "LOU": 1, "C": 2, "CONFIDENTIAL": 2, "S": 3, "SECRET": 3, "TS": 4,
}  # fmt: skip
_SHORT = {"UNCLASSIFIED": "U", "UNCLAS": "U", "CONFIDENTIAL": "C", "SECRET": "S", "LIMITED OFFICIAL USE": "LOU"}
_ROLES: tuple[tuple[str, Role], ...] = (
    ("SUM", "summary"), ("COM", "comment"), ("ACTION", "action-request"), ("INTRO", "introduction"), ("NOTE", "note"),
)  # fmt: skip


def canonical_mark(match: re.Match[str]) -> str:
    """A portion mark in its short form: `(S//NOFORN)` gives `S/NF`."""
    return _short_form(match["level"], match["tail"])


@lru_cache(maxsize=1024)
def _short_form(level: str, tail: str) -> str:
    level = " ".join(level.upper().split())
    tail = re.sub(r"[ \t\n]*(//?)[ \t\n]*", "/", " ".join(tail.upper().split())).replace("NOFORN", "NF").strip("-,/ ")
    if tail == "N":
        tail = "NF"
    return _SHORT.get(level, level) + (f"/{tail}" if tail else "")


@lru_cache(maxsize=1024)
def short_mark(text: str) -> str:
    """The short form of a plain mark as written, brackets and all: `(SBU)` gives `SBU`."""
    match = MARK.fullmatch(text)
    return canonical_mark(match) if match else text.strip("()")


def role_of(label: str) -> Role:
    """The role a label names: `INTRODUCTION AND SUMMARY` is a summary."""
    upper = label.strip(" \t_=-(").upper().removeprefix("BEGIN ").strip()
    if "SUM" in upper:
        return "summary"
    return next((role for word, role in _ROLES if upper.startswith(word)), "")
