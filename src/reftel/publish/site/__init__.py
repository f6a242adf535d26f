"""A site: the whole reader as files that open from a disk, a stick or any web server, and search themselves in the browser.

paths.py      where each page stands
links.py      addresses of the reader to paths between files
around.py     what stands around every record, in a few passes over the archive
lists.py      posts, TAGS, persons, countries, classes, dates: pages of bounded length
still.py      which pages there are, and those that are one of a kind
rendering.py  the reader's templates, with those that a site has otherwise
coding.py     numbers as characters that can be printed
segment.py    the search index of a stretch of rows
orders.py     what is to be made
workshop.py   the life of a process that makes it
crew.py       several of them
files.py      files put in place whole
manifest.py   what was made before, of what
making.py     archive to site
"""

from reftel.publish.site.making import Settings, Tally, publish

__all__ = ["Settings", "Tally", "publish"]
