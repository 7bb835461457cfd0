"""The district's departments with their people, the leading group and the task force, and the three administrators."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from houban.demo.people import codes
from houban.demo.people.days import (
    FIRST,
    FIRST_GROUP,
    GROUP,
    GROUP_ACT,
    OFFICE,
    REFORM,
    REFORM_ACT,
    REVIVAL,
    REVIVAL_ACT,
)
from houban.demo.people.departments import DEPARTMENTS, PERSONNEL, QUOTAS, Department
from houban.demo.people.roll import Roll
from houban.organisation.models import Organisation, Person, Post
from houban.organisation.powers import PostKind as P
from houban.organisation.words import Nature, QuotaNature
from houban.organisation.words import OrganisationKind as O

TASK_FORCE, SYSTEM = "区后半篇办", "区后半篇平台管理组"
DESKS = {PERSONNEL: (P.PERSONNEL, "组织人事岗"), QUOTAS: (P.QUOTA_CLERK, "机构编制岗")}
FARMING = "区农业农村局"
OWN_DESKS = {FARMING: "集体经济岗"}


@dataclass
class County:
    """What the rest of the demonstration needs of the district's bodies."""

    bodies: dict[str, Organisation] = field(default_factory=dict)
    former: dict[str, Organisation] = field(default_factory=dict)
    heads: dict[str, Person] = field(default_factory=dict)
    leading_group: Organisation = field(default_factory=Organisation)


def load(roll: Roll) -> County:
    """Draw the departments up, then the bodies made for what comes after the merging."""
    county = County()
    for one in DEPARTMENTS:
        _department(roll, county, one)
    _leading_group(roll, county)
    _task_force(roll, county)
    _administrators(roll, county)
    return county


def _department(roll: Roll, county: County, one: Department) -> None:
    prefix = codes.INSTITUTION if one.kind == O.PUBLIC_INSTITUTION else codes.ORGAN
    basis = REVIVAL_ACT if one.since == REVIVAL else REFORM_ACT if one.since == REFORM else ""
    former = None
    if one.former:
        former = roll.body(
            one.former, one.kind, place=roll.county, start=FIRST, until=one.since, code=prefix, end_basis=basis
        )
        county.former[one.name] = former
    body = roll.body(one.name, one.kind, place=roll.county, start=one.since, code=prefix, follows=former, basis=basis)
    county.bodies[one.name] = body
    bodies = [body for body in (former, body) if body is not None]
    county.heads[one.name] = _head(roll, bodies, one.head)
    _staff(roll, bodies, one)


def _head(roll: Roll, bodies: list[Organisation], title: str) -> Person:
    """Fill the head's post: somebody until 2019, somebody else from then on."""
    first, now = roll.person(roll.county), roll.person(roll.county)
    for body in bodies:
        post = roll.post(body, P.UNIT_HEAD, title)
        if body.during.lower < REFORM:
            roll.appoint(first, post, until=REFORM, end_basis="任职期满")
        if body.during.upper is None or body.during.upper > REFORM:
            roll.appoint(now, post, start=REFORM, basis="大委干〔2019〕8号（示范）")
        roll.place(first, body, QuotaNature.ADMINISTRATIVE, until=REFORM) if body.during.lower < REFORM else None
        if body.during.upper is None or body.during.upper > REFORM:
            roll.place(now, body, QuotaNature.ADMINISTRATIVE, start=REFORM)
    return now


def _staff(roll: Roll, bodies: list[Organisation], one: Department) -> None:
    deputies = [roll.person(roll.county) for _ in range(roll.chance.randint(1, 2))]
    others = [roll.person(roll.county) for _ in range(roll.chance.randint(2, 4))]
    deputy = "副" + one.head.removeprefix("常务").removeprefix("副")
    for body in bodies:
        second = roll.post(body, P.STAFF, deputy, seats=2)
        common = roll.post(body, P.STAFF, "工作人员", seats=4)
        for person, post in [*((p, second) for p in deputies), *((p, common) for p in others)]:
            roll.appoint(person, post)
        for n, person in enumerate([*deputies, *others]):
            nature = QuotaNature.INSTITUTION if n % 3 == 2 else QuotaNature.ADMINISTRATIVE
            roll.place(person, body, nature)
    _desks(roll, bodies[-1], one, others)


