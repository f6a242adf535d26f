"""Where summary and comments stand, whatever marks their beginning and end."""

from __future__ import annotations

import re

from reftel.cable.records import Block
from reftel.finding import Span

_END_BEFORE = re.compile(r"[ \t]*[-–(]*[ \t]*\bEND[ \t\n]+(?:OF[ \t]+)?SUM+A?R?Y\b", re.IGNORECASE)
_COMMENT = re.compile(r"COMMENT[ \t]*[:.][ \t]*", re.IGNORECASE)
_END_COMMENT = re.compile(r"[ \t]*\(?\bEND[ \t\n]+COMM?ENT\b", re.IGNORECASE)
_REACH = 12_000


def find_summary(clean: str, lower: str, blocks: list[Block], start: int) -> tuple[Span, ...]:
    """The summary's text without its labels, one span for each paragraph; empty where there is no summary."""
    first = next((n for n, block in enumerate(blocks) if block.role == "summary"), None)
    begin = blocks[first].span.start if first is not None else start
    closing = _end_of_summary(clean, lower, begin, min(len(clean), begin + _REACH))
    if first is None:
        if closing is None:
            return ()
        first = next((n for n, block in enumerate(blocks) if block.number is not None), None)
        if first is None or blocks[first].span.start > closing:
            return ()
    return tuple(_spans(clean, blocks, first, closing))


def _end_of_summary(clean: str, lower: str, begin: int, end: int) -> int | None:
    """Where the first END SUMMARY stands; its second word is looked for, which costs far less than the pattern."""
    at = lower.find("sum", begin, end)
    while at >= 0:
        if "end" in lower[max(begin, at - 12) : at] and (
            match := _END_BEFORE.search(clean, max(begin, at - 24), at + 8)
        ):
            return match.start()
        at = lower.find("sum", at + 3, end)
    return None


def _spans(clean: str, blocks: list[Block], first: int, closing: int | None) -> list[Span]:
    out: list[Span] = []
    under_heading = blocks[first].kind == "heading"
    for position in range(first, len(blocks)):
        block = blocks[position]
        if closing is not None and block.span.start >= closing:
            break
        if block.kind == "heading":
            if position > first and closing is None:
                break
            continue
        end = min(block.content.end, closing) if closing is not None else block.content.end
        if (span := trimmed(clean, block.content.start, end)) is not None:
            out.append(span)
        if closing is None and not under_heading:
            break
        if closing is None and under_heading and position + 1 < len(blocks) and blocks[position + 1].number is not None:
            break
    return out


def find_comments(clean: str, lower: str, blocks: list[Block]) -> tuple[Span, ...]:
    """The drafter's own comments: paragraphs labelled so, what follows a COMMENT heading, and comments in brackets."""
    out: list[Span] = []
    under = False
    for block in blocks:
        if block.kind == "heading":
            under = block.role == "comment"
        elif (under or block.role == "comment") and (span := trimmed(clean, block.content.start, block.content.end)):
            out.append(span)
    if words := _comment_words(lower):
        out += [
            span for span in _inline(clean, words, blocks) if not any(one.start <= span.start < one.end for one in out)
        ]
    return tuple(sorted(out))


def _inline(clean: str, words: list[int], blocks: list[Block]) -> list[Span]:
    out: list[Span] = []
    for at in words:
        block = next((one for one in blocks if one.content.start <= at < one.content.end), None)
        if block is None or block.role == "comment" or block.kind == "heading":
            continue
        match = _COMMENT.match(clean, at)
        before = clean[max(block.content.start, at - 12) : at].upper().removesuffix("BEGIN ").rstrip(" \t\n\\-")
        if match is None or (before and before[-1] not in '.!?:;(")'):  # a comment begins a sentence
            continue
        closing = _END_COMMENT.search(clean, match.end(), block.content.end)
        bracketed = clean[max(0, at - 7) : at].upper().replace("BEGIN", "").rstrip().endswith("(")
        end = closing.start() if closing else _bracket_end(clean, match, bracketed, block.content.end)
        if span := trimmed(clean, match.end(), end):
            out.append(span)
    return out


def _comment_words(lower: str) -> list[int]:
    out: list[int] = []
    at = lower.find("comment")
    while at >= 0:
        out.append(at)
        at = lower.find("comment", at + 7)
    return out


def _bracket_end(clean: str, match: re.Match[str], bracketed: bool, end: int) -> int:
    if not bracketed:
        return end
    closed = clean.find(")", match.end(), end)
    return end if closed < 0 else closed


def trimmed(clean: str, start: int, end: int) -> Span | None:
    """`[start, end)` without white space at its ends; None where nothing is left."""
    while start < end and clean[start] in " \t\n\\\r":
        start += 1
    while end > start and clean[end - 1] in " \t\n\\\r":
        end -= 1
    return Span(start, end) if end > start else None
