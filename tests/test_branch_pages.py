"""What-ifs over the demonstration: made, filled, compared, copied, enacted, given up."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from houban.accounts.models import User
from houban.core.spreadsheets import read_table
from houban.divisions import register
from houban.divisions.models import Branch, Change, Measurement
from houban.divisions.trying import Evaluation

pytestmark = pytest.mark.usefixtures("daan")
TODAY = date(2021, 6, 30)


@pytest.fixture
def clerk() -> Client:
    client = Client()
    client.force_login(User.objects.get(name="周敏"))
    return client


def at(name: str, *args: object) -> str:
    return reverse(f"divisions:{name}", args=args)


def first() -> Branch:
    return Branch.objects.order_by("pk")[0]


def test_the_demonstration_shows_two_plans_for_one_town(clerk: Client) -> None:
    listed = clerk.get(at("branches")).content.decode()
    shown = clerk.get(at("branch", first().pk))

    assert "牛佛镇并村方案一" in listed
    seen = shown.context["seen"]
    assert seen.wrong_act is None
    assert [(count.before, count.after) for count in seen.counts if count.label == "村"] == [(87, 84)]
    assert [spread.before.total for spread in seen.spreads] == [spread.after.total for spread in seen.spreads]
    assert {impact.label for impact in shown.context["impacts"]} >= {"机构岗位", "事项"}


def test_the_sizes_of_villages_add_up_to_what_is_published() -> None:
    for measure, total in (("population", 411_600), ("area", 397_500_000)):
        assert sum(Measurement.objects.filter(measure=measure).values_list("value", flat=True)) == total


def test_a_draft_of_a_branch_shows_nowhere_else(clerk: Client) -> None:
    act = first().changes.get()

    assert act.title not in clerk.get(at("changes"), {"status": "draft"}).content.decode()
    assert Change.objects.drafts().count() == Change.objects.filter(status="draft", branch=None).count()
    assert clerk.post(at("enactment", act.pk)).status_code == 404


def test_a_plan_is_made_filled_and_enacted(clerk: Client) -> None:
    clerk.post(at("new-branch"), {"name": "我的方案", "day": "2021-06-30", "purpose": ""})
    made = Branch.objects.get(name="我的方案")
    assert "方案里还没有调整" in clerk.get(at("branch", made.pk)).content.decode()
    source = first().changes.get()
    clerk.post(at("branch-addition", made.pk), {"copy": source.pk})
    opened = clerk.post(at("branch-addition", made.pk))
    assert "/rows/" in opened["Location"]
    rows = clerk.get(opened["Location"]).content.decode()
    assert "在推演方案“我的方案”里" in rows
    empty = made.changes.order_by("-pk")[0]
    clerk.post(at("removal", empty.pk))
    before = register.counts(register.county() or 0, TODAY)["village"]

    done = clerk.post(at("branch-enactment", made.pk), follow=True).content.decode()

    assert "方案已生效" in done
    assert register.counts(register.county() or 0, TODAY)["village"] == before - 3
    assert "已了结" in clerk.post(at("branch-discarding", made.pk), {"because": "晚了"}, follow=True).content.decode()


def test_a_plan_is_copied_renamed_and_given_up(clerk: Client) -> None:
    copied = clerk.post(at("branch-copy", first().pk))
    made = Branch.objects.latest("pk")
    assert copied["Location"] == at("branch", made.pk)
    clerk.post(at("branch-name", made.pk), {"name": "改名方案", "purpose": "试", "day": "2021-06-30"})
    assert "请写明原因" in clerk.post(at("branch-discarding", made.pk), {"because": ""}, follow=True).content.decode()

    clerk.post(at("branch-discarding", made.pk), {"because": "群众不同意"})

    made.refresh_from_db()
    assert (made.name, made.status, made.because) == ("改名方案", "discarded", "群众不同意")
    assert made.changes.count() == 1
    assert clerk.get(at("branch", made.pk)).status_code == 200


def test_acts_come_from_excel_and_a_bad_file_adds_nothing(clerk: Client) -> None:
    made = first()
    act = made.changes.get()
    sent = clerk.get(at("change-export", act.pk)).content

    clerk.post(at("branch-addition", made.pk), {"file": SimpleUploadedFile("调整.xlsx", sent)})
    bad = clerk.post(at("branch-addition", made.pk), {"file": SimpleUploadedFile("坏.csv", b"a,b\n1,2\n")})

    assert made.changes.count() == 2
    assert bad.status_code == 422


def test_the_comparison_goes_out_as_a_workbook(clerk: Client) -> None:
    sheets = read_table(io.BytesIO(clerk.get(at("branch-export", first().pk)).content), name="x.xlsx")

    assert [sheet.name for sheet in sheets] == ["个数", "下级", "规模", "影响"]
    assert all(sheet.rows for sheet in sheets)


def test_a_comparison_looks_at_the_towns_that_change_alone() -> None:
    seen = Evaluation(first())
    assert (len(seen.towns), len(seen.counts), len(seen.spreads), len(seen.reach)) == (1, len(seen.counts), 3, 2)
