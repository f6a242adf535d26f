"""What a frame finds in a sentence, as items of it, before it becomes a statement."""

from __future__ import annotations

from reftel.finding import Span


class Found:
    """Source, cue and content as ranges of offsets in the text; `verb` is the cue's dictionary form."""

    __slots__ = ("confidence", "content", "cue", "rule", "source", "verb")

    def __init__(
        self, source: list[Span], cue: list[Span], content: list[Span], verb: str, rule: str, confidence: float
    ) -> None:
        self.source = source
        self.cue = cue
        self.content = content
        self.verb = verb
        self.rule = rule
        self.confidence = confidence
