"""What the county's report says of the loop: events of a year and how they went, counted from the matters.

Only a whole year is counted: a part of one would look like little work. How many come in is never a goal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, LPad, TruncDate
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from houban.matters.models import Matter, Step
from houban.matters.words import OPEN, State
from houban.warehouse.figures import AsOfRule, Basis, Figure, Outcome, Part, declare
from houban.warehouse.measures import count, part
from houban.warehouse.rows import Column, Rows, Text

ONE_NET = _("一网多管")
EACH, TEN_THOUSAND, PERCENT = _("件"), _("万件"), "%"
HUNDRED, MYRIAD = Decimal(100), Decimal(10_000)
MOST_YEARS = 3
PER_YEAR = "grid_events_per_year"
SHORT = _("记录不满一年")
COLUMNS = (
    Column("said_number", _("编号"), mono=True),
    Column("title", _("标题")),
    Column("type__name", _("类型")),
    Column("receiver__name", _("受理机构")),
    Column("holder__name", _("承办机构")),
    Column("reported_on", _("报告日")),
    Column("due_on", _("到期日")),
    Column("ended_on", _("办结日")),
)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole years, half-open, that end with a day."""

    since: datetime
    until: datetime
    years: int

    @property
    def day(self) -> datetime:
        """Return the beginning of the last day."""
        return self.until - timedelta(days=1)


def years_up_to(on: date, *, most: int = 1) -> Span | None:
    """Return the whole years up to a day that the records cover, `most` at most; none while they cover less."""
    after = on + timedelta(days=1)
    until = _midnight(after)
    reported = _events().filter(reported_at__lt=until).order_by("reported_at").values_list("reported_at", flat=True)
    first = reported.first()
    if first is None:
        return None
    begun = _day(first)
    years = [n for n in range(1, most + 1) if _years_before(after, n) >= begun]
    return Span(_midnight(_years_before(after, years[-1])), until, years[-1]) if years else None


def _years_before(day: date, years: int) -> date:
    leap = (day.month, day.day) == (2, 29)
    return date(day.year - years, day.month, 28 if leap else day.day)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def _day(at: datetime) -> date:
    return at.astimezone(timezone.get_default_timezone()).date()


def _events() -> QuerySet[Matter]:
    """Return the events; what was merged into another is counted with that other."""
    return Matter.objects.filter(kind="event", twin=None).exclude(state=State.DRAFT)


def closed(span: Span) -> QuerySet[Matter]:
    """Return the events closed in a span, also those opened again later: what a past year says does not change."""
    within = Q(happened_at__gte=span.since, happened_at__lt=span.until)
    closings = Step.objects.filter(within, matter=OuterRef("pk"), ends=State.CLOSED).exclude(begins=State.CLOSED)
    for_good = Q(state=State.CLOSED, ended_at__gte=span.since, ended_at__lt=span.until)
    return _events().filter(for_good | Q(Exists(closings), reopenings__gt=0))


def rejected(span: Span) -> QuerySet[Matter]:
    """Return the events of a span that were not filed."""
    return _events().filter(state=State.REJECTED, ended_at__gte=span.since, ended_at__lt=span.until)


def overdue(span: Span) -> QuerySet[Matter]:
    """Return the events still open, clock running, whose day was over before the span's last."""
    return _events().filter(state__in=OPEN, paused_at=None, due__lt=span.day, reported_at__lt=span.until)


def valid(span: Span) -> QuerySet[Matter]:
    """Return the events of a span that were filed, or settled on the spot."""
    filed = Q(filed_at__gte=span.since, filed_at__lt=span.until)
    return _events().filter(filed | Q(on_the_spot=True, ended_at__gte=span.since, ended_at__lt=span.until))


def _rows(found: QuerySet[Matter], title: Text) -> Rows:
    """Show events with what a reader needs to find and judge each, in order of their reports."""
    month = Func(TruncDate("reported_at"), Value("YY-MM-"), function="to_char", output_field=CharField())
    shown = found.annotate(
        said_number=Concat(month, LPad(Cast("serial", CharField()), 6, Value("0"))),
        reported_on=TruncDate("reported_at"),
        due_on=TruncDate("due"),
        ended_on=TruncDate("ended_at"),
    )
    return Rows(shown.order_by("reported_at", "pk"), COLUMNS, title)


def _opened(found: QuerySet[Matter], on: date, label: Text) -> Part:
    return part(count(_rows(found, label), day=on), label=label, unit=EACH)


