"""The rule book: out and in again changes nothing; a change holds from its day on; what is wrong is said whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from houban.core import claims, clock
from houban.core.periods import between
from houban.core.problems import Problems
from houban.core.spreadsheets import Table, write_xlsx
from houban.divisions.models import DivisionCode
from houban.matters.actions import ruling
from houban.matters.models import DutyRule, FilingRule, MatterType, OfficeSeason, SameType, Standard
from houban.matters.refusals import RefusedError
from houban.matters.rulebook import export, reading
from houban.matters.rulebook.book import Outcome, RuleBook
from houban.matters.rulebook.forms import FORMS
from houban.matters.rulebook.sheets import BY_SLUG, DUTIES, HOURS, RULES, SAME, STANDARDS, TYPES, Part
from houban.matters.tests.make import Loop, loop
from houban.organisation.tests.make import COUNTY

TODAY = date(2021, 7, 1)
FILE = "规则簿.xlsx"


@pytest.fixture
def made(db: None, tmp_path: Path) -> Loop:
    return loop(tmp_path)


@pytest.fixture
def dispatcher(made: Loop) -> Any:
    return made.hand("县调度").actor


def sheet(part: Part, *rows: tuple[Any, ...]) -> Table:
    header = part.spec.header
    filled = [(*row, *[""] * (len(header) - len(row))) for row in rows]
    return Table(part.spec.title, header, filled, frozenset(header))


def plan(*tables: Table, since: date = TODAY) -> reading.Plan:
    return reading.plan(write_xlsx(tables), name=FILE, since=since)


def apply(made: reading.Plan, by: Any) -> Any:
    return ruling.put_all(made.items, made.book, name=made.name, by=by, at=clock.now())


@contextmanager
def checked() -> Iterator[None]:
    """Check every constraint at the end of a block."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def code_of_county(made: Loop) -> str:
    return DivisionCode.objects.on(TODAY).filter(division=made.world.place(COUNTY)).values_list("code", flat=True)[0]


def test_what_goes_out_comes_in_again_without_a_change(made: Loop) -> None:
    read = plan(*export.tables(TODAY))

    assert read.items
    assert {one.outcome for one in read.items} == {Outcome.UNCHANGED}


def test_the_template_can_be_read_where_its_places_exist(made: Loop) -> None:
    read = plan(*(one for one in export.template() if one.name != DUTIES.spec.title))

    assert {one.part for one in read.items if one.outcome == Outcome.NEW} == {STANDARDS, TYPES, RULES}


def test_a_changed_rule_holds_from_its_day_and_the_old_one_stays(made: Loop, dispatcher: Any) -> None:
    read = plan(sheet(RULES, ("示范", "01", "", 1, "", 8, "", "", 2)))
    assert [one.outcome for one in read.items] == [Outcome.CHANGED]
    assert reading.says(read.items[0]) == "时限 4 → 8；处置后照片 0 → 2"

    apply(read, dispatcher)

    before, after = FilingRule.objects.order_by("during")
    assert (before.limit_amount, before.during.upper) == (4, TODAY)
    assert (after.limit_amount, after.photos_after, after.condition) == (8, 2, "破损影响通行")
    assert FilingRule.objects.on(TODAY - timedelta(days=1)).get() == before
    assert FilingRule.objects.on(TODAY).get() == after


def test_a_whole_standard_comes_in_at_once_and_a_second_time_does_nothing(made: Loop, dispatcher: Any) -> None:
    tables = (
        sheet(STANDARDS, ("国标", "新国标")),
        sheet(TYPES, ("国标", "0101", "井盖", "01"), ("国标", "01", "设施")),
        sheet(SAME, ("示范", "01", "国标", "0101")),
        sheet(RULES, ("国标", "0101", "", "", "缺失", 2, "工作日")),
        sheet(DUTIES, ("办理", code_of_county(made), "", "国标", "0101", "", "住建局")),
        sheet(HOURS, ("2021-07-05", "夏季", "9:00", "12:00", "15:00", "18:00")),
    )

    assert apply(plan(*tables), dispatcher) == {Outcome.NEW: 6, Outcome.CHANGED: 1}

    finer = MatterType.objects.get(standard__code="国标", code="0101")
    assert finer.parent is not None
    assert finer.parent.name == "设施"
    assert SameType.objects.get().other == finer
    assert DutyRule.objects.get(type=finer).organisation == made.bodies["住建局"]
    whole, summer = OfficeSeason.objects.order_by("during")
    assert whole.during.upper == summer.during.lower == date(2021, 7, 5)
    assert apply(plan(*tables), dispatcher) == {Outcome.UNCHANGED: 7}


