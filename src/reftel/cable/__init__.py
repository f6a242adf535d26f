"""Text to Cable: pure functions, no files, no database."""

from reftel.cable.reading import read
from reftel.cable.records import Cable

__all__ = ["Cable", "read"]
