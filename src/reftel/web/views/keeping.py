"""What was counted is kept for the next who asks, as long as the archive stays as it is: in memory, and of this process only."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

from reftel.archive import Archive

T = TypeVar("T")
_MOST = 128

_kept: OrderedDict[tuple[str, int, Hashable], object] = OrderedDict()
_lock = threading.Lock()


def kept(archive: Archive, question: Hashable, answer: Callable[[], T]) -> T:
    """What `answer` says to `question`, or said before to the same about the same state of `archive`."""
    key = (str(archive.path), archive.last_row(), question)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]  # type: ignore[return-value]
    found = answer()
    with _lock:
        _kept[key] = found
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return found
