"""Restate a table of values from one day's map to another's, and say what could not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from houban.divisions.crosswalks import Crosswalk
from houban.divisions.rules import restating as rules
from houban.divisions.rules.history import NOBODY, History, Ints, ordinal
from houban.divisions.rules.restating import Cells, Pieces, Sums


class Kind(TextChoices):
    """What a column of values is, and so how it is taken to another map."""

    EXTENSIVE = "extensive", _("可加总（人口、户数、金额）")
    INTENSIVE = "intensive", _("比率（分子和分母两列）")
    CATEGORY = "category", _("类别")
    FLOW = "flow", _("流量（从哪里到哪里）")


class Rule(TextChoices):
    """How a category is chosen where several come together."""

    MAJORITY = "majority", _("占多数的")
    LARGEST = "largest", _("最大的原单位的")
    MIXED = "mixed", _("不一致就写混合")


class Why(TextChoices):
    """Why a value could not be placed."""

    NOT_THERE = "not_there", _("起始日没有这个代码")
    ABOLISHED = "abolished", _("撤销，无承接")
    UNKNOWN = "unknown", _("去向或份额不详")


@dataclass(frozen=True)
class Lost:
    """A value that could not be placed: the code it came under, what it is keyed by, the value in units of `Column`."""

    code: str
    key: tuple[str, ...]
    value: int
    why: Why


@dataclass(frozen=True)
class Column:
    """Restated values of one column: parallel to the divisions and keys of `sums`; divide by 10**decimals."""

    name: str
    decimals: int
    sums: Sums


@dataclass(frozen=True)
class Restated:
    """A table on another day's map. `keys[sums.key]` are the values of the key columns."""

    walk: Crosswalk
    columns: list[Column]
    keys: list[tuple[str, ...]]
    lost: dict[str, list[Lost]] = field(default_factory=dict)

    def codes(self) -> dict[int, str]:
        """Return the code of each division on the target day."""
        return codes_on(self.walk.history, self.walk.day_b)

    def names(self) -> dict[int, str]:
        """Return the name of each division on the target day."""
        return names_on(self.walk.history, self.walk.day_b)


def codes_on(history: History, day: date) -> dict[int, str]:
    """Return the codes borne on a day by division number."""
    rows = _code_rows(history, day)
    return {int(history.codes.division[row]): history.codes.texts[row] for row in rows.tolist()}


def names_on(history: History, day: date) -> dict[int, str]:
    """Return the names borne on a day by division number."""
    rows = history.on(ordinal(day)).row
    return {number: history.versions.names[row] for number, row in enumerate(rows.tolist()) if row >= 0}


def _code_rows(history: History, day: date) -> Ints:
    number = ordinal(day)
    return np.flatnonzero((history.codes.start <= number) & (number < history.codes.end))


def place(history: History, codes: Any, on: date) -> Ints:
    """Return the division of each code on a day, -1 where there is none; `codes` is an Arrow array or a sequence."""
    rows = _code_rows(history, on)
    known = pa.array([history.codes.texts[row] for row in rows.tolist()], pa.string())
    given = codes if isinstance(codes, pa.Array | pa.ChunkedArray) else pa.array(codes, pa.string())
    at = pc.fill_null(pc.index_in(given, value_set=known), -1).to_numpy(zero_copy_only=False)
    numbers: Ints = np.append(history.codes.division[rows], NOBODY)[at]
    return numbers


def restate(table: pa.Table, walk: Crosswalk, *, code: str, values: Sequence[str], by: Sequence[str] = ()) -> Restated:
    """Restate columns that add up. `table[code]` are codes on day A, `by` columns are kept as keys.

    Values are integers, or decimals of up to nine places, which are restated in their last place; totals of input
    equal totals of what was placed and what was lost, exactly. Raises `pyarrow.ArrowInvalid` for other content.
    """
    division = place(walk.history, table[code], walk.day_a)
    key, keys = _keys(table, by)
    columns, lost = [], {}
    for name in values:
        number, decimals = whole_numbers(table[name])
        cells = Cells(division, key, number)
        gathered = rules.gather(cells)
        pieces = rules.divide(gathered, walk.pairs)
        columns.append(Column(name, decimals, _placed(rules.add_up(pieces, gathered, walk.pairs))))
        lost[name] = _unknown(table[code], cells, keys) + _lost(gathered, pieces, walk, keys)
    return Restated(walk, columns, keys, lost)


