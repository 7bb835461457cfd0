"""The panels of the first page; each app adds its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Panel:
    """A part of the first page."""

    order: int
    template: str
    context: Callable[[HttpRequest], dict[str, Any]]


_panels: list[Panel] = []


def add(panel: Panel) -> None:
    """Add a panel."""
    _panels.append(panel)


def panels() -> list[Panel]:
    """Return the panels in order."""
    return sorted(_panels, key=lambda panel: panel.order)
