"""Working days: the county's own table, the published notices, the week."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from houban.core import calendar
from houban.core.calendar import NamedDay, WorkingCalendar
from houban.core.models import CalendarDay, RecordEntry
from houban.core.problems import Problems
from houban.core.record import Actor
from houban.core.spreadsheets import Table, write_xlsx

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CLERK = Actor(7, "办公室")
UNKNOWN_YEAR = 2090
PUBLISHED = WorkingCalendar()
DAYS = st.dates(min_value=date(2003, 1, 1), max_value=date(2030, 1, 1))


def off(day: date, name: str = "停课日") -> NamedDay:
    return NamedDay(day, False, name, "县里的通知")


def worked(day: date, name: str = "补班") -> NamedDay:
    return NamedDay(day, True, name, "县里的通知")


def notice(folder: Path, *rows: str, header: str = "日期,类型,名称", encoding: str = "utf-8") -> Path:
    file = folder / "放假安排.csv"
    file.write_text("\n".join([header, *rows]), encoding=encoding)
    return file


def test_an_ordinary_week_has_five_working_days() -> None:
    week = [PUBLISHED.is_working_day(date(2020, 6, 1) + timedelta(days=n)) for n in range(7)]

    assert week == [True] * 5 + [False] * 2


def test_a_published_holiday_is_off_and_the_saturday_worked_for_it_is_not() -> None:
    assert not PUBLISHED.is_working_day(date(2020, 10, 8))
    assert PUBLISHED.is_working_day(date(2020, 10, 10))


def test_the_countys_own_day_goes_before_the_published_one() -> None:
    own = WorkingCalendar([worked(date(2020, 10, 8)), off(date(2020, 10, 10))])

    assert own.is_working_day(date(2020, 10, 8))
    assert not own.is_working_day(date(2020, 10, 10))


def test_a_year_without_a_notice_follows_the_week_and_is_provisional() -> None:
    assert not PUBLISHED.is_working_day(date(UNKNOWN_YEAR, 1, 1))
    assert PUBLISHED.is_working_day(date(UNKNOWN_YEAR, 1, 2))
    assert PUBLISHED.is_provisional(UNKNOWN_YEAR)


def test_a_published_year_is_not_provisional() -> None:
    assert not PUBLISHED.is_provisional(2020)


def test_one_day_of_the_countys_own_does_not_settle_a_year() -> None:
    own = WorkingCalendar([off(date(UNKNOWN_YEAR, 3, 6))])

    assert own.is_provisional(UNKNOWN_YEAR)


def test_the_first_of_october_settles_a_year() -> None:
    own = WorkingCalendar([off(date(UNKNOWN_YEAR, 10, 1), "国庆节")])

    assert not own.is_provisional(UNKNOWN_YEAR)


def test_the_day_of_filing_is_not_counted() -> None:
    assert PUBLISHED.add_working_days(date(2020, 6, 1), 1) == date(2020, 6, 2)


def test_filing_on_a_sunday_is_due_on_the_first_working_day() -> None:
    assert PUBLISHED.add_working_days(date(2020, 6, 7), 1) == date(2020, 6, 8)


def test_adding_days_passes_over_the_holiday_and_counts_the_saturday_worked_for_it() -> None:
    assert PUBLISHED.add_working_days(date(2020, 9, 30), 2) == date(2020, 10, 10)


def test_no_days_after_a_holiday_is_the_next_working_day() -> None:
    assert PUBLISHED.add_working_days(date(2020, 10, 1), 0) == date(2020, 10, 9)


def test_working_days_can_be_counted_back() -> None:
    assert PUBLISHED.add_working_days(date(2020, 10, 9), -1) == date(2020, 9, 30)


def test_the_end_of_a_period_is_not_counted() -> None:
    assert PUBLISHED.working_days_between(date(2020, 6, 1), date(2020, 6, 5)) == 4
    assert PUBLISHED.working_days_between(date(2020, 6, 5), date(2020, 6, 1)) == -4
    assert PUBLISHED.working_days_between(date(2020, 6, 1), date(2020, 6, 1)) == 0


@given(start=DAYS, n=st.integers(min_value=1, max_value=60))
def test_adding_and_counting_agree(start: date, n: int) -> None:
    due = PUBLISHED.add_working_days(start, n)

    assert PUBLISHED.is_working_day(due)
    assert PUBLISHED.working_days_between(start + timedelta(days=1), due + timedelta(days=1)) == n


@given(DAYS, DAYS, DAYS)
def test_counts_of_neighbouring_periods_add_up(one: date, two: date, three: date) -> None:
    parts = PUBLISHED.working_days_between(one, two) + PUBLISHED.working_days_between(two, three)

    assert parts == PUBLISHED.working_days_between(one, three)


@pytest.mark.parametrize("written", ["2090-10-01", "2090/10/1", "2090.10.1", "2090年10月1日"])
def test_a_day_is_read_as_people_write_it(tmp_path: Path, written: str) -> None:
    file = notice(tmp_path, f"{written},休,国庆节")

    assert [named.day for named in calendar.read_days(file, source="")] == [date(2090, 10, 1)]


def test_a_notice_saved_by_an_old_excel_is_read(tmp_path: Path) -> None:
    file = notice(tmp_path, "2090-10-01,休,国庆节", encoding="gb18030")

    assert [named.name for named in calendar.read_days(file, source="")] == ["国庆节"]


def test_a_workbook_with_real_dates_is_read(tmp_path: Path) -> None:
    file = tmp_path / "放假安排.xlsx"
    file.write_bytes(write_xlsx([Table("2090", ["日期", "类型", "名称"], [[date(2090, 10, 1), "休", "国庆节"]])]))

    assert [named.day for named in calendar.read_days(file, source="")] == [date(2090, 10, 1)]


@pytest.mark.parametrize(
    ("rows", "place", "what"),
    [
        (["2090-02-30,休,春节"], "第 2 行 日期 列", "认不出日期“2090-02-30”"),
        (["2090-02-01,假,春节"], "第 2 行 类型 列", "应为 休 或 班，现为“假”"),
        (["2090-02-01,休,春节", "2090-2-1,班,春节"], "第 3 行 日期 列", "2090-02-01 写了两次"),
        ([f"2090-02-01,休,{'春' * 61}"], "第 2 行 名称 列", "名称超过 60 个字"),
        ([], "", "没有一天"),
    ],
)
def test_a_faulty_row_is_named_with_its_place(tmp_path: Path, rows: list[str], place: str, what: str) -> None:
    with pytest.raises(Problems) as faulty:
        calendar.read_days(notice(tmp_path, *rows), source="")

    assert place in str(faulty.value)
    assert what in str(faulty.value)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="缺少 类型 列"):
        calendar.read_days(notice(tmp_path, "2090-10-01,国庆节", header="日期,名称"), source="")


@pytest.mark.django_db
def test_an_imported_day_is_known_from_then_on(tmp_path: Path) -> None:
    file = notice(tmp_path, "2090-10-02,休,国庆节", "2090-10-07,班,国庆节")

    calendar.import_days(file, by=CLERK, at=NOON)

    assert not calendar.is_working_day(date(2090, 10, 2))
    assert calendar.is_working_day(date(2090, 10, 7))


@pytest.mark.django_db
def test_an_import_leaves_a_record(tmp_path: Path) -> None:
    file = notice(tmp_path, "2090-10-01,休,国庆节")

    calendar.import_days(file, by=CLERK, at=NOON, source="国办发明电〔2089〕8号")

    entry = RecordEntry.objects.get()
    assert (entry.verb, entry.actor_name, entry.at) == ("core.calendar.imported", "办公室", NOON)
    assert entry.after == {"days": ["2090-10-01 休 国庆节"], "source": "国办发明电〔2089〕8号"}


@pytest.mark.django_db
def test_importing_a_corrected_notice_changes_what_differs(tmp_path: Path) -> None:
    calendar.import_days(notice(tmp_path, "2090-10-01,休,国庆节", "2090-10-02,休,国庆节"), by=CLERK, at=NOON)
    corrected = notice(tmp_path, "2090-10-01,休,国庆节", "2090-10-02,班,国庆节", "2090-10-03,休,国庆节")

    done = calendar.import_days(corrected, by=CLERK, at=NOON)

    assert (done.added, done.changed, done.unchanged) == (1, 1, 1)
    assert RecordEntry.objects.first().before == {"days": ["2090-10-02 休 国庆节"]}  # type: ignore[union-attr]


@pytest.mark.django_db
def test_importing_the_same_notice_again_changes_nothing(tmp_path: Path) -> None:
    file = notice(tmp_path, "2090-10-01,休,国庆节")
    calendar.import_days(file, by=CLERK, at=NOON)

    done = calendar.import_days(file, by=CLERK, at=NOON)

    assert (done.added, done.changed, done.unchanged) == (0, 0, 1)
    assert RecordEntry.objects.count() == 1


@pytest.mark.django_db
def test_a_faulty_file_leaves_the_table_alone(tmp_path: Path) -> None:
    file = notice(tmp_path, "2090-10-01,休,国庆节", "2090-10-02,?,国庆节")

    with pytest.raises(Problems):
        calendar.import_days(file, by=CLERK, at=NOON)

    assert not CalendarDay.objects.exists()


@pytest.mark.django_db
def test_the_command_imports_and_says_that_half_a_notice_settles_nothing(tmp_path: Path) -> None:
    out = StringIO()

    call_command("calendar", "import", str(notice(tmp_path, "2090-01-01,休,元旦")), stdout=out)

    assert "新增 1 天，更改 0 天，未变 0 天" in out.getvalue()
    assert "2090 年还没有 10 月 1 日" in out.getvalue()


@pytest.mark.django_db
def test_the_command_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="认不出日期"):
        call_command("calendar", "import", str(notice(tmp_path, "元旦,休,元旦")))


@pytest.mark.django_db
def test_the_command_says_when_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="打不开"):
        call_command("calendar", "import", str(tmp_path / "没有.csv"))


@pytest.mark.django_db
def test_the_command_shows_a_published_year() -> None:
    out = StringIO()

    call_command("calendar", "show", "2020", stdout=out)

    assert "2020-10-10 周六 班 国庆节" in out.getvalue()
    assert "暂" not in out.getvalue()


@pytest.mark.django_db
def test_the_command_says_that_an_unpublished_year_is_provisional() -> None:
    out = StringIO()

    call_command("calendar", "show", str(UNKNOWN_YEAR), stdout=out)

    assert "暂按周末休息计算" in out.getvalue()
