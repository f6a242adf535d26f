"""The command line: each command opens, calls one thing, prints."""
