"""What programs that collect citations read from a page: linked data in it, and a context object with each entry of a list.

A record's own page has the fields of a technical report in its head besides. The post stands there as the institution that
issued it, and not as an author: programs take the words of an author apart into the names of a person.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from reftel import handbook
from reftel.export.citing import Citation
from reftel.web.addresses import clean

if TYPE_CHECKING:
    from reftel.web.views.results import HitShown

_TYPES = {"Telegram": "Report", "Incident report": "Report"}
_NAMES = {"cable": "Telegram", "incident": "Incident report", "document": "Document"}
_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def linked_data(cited: Citation, keywords: tuple[str, ...]) -> str:
    """A citation as JSON-LD in the words of schema.org, with no sign in it that could end a script: it can stand in a page."""
    told = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(cited.type, "CreativeWork"),
        "name": cited.title,
        "genre": cited.type,
        "reportNumber": cited.number if cited.type in _TYPES else "",
        "identifier": cited.number,
        "creator": {"@type": "Organization", "name": cited.author} if cited.author else "",
        "recipient": {"@type": "Organization", "name": cited.recipient} if cited.recipient else "",
        "dateCreated": cited.date,
        "publisher": {"@type": "Organization", "name": cited.publisher} if cited.publisher else "",
        "keywords": list(keywords),
        "description": cited.note,
    }
    return json.dumps({name: value for name, value in told.items() if value}).translate(_ESCAPED)


def context_object(hit: HitShown) -> str:
    """One entry of a list as an OpenURL context object (COinS), from which all entries of a page can be collected at once."""
    post = handbook.posts().get(hit.post)
    name = f"{_NAMES[hit.kind]} {hit.id}".strip()
    report = hit.kind != "document"
    told = {
        "rft.genre": "report" if report else "document",
        "rft.btitle" if report else "rft.title": hit.subject or name,
        "rft.aucorp": hit.post_name or (post.name if post else hit.post) if hit.kind == "cable" else "",
        "rft.date": hit.sent[:10],
        "rft.series": name,
    }
    # What reads it takes each plus sign for a blank, also where it is written as a number.
    pairs = [f"{key}={quote(clean(value.replace('+', ' ')), safe='')}" for key, value in told.items() if value]
    return "&".join(("ctx_ver=Z39.88-2004", f"rft_val_fmt={quote('info:ofi/fmt:kev:mtx:book', safe='')}", *pairs))
