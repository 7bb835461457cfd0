"""Time limits over weekends, holidays, make-up days, seasons, pauses; against literal rows and a slow reference."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import chain, product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houban.core.calendar import WorkingCalendar
from houban.matters.rules.clocks import (
    Limit,
    NaiveMomentError,
    NoOfficeHoursError,
    OfficeTime,
    Season,
    Stretch,
    Unit,
)
from houban.matters.rules.outcome import Given, Stand, after
from houban.matters.tests.clock_rows import (
    EXTENSIONS,
    HANDBOOK,
    LIMITS,
    NATIONAL,
    NOTICES,
    OTHERS,
    PAUSES,
    RETYPES,
    SPRING,
    Amount,
    Holiday,
    Told,
)
from houban.matters.words import Verb

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = Stretch(time(9), time(12))
WINTER = (MORNING, Stretch(time(14), time(18)))
SUMMER = (MORNING, Stretch(time(14, 30), time(18, 30)))
WORKS = WorkingCalendar().is_working_day
H, D = Unit.WORKING_HOUR, Unit.WORKING_DAY


def seasons() -> list[Season]:
    found = []
    for year in range(2019, 2028):
        found += [
            Season(date(year, 1, 1), date(year, 5, 1), WINTER),
            Season(date(year, 5, 1), date(year, 10, 1), SUMMER),
            Season(date(year, 10, 1), date(year + 1, 1, 1), WINTER),
        ]
    return found


OFFICE = OfficeTime(WORKS, seasons(), ZONE)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def begun(start: str, limit: Amount, due: str) -> Stand:
    """File a matter that is due when the row says."""
    stand = step(Verb.FILE, Stand(), start, limit)

    assert stand.due == at(due)
    return stand


def step(verb: Verb, stand: Stand, moment: str, limit: Amount | None = None) -> Stand:
    return after(verb, stand, Given(limit=Limit(*limit) if limit else None), at=at(moment), office=OFFICE)


@pytest.mark.parametrize("holiday", NOTICES, ids=str)
def test_the_calendar_knows_what_the_notices_say(holiday: Holiday) -> None:
    first, last, worked = NOTICES[holiday]
    until = date.fromisoformat(last)
    off = [until - timedelta(days=n) for n in range((until - date.fromisoformat(first)).days + 1)]

    assert [day for day in off if WORKS(day)] == []
    assert [day for day in worked if not WORKS(date.fromisoformat(day))] == []
    assert WORKS(off[-1] - timedelta(days=1))
    assert WORKS(until + timedelta(days=1))


def test_every_unit_is_tried_across_every_holiday() -> None:
    crossing = {
        (*holiday, limit[1])
        for holiday, rows in LIMITS.items()
        for start, limit, due in rows
        if at(start) < at(f"{NOTICES[holiday][0]} 00:00") < at(due)
    }

    assert crossing == set(product(range(2020, 2027), (SPRING, NATIONAL), Unit))
    for table in (PAUSES, EXTENSIONS, RETYPES):
        assert {row[1][1] for row in table} == set(Unit)
    assert {row[4][1] for row in RETYPES} == set(Unit)


@pytest.mark.parametrize(("start", "limit", "due"), [*chain(*LIMITS.values()), *OTHERS])
def test_a_limit_is_due_when_it_should_be(start: str, limit: Amount, due: str) -> None:
    assert OFFICE.due(at(start), Limit(*limit)) == at(due)


@pytest.mark.parametrize(("start", "limit", "due", "paused", "resumed", "then"), PAUSES)
def test_a_pause_moves_the_due_time(start: str, limit: Amount, due: str, paused: str, resumed: str, then: str) -> None:
    stopped = step(Verb.PAUSE, begun(start, limit, due), paused)

    assert step(Verb.RESUME, stopped, resumed).due == at(then)


@pytest.mark.parametrize(("start", "limit", "due", "more", "then"), EXTENSIONS)
def test_an_extension_goes_on_from_the_due_time(start: str, limit: Amount, due: str, more: int, then: str) -> None:
    assert step(Verb.EXTEND, begun(start, limit, due), start, (more, limit[1])).due == at(then)


@pytest.mark.parametrize(("start", "limit", "due", "more", "new", "then"), RETYPES)
def test_another_type_keeps_the_start(start: str, limit: Amount, due: str, more: int, new: Amount, then: str) -> None:
    stand = begun(start, limit, due)
    if more:
        stand = step(Verb.EXTEND, stand, start, (more, limit[1]))
    typed = step(Verb.RETYPE, stand, due, new)

    assert typed.started_at == at(start)
    assert typed.due == at(then)


@pytest.mark.parametrize("story", HANDBOOK)
def test_the_examples_of_the_handbook_hold(story: list[Told]) -> None:
    stand = Stand()
    for verb, moment, limit, due in story:
        stand = step(verb, stand, moment, limit)

        assert stand.due == at(due)


@pytest.mark.parametrize("year", range(2020, 2027))
@pytest.mark.parametrize("holiday", ["spring", "national"])
@pytest.mark.parametrize("hours", [1, 4, 9, 23])
def test_working_hours_agree_with_counting_minutes(year: int, holiday: str, hours: int) -> None:
    start = at(f"{year}-01-14 16:20") if holiday == "spring" else at(f"{year}-09-24 16:20")
    for _ in range(8):
        start += timedelta(days=4, minutes=37)
        assert OFFICE.due(start, Limit(hours, H)) == slow(start, hours * 60)


def slow(start: datetime, minutes: int) -> datetime:
    """Walk on minute by minute, counting those inside the office hours of a day that is worked."""
    moment = start
    while minutes:
        day, clock = moment.date(), moment.time()
        hours = SUMMER if date(day.year, 5, 1) <= day < date(day.year, 10, 1) else WINTER
        if WORKS(day) and any(one.start <= clock < one.end for one in hours):
            minutes -= 1
        moment += timedelta(minutes=1)
    return moment


MOMENTS = st.integers(0, 6 * 365 * 24 * 60).map(lambda n: at("2020-02-01 00:00") + timedelta(minutes=n))
UNITS = st.sampled_from(list(Unit))


@given(start=MOMENTS, later=st.integers(0, 5000), amount=st.integers(1, 30), unit=UNITS)
def test_later_starts_and_longer_limits_are_never_due_earlier(
    start: datetime, later: int, amount: int, unit: Unit
) -> None:
    due = OFFICE.due(start, Limit(amount, unit))

    assert due > start
    assert OFFICE.due(start + timedelta(minutes=later), Limit(amount, unit)) >= due
    assert OFFICE.due(start, Limit(amount + 1, unit)) >= due


@given(one=MOMENTS, two=MOMENTS, three=MOMENTS)
def test_office_time_adds_up(one: datetime, two: datetime, three: datetime) -> None:
    first, second, third = sorted((one, two, three))

    assert OFFICE.worked(first, second) + OFFICE.worked(second, third) == OFFICE.worked(first, third)
    assert OFFICE.worked(third, first) == timedelta(0)


@given(start=MOMENTS, hours=st.integers(1, 200))
def test_so_many_hours_are_worked_until_they_are_due(start: datetime, hours: int) -> None:
    assert OFFICE.worked(start, OFFICE.due(start, Limit(hours, H))) == timedelta(hours=hours)


@given(start=MOMENTS, paused=st.integers(0, 4000), length=st.integers(0, 9000), amount=st.integers(1, 9), unit=UNITS)
def test_a_pause_moves_the_due_time_by_what_was_paused(
    start: datetime, paused: int, length: int, amount: int, unit: Unit
) -> None:
    limit = Limit(amount, unit)
    due, begin = OFFICE.due(start, limit), start + timedelta(minutes=paused)
    end = begin + timedelta(minutes=length)
    moved = OFFICE.moved(due, limit, begin, end)

    assert OFFICE.moved(due, limit, begin, begin) == due
    assert moved >= due
    if unit in (H, D):
        assert OFFICE.worked(due, moved) == OFFICE.worked(begin, end)
    elif unit is Unit.URGENT_HOUR:
        assert moved - due == end - begin
    else:
        wanted = due.date() + (end.date() - begin.date())
        assert moved.date() >= wanted
        assert WORKS(moved.date())
        assert not any(WORKS(wanted + timedelta(days=n)) for n in range((moved.date() - wanted).days))


def test_what_is_left_is_told_in_what_the_limit_counts() -> None:
    due = at("2021-06-28 10:00")

    assert OFFICE.left(at("2021-06-25 18:00"), due, Limit(1, H)) == timedelta(hours=1, minutes=30)
    assert OFFICE.left(at("2021-06-28 11:00"), due, Limit(1, H)) == -timedelta(hours=1)
    assert OFFICE.left(at("2021-06-28 11:00"), due, None) == -timedelta(hours=1)


def test_days_outside_every_season_and_moments_without_zone_are_refused() -> None:
    late = OfficeTime(WORKS, [Season(date(2021, 1, 1), None, WINTER)], ZONE)

    with pytest.raises(NoOfficeHoursError):
        late.due(at("2020-06-30 10:00"), Limit(1, H))
    with pytest.raises(NaiveMomentError):
        late.due(datetime(2021, 6, 30, 10), Limit(1, H))
    with pytest.raises(NoOfficeHoursError):
        OfficeTime(WORKS, [Season(date(2021, 1, 1), date(2021, 7, 1), WINTER)], ZONE).due(
            at("2021-06-30 17:00"), Limit(9, H)
        )
