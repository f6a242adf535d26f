"""A partial extract as a mirror serves it, with losses of every common kind. Its words are ours."""

from __future__ import annotations

from reftel.release import Given, Origin, Release

NOTICE = "This record is a partial extract of the original cable. The full text of the original cable is not available."
PARAGRAPHS = """UNCLAS  ALMATY 004412



E.O. 12958: N/A

Ref: Almaty 3284

1. (SBU) SUMMARY: At a recent roundtable on the harbour of
Aktau, three invented experts disagreed.  END SUMMARY.

The Pact as a Threat to the Coast or...


2. (SBU) One of them (see reftel) said that the pact was a
threat.

...The Pact as a Wall Against All Reform



3. (SBU) Another said that it was a wall, and that walls are all they have in

4. (U) In an article for pro-
government Liter, the third wrote that it was nothing.
"""
EXTRACT = Release(
    text=PARAGRAPHS,
    kind="cable",
    form="mirror-page",
    origin=Origin("page.txt"),
    publisher="a mirror",
    given=Given(date="2005-12-15T13:09:00", origin="US Office Almaty", notice=NOTICE),
)
