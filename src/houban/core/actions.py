"""Say which county an installation serves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from houban.core.models import Installation
from houban.core.record import Actor, record


class ServesDemonstrationError(RuntimeError):
    """The database holds the demonstration, and a county of one's own needs an empty one."""


@transaction.atomic
def set_county(code: str, *, name: str, by: Actor, at: datetime) -> Installation:
    """Name the county; a later call renames it or corrects its code."""
    current = Installation.current()
    if current is not None and current.demonstration:
        raise ServesDemonstrationError
    before = {"code": current.county_code, "name": current.county_name} if current else None
    installation = current or Installation(made_at=at)
    installation.county_code, installation.county_name = code, name
    installation.save()
    record("core.county.set", installation, by=by, at=at, before=before, after={"code": code, "name": name})
    return installation
