"""The OpenAPI document, made from the table of pages and from the types of what they take and give."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec

from reftel import __version__
from reftel.export import formats
from reftel.web import asked
from reftel.web.deeds import DEEDS, Deed
from reftel.web.envelope import Answer, Refusal
from reftel.web.exporting import type_of
from reftel.web.pages import PAGES, Page

_JSON_LD = "application/ld+json"
_REF = "#/components/schemas/{name}"
_IN_PATH = re.compile(r"\{(\w+)(?::\w+)?\}")
_REFUSALS = {
    "400": "It cannot be asked so.",
    "404": "There is nothing by that name.",
    "413": "No page takes a body, and no form one that is so large.",
    "503": "Too much to do, or it takes too long.",
}


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole document."""
    shape: Any = Answer
    answers = [shape[page.gives] for page in PAGES]
    schemas, components = msgspec.json.schema_components([*answers, Refusal], ref_template=_REF)
    paths: dict[str, Any] = {}
    for page, schema in zip(PAGES, schemas, strict=False):
        place = _IN_PATH.sub(r"{\1}", page.data_path)
        content = {"application/json": {"schema": schema}}
        paths[f"{place}.json"] = {"get": _operation(page, page.name, content, schemas[-1])}
        if page.table:
            table = {"text/csv": {"schema": {"type": "string"}}}
            paths[f"{place}.csv"] = {"get": _operation(page, f"{page.name}-table", table, schemas[-1])}
    paths["/export/{form}"] = {"get": _export(schemas[-1])}
    paths["/pdf/{name}"] = {"get": _pdf(schemas[-1])}
    paths |= _of_desk(schemas[-1])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "reftel",
            "version": __version__,
            "summary": "An archive of diplomatic cables, page by page.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": components},
    }


def _of_desk(refusal: dict[str, Any]) -> dict[str, Any]:
    """What is posted to the desk, and what is taken from it as a file."""
    paths: dict[str, Any] = {deed.path: {"post": _posted(deed, refusal)} for deed in DEEDS}
    name = [one for one in _parameters(asked.Kept, {"name"}) if one["in"] == "path"]
    whole: dict[str, Any] = {_JSON_LD: {"schema": {}}}
    kinds = {kind: {"schema": {} if "json" in kind else {"type": "string"}} for kind in _kinds()} | whole
    forms = {"type": "string", "enum": ["desk", *(one.name for one in formats())]}
    form = [{"name": "form", "in": "path", "required": True, "schema": forms}]
    pdf = {"application/pdf": {"schema": {"type": "string"}}}
    for place, called, about, content, parameters in (
        ("/desk/export/desk", "desk-export", "The whole desk, to keep, to hand on and to merge.", whole, []),
        (
            "/desk/export/{form}/{name}",
            "collection-export",
            "A collection, to merge or in any format.",
            kinds,
            [*form, *name],
        ),
        ("/desk/pdf/{name}", "collection-pdf", "A collection as PDF, where the server has what sets it.", pdf, name),
    ):
        told = {"200": {"description": "The file.", "content": content}, **_refusals(refusal)}
        paths[place] = {"get": {"operationId": called, "summary": about, "parameters": parameters, "responses": told}}
    return paths


def _posted(deed: Deed, refusal: dict[str, Any]) -> dict[str, Any]:
    """A deed: the form that it takes. It is taken from this server's own pages only, as the browser tells of them."""
    (schema,), components = msgspec.json.schema_components([deed.takes], ref_template=_REF)
    shape = components[schema["$ref"].rsplit("/", 1)[1]]
    if deed.file:
        shape = {**shape, "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
    kind = "multipart/form-data" if deed.file else "application/x-www-form-urlencoded"
    refusals = {**_REFUSALS, "403": "It was not posted from a page of this server, or nothing can be written here."}
    content = {"application/json": {"schema": refusal}}
    return {
        "operationId": f"desk-{deed.name}",
        "summary": deed.about,
        "requestBody": {"required": True, "content": {kind: {"schema": shape}}},
        "responses": {
            "303": {
                "description": "It is done; the page to go on to.",
                "headers": {"Location": {"schema": {"type": "string"}}},
            },
            **{status: {"description": about, "content": content} for status, about in sorted(refusals.items())},
        },
    }


def _kinds() -> list[str]:
    return sorted({type_of(one.name).partition(";")[0] for one in formats()})


def _operation(page: Page, name: str, content: dict[str, Any], refusal: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": page.about,
        "parameters": _parameters(page.takes, set(_IN_PATH.findall(page.path))),
        "responses": {"200": {"description": page.about, "content": content}, **_refusals(refusal)},
    }


def _refusals(refusal: dict[str, Any]) -> dict[str, Any]:
    shape = {"application/json": {"schema": refusal}}
    return {status: {"description": about, "content": shape} for status, about in _REFUSALS.items()}


def _parameters(takes: type[Any], in_path: set[str]) -> list[dict[str, Any]]:
    """The parameters of a page: those of its path, and those behind the question mark."""
    (schema,), components = msgspec.json.schema_components([takes], ref_template=_REF)
    shape = components[schema["$ref"].rsplit("/", 1)[1]]
    found = []
    for name, one in shape["properties"].items():
        inside = name in in_path
        found.append({"name": name, "in": "path" if inside else "query", "required": inside, "schema": one})
    return found


def _pdf(refusal: dict[str, Any]) -> dict[str, Any]:
    about = "The record as PDF, where the server has what sets it."
    return {
        "operationId": "pdf",
        "summary": about,
        "parameters": [one for one in _parameters(asked.Named, {"name"}) if one["in"] == "path"],
        "responses": {
            "200": {"description": about, "content": {"application/pdf": {"schema": {"type": "string"}}}},
            **_refusals(refusal),
        },
    }


def _export(refusal: dict[str, Any]) -> dict[str, Any]:
    form = {"type": "string", "enum": [one.name for one in formats()]}
    kinds = _kinds()
    kept = [one for one in _parameters(asked.Searched, set()) if one["name"] not in ("after", "limit")]
    return {
        "operationId": "export",
        "summary": "Every hit of a search, whole, in the order of the search.",
        "parameters": [{"name": "form", "in": "path", "required": True, "schema": form}, *kept],
        "responses": {
            "200": {
                "description": "The file.",
                "content": {kind: {"schema": {} if "json" in kind else {"type": "string"}} for kind in kinds},
            },
            **_refusals(refusal),
        },
    }
