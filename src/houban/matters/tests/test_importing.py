"""Matters of another platform: columns matched, tried dry, written once however often the file comes, and moved on."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
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
from houban.core.spreadsheets import Table, write_xlsx
from houban.matters import statistics
from houban.matters.importing import acts, fields, files, running
from houban.matters.models import DutyRule, Intake, Matter, Notification, Platform, Stage, Step
from houban.matters.statistics import By
from houban.matters.tests.make import Loop, loop
from houban.organisation.tests.make import COUNTY, VILLAGE

pytestmark = pytest.mark.django_db
AT = datetime(2021, 7, 9, 4, 0, tzinfo=UTC)
HEADER = ["序号", "工单编号", "事件标题", "问题描述", "联系电话", "所属街道", "所属社区", "事发地址", "经度", "纬度",
          "事件小类", "上报时间", "立案时间", "办结时间", "办理状态", "处置部门", "处理结果", "满意度"]  # fmt: skip
COLUMNS = fields.guess(HEADER, {})


def row(number: str, **said: Any) -> list[Any]:
    """Return a line of the platform's list."""
    whole = {
        "序号": 1, "工单编号": number, "事件标题": "路灯不亮",
        "问题描述": "村口第二盏，来电 13812345678", "联系电话": "13800000000",
        "所属街道": "何市镇", "所属社区": "龙凼村", "事发地址": "村口", "经度": "", "纬度": "", "事件小类": "井盖",
        "上报时间": "2021-07-05 09:00", "立案时间": "2021/7/5 10:00", "办结时间": "", "办理状态": "处理中",
        "处置部门": "执法队", "处理结果": "", "满意度": "",
    } | said  # fmt: skip
    return [whole[name] for name in HEADER]


def closed(number: str, **said: Any) -> list[Any]:
    """Return a line of something that has ended."""
    return row(number, 办理状态="已办结", 办结时间="2021-07-06 15:30", 处理结果="已换灯泡", **said)


def book(*rows: Sequence[Any]) -> bytes:
    """Return the platform's list as a workbook."""
    return write_xlsx([Table("工单", HEADER, rows, frozenset(HEADER))])


@pytest.fixture
def made(tmp_path: Path, settings: Any) -> Loop:
    settings.HOUBAN_DATA = tmp_path / "data"
    return loop(tmp_path)


def taken(content: bytes, *, at: datetime = AT, columns: Any = COLUMNS, words: Any = None) -> Intake:
    """Take a file in up to its dry run."""
    intake = acts.upload("工单.xlsx", content, "12345热线", by=COMMAND_LINE, at=clock.now())
    acts.match(intake, columns, by=COMMAND_LINE, at=clock.now())
    running.check(intake.pk, intake.attempt, now=clock.now, moment=at)
    intake.refresh_from_db()
    if words:
        acts.settle(intake, words, by=COMMAND_LINE, at=at)
        running.check(intake.pk, intake.attempt, now=clock.now, moment=at)
        intake.refresh_from_db()
    return intake


def written(content: bytes, *, at: datetime = AT, **more: Any) -> Intake:
    """Take a file in and write it."""
    intake = taken(content, at=at, **more)
    acts.confirm(intake, at=clock.now())
    running.write(intake.pk, intake.attempt, by=COMMAND_LINE, now=clock.now, moment=at)
    intake.refresh_from_db()
    return intake


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


def test_a_lost_job_goes_on_and_the_dead_one_that_comes_back_stops(made: Loop) -> None:
    intake = taken(book(*(row(f"A{n}") for n in range(5))))
    acts.confirm(intake, at=clock.now())
    dead = intake.attempt
    with pytest.raises(Problems, match="还在进行"):
        acts.resume(intake, at=clock.now() + timedelta(minutes=1))
    acts.resume(intake, at=clock.now() + timedelta(minutes=3))
    with pytest.raises(running.GoneOnError):
        running.write(intake.pk, dead, by=COMMAND_LINE, now=clock.now, moment=AT)
    running.write(intake.pk, intake.attempt, by=COMMAND_LINE, now=clock.now, moment=AT)
    assert Matter.objects.count() == 5


def test_a_batch_that_fails_leaves_whole_matters_and_the_next_try_finds_them(
    made: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "A_BATCH", 2)
    intake = taken(book(*(closed(f"A{n}") for n in range(5))))
    acts.confirm(intake, at=clock.now())
    batches = iter(range(9))
    advance = running._advance

    def breaks(*args: Any) -> None:
        if next(batches) == 1:
            raise DatabaseError("the server is gone")
        advance(*args)

    monkeypatch.setattr(running, "_advance", breaks)
    with pytest.raises(DatabaseError):
        running.write(intake.pk, intake.attempt, by=COMMAND_LINE, now=clock.now, moment=AT)
    monkeypatch.setattr(running, "_advance", advance)
    intake.refresh_from_db()
    assert (intake.stage, "已写入的都在" in intake.problem, Matter.objects.count()) == (Stage.FAILED, True, 2)
    acts.match(intake, COLUMNS, by=COMMAND_LINE, at=clock.now())
    running.check(intake.pk, intake.attempt, now=clock.now, moment=AT)
    acts.confirm(intake, at=clock.now())
    found = running.write(intake.pk, intake.attempt, by=COMMAND_LINE, now=clock.now, moment=AT)
    assert (found.counts["same"], found.counts["new"]) == (2, 3)
    assert Matter.objects.filter(state="closed").count() == Matter.objects.count() == 5


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
    assert (intake.stage, "兜底" in intake.problem) == (Stage.FAILED, True)


def test_a_file_given_up_is_deleted(made: Loop) -> None:
    intake = taken(book(row("A1")))
    assert files.is_there(intake)
    acts.drop(intake, by=COMMAND_LINE, at=clock.now())
    intake.refresh_from_db()
    assert (intake.stage, files.is_there(intake)) == (Stage.DROPPED, False)


def test_an_old_file_is_forgotten(made: Loop) -> None:
    intake = taken(book(row("A1")))
    assert acts.forget_old(by=COMMAND_LINE, at=clock.now() + timedelta(days=29)) == 0
    assert acts.forget_old(by=COMMAND_LINE, at=clock.now() + timedelta(days=31)) == 1
    assert not files.is_there(intake)


def test_what_a_killed_server_left_is_deleted_and_what_is_known_stays(made: Loop) -> None:
    intake = taken(book(row("A1")))
    stray = files._path("stray")
    stray.write_bytes(b"left over")
    assert acts.forget_old(by=COMMAND_LINE, at=clock.now()) == 0
    os.utime(stray, (0, 0))

    assert acts.forget_old(by=COMMAND_LINE, at=clock.now()) == 1
    assert files.is_there(intake)
    assert not stray.exists()


def test_a_file_that_goes_takes_its_examples_with_it(made: Loop) -> None:
    intake = taken(book(row("A1")))
    assert any(example for _column, example in intake.header)
    acts.drop(intake, by=COMMAND_LINE, at=clock.now())
    assert not any(example for _column, example in Intake.objects.get().header)


def test_what_is_refused_is_kept_without_a_residents_numbers(made: Loop) -> None:
    intake = taken(book(row("A1"), row("A2", 上报时间="13800138000")))
    assert intake.refused
    assert "13800138000" not in str(intake.refused)


def test_the_files_are_for_those_who_keep_the_rules(made: Loop) -> None:
    taken(book(row("A1")))
    made.hand("网格员")
    assert not Intake.objects.exists()
    assert not Platform.objects.exists()
    made.hand("县调度")
    assert Intake.objects.exists()
