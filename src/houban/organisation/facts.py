"""What the county's report says of organisations, posts and people, counted from their tables on any day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import DateField, Func
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from houban.organisation import tallies
from houban.organisation.models import Appointment, Membership, Organisation
from houban.organisation.powers import PostKind
from houban.organisation.words import TEAMS, OrganisationKind
from houban.warehouse.figures import AsOfRule, Basis, Figure, Outcome, declare
from houban.warehouse.measures import count, part, ratio
from houban.warehouse.rows import Column, Rows, Text

COMMAND = _("指挥体系")
MANY_USES = _("一员多用")
ONE_NET = _("一网多管")
ONE_CORE = _("一核多元")
PROPERTY = _("三清两建一公开")
EACH, PEOPLE, PERCENT = _("个"), _("名"), "%"
HUNDRED = Decimal(100)
DECLARED: list[str] = []  # in the order of this file, for the page that counts

NAME = Column("name", _("名称"))
PERSON = Column("person__name", _("姓名"))
BODY = Column("post__organisation__name", _("机构"))
TITLE = Column("post__title", _("岗位"))
SINCE = Column("since", _("起于"))
UPPER = Column("parent__name", _("上级机构"))


def since() -> Func:
    """Take the first day of a row's period."""
    return Func("during", function="lower", output_field=DateField())


def holders(on: date, *kinds: str) -> Outcome:
    """Count the appointments to some kinds of post; who only acts for somebody is not counted twice."""
    held = Appointment.objects.on(on).of_kind(*kinds).seated().annotate(since=since())
    ordered = held.order_by("post__organisation__name", "post__title", "person__name", "pk")
    return count(Rows(ordered, (PERSON, BODY, TITLE, SINCE), gettext("%(day)s 在任") % {"day": on.isoformat()}), day=on)


def bodies(on: date, *kinds: str, **more: Any) -> Outcome:
    """Count the organisations of some kinds, or with some mark."""
    found = Organisation.objects.on(on).filter(**more).annotate(since=since())
    found = found.of_kind(*kinds) if kinds else found
    columns = (NAME, UPPER, SINCE, Column("basis", _("依据")))
    title = gettext("%(day)s 存续的机构") % {"day": on.isoformat()}
    return count(Rows(found.order_by("name", "pk"), columns, title), day=on)


def teams(on: date, kind: str) -> Outcome:
    """Count the teams of a kind; the number of their members is what they report, nobody is listed."""
    found = Organisation.objects.on(on).of_kind(kind).annotate(since=since())
    columns = (NAME, UPPER, Column("headcount", _("人数"), PEOPLE, numeric=True), SINCE)
    return count(
        Rows(found.order_by("name", "pk"), columns, gettext("%(day)s 的队伍") % {"day": on.isoformat()}), day=on
    )


def members(on: date) -> Outcome:
    """Count the member units of leading groups."""
    found = Membership.objects.on(on).filter(group__kind=OrganisationKind.LEADING_GROUP).annotate(since=since())
    columns = (Column("member__name", _("成员单位")), Column("group__name", _("领导小组")), SINCE)
    return count(Rows(found.order_by("member__name", "pk"), columns, gettext("成员单位")), day=on)


def leaders(on: date, *, linked: bool = False) -> Outcome:
    """Count the county leaders with a segment, or those with both a sector and a town (双联系)."""
    found = tallies.leaders(on, linked=linked)
    columns = (
        PERSON,
        Column("segment", _("片区")),
        Column("sector", _("联系行业")),
        Column("town", _("联系乡镇")),
    )
    return count(Rows(found, columns, gettext("县级领导分工")), day=on)


def team_size(on: date, *, largest: bool) -> Outcome:
    """Find the smallest or largest enforcement team of the towns."""
    found = tallies.enforcement_teams(on)
    sizes = [team.size for team in found]  # type: ignore[attr-defined]  # an annotation
    columns = (NAME, UPPER, Column("size", _("人数"), PEOPLE, numeric=True))
    if not sizes:
        return Outcome(None, on, note=gettext("当日没有综合执法队"))
    return Outcome(Decimal(max(sizes) if largest else min(sizes)), on, rows=Rows(found, columns, gettext("综合执法队")))


def share(on: date, every: Callable[[date], Any], label: Text, columns: tuple[Column, ...], **met: Any) -> Outcome:
    """Divide the villages that meet a condition by all of them, in percent."""
    numerator = count(Rows(every(on).filter(**met), columns, label), day=on)
    denominator = count(Rows(every(on), columns, gettext("全部")), day=on)
    parts = part(numerator, label=label, unit=EACH), part(denominator, label=gettext("全部"), unit=EACH)
    whole = ratio(*parts)
    value = None if whole.value is None else whole.value * HUNDRED
    return Outcome(value, on, parts=parts)


def people(on: date, listed: Callable[[date], Any], label: Text, *more: Column) -> Outcome:
    """Count people who meet a condition on a day."""
    return count(Rows(listed(on), (NAME, *more), label), day=on)


PLACE = Column("parent_name", _("乡镇（街道）"))
THREE_POSTS = (NAME, PLACE, Column("holder", _("三职一肩挑")))
COMPLETE = (
    NAME,
    PLACE,
    Column("supervision", _("村（居）务监督")),
    Column("women", _("妇女组织")),
    Column("youth", _("团支部")),
    Column("mediation", _("人民调解")),
)
QUOTAS = (
    NAME,
    Column("allotted", _("核定"), numeric=True),
    Column("filled", _("实有"), numeric=True),
    Column("over", _("超编"), numeric=True),
)
VACANT = (
    Column("organisation__name", _("机构")),
    Column("title", _("岗位")),
    Column("seats", _("职数"), numeric=True),
    Column("vacant", _("空缺"), numeric=True),
)
POSTS = Column("posts", _("岗位"))


