"""A clerk settles what became of the villages of 2019 in the list of 2020: pages, workbook, act, faults."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from houban.accounts.models import User
from houban.core.record import Actor
from houban.core.spreadsheets import Table, read_table, write_xlsx
from houban.demo.actions import FOLDER
from houban.divisions import actions
from houban.divisions.actions import settling as doing
from houban.divisions.actions.settling import Onward, Reply
from houban.divisions.models import Change, Flow, OfficialList
from houban.divisions.settling import Settling
from houban.divisions.words import Answer
from houban.organisation.actions import appointments, organisations, people
from houban.organisation.actions.administrators import give_account
from houban.organisation.actions.appointments import Terms

pytestmark = pytest.mark.django_db
BY, AT = Actor(None, "测试"), datetime(2021, 6, 30, 4, tzinfo=UTC)
OLD, NEW = date(2019, 10, 31), date(2020, 6, 30)


def truth() -> dict[str, str]:
    """Return by old code the new code of each row of the demonstration's act of 2020."""
    with (FOLDER / "changes" / "2020-03-31-villages.csv").open(encoding="utf-8", newline="") as file:
        return {row["原代码"]: row["新代码"] for row in csv.DictReader(file) if len(row["原代码"]) == 12}


@pytest.fixture
def official() -> OfficialList:
    """Found the county from the list of 2019 and compare it with the list of 2020."""
    for day in (OLD, NEW):
        made = actions.import_list(
            [FOLDER / "lists" / f"{day}.csv"], as_of=day, scheme="nbs", name=f"大安区 {day} 名录", by=BY, at=AT
        )
    assert made.list.comparison is not None
    return made.list


@pytest.fixture
def clerk(official: OfficialList) -> Client:
    """Sign a register clerk in."""
    body = organisations.found("区后半篇办", "task_force", start=OLD, division=None, by=BY, at=AT)
    post = organisations.establish_post(body, "register_clerk", title="区划岗", start=OLD, by=BY, at=AT)
    person = people.enter("周敏", unit=None, by=BY, at=AT)
    appointments.appoint(person, post, Terms(start=OLD), by=BY, at=AT)
    user = User.objects.create_user("zhoumin", name="周敏")
    give_account(person, user)
    client = Client()
    client.force_login(user)
    return client


def at(name: str, official: OfficialList) -> str:
    return reverse(f"divisions:{name}", args=[official.pk])


def again(official: OfficialList) -> Settling:
    return Settling(OfficialList.objects.select_related("comparison").get(pk=official.pk))


def test_every_village_that_is_gone_is_a_question_with_its_successor_among_the_first(official: OfficialList) -> None:
    settling, known = again(official), truth()
    gone = [one for one in settling.questions if one.code not in settling.new and one.code in known]
    places = [
        next((n for n, one in enumerate(settling.candidates(q), 1) if one.place.code == known[q.code]), 99)
        for q in gone
    ]

    assert len(gone) > 60
    assert sum(place <= 9 for place in places) / len(gone) > 0.8
    assert sum(settling.progress[key] for key in ("settled", "unknown", "doubtful", "suggested", "open")) == len(
        settling.questions
    )


def test_an_answer_goes_on_to_the_next_and_is_taken_back(clerk: Client, official: OfficialList) -> None:
    settling = again(official)
    question = settling.next()
    assert question is not None
    target = settling.candidates(question)[0].place

    answered = clerk.post(
        at("settling-answer", official), {"question": question.code, "target": target.code, "seen": question.mark}
    )
    now = again(official).by_code[question.code]
    assert answered.status_code == 302
    assert question.code not in answered["Location"]
    assert (now.answer, [flow.target_code for flow in now.flows]) == (Answer.SETTLED, [target.code])

    clerk.post(at("settling-undo", official))
    back = again(official).by_code[question.code]
    assert [(f.target_code, f.certainty, f.answer) for f in back.flows] == [
        (f.target_code, f.certainty, f.answer) for f in question.flows
    ]
    assert "没有可以撤回" in clerk.post(at("settling-undo", official), follow=True).content.decode()


def test_several_go_into_one_in_one_gesture_and_a_new_one_is_no_orphan_any_more(
    clerk: Client, official: OfficialList
) -> None:
    settling = again(official)
    orphan = Flow.objects.filter(change=settling.change, source_code="").first()
    assert orphan is not None
    two = [one for one in settling.questions if one.code[:9] == orphan.target_code[:9]][:2]

    clerk.post(
        at("settling-answer", official),
        {"question": two[1].code, "also": two[0].code, "target": orphan.target_code, "seen": two[1].mark},
    )

    now = again(official)
    assert [now.by_code[one.code].onward for one in two] == [two_onward := now.by_code[two[0].code].onward] * 2
    assert two_onward
    assert not Flow.objects.filter(change=settling.change, source_code="", target_code=orphan.target_code).exists()
    clerk.post(at("settling-undo", official))
    assert Flow.objects.filter(change=settling.change, source_code="", target_code=orphan.target_code).exists()


def test_a_part_is_said_and_what_cannot_be_read_is_refused(clerk: Client, official: OfficialList) -> None:
    settling = again(official)
    question = settling.questions[5]
    one, two = (candidate.place.code for candidate in settling.candidates(question)[:2])
    said = {
        "question": question.code,
        "mode": "split",
        "target": [one, two],
        f"part-{one}": "1-3组",
        f"part-{two}": "4组",
    }

    refused = clerk.post(at("settling-answer", official), said | {f"part-{two}": "一半"}, follow=True)
    clerk.post(at("settling-answer", official), said)

    flows = again(official).by_code[question.code].flows
    assert "看不懂" in refused.content.decode()
    assert [(flow.target_code, flow.groups) for flow in flows] == [(one, "1组、2组、3组"), (two, "4组")]


