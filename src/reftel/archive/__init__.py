"""Keeping: an archive directory holds releases, what was read from them, and a rebuildable index."""
