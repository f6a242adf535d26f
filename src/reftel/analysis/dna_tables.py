"""The tables of a database of Discourse Network Analyzer 3.1: names, columns, checks and first contents as it makes them."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections.abc import Iterator

VERSION = "3.1.0"
CODER, PASSWORD = "reftel", "reftel"  # DNA asks for both when the file is opened
STATEMENT_TYPE = 1
PERSON, ORGANIZATION, CONCEPT, AGREEMENT = 1, 2, 3, 4  # variables, and as many roles and links between them
LONGEST = 190  # characters of a name or title
_ROUNDS = 100_000
_SALT = b"one fixed coder."  # the file holds no secret: whoever has it can read it

_MAY = (
    "AddDocuments EditDocuments DeleteDocuments ImportDocuments AddStatements EditStatements DeleteStatements EditAttributes \
EditRegex EditStatementTypes EditCoders EditCoderRelations ViewOthersDocuments EditOthersDocuments ViewOthersStatements \
EditOthersStatements".split()
)


def _colours(null: str = "NOT NULL ") -> str:
    return ", ".join(
        f"{one} INTEGER {null}DEFAULT 0 CHECK ({one} BETWEEN 0 AND 255)" for one in ("Red", "Green", "Blue")
    )


def _flag(name: str, default: int = 1) -> str:
    return f"{name} INTEGER NOT NULL CHECK ({name} BETWEEN 0 AND 1) DEFAULT {default}"


def _text(name: str, more: str = "") -> str:
    return f"{name} TEXT NOT NULL {more}CHECK (LENGTH({name}) < 191)"


def _to(column: str, table: str) -> str:
    return f"FOREIGN KEY({column}) REFERENCES {table}(ID) ON DELETE CASCADE"


_ID = "ID INTEGER NOT NULL PRIMARY KEY"
_OF_STATEMENT = f"{_ID}, StatementId INTEGER NOT NULL, RoleVariableLinkId INTEGER NOT NULL"
_TO_STATEMENT = f"{_to('StatementId', 'STATEMENTS')}, {_to('RoleVariableLinkId', 'ROLEVARIABLELINKS')}"
_DEFAULT = "DEFAULT '' "

TABLES = (
    "SETTINGS(Property TEXT PRIMARY KEY, Value TEXT NOT NULL)",
    f"""CODERS({_ID}, {_text("Name")}, {_colours()},
        Refresh INTEGER NOT NULL CHECK (Refresh BETWEEN 0 AND 9999) DEFAULT 0,
        FontSize INTEGER NOT NULL CHECK (FontSize BETWEEN 1 AND 99) DEFAULT 14, {_text("Password")},
        PopupWidth INTEGER CHECK (PopupWidth BETWEEN 100 AND 9999) DEFAULT 300, {_flag("ColorByCoder", 0)},
        {_flag("PopupDecoration", 0)}, {_flag("PopupAutoComplete")}, {", ".join(_flag(f"Permission{one}") for one in _MAY)})""",
    f"""DOCUMENTS({_ID}, {_text("Title")}, Text TEXT NOT NULL, Coder INTEGER, {_text("Author", _DEFAULT)},
        {_text("Source", _DEFAULT)}, {_text("Section", _DEFAULT)}, Notes TEXT NOT NULL DEFAULT '', {_text("Type", _DEFAULT)},
        Date INTEGER NOT NULL, {_flag("Complete", 0)}, {_to("Coder", "CODERS")})""",
    f"STATEMENTTYPES({_ID}, {_text('Label')}, {_colours()})",
    f"""VARIABLES({_ID}, {_text("Variable")}, DataType TEXT NOT NULL CHECK (DataType = 'boolean' OR DataType = 'integer'
        OR DataType = 'long text' OR DataType = 'short text') DEFAULT 'short text', UNIQUE (Variable))""",
    f"""ROLES({_ID}, {_text("RoleName")}, StatementTypeId INTEGER, Position INTEGER NOT NULL DEFAULT 1 CHECK (Position > 0),
        NumMin INTEGER NOT NULL DEFAULT 1 CHECK (NumMin > -1), NumMax INTEGER NOT NULL DEFAULT 1,
        NumDefault INTEGER NOT NULL DEFAULT 1, {_colours()}, DefaultVariableId INTEGER NOT NULL,
        CHECK (NumMax >= NumMin), CHECK (NumDefault >= NumMin), CHECK (NumMax >= NumDefault),
        {_to("StatementTypeId", "STATEMENTTYPES")}, {_to("DefaultVariableId", "VARIABLES")},
        UNIQUE (RoleName, StatementTypeId), UNIQUE (StatementTypeId, Position))""",
    f"""ROLEVARIABLELINKS({_ID}, RoleId INTEGER, VariableId INTEGER, {_to("RoleId", "ROLES")}, {_to("VariableId", "VARIABLES")},
        UNIQUE (RoleId, VariableId))""",
    f"REGEXES(Label TEXT PRIMARY KEY CHECK (LENGTH(Label) < 191), {_colours()})",
    f"""CODERRELATIONS({_ID}, Coder INTEGER CHECK (Coder > 0), OtherCoder INTEGER CHECK (OtherCoder > 0),
        {", ".join(_flag(one) for one in ("viewStatements", "editStatements", "viewDocuments", "editDocuments"))},
        CHECK (Coder != OtherCoder), {_to("Coder", "CODERS")}, {_to("OtherCoder", "CODERS")})""",
    f"""STATEMENTS({_ID}, StatementTypeId INTEGER, DocumentId INTEGER, Start INTEGER NOT NULL CHECK (Start >= 0),
        Stop INTEGER NOT NULL CHECK (Stop >= 0), Coder INTEGER, CHECK (Start < Stop),
        {_to("StatementTypeId", "STATEMENTTYPES")}, {_to("Coder", "CODERS")}, {_to("DocumentId", "DOCUMENTS")})""",
    f"DATABOOLEAN({_OF_STATEMENT}, Value INTEGER NOT NULL DEFAULT 1, {_TO_STATEMENT})",
    f"DATAINTEGER({_OF_STATEMENT}, Value INTEGER NOT NULL DEFAULT 0, {_TO_STATEMENT})",
    f"""ENTITIES({_ID}, VariableId INTEGER NOT NULL, {_text("Value", _DEFAULT)}, {_colours("")},
        ChildOf INTEGER CHECK (ChildOf > 0), UNIQUE (VariableId, Value), {_to("ChildOf", "ENTITIES")},
        {_to("VariableId", "VARIABLES")})""",
    f"DATASHORTTEXT({_OF_STATEMENT}, Entity INTEGER NOT NULL, {_TO_STATEMENT}, {_to('Entity', 'ENTITIES')})",
    f"DATALONGTEXT({_OF_STATEMENT}, Value TEXT DEFAULT '', {_TO_STATEMENT})",
    f"""ATTRIBUTEVARIABLES({_ID}, VariableId INTEGER NOT NULL, {_text("AttributeVariable")},
        UNIQUE (VariableId, AttributeVariable), {_to("VariableId", "VARIABLES")})""",
    f"""ATTRIBUTEVALUES({_ID}, EntityId INTEGER NOT NULL, AttributeVariableId INTEGER NOT NULL,
        {_text("AttributeValue", _DEFAULT)}, UNIQUE (EntityId, AttributeVariableId), {_to("EntityId", "ENTITIES")},
        {_to("AttributeVariableId", "ATTRIBUTEVARIABLES")})""",
    f"""DOCUMENTTAGS({_ID}, {_text("Tag", _DEFAULT)}, DocumentId INTEGER, UNIQUE (Tag, DocumentId),
        {_to("DocumentId", "DOCUMENTS")})""",
    f"ENTITYTAGS({_ID}, {_text('Tag', _DEFAULT)}, EntityId INTEGER, UNIQUE (Tag, EntityId), {_to('EntityId', 'ENTITIES')})",
)
ATTRIBUTES = ("Type", "Alias", "Notes")  # of each variable that has entities
_ROLES = (
    (PERSON, "person", "short text", 0, 10),
    (ORGANIZATION, "organization", "short text", 0, 10),
    (CONCEPT, "concept", "short text", 1, 10),
    (AGREEMENT, "agreement", "boolean", 1, 1),
)


def make_tables(connection: sqlite3.Connection) -> None:
    """Makes the tables, the one coder, and the statement type that DNA is made for: person, organization, concept, agreement."""
    for table in TABLES:
        connection.execute(f"CREATE TABLE {table}")
    connection.executemany("INSERT INTO SETTINGS VALUES (?, ?)", [("version", VERSION), ("date", "2025-01-01")])
    connection.execute(
        "INSERT INTO CODERS (ID, Name, Red, Green, Blue, Password) VALUES (1, ?, 239, 208, 51, ?)",
        (CODER, locked(PASSWORD)),
    )
    connection.execute("INSERT INTO STATEMENTTYPES VALUES (?, 'DNA Statement', 239, 208, 51)", (STATEMENT_TYPE,))
    for number, name, kind, least, most in _ROLES:
        connection.execute("INSERT INTO VARIABLES VALUES (?, ?, ?)", (number, name, kind))
        role = (number, name, STATEMENT_TYPE, number, least, most, 1, 0, 0, 0, number)
        connection.execute(f"INSERT INTO ROLES VALUES ({', '.join('?' * 11)})", role)
        connection.execute("INSERT INTO ROLEVARIABLELINKS VALUES (?, ?, ?)", (number, number, number))
    connection.executemany(
        "INSERT INTO ATTRIBUTEVARIABLES (ID, VariableId, AttributeVariable) VALUES (?, ?, ?)", _attributes()
    )


def attribute(variable: int, name: str) -> int:
    """The id of an attribute of a variable's entities."""
    return (variable - 1) * len(ATTRIBUTES) + ATTRIBUTES.index(name) + 1


def _attributes() -> Iterator[tuple[int, int, str]]:
    for variable in (PERSON, ORGANIZATION, CONCEPT):
        for name in ATTRIBUTES:
            yield attribute(variable, name), variable, name


def locked(password: str) -> str:
    """A password as DNA keeps it: salt and SHA-256 over both, a hundred thousand times, in base 64."""
    digest = hashlib.sha256(_SALT + password.encode()).digest()
    for _ in range(_ROUNDS - 1):
        digest = hashlib.sha256(digest).digest()
    return base64.b64encode(_SALT + digest).decode()
