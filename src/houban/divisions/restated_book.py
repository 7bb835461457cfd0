"""What restating gave, as rows for pages and sheets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from houban.core.spreadsheets import Table
from houban.divisions.restating import Column, Lost, Restated
from houban.divisions.rules.history import CERTAINTIES
from houban.divisions.tablefile import Guess
from houban.divisions.words import Certainty


@dataclass(frozen=True)
class Cell:
    """A restated value, as text of its own decimals; `low` and `high` only where it is uncertain."""

    value: str
    low: str
    high: str
    certainty: str

    @property
    def is_exact(self) -> bool:
        """Tell whether the value rests on no proxy."""
        return not self.low

    @property
    def is_doubtful(self) -> bool:
        """Tell whether a flow it came by was not stated by an act."""
        return bool(self.certainty) and self.certainty != str(Certainty.DECLARED.label)


@dataclass(frozen=True)
class Line:
    """One division of the target day (and one combination of keys) with its values."""

    number: int
    code: str
    name: str
    key: tuple[str, ...]
    cells: list[tuple[str, Cell]]
    key_number: int = 0


def decimal(value: int, decimals: int) -> str:
    """Write an integer of a last decimal place as a decimal, exactly."""
    if not decimals:
        return str(value)
    whole, rest = divmod(abs(value), 10**decimals)
    return f"{'-' if value < 0 else ''}{whole}.{rest:0{decimals}}"


def lines(restated: Restated) -> list[Line]:
    """Return the restated table by code and key."""
    codes, names = restated.codes(), restated.names()
    found: dict[tuple[int, int], dict[int, Cell]] = {}
    for number, column in enumerate(restated.columns):
        for place, cell in _cells(column):
            found.setdefault(place, {})[number] = cell
    empty = Cell("0", "", "", "")
    titles = [column.name for column in restated.columns]
    made = [
        Line(
            division,
            codes.get(division, ""),
            names.get(division, ""),
            restated.keys[key],
            [(title, cells.get(n, empty)) for n, title in enumerate(titles)],
            key,
        )
        for (division, key), cells in found.items()
    ]
    return sorted(made, key=lambda line: (line.code, line.key))


def _cells(column: Column) -> Iterator[tuple[tuple[int, int], Cell]]:
    sums = column.sums
    columns = [getattr(sums, name).tolist() for name in ("division", "key", "value", "low", "high", "certainty")]
    for division, key, value, low, high, certainty in zip(*columns, strict=True):
        between = ("", "") if low == high else bounds(low, high, column.decimals)
        label = str(Certainty(CERTAINTIES[certainty]).label)
        yield (division, key), Cell(decimal(value, column.decimals), *between, label)


def bounds(low: float, high: float, decimals: int) -> tuple[str, str]:
    """Write two bounds as decimals of the last place."""
    return decimal(round(low), decimals), decimal(round(high), decimals)


def losses(restated: Restated) -> list[tuple[str, str, str, str, str]]:
    """Return what could not be placed: column, code, keys, value, reason."""
    decimals = {column.name: column.decimals for column in restated.columns}
    return [
        (name, one.code, " ".join(one.key), decimal(one.value, decimals[name]), str(one.why.label))
        for name, lost in restated.lost.items()
        for one in lost
    ]


def totals(restated: Restated) -> list[tuple[str, str, str]]:
    """Return for each column what was placed and what was lost, added up."""
    return [
        (
            column.name,
            decimal(int(column.sums.value.sum()), column.decimals),
            decimal(_lost(restated.lost[column.name]), column.decimals),
        )
        for column in restated.columns
    ]


def _lost(lost: list[Lost]) -> int:
    return sum(one.value for one in lost)


def book(restated: Restated, chosen: Guess) -> list[Table]:
    """Return the sheets of the answer: the values, what could not be placed, how it was made."""
    walk = restated.walk
    header = [_("代码"), _("名称"), *chosen.by]
    for column in restated.columns:
        header += [column.name, _("%(name)s下限") % {"name": column.name}, _("%(name)s上限") % {"name": column.name}]
    rows = [
        [
            line.code,
            line.name,
            *line.key,
            *[_number(text) for _title, c in line.cells for text in (c.value, c.low, c.high)],
        ]
        for line in lines(restated)
    ]
    about: list[list[Any]] = [
        [_("起始日"), walk.day_a],
        [_("目标日"), walk.day_b],
        [_("分摊依据"), walk.measure],
        *[
            [_("%(name)s：已换算 / 未能换算") % {"name": name}, f"{placed} / {lost}"]
            for name, placed, lost in totals(restated)
        ],
    ]
    lost_header = [_("列"), _("代码"), _("口径"), _("数值"), _("原因")]
    return [
        Table(_("换算结果"), header, rows),
        Table(_("未能换算"), lost_header, losses(restated)),
        Table(_("说明"), [_("项目"), _("内容")], about),
    ]


def _number(text: str) -> object:
    return "" if not text else float(text) if "." in text else int(text)
