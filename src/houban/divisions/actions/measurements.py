"""Enter how many people, households, square metres divisions had on a day, and withdraw what was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils.translation import gettext as _

from houban.core.problems import Problem, Problems
from houban.core.record import Actor, record
from houban.divisions import restating, tablefile
from houban.divisions.actions import writing
from houban.divisions.models import DivisionCode, Measurement
from houban.divisions.rules.parts import MEASURES


@dataclass(frozen=True)
class Entered:
    """What entering did: so many new values, so many in place of others, so many that were there already."""

    new: int
    replaced: int
    same: int


@transaction.atomic
def measure(table: pa.Table, *, on: date, source: str, by: Actor, at: datetime, name: str = "") -> Entered:
    """Enter a table of 代码 and any of 人口, 户数, 面积; all of it or, with `Problems`, nothing.

    People in heads, households by number, areas in whole square metres. The same table twice changes nothing; another
    value of the same day takes the place of the one before, which stays as withdrawn.
    """
    writing.take_turn()
    wanted = _read(table, on, name)
    known = {
        (row.division_id, row.measure): row
        for row in Measurement.objects.filter(day=on, withdrawn_at=None, measure__in={m for _d, m in wanted})
    }
    stale = [known[key] for key, value in wanted.items() if key in known and known[key].value != value]
    _withdraw(stale, because=_("由 %(day)s 登记的新数替换") % {"day": at.date()}, by=by, at=at)
    new = [
        Measurement(
            division_id=division,
            measure=word,
            day=on,
            value=value,
            source=source,
            recorded_at=at,
            recorded_by_name=by.name,
        )
        for (division, word), value in wanted.items()
        if (division, word) not in known or known[division, word].value != value
    ]
    Measurement.objects.bulk_create(new, batch_size=5000)
    done = Entered(len(new) - len(stale), len(stale), len(wanted) - len(new))
    if new:
        counts = {"day": on, "new": done.new, "replaced": done.replaced, "source": source}
        record("divisions.measurements.entered", new[0], by=by, at=at, after=counts)
    return done


def _read(table: pa.Table, on: date, name: str) -> dict[tuple[int, str], int]:
    columns = {title: str(MEASURES[title.strip()]) for title in table.column_names if title.strip() in MEASURES}
    chosen = tablefile.guess(table, known=())
    tablefile.check(table, tablefile.Guess(chosen.code, "", tuple(columns), ()), name=name)
    codes = table[chosen.code].to_pylist()
    bearers = dict(
        DivisionCode.objects.on(on)
        .filter(code__in=set(codes), scheme__in=("nbs", "local"))
        .values_list("code", "division")
    )
    problems = [_unknown(code, row, on, chosen.code, name) for row, code in enumerate(codes) if code not in bearers]
    problems += [_twice(row, chosen.code, name) for row in _twins(codes)]
    values = {word: _whole(table[title], title, name, problems) for title, word in columns.items()}
    if problems:
        raise Problems(problems)
    return {
        (bearers[code], word): number
        for word, numbers in values.items()
        for code, number in zip(codes, numbers, strict=True)
    }


def _unknown(code: str, row: int, on: date, column: str, name: str) -> Problem:
    what = _("%(day)s 没有代码“%(code)s”") % {"day": on, "code": code}
    return Problem(file=name, row=row + 2, column=column, what=what, mend=_("请核对代码和统计日"))


def _twice(row: int, column: str, name: str) -> Problem:
    return Problem(file=name, row=row + 2, column=column, what=_("代码重复"), mend=_("请删去一行"))


def _twins(codes: Sequence[str]) -> list[int]:
    seen: set[str] = set()
    twins = []
    for row, code in enumerate(codes):
        if code in seen:
            twins.append(row)
        seen.add(code)
    return twins


def _whole(column: Any, title: str, name: str, problems: list[Problem]) -> list[int]:
    numbers, decimals = restating.whole_numbers(column)
    if decimals:
        what = _("“%(title)s”应为整数") % {"title": title}
        problems.append(Problem(file=name, what=what, mend=_("人口写人，户数写户，面积写平方米")))
    if len(numbers) and int(numbers.min()) < 0:
        row = int(numbers.argmin())
        problems.append(Problem(file=name, row=row + 2, column=title, what=_("是负数"), mend=_("请核对")))
    values: list[int] = numbers.tolist()
    return values


@transaction.atomic
def withdraw(measure: str, *, on: date, because: str, by: Actor, at: datetime) -> int:
    """Withdraw all values of a measure and a day, with the reason; return how many that were."""
    writing.take_turn()
    rows = list(Measurement.objects.filter(measure=measure, day=on, withdrawn_at=None))
    _withdraw(rows, because=because, by=by, at=at)
    if rows:
        after = {"day": on, "measure": measure, "rows": len(rows), "because": because}
        record("divisions.measurements.withdrawn", rows[0], by=by, at=at, after=after)
    return len(rows)


def _withdraw(rows: list[Measurement], *, because: str, by: Actor, at: datetime) -> None:
    keys = [row.pk for row in rows]
    Measurement.objects.filter(pk__in=keys).update(
        withdrawn_at=at, withdrawn_by_name=by.name, withdrawn_because=because
    )
