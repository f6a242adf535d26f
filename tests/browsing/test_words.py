"""The words of the interface are in catalogues: none is shown that could not be in another language, from either side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import catalogues
from reftel.web import make_app
from reftel.web.app import Settings
from reftel.web.words import MONTHS, chosen, direction, languages, when

# What is data, code or a name, and the same in every language.
_SAME = re.compile(r"reftel|R|JSON|CSV|BibLaTeX|RIS|CSL JSON|[^\w]*|[\d.,:¶×…/|()\[\]%·–-]+")
PAGES = ("/", "/search?q=harbour", "/record/07MARENGO212", "/record/05DOLUNAY377", "/versions/06VESZTALY418", "/thread/07MARENGO212",
         "/browse", "/post/LONDON", "/guide", "/privacy", "/data", "/handbook")  # fmt: skip
_INTERFACE = {"h1", "h2", "th", "label", "button", "summary", "option", "nav", "caption", "dd"}


class Interface(HTMLParser):
    """The words of labels, buttons, headings and the like, without data (which stands in bdi, code, q, time, a link ...)."""

    _DATA = frozenset({"bdi", "code", "q", "time", "a", "pre", "kbd", "title", "mark", "span"})
    _EMPTY = frozenset({"meta", "link", "input", "br", "image", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.path: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._EMPTY:
            self.path.append(tag)
        self.words += [value for name, value in attrs if name == "placeholder" and value]

    def handle_endtag(self, tag: str) -> None:
        while self.path and self.path.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self.path and self.path[-1] in _INTERFACE and not self._DATA & set(self.path):
            self.words.append(data.strip())


@pytest.fixture(scope="module")
def strange(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    place = tmp_path_factory.mktemp("words") / "locale"
    for language in ("de", "ar"):
        catalogues.write_pseudo(place, language)
    with TestClient(make_app(samples, Settings(catalogues=place))) as client:
        yield client


@pytest.mark.parametrize("address", PAGES)
def test_every_word_of_the_interface_can_be_translated(strange: TestClient, address: str) -> None:
    reply = strange.get(address, headers={"Accept-Language": "de-AT,en;q=0.5"})
    assert reply.headers["content-language"] == "de"
    assert '<html lang="de" dir="ltr">' in reply.text
    assert "⟦" in reply.text
    assert untranslated(reply.text) == set()


def untranslated(page: str) -> set[str]:
    """The words of the interface on a page in pseudo words that are in plain English."""
    parser = Interface()
    parser.feed(page)
    assert len(parser.words) > 15
    left = [words for words in parser.words if "⟦" not in words and not _SAME.fullmatch(words)]
    return {word for word in left if not _is_data(word)}


def _is_data(words: str) -> bool:
    """Names of fields and codes of the archive, which stand in lists of definitions and in tables."""
    return bool(re.search(r"[A-Z]{3}|\d", words)) or words[:1].islower() or words.endswith(".") or " " in words


@pytest.mark.parametrize("address", PAGES)
def test_pages_can_be_read_from_the_right(strange: TestClient, address: str) -> None:
    reply = strange.get(address, headers={"Accept-Language": "ar"})
    assert reply.status_code == 200
    assert '<html lang="ar" dir="rtl">' in reply.text


def test_the_style_knows_no_left_and_right() -> None:
    css = (Path(catalogues.ROOM) / "static" / "reftel.css").read_text("utf-8")
    assert (
        re.findall(r"(?:margin|padding|border|inset)-(?:left|right)|(?:text-align|float):\s*(?:left|right)", css) == []
    )


def test_the_template_of_catalogues_is_of_today() -> None:
    assert catalogues.TEMPLATE.read_text("utf-8") == catalogues.template(catalogues.found())


def test_english_is_what_is_not_translated(client: TestClient) -> None:
    assert languages() == ("en",)
    reply = client.get("/", headers={"Accept-Language": "xx"})
    assert reply.headers["content-language"] == "en"
    assert "What is here" in reply.text


@pytest.mark.parametrize(
    ("accepted", "known", "language"),
    [
        ("", ("en", "fr"), "en"),
        ("fr-CA,fr;q=0.8", ("en", "fr"), "fr"),
        ("xx, FR", ("en", "fr"), "fr"),
        ("fr-CA", ("en", "fr-CA", "fr"), "fr-CA"),
        (";;,,", ("en", "fr"), "en"),
    ],
)
def test_the_language_is_the_readers(accepted: str, known: tuple[str, ...], language: str) -> None:
    assert chosen(accepted, known) == language


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2005-12-15T13:09Z", "15 December 2005, 13:09 UTC"),
        ("2005-12-15T13:09:00+00:00", "15 December 2005, 13:09 UTC"),
        ("1946-02-22T13:00:00-05:00", "22 February 1946, 13:00 UTC-05:00"),
        ("1917-05-07T17:00:00", "7 May 1917, 17:00"),
        ("2005-12-15", "15 December 2005"),
        ("2005-12", "December 2005"),
        ("2005", "2005"),
        ("2005-99", "2005"),
        ("some day", "some day"),
        ("", ""),
    ],
)
def test_moments_are_told_no_finer_than_they_are_known(moment: str, shown: str) -> None:
    assert when(moment, str) == shown


def test_months_are_twelve_and_directions_two() -> None:
    assert len(MONTHS) == 12
    assert (direction("fa-IR"), direction("fr")) == ("rtl", "ltr")
