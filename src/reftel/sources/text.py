"""Bytes to text: which encoding, what was repaired, and line ends as one line feed.

This is the only place where text is changed on its way in: carriage returns become line feeds, bytes that are
not UTF-8 are read as Windows-1252, and words whose letters were plainly decoded in the wrong encoding before we saw them
(KorÃ³dy) are restored. Each kind of repair is a finding that says where the first one stands.
"""

from __future__ import annotations

import re

from reftel.errors import TooLarge
from reftel.finding import Finding, Span
from reftel.sources.base import Input

# Runs of characters that UTF-8 bytes give when they are read as cp1252: a lead and the continuations it asks for.
_C1252 = "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xC0))
_TAIL = f"[{re.escape(_C1252)}]"
_MOJIBAKE = re.compile(f"(?:[Â-ß]{_TAIL}|[à-ï]{_TAIL}{{2}}|[ð-ô]{_TAIL}{{3}}|â€(?!{_TAIL}))+")
_LEAD = re.compile("[Â-ô]")
# Marks that close a quotation or a clause: behind a capital they are more likely meant than scrambled (CAFÉ”, IRMÃ”).
_CLOSING = frozenset("”’»›–—…")
# What one restored character alone proves: Latin letters and signs, general punctuation, euro, trade mark.
_ALONE = re.compile("[\u00a0-\u017f\u2010-\u2026\u2030-\u203a\u20ac\u2122\ufeff]")
_ESCAPED = re.compile("[\udc80-\udcff]+")


def read_whole(source: Input, limit: int) -> bytes:
    """All bytes of `source`; TooLarge where there are more than `limit`, since a part read as the whole would lie."""
    with source.open() as stream:
        raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise TooLarge(f"more than {limit >> 20} MB in one page or text", where=str(source.origin))
    return raw


def decode(raw: bytes) -> tuple[str, list[Finding]]:
    """The text in `raw`, and what had to be repaired. Never fails: every byte has a character in some encoding."""
    return mend(escaped(raw))


def escaped(raw: bytes) -> str:
    """The text in `raw`, line ends made one; bytes that are not UTF-8 stay escaped for `mend`."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return one_line_end(raw.decode("utf-16", "replace"))
    return one_line_end(raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape"))


def one_line_end(text: str) -> str:
    """`text` with every line end a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def mend(text: str) -> tuple[str, list[Finding]]:
    """`text` with escaped bytes read and scrambled words restored, and a finding for each kind of repair."""
    if text.isascii():
        return text, []
    findings: list[Finding] = []
    if stray := _ESCAPED.search(text):
        text, name = _read_stray(text)
        message = f"bytes that are not UTF-8 were read as {name}"
        findings.append(Finding("encoding-repaired", message, Span(*stray.span()), 0.8))
    text, spans = unscramble(text)
    if spans and stray:  # the words restored in front of the bytes have moved them
        findings = [Finding(one.code, one.message, None, one.confidence) for one in findings]
    if spans:
        words = "1 word was" if len(spans) == 1 else f"{len(spans)} words were"
        findings.append(Finding("encoding-repaired", f"{words} restored from a wrong encoding", spans[0], 0.9))
    return text, findings


def _read_stray(text: str) -> tuple[str, str]:
    """`text` with its escaped bytes read as cp1252, where that has no such character as Latin-1; and which it was."""
    names = {"Windows-1252"}

    def read(match: re.Match[str]) -> str:
        raw = bytes(ord(c) - 0xDC00 for c in match[0])
        try:
            return raw.decode("cp1252")
        except UnicodeDecodeError:
            names.add("Latin-1")
            return raw.decode("latin-1")

    return _ESCAPED.sub(read, text), " and ".join(sorted(names, reverse=True))


def unscramble(text: str) -> tuple[str, list[Span]]:
    """`text` with plainly scrambled words restored, and where the restored pieces stand in the result."""
    if not _LEAD.search(text):
        return text, []
    out: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for match in _MOJIBAKE.finditer(text):
        restored = _restored(match[0])
        if restored is None or not _unmistakable(match, restored):
            continue
        out += (text[at : match.start()], restored)
        length += match.start() - at
        spans.append(Span(length, length + len(restored)))
        length += len(restored)
        at = match.end()
    return ("".join([*out, text[at:]]), spans) if spans else (text, [])


def _unmistakable(match: re.Match[str], restored: str) -> bool:
    """Whether a run is scrambled for certain, and not a capital letter with a closing mark behind it."""
    if len(restored) > 1:
        return True
    if not _ALONE.fullmatch(restored):
        return False
    text, run = match.string, match[0]
    before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
    return len(run) != 2 or run[1] not in _CLOSING or after.isalpha() or before.islower()


def _restored(run: str) -> str | None:
    if run.endswith("â€"):  # the third byte (9D) has no character in cp1252 and was dropped: a closing quotation mark
        before = _restored(run[:-2]) if run != "â€" else ""
        return None if before is None else before + "”"
    try:
        return bytes(ord(c) if ord(c) < 256 else c.encode("cp1252")[0] for c in run).decode("utf-8")
    except UnicodeError:
        return None


def head_text(head: bytes) -> str:
    """The first bytes of a file as text for recognition: lossy, quick, line ends as they may be."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
