"""The pages of personal values: masked, one value in one answer, never in an address, a message or another page."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from houban.core import identifiers
from houban.core.models import RecordEntry
from houban.core.spreadsheets import read_table
from houban.organisation import personal_sheet
from houban.organisation.actions import people, personal
from houban.organisation.models import Person, PersonalValue, PersonKey
from houban.organisation.powers import PostKind
from houban.organisation.tests import make
from houban.organisation.tests.make import CLERK, NOON, OTHER_TOWN, TODAY, TOWN, World

pytestmark = pytest.mark.django_db

MOBILE, IDENTITY = "people.person.mobile", "people.person.identity"
NUMBER = "13800001234"
CITIZEN = "51030419900307001" + identifiers.identity_check("51030419900307001")


@pytest.fixture
def world(tmp_path: Path, settings: LazySettings) -> World:
    settings.HOUBAN_DATA = tmp_path / "data"
    return make.world(tmp_path)


@pytest.fixture
def person(world: World) -> Person:
    """Return somebody of a town, with a mobile number."""
    person = world.person("甲")
    person.unit_id = world.place(TOWN)
    person.save()
    personal.put(person, MOBILE, NUMBER, on=TODAY, by=CLERK, at=NOON)
    return person


def sign_in(client: Client, holder: Person) -> Client:
    assert holder.account
    client.force_login(holder.account)
    return client


@pytest.fixture
def clerk(world: World, client: Client) -> Client:
    """Sign in as the town's personnel clerk."""
    return sign_in(client, world.holder(PostKind.TOWN_PERSONNEL, TOWN, "乙"))


@pytest.fixture
def guard(world: World, client: Client) -> Client:
    """Sign in as the county's security administrator."""
    return sign_in(client, world.holder(PostKind.SECURITY_ADMINISTRATOR, "510304", "丙"))


def page(client: Client, place: str, *args: Any, **more: Any) -> Any:
    return client.get(reverse(f"organisation:{place}", args=args), **more)


def post(client: Client, place: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"organisation:{place}", args=args), data)


def value() -> PersonalValue:
    return PersonalValue.objects.get(field=MOBILE)


def test_the_page_shows_a_value_masked_with_its_purpose(person: Person, clerk: Client) -> None:
    answer = page(clerk, "personal", person.pk)

    shown = answer.content.decode()
    assert "138****1234" in shown
    assert "在岗时联系本人办事" in shown
    assert NUMBER not in shown
    assert "no-store" in answer["Cache-Control"]


def test_another_page_includes_the_sheet_as_it_is(person: Person, rf: RequestFactory) -> None:
    context = {"personal": personal_sheet.of(person), "is_today": True}

    shown = render_to_string("organisation/personal.html", context, rf.get("/"))

    assert "138****1234" in shown
    assert shown.count("<option") == 3
    assert render_to_string("organisation/personal.html", {"personal": None}, rf.get("/")).strip() == ""


def test_every_form_carries_its_token(person: Person, clerk: Client) -> None:
    sheet = page(clerk, "personal", person.pk).content.decode().partition('<section class="sheet" id="personal">')[2]

    assert sheet.count('method="post"') == sheet.count("csrfmiddlewaretoken") == 3


def test_htmx_gets_the_sheet_alone(person: Person, clerk: Client) -> None:
    shown = page(clerk, "personal", person.pk, headers={"HX-Request": "true"}).content.decode()

    assert shown.lstrip().startswith("<section")
    assert "<html" not in shown


def test_one_value_is_uncovered_in_one_answer(person: Person, clerk: Client) -> None:
    personal.put(person, IDENTITY, CITIZEN, on=TODAY, by=CLERK, at=NOON)

    answer = post(clerk, "uncover", value().pk, reason="通知开会")

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert (NUMBER in shown, CITIZEN in shown) == (True, False)
    assert "no-store" in answer["Cache-Control"]
    assert NUMBER not in page(clerk, "personal", person.pk).content.decode()
    entry = RecordEntry.objects.get(verb="organisation.personal.uncovered")
    assert (entry.actor_name, entry.after) == ("乙", {"field": MOBILE, "reason": "通知开会"})


def test_nothing_is_uncovered_without_a_reason_or_by_an_address(person: Person, clerk: Client) -> None:
    answer = post(clerk, "uncover", value().pk, reason="")

    assert answer.status_code == 422
    assert NUMBER not in answer.content.decode()
    assert "请写明为什么要看" in answer.content.decode()
    followed = page(clerk, "uncover", value().pk, data={"reason": "通知开会"}, follow=True)
    assert "138****1234" in followed.content.decode()
    assert not RecordEntry.objects.filter(verb="organisation.personal.uncovered").exists()


def test_a_value_is_put_and_never_repeated_in_a_message(person: Person, clerk: Client) -> None:
    answer = post(clerk, "put-personal", person.pk, field=IDENTITY, text=CITIZEN)

    assert answer.status_code == 302
    shown = clerk.get(answer["Location"]).content.decode()
    assert "已登记甲的公民身份号码" in shown
    assert CITIZEN not in shown
    assert CITIZEN not in str(answer.cookies) + str(dict(clerk.session))


def test_what_is_wrong_is_said_on_the_page_and_kept_nowhere(person: Person, clerk: Client) -> None:
    answer = post(clerk, "put-personal", person.pk, field=MOBILE, text="1380000")

    assert answer.status_code == 422
    assert "手机号码应是 11 位，现在是 7 位" in answer.content.decode()
    assert "1380000" not in str(answer.cookies)
    assert post(clerk, "put-personal", person.pk, field="people.person.shoe_size", text="42").status_code == 422