def _declare(
    number: int,
    name: str,
    section: Text,
    label: Text,
    unit: Text,
    definition: Text,
    compute: Callable[[date], Outcome],
    *,
    decimals: int = 0,
) -> None:
    DECLARED.append(name)
    declare(
        Figure(
            id=name,
            number=number,
            label=label,
            section=section,
            unit=unit,
            decimals=decimals,
            basis=Basis.COMPUTED,
            as_of=AsOfRule.DAY,
            definition=definition,
            compute=compute,
            source=_("机构岗位登记"),
        )
    )


D = OrganisationKind
K = PostKind
_declare(17, "leaders", COMMAND, _("县级领导分片督战"), PEOPLE, _("当日在任、分工里有片区的县级领导。"), leaders)
_declare(18, "member_units", COMMAND, _("成员单位"), EACH, _("当日领导小组的成员单位。"), members)
_declare(
    39,
    "cooperatives",
    PROPERTY,
    _("股份经济合作社"),
    EACH,
    _("当日存续的股份经济合作社。"),
    partial(bodies, kind=D.COOPERATIVE),
)
_declare(
    49,
    "institutions",
    MANY_USES,
    _("差异化设置机构"),
    EACH,
    _("当日存续、标为差异化设置的机构。"),
    partial(bodies, differentiated=True),
)
SMALLEST = _("各镇街综合执法队中，当日在任人数最少的。")
LARGEST = _("各镇街综合执法队中，当日在任人数最多的。")
_declare(
    50,
    "enforcement_team_min",
    MANY_USES,
    _("综合执法队伍，最少"),
    PEOPLE,
    SMALLEST,
    partial(team_size, largest=False),
)
_declare(
    51, "enforcement_team_max", MANY_USES, _("综合执法队伍，最多"), PEOPLE, LARGEST, partial(team_size, largest=True)
)
WORKERS = _("当日在任的网格员，不含专职网格员。")
_declare(53, "grid_workers", ONE_NET, _("网格员"), PEOPLE, WORKERS, lambda on: holders(on, K.GRID_WORKER))
FULL_TIME = _("当日在任的专职网格员。")
_declare(
    54,
    "grid_workers_full_time",
    ONE_NET,
    _("专职网格员"),
    PEOPLE,
    FULL_TIME,
    lambda on: holders(on, K.GRID_WORKER_FULL_TIME),
)
LINKED = _("当日在任、既联系一个行业又联系一个乡镇的县级领导。")
_declare(101, "dual_links", COMMAND, _("县级领导双联系"), PEOPLE, LINKED, partial(leaders, linked=True))
_declare(
    102,
    "task_forces",
    COMMAND,
    _("工作专班"),
    EACH,
    _("当日存续的专班。"),
    partial(bodies, kind=D.TASK_FORCE),
)
_declare(
    103,
    "three_posts_rate",
    ONE_CORE,
    _("三职一肩挑比例"),
    PERCENT,
    _("当日同一人任村党组织书记、村委会主任和合作社理事长的村，占全部村的百分比。"),
    lambda on: share(on, tallies.three_posts, gettext("三职一肩挑的村"), THREE_POSTS, holder__isnull=False),
    decimals=2,
)
_declare(
    104,
    "complete_committees_rate",
    ONE_CORE,
    _("配套组织健全比例"),
    PERCENT,
    _("当日村（居）务监督、妇女组织、团支部、人民调解都有负责人的村和社区，占全部村和社区的百分比。"),
    lambda on: share(on, tallies.committees, gettext("配套组织健全"), COMPLETE, complete=True),
    decimals=2,
)
_declare(
    105,
    "system_people",
    MANY_USES,
    _("编制在医共体、岗位在卫生院"),
    PEOPLE,
    _("当日占县域医共体编制、在乡镇卫生院任职的人（单位人变系统人）。"),
    lambda on: people(on, tallies.system_people, gettext("医务人员"), POSTS),
)
_declare(
    106,
    "village_police",
    MANY_USES,
    _("民警兼村（居）委会职务"),
    PEOPLE,
    _("当日既任民警、又在村（居）委会任职的人（一警多能）。"),
    lambda on: people(on, tallies.village_police, gettext("民警"), POSTS),
)
_declare(
    107,
    "many_posts",
    MANY_USES,
    _("一人多岗"),
    PEOPLE,
    _("当日任两个以上岗位的人（一员多用）。"),
    lambda on: people(on, tallies.many_posts, gettext("任两个以上岗位的人"), POSTS),
)
for _number, _kind in enumerate(TEAMS, 108):
    _declare(
        _number,
        f"teams_{_kind.value}",
        ONE_CORE,
        _kind.label,
        EACH,
        _("当日存续的这一类社会组织或队伍；人数由队伍填报，不登记队员。"),
        partial(teams, kind=_kind),
    )
_declare(
    113,
    "over_quota",
    MANY_USES,
    _("超编机构"),
    EACH,
    _("当日占编人数多于核定编制的机构。"),
    lambda on: count(Rows(tallies.over_quota(on), QUOTAS, gettext("超编机构")), day=on),
)
_declare(
    114,
    "vacant_posts",
    MANY_USES,
    _("有空缺的岗位"),
    EACH,
    _("当日有空席位的岗位。"),
    lambda on: count(Rows(tallies.vacant_posts(on), VACANT, gettext("有空缺的岗位")), day=on),
)
