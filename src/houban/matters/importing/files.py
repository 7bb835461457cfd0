"""The file of another platform while it is on its way in: in the data folder, readable to nobody else.

It holds what identifies residents, so it is deleted as soon as its rows are taken over or given up.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from houban.core.problems import Problem, Problems
from houban.core.spreadsheets import Sheet, read_table
from houban.matters.models import Intake


@dataclass(frozen=True)
class Stored:
    """A file on the disk."""

    token: str
    sha256: str
    size: int


def store(content: bytes) -> Stored:
    """Write a file down."""
    token = secrets.token_hex(16)
    path = _path(token)
    path.touch(mode=0o600)
    path.write_bytes(content)
    return Stored(token, hashlib.sha256(content).hexdigest(), len(content))


def _folder() -> Path:
    folder = Path(settings.HOUBAN_DATA) / "intakes"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(token: str) -> Path:
    return _folder() / token


def drop(token: str) -> None:
    """Delete a file; one that is gone stays gone."""
    if token:
        _path(token).unlink(missing_ok=True)


def drop_strays(known: AbstractSet[str], *, before: datetime) -> None:
    """Delete files written before a moment that no intake knows: their upload did not come to its end."""
    for path in _folder().iterdir():
        if path.name not in known and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)


def is_there(intake: Intake) -> bool:
    """Tell whether the file is still kept."""
    return bool(intake.token) and _path(intake.token).is_file()


def read(intake: Intake) -> Sheet:
    """Read the list: of several sheets the longest. Raises `Problems`."""
    if not is_there(intake):
        raise Problems([Problem(what=_("上传的文件已经不在"), mend=_("请重新上传"), file=intake.name)])
    return longest(read_table(_path(intake.token), name=intake.name), name=intake.name)


def longest(sheets: list[Sheet], *, name: str) -> Sheet:
    """Return the sheet with the most rows; raise `Problems` where none has any."""
    found = max(sheets, key=lambda sheet: len(sheet.rows))
    if not found.rows:
        raise Problems([Problem(what=_("只有表头，没有一行"), mend=_("请核对文件"), file=name, sheet=found.name)])
    return found
