"""Text to Cable: pure functions, no files, no database."""
