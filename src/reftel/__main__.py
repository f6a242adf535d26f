"""`python -m reftel` is the command `reftel`."""

from reftel.cli import main

main()
