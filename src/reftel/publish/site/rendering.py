"""The reader's own templates, with those that a site without a server has otherwise laid over them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import msgspec

from reftel.publish.site.links import Links
from reftel.web import words
from reftel.web.rendering import Translated, environment, filled

_TEMPLATES = Path(__file__).parent / "templates"
# A page on a disk has no origin that it could be the same as: `file:` lets it use what lies beside it.
POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self' file:", "style-src 'self' file:", "img-src 'self' file:",
        "form-action 'self' file:", "base-uri 'none'",
    )
)  # fmt: skip


class Look(msgspec.Struct, frozen=True):
    """What is the same on every page: the archive's name, the language and where its catalogue is."""

    name: str
    language: str = "en"
    catalogues: Path = words.CATALOGUES


@lru_cache(maxsize=2)
def _environment(language: str, catalogues: Path) -> jinja2.Environment:
    translate = words.catalogue(language, catalogues).gettext
    of_reader = Translated(translate)
    loader = jinja2.ChoiceLoader(
        [Translated(translate, _TEMPLATES), jinja2.PrefixLoader({"web": of_reader}), of_reader]
    )
    return environment(language, catalogues).overlay(loader=loader)


class Printer:
    """Makes pages of data."""

    def __init__(self, look: Look, links: Links) -> None:
        self._environment = _environment(look.language, look.catalogues)
        self._links = links
        self._common = {
            "archive_name": look.name, "prints": False, "here": "", "asked_words": "", "forms": {}, "policy": POLICY,
        }  # fmt: skip

    def page(self, path: str, template: str, data: object, **values: Any) -> bytes:
        """The page that stands at `path`."""
        given = {**self._common, "page": template, "data": data, **values}
        return self._links.laid(filled(self._environment.get_template(f"{template}.html"), given), path)
