"""The map of one day, and the rows of an act, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from houban.divisions.words import Certainty, Part


@dataclass(frozen=True, slots=True)
class Unit:
    """A division in force on the day a change takes effect, before it does."""

    id: int
    level: str
    form: str
    name: str
    official_name: str
    parent: int | None
    code: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of an act: from whom to whom, how much, how sure."""

    number: int
    source_code: str = ""
    source_name: str = ""
    target_code: str = ""
    target_name: str = ""
    target_official_name: str = ""
    target_form: str = ""
    target_parent_code: str = ""
    part: str = Part.WHOLE
    groups: tuple[str, ...] = ()
    shares: dict[str, str] = field(default_factory=dict)
    certainty: str = Certainty.DECLARED

    @property
    def has_source(self) -> bool:
        """Tell whether the row names who goes."""
        return bool(self.source_code or self.source_name)

    @property
    def has_target(self) -> bool:
        """Tell whether the row names who takes over."""
        return bool(self.target_code or self.target_name)


class Snapshot:
    """The divisions of one day, by id, code, name and parent; it can be changed, for a map that is only tried out."""

    def __init__(self, units: Iterable[Unit] = ()) -> None:
        self.units: dict[int, Unit] = {}
        self.by_code: dict[str, Unit] = {}
        self.by_name: dict[str, list[Unit]] = {}
        self.by_parent: dict[int | None, list[Unit]] = {}
        for unit in units:
            self.put(unit)

    def children(self, unit: int) -> list[Unit]:
        """Return the divisions right below one."""
        return self.by_parent.get(unit, [])

    def copy(self) -> Snapshot:
        """Return a map of its own with the same divisions."""
        return Snapshot(self.units.values())

    def put(self, unit: Unit) -> None:
        """Add a division that is not there yet."""
        self.units[unit.id] = unit
        if unit.code:
            self.by_code[unit.code] = unit
        for name in {unit.name, unit.official_name}:
            self.by_name.setdefault(name, []).append(unit)
        self.by_parent.setdefault(unit.parent, []).append(unit)

    def remove(self, unit: Unit) -> None:
        """Take a division away; what lies below it stays, and keeps naming it as its parent."""
        del self.units[unit.id]
        if self.by_code.get(unit.code) is unit:
            del self.by_code[unit.code]
        for name in {unit.name, unit.official_name}:
            self.by_name[name].remove(unit)
        self.by_parent[unit.parent].remove(unit)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a row, and how to mend it, in Chinese; column names the cell."""

    number: int
    column: str
    what: str
    mend: str
