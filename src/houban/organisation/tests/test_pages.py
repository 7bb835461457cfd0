"""The pages of organisations, posts and people: what they show, what they refuse, whom they let act."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from houban.divisions.tests import make as maps
from houban.organisation.actions import organisations, people
from houban.organisation.models import Appointment, Organisation, Person, Post
from houban.organisation.powers import PostKind
from houban.organisation.tests import make
from houban.organisation.tests.make import OTHER_TOWN, TODAY, TOWN, VILLAGE, World
from houban.organisation.words import OrganisationKind, QuotaNature

pytestmark = pytest.mark.django_db
COUNTY = make.COUNTY


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


def acting_as(client: Client, person: Person) -> Client:
    assert person.account is not None
    client.force_login(person.account)
    return client


@pytest.fixture
def office(client: Client, world: World) -> Client:
    return acting_as(client, world.holder(PostKind.TASK_FORCE_HEAD, COUNTY, "周敏"))


@pytest.fixture
def town_officer(client: Client, world: World) -> Client:
    return acting_as(client, world.holder(PostKind.TOWN_PERSONNEL, TOWN, "罗强"))


@pytest.fixture
def reader(client: Client, world: World) -> Client:
    return acting_as(client, world.holder(PostKind.STAFF, COUNTY, "何远"))


def text(client: Client, url: str, *, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[-2000:]
    return response.content.decode()


def bureau(world: World, *, allotted: int = 2, placed: int = 3) -> Organisation:
    """Found a bureau with more people than places."""
    body = world.body(COUNTY, OrganisationKind.GOVERNMENT, "区农业农村局")
    made = {"by": make.CLERK, "at": make.NOON, "start": make.START}
    organisations.allot(body, QuotaNature.ADMINISTRATIVE, allotted, document="大委编〔2020〕1号", **made)  # type: ignore[arg-type]
    for number in range(placed):
        people.occupy(world.person(f"员{number}"), body, QuotaNature.ADMINISTRATIVE, **made)  # type: ignore[arg-type]
    return body


def test_the_list_sums_up_by_kind_and_opens_a_town(reader: Client, world: World) -> None:
    world.post(PostKind.SECRETARY, VILLAGE)
    bureau(world)

    folded = text(reader, "/organisation/")
    town = world.place(TOWN)
    opened = text(reader, f"/organisation/?open=t{town},v{world.place(VILLAGE)}")

    assert "政府部门" in folded
    assert f"{VILLAGE} secretary" not in folded
    assert f"{VILLAGE} secretary" in opened


def test_a_body_whose_place_is_gone_is_not_lost(reader: Client, world: World) -> None:
    world.body(VILLAGE, OrganisationKind.COMMITTEE, "龙凼村民委员会")
    maps.enacted(maps.merger())

    page = text(reader, "/organisation/?open=x")

    assert "所在区划当日已不存在" in page
    assert "龙凼村民委员会" in page


def test_the_list_is_of_the_day(reader: Client, world: World) -> None:
    bureau(world)

    assert "区农业农村局" in text(reader, "/organisation/?q=农业")
    assert "当日还没有机构" in text(reader, "/organisation/?on=2019-12-01")


@pytest.mark.parametrize(("state", "shown"), [("over", True), ("vacant", False)])
def test_the_list_is_narrowed_to_what_is_over_or_vacant(reader: Client, world: World, state: str, shown: bool) -> None:  # noqa: FBT001
    bureau(world)

    assert ("区农业农村局" in text(reader, f"/organisation/?state={state}")) is shown


def test_the_list_is_sent_as_a_workbook(reader: Client, world: World) -> None:
    bureau(world)

    response = reader.get("/organisation/export.xlsx?state=over")

    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert [row[:2] + row[5:9] for row in rows[1:]] == [["区农业农村局", "政府部门", 2, 3, 0, 1]]


def test_an_organisation_shows_who_works_elsewhere(reader: Client, world: World) -> None:
    body = bureau(world)
    make.appoint(Person.objects.get(name="员0"), world.post(PostKind.STAFF, TOWN))

    page = text(reader, f"/organisation/{body.pk}/")

    assert "编制在此、岗位在别处" in page
    assert '<td class="num ochre-text">1</td>' in page
    assert "大委编〔2020〕1号" in page


def test_an_office_of_a_town_is_no_other_place_but_a_hospital_is(reader: Client, world: World) -> None:
    town = world.body(TOWN, name="何市镇人民政府")
    made = {"by": make.CLERK, "at": make.NOON, "start": make.START}
    office = organisations.found("党政办", "town_office", division=town.division_id, parent=town, **made)  # type: ignore[arg-type]
    person = world.person("甲")
    people.occupy(person, town, QuotaNature.ADMINISTRATIVE, **made)  # type: ignore[arg-type]
    make.appoint(person, world.post(PostKind.STAFF, TOWN, body=office))

    hospital = organisations.found("何市卫生院", "hospital", division=world.place(VILLAGE), parent=town, **made)  # type: ignore[arg-type]
    doctor = world.person("乙")
    people.occupy(doctor, town, QuotaNature.INSTITUTION, **made)  # type: ignore[arg-type]
    make.appoint(doctor, world.post(PostKind.DOCTOR, VILLAGE, body=hospital))

    assert text(reader, f"/organisation/{town.pk}/").count("编制在此、岗位在别处") == 1
    assert "岗位在此、编制在别处" in text(reader, f"/organisation/{hospital.pk}/")
    assert "编制在上级机构" in text(reader, f"/organisation/{office.pk}/")


def test_a_reader_sees_no_buttons_and_opens_no_form(reader: Client, world: World) -> None:
    post = world.post(PostKind.TOWN_HEAD, TOWN)
    page = text(reader, f"/organisation/posts/{post.pk}/") + text(reader, f"/organisation/{post.organisation_id}/")

    assert "/appointments/new/" not in page
    assert "closure" not in page
    for url in (f"posts/{post.pk}/appointments/new/", f"{post.organisation_id}/closure/", "new/", "hand-over/"):
        assert reader.get(f"/organisation/{url}").status_code == 403


def test_somebody_new_is_appointed_in_one_form(town_officer: Client, world: World) -> None:
    post = world.post(PostKind.TOWN_HEAD, TOWN)
    sent = {"person_text": "邓秀", "fresh": "on", "nature": "full_time", "chosen": "appointed", "start": "2021-06-30"}

    response = town_officer.post(f"/organisation/posts/{post.pk}/appointments/new/", sent, follow=True)

    appointment = post.appointments.get()
    assert (appointment.person.name, appointment.seat) == ("邓秀", 1)
    assert "邓秀自 2021-06-30 任" in response.content.decode()


def test_a_name_borne_by_two_is_asked_about(town_officer: Client, world: World) -> None:
    post = world.post(PostKind.TOWN_HEAD, TOWN)
    first, second = world.person("陈立"), world.person("陈立")
    url = f"/organisation/posts/{post.pk}/appointments/new/"
    sent = {"person_text": "陈立", "nature": "full_time", "chosen": "appointed", "start": "2021-06-30"}

    asked = town_officer.post(url, sent)
    town_officer.post(url, sent | {"person": str(second.pk)})

    assert asked.status_code == 422
    assert "有 2 个相符" in asked.content.decode()
    assert post.appointments.get().person == second != first


def test_a_seat_taken_meanwhile_is_said_on_the_form_and_nothing_is_half_done(
    town_officer: Client, world: World
) -> None:
    post = world.post(PostKind.TOWN_HEAD, TOWN)
    make.appoint(world.person("甲"), post)
    sent = {"person_text": "邓秀", "fresh": "on", "nature": "full_time", "chosen": "appointed", "start": "2021-06-30"}

    response = town_officer.post(f"/organisation/posts/{post.pk}/appointments/new/", sent)

    assert response.status_code == 422
    assert "1 个席位在这段时间都有人，如 甲" in response.content.decode()
    assert post.appointments.count() == 1


def test_a_town_officer_does_not_act_on_another_towns_post(town_officer: Client, world: World) -> None:
    post = world.post(PostKind.TOWN_HEAD, OTHER_TOWN)
    held = make.appoint(world.person("甲"), post)

    for url in (
        f"posts/{post.pk}/appointments/new/",
        f"appointments/{held.pk}/end/",
        f"appointments/{held.pk}/withdrawal/",
    ):
        assert "不在您岗位的范围内" in text(town_officer, f"/organisation/{url}", status=403)
    assert town_officer.post(f"/organisation/appointments/{held.pk}/end/", {"on_day": "2021-06-30"}).status_code == 403
    assert "/appointments/new/" not in text(town_officer, f"/organisation/posts/{post.pk}/")


def test_an_appointment_is_ended_and_another_withdrawn_yet_both_stay_visible(
    town_officer: Client, world: World
) -> None:
    post = world.post(PostKind.STAFF, TOWN, seats=2)
    ended, mistaken = make.appoint(world.person("甲"), post), make.appoint(world.person("乙"), post)

    town_officer.post(f"/organisation/appointments/{ended.pk}/end/", {"on_day": "2021-06-01", "basis": "何府发1号"})
    town_officer.post(f"/organisation/appointments/{mistaken.pk}/withdrawal/", {"because": "登记错人"})

    page = text(town_officer, f"/organisation/posts/{post.pk}/")
    ended.refresh_from_db()
    assert ended.during.upper == date(2021, 6, 1)
    assert "登记错人" in page
    assert "何府发1号" in page
    assert not Appointment.objects.on(TODAY).filter(post=post).exists()


def test_an_end_does_not_come_later_than_it_was(town_officer: Client, world: World) -> None:
    held = make.appoint(world.person("甲"), world.post(PostKind.STAFF, TOWN), until=date(2021, 3, 1))

    refused = town_officer.post(f"/organisation/appointments/{held.pk}/end/", {"on_day": "2021-06-01"})

    held.refresh_from_db()
    assert refused.status_code == 422
    assert "原来就到 2021-03-01 为止" in refused.content.decode()
    assert held.during.upper == date(2021, 3, 1)


def test_forms_are_locked_on_another_day(town_officer: Client, world: World) -> None:
    post = world.post(PostKind.TOWN_HEAD, TOWN)
    url = f"/organisation/posts/{post.pk}/appointments/new/?on=2021-01-01"

    assert "回到今天再填" in text(town_officer, url)
    assert town_officer.post(url, {"person_text": "邓秀", "fresh": "on"}).status_code == 409
    assert "须回到今天" in text(town_officer, f"/organisation/posts/{post.pk}/?on=2021-01-01")


def test_a_post_says_what_it_lets_its_holder_do(reader: Client, world: World) -> None:
    post = world.post(PostKind.DIRECTOR, VILLAGE)

    page = text(reader, f"/organisation/posts/{post.pk}/")

    assert "查看各房间的页面" in page
    assert "村务监督机构成员" in page


def test_what_is_typed_is_answered_with_what_matches(town_officer: Client, world: World) -> None:
    world.post(PostKind.TOWN_HEAD, TOWN)

    people_found = text(town_officer, "/organisation/pick/person/?name=person&person_text=罗")
    posts_found = text(town_officer, "/organisation/pick/post/?name=post_0&post_0_text=主要")

    assert 'name="person"' in people_found
    assert "罗强" in people_found
    assert "职数 1，在任 0" in posts_found
    assert "还有更多" not in people_found
    assert town_officer.get("/organisation/pick/secret/?name=x").status_code == 404


def test_a_long_list_of_matches_asks_for_more_of_the_name(town_officer: Client, world: World) -> None:
    for number in range(9):
        world.person(f"陈{number}")

    assert "还有更多相符的" in text(town_officer, "/organisation/pick/person/?name=person&person_text=陈")


def test_the_search_and_the_first_page_know_the_room(office: Client, world: World) -> None:
    bureau(world)
    post = world.post(PostKind.TOWN_HEAD, TOWN)
    make.appoint(world.person("甲"), world.post(PostKind.STAFF, TOWN), until=date(2021, 7, 15))

    found = text(office, "/search/?q=农业")
    home = text(office, "/")

    assert "区农业农村局" in found
    assert "专班负责人" in home
    assert "任至 2021-07-15" in home
    assert str(post) in home


def test_every_post_of_the_world_opens(office: Client, world: World) -> None:
    bureau(world)
    world.post(PostKind.TOWN_HEAD, TOWN)

    for post in Post.objects.all():
        text(office, f"/organisation/posts/{post.pk}/?on=2020-06-01")
    for body in Organisation.objects.all():
        text(office, f"/organisation/{body.pk}/?on=2019-01-01")
