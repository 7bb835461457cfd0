"""What the job worker does for the record each night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from houban.core import clock
from houban.core.record import anchors


@app.periodic(cron="43 0 * * *")
@app.task(queueing_lock="core.anchor_record")
def anchor_record(timestamp: int) -> None:  # noqa: ARG001 - the worker passes when it was due
    """Anchor the record as it stands on this day."""
    anchors.make(at=clock.now())