def _keys(table: pa.Table, by: Sequence[str]) -> tuple[Ints, list[tuple[str, ...]]]:
    if not by:
        return np.zeros(table.num_rows, dtype=np.int64), [()]
    parts = [pc.dictionary_encode(table[name].cast(pa.string())).combine_chunks() for name in by]
    combined = np.zeros(table.num_rows, dtype=np.int64)
    for part in parts:
        combined = combined * (len(part.dictionary) + 1) + pc.fill_null(part.indices, 0).to_numpy()
    _, first, inverse = np.unique(combined, return_index=True, return_inverse=True)
    columns = [table[name].cast(pa.string()).take(pa.array(first)).to_pylist() for name in by]
    return inverse.astype(np.int64), [tuple(text or "" for text in row) for row in zip(*columns, strict=True)]


def whole_numbers(column: Any) -> tuple[Ints, int]:
    """Return a column as integers of its last decimal place, and how many places that is; empty cells count 0."""
    if pa.types.is_integer(column.type):
        return pc.fill_null(column, 0).to_numpy().astype(np.int64), 0
    text = pc.utf8_trim_whitespace(pc.fill_null(column.cast(pa.string()), ""))
    filled = pc.if_else(pc.equal(text, ""), "0", pc.replace_substring_regex(text, r"^\+|,", ""))
    tail = pc.fill_null(pc.struct_field(pc.extract_regex(filled, r"\.(?P<tail>[0-9]+)$"), [0]), "")
    decimals = pc.max(pc.utf8_length(tail)).as_py() or 0
    whole = pc.replace_substring_regex(filled, r"\..*$", "")
    digits = pc.binary_join_element_wise(whole, pc.utf8_rpad(tail, decimals, "0"), "")
    return pc.cast(digits, pa.int64()).to_numpy().astype(np.int64), decimals


def _placed(sums: Sums) -> Sums:
    here = sums.division >= 0
    return Sums(**{name: getattr(sums, name)[here] for name in Sums.__dataclass_fields__})


def _unknown(codes: Any, cells: Cells, keys: list[tuple[str, ...]]) -> list[Lost]:
    """List the rows whose code is not there on day A."""
    rows = np.flatnonzero(cells.division < 0)
    texts = codes.take(pa.array(rows)).to_pylist() if len(rows) else []
    return [
        Lost(code or "", keys[cells.key[row]], int(cells.value[row]), Why.NOT_THERE)
        for row, code in zip(rows.tolist(), texts, strict=True)
    ]


def _lost(gathered: Cells, pieces: Pieces, walk: Crosswalk, keys: list[tuple[str, ...]]) -> list[Lost]:
    """List what went nowhere or nobody knows where, by the code it came under."""
    lost = []
    texts = codes_on(walk.history, walk.day_a)
    target = walk.pairs.target[pieces.pair]
    for piece in np.flatnonzero((target < 0) & (pieces.value != 0)).tolist():
        cell = int(pieces.cell[piece])
        why = Why.ABOLISHED if target[piece] == NOBODY else Why.UNKNOWN
        code = texts.get(int(gathered.division[cell]), "")
        lost.append(Lost(code, keys[gathered.key[cell]], int(pieces.value[piece]), why))
    unpaired = ~np.isin(gathered.division, walk.pairs.source)
    for cell in np.flatnonzero(unpaired).tolist():
        code = texts.get(int(gathered.division[cell]), "")
        lost.append(Lost(code, keys[gathered.key[cell]], int(gathered.value[cell]), Why.UNKNOWN))
    return lost


@dataclass(frozen=True)
class Part:
    """What one predecessor gave to a restated value: `share` of its own value went there."""

    code: str
    name: str
    value: int
    share: float
    low: float
    high: float
    certainty: int
    source: int

    @property
    def percent(self) -> str:
        """Return the share as people read it."""
        return f"{100 * self.share:.4g}%"


