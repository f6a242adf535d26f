"""The application: routes made of the table of pages. A route takes its parameters, asks one view, and shows the answer."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from reftel.archive import Archive, Stored
from reftel.errors import (
    ArchiveError,
    DeskUnusable,
    MissingExtra,
    NoCursor,
    NotFound,
    NotRecognised,
    NotWritable,
    Overloaded,
    QueryError,
    ReftelError,
    SavedUnusable,
)
from reftel.export import Format, format_named
from reftel.search import every_hit, fault_of
from reftel.web import asked, charts, openapi
from reftel.web.addresses import clean
from reftel.web.desk import bodies, desk_routes
from reftel.web.envelope import Answer, Fault, Refusal, as_csv, as_json
from reftel.web.exporting import Exports, Wanted, type_of
from reftel.web.own import Own, lay
from reftel.web.pages import PAGES, Page
from reftel.web.rendering import render
from reftel.web.safety import Safety
from reftel.web.views.results import query_of, search_view
from reftel.web.words import CATALOGUES, chosen, languages
from reftel.web.workers import Workers

_STATIC = Path(__file__).parent / "static"
_SMALL = 500  # bytes that are not worth packing
_PACKING = 1  # of 9: a page is a twelfth larger than at 9, in a fifth of the time
_JSON, _HTML, _CSV = "application/json", "text/html; charset=utf-8", "text/csv; charset=utf-8"
_ENDINGS = {"text": "txt", "biblatex": "bib", "csl": "json", "citations": "txt"}


class Settings(msgspec.Struct, frozen=True):
    """How the reader runs: threads, seconds that a question may take, the names it is asked under, its words.

    `prints` sets a record as PDF, `binds` several with a title: a later room's work, and an extra; None where it is not
    there. `own` is what is the reader's own, None where nothing of that is to be shown; `called` the name that the server
    was started under.
    """

    workers: int = 4
    seconds: float = 20.0
    hosts: tuple[str, ...] = ()
    catalogues: Path = CATALOGUES
    prints: Callable[[Archive, str], bytes] | None = None
    binds: Callable[[Archive, Sequence[Stored], str], bytes] | None = None
    own: Own | None = None
    called: str = ""


class Reader:
    """One archive, and the answers that pages are made of."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.settings = settings
        prepare = partial(lay, own=settings.own)
        self.workers = Workers(path, count=settings.workers, seconds=settings.seconds, prepare=prepare)
        self.exports = Exports(path, prepare)
        self.name = path.absolute().name
        self._languages = languages(settings.catalogues)

    async def data(self, page: Page, request: Request) -> Any:
        """The data of a page, as it is asked for."""
        takes = self._takes(page, request)
        return await self.workers.ask(lambda archive: page.view(archive, takes))

    async def page(self, page: Page, request: Request) -> Response:
        """A page, as it is shown; its template is filled by the thread that asked for its data."""
        takes = self._takes(page, request)
        here = address_of(request)
        forms = {"json": data_address(here), **({"csv": data_address(here, "csv")} if page.table else {})}

        def shown(archive: Archive) -> Response:
            return self.html(f"{page.name}.html", request, data=page.view(archive, takes), page=page.name, forms=forms)

        return await self.workers.ask(shown)

    async def exported(self, form: Format, wanted: Wanted, name: str) -> Response:
        """A file of all that is wanted, as it is written."""
        blocks = await self.exports.stream(form, wanted)
        name = f"{name}.{_ENDINGS.get(form.name, form.name)}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Encoding": "identity"}
        return StreamingResponse(blocks, headers=headers, media_type=type_of(form.name))

    def _takes(self, page: Page, request: Request) -> Any:
        return asked.read(page.takes, request.query_params.multi_items(), request.path_params)

    def html(self, template: str, request: Request, status: int = 200, **values: Any) -> Response:
        """A template as an answer, in the reader's language."""
        language = chosen(request.headers.get("accept-language", ""), self._languages)
        common = {
            "archive_name": self.name,
            "prints": self.settings.prints is not None,
            "binds": self.settings.binds is not None,
            "desk": self.settings.own.state if self.settings.own else None,
            "here": address_of(request),
            "asked_words": request.query_params.get("q", ""),
        }
        body = render(template, language, self.settings.catalogues, {**common, **values})
        headers = {"Content-Language": language, "Vary": "Accept-Language"}
        return Response(body, status, headers, media_type=_HTML)


def address_of(request: Request) -> str:
    """The address that was asked for, without the server's name."""
    query = request.url.query
    return quote(clean(request.url.path), safe="/:@!$&'()*+,;=~") + (f"?{clean(query)}" if query else "")


def make_app(path: Path, settings: Settings | None = None) -> Starlette:
    """The reader of the archive at `path`."""
    settings = settings or Settings()
    reader = Reader(path, settings)

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        await reader.workers.warm(_first_question)
        # What stands by now is never garbage: to look through all of it would hold up a page for some 40 ms.
        gc.freeze()
        yield
        reader.workers.close()

    routes: list[BaseRoute] = [
        Mount("/static", StaticFiles(directory=_STATIC)),
        Route("/favicon.ico", _icon),
        Route("/world.svg", _world),
        Route("/openapi.json", _openapi),
        Route("/export/{form}", _export(reader)),
        Route("/pdf/{name:path}", _pdf(reader)),
        *desk_routes(reader),
    ]
    for page in PAGES:
        routes.append(Route(f"{page.data_path}.json", _json(reader, page)))
        if page.table:
            routes.append(Route(f"{page.data_path}.csv", _csv(reader, page)))
        routes.append(Route(page.path, _html(reader, page)))
    failed = _failing(reader)
    return Starlette(
        routes=routes,
        lifespan=life,
        middleware=[
            Middleware(
                Safety, hosts=settings.hosts, bodies=bodies(), called=settings.called, closely=settings.own is not None
            ),
            Middleware(GZipMiddleware, minimum_size=_SMALL, compresslevel=_PACKING),
        ],
        exception_handlers={ReftelError: failed, HTTPException: failed, Exception: failed},
    )


