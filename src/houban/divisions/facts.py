"""The figures the register yields; every one is counted from its versions, flows and control totals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.divisions import register
from houban.divisions.models import Baseline, ControlTotal, DivisionVersion, Flow
from houban.divisions.words import Counted
from houban.warehouse.figures import AsOfRule, Basis, Figure, Outcome, declare
from houban.warehouse.measures import count, part, reduction
from houban.warehouse.rows import Column, Rows, Text

SECTION = gettext_lazy("基本情况")
EACH = gettext_lazy("个")
GROUPS = ("village_group", "community_group")
NAME = Column("name", gettext_lazy("名称"))
CODE = Column("code", gettext_lazy("代码"), mono=True)
SINCE = Column("change__effective_on", gettext_lazy("来自调整"))
ENDED = Column("ended_on", gettext_lazy("止于"), mark=True)
ABOVE = Column("parent_name", gettext_lazy("上级"))
UPPER = Column("upper_name", gettext_lazy("乡镇（街道）"))


def counted(forms: tuple[str, ...], on: date) -> Outcome:
    """Count the divisions of some forms in the county on a day."""
    county = register.county()
    if county is None:
        return Outcome(None, on, note=_("还没有导入本县的名录"))
    versions = DivisionVersion.objects.on(on).of_form(*forms).below(county, on)
    shown = versions.with_code("nbs", on).with_parent_name(on).with_end().order_by(F("code"), "pk")
    columns = (NAME, ABOVE, *((UPPER,) if forms == GROUPS else ()), CODE, SINCE, ENDED)
    outcome = count(Rows(shown, columns, _("%(day)s 有效的单位") % {"day": on.isoformat()}), day=on)
    if outcome.value == 0 and on < (register.first_day() or on):
        return Outcome(None, on, note=_("当日还没有名录"))
    return outcome


def before(measure: Counted, forms: tuple[str, ...], asked: date, *, map_day: date | None = None) -> Outcome:
    """Count on the day the county has set as "before"; there is none when it lies after the day asked about."""
    baseline = Baseline.objects.filter(measure=measure).first()
    if map_day is not None:
        return counted(forms, map_day)
    if baseline is None:
        return Outcome(None, asked, note=_("还没有设定调整前口径"))
    if baseline.day > asked:
        return Outcome(None, asked, note=_("调整前口径日 %(day)s 晚于所看的日子") % {"day": baseline.day.isoformat()})
    outcome = counted(forms, baseline.day)
    return Outcome(outcome.value, outcome.day, outcome.rows, note=baseline.reason)


def reduced(measure: Counted, forms: tuple[str, ...], asked: date, *, map_day: date | None = None) -> Outcome:
    """Compare the day asked about with the day set as "before"."""
    earlier = before(measure, forms, asked, map_day=map_day)
    now = counted(forms, asked)
    label = Counted(measure).label
    parts = (
        part(earlier, label=_("%(what)s，调整前") % {"what": label}, unit=EACH, figure=f"{measure.value}_before"),
        part(now, label=_("%(what)s，所看当日") % {"what": label}, unit=EACH, figure=measure.value),
    )
    days = {"before": earlier.day.isoformat(), "after": now.day.isoformat()}
    note = _("%(before)s 与 %(after)s 相比") % days if earlier.value is not None else str(earlier.note)
    return reduction(*parts, note=note)


def transferred_out(asked: date, *, year: int) -> Outcome:
    """Count the residents' groups that a change of a year moved under a division outside the county."""
    county = register.county()
    first, last = date(year, 1, 1), date(year, 12, 31)
    if county is None or asked < first:
        return Outcome(None, asked, note=_("所看的日子早于 %(year)s 年") % {"year": year})
    flows = Flow.objects.filter(
        change__status="enacted", change__effective_on__range=(first, min(last, asked)), source__level="group"
    )
    gone = [flow.pk for flow in flows.select_related("change") if _left(flow, county)]
    rows = Flow.objects.filter(pk__in=gone).order_by("change__effective_on", "number")
    columns = (
        Column("source_name", gettext_lazy("小组")),
        Column("source_code", gettext_lazy("代码"), mono=True),
        Column("change__effective_on", gettext_lazy("生效日")),
        Column("change__title", gettext_lazy("事由")),
        Column("note", gettext_lazy("说明")),
    )
    title = _("%(year)s 年划出的小组") % {"year": year}
    return count(Rows(rows, columns, title), day=min(last, asked))


def _left(flow: Flow, county: int) -> bool:
    day = flow.change.effective_on
    inside = {version.division_id for version in register.path(flow.target_id or 0, day)}
    origin = DivisionVersion.objects.live().filter(division=flow.source_id, during__endswith=day).first()
    was_ours = origin is not None and county in {v.division_id for v in _path_before(origin, day)}
    return was_ours and county not in inside


def _path_before(version: DivisionVersion, day: date) -> list[DivisionVersion]:
    return register.path(version.parent_id or 0, date.fromordinal(day.toordinal() - 1))


