"""What a roster will do: for each row new, changed or unchanged."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.db import models

from houban.organisation.rosters.book import Book
from houban.organisation.rosters.cells import Line, label
from houban.organisation.rosters.sheets import ORGANISATIONS, SHEETS, Column, SheetSpec
from houban.organisation.rosters.world import World

SHOWN = 8


class Outcome(StrEnum):
    """What happens with a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass
class Item:
    """A row of the file, the row of the register it stands for, and what changes there."""

    line: Line
    row: Any
    outcome: Outcome
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    label: str = ""

    @property
    def number(self) -> int:
        """Return the row's number as Excel shows it."""
        return self.line.number

    @property
    def says(self) -> str:
        """Return what changes, in the words of the columns; of a new row, what it says."""
        if self.outcome == Outcome.NEW:
            return self.line.said
        return "；".join(
            f"{column.title} {_said(column, self.before.get(name))} → {_said(column, value)}"
            for name, value in self.after.items()
            for column in (self.line.spec.column(name),)
        )


def _said(column: Column, value: Any) -> str:
    if value in (None, ""):
        return "空"
    return label(column.words, value) if column.words else str(value)


@dataclass(frozen=True)
class Counts:
    """How many rows of a sheet are what, with the first of those that do something."""

    sheet: str
    new: int
    changed: int
    unchanged: int
    first: list[Item]

    @property
    def more(self) -> int:
        """Return how many rows that do something are not among the first."""
        return self.new + self.changed - len(self.first)


@dataclass
class Plan:
    """What a roster will do, sheet by sheet."""

    book: Book
    world: World
    items: dict[str, list[Item]] = field(default_factory=dict)
    ended: list[models.Model] = field(default_factory=list)  # rows that a later one of the file ends
    places: list[models.Model] = field(default_factory=list)  # quota places that people will occupy

    def of(self, spec: SheetSpec, *outcomes: Outcome) -> list[Item]:
        """Return the items of a sheet, of some outcomes if any are named."""
        items = self.items.get(spec.title, [])
        return [item for item in items if item.outcome in outcomes] if outcomes else items

    def add(self, item: Item) -> Item:
        """Take an item in."""
        self.items.setdefault(item.line.spec.title, []).append(item)
        return item

    @cached_property
    def counts(self) -> list[Counts]:
        """Count by sheet, in the order of the sheets."""
        return [self._counted(spec) for spec in SHEETS if self.items.get(spec.title)]

    def _counted(self, spec: SheetSpec) -> Counts:
        kinds = Counter(item.outcome for item in self.of(spec))
        first = self.of(spec, Outcome.NEW, Outcome.CHANGED)[:SHOWN]
        return Counts(spec.title, kinds[Outcome.NEW], kinds[Outcome.CHANGED], kinds[Outcome.UNCHANGED], first)

    @property
    def new(self) -> int:
        """Count what is new on all sheets."""
        return sum(counts.new for counts in self.counts)

    @property
    def changed(self) -> int:
        """Count what changes on all sheets."""
        return sum(counts.changed for counts in self.counts)

    @property
    def closing(self) -> int:
        """Count the organisations that the roster closes."""
        return sum("until" in item.before for item in self.of(ORGANISATIONS, Outcome.CHANGED))

    @property
    def does_nothing(self) -> bool:
        """Tell whether everything is registered as the file has it."""
        return not any(counts.new or counts.changed for counts in self.counts)

    @property
    def digest(self) -> str:
        """Return a digest of what will happen, so that it can be told whether it is still what was shown."""
        rows = [
            (item.line.spec.title, item.line.number, item.outcome, item.says)
            for spec in SHEETS
            for item in self.of(spec)
            if item.outcome != Outcome.UNCHANGED
        ]
        return sha256(json.dumps([self.book.digest, rows], ensure_ascii=False).encode()).hexdigest()
