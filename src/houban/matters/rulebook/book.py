"""The rule book as the database holds it, and what a line would change in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from houban.core.periods import between
from houban.divisions.models import DivisionCode
from houban.matters.models import MatterType, SameType, Standard
from houban.matters.rulebook.sheets import DUTIES, HOURS, PARTS, RULES, SAME, STANDARDS, TYPES, Part

Key = tuple[Any, ...]
NUMBER_OF_CODES = "nbs"


class Outcome(StrEnum):
    """What happens with a line."""

    NEW = "new"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"


@dataclass
class Item:
    """A line: what it is about, what it says from a day on, the row in force, and what changes."""

    part: Part
    key: Key
    values: dict[str, Any]
    since: date
    row: Any
    outcome: Outcome
    before: dict[str, Any] = field(default_factory=dict)
    number: int = 0
    label: str = ""

    @property
    def after(self) -> dict[str, Any]:
        """Return what the line says."""
        return {} if self.outcome == Outcome.ENDED else self.values


class RuleBook:
    """Every row of every part by its key; read once, a query for each part."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[Key, list[Any]]] = {part.slug: defaultdict(list) for part in PARTS}
        self.types: dict[Key, MatterType] = {}
        self.standards: dict[str, Standard] = {}
        self.keys_of_types: dict[int, Key] = {}
        for part in PARTS:
            for row in _read(part):
                self.take(part, row)

    def take(self, part: Part, row: Any) -> None:
        """Put a row that has just been written, or read, under its key."""
        if part is STANDARDS:
            self.standards[row.code] = row
        elif part is TYPES:
            key = (row.standard.code, row.code)
            self.types[key], self.keys_of_types[row.pk] = row, key
        self.rows[part.slug][self.key(part, row)].append(row)

    def key(self, part: Part, row: Any) -> Key:
        """Return what tells a row of a part apart, in the words of the sheet."""
        if part is STANDARDS:
            return (row.code,)
        if part is TYPES:
            return (row.standard.code, row.code)
        if part is SAME:
            return (*self.keys_of_types[row.type_id], *self.keys_of_types[row.other_id])
        if part is RULES:
            return (*self.keys_of_types[row.type_id], row.number)
        if part is DUTIES:
            return (row.duty, row.division_id, *(self.keys_of_types[row.type_id] if row.type_id else ("", "")))
        return ()

    def values(self, part: Part, row: Any) -> dict[str, Any]:
        """Return what a row says, in the words of the sheet."""
        values = {name: getattr(row, name) for name in part.values if name not in ("parent", "organisation")}
        if part is TYPES:
            values["parent"] = self.keys_of_types[row.parent_id][1] if row.parent_id else ""
        if part is DUTIES:
            values["organisation"] = row.organisation_id
        return values

    def in_force(self, part: Part, key: Key, day: date) -> Any:
        """Return the row of a key that is in force on a day, or None."""
        rows = self.rows[part.slug].get(key, ())
        return next((row for row in rows if part is SAME or day in _Days(row.during)), None)

    def following(self, part: Part, key: Key, day: date) -> date | None:
        """Return when the next row of a key after a day begins."""
        rows = self.rows[part.slug].get(key, ())
        return min((row.during.lower for row in rows if row.during.lower > day), default=None)

    def item(self, part: Part, key: Key, values: dict[str, Any], *, since: date, ends: bool = False) -> Item:
        """Work out what a line does; values left out keep what is in force."""
        row = self.in_force(part, key, since)
        held = self.values(part, row) if row is not None else {}
        if ends:
            outcome = Outcome.ENDED if row is not None else Outcome.UNCHANGED
            return Item(part, key, held, since, row, outcome, before=held)
        said = {**part.blanks, **held, **{name: value for name, value in values.items() if value is not None}}
        if row is None:
            return Item(part, key, said, since, None, Outcome.NEW)
        changed = {name: held[name] for name in part.values if held[name] != said.get(name)}
        outcome = Outcome.CHANGED if changed else Outcome.UNCHANGED
        return Item(part, key, said, since, row, outcome, before=changed)

    def loops(self, item: Item) -> bool:
        """Tell whether a type would come to lie beneath itself."""
        standard, seen, code = item.key[0], {item.key[1]}, item.values.get("parent") or ""
        while code:
            if code in seen:
                return True
            seen.add(code)
            above = self.types.get((standard, code))
            code = self.keys_of_types[above.parent_id][1] if above is not None and above.parent_id else ""
        return False


class _Days:
    """A period that can be asked whether it holds a day."""

    def __init__(self, during: Any) -> None:
        self.lower, self.upper = during.lower, during.upper

    def __contains__(self, day: date) -> bool:
        return (self.lower is None or self.lower <= day) and (self.upper is None or day < self.upper)


def _read(part: Part) -> list[Any]:
    rows = part.model._default_manager.all()
    if part is TYPES:
        rows = MatterType.objects.select_related("standard")
    elif part is SAME:
        rows = SameType.objects.all()
    return list(rows.order_by("pk"))


def codes(on: date) -> dict[str, int]:
    """Return the divisions of a day by their codes."""
    rows = DivisionCode.objects.on(on).filter(scheme=NUMBER_OF_CODES)
    return dict(rows.values_list("code", "division_id"))


def columns(item: Item, book: RuleBook) -> dict[str, Any]:
    """Return an item as the columns of its row, without its period."""
    part, key, values = item.part, item.key, dict(item.values)
    if part is STANDARDS:
        return {"code": key[0], **values}
    if part is TYPES:
        parent = values.pop("parent", "")
        return {
            "standard": book.standards[key[0]],
            "code": key[1],
            "parent": book.types[key[0], parent] if parent else None,
            **values,
        }
    if part is SAME:
        return {"type": book.types[key[:2]], "other": book.types[key[2:]]}
    if part is RULES:
        return {"type": book.types[key[:2]], "number": key[2], **values}
    if part is DUTIES:
        organisation = values.pop("organisation")
        of_type = book.types[key[2:]] if key[2] else None
        return {"duty": key[0], "division_id": key[1], "type": of_type, "organisation_id": organisation, **values}
    return values


def period(item: Item, book: RuleBook) -> Any:
    """Return how long a new row holds: until the next one of its key begins."""
    if item.row is not None and item.part.versioned:
        return between(item.since, item.row.during.upper)
    return between(item.since, book.following(item.part, item.key, item.since))


__all__ = ["HOURS", "Item", "Key", "Outcome", "RuleBook", "codes", "columns", "period"]
