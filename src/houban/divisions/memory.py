"""What was worked out in one state of the register, until the register changes.

Versions and codes are written only by changes, so the enacted and annulled changes tell one state from another. The
memory is one process's own; a key names everything else the answer depends on, such as the day and the language.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Count, Max

from houban.divisions.models import Change

MOST = 2000
Answer = TypeVar("Answer")


class _Memory:
    """Answers of one state; threads share it, and a new state begins a new one."""

    def __init__(self) -> None:
        self.kept: tuple[object, dict[Hashable, Any]] = (None, {})

    def of(self, state: object) -> dict[Hashable, Any]:
        kept = self.kept
        if kept[0] != state or len(kept[1]) > MOST:
            kept = self.kept = (state, {})
        return kept[1]


_memory = _Memory()


def state() -> tuple[object, ...]:
    """Return what tells the register's present state from any other."""
    changes = Change.objects.exclude(status="draft")
    now = changes.aggregate(newest=Max("pk"), number=Count("pk"), annulled=Max("annulled_at"))
    return (connection.settings_dict["NAME"], *now.values())


def known() -> dict[Hashable, Any]:
    """Return what is known of the register's present state."""
    return _memory.of(state())


def recall(key: Hashable, work_out: Callable[[], Answer]) -> Answer:
    """Return a known answer, or work it out and keep it."""
    answers = known()
    if key not in answers:
        answers[key] = work_out()
    answer: Answer = answers[key]
    return answer


def forget() -> None:
    """Forget everything, as a new process would have."""
    _memory.kept = (None, {})
