"""Bytes to Releases: one module a published form, all with the same interface."""
