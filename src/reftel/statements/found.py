"""What a frame finds in a sentence, before it becomes a statement."""

from __future__ import annotations

from reftel.finding import Span
from reftel.statements.clauses import Group


class Found:
    """Source, cue and content as offsets in the text; `verb` is the cue's dictionary form, `group` its verb group."""

    __slots__ = ("confidence", "content", "cue", "group", "rule", "source", "verb")

    def __init__(
        self, source: list[Span], cue: list[Span], content: list[Span], verb: str, rule: str, confidence: float
    ) -> None:
        self.source = source
        self.cue = cue
        self.content = content
        self.verb = verb
        self.rule = rule
        self.confidence = confidence
        self.group: Group | None = None
