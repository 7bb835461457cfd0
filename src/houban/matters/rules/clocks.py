"""Time limits: urgent hours, working hours, working days and natural days, over dated office hours. Pure.

How a limit in days runs follows the Civil Code: the day it starts on is not counted (article 201); a last day that is
a day off gives way to the next working day, and where there are office hours the limit ends when they end (article
203). Working days are the days worked under the State Council's notices, make-up Saturdays included.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

ONE_DAY = timedelta(days=1)
SECOND = 1_000_000  # office time is counted in microseconds, so that sums are exact


class Unit(StrEnum):
    """What a limit is counted in."""

    URGENT_HOUR = "urgent_hour"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    NATURAL_DAY = "natural_day"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many units."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an office day, from a time until a time."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Season:
    """Office hours from a day until, and without, another; without one, still going."""

    since: date
    until: date | None
    stretches: tuple[Stretch, ...]


class NoOfficeHoursError(LookupError):
    """No season covers a working day."""


class NaiveMomentError(ValueError):
    """A moment without a time zone names no moment."""


@dataclass(frozen=True, slots=True)
class _Year:
    """A year's days: the office time before each of them, in microseconds, with the whole at the end."""

    first: int
    before: tuple[int, ...]

    @property
    def whole(self) -> int:
        return self.before[-1]


class OfficeTime:
    """Counts in office time; what it works out of a year is kept."""

    def __init__(self, is_working_day: Callable[[date], bool], seasons: Sequence[Season], zone: tzinfo) -> None:
        """Count by the days worked, the dated hours, and the zone (one without summer time, as China's is)."""
        self._works = is_working_day
        self._seasons = sorted(seasons, key=lambda season: season.since)
        self._zone = zone
        self._years: dict[int, _Year] = {}
        self._days: dict[int, tuple[tuple[int, int], ...]] = {}

    def stretches_of(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the office time of a day; none on a day off. Raises `NoOfficeHoursError`."""
        return [(self._moment(day, start), self._moment(day, end)) for start, end in self._hours(day)]

    def due(self, start: datetime, limit: Limit) -> datetime:
        """Return when a limit that starts at a moment is over."""
        local = self._local(start)
        if limit.unit is Unit.URGENT_HOUR:
            return local + timedelta(hours=limit.amount)
        if limit.unit is Unit.WORKING_HOUR:
            return self._after(local, limit.amount * 3600 * SECOND)
        if limit.unit is Unit.WORKING_DAY:
            return self._close(self._nth(local.date(), limit.amount))
        last = local.date() + limit.amount * ONE_DAY
        return self._close(last if self._works(last) else self._nth(last, 1))

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Return the office time between two moments; nothing when the end comes first."""
        first, last = self._local(start), self._local(end)
        if last <= first:
            return timedelta(0)
        whole = sum(self._year(year).whole for year in range(first.year, last.year))
        return timedelta(microseconds=whole + self._point(last) - self._point(first))

    def moved(self, due: datetime, limit: Limit, paused: datetime, resumed: datetime) -> datetime:
        """Return a due time after a pause.

        It is later by the office time paused; by the clock for urgent hours; by the days that began within the pause
        for natural days, put off to the next working day where the last is off (民法典 articles 201 to 203).
        """
        if resumed <= paused:
            return self._local(due)
        if limit.unit is Unit.URGENT_HOUR:
            return self._local(due) + (resumed - paused)
        if limit.unit is Unit.NATURAL_DAY:
            lost = self._local(resumed).date() - self._local(paused).date()
            last = self._local(due).date() + lost
            return self._close(last if self._works(last) else self._nth(last, 1)) if lost else self._local(due)
        worked = self.worked(paused, resumed) // timedelta(microseconds=1)
        return self._after(self._local(due), worked) if worked else self._local(due)

    def left(self, now: datetime, due: datetime, limit: Limit | None) -> timedelta:
        """Return how much is left until a due time, in what the limit counts; negative once it is over."""
        if limit is None or limit.unit in (Unit.URGENT_HOUR, Unit.NATURAL_DAY):
            return due - now
        return self.worked(now, due) if now <= due else -self.worked(due, now)

    def _local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise NaiveMomentError(str(moment))
        return moment.astimezone(self._zone)

    def _moment(self, day: date, offset: int) -> datetime:
        return datetime.combine(day, time(), self._zone) + timedelta(microseconds=offset)

    def _hours(self, day: date) -> tuple[tuple[int, int], ...]:
        """Return the stretches of a day, in microseconds since midnight."""
        known = self._days.get(day.toordinal())
        if known is None:
            known = self._days[day.toordinal()] = self._found(day) if self._works(day) else ()
        return known

    def _found(self, day: date) -> tuple[tuple[int, int], ...]:
        for season in reversed(self._seasons):
            if season.since <= day and (season.until is None or day < season.until):
                return tuple((_offset(one.start), _offset(one.end)) for one in season.stretches)
        raise NoOfficeHoursError(str(day))

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            day, before = date(year, 1, 1), [0]
            for _ in range(date(year + 1, 1, 1).toordinal() - day.toordinal()):
                before.append(before[-1] + sum(end - start for start, end in self._hours_or_none(day)))
                day += ONE_DAY
            known = self._years[year] = _Year(date(year, 1, 1).toordinal(), tuple(before))
        return known

    def _hours_or_none(self, day: date) -> tuple[tuple[int, int], ...]:
        """Return the stretches of a day, and none for one outside every season, which only a limit there may refuse."""
        try:
            return self._hours(day)
        except NoOfficeHoursError:
            return ()

    def _point(self, local: datetime) -> int:
        """Return the office time of the year before a moment."""
        hours = self._hours(local.date())
        year = self._year(local.year)
        now = _offset(local.time())
        today = sum(min(end, now) - start for start, end in hours if start < now)
        return year.before[local.toordinal() - year.first] + today

    def _after(self, local: datetime, amount: int) -> datetime:
        """Return the moment at which so much office time has passed since another."""
        number, target = local.year, self._point(local) + amount
        while target > self._year(number).whole:
            target -= self._year(number).whole
            number += 1
            if not self._year(number).whole:
                raise NoOfficeHoursError(str(number))
        year = self._year(number)
        index = max(bisect_left(year.before, target) - 1, 0)
        day, rest = date.fromordinal(year.first + index), target - year.before[index]
        for start, end in self._hours(day):
            if rest <= end - start:
                return self._moment(day, start + rest)
            rest -= end - start
        raise NoOfficeHoursError(str(day))

    def _nth(self, day: date, n: int) -> date:
        """Return the n-th working day after a day."""
        for _ in range(n):
            day += ONE_DAY
            while not self._works(day):
                day += ONE_DAY
        return day

    def _close(self, day: date) -> datetime:
        hours = self._hours(day)
        return self._moment(day, hours[-1][1])


def _offset(moment: time) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * SECOND + moment.microsecond
