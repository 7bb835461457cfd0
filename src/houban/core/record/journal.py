"""The journal outside the database: one line for each committed strand, so that a strand can't vanish unseen."""

from __future__ import annotations

import logging
import os
import platform
from binascii import unhexlify
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from houban.core import ids

logger = logging.getLogger(__name__)

# A line: moment, strand, length, digest; the length takes what the others leave, up to eight hexadecimal digits.
STRAND, LENGTH, DIGEST = slice(28, 60), slice(61, -66), slice(-65, -1)
LENGTHS = range(128, 137)
UNREADABLE = b""
LOWEST, HIGHEST = b"0" * 32, b"g"  # around every strand in hexadecimal digits


def append(strand: UUID, *, length: int, digest: bytes, at: datetime) -> None:
    """Add a line for a committed strand."""
    moment = at.astimezone(UTC)
    line = f"{moment:%Y-%m-%dT%H:%M:%S.%fZ} {strand.hex} {length} {digest.hex()}\n"
    add_line(f"heads-{moment:%Y-%m}.log", line)


def add_line(name: str, line: str) -> None:
    """Add a line to a file in the folder of the record and in its copy; what can't be written is logged.

    The act is already committed: it must not fail any more, and verifying tells what is missing here.
    """
    for folder in written_folders():
        try:
            _write(folder / name, line.encode())
        except OSError as error:
            logger.error("the record's journal %s was not written: %s", folder / name, error)


def _write(path: Path, line: bytes) -> None:
    """Write a line at once, so that the lines of several processes do not mix."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        written = os.write(descriptor, line)
    finally:
        os.close(descriptor)
    if written != len(line):
        raise OSError(f"{written} of {len(line)} bytes written")


def written_folders() -> list[Path]:
    """Return where this machine writes: its own folder and, when set, its folder in the copy."""
    copy = [Path(settings.HOUBAN_RECORD_COPY) / (platform.node() or "host")] if settings.HOUBAN_RECORD_COPY else []
    return [settings.RECORD_FOLDER, *copy]


def files(pattern: str) -> Iterator[Path]:
    """Return the files of a pattern, this machine's and those of every machine that writes into the copy."""
    yield from sorted(settings.RECORD_FOLDER.glob(pattern))
    if settings.HOUBAN_RECORD_COPY:
        yield from sorted(Path(settings.HOUBAN_RECORD_COPY).glob(f"*/{pattern}"))


def months() -> set[str]:
    """Return the months that have a journal."""
    return {path.stem.removeprefix("heads-") for path in files("heads-*.log")}


def month_of(strand: UUID) -> str:
    """Return the month in whose journal a strand belongs; nothing for one that was not made from a moment."""
    try:
        return f"{ids.moment_of(strand):%Y-%m}"
    except (ids.NotMadeFromMomentError, OverflowError):
        return ""


def heads(least: UUID | None = None, below: UUID | None = None) -> list[bytes]:
    """Return the journalled heads of a range of strands, in order, each once."""
    low, high = (least.hex.encode() if least else LOWEST), (below.hex.encode() if below else HIGHEST)
    found: set[bytes] = set()
    for path in _files_between(least, below):
        with path.open("rb") as file:
            found.update(_head(line) for line in file if low <= line[STRAND] < high)
    found.discard(UNREADABLE)
    return sorted(found)


def broken_lines() -> int:
    """Return how many lines can't be read, such as one that a power failure cut short."""
    broken = 0
    for path in files("heads-*.log"):
        with path.open("rb") as file:
            broken += sum(len(line) not in LENGTHS for line in file)
    return broken


def _files_between(least: UUID | None, below: UUID | None) -> Iterable[Path]:
    first = month_of(least) if least else ""
    last = (month_of(below) if below else "") or "9"
    return (path for path in files("heads-*.log") if first <= path.stem.removeprefix("heads-") <= last)


def _head(line: bytes) -> bytes:
    if len(line) not in LENGTHS:
        return UNREADABLE
    try:
        return unhexlify(line[STRAND] + b"%08x" % int(line[LENGTH]) + line[DIGEST])
    except ValueError:
        return UNREADABLE
