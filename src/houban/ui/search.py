"""The search in the top bar; each app adds what it can find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Hit:
    """Something found: its name, what it is, where it opens."""

    label: str
    sub: str
    url: str


Provider = Callable[[str, date], list[Hit]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a provider."""
    _providers.append(provider)


def find(query: str, on: date) -> list[Hit]:
    """Ask every provider; an empty query finds nothing."""
    if not query.strip():
        return []
    return [hit for provider in _providers for hit in provider(query.strip(), on)]
