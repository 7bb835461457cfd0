"""Keep an uploaded file between its preview and its use: in the data folder, readable to nobody else."""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class Kept:
    """An uploaded file, as the session knows it."""

    token: str
    name: str
    digest: str

    @property
    def path(self) -> Path:
        """Return where the file lies."""
        return _folder() / self.token

    def content(self) -> bytes | None:
        """Return the bytes, or None where they are gone or no longer what was uploaded."""
        if not self.path.is_file():
            return None
        content = self.path.read_bytes()
        return content if sha256(content).hexdigest() == self.digest else None


def _folder() -> Path:
    folder = Path(settings.HOUBAN_DATA) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keep(session: MutableMapping[str, Any], slot: str, content: bytes, *, name: str, at: datetime) -> Kept:
    """Keep a file for a session, in place of the one before; files that were forgotten go too."""
    forget(session, slot)
    _sweep(at)
    kept = Kept(secrets.token_hex(16), name, sha256(content).hexdigest())
    kept.path.touch(mode=0o600)
    kept.path.write_bytes(content)
    session[slot] = {"token": kept.token, "name": kept.name, "digest": kept.digest}
    return kept


def kept(session: MutableMapping[str, Any], slot: str) -> Kept | None:
    """Return what a session keeps."""
    found = session.get(slot)
    return Kept(**found) if found else None


def forget(session: MutableMapping[str, Any], slot: str) -> None:
    """Throw away what a session keeps."""
    found = kept(session, slot)
    if found is not None:
        found.path.unlink(missing_ok=True)
        del session[slot]


def _sweep(at: datetime) -> None:
    for path in _folder().iterdir():
        if path.stat().st_mtime < (at - LIFETIME).timestamp():
            path.unlink(missing_ok=True)
