"""Data to pages: one environment of templates a language. All that is put into a page is escaped and made visible."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from reftel import __version__
from reftel.export import formats
from reftel.web import addresses, words
from reftel.web.charts import HEIGHT, MAP_HEIGHT, MAP_WIDTH, WIDTH, place
from reftel.web.markup import Wording, bit_shown, chart_bars, choice_items, hit_shown, level_tag, shown_text
from reftel.web.shown import visible
from reftel.web.views.guide import TABLES
from reftel.web.views.header import country
from reftel.web.views.home import ENOUGH
from reftel.web.views.results import fields_help, form_title

_TEMPLATES = Path(__file__).parent / "templates"
_numbers: ContextVar[Iterator[int]] = ContextVar("numbers")  # of the explanations on the page that is being made


@lru_cache(maxsize=8)
def environment(language: str, catalogues: Path) -> jinja2.Environment:
    """The templates in `language`."""
    catalogue = words.catalogue(language, catalogues)
    made = jinja2.Environment(
        loader=Translated(catalogue.gettext),
        autoescape=True,
        finalize=_visible,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    translate = catalogue.gettext
    when = lru_cache(4096)(_when(translate))
    wording = Wording(translate, when, _unique)
    made.filters["when"] = when
    made.filters["laid"] = lambda shown: shown_text(shown, _unique)
    made.filters["hit"] = lambda one: hit_shown(one, wording)
    made.filters["level_tag"] = lambda level: level_tag(level, wording)
    made.filters["bit"] = lambda one: bit_shown(one, wording)
    made.filters["bars"] = lambda bars: chart_bars(bars, when)
    made.filters["choice_items"] = choice_items
    made.filters["linked_data"] = Markup  # made so that it can stand in a page
    made.filters["number"] = lambda count: f"{count:,}"
    made.filters["said"] = lambda text: translate(text) if text else ""
    made.filters["share"] = share
    made.filters["level"] = _level(translate)
    made.filters["form"] = form_title
    made.filters["country"] = country
    made.filters["degrees"] = lambda place: words.degrees(place.latitude, place.longitude)
    made.globals.update(
        address=addresses.of, record=addresses.record, language=language,
        direction=words.direction(language), version=__version__, kinds=words.KINDS, post_kinds=words.POSTS,
        ranks=words.RANKS, reference_kinds=words.REFERENCES, completeness_words=words.COMPLETENESS, tables=TABLES, chart_size=(WIDTH, HEIGHT),
        map_size=(MAP_WIDTH, MAP_HEIGHT), formats=formats, place_of=place, enough=ENOUGH, fields_help=fields_help(),
    )  # fmt: skip
    made.globals["labels"] = {name: translate(label) for name, label in words.LABELS.items()}
    made.globals["search_help"] = lru_cache(1)(lambda: Markup(made.get_template("_help.html").render()))
    return made


def _when(translate: words.Translate) -> Callable[[str], str]:
    return lambda moment: words.when(moment, translate) if moment else ""


def _level(translate: words.Translate) -> Callable[[str], str]:
    return lambda level: translate(words.LEVELS.get(level, level))


def share(part: int, whole: int) -> str:
    """`part` of `whole` in the hundred; a share that is small is not nothing."""
    percent = 100 * part / max(whole, 1)
    return f"{percent:.0f} %" if percent >= 1 or not part else "< 1 %"


class Translated(jinja2.FileSystemLoader):
    """Templates whose plain words are translated when they are read, and not each time that they are shown."""

    _PLAIN = re.compile(r'\{\{ _\("([^"\\%]+)"\) \}\}')
    _INSIDE = re.compile(r'\b_\("([^"\\%{}<&]+)"\)')

    def __init__(self, translate: words.Translate, folder: Path = _TEMPLATES) -> None:
        super().__init__(folder)
        self._translate = translate

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The template with its words in the language, escaped; what looks like a template's sign stays a value."""
        source, place, current = super().get_source(environment, template)
        return self._INSIDE.sub(self._quoted, self._PLAIN.sub(self._said, source)), place, current

    def _said(self, match: re.Match[str]) -> str:
        text = self._translate(match[1])
        return match[0] if "{" in text else str(escape(text))

    def _quoted(self, match: re.Match[str]) -> str:
        text = self._translate(match[1])
        return match[0] if any(sign in text for sign in '"\\<&') else f'"{text}"'


def _visible(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _unique() -> str:
    return f"t{next(_numbers.get())}"


def render(template: str, language: str, catalogues: Path, values: dict[str, Any]) -> bytes:
    """The page as HTML in UTF-8."""
    return filled(environment(language, catalogues).get_template(template), values)


def filled(template: jinja2.Template, values: dict[str, Any]) -> bytes:
    """A template with its values, as HTML in UTF-8."""
    _numbers.set(itertools.count(1))
    return template.render(values).encode("utf-8", "replace")
