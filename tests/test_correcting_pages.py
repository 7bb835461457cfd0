"""Corrections over the demonstration: an act, a value, the list of them, and what was believed then."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from houban.accounts.models import User
from houban.core.spreadsheets import read_table
from houban.divisions import register
from houban.divisions.actions import correcting
from houban.divisions.models import Change, Flow
from houban.divisions.views import correcting as pages

pytestmark = pytest.mark.usefixtures("daan")
TODAY = date(2021, 6, 30)


@pytest.fixture
def clerk() -> Client:
    client = Client()
    client.force_login(User.objects.get(name="周敏"))
    return client


def at(name: str, *args: object) -> str:
    return reverse(f"divisions:{name}", args=args)


def begun(client: Client, change: Change) -> Change:
    client.post(at("correction", change.pk), {"because": "名称抄错"})
    return Change.objects.get(corrects=change, status="draft")


def last_act() -> Change:
    """Return the newest act of the demonstration's villages."""
    return Change.objects.enacted().exclude(flows=None).in_order().reverse()[0]


def merging() -> Change:
    """Return the merging of villages of 2020."""
    return Change.objects.enacted().get(title="村级建制调整", effective_on=date(2020, 3, 31))


def founded(draft: Change) -> Flow:
    """Return a row whose village is new by the act and still there."""
    rows = Flow.objects.filter(change=draft).exclude(target_code="").order_by("number")
    return next(
        row
        for row in rows
        if not register.find(row.target_code, date(2020, 3, 30)) and register.find(row.target_code, TODAY)
    )


def test_an_act_is_corrected_from_its_page(clerk: Client) -> None:
    change = merging()
    draft = begun(clerk, change)
    flow = founded(draft)
    Flow.objects.filter(change=draft, target_code=flow.target_code).update(
        target_name="更正后村", target_official_name=""
    )

    shown = clerk.get(at("change", draft.pk)).content.decode()
    rows = clerk.get(at("edit-change", draft.pk)).content.decode()
    done = clerk.post(at("correction-enactment", draft.pk), follow=True).content.decode()

    assert "更正后登记会怎样变" in shown, re.findall(r'role="alert">.*?</div>', shown, re.DOTALL)
    assert "更正后村" in shown
    assert "说不通的地方" not in rows
    assert "已更正" in done
    assert register.find(flow.target_code, TODAY)[0].name == "更正后村"
    assert "这次登记已更正" in clerk.get(at("change", change.pk)).content.decode()
    assert "名称抄错" in clerk.get(at("corrections")).content.decode()
    (sheet,) = read_table(io.BytesIO(clerk.get(at("corrections-export")).content), name="x.xlsx")
    assert len(sheet.rows) >= 1
    village = register.find(flow.target_code, TODAY)[0].division_id
    assert "曾经这样登记" in clerk.get(at("division", village)).content.decode()


def test_a_correction_is_not_enacted_like_a_new_act(clerk: Client) -> None:
    draft = begun(clerk, last_act())

    assert clerk.post(at("enactment", draft.pk)).status_code == 404
    assert "请写明哪里登记错了" in clerk.post(at("correction", last_act().pk), {"because": ""}).content.decode()


def test_the_merging_of_2020_is_corrected_with_everything_after_it(clerk: Client) -> None:
    change = merging()
    names = {node.id: node.name for node in register.rows([register.county() or 0], TODAY)}
    draft = begun(clerk, change)
    Change.objects.filter(pk=draft.pk).update(document="大府发〔2020〕33号")

    done = clerk.post(at("correction-enactment", draft.pk), follow=True).content.decode()

    assert "重放后面的调整" in done
    assert {node.id: node.name for node in register.rows([register.county() or 0], TODAY)} == names
    assert (
        Change.objects.enacted().get(title="村级建制调整", effective_on=date(2020, 3, 31)).document
        == "大府发〔2020〕33号"
    )


def test_a_wrong_name_is_corrected_on_the_page_of_its_village(clerk: Client) -> None:
    village = register.find("510304104001", TODAY) or register.children(register.county() or 0, TODAY)
    one = village[0]
    url = at("value-correction", one.division_id)

    same = clerk.post(url, {"what": f"name|{one.name}", "now": one.name, "because": "抄错"})
    bad = clerk.post(url, {"what": f"name|{one.name}", "now": "", "because": ""})
    done = clerk.post(url, {"what": f"name|{one.name}", "now": "新名", "because": "抄错"}, follow=True)

    assert same.status_code == bad.status_code == 422
    assert "与登记的一样" in same.content.decode()
    assert "已更正" in done.content.decode()
    assert register.find("新名", TODAY)[0].division_id == one.division_id


def test_what_was_believed_is_shown_beside_what_is(clerk: Client) -> None:
    change = merging()
    draft = begun(clerk, change)
    code = founded(draft).target_code
    Flow.objects.filter(change=draft, target_code=code).update(target_name="更正后村", target_official_name="")
    yesterday = timezone.localdate() - timedelta(days=1)
    before = clerk.get(at("belief"), {"believed": yesterday.isoformat()})
    clerk.post(at("correction-enactment", draft.pk))

    now = clerk.get(at("belief"), {"believed": timezone.localdate().isoformat()})

    assert before.context["different"] == before.context["counted"]  # the demonstration was not yet recorded then
    assert now.context["different"] == 0
    assert len(clerk.get(at("belief"), {"believed": "x", "all": "1"}).context["lines"]) > 50


def test_what_differs_is_said_by_division() -> None:
    county = register.county() or 0
    row = (county, "甲区", "甲区", "district", None, date(2020, 1, 1), None)
    outcome = correcting.Outcome([], [row], [(*row[:1], "乙区", *row[2:])])

    ((name, was, now),) = pages.said(outcome)

    assert (name, "甲区" in was, "乙区" in now) == (register.path(county, TODAY)[0].name, True, True)
