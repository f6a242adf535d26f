"""Networks as GEXF 1.3, for Gephi, and as GraphML, for visone, yEd, igraph and the like; both by networkx as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from reftel.analysis.network import Edge, Network, Node

_GEXF = "http://gexf.net/1.3"
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_UNWANTED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold
# The attributes of nodes and edges: name, type in GEXF, and type in GraphML.
_OF_NODES = (("kind", "string", "string"), ("statements", "integer", "int"))
_OF_EDGES = (
    ("statements", "integer", "int"),
    ("favourable", "integer", "int"),
    ("against", "integer", "int"),
    ("sign", "integer", "int"),
    ("records", "integer", "int"),
    ("first", "string", "string"),
    ("last", "string", "string"),
)


def write_gexf(network: Network, out: BinaryIO, about: str = "") -> int:
    """How many edges were written. `about` says of what the network is, in words."""
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        place = {f"{{{_XSI}}}schemaLocation": f"{_GEXF} {_GEXF}/gexf.xsd"}
        with file.element(f"{{{_GEXF}}}gexf", {"version": "1.3", **place}, nsmap={None: _GEXF, "xsi": _XSI}):
            _write_meta(file, network, about)
            with _tag(file, "graph", {"defaultedgetype": "directed", "mode": "static", "idtype": "string"}):
                for kind, columns in (("node", _OF_NODES), ("edge", _OF_EDGES)):
                    with _tag(file, "attributes", {"class": kind}):
                        for at, (name, gexf, _) in enumerate(columns):
                            _empty(file, "attribute", {"id": str(at), "title": name, "type": gexf})
                with _tag(file, "nodes"):
                    for node in network.nodes:
                        with _tag(file, "node", {"id": clean(node.id), "label": clean(node.label)}):
                            _values(file, _cells(node, _OF_NODES))
                with _tag(file, "edges"):
                    for at, edge in enumerate(network.edges):
                        with _tag(file, "edge", {"id": str(at), **_ends(edge), "weight": f"{float(edge.statements)}"}):
                            _values(file, _cells(edge, _OF_EDGES))
    return len(network.edges)


def write_graphml(network: Network, out: BinaryIO, about: str = "") -> int:
    """How many edges were written. `about` says of what the network is, in words."""
    name = f"{{{_GRAPHML}}}"
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        place = {f"{{{_XSI}}}schemaLocation": f"{_GRAPHML} {_GRAPHML}/1.0/graphml.xsd"}
        with file.element(f"{name}graphml", place, nsmap={None: _GRAPHML, "xsi": _XSI}):
            _data_keys(file)
            with file.element(f"{name}graph", {"id": network.kind, "edgedefault": "directed"}):
                _data(file, "about", about)
                for node in network.nodes:
                    with file.element(f"{name}node", {"id": clean(node.id)}):
                        _data(file, "label", node.label)
                        for key, value in _cells(node, _OF_NODES):
                            _data(file, f"n_{key}", value)
                for at, edge in enumerate(network.edges):
                    with file.element(f"{name}edge", {"id": f"e{at}", **_ends(edge)}):
                        _data(file, "weight", f"{float(edge.statements)}")
                        for key, value in _cells(edge, _OF_EDGES):
                            _data(file, f"e_{key}", value)
    return len(network.edges)


def clean(text: str) -> str:
    """`text` as XML can hold it: each sign that it cannot is a question mark in a box."""
    return _UNWANTED.sub("\ufffd", text)


def _data_keys(file: Any) -> None:
    keys = [
        ("about", "graph", "about", "string"),
        ("label", "node", "label", "string"),
        ("weight", "edge", "weight", "double"),
    ]
    keys += [(f"n_{name}", "node", name, graphml) for name, _, graphml in _OF_NODES]
    keys += [(f"e_{name}", "edge", name, graphml) for name, _, graphml in _OF_EDGES]
    for key, where, name, kind in keys:
        with file.element(f"{{{_GRAPHML}}}key", {"id": key, "for": where, "attr.name": name, "attr.type": kind}):
            pass


def _data(file: Any, key: str, value: str) -> None:
    with file.element(f"{{{_GRAPHML}}}data", {"key": key}):
        file.write(clean(value))


def _write_meta(file: Any, network: Network, about: str) -> None:
    with _tag(file, "meta"):
        for name, words in (("creator", "reftel"), ("description", about or network.kind)):
            with _tag(file, name):
                file.write(clean(words))


def _tag(file: Any, name: str, attributes: dict[str, str] | None = None) -> Any:
    return file.element(f"{{{_GEXF}}}{name}", attributes or {})


def _empty(file: Any, name: str, attributes: dict[str, str]) -> None:
    with _tag(file, name, attributes):
        pass


def _values(file: Any, cells: Iterator[tuple[str, str]]) -> None:
    with _tag(file, "attvalues"):
        for at, (_, value) in enumerate(cells):
            _empty(file, "attvalue", {"for": str(at), "value": clean(value)})


def _ends(edge: Edge) -> dict[str, str]:
    return {"source": clean(edge.source), "target": clean(edge.target)}


def _cells(one: Node | Edge, columns: tuple[tuple[str, str, str], ...]) -> Iterator[tuple[str, str]]:
    for name, _, _ in columns:
        value = getattr(one, name)
        yield name, str(len(value) if isinstance(value, dict) else value)
