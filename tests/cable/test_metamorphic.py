"""What must not change when a telegram is written another way: posts in every damage, REF blocks in every wrap.

A reading is compared with the reading of the undamaged text, so that no expectation is copied from the reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

import pytest

import reftel
from reftel.cable.identity import canonical
from reftel.handbook import posts

# Posts that sent under a name of their own, long enough for a lost letter to leave one meaning.
POSTS = [key for key, post in posts().items() if len(key) > 6 and post.rank < 8 and post.is_open(2007)]
GLUED = (
    "EFTO NOFORN AMEMBASSY CONFIDENTIAL SECRET UNCLAS SECTION01OF02 SECTIN03OF04 ECTION01F03 SECTION1OF2 SIPDIS".split()
)
BEHIND = ("ZFR123", "ZDK", "CORRECTEDCOPY", "SUSPECTEDDUPLICATE", "_b", "_a2")

BLOCKS = (
    "A. ROME 1234 B. 07 PARIS 4567 C. STATE 123",
    "(A) ROME 1234; (B) PORT AU PRINCE 77; (C) 06 RIO DE JANEIRO 88",
    "A) NEW DELHI 2345, B) NEW DELHI 2346 AND 2399, C) 2005 KUALA LUMPUR 12",
    "ROME 1234 (NOTAL), PARIS 4567 (07), HO CHI MINH CITY 12",
)
NAMES = ("Karl Holm", "R. Clarke Pree", "J. D. O'Neill", "Jean-Paul Tauber", "Maria de la Cruz", "Tom Law", "Ann Paris")
TITLES = (
    "Ambassador {}, reasons 1.4 (b)", "DCM {} for reasons 1.4 (b) and (d)", "Acting Political Counselor {}; reason 1.4 (d)",
    "Econ MinCouns {}, 1.4 (b/d)", "Embassy Rome PolChief {}, reason: 1.4 (c)", "{}, Consul General, reasons 1.4 (b)",
)  # fmt: skip


@pytest.mark.parametrize("prefix", GLUED)
def test_what_is_glued_in_front_of_a_post_goes(prefix: str) -> None:
    assert [key for key in POSTS if canonical(f"07{prefix}{key}123") != f"07{key}123"] == []


@pytest.mark.parametrize("suffix", BEHIND)
def test_what_is_glued_behind_a_number_goes(suffix: str) -> None:
    assert [key for key in POSTS if canonical(f"07{key}000123{suffix}") != f"07{key}123"] == []


def test_a_lost_a_doubled_or_a_swapped_letter_is_mended() -> None:
    wrong, tried = [], 0
    for key in POSTS:
        for at in range(1, len(key) - 1):
            for spelling in (
                key[:at] + key[at + 1 :],
                key[:at] + key[at] + key[at:],
                key[:at] + key[at + 1] + key[at] + key[at + 2 :],
            ):
                tried += 1
                if canonical(f"07{spelling}123") != f"07{key}123":
                    wrong.append((key, spelling))
    assert len(wrong) * 200 < tried, wrong  # some are nearer to another post


def _targets(block: str) -> list[str]:
    text = f"SUBJECT: THE HARBOUR\n\nREF: {block}\n\nClassified By: DCM Karl Holm, reason 1.4 (b)\n\n1. (C) Text.\n"
    cable = reftel.read(text, id="08LIMA999999", sent="2008")
    return [one.target for one in cable.references]


def _at_each_blank(insert: str) -> Callable[[str], list[str]]:
    return lambda block: [
        block[: m.start()] + insert + block[m.end() :] for m in islice(re.finditer(" ", block), 1, None)
    ]


WRAPS: dict[str, Callable[[str], list[str]]] = {
    "line": _at_each_blank(" \n"),
    "backslash": _at_each_blank(" \\\n"),
    "hard space": _at_each_blank("\u00a0"),
    "several spaces": _at_each_blank("    "),
    "every space": lambda block: [block.replace(" ", "  ")],
    "small letters": lambda block: [block.lower()],
    "carriage returns": lambda block: [block.replace(" ", " \r\n", 1)],
    "pilcrows": lambda block: [re.sub(r" (?=\(?[BC][.)])", "\n     ¶", block)],
    "blank lines": lambda block: [re.sub(r" (?=\(?[BC][.)])", "\n \n", block)],
}


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("block", BLOCKS)
def test_a_ref_block_reads_the_same_however_it_is_set(block: str, wrap: str) -> None:
    expected = _targets(block)
    assert len(expected) >= 3
    for variant in WRAPS[wrap](block):
        assert _targets(variant) == expected, variant


@pytest.mark.parametrize("block", BLOCKS)
def test_a_section_line_before_a_serial_is_passed_over(block: str) -> None:
    expected = _targets(block)
    for match in re.finditer(r"(?<=[A-Z]) (?=\d{2,4}\b(?! [A-Z]{3}))", block):
        variant = f"{block[: match.start()]} \n\nLIMA 00999999  001.2 OF 004 \n\n\n{block[match.end() :]}"
        assert _targets(variant) == expected, variant


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_told_from_any_title(name: str, title: str) -> None:
    for line in (
        f"Classified By: {title.format(name)}",
        f"CLASSIFIED BY: {title.format(name)}",
        f"Classified By: Classified by {title.format(name)}",
    ):
        for text in (line, line.upper(), line.replace(" ", " \n", 2)):
            cable = reftel.read(f"SUBJECT: X\n\n{text}\n\n1. (C) Text.\n")
            assert cable.authority.name is not None, text
            assert " ".join(cable.authority.name.value.split()).upper() == name.upper(), text
