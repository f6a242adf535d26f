"""Texts that look like telegrams, or once did: the trade's words thrown together, cut, doubled and damaged."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = """UNCLAS|C O N F I D E N T I A L|SECRET|SECTION 01 OF 03|SECTION 02 OF 03|ALMATY 004412|RIO DE JANEIRO 00123|SIPDIS|NOFORN
SENSITIVE|E.O. 12958: N/A|E.O. 12958: DECL: 01/02/2015|E.O. 11652: GDS|E.O. 12958: DECL: AFTER UNIFICATION|TAGS: PREL, PGOV, KZ
TAGS: OVIP (CLINTON, HILLARY), ECINECONCS|TAGS|SUBJECT: (C) A TITLE|SUBJECT:|SUBJ: X|REF: A. STATE 123 B. 05 PARIS 7|REF: ALMATY 3284
REFTEL:|B) SMITH-JONES E-MAIL 3/4/05|C. IIR 6 832 0617 08|¶D. 692/317/274|(NOTAL)|AND PREVIOUS|Classified By: DCM John Q. Public
for reasons 1.4 (b) and (d)|1. (SBU) SUMMARY:|END SUMMARY.|2. (C)|3.|¶4. (U)|Comment:|End comment.)|------|* item|- item|a. item
(b) item|XXXXXXXXXXXX|xx|ROME 00000123  001.2 OF 003|PAGE 02 VATICA 05693 01 OF 02 021700Z|VZCZCXRO8625|RR RUEHC|DE RUEHMO #2700 2531405
ZNR UUUUU ZZH|R 091405Z SEP 08|FM AMEMBASSY MOSCOW|TO RUEHC/SECSTATE WASHDC IMMEDIATE 9906|INFO RUCNCIS/CIS COLLECTIVE|XMT AMEMBASSY SOFIA
LINDGREN|NNNN|see reftel|ref A|refs B and C|pro-|government|The Minister said that|...Pact as|Pact or...|C O R R E C T E D  C O P Y
ORIGIN EUR-12|DRAFTED BY: X|APPROVED BY: Y|¶|\\|&#x000A;|\t|   |İß|\x00|\ud800|\u202e|(|)|:|;|,|.|-|=|#&%$|{}~|\ufffd""".replace(
    "\n", "|"
).split("|")

lines = st.lists(st.sampled_from(WORDS) | st.text(max_size=12), max_size=40)
separators = st.sampled_from(["\n", " ", "\n\n", " \n", "\\\n", ""])


@st.composite
def telegrams(draw: st.DrawFn) -> str:
    """A text of the trade's words, parted at random."""
    return "".join(word + draw(separators) for word in draw(lines))
