"""Records to files: one module a format, all with the same interface; every row can be traced to the text it is from."""

from reftel.export.base import Format, RowKind, format_named, formats
from reftel.export.rows import Row, rows_of

__all__ = ["Format", "Row", "RowKind", "format_named", "formats", "rows_of"]