def _whole(found: QuerySet[Matter], on: date, label: Text, *, figure: str = "") -> Part:
    """Count a whole, whose rows the figure of the year opens; opening them with each rate would say nothing more."""
    return Part(label, Decimal(found.count()), EACH, on, figure=figure)


def per_year(on: date) -> Outcome:
    """Count the events closed a year, on the mean of the whole years covered."""
    span = years_up_to(on, most=MOST_YEARS)
    if span is None:
        return Outcome(None, on, note=SHORT)
    since = _day(span.since).isoformat()
    rows = _rows(closed(span), gettext("%(since)s 至 %(day)s 办结的网格事件") % {"since": since, "day": on.isoformat()})
    note = gettext("%(n)s 个整年的平均，起于 %(since)s") % {"n": span.years, "since": since}
    return Outcome(Decimal(rows.count()) / span.years / MYRIAD, on, rows=rows, note=note)


def on_time_rate(on: date) -> Outcome:
    """Divide what was closed on time by what was closed and what is open and overdue."""
    span = years_up_to(on)
    if span is None:
        return Outcome(None, on, note=SHORT)
    whole = _whole(closed(span), on, gettext("办结"), figure=PER_YEAR)
    late = _opened(closed(span).filter(ended_at__gt=F("due")), on, gettext("超时办结"))
    left = _opened(overdue(span), on, gettext("超时未结"))
    return _rate(on, (whole, late, left), lambda all_, after, lying: (all_ - after, all_ + lying))


def valid_rate(on: date) -> Outcome:
    """Divide what was filed or settled on the spot by those and what was not filed."""
    span = years_up_to(on)
    if span is None:
        return Outcome(None, on, note=SHORT)
    good = _whole(valid(span), on, gettext("立案和现场办结"))
    bad = _opened(rejected(span), on, gettext("不予立案"))
    return _rate(on, (good, bad), lambda filed, not_filed: (filed, filed + not_filed))


def share(on: date, condition: Q, label: Text) -> Outcome:
    """Divide the closed events that meet a condition by all of them."""
    span = years_up_to(on)
    if span is None:
        return Outcome(None, on, note=SHORT)
    whole = _whole(closed(span), on, gettext("办结"), figure=PER_YEAR)
    met = _opened(closed(span).filter(condition), on, label)
    return _rate(on, (whole, met), lambda all_, some: (some, all_))


def _rate(on: date, parts: tuple[Part, ...], divided: Callable[..., tuple[Decimal, Decimal]]) -> Outcome:
    numerator, denominator = divided(*(one.value for one in parts))
    value = numerator / denominator * HUNDRED if denominator else None
    return Outcome(value, on, parts=parts, note="" if denominator else gettext("这一年没有办结的"))


def _declare(
    number: int,
    name: str,
    label: Text,
    definition: Text,
    compute: Callable[[date], Outcome],
    *,
    unit: Text = PERCENT,
) -> None:
    declare(
        Figure(
            id=name,
            number=number,
            label=label,
            section=ONE_NET,
            unit=unit,
            decimals=1,
            basis=Basis.COMPUTED,
            as_of=AsOfRule.DAY,
            definition=definition,
            compute=compute,
            source=_("事项登记"),
        )
    )


_declare(
    55,
    PER_YEAR,
    _("年均办理网格事件"),
    _(
        "所看当日及以前的整年（至多三年）里办结的网格事件，按年平均，只数查看人看得到的；并入别件的不另数，不满一年没有数。"
    ),
    per_year,
    unit=TEN_THOUSAND,
)
_declare(
    115,
    "grid_on_time_rate",
    _("网格事件按时办结率"),
    _("所看当日及以前一年里：（办结 − 超时办结）÷（办结 + 当日之前到期仍未结）× 100。"),
    on_time_rate,
)
_declare(
    116,
    "grid_valid_rate",
    _("网格事件有效上报率"),
    _("所看当日及以前一年里：立案和现场办结 ÷（立案和现场办结 + 不予立案）× 100；上报多少不作指标。"),
    valid_rate,
)
_declare(
    117,
    "grid_rework_rate",
    _("网格事件返工率"),
    _("所看当日及以前一年里：办结的网格事件里返过工的 ÷ 办结 × 100。"),
    lambda on: share(on, Q(reworks__gt=0), gettext("返过工的")),
)
_declare(
    118,
    "grid_reopening_rate",
    _("网格事件重开率"),
    _("所看当日及以前一年里：办结的网格事件里重开过的 ÷ 办结 × 100。"),
    lambda on: share(on, Q(reopenings__gt=0), gettext("重开过的")),
)
