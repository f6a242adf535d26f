"""The options that several commands share: one meaning, one spelling, one help text each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_ARCHIVE = Path("archive.reftel")

ArchiveOption = Annotated[
    Path,
    typer.Option("--archive", envvar="REFTEL_ARCHIVE", help="The archive's directory.", show_default=True),
]
FormOption = Annotated[
    str | None,
    typer.Option(
        "--form", help="Read everything as this form, not as what its content looks like (see `reftel forms`)."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print each record whole, one line of JSON each.")]
PathsArgument = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Files, folders or containers; - is the standard input.")
]
WordsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="WORDS...",
        help='Words, "phrases", OR, -not, (groups), field:word; or a telegram\'s number in any spelling.',
    ),
]
PostOption = Annotated[str, typer.Option("--post", help="Only from this post, in any spelling.")]
FromOption = Annotated[str, typer.Option("--from", help="Only sent in or after this year, month or day: 1975-03-21.")]
ToOption = Annotated[str, typer.Option("--to", help="Only sent in or before this year, month or day.")]
ClassOption = Annotated[str, typer.Option("--class", help="Only of this classification: SECRET, or S.")]
TagOption = Annotated[
    list[str] | None, typer.Option("--tag", help="Only with this TAG; give it again for more, all wanted.")
]
LimitOption = Annotated[int, typer.Option("--limit", min=0, help="How many hits to print.")]
WithinOption = Annotated[
    list[str] | None,
    typer.Option("--within", help="Only what this query finds as well; give it again for more, all wanted."),
]
SortOption = Annotated[str, typer.Option("--sort", help="relevance, oldest, newest, post or citations.")]
SavedOption = Annotated[str, typer.Option("--saved", help="Ask the saved search of this name; WORDS narrow it.")]
NewOption = Annotated[
    bool, typer.Option("--new", help="With --saved: only what was kept since it was last asked with --new or saved.")
]
SavedFileOption = Annotated[
    Path | None,
    typer.Option(
        "--saved-in", envvar="REFTEL_SAVED", help="The file of saved searches. [default: in your own settings]"
    ),
]
FacetsOption = Annotated[
    str,
    typer.Option(
        "--facets",
        help="Count all hits by year, month, post, country, class, caption, tag, signer, to, form, finding, kind or in: "
        "some of them with commas between, or all.",
    ),
]
FacetSizeOption = Annotated[int, typer.Option("--facet-size", min=0, help="How many values of each; 0 is all.")]
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="Print how the query was understood, and what each part of it finds.")
]
AfterOption = Annotated[
    str | None,
    typer.Option(
        "--after", metavar="CURSOR", help="The page after the one that gave this cursor; '' is the first page."
    ),
]
