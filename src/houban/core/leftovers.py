"""Files that a request has put on the disk: removed where its transaction is taken back.

Files lie under their digest, so two requests may put the same one at once. Whoever comes second puts it anew without
calling it its own, and the first, taken back, leaves a file that is no longer the one it put.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

Put = dict[Path, tuple[int, int]]
_put: ContextVar[Put | None] = ContextVar("leftovers", default=None)


@contextmanager
def noting() -> Iterator[Put]:
    """Note what is put within the block; yield the notes."""
    noted: Put = {}
    before = _put.set(noted)
    try:
        yield noted
    finally:
        _put.reset(before)


def put(temporary: Path, path: Path) -> None:
    """Move a file that is written whole to its place, and note it if nobody had put it there before."""
    noted = _put.get()
    with _alone(path.parent):
        is_new = not path.exists()
        temporary.replace(path)
        if noted is not None and (is_new or path in noted):
            noted[path] = _identity(path)


def remove(noted: Put) -> None:
    """Remove what was put, except what somebody else has put anew meanwhile."""
    for path, identity in noted.items():
        with _alone(path.parent):
            if path.exists() and _identity(path) == identity:
                path.unlink()
    noted.clear()


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
