"""What matters do when something below them changes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from houban.divisions.signals import map_changed


def follow(**_: Any) -> None:
    """Let the worker follow the map, as soon as the change is committed."""
    from houban.matters.tasks import sweep

    try:
        with transaction.atomic():  # a sweep that waits already is refused by the database, and this alone taken back
            sweep.configure().defer(timestamp=0)
    except AlreadyEnqueued:
        return  # the sweep that waits already will see the change


map_changed.connect(follow, dispatch_uid="houban.matters")
