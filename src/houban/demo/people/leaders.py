"""The 29 county leaders: their posts, and the segment, the sector and the town each answers for."""

from __future__ import annotations

from datetime import date

from houban.demo.people.days import FIRST, GROUP, GROUP_ACT, LEADERS
from houban.demo.people.places import Stretch
from houban.demo.people.roll import Roll
from houban.organisation.models import Appointment, Organisation, Person
from houban.organisation.powers import PostKind as P
from houban.organisation.words import ChargeKind, Nature
from houban.organisation.words import OrganisationKind as O

LEADERSHIP = "大安区县级领导班子"
POSTS = (
    ("区委书记", 1),
    ("区委副书记、区长", 1),
    ("区委副书记", 1),
    ("区委常委", 8),
    ("区人大常委会主任", 1),
    ("区人大常委会副主任", 4),
    ("副区长", 6),
    ("区政协主席", 1),
    ("区政协副主席", 4),
    ("区人民法院院长", 1),
    ("区人民检察院检察长", 1),
)
SECTORS = (
    "乡村振兴", "基层党建", "现代农业", "农村集体经济", "社会治理", "肉鸡产业", "中药材产业", "文旅融合", "工业园区",
    "商贸流通", "招商引资", "项目建设", "教育体育", "卫生健康", "医疗保障", "民政养老", "就业和社会保障", "交通运输",
    "水利供水", "电力通信", "生态环境", "自然资源和土地整治", "住房和城乡建设", "财政金融", "宣传文化",
    "行政审批和便民服务", "应急安全", "农村人居环境", "法治建设",
)  # fmt: skip
CAME = (date(2016, 10, 20), date(2019, 2, 20), LEADERS)


def load(roll: Roll, group: Organisation, towns: list[Stretch]) -> None:
    """Fill the posts, divide segments, sectors and towns, and put the first of them at the head of the group."""
    body = roll.body(LEADERSHIP, O.COUNTY_LEADERS, place=roll.county, start=FIRST)
    now: list[Person] = []
    for title, seats in POSTS:
        post = roll.post(body, P.COUNTY_LEADER, title, seats=seats)
        for _ in range(seats):
            n = len(now)
            came = CAME[n % len(CAME)]
            before, person = roll.person(roll.county), roll.person(roll.county)
            left = roll.appoint(before, post, until=came, end_basis="调整分工")
            if came > GROUP:
                _charges(roll, left, n, towns)
            _charges(roll, roll.appoint(person, post, start=came), n, towns)
            now.append(person)
    _head_the_group(roll, group, now)


def _charges(roll: Roll, held: Appointment, n: int, towns: list[Stretch]) -> None:
    """Give the n-th leader a segment of a town, a sector and the town, since the leading group divided them."""
    town, half = towns[n % len(towns)], "一二"[n // len(towns)]
    roll.charge(held, ChargeKind.SEGMENT, f"{town.name}第{half}片区", start=GROUP, place=town.place)
    roll.charge(held, ChargeKind.SECTOR, SECTORS[n], start=GROUP)
    roll.charge(held, ChargeKind.TOWN, town.name, start=GROUP, place=town.place)


def _head_the_group(roll: Roll, group: Organisation, leaders: list[Person]) -> None:
    head = roll.post(group, P.GROUP_HEAD, "组长")
    deputies = roll.post(group, P.GROUP_MEMBER, "副组长", seats=4)
    for n, person in enumerate(leaders[:5]):
        start = max(CAME[n % len(CAME)], GROUP)
        roll.appoint(person, deputies if n else head, start=start, nature=Nature.PART_TIME, basis=GROUP_ACT)
