"""A what-if as a workbook: counts, what lies below what, sizes, and what it means for the rooms above."""

from __future__ import annotations

from django.utils.translation import gettext as _

from houban.core.spreadsheets import Table
from houban.divisions import impacts
from houban.divisions.trying import Evaluation


def tables(seen: Evaluation) -> list[Table]:
    """Return the sheets: the present map beside the branch's."""
    now, plan = _("现在"), _("方案")
    counts = [[one.label, one.before, one.after, one.after - one.before] for one in seen.counts]
    tree = [
        [town.name, "、".join(unit.name for unit in town.before), "、".join(unit.name for unit in town.after)]
        for town in seen.towns
    ]
    lines = [
        [str(impact.label), one.label, one.before, one.after, one.detail]
        for impact in impacts.of(seen)
        for one in impact.figures
    ]
    return [
        Table(_("个数"), [_("形式"), now, plan, _("增减")], counts),
        Table(_("下级"), [_("上级"), now, plan], tree),
        _sizes(seen),
        Table(_("影响"), [_("方面"), _("项目"), now, plan, _("说明")], lines),
    ]


def _sizes(seen: Evaluation) -> Table:
    header = [
        _("口径"), _("单位"), _("现在合计"), _("方案合计"), _("现在平均"), _("方案平均"), _("现在不详"), _("方案不详"),
    ]  # fmt: skip
    rows = [
        [one.label, one.unit, one.before.total, one.after.total, one.before.mean, one.after.mean, one.before.unknown,
         one.after.unknown]
        for one in seen.spreads
    ]  # fmt: skip
    return Table(_("规模"), header, rows)
