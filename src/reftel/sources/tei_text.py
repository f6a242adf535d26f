"""The text of a TEI element as people read it, with its notes and marks kept apart and their places known.

White space folds as TEI means it: only mark-up breaks a line. A paragraph, heading, dateline, closer or item stands
between blank lines; `lb`, a row and a signature begin a line; the cells of a row are joined by ` | `.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

import msgspec
from lxml import etree

from reftel.finding import Span
from reftel.release import Mark, Note

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
LINE, BLANK = "\n", "\n\n"

_SPACE = re.compile(r"[ \t\r\n]+")
_BLOCKS = frozenset(
    "p head opener closer dateline postscript attachment div quote lg salute byline trailer argument epigraph "
    "list table figure floatingText body front back group ab listBibl bibl titlePage docTitle".split()
)
_LINES = frozenset("signed l row address addrLine".split())
_SHORT_LISTS = frozenset("participants to from cc subject simple terms persons".split())
_INLINE_MARKS = {"persName": "person", "placeName": "place", "gloss": "gloss", "ref": "reference", "signed": "signed"}
_DAMAGE = {"gap": "gap", "supplied": "supplied", "unclear": "unclear", "damage": "illegible", "redacted": "redacted"}
_EMPTY_KINDS = frozenset(["page", "reference", "withheld", "figure", "document"])

# Real volumes nest a dozen deep. Beyond this only the characters are kept, so that no mark-up exhausts the stack.
_MAX_DEPTH = 80

# What the editors print in brackets where text is cut, lost or unreadable. The words decide, not the italics: the
# mark-up of half the volumes has no italics there. A bracket that only supplies a word says none of these.
_WITHHELD = re.compile(
    r"\[[^\[\]]{0,160}?\b(?P<reason>not declassified|not declassif|garbled?|garbles|illegible|undecipherable|"
    r"indecipherable|omission|omitted|words? missing|groups? missing|text missing|missing text|unreadable|redacted|"
    r"sic: garbled)\b[^\[\]]{0,160}\]",
    re.IGNORECASE,
)


class TextParts(msgspec.Struct, frozen=True):
    """A text, the notes that stood in it, and the passages its mark-up names."""

    text: str
    notes: tuple[Note, ...]
    marks: tuple[Mark, ...]


def local(element: etree._Element) -> str:
    """The element's name without name space or prefix; empty for what is not an element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def fold(text: str) -> str:
    """`text` on one line, each run of white space one blank."""
    return _SPACE.sub(" ", text).strip()


def is_document(element: etree._Element) -> bool:
    """Whether the element is one document of a volume."""
    return local(element) == "div" and element.get("type") == "document"


def is_footnote(note: etree._Element) -> bool:
    """Whether a note belongs to a place in the text (it has a number or an id), and not to the heading."""
    if note.get("rend") == "inline":
        return False
    return bool(note.get("n") or note.get(XML_ID) or note.get("place") in {"foot", "bottom", "end"})


def plain(element: etree._Element) -> str:
    """The element's text on one line, without notes."""
    return fold(set_text(element).text)


def set_text(element: etree._Element, depth: int = 0) -> TextParts:
    """The text within `element`, from its first character; its own mark and break are not in it."""
    setting = Setting(depth=depth)
    setting.walk(element)
    return setting.parts()


def set_document(document: etree._Element) -> TextParts:
    """The text of one document: its first heading left out, its notes apart, nested documents left to themselves."""
    setting = Setting(document)
    setting.walk(document)
    return setting.parts()