def reduced_by_totals(asked: date, *, year: int) -> Outcome:
    """Add up the reductions that acts of a year state of themselves, where nothing more is known."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    totals = ControlTotal.objects.filter(
        change__status="enacted", change__effective_on__range=(first, min(last, asked)), reduction__isnull=False
    ).order_by("change__effective_on", "pk")
    value = totals.aggregate(sum=Sum("reduction"))["sum"]
    columns = (
        Column("change__title", gettext_lazy("事由")),
        Column("change__effective_on", gettext_lazy("生效日")),
        Column("label", gettext_lazy("计数对象")),
        Column("reduction", gettext_lazy("减少"), numeric=True, unit=EACH),
        Column("change__note", gettext_lazy("说明")),
    )
    rows = Rows(totals, columns, _("%(year)s 年各次调整自述的减少数") % {"year": year})
    return Outcome(None if value is None else Decimal(value), min(last, asked), rows=rows)


register_figure = partial(Figure, section=SECTION, basis=Basis.COMPUTED)
number = partial(register_figure, unit=EACH, decimals=0)


def _declare_count(place: int, name: str, label: Text, definition: Text, forms: tuple[str, ...]) -> None:
    declare(
        number(
            id=name,
            number=place,
            label=label,
            as_of=AsOfRule.DAY,
            definition=definition,
            compute=lambda on: counted(forms, on),
            on_map=lambda day, _asked: counted(forms, day),
        )
    )


def _declare_before(place: int, measure: Counted, label: Text, forms: tuple[str, ...]) -> None:
    declare(
        number(
            id=f"{measure.value}_before",
            number=place,
            label=label,
            as_of=AsOfRule.BASELINE,
            definition=gettext_lazy("在设定为“调整前”的那一天有效的个数；换一天，数就不同。"),
            compute=lambda on: before(measure, forms, on),
            on_map=lambda day, asked: before(measure, forms, asked, map_day=day),
            baseline=measure.value,
        )
    )


def _declare_rate(place: int, measure: Counted, name: str, label: Text, forms: tuple[str, ...]) -> None:
    declare(
        register_figure(
            id=name,
            number=place,
            label=label,
            unit="%",
            decimals=2,
            as_of=AsOfRule.COMPARISON,
            definition=gettext_lazy("（调整前个数 − 所看当日个数）÷ 调整前个数 × 100。"),
            compute=lambda on: reduced(measure, forms, on),
            on_map=lambda day, asked: reduced(measure, forms, asked, map_day=day),
            baseline=measure.value,
        )
    )


VILLAGE, COMMUNITY = ("village",), ("community",)
_declare_count(2, "towns", gettext_lazy("镇"), gettext_lazy("所看当日形式为“镇”的乡级单位。"), ("town",))
_declare_count(3, "streets", gettext_lazy("街道"), gettext_lazy("所看当日形式为“街道”的乡级单位。"), ("street",))
_declare_count(
    4, "villages", gettext_lazy("行政村"), gettext_lazy("所看当日形式为“村”的村级单位，不含类似村委会。"), VILLAGE
)
_declare_count(
    5, "communities", gettext_lazy("社区"), gettext_lazy("所看当日形式为“社区”的村级单位，不含类似居委会。"), COMMUNITY
)
_declare_before(6, Counted.VILLAGES, gettext_lazy("行政村，调整前"), VILLAGE)
_declare_before(7, Counted.COMMUNITIES, gettext_lazy("社区，调整前"), COMMUNITY)
_declare_rate(8, Counted.VILLAGES, "village_reduction_rate", gettext_lazy("行政村减少率"), VILLAGE)
_declare_rate(9, Counted.COMMUNITIES, "community_reduction_rate", gettext_lazy("社区减少率"), COMMUNITY)
_declare_before(10, Counted.GROUPS, gettext_lazy("村（居）民小组，调整前"), GROUPS)
_declare_count(11, "groups", gettext_lazy("村（居）民小组"), gettext_lazy("所看当日的村民小组和居民小组。"), GROUPS)
_declare_rate(12, Counted.GROUPS, "group_reduction_rate", gettext_lazy("小组减少率"), GROUPS)
declare(
    number(
        id="groups_transferred_out_2018",
        number=15,
        label=gettext_lazy("2018 年划出小组"),
        as_of=AsOfRule.PERIOD,
        definition=gettext_lazy("2018 年生效的调整里，原在本县、划归县外单位的小组。"),
        compute=partial(transferred_out, year=2018),
    )
)
declare(
    number(
        id="pilot_reduction_2001",
        number=16,
        label=gettext_lazy("2001 年试点减少村社区"),
        as_of=AsOfRule.PERIOD,
        definition=gettext_lazy("2001 年生效的调整自述的减少数；何村何日不详，只有总数。"),
        compute=partial(reduced_by_totals, year=2001),
    )
)
