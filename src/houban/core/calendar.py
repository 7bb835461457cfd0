"""Which days are worked: the county's own table first, then the State Council's notices, then the week."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Self

import chinese_calendar
from django.db import transaction

from houban.core.models import CalendarDay
from houban.core.problems import Collector
from houban.core.record import Actor, record
from houban.core.spreadsheets import Row, Sheet, read_table

ONE_DAY = timedelta(days=1)
DAY_HEADER, KIND_HEADER, NAME_HEADER = "日期", "类型", "名称"
KINDS = {"休": False, "班": True}
WRITTEN_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
LONGEST_NAME, LONGEST_SOURCE = 60, 200
PUBLISHED_SOURCE = "国务院办公厅放假通知"


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that a notice names: off, or worked in exchange."""

    day: date
    is_working: bool
    name: str
    source: str

    def __str__(self) -> str:
        return f"{'班' if self.is_working else '休'} {self.name}".rstrip()


def _published() -> dict[date, NamedDay]:
    kinds = ((False, chinese_calendar.holidays), (True, chinese_calendar.workdays))
    return {
        day: NamedDay(day, is_working, chinese_calendar.Holiday(holiday).chinese, PUBLISHED_SOURCE)
        for is_working, days in kinds
        for day, holiday in days.items()
    }


PUBLISHED: Mapping[date, NamedDay] = _published()


class WorkingCalendar:
    """Counts working days; a county's own days go before the published ones."""

    def __init__(self, own: Iterable[NamedDay] = ()) -> None:
        self._named = {**PUBLISHED, **{named.day: named for named in own}}

    @classmethod
    def current(cls) -> Self:
        """Return the calendar with the county's own table as it is now."""
        return cls(NamedDay(row.day, row.is_working, row.name, row.source) for row in CalendarDay.objects.all())

    def is_working_day(self, day: date) -> bool:
        """Tell whether a day is worked; a day that no notice names follows the week."""
        named = self._named.get(day)
        return named.is_working if named else day.isoweekday() <= 5

    def is_provisional(self, year: int) -> bool:
        """Tell whether the notice for a year is not known yet: every one names the first of October."""
        return date(year, 10, 1) not in self._named

    def named_days(self, year: int) -> list[NamedDay]:
        """Return the days of a year that a notice names, in order."""
        return sorted((named for named in self._named.values() if named.day.year == year), key=lambda named: named.day)

    def add_working_days(self, start: date, n: int) -> date:
        """Return the n-th working day after `start`, or before it for a negative n; zero moves on to a day worked."""
        step = -ONE_DAY if n < 0 else ONE_DAY
        day = start
        for _ in range(abs(n)):
            day = self._worked(day + step, step=step)
        return self._worked(day, step=step)

    def _worked(self, day: date, *, step: timedelta) -> date:
        while not self.is_working_day(day):
            day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days from `start` until, and without, `end`; negative when `end` comes first."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + n * ONE_DAY) for n in range((end - start).days))

    def working_days_in(self, year: int) -> int:
        """Count the working days of a year."""
        return self.working_days_between(date(year, 1, 1), date(year + 1, 1, 1))


def is_working_day(day: date) -> bool:
    """Tell whether a day is worked in this county."""
    return WorkingCalendar.current().is_working_day(day)


@dataclass(frozen=True)
class Imported:
    """What an import did to the county's own days."""

    added: int
    changed: int
    unchanged: int
    provisional_years: list[int]


@transaction.atomic
def import_days(path: Path, *, by: Actor, at: datetime, source: str = "") -> Imported:
    """Take in the named days of a file; a day already there is overwritten."""
    listed = read_days(path, source=(source or path.name)[:LONGEST_SOURCE])
    before = {row.day: row for row in CalendarDay.objects.select_for_update().filter(day__in=[d.day for d in listed])}
    rows = [CalendarDay(day=d.day, is_working=d.is_working, name=d.name, source=d.source) for d in listed]
    changing = [row for row in rows if row.day not in before or str(before[row.day]) != str(row)]
    CalendarDay.objects.bulk_create(
        changing, update_conflicts=True, unique_fields=["day"], update_fields=["is_working", "name", "source"]
    )
    overwritten = [before[row.day] for row in changing if row.day in before]
    if changing:
        _record(changing, overwritten, by=by, at=at)
    calendar = WorkingCalendar.current()
    provisional = [year for year in sorted({d.day.year for d in listed}) if calendar.is_provisional(year)]
    return Imported(len(changing) - len(overwritten), len(overwritten), len(rows) - len(changing), provisional)


def _record(after: list[CalendarDay], before: list[CalendarDay], *, by: Actor, at: datetime) -> None:
    record(
        "core.calendar.imported",
        CalendarDay._meta.label_lower,
        by=by,
        at=at,
        before={"days": [str(row) for row in before]} if before else None,
        after={"days": [str(row) for row in after], "source": after[0].source},
    )


def read_days(path: Path, *, source: str) -> list[NamedDay]:
    """Read the named days of a file; raise `Problems` with everything wrong with it."""
    problems = Collector(file=path.name)
    found: dict[date, NamedDay] = {}
    for sheet in read_table(path, name=path.name):
        if sheet.header and _has_headers(sheet, problems):
            _read_sheet(sheet, found, problems, source=source)
    if not found and not problems:
        problems.add(what="没有一天", mend="请核对文件")
    problems.raise_any()
    return list(found.values())


def _has_headers(sheet: Sheet, problems: Collector) -> bool:
    missing = [title for title in (DAY_HEADER, KIND_HEADER, NAME_HEADER) if title not in sheet.header]
    if missing:
        what = f"缺少 {'、'.join(missing)} 列"
        problems.add(sheet=sheet.name, row=1, what=what, mend="请在第一行写上列名 日期、类型、名称")
    return not missing


def _read_sheet(sheet: Sheet, found: dict[date, NamedDay], problems: Collector, *, source: str) -> None:
    for row in sheet.rows:
        day = _day(row.cells.get(DAY_HEADER, ""))
        kind = row.cells.get(KIND_HEADER, "")
        if wrong := _wrong(row, day, kind, found):
            column, what, mend = wrong
            problems.add(sheet=sheet.name, row=row.number, column=column, what=what, mend=mend)
        elif day:
            found[day] = NamedDay(day, KINDS[kind], row.cells.get(NAME_HEADER, ""), source)


def _wrong(row: Row, day: date | None, kind: str, found: Mapping[date, NamedDay]) -> tuple[str, str, str] | None:
    if day is None:
        return DAY_HEADER, f"认不出日期“{row.cells.get(DAY_HEADER, '')}”", "请写成 2027-10-01"
    if day in found:
        return DAY_HEADER, f"{day} 写了两次", "请删去一行"
    if kind not in KINDS:
        return KIND_HEADER, f"应为 休 或 班，现为“{kind}”", "请核对类型"
    if len(row.cells.get(NAME_HEADER, "")) > LONGEST_NAME:
        return NAME_HEADER, f"名称超过 {LONGEST_NAME} 个字", "请改短"
    return None


def _day(text: str) -> date | None:
    written = WRITTEN_DAY.fullmatch(text)
    if written is None:
        return None
    year, month, day = map(int, written.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
