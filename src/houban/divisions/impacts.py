"""What a what-if would mean for the rooms above the register; each registers what it knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from houban.divisions.trying import Evaluation


@dataclass(frozen=True)
class Figure:
    """A number before and after, in a sentence that says what it is."""

    label: str
    before: str
    after: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Impact:
    """What a room has to say: its name, and its figures."""

    label: str | Promise
    figures: list[Figure] = field(default_factory=list)


Provider = Callable[["Evaluation"], list[Figure]]
_providers: dict[str, tuple[str | Promise, Provider]] = {}


def register(name: str, label: str | Promise, provider: Provider) -> None:
    """Let a room say what a what-if means for it, once."""
    _providers[name] = (label, provider)


def of(evaluation: Evaluation) -> list[Impact]:
    """Ask every room; those with nothing to say are left out."""
    asked = (Impact(label, provider(evaluation)) for label, provider in _providers.values())
    return [impact for impact in asked if impact.figures]