def test_a_value_is_removed(person: Person, clerk: Client) -> None:
    post(clerk, "remove-personal", value().pk)

    assert not PersonalValue.objects.exists()


def test_a_person_is_found_by_a_number_that_travels_in_the_body(person: Person, clerk: Client) -> None:
    answer = post(clerk, "find-by-value", field=MOBILE, text="138 0000 1234", reason="来电核对")

    shown = answer.content.decode()
    assert reverse("organisation:personal", args=[person.pk]) in shown
    assert RecordEntry.objects.get(verb="organisation.personal.sought").after == {
        "field": MOBILE,
        "reason": "来电核对",
        "found": [person.pk],
    }
    assert post(clerk, "find-by-value", field=MOBILE, text=NUMBER, reason="").status_code == 422


def test_another_town_finds_sees_and_uncovers_nothing(world: World, person: Person, client: Client) -> None:
    pk = value().pk
    other = sign_in(client, world.holder(PostKind.TOWN_PERSONNEL, OTHER_TOWN, "丁"))

    assert page(other, "personal", person.pk).status_code == 403
    assert post(other, "put-personal", person.pk, field=MOBILE, text=NUMBER).status_code == 403
    for name in ("uncover", "remove-personal"):
        assert post(other, name, pk, reason="看看").status_code == 404
    assert "没有找到" in post(other, "find-by-value", field=MOBILE, text=NUMBER, reason="看看").content.decode()
    assert value().entered_by_name == "组织部"


@pytest.mark.parametrize("kind", [PostKind.STAFF, PostKind.SYSTEM_ADMINISTRATOR, PostKind.SECURITY_ADMINISTRATOR])
def test_other_posts_look_up_no_values(world: World, person: Person, client: Client, kind: PostKind) -> None:
    pk = value().pk
    other = sign_in(client, world.holder(kind, "510304", "丁"))

    assert page(other, "personal", person.pk).status_code == 403
    assert post(other, "uncover", pk, reason="看看").status_code == 403
    assert post(other, "find-by-value", field=MOBILE, text=NUMBER, reason="看看").status_code == 403


def test_the_clerk_neither_exports_nor_erases(person: Person, clerk: Client) -> None:
    for name in ("export-personal", "erase-personal"):
        assert post(clerk, name, person.pk, reason="看看", name="甲").status_code == 403
    assert page(clerk, "personal-data").status_code == 403


def test_the_guard_sees_what_is_due_and_what_is_kept(person: Person, guard: Client) -> None:
    shown = page(guard, "personal-data").content.decode()

    assert "没有到期的" in shown
    assert "住宅电话" in shown
    found = guard.get(reverse("organisation:personal-data"), {"name": "甲"}).content.decode()
    assert reverse("organisation:person-data", args=[person.pk]) in found
    assert NUMBER not in page(guard, "person-data", person.pk).content.decode()


def test_the_guard_exports_everything_of_a_person(world: World, person: Person, guard: Client) -> None:
    people.declare_kin(person, world.person("戊"), "spouse", by=CLERK, at=NOON)

    book = post(guard, "export-personal", person.pk, reason="本人申请查阅")
    text = post(guard, "export-personal", person.pk, reason="本人申请查阅", form="json")

    sheets = {sheet.name: sheet for sheet in read_table(io.BytesIO(book.content), name="甲.xlsx")}
    assert sheets["个人信息"].rows[0].cells["内容"] == NUMBER
    assert json.loads(text.content)["近亲属申报"][0]["近亲属"] == "戊"
    assert "no-store" in book["Cache-Control"]
    assert RecordEntry.objects.filter(verb="organisation.personal.exported", actor_name="丙").count() == 2
    assert post(guard, "export-personal", person.pk, reason="").status_code == 422


def test_the_guard_erases_a_person_after_typing_the_name(person: Person, guard: Client) -> None:
    assert post(guard, "erase-personal", person.pk, reason="本人申请", name="乙").status_code == 422
    assert PersonKey.objects.get(person=person).key is not None

    answer = post(guard, "erase-personal", person.pk, reason="本人申请", name="甲")

    assert answer.status_code == 302
    assert PersonKey.objects.get(person=person).key is None
    assert not PersonalValue.objects.exists()


def test_the_guard_rotates_the_master_key(person: Person, guard: Client) -> None:
    post(guard, "rotate-keys")

    assert PersonKey.objects.get(person=person).master == 2


def test_a_guard_of_a_town_rotates_nothing(world: World, person: Person, client: Client) -> None:
    other = sign_in(client, world.holder(PostKind.SECURITY_ADMINISTRATOR, OTHER_TOWN, "丁"))

    shown = other.post(reverse("organisation:rotate-keys"), follow=True).content.decode()

    assert "涉及全县" in shown
    assert PersonKey.objects.get(person=person).master == 1
    assert post(other, "erase-personal", person.pk, reason="本人申请", name="甲").status_code == 422


def test_nothing_is_offered_on_another_day(person: Person, clerk: Client) -> None:
    shown = page(clerk, "personal", person.pk).content.decode()
    past = clerk.get(reverse("organisation:personal", args=[person.pk]), {"on": "2020-06-30"}).content.decode()

    assert ("封存</button>" in shown, "封存</button>" in past) == (True, False)
