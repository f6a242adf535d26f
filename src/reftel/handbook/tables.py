"""The handbook's tables on disk: tab-separated, a header row, lines beginning with # left out."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of `data/NAME.tsv`, each a mapping from column to text; an empty cell is an empty text."""
    lines = (files("reftel.handbook") / "data" / f"{name}.tsv").read_text("utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith("#")]
    columns = kept[0].split("\t")
    for line in kept[1:]:
        cells = line.split("\t")
        yield dict(zip(columns, cells + [""] * (len(columns) - len(cells)), strict=False))