def _desks(roll: Roll, body: Organisation, one: Department, staff: list[Person]) -> None:
    """Give some of the staff a second post, and some departments a desk of their own."""
    if one.is_member:
        liaison = roll.post(body, P.LIAISON, "联络员", start=GROUP)
        roll.appoint(staff[0], liaison, nature=Nature.PART_TIME, basis=GROUP_ACT)
    if one.name in DESKS:
        kind, title = DESKS[one.name]
        roll.appoint(staff[1], roll.post(body, kind, title))
    if one.name in OWN_DESKS:
        roll.appoint(staff[1], roll.post(body, P.STAFF, OWN_DESKS[one.name], start=OFFICE))


def _leading_group(roll: Roll, county: County) -> None:
    former = roll.body(
        "区乡镇行政区划和村级建制调整改革工作领导小组", O.LEADING_GROUP, place=roll.county, start=FIRST_GROUP,
        until=GROUP, end_basis=GROUP_ACT,
    )  # fmt: skip
    group = roll.body(
        "区两项改革“后半篇”文章工作领导小组", O.LEADING_GROUP, place=roll.county, start=GROUP, follows=former,
        basis=GROUP_ACT,
    )  # fmt: skip
    county.leading_group = group
    members = [one for one in DEPARTMENTS if one.is_member]
    post = roll.post(group, P.GROUP_MEMBER, "成员", seats=len(members))
    for one in members:
        for body in (county.former.get(one.name), county.bodies[one.name]):
            for group_of in (former, group):
                _join(roll, group_of, body)
        roll.appoint(county.heads[one.name], post, nature=Nature.PART_TIME, basis=GROUP_ACT)


def _join(roll: Roll, group: Organisation, body: Organisation | None) -> None:
    """Let a body be a member while both stand."""
    if body is not None and _meet(group, body):
        roll.join(group, body, basis=GROUP_ACT if group.during.lower == GROUP else "")


def _meet(one: Organisation, other: Organisation) -> bool:
    last = min(one.during.upper or date.max, other.during.upper or date.max)
    return bool(max(one.during.lower, other.during.lower) < last)


def _task_force(roll: Roll, county: County) -> None:
    body = roll.body(
        TASK_FORCE, O.TASK_FORCE, place=roll.county, start=GROUP, parent=county.leading_group, basis=GROUP_ACT
    )
    head = roll.post(body, P.TASK_FORCE_HEAD, "主任", seats=2)
    clerk = roll.post(body, P.REGISTER_CLERK, "区划岗", start=OFFICE)
    reports = roll.post(body, P.REPORT_CLERK, "报告岗", start=OFFICE)
    common = roll.post(body, P.STAFF, "工作人员", seats=8)
    sent = [
        (head, "区委办公室"), (clerk, "区民政局"), (reports, "区统计局"), (common, FARMING), (common, "区财政局"),
        (common, "区委政法委"), (common, "区自然资源和规划局"), (common, "区政府办公室"),
    ]  # fmt: skip
    for post, home in sent:
        person = roll.person(roll.county)
        roll.appoint(person, post, basis="抽调（示范）")
        roll.place(person, county.bodies[home], QuotaNature.ADMINISTRATIVE)


def _administrators(roll: Roll, county: County) -> None:
    """Let three people administer the system, none of them two things (三员分立)."""
    body = roll.body(SYSTEM, O.SYSTEM, place=roll.county, start=OFFICE, parent=county.leading_group, basis=GROUP_ACT)
    posts: list[Post] = [
        roll.post(body, P.SYSTEM_ADMINISTRATOR, "系统管理员", seats=2),
        roll.post(body, P.SECURITY_ADMINISTRATOR, "安全管理员"),
        roll.post(body, P.AUDIT_ADMINISTRATOR, "审计管理员"),
    ]
    for post, home in zip(posts, ("区行政审批局", "区委办公室", "区纪委监委"), strict=True):
        person = roll.person(roll.county)
        roll.appoint(person, post, basis=GROUP_ACT)
        roll.place(person, county.bodies[home], QuotaNature.ADMINISTRATIVE)
