"""Elections: a term begins, the one before it ends, and who was elected holds."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from psycopg.types.range import DateRange

from houban.core import claims, clock
from houban.core.models import RecordEntry
from houban.core.problems import Problems
from houban.core.spreadsheets import Table, write_xlsx
from houban.organisation.actions import elections, people
from houban.organisation.actions.elections import Elected, Election, Held, NotElected
from houban.organisation.elections import carrying, listing, results
from houban.organisation.elections.results import RESULTS
from houban.organisation.models import Appointment, Organisation, Person, Post, Term
from houban.organisation.powers import PostKind
from houban.organisation.refusals import OutsideJurisdiction, Refused
from houban.organisation.rules import terms
from houban.organisation.tests import make
from houban.organisation.tests.make import OTHER_TOWN, TODAY, TOWN, VILLAGE, World
from houban.organisation.words import OrganisationKind

pytestmark = pytest.mark.django_db
TENTH, ELEVENTH = date(2020, 1, 5), date(2021, 1, 10)
HOME = "/organisation/elections/"
MOST_QUERIES = 21  # session, account, claim, installation, towns, bell and shell among them


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


@pytest.fixture
def committee(world: World) -> Organisation:
    body = world.body(VILLAGE, OrganisationKind.COMMITTEE, "龙凼村村民委员会")
    world.post(PostKind.DIRECTOR, body=body)
    world.post(PostKind.COMMITTEE_MEMBER, body=body, seats=2)
    return body


def post(kind: str) -> Post:
    return Post.objects.get(kind=kind)


def person(world: World, name: str) -> Person:
    return Person.objects.filter(name=name).first() or people.enter(
        name, unit=world.place(VILLAGE), by=make.CLERK, at=make.NOON
    )


def held(world: World, body: Organisation, number: int, on: date, director: str, *members: str, **more: Any) -> Held:
    elected = [Elected(person(world, director), post(PostKind.DIRECTOR))]
    elected += [Elected(person(world, name), post(PostKind.COMMITTEE_MEMBER)) for name in members]
    election = Election(body, number, on, tuple(elected), **more)
    return elections.hold(election, by=make.CLERK, at=make.NOON)


def test_an_election_ends_the_term_before_and_begins_the_elected(world: World, committee: Organisation) -> None:
    held(world, committee, 10, TENTH, "甲", "乙", "丙")

    now = held(world, committee, 11, ELEVENTH, "甲", "丁", document="公告 1 号")

    assert Term.objects.get(number=10).during == DateRange(TENTH, ELEVENTH, "[)")
    assert now.term.during == DateRange(ELEVENTH, None, "[)")
    standing = Appointment.objects.on(ELEVENTH)
    assert {(one.person.name, one.chosen, one.term_id, one.basis) for one in standing} == {
        ("甲", "elected", now.term.pk, "公告 1 号"),
        ("丁", "elected", now.term.pk, "公告 1 号"),
    }
    assert [one.person.name for one in now.again] == ["甲"]
    assert {one.person.name for one in now.left} == {"乙", "丙"}
    assert Appointment.objects.filter(person__name="甲").count() == 2


def test_an_election_leaves_the_appointed_alone_and_is_recorded(world: World, committee: Organisation) -> None:
    police = world.post(PostKind.VILLAGE_POLICE, body=committee)
    make.appoint(person(world, "警"), police)

    now = held(world, committee, 10, TENTH, "甲")

    assert Appointment.objects.on(TODAY).filter(person__name="警").exists()
    entry = RecordEntry.objects.get(verb="organisation.elected")
    assert entry.after is not None
    assert (entry.subject_id, entry.after["begun"]) == (str(now.term.pk), [one.pk for one in now.begun])


def test_incompatible_posts_are_refused_with_the_article_and_nothing_is_left(
    world: World, committee: Organisation
) -> None:
    held(world, committee, 10, TENTH, "甲")
    watch = world.body(VILLAGE, OrganisationKind.SUPERVISION, "监委会")
    make.appoint(person(world, "乙"), world.post(PostKind.SUPERVISION_HEAD, body=watch))

    with pytest.raises(NotElected, match="《村民委员会组织法》第三十二条") as caught:
        held(world, committee, 11, ELEVENTH, "甲", "乙")

    assert caught.value.elected.person.name == "乙"
    assert Term.objects.get().number == 10
    assert Appointment.objects.on(TODAY).filter(person__name="甲", term__number=10).exists()


@pytest.mark.parametrize(
    ("number", "on", "says"), [(10, ELEVENTH, "已到第 10 届"), (11, date(2019, 1, 1), "已从 2020-01-05 开始")]
)
def test_terms_follow_each_other(world: World, committee: Organisation, number: int, on: date, says: str) -> None:
    held(world, committee, 10, TENTH, "甲")

    with pytest.raises(Refused, match=says):
        held(world, committee, number, on, "乙")


def test_another_town_can_not_hold_the_election(world: World, committee: Organisation) -> None:
    officer = world.holder(PostKind.TOWN_PERSONNEL, OTHER_TOWN, name="办事员")
    elected = (Elected(person(world, "甲"), post(PostKind.DIRECTOR)),)
    assert officer.account_id is not None

    with claims.acting(claims.account(officer.account_id), at=clock.now()), pytest.raises(OutsideJurisdiction):
        elections.hold(Election(committee, 10, TENTH, elected), by=make.CLERK, at=make.NOON)


def test_nobody_holds_the_election_that_ends_their_own_post(world: World, committee: Organisation) -> None:
    held(world, committee, 10, TENTH, "甲")
    officer = world.holder(PostKind.TOWN_PERSONNEL, TOWN, name="办事员")
    make.appoint(officer, post(PostKind.COMMITTEE_MEMBER), start=TENTH, chosen="elected", term=Term.objects.get())
    elected = (Elected(person(world, "丁"), post(PostKind.DIRECTOR)),)
    assert officer.account_id is not None

    with (
        claims.acting(claims.account(officer.account_id), at=clock.now()),
        pytest.raises(OutsideJurisdiction, match="要由别人登记"),
    ):
        elections.hold(Election(committee, 11, ELEVENTH, elected), by=make.CLERK, at=make.NOON)


def test_somebody_elected_later_joins_the_term(world: World, committee: Organisation) -> None:
    term = held(world, committee, 10, TENTH, "甲").term
    later = (Elected(person(world, "乙"), post(PostKind.COMMITTEE_MEMBER)),)

    elections.fill(term, later, on=date(2021, 3, 1), by=make.CLERK, at=make.NOON)

    joined = Appointment.objects.get(person__name="乙")
    assert (joined.term, joined.during.lower) == (term, date(2021, 3, 1))


@pytest.mark.parametrize(
    ("kind", "until", "due"),
    [
        (OrganisationKind.COMMITTEE, None, date(2025, 1, 5)),
        (OrganisationKind.MEDIATION, None, date(2023, 1, 5)),
        (OrganisationKind.COMMITTEE, date(2024, 1, 1), date(2024, 1, 1)),
        (OrganisationKind.SCHOOL, None, None),
    ],
)
def test_the_next_election_is_due_by_law_or_by_the_terms_own_end(
    kind: OrganisationKind, until: date | None, due: date | None
) -> None:
    assert terms.due(kind, TENTH, until) == due


def test_a_leap_day_comes_round_on_the_first_of_march() -> None:
    assert terms.years_from(date(2020, 2, 29), 5) == date(2025, 3, 1)


def test_where_each_body_stands(world: World, committee: Organisation) -> None:
    held(world, committee, 10, TENTH, "甲", "乙")
    world.body(OTHER_TOWN, OrganisationKind.COOPERATIVE, "合作社")
    late = date(2025, 1, 5)

    first, second = listing.standings(listing.bodies(TODAY), TODAY)

    assert (first.organisation.name, first.place, first.seats, first.filled) == (
        "龙凼村村民委员会",
        "何市镇 龙凼村",
        3,
        2,
    )
    assert (first.due, first.overdue, second.term) == (late, False, None)
    assert listing.counts(TODAY) == {"every": 2, "overdue": 0, "incomplete": 1, "none": 1}
    assert listing.counts(late)["overdue"] == 1
    assert listing.counts(date(2025, 1, 4))["overdue"] == 0
    assert listing.counts(TODAY, town=world.place(OTHER_TOWN)) == {"every": 1, "overdue": 0, "incomplete": 0, "none": 1}


ROW = {"机构": "龙凼村村民委员会", "届次": 11, "选举日": "2021-01-10", "岗位": "村（居）委会主任", "姓名": "甲"}
MEMBER = ROW | {"岗位": "村（居）委会委员", "姓名": "乙"}


def file_of(*rows: dict[str, object]) -> bytes:
    table = [[row.get(column, "") for column in RESULTS.header] for row in rows]
    return write_xlsx([Table(RESULTS.title, RESULTS.header, table)])


def carried(*rows: dict[str, object]) -> results.Plan:
    plan = results.read(BytesIO(file_of(*rows)), name="换届.xlsx", on=TODAY)
    return carrying.carry_out(plan, by=make.CLERK, at=make.NOON)


def test_results_of_many_villages_come_in_at_once_and_twice_is_harmless(world: World, committee: Organisation) -> None:
    other = world.body(OTHER_TOWN, OrganisationKind.COMMITTEE, "新店居民委员会")
    world.post(PostKind.DIRECTOR, body=other)
    rows = [
        ROW | {"新登记": "是"},
        MEMBER | {"新登记": "是"},
        ROW | {"机构": "新店居民委员会", "姓名": "丙", "新登记": "是"},
    ]

    plan = carried(*rows)
    again = carried(*rows)

    assert (len(plan.active), plan.begun, len(plan.entered)) == (2, 3, 3)
    assert (again.active, again.known, again.entered) == ([], 3, [])
    assert Appointment.objects.filter(chosen="elected").count() == 3
    assert Person.objects.get(name="丙").unit_id == world.place(OTHER_TOWN)


def test_rows_added_to_a_term_that_is_registered_begin_alone(world: World, committee: Organisation) -> None:
    carried(ROW | {"新登记": "是"})

    plan = carried(ROW, MEMBER | {"新登记": "是", "选举日": "2021-01-10"})

    assert (plan.begun, plan.known) == (1, 1)
    assert Appointment.objects.on(TODAY).count() == 2


def test_a_rehearsal_leaves_nothing(world: World, committee: Organisation) -> None:
    plan = results.read(BytesIO(file_of(ROW | {"新登记": "是"})), name="换届.xlsx", on=TODAY)

    carrying.rehearse(plan, by=make.CLERK, at=make.NOON)

    assert plan.bodies[0].held is not None
    assert not Term.objects.exists()
    assert not Person.objects.exists()


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "unknown person": ({"姓名": "丁"}, "第 3 行 姓名 列：人员里没有“丁”"),
    "unknown body": ({"机构": "龙洞村村民委员会"}, "第 3 行 机构 列：没有机构“龙洞村村民委员会”"),
    "unknown post": ({"岗位": "书记"}, "第 3 行 岗位 列：“龙凼村村民委员会”没有岗位“书记”"),
    "not elective": ({"岗位": "工作人员"}, "不是选举产生的岗位"),
    "other day": ({"选举日": "2021-01-11"}, "与第 2 行的选举日 2021-01-10 不同"),
    "no number": ({"届次": "十一"}, "应为整数，现为“十一”"),
    "unknown nature": ({"性质": "半职"}, "请从这些里选：专职、兼职、代理（AB 岗）"),
    "twice": ({"姓名": "甲", "岗位": "村（居）委会主任"}, "与第 2 行是同一条"),
    "seat taken": ({"岗位": "村（居）委会主任"}, "第 3 行：“村（居）委会主任”的 1 个席位在这段时间都有人，如 甲"),
    "incompatible": ({"姓名": "监"}, "第 3 行：不得兼任，《村民委员会组织法》第三十二条"),
    "namesake": ({"姓名": "甲", "新登记": "是"}, "要新登记的“甲”与已登记的一人同名"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_bad_result_names_its_row_and_nothing_changes(world: World, committee: Organisation, case: str) -> None:
    for name in ("乙", "监"):
        person(world, name)
    people.enter("甲", unit=world.place(TOWN), by=make.CLERK, at=make.NOON)
    world.post(PostKind.STAFF, body=committee)
    watch = world.body(VILLAGE, OrganisationKind.SUPERVISION, "监委会")
    make.appoint(person(world, "监"), world.post(PostKind.SUPERVISION_HEAD, body=watch))
    changes, says = WRONG[case]

    with pytest.raises(Problems) as caught:
        carried(ROW, MEMBER | changes)

    assert says in str(caught.value)
    assert not Term.objects.exists()


@pytest.fixture
def officer(client: Client, world: World, committee: Organisation) -> Client:
    account = world.holder(PostKind.TOWN_PERSONNEL, TOWN, name="办事员").account
    assert account is not None
    client.force_login(account)
    return client


def test_results_are_looked_through_and_then_registered(officer: Client) -> None:
    file = SimpleUploadedFile("换届.xlsx", file_of(ROW | {"新登记": "是"}))

    shown = officer.post(f"{HOME}results/", {"file": file})
    assert "登记 1 个机构，当选 1 人" in shown.content.decode()
    assert not Term.objects.exists()
    done = officer.post(f"{HOME}results/application/", {"digest": shown.context["plan"].digest}, follow=True)

    assert "已登记 1 个机构的换届，当选 1 人。" in done.content.decode()
    assert Term.objects.get().number == 11


def test_a_bad_file_of_results_is_told(officer: Client) -> None:
    shown = officer.post(f"{HOME}results/", {"file": SimpleUploadedFile("换届.xlsx", file_of(ROW))})

    assert shown.status_code == 422
    assert "人员里没有“甲”" in shown.content.decode()


def form(**more: str) -> dict[str, str]:
    rows = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "3"}
    for number, title in enumerate(("村（居）委会主任", "村（居）委会委员", "村（居）委会委员")):
        rows |= {
            f"form-{number}-post": title,
            f"form-{number}-seat": str(max(number, 1)),
            f"form-{number}-nature": "full_time",
        }
    return rows | {"number": "11", "on": "2021-01-10"} | more


def test_a_term_is_held_by_a_form(officer: Client, committee: Organisation) -> None:
    url = f"{HOME}{committee.pk}/new/"
    assert officer.get(url).status_code == 200

    done = officer.post(url, form(**{"form-0-name": "甲", "form-0-new": "on"}), follow=True)

    assert "已登记“龙凼村村民委员会”第 11 届，当选 1 人。" in done.content.decode()
    assert done.content.decode().count("没有选出") == 2


def test_the_form_says_which_row_is_wrong(officer: Client, committee: Organisation) -> None:
    url = f"{HOME}{committee.pk}/new/"

    unknown = officer.post(url, form(**{"form-1-name": "丁"}))
    nobody = officer.post(url, form())
    no_day = officer.post(url, form(on=""))

    assert [page.status_code for page in (unknown, nobody, no_day)] == [422] * 3
    assert "第 2 行 姓名 列：人员里没有“丁”" in unknown.content.decode()
    assert "一个当选人也没有填" in nobody.content.decode()
    assert "请填日期" in no_day.content.decode()


def test_the_pages_show_terms_with_those_before(officer: Client, world: World, committee: Organisation) -> None:
    held(world, committee, 10, TENTH, "甲", "乙")
    now = held(world, committee, 11, ELEVENTH, "甲").term
    other = world.body(OTHER_TOWN, OrganisationKind.COMMITTEE, "新民村村民委员会")
    world.post(PostKind.DIRECTOR, body=other)

    listed = officer.get(HOME).content.decode()
    term = officer.get(f"{HOME}terms/{now.pk}/").content.decode()

    assert "2026-01-10" in listed
    assert f"{HOME}{committee.pk}/new/" in listed
    assert f"{HOME}{other.pk}/new/" not in listed
    assert "1／3 未齐" in listed
    assert "此前：第 10 届" in term
    assert "连任" in term
    assert "不再任职" in term
    assert "《村民委员会组织法》第十一条" in term


def test_the_list_asks_few_questions_however_long_it_is(
    officer: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        world.body(VILLAGE, OrganisationKind.COOPERATIVE, f"合作社{number}")

    with django_assert_max_num_queries(MOST_QUERIES):
        page = officer.get(f"{HOME}?state=none")

    assert "第 1 / 2 页，共 61 条" in page.content.decode()
