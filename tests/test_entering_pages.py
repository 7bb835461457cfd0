"""A clerk of Da'an types an act on a page, with and without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from houban.accounts.models import User
from houban.divisions.actions import drafts
from houban.divisions.models import Change

ENTRY = "/divisions/changes/new/rows/"
ACT = {"day": "2021-06-30", "title": "并村", "document": "大府发〔2021〕9号", "day_basis": "stated", "scheme": "nbs"}
ROWS = {
    "struck": ["", ""],
    "source": ["永太村", "高庙村 510304104218"],
    "target": ["永高村", "永高村"],
    "code": ["510304104235", "510304104235"],
    "kind": ["village", "village"],
}


@pytest.fixture
def clerk(daan: None, client: Client) -> Client:
    client.force_login(User.objects.get(username="zhoumin"))
    return client


def sent(act: str, **more: Any) -> dict[str, Any]:
    return ACT | ROWS | {"act": act} | more


def saved() -> Change:
    return Change.objects.get(title="并村", status="draft")


def test_an_act_is_saved_checked_and_enacted(clerk: Client) -> None:
    answer = clerk.post(ENTRY, sent("check"))
    change = saved()

    page = clerk.get(answer.url).content.decode()  # type: ignore[attr-defined]
    clerk.post(f"/divisions/changes/{change.pk}/enactment/")

    assert answer.url == f"/divisions/changes/{change.pk}/"  # type: ignore[attr-defined]
    assert "合并设立 1" in page
    assert Change.objects.get(pk=change.pk).status == "enacted"


def test_the_page_works_without_scripts(clerk: Client) -> None:
    page = clerk.post(ENTRY, sent("insert:1")).content.decode()
    pasted = clerk.post(ENTRY, sent("paste", paste="狮子村\n永田村")).content.decode()
    seen = clerk.post(ENTRY, sent("preview")).content.decode()

    assert page.count('name="source"') == 4  # three rows, and the template of one
    assert pasted.count('name="source"') == 5
    assert "区划树会怎样" in seen
    assert not Change.objects.filter(title="并村").exists()


def test_htmx_gets_the_outlook_alone_and_pasting_the_rows_alone(clerk: Client) -> None:
    headers = {"HX-Request": "true"}

    outlook = clerk.post(ENTRY, sent("preview"), headers=headers).content.decode()
    rows = clerk.post(ENTRY, sent("paste", paste="狮子村", paste_row="2"), headers=headers).content.decode()

    assert "<html" not in outlook + rows
    assert "何市镇" in outlook
    assert rows.count("<tr") == 3


def test_what_cannot_be_read_is_not_saved_and_stays_on_the_page(clerk: Client) -> None:
    answer = clerk.post(ENTRY, sent("save", part=["一半", ""]))

    assert answer.status_code == 422
    assert "看不懂“一半”" in answer.content.decode()
    assert 'value="永太村"' in answer.content.decode()
    assert not Change.objects.filter(title="并村").exists()


def test_a_draft_that_somebody_else_changed_is_not_overwritten_but_may_be_kept_beside(clerk: Client) -> None:
    clerk.post(ENTRY, sent("save"))
    change = saved()
    seen = drafts.mark(change)
    clerk.post(f"/divisions/changes/{change.pk}/rows/", sent("save", seen=seen, document="先改的"))

    late = clerk.post(f"/divisions/changes/{change.pk}/rows/", sent("save", seen=seen, document="后改的"))
    clerk.post(f"/divisions/changes/{change.pk}/rows/", sent("fork", seen=seen, document="后改的"))

    assert late.status_code == 409
    assert "没有保存" in late.content.decode()
    kept = Change.objects.filter(title="并村").order_by("pk").values_list("document", flat=True)
    assert list(kept) == ["先改的", "后改的"]


def test_what_a_cell_may_mean_is_offered_with_its_place(clerk: Client) -> None:
    answer = clerk.post(f"{ENTRY}choices/", sent("", row="1", column="target", target=["高庙", ""], code=["", ""]))

    page = answer.content.decode()
    assert 'data-code="510304104218"' in page
    assert "何市镇" in page


def test_an_act_in_force_cannot_be_opened_for_typing(clerk: Client) -> None:
    change = Change.objects.get(title="村级建制调整")

    answer = clerk.get(f"/divisions/changes/{change.pk}/rows/")

    assert answer.status_code == 302