def explain(restated: Restated, table: pa.Table, *, code: str, value: str, target: int) -> list[Part]:
    """Open one restated value: who gave how much of it, greatest first; keys are added up."""
    walk = restated.walk
    division = place(walk.history, table[code], walk.day_a)
    numbers, _decimals = whole_numbers(table[value])
    gathered = rules.gather(Cells(division, np.zeros(len(division), dtype=np.int64), numbers))
    pieces = rules.divide(gathered, walk.pairs)
    texts, names = codes_on(walk.history, walk.day_a), names_on(walk.history, walk.day_a)
    shares = walk.pairs.shares()
    parts = []
    for piece in np.flatnonzero(walk.pairs.target[pieces.pair] == target).tolist():
        pair, source = int(pieces.pair[piece]), int(gathered.division[pieces.cell[piece]])
        parts.append(
            Part(
                texts.get(source, ""),
                names.get(source, ""),
                int(pieces.value[piece]),
                float(shares[pair]),
                float(pieces.low[piece]),
                float(pieces.high[piece]),
                int(walk.pairs.certainty[pair]),
                source,
            )
        )
    return sorted(parts, key=lambda part: -part.value)


@dataclass(frozen=True)
class Rated:
    """A rate on another day's map: numerator and denominator restated, and their quotient where it exists."""

    numerator: Column
    denominator: Column
    rate: dict[tuple[int, int], float]


def restate_rate(table: pa.Table, walk: Crosswalk, *, code: str, numerator: str, denominator: str) -> Rated:
    """Restate a rate by its numerator and denominator, never by itself."""
    both = restate(table, walk, code=code, values=[numerator, denominator])
    top, bottom = both.columns
    scale = 10.0 ** (bottom.decimals - top.decimals)
    under = {(d, k): v for d, k, v in zip(*_three(bottom.sums), strict=True)}
    rate = {
        (d, k): v / under[d, k] * scale for d, k, v in zip(*_three(top.sums), strict=True) if under.get((d, k), 0) != 0
    }
    return Rated(top, bottom, rate)


def _three(sums: Sums) -> tuple[list[int], list[int], list[int]]:
    return sums.division.tolist(), sums.key.tolist(), sums.value.tolist()


def restate_category(table: pa.Table, walk: Crosswalk, *, code: str, category: str, rule: str) -> dict[int, str]:
    """Give each division of day B a category of its predecessors; "" unknown, "混合" where the rule finds none."""
    division = place(walk.history, table[code], walk.day_a)
    encoded = pc.dictionary_encode(table[category].cast(pa.string())).combine_chunks()
    of_division = np.full(walk.history.size, -1, dtype=np.int64)
    here = division >= 0
    of_division[division[here]] = pc.fill_null(encoded.indices, -1).to_numpy()[here]
    words = {-1: "", -2: str(_("混合"))} | dict(enumerate(encoded.dictionary.to_pylist()))
    source, chosen = rules.by_rule(rule, walk.inverse, of_division)
    return {int(d): words[int(c)] for d, c in zip(source, chosen, strict=True)}


def restate_flow(table: pa.Table, walk: Crosswalk, *, origin: str, destination: str, value: str) -> list[list[int]]:
    """Restate values keyed by two codes, first by where they come from and then by where they go.

    Returns rows of (origin, destination, value in the last decimal place) by division numbers, -1 and -2 as in
    `Pairs`; a code that is not there on day A counts as -1. The values add up to those of the table.
    """
    first, second = (place(walk.history, table[name], walk.day_a) for name in (origin, destination))
    numbers, _decimals = whole_numbers(table[value])
    once = _at_one_end(first, second, numbers, walk)
    twice = _at_one_end(once[:, 1], once[:, 0], once[:, 2], walk)
    pairs, slot = np.unique(twice[:, [1, 0]], axis=0, return_inverse=True)
    total = np.zeros(len(pairs), dtype=np.int64)
    np.add.at(total, slot.ravel(), twice[:, 2])
    rows: list[list[int]] = np.column_stack([pairs, total]).tolist()
    return rows


def _at_one_end(near: Ints, far: Ints, numbers: Ints, walk: Crosswalk) -> Ints:
    """Restate the near ends; rows without one stay as they are. Returns rows of near, far, value."""
    sums = rules.restate(Cells(near, far + 2, numbers), walk.pairs)
    placed = np.stack([sums.division, sums.key - 2, sums.value], axis=1)
    lost = near < 0
    return np.concatenate([placed, np.stack([near[lost], far[lost], numbers[lost]], axis=1)])
