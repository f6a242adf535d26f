"""The life of a process that makes pages: it opens the archive, is told what is known of the site, and carries out orders."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from reftel.archive import Archive, Stored, open_archive
from reftel.archive.gaps import ghost_cited
from reftel.cable import Cable
from reftel.claims.decisions import Decisions
from reftel.claims.kept import open_claims
from reftel.errors import ArchiveError, SiteError
from reftel.export import format_named
from reftel.publish.site import paths
from reftel.publish.site.files import Folder
from reftel.publish.site.links import Known, Links
from reftel.publish.site.lists import Columns, Page
from reftel.publish.site.orders import DataOrder, Done, GhostOrder, IndexOrder, Lot, Order, RecordOrder
from reftel.publish.site.rendering import Look, Printer
from reftel.publish.site.segment import Segment, columns_of
from reftel.web.asked import Compared
from reftel.web.views.claims import of_record
from reftel.web.views.compared import compared_view
from reftel.web.views.linked import ghost_view
from reftel.web.views.record import Around, HeadShown, RecordView, cuts_of, listed_at, page_of

_AT_ONCE = 200  # records held at a time
_PACKED = 4  # of nine: one more saves little and costs much


class Workshop:
    """Carries out orders for one archive and one site."""

    def __init__(self, archive: Path, out: Path, look: Look) -> None:
        self._archive: Archive = open_archive(archive)
        self._claims = open_claims(self._archive)
        self._folder, self._look = Folder(out), look
        self._printer: Printer | None = None

    def know(self, known: Known) -> None:
        """Takes note of which pages there are; none is made before."""
        self._printer = Printer(self._look, Links(known))

    def carry_out(self, lot: Lot) -> list[Done]:
        """What became of each order. Only a place that cannot be written to raises; a page that fails costs itself alone."""
        wanted = {row: None for order in lot.orders if isinstance(order, RecordOrder) for row in order.rows}
        try:
            records = {one.row: one for one in self._archive.rows(list(wanted))}
        except ArchiveError:  # one of them cannot be read: the others can, one by one
            records = {}
        return [self._one(order, records) for order in lot.orders]

    def _one(self, order: Order, records: dict[int, Stored]) -> Done:
        try:
            match order:
                case RecordOrder():
                    return self._record(
                        order, [records[row] for row in order.rows] if records else self._archive.rows(order.rows)
                    )
                case GhostOrder():
                    view = ghost_view(ghost_cited(self._archive, order.name, order.citing))
                    return self._pages([(paths.record(order.name), "record", view, {})])
                case IndexOrder():
                    return self._index(order)
                case DataOrder():
                    return self._data(order)
                case Page():
                    return self._pages([(order.path, order.template, order.data, {})])
        except SiteError:
            raise
        except Exception as error:  # a fault of ours in one page must not cost the other quarter of a million
            return Done({}, f"{type(error).__name__}: {error}"[:500])

    def _pages(self, wanted: list[tuple[str, str, object, dict[str, object]]]) -> Done:
        assert self._printer is not None
        made = [(path, self._printer.page(path, template, data, **more)) for path, template, data, more in wanted]
        return Done({path: self._folder.write(path, page) for path, page in made})

    def _record(self, order: RecordOrder, found: list[Stored]) -> Done:
        in_rows = sorted(found, key=lambda one: one.row)
        cuts = cuts_of(self._archive, order.name, in_rows)
        several = len(found) > 1 and isinstance(found[0].record, Cable)
        wanted: list[tuple[str, str, object, dict[str, object]]] = []
        for at, stored in enumerate(found):
            around = Around(order.links, order.citing, order.beside[at], cuts, twins=order.twins, head=_head(stored))
            view = self._with_statements(page_of("", in_rows, stored, around), stored)
            path = paths.record(order.name, stored.key if at else "")
            wanted.append((path, "record", view, {"raw": stored.release.text, "versions": several}))
        if several:
            beside = compared_view(self._archive, Compared(order.name))
            wanted.append((paths.versions(order.name), "versions", beside, {}))
        return self._pages(wanted)

    def _with_statements(self, view: RecordView, stored: Stored) -> RecordView:
        """The page with who said what, where that was kept; what people decided about it is theirs, and not of the site."""
        read = self._claims.of(stored.row) if self._claims else None
        if read is None:
            return view
        return msgspec.structs.replace(
            view, statements=of_record(stored, Decisions(None).over(stored, read), view.blocks)
        )

    def _index(self, order: IndexOrder) -> Done:
        segment = Segment(order.name)
        columns: list[tuple[int, Columns]] = []
        for at in range(0, len(order.shelved), _AT_ONCE):
            part = order.shelved[at : at + _AT_ONCE]
            for shelved, (_, facts, text) in zip(part, self._archive.facts_of([one.row for one in part]), strict=True):
                segment.add(shelved, facts, text)
                country = next(iter(columns_of(facts)["country"]), "")
                columns.append((shelved.row, Columns(country, facts.tags, facts.signers)))
        files = {}
        for name, data in segment.files():
            path = f"search/{order.name}/{name}"
            files[path] = self._folder.write(path, data)
        return Done(files, columns=tuple(columns))

    def _data(self, order: DataOrder) -> Done:
        out = io.BytesIO()
        with gzip.GzipFile("", "wb", _PACKED, out, mtime=0) as packed:
            for at in range(0, len(order.rows), _AT_ONCE):
                format_named("jsonl").write(
                    self._archive.rows(order.rows[at : at + _AT_ONCE]), cast(BinaryIO, packed), "records"
                )
        return Done({order.path: self._folder.write(order.path, out.getvalue())})


def _head(stored: Stored) -> HeadShown | None:
    """The chief of mission by the handbook's list. Who signed in those weeks is left to a server: each cable added may change it."""
    listed = listed_at(stored.facts.post, stored.facts.sent[:10]) if isinstance(stored.record, Cable) else None
    return HeadShown(None, listed, agree=False) if listed else None
