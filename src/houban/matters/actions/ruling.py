"""Write the rule book: from a day on something else holds, what held before stays in the book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from houban.core.periods import between
from houban.core.record import Actor, record
from houban.matters.models import DutyRule, FilingRule, MatterType
from houban.matters.refusals import RefusedError
from houban.matters.rulebook.book import Item, Outcome, RuleBook, columns, period
from houban.matters.rulebook.refusing import explained
from houban.matters.rulebook.sheets import DUTIES, PARTS, SAME, STANDARDS, TYPES

BOOK = "matters.rulebook"


@transaction.atomic
def put(item: Item, book: RuleBook, *, by: Actor, at: datetime) -> Any:
    """Write one line, with its record; raise `RefusedError` where the database, or the book, refuses."""
    if item.outcome == Outcome.UNCHANGED:
        return item.row
    if item.part is TYPES and book.loops(item):
        raise RefusedError("loop", _("类型不能放到自己的下级之下，请另选上级。"))
    with explained():
        row = _write(item, book)
    record(
        f"matters.rules.{item.outcome}", row, by=by, at=at,
        before=_plain(item.before), after=_plain(item.after) | {"since": item.since.isoformat()},
    )  # fmt: skip
    return row


@transaction.atomic
def put_all(items: Sequence[Item], book: RuleBook, *, name: str, by: Actor, at: datetime) -> Counter[str]:
    """Write every line of a workbook or none, with one record for all of it."""
    done: Counter[str] = Counter()
    with explained():
        for part in PARTS:
            for item in _in_order([one for one in items if one.part is part]):
                if item.outcome != Outcome.UNCHANGED:
                    _write(item, book)
                done[item.outcome] += 1
    lines = [
        {
            "part": str(one.part.spec.title),
            "key": "/".join(map(str, one.key)),
            "outcome": one.outcome.value,
            "before": _plain(one.before),
            "after": _plain(one.after),
        }
        for one in items
        if one.outcome != Outcome.UNCHANGED
    ]
    if lines:
        record("matters.rules.imported", BOOK, by=by, at=at, after={"file": name, "lines": lines})
    return done


def _in_order(items: list[Item]) -> list[Item]:
    """Put a type after the one above it."""
    waiting = {one.key: one for one in items}
    ordered: list[Item] = []

    def take(one: Item) -> None:
        if waiting.pop(one.key, None) is None:
            return
        above = waiting.get((one.key[0], one.values.get("parent"))) if one.part is TYPES else None
        if above is not None:
            take(above)
        ordered.append(one)

    for one in items:
        take(one)
    return ordered


def _write(item: Item, book: RuleBook) -> Any:
    if item.outcome == Outcome.ENDED:
        return _end(item)
    if item.outcome == Outcome.CHANGED:
        if not item.part.versioned or item.row.during.lower >= item.since:
            for name, value in columns(item, book).items():
                setattr(item.row, name, value)
            item.row.save(force_update=True)
            return item.row
        during = period(item, book)
        _cut(item.row, item.since)
        return _new(item, book, during)
    return _new(item, book, period(item, book))


def _new(item: Item, book: RuleBook, during: Any) -> Any:
    row: Any = item.part.model(**columns(item, book))
    if item.part is not SAME:
        row.during = during
    row.save(force_insert=True)
    book.take(item.part, row)
    return row


def _end(item: Item) -> Any:
    """End a row; with a type end its rules and duties and what is finer, with a standard its types."""
    if item.part is SAME:
        pk = item.row.pk
        item.row.delete()
        item.row.pk = pk
        return item.row
    if item.part is DUTIES and item.row.type_id is None and _is_last_resort(item.row):
        raise RefusedError("last", _("全县的兜底机构不能停用，只能改成别的机构。"))
    _cut(item.row, item.since)
    if item.part is STANDARDS:
        _end_types(MatterType.objects.filter(standard=item.row), item.since)
    elif item.part is TYPES:
        _end_types(MatterType.objects.filter(pk=item.row.pk), item.since)
    return item.row


def _is_last_resort(duty: DutyRule) -> bool:
    from houban.divisions import register

    return duty.division_id == register.county()


def _end_types(types: Any, day: date) -> None:
    found = set(types.values_list("pk", flat=True))
    finer = found
    while finer:
        finer = set(MatterType.objects.filter(parent__in=finer).values_list("pk", flat=True)) - found
        found |= finer
    rows = [
        *FilingRule.objects.on(day).filter(type__in=found),
        *DutyRule.objects.on(day).filter(type__in=found),
        *MatterType.objects.on(day).filter(pk__in=found),
    ]
    for row in rows:
        _cut(row, day)


def _cut(row: Any, day: date) -> None:
    if row.during.lower is not None and row.during.lower >= day:
        raise RefusedError(
            "begins", _("“%(row)s”从 %(day)s 才起用，停用要晚于这一天。") % {"row": row, "day": row.during.lower}
        )
    row.during = between(row.during.lower, day)
    row.save(force_update=True, update_fields=["during"])


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, int | str) else str(value) for name, value in values.items()
    }
