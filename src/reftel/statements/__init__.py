"""Who said what: the statements of a text, each with its speaker, its words and where they stand."""

from __future__ import annotations

from reftel.statements.reading import read_statements
from reftel.statements.records import About, Answer, Press, Speaker, Stance, Statement

__all__ = ["About", "Answer", "Press", "Speaker", "Stance", "Statement", "read_statements"]
