"""Rosters in and out: what happens with each row, and what does not."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from houban.core.models import RecordEntry
from houban.core.spreadsheets import write_xlsx
from houban.divisions.tests import make as maps
from houban.organisation.actions import rosters
from houban.organisation.models import (
    Appointment,
    Membership,
    Organisation,
    Person,
    Post,
    Quota,
    QuotaPlace,
    Term,
)
from houban.organisation.rosters import export, reading
from houban.organisation.tests import make
from houban.organisation.tests.make import OTHER_TOWN, START, TODAY, TOWN, VILLAGE, World
from houban.organisation.tests.rosters import (
    COMMITTEE,
    HOLDS,
    SINCE,
    SMALL,
    counted,
    exported,
    imported,
    rows_of,
    varied,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


def test_a_roster_enters_everything_and_leaves_one_record(world: World) -> None:
    plan = imported(varied())

    assert {sheet: counts[0] for sheet, counts in counted(plan).items()} == {
        "机构": 3, "届次": 1, "岗位": 2, "编制": 1, "人员": 3, "任职": 4, "成员单位": 1,
    }  # fmt: skip
    held = Appointment.objects.get(person__name="甲")
    assert (held.seat, held.chosen, held.term, held.post.division_id) == (
        1,
        "elected",
        Term.objects.get(),
        world.place(VILLAGE),
    )
    assert Organisation.objects.get(kind="committee").parent == Organisation.objects.get(kind="town")
    entry = RecordEntry.objects.get(verb="organisation.roster.imported")
    assert entry.after is not None
    assert entry.after["counts"]["任职"] == {"new": 4, "changed": 0, "unchanged": 0}


def test_the_same_roster_twice_changes_nothing(world: World) -> None:
    imported(varied())

    again = imported(varied())

    assert again.does_nothing
    assert RecordEntry.objects.filter(verb="organisation.roster.imported").count() == 1


def test_what_goes_out_comes_back_without_a_change(world: World) -> None:
    imported(varied())

    plan = reading.plan(BytesIO(exported()), name="导出.xlsx", on=START)

    assert plan.does_nothing
    assert sum(one.unchanged for one in plan.counts) == 15


def test_what_goes_out_of_one_county_comes_into_an_empty_one_the_same(world: World, owner: None) -> None:
    imported(varied())
    before = exported()
    _empty()

    plan = reading.plan(BytesIO(before), name="导出.xlsx", on=START)
    rosters.apply(plan, by=make.CLERK, at=make.NOON)

    assert rows_of(exported()) == rows_of(before)
    assert sum(one.new for one in plan.counts) == 15


def _empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE organisation_appointment DISABLE TRIGGER USER")
        for model in (Appointment, QuotaPlace, Person, Quota, Membership, Term, Post):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
        cursor.execute("UPDATE organisation_organisation SET parent_id = NULL")
        cursor.execute("DELETE FROM organisation_organisation")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE organisation_appointment ENABLE TRIGGER USER")


def test_a_cell_that_looks_like_a_formula_goes_out_as_text(world: World) -> None:
    imported(varied())

    basis = {row["占编依据"] for row in rows_of(exported())["人员"]}

    assert "=1+1" in basis


def test_a_roster_of_an_earlier_day_shows_that_day_and_comes_back(world: World) -> None:
    imported(varied())
    maps.enacted(maps.merger())  # 龙凼村 is gone since 2020-06-30, its committee is not closed yet

    assert "甲" not in {row["姓名"] for row in rows_of(exported(date(2020, 6, 1)))["任职"]}
    assert {row["机构区划代码"] for row in rows_of(exported())["岗位"]} == {f"{VILLAGE}@2020-06-29"}
    assert reading.plan(BytesIO(exported()), name="导出.xlsx", on=START).does_nothing


def test_a_town_goes_out_alone(world: World) -> None:
    imported(varied())

    other = rows_of(exported(town=world.place(OTHER_TOWN)))
    own = rows_of(exported(town=world.place(TOWN)))

    assert other["机构"] == []
    assert {row["机构名称"] for row in own["机构"]} == {"龙凼村村民委员会", "何市镇人民政府"}
    assert len(own["任职"]) == 4
    assert reading.plan(
        BytesIO(write_xlsx(export.tables(TODAY, town=world.place(TOWN)))), name="x", on=TODAY
    ).does_nothing


def test_ending_somebody_in_a_roster_ends_them_and_frees_the_seat(world: World) -> None:
    imported(SMALL)
    leaves = HOLDS | {"止日": "2021-06-01", "免职依据": "免〔2021〕2号"}
    enters = HOLDS | {"姓名": "乙", "起日": "2021-06-01"}

    plan = imported({"人员": [{"姓名": "乙", "所属区划代码": VILLAGE}], "任职": [leaves, enters]})

    assert counted(plan)["任职"] == (1, 1, 0)
    ended = Appointment.objects.get(person__name="甲")
    assert (ended.during.upper, ended.end_basis) == (date(2021, 6, 1), "免〔2021〕2号")
    assert Appointment.objects.get(person__name="乙").seat == 1


def test_closing_an_organisation_in_a_roster_ends_what_hangs_on_it(world: World) -> None:
    imported(SMALL)

    imported({"机构": [COMMITTEE | {"撤销日": "2021-06-01", "撤销依据": "撤〔2021〕1号"}], "任职": [HOLDS]})

    assert Organisation.objects.get().during.upper == date(2021, 6, 1)
    assert Post.objects.get().during.upper == date(2021, 6, 1)
    assert Appointment.objects.get().during.upper == date(2021, 6, 1)


def test_a_new_allotment_ends_the_one_before(world: World) -> None:
    quota = {"机构": "龙凼村村民委员会", "编制性质": "事业编制", "核定数": 3, "文号": "编 1 号", "起日": SINCE}
    later = quota | {"核定数": 2, "文号": "编 2 号", "起日": "2021-01-01"}

    imported({"机构": [COMMITTEE], "编制": [later, quota]})

    first, second = Quota.objects.order_by("during")
    assert first.during.upper == date(2021, 1, 1) == second.during.lower
    assert imported({"机构": [COMMITTEE], "编制": [later, quota]}).does_nothing


def test_a_csv_in_gb18030_is_told_by_its_columns(world: World) -> None:
    imported(SMALL)
    text = "姓名,机构,岗位,起日,止日\n甲,龙凼村村民委员会,主任,2020年1月1日,2021/6/1\n"

    plan = reading.plan(BytesIO(text.encode("gb18030")), name="任职.csv", on=TODAY)

    assert counted(plan) == {"任职": (0, 1, 0)}
