"""The pages of people: the roll, one person, kin, charges, accounts, and hand-overs."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from houban.accounts.models import User
from houban.core.models import RecordEntry
from houban.organisation.actions import organisations, people
from houban.organisation.models import Appointment, Person, Quota, QuotaPlace
from houban.organisation.powers import PostKind
from houban.organisation.tests import make
from houban.organisation.tests.make import COUNTY, OTHER_TOWN, TODAY, TOWN, VILLAGE, World
from houban.organisation.tests.test_pages import acting_as, text
from houban.organisation.words import OrganisationKind, QuotaNature

pytestmark = pytest.mark.django_db
HAND_OVER = "/organisation/hand-over/"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


@pytest.fixture
def office(client: Client, world: World) -> Client:
    return acting_as(client, world.holder(PostKind.TASK_FORCE_HEAD, COUNTY, "周敏"))


@pytest.fixture
def administrator(client: Client, world: World) -> Client:
    return acting_as(client, world.holder(PostKind.SYSTEM_ADMINISTRATOR, COUNTY, "易安"))


def both(world: World, name: str, *kinds: str) -> Person:
    person = world.person(name)
    for kind in kinds:
        make.appoint(person, world.post(kind, VILLAGE))
    return person


def test_those_with_two_posts_are_listed_and_sent(office: Client, world: World) -> None:
    both(world, "牛敏", PostKind.SECRETARY, PostKind.DIRECTOR)
    both(world, "邓秀", PostKind.GRID_WORKER)

    page = text(office, "/organisation/people/?posts=many")
    book = CalamineWorkbook.from_filelike(io.BytesIO(office.get("/organisation/people/export.xlsx?posts=many").content))

    assert "牛敏" in page
    assert "邓秀" not in page
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()] == ["姓名", "牛敏", "牛敏"]


@pytest.mark.parametrize(("code", "shown"), [(TOWN, True), (OTHER_TOWN, False)])
def test_people_are_found_by_the_town_of_their_post(office: Client, world: World, code: str, shown: bool) -> None:  # noqa: FBT001
    both(world, "邓秀", PostKind.GRID_WORKER)

    page = text(office, f"/organisation/people/?town={world.place(code)}&kind=grid_worker")

    assert ("邓秀" in page) is shown


def test_an_empty_roll_says_which_filter_hides_it(office: Client) -> None:
    assert "清除筛选" in text(office, "/organisation/people/?q=没有这人")


def test_somebody_is_entered_and_a_namesake_is_told_apart(office: Client) -> None:
    office.post("/organisation/people/new/", {"name": "陈立"})
    again = office.post("/organisation/people/new/", {"name": "陈立"})
    office.post("/organisation/people/new/", {"name": "陈立", "distinction": "牛佛镇"})

    assert again.status_code == 422
    assert "请写几个字区分" in again.content.decode()
    assert list(Person.objects.filter(name="陈立").order_by("pk").values_list("distinction", flat=True)) == [
        "",
        "牛佛镇",
    ]


def test_a_declaration_shows_who_should_recuse_and_only_to_those_who_appoint(office: Client, world: World) -> None:
    head = both(world, "甲", PostKind.DIRECTOR)
    other = both(world, "乙", PostKind.SUPERVISION_HEAD)
    reader = world.holder(PostKind.STAFF, COUNTY, "丙")

    office.post(
        f"/organisation/people/{head.pk}/kin/new/", {"other": other.pk, "other_text": "乙", "relation": "spouse"}
    )

    shown = text(office, f"/organisation/people/{head.pk}/")
    assert "应回避" in shown
    assert "第三十二条" in shown
    hidden = text(acting_as(office, reader), f"/organisation/people/{head.pk}/")
    assert "应回避" not in hidden
    assert "近亲属申报" not in hidden


def test_a_declaration_is_withdrawn_with_its_reason(office: Client, world: World) -> None:
    kin = people.declare_kin(world.person("甲"), world.person("乙"), "sibling", by=make.CLERK, at=make.NOON)

    office.post(f"/organisation/kin/{kin.pk}/withdrawal/", {"because": "本人更正"})

    kin.refresh_from_db()
    assert kin.withdrawn_because == "本人更正"


def test_a_charge_is_given_and_ended(office: Client, world: World) -> None:
    leader = world.holder(PostKind.COUNTY_LEADER, COUNTY, "何远")
    held = leader.appointments.get()
    sent = {"appointment": held.pk, "kind": "segment", "subject": "东片区", "start": "2021-01-01"}

    office.post(f"/organisation/people/{leader.pk}/charges/new/", sent)
    charge = held.charges.get()
    office.post(f"/organisation/charges/{charge.pk}/end/", {"on_day": "2021-06-01"})

    charge.refresh_from_db()
    assert (charge.subject, charge.during.upper) == ("东片区", date(2021, 6, 1))
    assert "东片区" in text(office, f"/organisation/people/{leader.pk}/")


def test_a_place_is_occupied_and_left(office: Client, world: World) -> None:
    body, person = world.body(COUNTY, OrganisationKind.GOVERNMENT, "区水务局"), world.person("甲")
    sent = {"organisation_text": "区水务局", "nature": "institution", "start": "2021-01-01"}

    office.post(f"/organisation/people/{person.pk}/places/new/", sent)
    place = person.places.get()
    office.post(f"/organisation/places/{place.pk}/end/", {"on_day": "2021-05-01"})

    place.refresh_from_db()
    assert (place.organisation, place.during.upper) == (body, date(2021, 5, 1))


def test_an_account_is_opened_reset_disabled_and_enabled(administrator: Client, world: World) -> None:
    person = world.person("邓秀")
    url = f"/organisation/people/{person.pk}/account/"

    weak = administrator.post(url, {"username": "dengxiu", "password": "123"})
    administrator.post(url, {"username": "dengxiu", "password": "Liang-Gao-2021"})
    user = User.objects.get(username="dengxiu")
    administrator.post(f"{url}password/", {"password": "Xin-Mi-Ma-2021"})
    administrator.post(f"{url}state/")
    disabled = User.objects.get(pk=user.pk)
    administrator.post(f"{url}state/")

    assert weak.status_code == 422
    assert disabled.check_password("Xin-Mi-Ma-2021")
    assert not disabled.is_active
    assert User.objects.get(pk=user.pk).is_active


def test_accounts_are_seen_to_by_their_administrator_only(office: Client, world: World) -> None:
    person = world.person("邓秀", account=True)

    assert "停用账号" not in text(office, f"/organisation/people/{person.pk}/")
    for part in ("", "password/", "state/"):
        assert office.post(f"/organisation/people/{person.pk}/account/{part}", {}).status_code == 403


def test_nobody_disables_the_account_in_use(administrator: Client, world: World) -> None:
    me = Person.objects.get(name="易安")

    refused = administrator.post(f"/organisation/people/{me.pk}/account/state/")

    assert refused.status_code == 422
    assert "不能停用自己" in refused.content.decode()


def confirmed(client: Client, sent: dict[str, object]) -> str:
    """Send a hand-over, read what it says, and say yes."""
    told = client.post(HAND_OVER, sent)
    page = told.content.decode()
    assert told.status_code == 200, page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen, page
    answer = client.post(HAND_OVER, sent | {"seen": seen[1]}, follow=True)
    return page + answer.content.decode()


def test_one_act_moves_a_person_and_the_place_to_a_town(office: Client, world: World) -> None:
    bureau, town = world.body(COUNTY, OrganisationKind.GOVERNMENT, "区水务局"), world.body(TOWN, name="何市镇人民政府")
    made = {"by": make.CLERK, "at": make.NOON, "start": make.START}
    organisations.allot(bureau, QuotaNature.ADMINISTRATIVE, 5, document="大委编1号", **made)  # type: ignore[arg-type]
    mover = world.person("甲")
    people.occupy(mover, bureau, QuotaNature.ADMINISTRATIVE, **made)  # type: ignore[arg-type]
    left = make.appoint(mover, world.post(PostKind.STAFF, COUNTY, body=bureau))
    taken = world.post(PostKind.STAFF, TOWN, body=town)
    sent: dict[str, object] = {
        "leaves": 1, "takes": 1, "moves": 1, "on_day": "2021-06-30", "document": "大委编〔2021〕7号",
        "leave_0": left.pk, "taker_0": mover.pk, "post_0": taken.pk,
        "mover_0": mover.pk, "target_0": town.pk, "nature_0": "administrative", "quota_0": "on",
    }  # fmt: skip

    page = confirmed(office, sent)

    assert "划到“何市镇人民政府”，核定数随之划转 1 名，总数不变" in page
    assert Appointment.objects.on(TODAY).get(person=mover).post == taken
    assert QuotaPlace.objects.on(TODAY).get(person=mover).organisation == town
    assert {quota.organisation.name: quota.number for quota in Quota.objects.on(TODAY)} == {
        "区水务局": 4,
        "何市镇人民政府": 1,
    }
    assert RecordEntry.objects.filter(verb="organisation.handed_over").count() == 1


def test_sent_to_a_town_the_place_stays_where_it_was(office: Client, world: World) -> None:
    bureau, person = world.body(COUNTY, OrganisationKind.GOVERNMENT, "区水务局"), world.person("甲")
    people.occupy(person, bureau, QuotaNature.INSTITUTION, start=make.START, by=make.CLERK, at=make.NOON)
    post = world.post(PostKind.STAFF, TOWN)
    sent = {"takes": 1, "taker_0": person.pk, "post_0": post.pk, "on_day": "2021-06-30", "document": "大委编2号"}

    page = confirmed(office, sent)

    assert "编制仍在“区水务局”" in page
    assert post.appointments.get().person == person


def test_a_hand_over_is_done_whole_or_not_at_all(office: Client, world: World) -> None:
    leaver, taker = world.person("甲"), world.person("乙")
    post, full = world.post(PostKind.TOWN_HEAD, TOWN), world.post(PostKind.TOWN_HEAD, OTHER_TOWN)
    held = make.appoint(leaver, post)
    make.appoint(world.person("丙"), full)
    sent: dict[str, object] = {
        "leaves": 1,
        "takes": 2,
        "leave_0": held.pk,
        "taker_0": taker.pk,
        "post_0": post.pk,
        "taker_1": leaver.pk,
    }
    sent |= {"post_1": full.pk, "on_day": "2021-06-30", "document": "大委干2号"}

    page = confirmed(office, sent)

    held.refresh_from_db()
    assert "一项也没有改动" in page
    assert held.during.upper is None
    assert not taker.appointments.exists()


def test_what_was_changed_after_reading_is_told_again_and_not_done(office: Client, world: World) -> None:
    held = make.appoint(world.person("甲"), world.post(PostKind.TOWN_HEAD, TOWN))
    sent = {"leaves": 1, "leave_0": held.pk, "on_day": "2021-06-30", "document": "大委干2号", "seen": "0" * 64}

    page = office.post(HAND_OVER, sent).content.decode()

    held.refresh_from_db()
    assert "请核对" in page
    assert held.during.upper is None


def test_a_row_is_added_and_what_was_filled_in_stays(office: Client, world: World) -> None:
    sent = {"leaves": 1, "takes": 1, "leave_0_text": "甲某", "document": "大委干2号", "more": "takes"}

    page = office.post(HAND_OVER, sent).content.decode()

    assert 'name="taker_1_text"' in page
    assert 'value="甲某"' in page
    assert 'value="大委干2号"' in page
    assert 'role="alert"' not in page


def test_half_a_row_and_none_at_all_are_asked_about(office: Client, world: World) -> None:
    person = world.person("甲")
    begun = {"takes": 1, "on_day": "2021-06-30", "document": "大委干2号"}

    half = office.post(HAND_OVER, begun | {"taker_0": person.pk})
    none = office.post(HAND_OVER, begun)

    assert (half.status_code, none.status_code) == (422, 422)
    assert "这一行还差一项" in half.content.decode()
    assert "至少填一行" in none.content.decode()


@pytest.mark.parametrize("preset", ["change", "down", "sent", "nonsense"])
def test_every_preset_opens_from_a_post(office: Client, world: World, preset: str) -> None:
    post = world.post(PostKind.TOWN_HEAD, TOWN)
    held = make.appoint(world.person("甲"), post)

    assert str(post) in text(office, f"{HAND_OVER}?preset={preset}&post={post.pk}")
    text(office, f"{HAND_OVER}?preset={preset}&leave={held.pk}")


def test_a_town_officer_hands_over_no_post_of_another_town(client: Client, world: World) -> None:
    officer = acting_as(client, world.holder(PostKind.TOWN_PERSONNEL, TOWN, "罗强"))
    held = make.appoint(world.person("甲"), world.post(PostKind.TOWN_HEAD, OTHER_TOWN))

    page = confirmed(officer, {"leaves": 1, "leave_0": held.pk, "on_day": "2021-06-30", "document": "大委干2号"})

    held.refresh_from_db()
    assert "不在您岗位的范围内" in page
    assert held.during.upper is None


@pytest.mark.parametrize("kind", [PostKind.AUDIT_ADMINISTRATOR, PostKind.SECURITY_ADMINISTRATOR])
def test_a_system_administrator_resets_nobody_who_watches_over_the_system(
    administrator: Client, world: World, kind: PostKind
) -> None:
    other = world.holder(kind, COUNTY, "廉达")

    response = administrator.post(f"/organisation/people/{other.pk}/account/password/", {"password": "Xin-Mi-Ma-2021"})

    assert response.status_code == 422
    assert "由本人修改" in response.content.decode()
