"""Matters of another platform: columns matched, tried dry, written once however often the file comes, and moved on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from houban.core import claims, clock
from houban.core.models import RecordEntry
from houban.core.problems import Problems
from houban.core.record import COMMAND_LINE
from houban.matters import statistics
from houban.matters.importing import acts, fields, running
from houban.matters.models import DutyRule, Intake, Matter, Notification, Platform, Stage, Step
from houban.matters.statistics import By
from houban.matters.tests.lists import AT, COLUMNS, book, closed, row, taken, written
from houban.matters.tests.make import Loop, loop
from houban.organisation.tests.make import COUNTY, VILLAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(tmp_path: Path, settings: Any) -> Loop:
    settings.HOUBAN_DATA = tmp_path / "data"
    return loop(tmp_path)


def test_columns_are_guessed_and_what_names_residents_never_is() -> None:
    assert COLUMNS["number"] == "工单编号"
    assert (COLUMNS["unit"], COLUMNS["town"], COLUMNS["holder"]) == ("所属社区", "所属街道", "处置部门")
    assert not {"联系电话", "序号"} & set(COLUMNS.values())
    assert fields.guess(["来电人", "诉求人姓名", "身份证号"], {}) == {}
    assert fields.guess(["号", "工单编号"], {"number": "号"})["number"] == "号"


def test_a_dry_run_writes_nothing(made: Loop) -> None:
    intake = taken(book(row("A1"), closed("A2"), row("A3", 上报时间="昨天")))
    assert (intake.stage, intake.counts) == (Stage.CHECKED, {"new": 2, "refused": 1})
    assert intake.refused == [[4, ["“上报时间”“昨天”不是时间，请写成 2026-03-01 09:30。"]]]
    assert not Matter.objects.exists()


def test_what_is_taken_over_stands_where_the_platform_says(made: Loop) -> None:
    written(book(row("A1"), closed("A2", 满意度="满意"), row("A3", 办理状态="不予受理", 办结时间="2021-07-05 11:00")))
    going, ended, rejected = Matter.objects.order_by("source")
    assert [one.state for one in (going, ended, rejected)] == ["handling", "closed", "rejected"]
    assert (going.source, going.channel) == ("12345热线:A1", "platform")
    assert going.holder == made.bodies["执法队"]
    assert going.receiver == made.bodies["村委会"]
    assert (ended.rating, ended.reported_at) == (4, datetime(2021, 7, 5, 1, 0, tzinfo=UTC))
    assert ended.filed_at == datetime(2021, 7, 5, 2, 0, tzinfo=UTC)
    assert ended.ended_at == datetime(2021, 7, 6, 7, 30, tzinfo=UTC)
    assert [step.verb for step in ended.steps.all()] == ["report", "file", "close", "rate"]
    assert ended.steps.get(verb="close").text == "已换灯泡"
    assert all(step.post == "12345热线" and step.person is None for step in Step.objects.all())


def test_a_clock_that_still_runs_begins_here_and_one_that_ended_counts_as_it_was(made: Loop) -> None:
    written(book(row("A1"), closed("A2")))
    going, ended = Matter.objects.order_by("source")
    assert going.started_at == AT
    assert going.due is not None
    assert going.due > AT
    assert ended.due == datetime(2021, 7, 5, 8, 0, tzinfo=UTC)  # four working hours from ten: until four
    total = statistics.of(By.TYPE, AT - timedelta(days=8), AT, now=AT).total
    assert (total.closed, total.on_time, total.filed) == (1, 0, 2)


def test_the_same_file_again_changes_nothing(made: Loop) -> None:
    content = book(row("A1"), closed("A2"))
    written(content)
    before = list(Step.objects.order_by("pk").values())
    again = written(content, at=AT + timedelta(days=1))
    assert again.counts == {"same": 2}
    assert list(Step.objects.order_by("pk").values()) == before


def test_a_later_file_moves_on_what_nobody_here_has_touched(made: Loop) -> None:
    written(book(row("A1"), row("A2"), row("A3")))
    second = Matter.objects.get(source="12345热线:A2")
    made.take(second, "ask", "执法员", at=AT, text="等配件", wish="help")
    claims.enter(claims.service("test"), at=datetime.now(UTC))
    later = written(book(closed("A1"), closed("A2"), row("A3", 办理状态="已派单")), at=AT + timedelta(days=1))
    assert later.counts == {"moved": 1, "kept": 2}
    first = Matter.objects.get(source="12345热线:A1")
    assert [step.verb for step in first.steps.all()] == ["report", "file", "dispatch", "accept", "submit", "verify"]
    assert (first.state, first.ended_at) == ("closed", datetime(2021, 7, 6, 7, 30, tzinfo=UTC))
    second.refresh_from_db()
    assert second.state == "handling"


def test_numbers_of_residents_in_texts_are_masked(made: Loop) -> None:
    written(book(row("A1", 问题描述="来电13812345678，身份证510304199001011234，座机 0813-8102345")))
    assert Matter.objects.get().text == "来电＊＊＊，身份证＊＊＊，座机 ＊＊＊"


def test_numbers_of_residents_in_a_refused_cell_are_masked_before_they_are_kept(made: Loop) -> None:
    wrong = row("A1", 办理状态="等13812345678回电", 所属社区="住户张某某某 510304199001011234 家", 所属街道="")
    intake = taken(book(wrong))
    assert intake.refused == [
        [
            2,
            [
                "“办理状态”“等＊＊＊回电”认不出，请在“认不出的写法”里选是哪一步。",
                "“所属社区”“住户张某某某 ＊＊＊ 家”不在区划里，请在“认不出的写法”里选是哪里。",
            ],
        ]
    ]


def test_a_number_that_a_sentence_would_cut_is_masked_whole(made: Loop) -> None:
    intake = taken(book(row("A1", 上报时间="三月一日上午由值班员接听来电13812345678")))
    assert intake.refused == [
        [2, ["“上报时间”“三月一日上午由值班员接听来电＊＊＊”不是时间，请写成 2026-03-01 09:30。"]]
    ]


def test_every_wrong_cell_of_a_row_is_said(made: Loop) -> None:
    wrong = row("", 事件标题="", 上报时间="2031-01-01", 所属社区="无此村", 所属街道="", 经度="29.5", 纬度="104.7")
    intake = taken(book(wrong, row("B"), row("B"), closed("C", 立案时间="2021-07-01"), row("D", 办理状态="在途")))
    said = dict(intake.refused)
    assert said[2] == [
        "“上报时间”“2031-01-01”还没有到，请核对时间。",
        "“所属社区”“无此村”不在区划里，请在“认不出的写法”里选是哪里。",
        "“工单编号”是空的，请补上编号，没有编号分不清是不是转入过。",
        "“事件标题”是空的，请补上。",
        "“经度”经度、纬度写反了，请对调两列。",
    ]
    assert said[4] == ["“工单编号”与第 3 行相同，请留一行。"]
    assert said[5] == ["“立案时间”早于报告时间，请核对。"]
    assert said[6] == ["“办理状态”“在途”认不出，请在“认不出的写法”里选是哪一步。"]
    assert intake.unknown == {"unit": {"无此村": 1}, "state": {"在途": 1}}


def test_an_organisation_is_found_without_the_name_of_its_town(made: Loop) -> None:
    for body in (made.bodies["执法队"], made.bodies["住建局"]):
        body.name = {"执法队": "何市镇综合执法队"}.get(body.name, body.name)
        body.save()
    written(book(row("A1", 处置部门="综合执法队"), row("A2", 处置部门="住建局"), row("A3", 处置部门="没有的")))
    found = dict(Matter.objects.values_list("source", "holder__name"))
    assert found == {"12345热线:A1": "何市镇综合执法队", "12345热线:A2": "住建局", "12345热线:A3": "何市镇综合执法队"}


def test_a_village_is_found_by_code_in_one_with_its_town_or_by_its_committee(made: Loop) -> None:
    places = ("510304104205", "何市镇龙凼村", "龙凼村民委员会", "何市镇")
    lines = [row(f"A{n}", 所属社区=place, 所属街道="") for n, place in enumerate(places)]
    assert taken(book(*lines)).counts == {"new": 4}


def test_words_settled_once_hold_for_the_next_file(made: Loop) -> None:
    place, body = made.world.place(VILLAGE), made.bodies["住建局"]
    words = {"state": {"在途": "handling"}, "unit": {"老桥": str(place)}, "holder": {"建设局": str(body.pk)}}
    first = row("A1", 办理状态="在途", 所属街道="", 所属社区="老桥", 处置部门="建设局")
    intake = written(book(first), words=words)
    assert intake.counts == {"new": 1}
    assert Matter.objects.get().holder == body
    second = row("A2", 办理状态="在途", 所属街道="", 所属社区="老桥", 处置部门="建设局")
    assert taken(book(second)).counts == {"new": 1}


def test_a_closed_one_without_its_day_is_refused(made: Loop) -> None:
    intake = taken(book(row("A1", 办理状态="已办结")))
    assert intake.refused == [[2, ["“办结时间”是空的，可状态是已结束，请补上办结时间。"]]]


def test_nobody_is_told_of_what_happened_elsewhere(made: Loop) -> None:
    before = Notification.objects.count()
    written(book(row("A1"), closed("A2")))
    assert Notification.objects.count() == before


def take_over(matters: list[dict[str, Any]], steps: list[dict[str, Any]]) -> None:
    """Ask the database to take matters over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT houban.take_over(%s::jsonb, %s::jsonb)", [json.dumps(matters), json.dumps(steps)])