def test_who_comes_second_reads_who_answered(clerk: Client, official: OfficialList) -> None:
    settling = again(official)
    question = settling.questions[3]
    code = settling.candidates(question)[0].place.code
    stale = {"question": question.code, "target": code, "seen": question.mark}

    clerk.post(at("settling-answer", official), stale)
    second = clerk.post(at("settling-answer", official), stale, follow=True)

    assert "刚被周敏答过" in second.content.decode()


def test_the_text_of_the_act_answers_what_it_names(clerk: Client, official: OfficialList) -> None:
    settling, known = again(official), truth()
    by_target: dict[str, list[str]] = {}
    for old, new in known.items():
        if old in settling.by_code and old != new and new in settling.new:
            by_target.setdefault(new, []).append(settling.by_code[old].name)
    from houban.divisions.settling import short

    lines = [
        f"{n}．{'、'.join(names)}合并设立{short(new, settling.new[new].name)}，村委会驻原处。"
        for n, (new, names) in enumerate(by_target.items(), 1)
    ]
    header = {
        "title": "村级建制调整",
        "document": "大府发〔2020〕3号",
        "authority": "区政府",
        "day": "2020-03-31",
        "day_basis": "stated",
    }

    clerk.post(at("settling-act", official), header | {"text": "\n".join([*lines, "撤销一些村并做好衔接。"])})
    clerk.post(at("settling-together", official), {"what": "text"})

    now = again(official)
    right = [
        code
        for code, new in known.items()
        if code in now.by_code and [f.target_code for f in now.by_code[code].flows] == [new]
    ]
    assert now.change.document == "大府发〔2020〕3号"
    assert now.progress["settled"] >= 0.9 * sum(len(names) for names in by_target.values())
    assert len(right) >= 0.9 * now.progress["settled"]


def test_the_whole_batch_becomes_an_act_after_which_the_list_agrees(clerk: Client, official: OfficialList) -> None:
    settling, known = again(official), truth()
    replies = []
    for one in settling.questions:
        new = known.get(one.code) or (one.code if one.code in settling.new else "")
        onward = (Onward(new, settling.new[new].name),) if new in settling.new else ()
        replies.append(Reply((one.code,), onward))
    doing.answer(settling.change, replies, said="全部", by=BY, at=AT)
    doing.name_act(
        settling.change,
        doing.Act("村级建制调整", "大府发〔2020〕3号", "区政府", date(2020, 3, 31), "stated"),
        by=BY,
        at=AT,
    )

    actions.enact(Change.objects.get(pk=settling.change.pk), by=BY, at=AT)

    assert actions.reconcile(official) == []
    assert "已经生效" in clerk.get(at("settling", official)).content.decode()


def test_the_workbook_goes_out_and_comes_back(clerk: Client, official: OfficialList) -> None:
    known = truth()
    sent = clerk.get(at("settling-export", official))
    (sheet, later, _how) = read_table(io.BytesIO(sent.content), name="x.xlsx")
    rows = [[*row.cells.values()] for row in sheet.rows]
    header = sheet.header
    for row in rows:
        new = known.get(row[0])
        row[header.index("承接单位")] = f"{new} 新名" if new else ""
    assert len(later.rows) > 100

    told = _send(clerk, official, header, rows)
    twice = _send(clerk, official, header, rows)
    now = again(official)
    assert now.progress["settled"] == sum(bool(row[header.index("承接单位")]) for row in rows)
    assert f"填入 {now.progress['settled']} 条" in told
    assert "填入 0 条" in twice

    wrong = [list(row) for row in rows]
    wrong[0][0], wrong[1][header.index("承接单位")] = "510304999999", "没有这个村"
    said = _send(clerk, official, header, wrong)
    assert "510304999999" in said
    assert "没有这个村" in said


def _send(client: Client, official: OfficialList, header: list[str], rows: list[list[Any]]) -> str:
    upload = SimpleUploadedFile("承接待核.xlsx", write_xlsx([Table("承接待核", header, rows)]))
    return client.post(at("settling-file", official), {"file": upload}, follow=True).content.decode()


def test_likely_suggestions_are_confirmed_together_and_taken_back_together(
    clerk: Client, official: OfficialList
) -> None:
    likely = sum(one.is_likely for one in again(official).questions)
    assert likely > 0

    clerk.post(at("settling-together", official), {"what": "likely"})
    assert again(official).progress["settled"] == likely
    clerk.post(at("settling-undo", official))
    assert again(official).progress["settled"] == 0


def test_an_answer_without_its_answerer_is_refused_by_the_database(official: OfficialList) -> None:
    flow = Flow.objects.filter(change=official.comparison).exclude(source_code="").first()
    assert flow is not None

    with pytest.raises(IntegrityError, match="flow_answered_by_somebody"), transaction.atomic():
        Flow.objects.filter(pk=flow.pk).update(answer="settled")
    with pytest.raises(IntegrityError, match="flow_settled_says_where"), transaction.atomic():
        Flow.objects.filter(pk=flow.pk).update(
            answer="settled", answered_by_name="甲", answered_at=AT, certainty="unknown", target_code="", target_name=""
        )
    with pytest.raises(IntegrityError, match="gesture_undone_by_somebody"), transaction.atomic():
        official.comparison.gestures.create(said="x", before=[], rows=[], by_name="甲", at=AT, undone_at=AT)  # type: ignore[union-attr]
