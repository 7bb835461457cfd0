"""The organs of the towns and streets: heads, offices, centres, and the enforcement teams."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from houban.demo.people import codes
from houban.demo.people.days import (
    DIFFERENT_ACT,
    OFFICE,
    TOWN_ACT,
    TOWN_ELECTION,
    TOWN_REFORM,
)
from houban.demo.people.places import Stretch
from houban.demo.people.roll import Roll
from houban.organisation.models import Organisation, Person
from houban.organisation.powers import PostKind as P
from houban.organisation.words import OrganisationKind as O
from houban.organisation.words import QuotaNature

OFFICES = (("党政办公室", "党建工作办公室"), ("经济发展办公室", "乡村振兴办公室"), ("社会事务办公室", "社会治理办公室"))
OF_STREETS = {"乡村振兴办公室": "城市管理办公室"}
CENTRE = "便民服务中心"
DIFFERENTIATED = {
    "大安街道": ("老街区改造服务中心",),
    "龙井街道": ("城市社区治理服务中心",),
    "马冲口街道": ("物业管理服务中心",),
    "凉高山街道": ("商贸服务中心",),
    "和平街道": ("城乡融合发展服务中心",),
    "凤凰街道": ("新城建设服务中心",),
    "大山铺镇": ("文旅融合发展服务中心", "特色农业园区服务中心"),
    "团结镇": ("柑橘产业服务中心",),
    "三多寨镇": ("古寨文化旅游服务中心",),
    "何市镇": ("农产品加工园区服务中心",),
    "新店镇": ("肉鸡产业服务中心",),
    "新民镇": ("中药材产业服务中心",),
    "牛佛镇": ("全域土地整治服务中心", "古镇保护发展服务中心"),
    "庙坝镇": ("粮油产业服务中心",),
    "回龙镇": ("生猪产业服务中心",),
}
RECORDED = "大委干〔2021〕19号（示范）"


@dataclass
class Crew:
    """Who works in a town, while its organ bears one name after another."""

    place: int
    heads: list[Person]
    heads_before: list[Person]
    deputies: list[Person]
    desks: list[Person]
    office_heads: list[Person]
    staff: list[Person]


@dataclass
class Towns:
    """The organs of every town by the day they stood."""

    organs: dict[int, list[tuple[Stretch, Organisation]]] = field(default_factory=dict)
    offices: dict[int, list[Organisation]] = field(default_factory=dict)

    def organ(self, place: int, on: date) -> Organisation:
        """Return a town's organ on a day."""
        return next(body for town, body in self.organs[place] if town.covers(on))


def load(roll: Roll, stretches: list[Stretch]) -> Towns:
    """Draw the organs up, each following the one before it."""
    towns = Towns()
    crews: dict[int, Crew] = {}
    for town in stretches:
        known = towns.organs.setdefault(town.place, [])
        crew = crews.setdefault(town.place, _crew(roll, town.place)) if town.place not in crews else crews[town.place]
        organ = roll.body(
            organ_name(town), O.TOWN, place=town.place, start=town.start, until=town.until, code=codes.ORGAN,
            follows=known[-1][1] if known else None,
        )  # fmt: skip
        known.append((town, organ))
        _heads(roll, town, organ, crew)
        towns.offices[town.place] = _offices(roll, town, organ, crew)
    return towns


def organ_name(town: Stretch) -> str:
    """Return the name of a town's organ: a people's government, or an office of the district's."""
    return f"{town.name}办事处" if town.form == "street" else f"{town.name}人民政府"


def _crew(roll: Roll, place: int) -> Crew:
    def people(number: int) -> list[Person]:
        return [roll.person(place) for _ in range(number)]

    return Crew(place, people(2), people(2), people(3), people(2), people(4), people(8))


