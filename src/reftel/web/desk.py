"""The routes of the desk that are no pages: what is posted to, and what is taken away as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from reftel.archive import Archive, Stored
from reftel.desk import Collection, part_of, records_of, to_json
from reftel.errors import DeskError, MissingExtra, NotFound, NotWritable, Overloaded, QueryError
from reftel.export import format_named
from reftel.web import asked
from reftel.web.deeds import DEEDS, Deed
from reftel.web.own import State, own_of
from reftel.web.views.own import collection_named

if TYPE_CHECKING:
    from reftel.web.app import Reader

MOST_BOUND = 200  # records that are set as one PDF while somebody waits
_SECONDS = 30.0  # in which a form is to arrive
_FIELDS = 60
_JSON_LD = 'application/ld+json;profile="http://www.w3.org/ns/anno.jsonld"'
Endpoint = Callable[[Request], Awaitable[Response]]


@lru_cache(maxsize=1)
def bodies() -> dict[str, int]:
    """The addresses that can be posted to, and how many bytes each takes."""
    return {deed.path: deed.largest for deed in DEEDS}


def desk_routes(reader: Reader) -> list[BaseRoute]:
    """The routes."""
    routes: list[BaseRoute] = [Route(deed.path, _done(reader, deed), methods=["POST"]) for deed in DEEDS]
    return [
        *routes,
        Route("/desk/export/{form}", _desk(reader)),
        Route("/desk/export/{form}/{name:path}", _collection(reader)),
        Route("/desk/pdf/{name:path}", _bound(reader)),
    ]


def _done(reader: Reader, deed: Deed) -> Endpoint:
    async def answer(request: Request) -> Response:
        takes = asked.read(deed.takes, await _given(request, deed), {})

        def act(archive: Archive) -> str:
            own = own_of(archive)
            state = own.state if own else State()
            if own is None or not state.writable:
                raise NotWritable(
                    state.why, hint="start the server on this machine alone, with a desk that can be written"
                )
            return deed.act(own, archive, takes)

        return RedirectResponse(await reader.workers.ask(act), status_code=303)

    return answer


async def _given(request: Request, deed: Deed) -> list[tuple[str, Any]]:
    """The fields of a form; a file is its bytes."""
    try:
        form = await asyncio.wait_for(request.form(max_files=int(deed.file), max_fields=_FIELDS), _SECONDS)
        return [
            (name, await value.read() if isinstance(value, UploadFile) else value) for name, value in form.multi_items()
        ]
    except TimeoutError as error:
        raise Overloaded("the form did not arrive in time", hint="send it again") from error
    except ClientDisconnect as error:
        raise QueryError("the form broke off", hint="send it again") from error
    except HTTPException as error:  # no form, or one of too many parts
        raise QueryError("this is no form of these pages", hint="/openapi.json says what is taken") from error
    finally:
        await request.close()


def _desk(reader: Reader) -> Endpoint:
    async def answer(request: Request) -> Response:
        if request.path_params["form"] != "desk":
            format_named(request.path_params["form"])
            raise NotFound("which collection?", hint="/desk has all of them")
        return await reader.workers.ask(lambda archive: _json(archive, ""))

    return answer


def _json(archive: Archive, name: str) -> Response:
    """A desk, or one collection with what is noted on its records, as JSON to merge."""
    own = own_of(archive)
    if own is None:
        raise NotFound("no desk lies open here", hint="start the server on this machine alone")
    entries, past = own.desk.everything()
    if name:
        entries, past = part_of(entries, past, collection_named(own.desk, name))
    headers = {"Content-Disposition": 'attachment; filename="desk.json"'}
    return Response(to_json(entries, past), headers=headers, media_type=_JSON_LD)


def _named(archive: Archive, name: str) -> Collection:
    own = own_of(archive)
    return collection_named(own.desk if own else None, name)


def _collection(reader: Reader) -> Endpoint:
    async def answer(request: Request) -> Response:
        name = asked.read(asked.Kept, [], {"name": request.path_params["name"]}).name
        if request.path_params["form"] == "desk":
            return await reader.workers.ask(lambda archive: _json(archive, name))
        form = format_named(request.path_params["form"])
        return await reader.exported(form, lambda archive: records_of(archive, _named(archive, name)), "collection")

    return answer


def _bound(reader: Reader) -> Endpoint:
    async def answer(request: Request) -> Response:
        name = asked.read(asked.Kept, [], {"name": request.path_params["name"]}).name
        binds = reader.settings.binds
        if binds is None:
            raise MissingExtra("this server sets no PDF", hint="start it with reftel[pdf] installed")
        pdf = await reader.workers.ask(lambda archive: binds(archive, *_chosen(archive, name)))
        headers = {"Content-Disposition": 'inline; filename="collection.pdf"'}
        return Response(pdf, media_type="application/pdf", headers=headers)

    return answer


def _chosen(archive: Archive, name: str) -> tuple[list[Stored], str]:
    """The records of a collection that are here, and its name; DeskError where they are too many, or none."""
    found = _named(archive, name)
    command = f"reftel pdf --collection {found.id} --out FILE"
    if len(found.items) > MOST_BOUND:
        raise DeskError(f"{len(found.items):,} records are too many to be set while you wait", hint=command)
    records = list(records_of(archive, found))
    if not records:
        raise DeskError("none of its records is in this archive", hint="put some into the collection")
    return records, found.name