def _first_question(archive: Archive) -> None:
    """Opens the index and counts all that is in it; an index that is behind is left to whoever asks first."""
    if not fault_of(archive):
        search_view(archive, asked.Searched(limit=1))


Endpoint = Callable[[Request], Awaitable[Response]]


def _json(reader: Reader, page: Page) -> Endpoint:
    async def answer(request: Request) -> Response:
        data = await reader.data(page, request)
        following = data_address(_next(data))
        return Response(as_json(Answer(page.name, address_of(request), data, following)), media_type=_JSON)

    return answer


def _next(data: Any) -> str:
    ways = getattr(data, "ways", None)
    return str(ways.next if ways else getattr(data, "next", ""))


def data_address(address: str, ending: str = "json") -> str:
    """The address of a page's data."""
    path, mark, query = address.partition("?")
    return f"{'/index' if path == '/' else path}.{ending}{mark}{query}" if path else ""


def _csv(reader: Reader, page: Page) -> Endpoint:
    async def answer(request: Request) -> Response:
        data = await reader.data(page, request)
        return Response(as_csv(getattr(data, page.table)), media_type=_CSV)

    return answer


def _html(reader: Reader, page: Page) -> Endpoint:
    async def answer(request: Request) -> Response:
        return await reader.page(page, request)

    return answer


def _export(reader: Reader) -> Endpoint:
    async def answer(request: Request) -> Response:
        form = format_named(request.path_params["form"])
        takes = asked.read(asked.Searched, request.query_params.multi_items(), {})
        query = query_of(takes, cursor="", limit=20)
        return await reader.exported(form, lambda archive: every_hit(archive, query), "reftel")

    return answer


def _pdf(reader: Reader) -> Endpoint:
    async def answer(request: Request) -> Response:
        takes = asked.read(asked.Named, request.query_params.multi_items(), request.path_params)
        prints = reader.settings.prints
        if prints is None:
            raise MissingExtra("this server sets no PDF", hint="start it with reftel[pdf] installed")
        pdf = await reader.workers.ask(lambda archive: prints(archive, takes.name))
        return Response(
            pdf, media_type="application/pdf", headers={"Content-Disposition": 'inline; filename="cable.pdf"'}
        )

    return answer


async def _openapi(request: Request) -> Response:
    return Response(as_json(openapi.document()), media_type=_JSON)


async def _icon(request: Request) -> Response:
    return FileResponse(_STATIC / "icon.svg", media_type="image/svg+xml")  # what browsers ask for beside data


async def _world(request: Request) -> Response:
    return Response(charts.world(), headers={"Cache-Control": "max-age=86400"}, media_type="image/svg+xml")


_STATUS: tuple[tuple[type[Exception], int, Any], ...] = (
    (NotFound, 404, "not-found"),
    (NotRecognised, 404, "not-found"),
    (NoCursor, 404, "not-found"),
    (QueryError, 400, "bad-request"),
    (NotWritable, 403, "forbidden"),
    (DeskUnusable, 503, "unusable"),
    (SavedUnusable, 503, "unusable"),
    (Overloaded, 503, "busy"),
    (ArchiveError, 503, "unusable"),
    (MissingExtra, 404, "not-found"),
    (ReftelError, 400, "bad-request"),
)


def refusal_of(error: Exception) -> tuple[int, Fault]:
    """What is told of an error: its sentence and next step, and nothing of this machine."""
    if isinstance(error, ReftelError):
        status, code = next((status, code) for kind, status, code in _STATUS if isinstance(error, kind))
        return status, Fault(code, error.message, error.hint)
    if isinstance(error, HTTPException):
        if error.status_code == 405:
            return 405, _not_allowed(error)
        return error.status_code, Fault("not-found", "there is no such page", "/data says which there are")
    return 500, Fault("failed", "this page could not be made", "the server's own output says more")


def _not_allowed(error: HTTPException) -> Fault:
    if "POST" in (error.headers or {}).get("Allow", ""):
        return Fault("not-allowed", "this can only be posted to", "use the forms of the pages")
    return Fault("not-allowed", "pages can only be read", "use GET")


def _failing(reader: Reader) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        status, fault = refusal_of(error)
        path = request.url.path
        files = ("/export/", "/pdf/", "/desk/export/", "/desk/pdf/")
        posted = path in bodies() and "text/html" not in request.headers.get("accept", "")
        if posted or path.endswith((".json", ".csv")) or path.startswith(files):
            reply = Response(as_json(Refusal(fault)), status, media_type=_JSON)
        else:
            reply = reader.html("fault.html", request, status, fault=fault, number=status, page="fault", forms={})
        if status == 405:
            reply.headers["Allow"] = "POST" if path in bodies() else "GET, HEAD"
        return reply

    return answer