def test_everything_wrong_is_said_at_once(made: Loop) -> None:
    county = code_of_county(made)
    with pytest.raises(Problems) as raised:
        plan(
            sheet(TYPES, ("没有", "01", "甲"), ("示范", "02", "乙", "03"), ("示范", "02", "乙", "")),
            sheet(RULES, ("示范", "99", "", "", "条件", 1, "工作日"), ("示范", "01", "", 2, "条件", 0, "星期"),
                  ("示范", "01", "", 3, "", 1, "工作日"), ("示范", "01", "", 4, "条件", 1, "工作日", "", "", "", 101)),
            sheet(DUTIES, ("办理", "999999", "", "", "", "", "住建局"), ("主办", county, "", "", "", "", "住建局"),
                  ("办理", county, "", "示范", "", "", "住建局"), ("受理", county, "", "", "", "", "没有的局")),
            sheet(HOURS, ("2021-07-01", "夏季", "9:00", "8:00", "15:00", "25:00")),
        )  # fmt: skip

    said = str(raised.value)
    lacking = [
        piece
        for piece in (
            "没有标准“没有”", "没有代码为“03”的类型", "重复", "没有类型“99”", "写着“星期”", "是空的", "超过 100",
            "没有代码为 999999 的区划", "写着“主办”", "要么都填", "没有机构“没有的局”", "应为时间，现为“25:00”",
        )
        if piece not in said
    ]  # fmt: skip
    assert lacking == []
    assert MatterType.objects.count() == 1


def test_a_loop_of_types_is_refused_by_file_page_and_database(made: Loop, dispatcher: Any) -> None:
    apply(plan(sheet(TYPES, ("示范", "0101", "雨水井盖", "01"))), dispatcher)
    finer = MatterType.objects.get(code="0101")
    book = RuleBook()
    item = book.item(TYPES, ("示范", "01"), {"parent": "0101"}, since=TODAY)

    with pytest.raises(Problems, match="下级之下"):
        plan(sheet(TYPES, ("示范", "01", "井盖", "0101")))
    with pytest.raises(RefusedError, match="下级之下"):
        ruling.put(item, book, by=dispatcher, at=clock.now())
    with pytest.raises(IntegrityError, match="beneath itself"), transaction.atomic(), checked():
        MatterType.objects.filter(code="01").update(parent=finer)


def test_a_type_and_the_one_above_it_are_of_one_standard(made: Loop) -> None:
    other = Standard.objects.create(code="另一", name="另一", during=between(TODAY, None))

    with pytest.raises(IntegrityError, match="two standards"), transaction.atomic(), checked():
        MatterType.objects.create(
            standard=other, code="01", name="甲", parent=MatterType.objects.get(code="01"), during=other.during
        )


def test_a_type_ends_with_its_rules_and_duties(made: Loop, dispatcher: Any) -> None:
    read = plan(sheet(TYPES, ("示范", "01", "", "", "是")))
    assert [one.outcome for one in read.items] == [Outcome.ENDED]

    apply(read, dispatcher)

    assert not MatterType.objects.on(TODAY).exists()
    assert not FilingRule.objects.on(TODAY).exists()
    assert not DutyRule.objects.on(TODAY).exclude(type=None).exists()
    assert FilingRule.objects.on(TODAY - timedelta(days=1)).exists()


def test_the_last_resort_can_be_changed_and_never_be_without(made: Loop, dispatcher: Any) -> None:
    book, county = RuleBook(), made.world.place(COUNTY)
    key = ("handle", county, "", "")
    with pytest.raises(RefusedError, match="兜底"):
        ruling.put(book.item(DUTIES, key, {}, since=TODAY, ends=True), book, by=dispatcher, at=clock.now())

    said = {"organisation": made.bodies["住建局"].pk}
    ruling.put(book.item(DUTIES, key, said, since=TODAY), book, by=dispatcher, at=clock.now())

    changed = DutyRule.objects.on(TODAY).get(duty="handle", division=county, type=None)
    assert changed.organisation == made.bodies["住建局"]


def test_no_day_to_come_may_lack_a_last_resort(made: Loop) -> None:
    made.open()
    duty = DutyRule.objects.get(duty="handle", division=made.world.place(COUNTY), type=None)
    far = clock.today() + timedelta(days=900)

    claims.enter(claims.service("测试"), at=clock.now())
    with pytest.raises(IntegrityError, match="every day to come"), transaction.atomic(), checked():
        assert DutyRule.objects.filter(pk=duty.pk).update(during=between(duty.during.lower, far)) == 1


def test_a_row_is_not_ended_on_the_day_it_begins(made: Loop, dispatcher: Any) -> None:
    book, standard = RuleBook(), Standard.objects.get()
    item = book.item(STANDARDS, ("示范",), {}, since=standard.during.lower, ends=True)

    with pytest.raises(RefusedError, match="才起用"):
        ruling.put(item, book, by=dispatcher, at=clock.now())


def test_every_part_has_its_form_but_the_table_of_equals() -> None:
    assert set(FORMS) == set(BY_SLUG) - {SAME.slug}
