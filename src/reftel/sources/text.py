"""Bytes to text: which encoding, what was repaired, and line ends as one line feed.

This is the only place where text is changed on its way in: line ends become `\\n`, and words whose letters were
plainly decoded in the wrong encoding before we saw them (KorÃ³dy) are restored, with a finding that says where.
"""

from __future__ import annotations

import re

from reftel.finding import Finding, Span

# Runs of characters that UTF-8 bytes give when they are read as cp1252: a lead and the continuations it asks for.
_C1252 = "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xC0))
_TAIL = f"[{re.escape(_C1252)}]"
_MOJIBAKE = re.compile(f"(?:[Â-ß]{_TAIL}|[à-ï]{_TAIL}{{2}}|[ð-ô]{_TAIL}{{3}}|â€(?![{re.escape(_C1252)}]))+")
# Signs that are common enough by themselves in good text: one of them alone proves nothing.
_MARKS = ("â€", "Ã", "Â")


def decode(raw: bytes) -> tuple[str, list[Finding]]:
    """The text in `raw`, and what had to be repaired. Never fails: what no encoding fits is read as Latin-1."""
    text, findings = _decode(raw)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    repaired, spans = unscramble(text)
    if spans:
        findings.append(
            Finding("encoding-repaired", f"{len(spans)} words were restored from a wrong encoding", spans[0], 0.9)
        )
    return repaired, findings


def _decode(raw: bytes) -> tuple[str, list[Finding]]:
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace").removeprefix("\ufeff"), []
    try:
        return raw.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    try:
        text, name = raw.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        text, name = raw.decode("latin-1"), "Latin-1"
    return text, [Finding("encoding-repaired", f"the bytes are not UTF-8; they were read as {name}", None, 0.8)]


def unscramble(text: str) -> tuple[str, list[Span]]:
    """`text` with plainly scrambled words restored, and where the restored pieces stand in the result."""
    if not any(mark in text for mark in _MARKS):
        return text, []
    out: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for match in _MOJIBAKE.finditer(text):
        restored = _restored(match[0])
        if restored is None:
            continue
        out += (text[at : match.start()], restored)
        length += match.start() - at
        spans.append(Span(length, length + len(restored)))
        length += len(restored)
        at = match.end()
    return ("".join([*out, text[at:]]), spans) if spans else (text, [])


def _restored(run: str) -> str | None:
    if run.endswith("â€"):  # the third byte (9D) has no character in cp1252 and was dropped: a closing quotation mark
        before = _restored(run[:-2]) if run != "â€" else ""
        return None if before is None else before + "”"
    try:
        return run.encode("cp1252").decode("utf-8")
    except UnicodeError:
        try:
            return bytes(ord(c) if ord(c) < 256 else c.encode("cp1252")[0] for c in run).decode("utf-8")
        except UnicodeError:
            return None


def head_text(head: bytes) -> str:
    """The first bytes of a file as text for recognition: lossy, quick, line ends as they may be."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
