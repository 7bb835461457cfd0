"""A crosswalk as rows for pages and sheets."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.core.spreadsheets import Table
from houban.divisions.crosswalks import Crosswalk
from houban.divisions.restating import codes_on, names_on
from houban.divisions.rules.history import CERTAINTIES, NOBODY, UNKNOWN
from houban.divisions.words import Certainty

HEADER = (
    gettext_lazy("原代码"),
    gettext_lazy("原名称"),
    gettext_lazy("新代码"),
    gettext_lazy("新名称"),
    gettext_lazy("份额"),
    gettext_lazy("区间"),
    gettext_lazy("确定程度"),
    gettext_lazy("可比区"),
)


def table(walk: Crosswalk, depth: int, *, name: str) -> Table:
    """Return the pairs of a depth as a sheet."""
    return Table(name, [str(title) for title in HEADER], rows(walk, depth))


def rows(walk: Crosswalk, depth: int) -> list[list[Any]]:
    """Return code, name, code, name, share, bounds, certainty and zone of each pair at a depth, by code."""
    pairs = walk.at(depth)
    zone, _after = walk.zones(depth)
    codes_a, codes_b = codes_on(walk.history, walk.day_a), codes_on(walk.history, walk.day_b)
    names_a = names_on(walk.history, walk.day_a)
    names_b = names_on(walk.history, walk.day_b) | {NOBODY: _("无承接"), UNKNOWN: _("不详")}
    columns = [column.tolist() for column in (pairs.source, pairs.target, pairs.shares(), pairs.low, pairs.high)]
    found = [
        [
            codes_a.get(source, ""),
            names_a.get(source, ""),
            codes_b.get(target, ""),
            names_b.get(target, ""),
            f"{100 * share:.4g}%",
            "" if low == high else f"{low:.0%}–{high:.0%}",
            str(Certainty(CERTAINTIES[certainty]).label),
            int(zone[source]) + 1,
        ]
        for source, target, share, low, high, certainty in zip(*columns, pairs.certainty.tolist(), strict=True)
    ]
    return sorted(found, key=lambda row: (row[0], row[2]))
