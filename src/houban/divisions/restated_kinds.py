"""Rates, categories and flows of a restated table, as columns and rows for pages, sheets and the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from houban.core.problems import Problem, Problems
from houban.core.spreadsheets import Table
from houban.divisions import restating
from houban.divisions.restated_book import decimal
from houban.divisions.restating import Column, Restated, Rule
from houban.divisions.rules.history import UNKNOWN
from houban.divisions.tablefile import Guess

PLACES = Decimal("0.0001")
MOST_TIMES = 10_000_000


@dataclass(frozen=True)
class Rate:
    """A rate to restate: a column over another, times a factor such as 100 for per cent."""

    numerator: str
    denominator: str
    times: int = 1

    @property
    def title(self) -> str:
        """Return the heading: what over what, and in what."""
        unit = {1: "", 100: "（%）", 1000: "（‰）"}.get(self.times, f"（×{self.times}）")
        return f"{self.numerator}/{self.denominator}{unit}"


@dataclass(frozen=True)
class Asked:
    """What is asked of a table besides its sums: rates, categories by a rule, and a second column of codes."""

    rates: tuple[Rate, ...] = ()
    categories: tuple[str, ...] = ()
    rule: str = Rule.MAJORITY.value
    destination: str = ""


@dataclass(frozen=True)
class Extra:
    """A column of rates or categories, by division and key; `note` holds bounds or what is doubtful."""

    title: str
    texts: Mapping[tuple[int, int], str]
    notes: Mapping[tuple[int, int], str] = field(default_factory=dict)
    by_key: bool = True

    def of(self, division: int, key: int) -> str:
        """Return the text of a cell."""
        return self.texts.get((division, key if self.by_key else 0), "")

    def note(self, division: int, key: int) -> str:
        """Return the bounds of a cell."""
        return self.notes.get((division, key), "")


def check(table: pa.Table, chosen: Guess, asked: Asked, *, name: str) -> None:
    """Demand that rates are made of columns of numbers and the others exist; raise `Problems`."""
    numbers = {column for rate in asked.rates for column in (rate.numerator, rate.denominator)}
    wrong = sorted(numbers - set(chosen.values)) + [
        column for column in (*asked.categories, *filter(None, [asked.destination])) if column not in table.column_names
    ]
    if wrong:
        what = _("没有“%(name)s”这一列，或它不是数") % {"name": wrong[0]}
        raise Problems([Problem(file=name, row=1, what=what, mend=_("请核对列名"))])
    if any(not 0 < rate.times <= MOST_TIMES for rate in asked.rates):
        raise Problems([Problem(file=name, what=_("倍数不对"), mend=_("请写 1、100 或 1000 这样的整数"))])


def extras(restated: Restated, table: pa.Table, chosen: Guess, asked: Asked) -> list[Extra]:
    """Return the columns asked for, in order: rates, then categories."""
    columns = {column.name: column for column in restated.columns}
    found = [_rate(rate, columns[rate.numerator], columns[rate.denominator]) for rate in asked.rates]
    for category in asked.categories:
        kinds = restating.restate_category(table, restated.walk, code=chosen.code, category=category, rule=asked.rule)
        texts = {(division, 0): text or _("不详") for division, text in kinds.items()}
        title = f"{category}（{Rule(asked.rule).label}）"
        found.append(Extra(title, texts, by_key=False))
    return found


def _rate(rate: Rate, top: Column, bottom: Column) -> Extra:
    """Divide sums by sums, never rates by rates; bounds where either side has them."""
    over, under = _cells(top), _cells(bottom)
    texts, notes = {}, {}
    for place, (value, low, high) in over.items():
        if place not in under or not under[place][0]:
            continue
        base, least, most = under[place]
        texts[place] = _said(value * rate.times, base)
        if (low, least) != (high, most) and least > 0:
            notes[place] = f"{_said(low * rate.times, most)}–{_said(high * rate.times, least)}"
    return Extra(rate.title, texts, notes)


Three = tuple[Decimal, Decimal, Decimal]


def _cells(column: Column) -> dict[tuple[int, int], Three]:
    scale, sums = Decimal(10) ** column.decimals, column.sums
    names = ("division", "key", "value", "low", "high")
    return {
        (division, key): (Decimal(value) / scale, Decimal(repr(low)) / scale, Decimal(repr(high)) / scale)
        for division, key, value, low, high in zip(*(getattr(sums, one).tolist() for one in names), strict=True)
    }


def _said(value: Decimal, base: Decimal) -> str:
    return f"{(value / base).quantize(PLACES, ROUND_HALF_UP).normalize():f}"


@dataclass(frozen=True)
class FlowLine:
    """What went from one division of the target day to another."""

    origin: str
    origin_name: str
    destination: str
    destination_name: str
    values: list[str]


def flows(restated: Restated, table: pa.Table, chosen: Guess, asked: Asked) -> list[FlowLine]:
    """Restate a table whose rows have two codes: first by where they come from, then by where they go."""
    codes, names = restated.codes(), restated.names()
    found: dict[tuple[int, int], dict[str, int]] = {}
    decimals: dict[str, int] = {}
    for value in chosen.values:
        rows = restating.restate_flow(
            table, restated.walk, origin=chosen.code, destination=asked.destination, value=value
        )
        decimals[value] = restating.whole_numbers(table[value])[1]
        for origin, destination, number in rows:
            found.setdefault((origin, destination), {})[value] = number
    return [
        FlowLine(
            codes.get(origin, ""),
            _end(origin, names),
            codes.get(destination, ""),
            _end(destination, names),
            [decimal(held.get(value, 0), decimals[value]) for value in chosen.values],
        )
        for (origin, destination), held in sorted(found.items(), key=lambda pair: _order(pair[0], codes))
    ]


def _order(pair: tuple[int, int], codes: Mapping[int, str]) -> tuple[str, str]:
    return codes.get(pair[0], "~"), codes.get(pair[1], "~")


def _end(number: int, names: Mapping[int, str]) -> str:
    if number >= 0:
        return names.get(number, "")
    return _("去向或份额不详") if number == UNKNOWN else _("没有这个单位，或撤销无承接")


def sheets(
    tables: Sequence[Table], lines: Sequence[Any], found: Sequence[Extra], moved: Sequence[FlowLine], chosen: Guess
) -> list[Table]:
    """Return the sheets of an answer with the columns and rows asked for added; `lines` are those of the first."""
    first, *rest = tables
    if found:
        header = [*first.header]
        for extra in found:
            header += [extra.title, _("%(name)s区间") % {"name": extra.title}] if extra.notes else [extra.title]
        rows = [
            [*row, *(text for extra in found for text in _texts(extra, line))]
            for row, line in zip(first.rows, lines, strict=True)
        ]
        first = Table(first.name, header, rows)
    more = []
    if moved:
        header = [_("起点代码"), _("起点"), _("终点代码"), _("终点"), *chosen.values]
        rows = [[one.origin, one.origin_name, one.destination, one.destination_name, *one.values] for one in moved]
        more.append(Table(_("流量"), header, rows))
    return [first, *more, *rest]


def _texts(extra: Extra, line: Any) -> list[str]:
    text = extra.of(line.number, line.key_number)
    return [text, extra.note(line.number, line.key_number)] if extra.notes else [text]
