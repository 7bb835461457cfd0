"""The rows a figure was computed from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.db.models import QuerySet

Text: TypeAlias = str | Promise
Cell: TypeAlias = object
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the rows; its key is a path or an annotation of the queryset."""

    key: str
    label: Text
    unit: Text = ""
    mono: bool = False
    numeric: bool = False
    mark: bool = False  # where it is filled, the row stands out


@dataclass(frozen=True, slots=True)
class Rows:
    """A queryset that has its own order, and the columns of it that people see."""

    queryset: QuerySet[Any] | None = None
    columns: tuple[Column, ...] = ()
    title: Text = ""

    def __bool__(self) -> bool:
        return self.queryset is not None

    def count(self) -> int:
        """How many rows there are."""
        return 0 if self.queryset is None else self.queryset.count()

    def between(self, start: int, stop: int) -> list[tuple[Cell, ...]]:
        """One page of cells."""
        return [] if self.queryset is None else list(self._cells(self.queryset)[start:stop])

    def every(self) -> Iterator[tuple[Cell, ...]]:
        """All cells, without holding them in memory."""
        if self.queryset is not None:
            yield from self._cells(self.queryset).iterator(chunk_size=CHUNK)

    def _cells(self, queryset: QuerySet[Any]) -> QuerySet[Any, tuple[Cell, ...]]:
        return queryset.values_list(*(column.key for column in self.columns))


def plain(cell: Cell) -> str:
    """One cell as text that is the same in every language and on every machine."""
    match cell:
        case None:
            return ""
        case Decimal():
            return f"{cell.normalize():f}"
        case date() | datetime():
            return cell.isoformat()
        case _:
            return str(cell)


@dataclass(frozen=True, slots=True)
class Digest:
    """How many rows were read, and the SM3 hash of what they said."""

    rows: int
    hash: str


def digest(opened: tuple[Rows, ...]) -> Digest:
    """Read the rows once, in their order, and take their hash."""
    sm3, count = hashlib.new("sm3"), 0
    for rows in opened:
        sm3.update(_line([column.key for column in rows.columns]))
        for cells in rows.every():
            sm3.update(_line([plain(cell) for cell in cells]))
            count += 1
    return Digest(rows=count, hash=sm3.hexdigest())


def _line(texts: list[str]) -> bytes:
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


NO_ROWS = Rows()