class Setting:
    """Sets one element as text, in one pass."""

    def __init__(self, document: etree._Element | None = None, depth: int = 0) -> None:
        self._document = document
        self._depth = depth
        self._title_seen = document is None
        self._out: list[str] = []
        self._length = 0
        self._gap = ""  # the break still owed before the next character
        self._flat = 0  # inside a cell every break is a blank
        self._held = False  # a label was just set: what follows stands on its line
        self._short = False  # the items of this list take a line each
        self._notes: list[Note] = []
        self._marks: list[tuple[str, int, int, str]] = []

    def parts(self) -> TextParts:
        """What has been set."""
        text = "".join(self._out)
        marks = [*self._trimmed(text), *_withheld(text)]
        marks.sort(key=lambda mark: (mark.span.start, -mark.span.end))
        return TextParts(text, tuple(self._notes), tuple(marks))

    def _trimmed(self, text: str) -> Iterator[Mark]:
        # A break owed when an element opened is written after its start was noted.
        for kind, start, end, target in self._marks:
            while start < end and text[start].isspace():
                start += 1  # noqa: PLW2901
            while end > start and text[end - 1].isspace():
                end -= 1  # noqa: PLW2901
            if kind == "editorial" and not _bracketed(text, start, end):
                continue
            if start < end or kind in _EMPTY_KINDS:
                yield Mark(kind, Span(start, end), target)

    # Writing

    def write(self, text: str | None) -> None:
        """Add running text, its white space folded."""
        if not text:
            return
        folded = _SPACE.sub(" ", text)
        core = folded.strip(" ")
        if folded[0] == " ":
            self.want(" ")
        if not core:
            return
        self._put(self._gap + core)
        self._gap = " " if folded[-1] == " " else ""
        self._held = False

    def want(self, gap: str) -> None:
        """Owe a break before the next character; the larger break wins, and none stands at the very start."""
        if not self._length:
            return
        if self._flat or self._held:
            gap = " "
        if len(gap) > len(self._gap) or (gap != " " and self._gap == " "):
            self._gap = gap

    def _put(self, text: str) -> None:
        self._out.append(text)
        self._length += len(text)

    def _separate(self) -> None:
        self._put((self._gap if self._gap not in {"", " "} else "") + " | ")
        self._gap, self._held = "", False

    # Walking

    def walk(self, element: etree._Element) -> None:
        """Set the element's text and what it holds."""
        if self._depth >= _MAX_DEPTH:
            self.write("".join(map(str, element.itertext())))
            return
        self._depth += 1
        self.write(element.text)
        for child in element:
            self._visit(child)
            self.write(child.tail)
        self._depth -= 1

    def _visit(self, element: etree._Element) -> None:
        name = local(element)
        if not name:
            self._entity(element)
        elif name == "note":
            self._note(element)
        elif name == "seg":
            self._seg(element)
        elif name == "head" and not self._title_seen and element.getparent() is self._document:
            self._title_seen = True
            self._heading_notes(element)
        elif is_document(element):
            # It has a release of its own; a mark says where it stood.
            name = element.get(XML_ID, "")
            self._mark("document", self._length, f"#{name}" if name else "")
        elif name == "choice":
            # Of two readings the first is what stands in the source.
            for child in list(element)[:1]:
                self._visit(child)
        else:
            self._element(name, element)

    def _element(self, name: str, element: etree._Element) -> None:
        start = self._length
        if name in _BLOCKS and not (name == "quote" and element.get("rend") != "blockquote"):
            self.want(BLANK)
            self._block(name, element)
            self.want(BLANK)
        elif name in _LINES:
            self.want(LINE)
            if name == "row":
                self._row(element)
            else:
                self.walk(element)
            self.want(LINE)
        elif name == "lb":
            self.want(LINE)
        elif name == "label":
            self._label(element)
        elif name == "item":
            self.want(LINE if self._short else BLANK)
            self.walk(element)
            self._held = False
            self.want(LINE if self._short else BLANK)
        else:
            self.walk(element)
        self._mark_element(name, element, start)

    def _block(self, name: str, element: etree._Element) -> None:
        if name != "list":
            self.walk(element)
            return
        short, parent = self._short, element.getparent()
        inside_signature = parent is not None and local(parent) in {"signed", "closer"}
        self._short = short or inside_signature or element.get("type", "") in _SHORT_LISTS
        self.walk(element)
        self._short = short

    def _label(self, element: etree._Element) -> None:
        self.want(LINE if self._short else BLANK)
        self.walk(element)
        self._held = False
        self.want(" ")
        self._held = True

    def _row(self, element: etree._Element) -> None:
        self.write(element.text)
        for number, cell in enumerate(child for child in element if local(child)):
            if number:
                self._separate()
            self._flat += 1
            self._visit(cell)
            self._flat -= 1

    def _entity(self, element: etree._Element) -> None:
        # Entities are never expanded, since they can grow without bound; the names every reader knows are one character.
        name = getattr(element, "name", None)
        if isinstance(name, str):
            self.write(html5.get(name + ";", f"&{name};"))

    def _seg(self, element: etree._Element) -> None:
        if element.get("type") == "margin":
            self._add_note("margin", element)
            return
        parent = element.getparent()
        apart = parent is not None and local(parent) in {"opener", "closer"}
        if apart:
            self.want(LINE)
        self.walk(element)
        if apart:
            self.want(LINE)

    # Notes and marks

    def _note(self, element: etree._Element) -> None:
        source = element.get("type") == "source"
        if is_footnote(element):
            self._add_note("source" if source else "footnote", element)
        elif element.getparent() is self._document:
            self._add_note("source" if source else "note", element)
        else:
            # The heading of an enclosure ("[Inclosure 2]") is all that parts it from the text before it.
            start = self._length
            self.want(BLANK)
            self.walk(element)
            self.want(BLANK)
            self._mark("heading", start)

    def _heading_notes(self, head: etree._Element) -> None:
        for note in head.iter():
            if local(note) == "note" and not _within(note, "note", head):
                self._add_note("source" if note.get("type") == "source" else "footnote", note)
            elif local(note) == "ref" and note.get("target") and not _within(note, "note", head):
                self._notes.append(Note("reference", plain(note), at=self._length, target=note.get("target", "")))

    def _add_note(self, kind: str, element: etree._Element) -> None:
        inner = set_text(element, self._depth)
        targets = [mark.target for mark in inner.marks if mark.kind == "reference" and mark.target]
        self._notes.append(Note(kind, inner.text, element.get("n", ""), self._length, " ".join(targets)))
        self._notes.extend(msgspec.structs.replace(note, at=self._length) for note in inner.notes)

    def _mark_element(self, name: str, element: etree._Element, start: int) -> None:
        if name in _INLINE_MARKS:
            self._mark(_INLINE_MARKS[name], start, element.get("corresp") or element.get("target") or "")
        elif name == "date":
            self._mark("date", start, element.get("when") or element.get("from") or element.get("notBefore") or "")
        elif name == "pb":
            self._mark("page", start, element.get("n") or element.get("facs") or "")
        elif name in _DAMAGE:
            self._mark("withheld", start, element.get("reason") or _DAMAGE[name])
        elif name == "head":
            self._mark("heading", start)
        elif name == "p":
            self._mark("editorial", start)  # kept only where the whole paragraph is in brackets
        elif name == "attachment":
            self._mark("attachment", start, element.get(XML_ID, ""))
        elif name == "graphic":
            self._mark("figure", start, element.get("url", ""))

    def _mark(self, kind: str, start: int, target: str = "") -> None:
        self._marks.append((kind, start, self._length, target))


def _within(element: etree._Element, name: str, top: etree._Element) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not top:
        if local(parent) == name:
            return True
        parent = parent.getparent()
    return False


def _bracketed(text: str, start: int, end: int) -> bool:
    """Whether a whole paragraph is the editors' own, which they print in brackets."""
    return end - start > 20 and text[start] == "[" and text.find("]", start, end) == end - 1


def _withheld(text: str) -> Iterator[Mark]:
    for match in _WITHHELD.finditer(text):
        yield Mark("withheld", Span(*match.span()), match["reason"].lower())
