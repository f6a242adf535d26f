"""The parts of which a page has hundreds, as HTML made here: in a template each would cost many times as much.

Every text is escaped and made visible, as all that templates are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
from markupsafe import Markup, escape

from reftel.web.addresses import of
from reftel.web.charts import HEIGHT, Bar
from reftel.web.metadata import context_object
from reftel.web.shown import Run, Shown, groups, visible
from reftel.web.views.header import Bit
from reftel.web.views.results import Choice, HitShown
from reftel.web.words import KINDS, LEVELS, said

_LOST, _NO_TITLE, _PARAGRAPH = said("lost"), said("Title lost"), said("Paragraph %(number)s")


class Wording(msgspec.Struct, frozen=True):
    """How things are said on a page: words in its language, dates in words, and an id for each explanation."""

    translate: Callable[[str], str]
    when: Callable[[str], str]
    unique: Callable[[], str]


def shown_text(shown: Shown, unique: Callable[[], str]) -> Markup:
    """A text with its marks; `unique` gives the id of each explanation."""
    if not shown.marks:
        return Markup(_safe(shown.text))
    found: list[str] = []
    for group in groups(shown):
        inside = "".join(_run(run) for run in group.runs)
        if not group.address:
            found.append(inside)
        elif "gloss" in group.runs[0].kinds:
            found.append(gloss(Markup(inside), group.says, group.address, unique()))
        else:
            found.append(f'<a class="mention" href="{_safe(group.address)}">{inside}</a>')
    return Markup("".join(found))


def gloss(word: str, says: str, address: str, name: str) -> Markup:
    """A word that leads to what it means, and says so when it is pointed at; `name` is an id of its own."""
    return Markup(
        f'<span class="gloss"><a href="{_safe(address)}" aria-describedby="{name}">{_safe(word)}</a>'
        f'<span role="tooltip" id="{name}">{_safe(says)}</span></span>'
    )


def bit_shown(one: Bit, wording: Wording) -> Markup:
    """One value of a header, with what it means beside it."""
    translate = wording.translate
    if one.lost:
        value = f'<span class="lost">{_safe(translate(_LOST))}</span>'
    elif one.when:
        value = f'<time datetime="{_safe(one.text)}">{_safe(wording.when(one.text))}</time>'
    elif one.says and one.address:
        value = f'<a class="coded" href="{_safe(one.address)}">{_safe(one.text)}</a>'  # what it means stands beside it
    elif one.address:
        value = f'<a href="{_safe(one.address)}">{_safe(one.text)}</a>'
    else:
        value = f"<bdi>{_safe(translate(one.text) if one.text else '')}</bdi>"
    note = f' <span class="note">({_safe(translate(one.note))})</span>' if one.note else ""
    means = f' <span class="means">{_safe(translate(one.says))}</span>' if one.says else ""
    return Markup(f"{value}{note}{means}")


def level_tag(level: str, wording: Wording) -> Markup:
    """A classification as a mark of its own."""
    if not level:
        return Markup()
    name = _safe(level.lower().replace(" ", "-"))
    return Markup(
        f'<span class="level" data-level="{name}">{_safe(wording.translate(LEVELS.get(level, level)))}</span>'
    )


def hit_shown(one: HitShown, wording: Wording) -> Markup:
    """One entry of a list of records: its title, what it is listed by, and the passage that was found."""
    address, translate = _safe(one.address), wording.translate
    listed = [f'<span class="id">{_safe(one.id or one.key[:12])}</span>{level_tag(one.level, wording)}']
    if one.sent:
        listed.append(f'<time datetime="{_safe(one.sent)}">{_safe(wording.when(one.sent[:10]))}</time>')
    if one.kind != "cable":
        listed.append(f"<span>{_safe(translate(KINDS[one.kind]))}</span>")
    elif one.post:
        listed.append(f'<a href="{_safe(of("post", one.post))}">{_safe(one.post_name or one.post)}</a>')
    return Markup(
        f'<article class="hit" data-step><span class="Z3988" title="{_safe(context_object(one))}"></span>\n'
        f'<h2><a href="{address}">{_safe(one.subject or translate(_NO_TITLE))}</a></h2>\n'
        f'<p class="meta">{"".join(listed)}</p>\n{_passage(one, address, wording) if one.snippet.text else ""}</article>\n'
    )


def _passage(one: HitShown, address: str, wording: Wording) -> str:
    led = ""
    if one.paragraph:
        label = wording.translate(_PARAGRAPH) % {"number": one.paragraph}
        mark = f" ({_safe(one.mark)})" if one.mark else ""
        led = f'<a class="para" href="{address}" aria-label="{_safe(label)}">¶{_safe(one.paragraph)}{mark}</a> '
    return f'<p class="snippet">{led}{shown_text(one.snippet, wording.unique)}</p>\n'


def _run(run: Run) -> str:
    text = _safe(run.text)
    kinds = run.kinds
    if not kinds:
        return text
    if "found" in kinds or "differs" in kinds:
        return f"<mark>{text}</mark>"
    if "noted" in kinds:
        return f'<span class="noted">{text}</span>'
    if "redaction" in kinds:
        return f'<span class="withheld">{text}</span>'
    return f'<span class="doubt">{text}</span>' if "doubt" in kinds else text


def chart_bars(bars: Sequence[Bar], when: Callable[[str], str]) -> Markup:
    """The bars of a chart, each a link that can be hit along its whole height; `when` says a date in words."""
    found = []
    for bar in bars:
        if bar.count:
            told = f"{_safe(when(bar.value))}: {bar.count:,}"
            start, end = (f'<a href="{_safe(bar.address)}" aria-label="{told}">', "</a>")
            if not bar.address:
                start, end = f'<g role="img" aria-label="{told}">', "</g>"
            found.append(
                f"{start}<title>{told}</title>"
                f'<rect class="reach" x="{bar.x}" y="0" width="{bar.width}" height="{HEIGHT}"/>'
                f'<rect class="bar" x="{bar.x}" y="{bar.y}" width="{bar.width}" height="{bar.height}"/>{end}'
            )
    return Markup("\n".join(found))


def choice_items(choices: Iterable[Choice]) -> Markup:
    """The entries of a list of choices."""
    found = []
    for one in choices:
        name = f"<bdi>{_safe(one.name or one.value)}</bdi>"
        led = f'<a href="{_safe(one.address)}">{name}</a>' if one.address else name
        found.append(f'<li>{led} <span class="count">{one.count:,}</span></li>')
    return Markup("\n".join(found))


def _safe(text: str) -> str:
    return escape(text if isinstance(text, Markup) else visible(text))
