"""The pages of the rule book over the demonstration: each row's list, edit and end, and the book out and in."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from houban.accounts.models import User
from houban.core import clock
from houban.core.models import RecordEntry
from houban.core.spreadsheets import Table, read_table, write_xlsx
from houban.divisions import register
from houban.matters.models import DutyRule, FilingRule, MatterType, OfficeSeason, Standard
from houban.matters.rulebook.sheets import RULES
from houban.organisation.models import Organisation

pytestmark = pytest.mark.usefixtures("daan")


@pytest.fixture
def county() -> Client:
    client = Client()
    client.force_login(User.objects.get(name="宋可"))
    return client


def at(name: str, *args: Any) -> str:
    return reverse(f"matters:{name}", args=args)


def test_types_and_duties_are_listed_filtered_and_empty_in_words(county: Client) -> None:
    assert "雨水井盖" in county.get(at("rules"), {"q": "井盖"}).content.decode()
    assert "没有符合条件的类型" in county.get(at("rules"), {"q": "没有的"}).content.decode()
    shown = county.get(at("duties"), {"duty": "handle", "q": "住房"})
    assert {one.duty for one, _place in shown.context["rows"]} == {"handle"}
    assert "没有符合条件的权责" in county.get(at("duties"), {"q": "没有的"}).content.decode()


def test_a_rule_is_changed_from_a_day_on_and_its_history_shown(county: Client) -> None:
    rule = FilingRule.objects.filter(type__code="0101").get()
    page = at("edit-rule", "rules", rule.pk)
    given = county.get(page).context["form"].initial | {"limit_amount": 6, "since": "2021-07-05"}

    answer = county.post(page, {name: value for name, value in given.items() if value is not None})

    assert answer.status_code == 302
    assert [one.limit_amount for one in FilingRule.objects.filter(type=rule.type_id).order_by("during")] == [4, 6]
    assert RecordEntry.objects.filter(verb="matters.rules.changed").exists()
    text = county.get(at("type", rule.type_id)).content.decode()
    assert "2021-07-05" in text


def test_standard_type_rule_and_duty_are_entered_edited_and_ended(county: Client) -> None:
    day = str(clock.today())
    assert county.post(at("new-rule", "standards"), {"code": "甲", "name": "甲标准", "since": day}).status_code == 302
    again = county.post(at("new-rule", "standards"), {"code": "甲", "name": "甲标准", "since": day})
    assert again.status_code == 422
    assert "已经登记过" in again.content.decode()
    said = {"standard": "甲", "code": "01", "name": "甲类", "parent": "", "since": day}
    assert county.post(at("new-rule", "types"), said).status_code == 302
    rule = {"type": "甲/01", "condition": "属实", "limit_amount": 1, "limit_unit": "working_day", "photos_before": 0,
            "photos_after": 0, "recheck_percent": 0, "since": day}  # fmt: skip
    for _twice in range(2):
        assert county.post(at("new-rule", "rules"), rule).status_code == 302
    kind = MatterType.objects.get(standard__code="甲")
    assert [one.number for one in kind.rules.order_by("number")] == [1, 2]
    body = Organisation.objects.on(clock.today()).get(name="区后半篇办")
    duty = {"duty": "handle", "division": register.county(), "type": "甲/01", "organisation": body.pk, "since": day}
    assert county.post(at("new-rule", "duties"), duty).status_code == 302

    assert county.post(at("edit-rule", "types", kind.pk), {"name": "改名", "parent": ""}).status_code == 302
    early = county.post(at("end-rule", "types", kind.pk), {"since": day})
    late = county.post(at("end-rule", "types", kind.pk), {"since": str(clock.today() + timedelta(days=1))})

    assert "才起用" in early.content.decode()
    assert late.status_code == 302
    kind.refresh_from_db()
    assert kind.name == "改名"
    assert not kind.rules.on(clock.today() + timedelta(days=1)).exists()
    assert not DutyRule.objects.on(clock.today() + timedelta(days=1)).filter(type=kind).exists()


def test_office_hours_begin_on_a_day_and_run_forward(county: Client) -> None:
    hours = {"name": "夏季", "opens": "08:30", "pauses": "12:00", "resumes": "15:00", "closes": "18:00",
             "since": "2022-05-01"}  # fmt: skip
    wrong = county.post(at("new-rule", "hours"), hours | {"closes": "14:00"})
    assert "依次往后" in wrong.content.decode()

    assert county.post(at("new-rule", "hours"), hours).status_code == 302

    assert OfficeSeason.objects.get(during__startswith="2022-05-01").name == "夏季"


def test_the_book_goes_out_and_comes_in_by_way_of_a_preview(county: Client) -> None:
    content = county.get(at("rule-workbook")).content
    sheets = {one.name: one for one in read_table(io.BytesIO(content), name="规则簿.xlsx")}
    assert {"标准", "类型", "立案规则", "权责清单", "办公时间"} <= set(sheets)
    code = Standard.objects.get().code
    rows = [(code, "0101", "", 1, "", 5, *[""] * 6)]
    book = io.BytesIO(write_xlsx([Table(RULES.spec.title, RULES.spec.header, rows, frozenset(RULES.spec.header))]))
    book.name = "规则簿.xlsx"

    shown = county.post(at("rule-preview"), {"file": book, "since": "2021-07-05"})

    assert "时限 4 → 5" in shown.content.decode()
    assert FilingRule.objects.filter(type__code="0101").count() == 1
    digest = shown.context["plan"].digest
    stale = county.post(at("rule-application"), {"digest": "x"})
    assert stale.status_code == 409
    assert county.post(at("rule-application"), {"digest": digest}).status_code == 302
    assert FilingRule.objects.filter(type__code="0101").count() == 2
    assert "不在" in county.post(at("rule-application"), {"digest": digest}).content.decode()


def test_a_file_with_faults_names_each_and_writes_nothing(county: Client) -> None:
    book = io.BytesIO("标准号,类型代码,序号,立案条件,时限,时限单位\n没有,1,1,甲,1,工作日\n".encode())
    book.name = "规则.csv"

    shown = county.post(at("rule-preview"), {"file": book, "since": "2021-07-05"})

    assert shown.status_code == 422
    assert "没有导入" in shown.content.decode()
    assert "没有类型" in shown.content.decode()


def test_a_town_reads_the_rules_and_keeps_only_its_own_duties() -> None:
    client = Client()
    client.force_login(User.objects.get(name="罗强"))
    body = Organisation.objects.on(clock.today()).get(name="区后半篇办")
    county_wide = {"duty": "handle", "division": register.county(), "type": "", "organisation": body.pk,
                   "since": str(clock.today() + timedelta(days=1))}  # fmt: skip

    assert client.get(at("rules")).status_code == 200
    answer = client.post(at("new-rule", "standards"), {"code": "乙", "name": "乙", "since": str(clock.today())})
    assert answer.status_code in (403, 422)
    assert not Standard.objects.filter(code="乙").exists()
    assert client.post(at("new-rule", "duties"), county_wide).status_code in (403, 422)
