"""The reader: an archive in the browser. One process, no account, nothing fetched, nothing noted.

Every page is data first: a view asks the library and gives a struct, which a template shows and which `.json` gives whole.
"""

from reftel.web.app import Settings, make_app
from reftel.web.own import Own
from reftel.web.server import serve

__all__ = ["Own", "Settings", "make_app", "serve"]
