"""Time limits over weekends, holidays, make-up days, seasons, pauses; against literal rows and a slow reference."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
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

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = Stretch(time(9), time(12))
WINTER = (MORNING, Stretch(time(14), time(18)))
SUMMER = (MORNING, Stretch(time(14, 30), time(18, 30)))
WORKS = WorkingCalendar().is_working_day
U, H, D, N = Unit.URGENT_HOUR, Unit.WORKING_HOUR, Unit.WORKING_DAY, Unit.NATURAL_DAY


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


# Worked out by hand from the State Council's notices: the last working day before each holiday, late in the day.
ROWS = [
    # Spring Festival 2020: off 01-24 to 02-02 (extended by the notice of January 2020); 01-19 worked
    ("2020-01-23 17:00", (4, H), "2020-02-03 12:00"),
    ("2020-01-23 17:00", (2, D), "2020-02-04 18:00"),
    ("2020-01-23 17:00", (24, U), "2020-01-24 17:00"),
    ("2020-01-23 17:00", (3, N), "2020-02-03 18:00"),
    # Spring Festival 2021: off 02-11 to 02-17; 02-07 and 02-20 worked
    ("2021-02-10 17:00", (4, H), "2021-02-18 12:00"),
    ("2021-02-10 17:00", (3, D), "2021-02-20 18:00"),
    ("2021-02-10 17:00", (8, U), "2021-02-11 01:00"),
    ("2021-02-10 17:00", (2, N), "2021-02-18 18:00"),
    # Spring Festival 2022: off 01-31 to 02-06; 01-29, 01-30 worked
    ("2022-01-28 17:00", (4, H), "2022-01-29 12:00"),
    ("2022-01-28 17:00", (3, D), "2022-02-07 18:00"),
    ("2022-01-30 17:00", (1, N), "2022-02-07 18:00"),
    # Spring Festival 2023: off 01-21 to 01-27; 01-28, 01-29 worked
    ("2023-01-20 17:00", (4, H), "2023-01-28 12:00"),
    ("2023-01-20 17:00", (3, D), "2023-01-30 18:00"),
    ("2023-01-20 17:00", (7, N), "2023-01-28 18:00"),
    # Spring Festival 2024: off 02-10 to 02-17; 02-04, 02-18 worked
    ("2024-02-09 17:00", (4, H), "2024-02-18 12:00"),
    ("2024-02-09 17:00", (1, D), "2024-02-18 18:00"),
    # Spring Festival 2025: off 01-28 to 02-04; 01-26, 02-08 worked
    ("2025-01-27 17:00", (4, H), "2025-02-05 12:00"),
    ("2025-01-27 17:00", (4, D), "2025-02-08 18:00"),
    # National Day 2020: off 10-01 to 10-08; 09-27, 10-10 worked; summer hours end on 10-01
    ("2020-09-30 17:30", (4, H), "2020-10-09 12:00"),
    ("2020-09-30 17:30", (2, D), "2020-10-10 18:00"),
    ("2020-09-30 17:30", (3, N), "2020-10-09 18:00"),
    # National Day 2021: off 10-01 to 10-07; 09-26, 10-09 worked
    ("2021-09-30 17:30", (4, H), "2021-10-08 12:00"),
    ("2021-09-30 17:30", (2, D), "2021-10-09 18:00"),
    ("2021-09-30 20:00", (10, U), "2021-10-01 06:00"),
    # National Day 2022: off 10-01 to 10-07; 10-08, 10-09 worked
    ("2022-09-30 17:30", (4, H), "2022-10-08 12:00"),
    ("2022-09-30 17:30", (2, D), "2022-10-09 18:00"),
    # National Day 2023: off 09-29 to 10-06; 10-07, 10-08 worked
    ("2023-09-28 17:30", (4, H), "2023-10-07 12:00"),
    ("2023-09-28 17:30", (2, D), "2023-10-08 18:00"),
    # National Day 2024: off 10-01 to 10-07; 09-29, 10-12 worked
    ("2024-09-30 17:30", (4, H), "2024-10-08 12:00"),
    ("2024-09-30 17:30", (5, D), "2024-10-12 18:00"),
    # National Day 2025: off 10-01 to 10-08; 09-28, 10-11 worked
    ("2025-09-30 17:30", (4, H), "2025-10-09 12:00"),
    ("2025-09-30 17:30", (3, D), "2025-10-11 18:00"),
    # An ordinary week: at the bell, at night, over midday, on a Saturday
    ("2021-06-23 09:00", (3, H), "2021-06-23 12:00"),
    ("2021-06-23 10:00", (4, H), "2021-06-23 16:30"),
    ("2021-06-23 22:00", (1, H), "2021-06-24 10:00"),
    ("2021-06-26 10:00", (1, H), "2021-06-28 10:00"),
    ("2021-06-25 10:00", (2, D), "2021-06-29 18:30"),
    ("2021-06-26 10:00", (1, D), "2021-06-28 18:30"),
    ("2021-04-30 17:00", (2, H), "2021-05-06 10:00"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "limit", "due"), ROWS)
def test_a_limit_is_due_when_it_should_be(start: str, limit: tuple[int, Unit], due: str) -> None:
    assert OFFICE.due(at(start), Limit(*limit)) == at(due)


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
    else:
        assert moved - due == end - begin


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
