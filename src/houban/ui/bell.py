"""The bell in the top bar; the app that has something to tell hangs it up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Bell:
    """What the bell counts, for those who hold `power`, and where it leads."""

    label: str | Promise
    url_name: str
    count: Callable[[], int]
    power: str = "read"


_bells: list[Bell] = []


def hang(bell: Bell) -> None:
    """Hang up the bell; the last one stays."""
    _bells[:] = [bell]


def hung() -> Bell | None:
    """Return the bell, or none where nobody has hung one."""
    return _bells[0] if _bells else None
