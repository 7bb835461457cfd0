"""The list of erasures, outside the database: a restored backup brings destroyed keys back, this list undoes it.

A line of JSON for each: whose (the person's number, no name), when, and which field where it was only one. It lies in
HOUBAN_DATA/personal/erased.jsonl; keep a copy apart from the backups.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from houban.core.postgres.places import sync_folder


class BadListError(ValueError):
    """A line of the list can't be read; the message says which."""


@dataclass(frozen=True)
class Erasure:
    """Everything of a person, or one field, was erased at a moment."""

    person: UUID
    at: datetime
    field: str = ""

    @property
    def line(self) -> str:
        """Return the erasure as the list has it."""
        named = {"person": str(self.person), "at": self.at.isoformat()}
        return json.dumps(named | ({"field": self.field} if self.field else {}))


def place() -> Path:
    """Return where the list lies."""
    return Path(settings.HOUBAN_DATA) / "personal" / "erased.jsonl"


def append(erasures: Iterable[Erasure]) -> None:
    """Add erasures at the end; they are on the disk when this returns."""
    lines = "".join(f"{erasure.line}\n" for erasure in erasures)
    if not lines:
        return
    path = place()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if file.seek(0, os.SEEK_END) and not _ends_with_a_line(file.fileno(), file.tell()):
            lines = "\n" + lines  # a power cut left half a line
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def _ends_with_a_line(handle: int, size: int) -> bool:
    return os.pread(handle, 1, size - 1) == b"\n"


def read(path: Path) -> list[Erasure]:
    """Return a list's erasures; half a line that a power cut left is passed over, another fault is told."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_erasure(line, path, number) for number, line in enumerate(lines, start=1) if line.endswith("}")]


def _erasure(line: str, path: Path, number: int) -> Erasure:
    try:
        read = json.loads(line)
        return Erasure(UUID(read["person"]), datetime.fromisoformat(read["at"]), read.get("field", ""))
    except (ValueError, KeyError, TypeError):
        raise BadListError(
            _("“%(file)s”第 %(row)s 行看不懂，请用没有改动过的销毁清单。") % {"file": path, "row": number}
        ) from None
