"""Runs publishing.py, where all is told. mypy passes this file over: its name is also that of a folder of tests."""

from publishing import main

if __name__ == "__main__":
    main()
