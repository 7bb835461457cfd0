"""The figures that units report, and those that rest on them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.reports.models import ReportedValue
from houban.warehouse import figures
from houban.warehouse.figures import AsOfRule, Basis, Figure, Outcome, declare
from houban.warehouse.measures import part, ratio
from houban.warehouse.rows import Column, Rows, Text

BASIC = gettext_lazy("基本情况")
PROPERTY = gettext_lazy("三清两建一公开")
TEN_THOUSAND_YUAN = gettext_lazy("万元")
COLUMNS = (
    Column("as_of", gettext_lazy("所属日")),
    Column("value", gettext_lazy("数值"), numeric=True),
    Column("source", gettext_lazy("来源")),
    Column("entered_by_name", gettext_lazy("填报人")),
)


def reported(figure: str, on: date) -> Outcome:
    """Return the newest value reported for a day not after the one asked about."""
    live = ReportedValue.objects.filter(withdrawn_at__isnull=True, figure=figure, as_of__lte=on)
    latest = live.order_by("-as_of").first()
    if latest is None:
        return Outcome(None, on, note=_("还没有填报"))
    rows = Rows(ReportedValue.objects.filter(pk=latest.pk).order_by("pk"), COLUMNS, _("填报数"))
    return Outcome(latest.value, latest.as_of, rows=rows, note=latest.source)


def income_per_village(map_day: date, asked: date) -> Outcome:
    """Divide the income of 2020 by the villages of a day's map."""
    income = reported("collective_income_2020", asked)
    villages = figures.get("villages").compute(map_day)
    numerator = part(income, label=_("2020 年集体经济收入"), unit=TEN_THOUSAND_YUAN, figure="collective_income_2020")
    denominator = part(villages, label=_("行政村"), unit=_("个"), figure="villages")
    note = _("分母是 %(day)s 的 %(n)s 个行政村") % {"day": map_day.isoformat(), "n": villages.value}
    return ratio(numerator, denominator, note=note if income.value is not None else str(income.note))


def _declare_reported(number: int, name: str, label: Text, unit: Text, decimals: int, section: Text) -> None:
    declare(
        Figure(
            id=name,
            number=number,
            label=label,
            section=section,
            unit=unit,
            decimals=decimals,
            basis=Basis.REPORTED,
            as_of=AsOfRule.LATEST,
            definition=gettext_lazy("由单位填报，取不晚于所看当日的最近一次。"),
            compute=lambda on: reported(name, on),
        )
    )


_declare_reported(1, "area", gettext_lazy("幅员面积"), gettext_lazy("平方公里"), 1, BASIC)
_declare_reported(13, "population", gettext_lazy("总人口"), gettext_lazy("万人"), 2, BASIC)
_declare_reported(14, "urbanisation_rate", gettext_lazy("城镇化率"), "%", 1, BASIC)
_declare_reported(40, "collective_income_2020", gettext_lazy("2020 年集体经济收入"), TEN_THOUSAND_YUAN, 2, PROPERTY)
declare(
    Figure(
        id="collective_income_per_village",
        number=41,
        label=gettext_lazy("村均集体经济收入"),
        section=PROPERTY,
        unit=TEN_THOUSAND_YUAN,
        decimals=2,
        basis=Basis.COMPUTED,
        as_of=AsOfRule.DAY,
        definition=gettext_lazy("2020 年集体经济收入 ÷ 所看当日的行政村个数。"),
        compute=lambda on: income_per_village(on, on),
        on_map=income_per_village,
    )
)
