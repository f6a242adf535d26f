"""reftel reads, keeps, searches, explains and publishes archives of diplomatic cables, offline."""

from reftel.cable import Cable, read

__version__ = "0.1.0"

__all__ = ["Cable", "read"]
