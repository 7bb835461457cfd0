"""Acts on organisations and posts, by their forms."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from houban.organisation.models import Appointment, Membership, Organisation, Post, Quota
from houban.organisation.powers import PostKind
from houban.organisation.tests import make
from houban.organisation.tests.make import COUNTY, TODAY, TOWN, World
from houban.organisation.tests.test_pages import acting_as, bureau, text
from houban.organisation.words import OrganisationKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


@pytest.fixture
def office(client: Client, world: World) -> Client:
    return acting_as(client, world.holder(PostKind.TASK_FORCE_HEAD, COUNTY, "周敏"))


def test_an_organisation_is_founded_below_another(office: Client, world: World) -> None:
    parent = world.body(TOWN, name="何市镇人民政府")
    opened = text(office, f"/organisation/new/?parent={parent.pk}")
    sent = {
        "name": "何市镇便民服务中心", "kind": "town_office", "parent": parent.pk, "parent_text": parent.name,
        "division": world.place(TOWN), "start": "2021-06-30", "basis": "大委编〔2021〕9号",
    }  # fmt: skip

    office.post("/organisation/new/", sent)

    made = Organisation.objects.get(name="何市镇便民服务中心")
    assert "何市镇人民政府" in opened
    assert (made.parent, made.division_id) == (parent, world.place(TOWN))


def test_a_wrong_credit_code_is_said_at_its_field(office: Client, world: World) -> None:
    sent = {"name": "何市镇卫生院", "kind": "hospital", "start": "2021-06-30", "credit_code": "12510304MB0000000X"}

    response = office.post("/organisation/new/", sent)

    assert response.status_code == 422
    assert 'id="id_credit_code_error"' in response.content.decode()
    assert not Organisation.objects.filter(name="何市镇卫生院").exists()


def test_an_organisation_is_corrected(office: Client, world: World) -> None:
    body = world.body(TOWN, name="何市镇政府")

    office.post(f"/organisation/{body.pk}/correction/", {"name": "何市镇人民政府", "kind": "town", "headcount": ""})

    body.refresh_from_db()
    assert body.name == "何市镇人民政府"


def test_closing_says_what_ends_and_ends_it(office: Client, world: World) -> None:
    body = bureau(world)
    make.appoint(world.person("甲"), world.post(PostKind.UNIT_HEAD, COUNTY, body=body))

    told = text(office, f"/organisation/{body.pk}/closure/")
    office.post(f"/organisation/{body.pk}/closure/", {"on_day": "2021-06-30", "basis": "大委编〔2021〕3号"})

    body.refresh_from_db()
    assert "任职 1 人次，职权同时停止" in told
    assert "占编 3 名" in told
    assert (body.during.upper, body.end_basis) == (TODAY, "大委编〔2021〕3号")
    assert not Appointment.objects.on(TODAY).filter(post__organisation=body).exists()
    assert "当日不存在" in text(office, f"/organisation/{body.pk}/")


@pytest.mark.parametrize("sent", [{"on_day": "2021-06-30"}, {"on_day": "2019-01-01", "basis": "大委编3号"}])
def test_closing_needs_a_basis_and_a_day_after_the_beginning(
    office: Client, world: World, sent: dict[str, str]
) -> None:
    body = bureau(world)

    assert office.post(f"/organisation/{body.pk}/closure/", sent).status_code == 422

    body.refresh_from_db()
    assert body.during.upper is None


def test_a_quota_clerk_is_told_that_somebody_must_end_the_appointments_first(client: Client, world: World) -> None:
    clerk = acting_as(client, world.holder(PostKind.QUOTA_CLERK, COUNTY, "编办"))
    post = world.post(PostKind.UNIT_HEAD, COUNTY, body=bureau(world))
    make.appoint(world.person("甲"), post)
    url = f"/organisation/{post.organisation_id}/closure/"

    told = text(clerk, url)
    refused = clerk.post(url, {"on_day": "2021-06-30", "basis": "大委编3号"})

    assert "您的岗位不办任免" in told
    assert refused.status_code == 422
    assert Appointment.objects.on(TODAY).filter(post=post).exists()


def test_places_are_allotted_and_moved_and_the_total_stays(office: Client, world: World) -> None:
    source, target = bureau(world, placed=0), world.body(TOWN, name="何市镇人民政府")

    office.post(
        f"/organisation/{source.pk}/quotas/new/",
        {"nature": "administrative", "number": 9, "document": "大委编2号", "start": "2021-01-01"},
    )
    sent = {
        "target": target.pk,
        "nature": "administrative",
        "number": 2,
        "document": "大委编3号",
        "start": "2021-06-30",
    }
    office.post(f"/organisation/{source.pk}/quotas/transfer/", sent)
    too_many = office.post(f"/organisation/{source.pk}/quotas/transfer/", sent | {"number": 20})

    counted = {quota.organisation_id: quota.number for quota in Quota.objects.on(TODAY)}
    assert counted == {source.pk: 7, target.pk: 2}
    assert too_many.status_code == 422
    assert "没有这么多可划的编制" in too_many.content.decode()


def test_a_unit_joins_a_group_and_leaves_it(office: Client, world: World) -> None:
    group, member = world.body(COUNTY, OrganisationKind.LEADING_GROUP, "领导小组"), bureau(world)

    office.post(f"/organisation/{group.pk}/members/new/", {"member": member.pk, "start": "2021-01-01"})
    twice = office.post(f"/organisation/{group.pk}/members/new/", {"member": member.pk, "start": "2021-02-01"})
    joined = Membership.objects.get()
    office.post(f"/organisation/memberships/{joined.pk}/end/", {"on_day": "2021-06-01"})

    joined.refresh_from_db()
    assert twice.status_code == 422
    assert joined.during.upper == date(2021, 6, 1)


def test_a_post_is_set_up_changed_and_abolished(office: Client, world: World) -> None:
    body = world.body(TOWN, name="何市镇人民政府")
    sent = {"title": "副镇长", "kind": "town_head", "seats": 2, "start": "2021-01-01", "division": world.place(TOWN)}

    office.post(f"/organisation/{body.pk}/posts/new/", sent)
    post = Post.objects.get(title="副镇长")
    office.post(f"/organisation/posts/{post.pk}/correction/", {"title": "副镇长", "seats": 3})
    office.post(f"/organisation/posts/{post.pk}/abolition/", {"on_day": "2021-06-01"})

    post.refresh_from_db()
    assert (post.seats, post.division_id, post.during.upper) == (3, world.place(TOWN), date(2021, 6, 1))


def test_a_post_that_is_held_is_not_abolished(office: Client, world: World) -> None:
    post = world.post(PostKind.TOWN_HEAD, TOWN)
    make.appoint(world.person("甲"), post)

    refused = office.post(f"/organisation/posts/{post.pk}/abolition/", {"on_day": "2021-06-01"})

    assert refused.status_code == 422
    assert "甲那天还在这个岗位上" in refused.content.decode()


def test_fewer_seats_than_are_taken_are_refused(office: Client, world: World) -> None:
    post = world.post(PostKind.STAFF, TOWN, seats=2)
    for name in ("甲", "乙"):
        make.appoint(world.person(name), post)

    refused = office.post(f"/organisation/posts/{post.pk}/correction/", {"title": post.title, "seats": 1})

    assert refused.status_code == 422


def test_a_town_sets_up_nothing(client: Client, world: World) -> None:
    officer = acting_as(client, world.holder(PostKind.TOWN_PERSONNEL, TOWN, "罗强"))
    body = world.body(TOWN, name="何市镇人民政府")

    for part in ("correction/", "closure/", "posts/new/", "quotas/new/", "quotas/transfer/", "members/new/"):
        assert officer.post(f"/organisation/{body.pk}/{part}", {}).status_code == 403
    assert "设立岗位" not in text(officer, f"/organisation/{body.pk}/")