def by_hand(made: Loop, *steps: tuple[str, str, str], **more: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a matter with steps as the database is asked to take it over."""
    pk, at = str(uuid4()), "2021-07-05 09:00+08"
    matter = {"id": pk, "kind": "event", "title": "井盖", "text": "", "channel": "platform", "source": "x:1",
              "urgent": False, "confidential": False, "unit_id": made.world.place(VILLAGE), "place": "",
              "reported_at": at, "recorded_at": at}  # fmt: skip
    standing = {"level": 1, "receiver_id": made.bodies["村委会"].pk, "limit_unit": "", "post": "", "text": ""}
    lines = [
        {"matter_id": pk, "position": n, "verb": verb, "begins": begins, "ends": ends, "happened_at": at,
         "recorded_at": at} | standing | more
        for n, (verb, begins, ends) in enumerate(steps, start=1)
    ]  # fmt: skip
    return [matter], lines


REPORTED = ("report", "draft", "reported")


@pytest.mark.parametrize(
    ("steps", "more"),
    [
        ([REPORTED, ("verify", "reported", "closed")], {}),
        ([REPORTED, ("file", "filed", "filed")], {}),
        ([("file", "reported", "filed")], {}),
        ([REPORTED, ("file", "reported", "filed"), ("merge", "filed", "closed")], {}),
        ([REPORTED], {"position": 2}),
        ([REPORTED], {"rating": 5}),
        ([REPORTED], {"happened_at": "2021-07-05 09:01+08"}),
        ([REPORTED], {"paused_at": "2021-07-05 09:00+08"}),
        ([], {}),
    ],
    ids=["no way", "gap", "no report", "merge", "position", "rating", "before it happened", "paused", "no step"],
)
def test_the_database_takes_over_no_way_that_the_table_lacks(made: Loop, steps: Any, more: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        take_over(*by_hand(made, *steps, **more))
    take_over(*by_hand(made, REPORTED))
    assert Matter.objects.get().state == "reported"


def test_the_database_takes_nothing_over_for_a_person(made: Loop) -> None:
    made.hand("县调度")
    with pytest.raises(DatabaseError, match="only a service"), transaction.atomic():
        take_over(*by_hand(made, REPORTED))


def test_a_service_writes_no_matter_whole_and_no_step_apart(made: Loop) -> None:
    matter = made.open()
    claims.enter(claims.service("test"), at=datetime.now(UTC))
    for text in (
        "INSERT INTO matters_matter SELECT (m).* FROM (SELECT jsonb_populate_record(m, jsonb_build_object('id',"
        " gen_random_uuid(), 'serial', 99)) AS m FROM matters_matter m) x",
        "INSERT INTO matters_step (matter_id, position, verb, begins, ends, post, text, wish, happened_at,"
        " recorded_at, level, limit_unit, sampled) SELECT id, 2, 'verify', 'reported', 'closed', '', '', '', now(),"
        " now(), 1, '', false"
        f" FROM matters_matter WHERE id = '{matter.pk}'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(text)


def test_the_record_names_the_file(made: Loop) -> None:
    intake = written(book(row("A1"), closed("A2")))
    entry = RecordEntry.objects.filter(verb="matters.intake").get()
    said = entry.after or {}
    assert (said["platform"], said["sha256"], said["new"]) == ("12345热线", intake.sha256, 2)


def test_a_file_without_a_needed_column_is_not_tried(made: Loop) -> None:
    intake = acts.upload("工单.xlsx", book(row("A1")), "12345热线", by=COMMAND_LINE, at=clock.now())
    with pytest.raises(Problems, match="还没有对上：状态"):
        acts.match(intake, {**COLUMNS, "state": ""}, by=COMMAND_LINE, at=clock.now())
    with pytest.raises(Problems, match="含个人信息"):
        acts.match(intake, {**COLUMNS, "text": "联系电话"}, by=COMMAND_LINE, at=clock.now())


def test_without_a_last_resort_nothing_is_taken_over(made: Loop) -> None:
    DutyRule.objects.filter(division=made.world.place(COUNTY), type=None).delete()
    intake = acts.upload("工单.xlsx", book(row("A1")), "12345热线", by=COMMAND_LINE, at=clock.now())
    acts.match(intake, COLUMNS, by=COMMAND_LINE, at=clock.now())
    with pytest.raises(Problems, match="兜底"):
        running.check(intake.pk, intake.attempt, now=clock.now, moment=AT)
    intake.refresh_from_db()
    assert intake.stage == Stage.FAILED
    assert "全县还没有兜底的受理机构和办理机构，请先在“事项规则”的权责清单里指定。" in intake.problem


def test_the_files_are_for_those_who_keep_the_rules(made: Loop) -> None:
    taken(book(row("A1")))
    made.hand("网格员")
    assert not Intake.objects.exists()
    assert not Platform.objects.exists()
    made.hand("县调度")
    assert Intake.objects.exists()
