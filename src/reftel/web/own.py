"""What is the reader's own beside the archive that he reads: his desk, his saved searches, and whether he may write."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import msgspec

from reftel.archive import Archive
from reftel.desk import Desk, lay_beside
from reftel.search import SavedSearches
from reftel.web.words import said

_own: WeakKeyDictionary[Archive, Own] = WeakKeyDictionary()


class Own(msgspec.Struct, frozen=True):
    """The desk and the saved searches that this server shows; `lets` is whether whoever reads here may write."""

    desk: Desk
    searches: SavedSearches
    lets: bool = True

    @property
    def state(self) -> State:
        """Whether anything can be written now, and why not."""
        if not self.lets:
            return State(True, False, said("It can only be read here: others reach this server too."))
        if not self.desk.writable:
            return State(True, False, said("It can only be read here: its file is on a read-only place."))
        return State(True, True)


class State(msgspec.Struct, frozen=True):
    """Whether a desk lies open here, whether it can be written on, and why it cannot."""

    open: bool = False
    writable: bool = False
    why: str = said("No desk lies open on this server: others reach it too, and it is yours alone.")


def lay(archive: Archive, own: Own | None) -> None:
    """From now on `archive` is read beside this; beside nothing for None, whatever desk the user has."""
    if own is not None:
        _own[archive] = own
    lay_beside(archive, own.desk if own else None)


def own_of(archive: Archive) -> Own | None:
    """What lies beside `archive`."""
    return _own.get(archive)
