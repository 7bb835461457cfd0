"""What a draft's page promises: the tree to come, and the totals of the act."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from houban.accounts.models import User
from houban.divisions import actions
from houban.divisions.actions import changes
from houban.divisions.changefile import DraftChange
from houban.divisions.models import ControlTotal
from houban.divisions.prospect import branches
from houban.divisions.rules.state import Entry
from houban.divisions.tests.make import CLERK, NOON

pytestmark = pytest.mark.usefixtures("daan")


def trial() -> DraftChange:
    code = "510304104"
    merger = Entry(2, source_code=f"{code}212", target_code=f"{code}218", target_name="高庙村")
    rename = Entry(3, source_code=f"{code}226", target_code=f"{code}226", target_name="大五龙村")
    return DraftChange(date(2021, 7, 1), "试并", entries=[merger, rename])


def test_the_tree_to_come_is_told_by_town() -> None:
    draft = actions.draft([trial()], by=CLERK, at=NOON)[0]

    seen = changes.preview(draft)

    town = branches(seen.before, seen.plan)
    assert [(b.name, b.gone, b.come, b.renamed, b.before, b.after) for b in town] == [
        ("何市镇", ["永太村"], [], ["五龙村 → 大五龙村"], 14, 13)
    ]


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(User.objects.get(username="zhoumin"))
    return client


def test_a_total_is_entered_checked_replaced_and_removed(clerk: Client) -> None:
    change = actions.draft([trial()], by=CLERK, at=NOON)[0]
    url = f"/divisions/changes/{change.pk}/totals/"
    sent = {"measure": "villages", "before": "87", "before_on": "2021-06-30", "after": "85", "after_on": "2021-07-01"}

    clerk.post(url, sent)
    clerk.post(url, sent | {"after": "86"})

    total = ControlTotal.objects.get(change=change)
    assert (total.before, total.after) == (87, 86)
    assert "登记相符" in clerk.get(f"/divisions/changes/{change.pk}/").content.decode()
    actions.enact(change, by=CLERK, at=NOON)
    assert "登记相符" in clerk.get(f"/divisions/changes/{change.pk}/").content.decode()
    clerk.post(f"/divisions/totals/{total.pk}/removal/")
    assert not ControlTotal.objects.filter(change=change).exists()


def test_a_total_without_a_number_is_told(clerk: Client) -> None:
    change = actions.draft([trial()], by=CLERK, at=NOON)[0]

    response = clerk.post(f"/divisions/changes/{change.pk}/totals/", {"measure": "villages"}, follow=True)

    assert "没有登记总数" in response.content.decode()
    assert not ControlTotal.objects.filter(change=change).exists()


def test_what_is_not_verified_is_asked_about_before_it_takes_effect(clerk: Client) -> None:
    sure = actions.draft([trial()], by=CLERK, at=NOON)[0]
    unsure = actions.draft([trial()], by=CLERK, at=NOON)[0]
    unsure.flows.update(certainty="suggested")

    pages = [clerk.get(f"/divisions/changes/{change.pk}/").content.decode() for change in (sure, unsure)]

    assert 'data-dialog="enactment"' not in pages[0]
    assert 'data-dialog="enactment"' in pages[1]
    assert "推断 2 条，不详 0 条" in pages[1]
