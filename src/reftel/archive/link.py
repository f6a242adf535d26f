"""What is known of one reference: who cites, in which words, and what may be meant."""

from __future__ import annotations

import msgspec

from reftel.archive.weighing import Likely


class Link(msgspec.Struct, frozen=True):
    """One reference: who cites, as written, and what is meant, the likeliest first; none where it is no cable or paper.

    `start` and `stop` are offsets into the text of the release with number `row`; `note` is what the editors of a volume
    say of the reference.
    """

    row: int
    citing: str
    sent: str
    kind: str
    letter: str
    label: str
    title: str
    start: int
    stop: int
    year_given: bool
    likely: tuple[Likely, ...]
    note: str = ""

    @property
    def target(self) -> str:
        """The id of the cable or paper that is most likely meant; empty where it is none."""
        return self.likely[0].id if self.likely else ""