def _heads(roll: Roll, town: Stretch, organ: Organisation, crew: Crew) -> None:
    """Fill the organ's own posts; the two heads changed with the elections of 2021."""
    is_street = town.form == "street"
    mayor = "办事处主任" if is_street else "镇长" if town.form == "town" else "乡长"
    for title, before, now in zip(
        ("党工委书记" if is_street else "党委书记", mayor), crew.heads_before, crew.heads, strict=True
    ):
        post = roll.post(organ, P.TOWN_HEAD, title)
        roll.appoint(before, post, until=TOWN_ELECTION, end_basis=RECORDED)
        roll.place(before, organ, QuotaNature.ADMINISTRATIVE, until=TOWN_ELECTION)
        if town.until is None:
            roll.appoint(now, post, start=TOWN_ELECTION, basis=RECORDED)
            roll.place(now, organ, QuotaNature.ADMINISTRATIVE, start=TOWN_ELECTION)
    deputies = roll.post(organ, P.STAFF, f"副{mayor.removeprefix('办事处')}", seats=3)
    personnel = roll.post(organ, P.TOWN_PERSONNEL, "组织人事岗")
    posts = [(person, deputies) for person in crew.deputies] + [(crew.desks[0], personnel)]
    if town.until is None:
        posts.append((crew.desks[1], roll.post(organ, P.DISPATCHER, "平台调度岗", start=OFFICE)))
    for person, post in posts:
        roll.appoint(person, post)
        nature = QuotaNature.INSTITUTION if person is crew.desks[1] else QuotaNature.ADMINISTRATIVE
        roll.place(person, organ, nature)


def _offices(roll: Roll, town: Stretch, organ: Organisation, crew: Crew) -> list[Organisation]:
    """Set the offices up: three until the reform of 2020, then three that follow them, a centre, and the town's own."""
    made = []
    for n, (old, new) in enumerate(OFFICES):
        renamed = OF_STREETS.get(new, new) if town.form == "street" else new
        former = roll.body(
            f"{town.name}{old}", O.TOWN_OFFICE, place=town.place, start=town.start,
            until=town.until or TOWN_REFORM, parent=organ,
        )  # fmt: skip
        _man(roll, former, organ, [crew.office_heads[n]], crew.staff[2 * n : 2 * n + 1])
        if town.until is None:
            body = _new_office(roll, town, organ, renamed, O.TOWN_OFFICE, follows=former)
            _man(roll, body, organ, [crew.office_heads[n]], crew.staff[2 * n : 2 * n + 2])
            made.append(body)
    if town.until is None:
        centre = _new_office(roll, town, organ, CENTRE, O.PUBLIC_INSTITUTION, code=codes.INSTITUTION)
        _man(roll, centre, organ, [crew.office_heads[3]], crew.staff[6:8])
        for name in DIFFERENTIATED[town.name]:
            own = _new_office(roll, town, organ, name, O.TOWN_OFFICE, differentiated=True, basis=DIFFERENT_ACT)
            _man(roll, own, organ, [roll.person(town.place)], [roll.person(town.place) for _ in range(2)])
    return made


def _new_office(
    roll: Roll, town: Stretch, organ: Organisation, name: str, kind: O, *, basis: str = TOWN_ACT, **more: object
) -> Organisation:
    return roll.body(f"{town.name}{name}", kind, place=town.place, start=TOWN_REFORM, parent=organ, basis=basis, **more)  # type: ignore[arg-type]


def _man(roll: Roll, body: Organisation, organ: Organisation, heads: list[Person], staff: list[Person]) -> None:
    """Let people head an office and work in it; their quota places lie with the organ."""
    head, common = roll.post(body, P.OFFICE_HEAD, "主任"), roll.post(body, P.STAFF, "工作人员", seats=4)
    for person, post in [*((p, head) for p in heads), *((p, common) for p in staff)]:
        roll.appoint(person, post)
        nature = QuotaNature.INSTITUTION if post is common else QuotaNature.ADMINISTRATIVE
        roll.place(person, organ, nature, start=body.during.lower, until=body.during.upper)
