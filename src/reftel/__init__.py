"""reftel reads, keeps, searches, explains and publishes archives of diplomatic cables, offline."""

__version__ = "0.1.0"
