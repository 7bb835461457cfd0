"""Read a table of values under division codes, from any .csv, .xlsx or .xls, and guess which column is what."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _
from pyarrow import csv as arrow_csv

from houban.core.problems import Problem, Problems
from houban.core.spreadsheets import OLE, ZIP, read_table

CODES = ("代码", "区划代码", "统计用区划代码", "code", "code12", "code9", "adcode")
NAMES = ("名称", "区划名称", "单位名称", "name")
KEYS = ("年份", "年度", "月份", "时间", "year", "month", "period")
NUMBER = r"^\s*[-+]?[0-9][0-9,]*(\.[0-9]{1,9})?\s*$"


@dataclass(frozen=True)
class Guess:
    """Which column holds the codes, the names beside them, the values, and what else keys a row."""

    code: str
    name: str
    values: tuple[str, ...]
    by: tuple[str, ...]


def read(file: BinaryIO | Path, *, name: str) -> pa.Table:
    """Read the first sheet with rows; every column is text. Raises `Problems` where it can't be read."""
    content = file.read_bytes() if isinstance(file, Path) else file.read()
    if not content.startswith((ZIP, OLE)) and b"," in content[:4096]:
        fast = _fast(content)
        if fast is not None:
            return fast
    for sheet in read_table(io.BytesIO(content), name=name):
        if sheet.rows:
            columns = [title for title in sheet.header if title]
            return pa.table({title: [row.cells.get(title, "") for row in sheet.rows] for title in columns})
    raise Problems([Problem(file=name, what=_("没有一行数据"), mend=_("第一行写列名，从第二行起填数"))])


def _fast(content: bytes) -> pa.Table | None:
    """Read plain UTF-8 CSV in one pass; None where it is something else."""
    try:
        header = next(iter(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8").splitlines()), "")
        names = [title.strip().strip('"') for title in header.split(",")]
        texts = dict.fromkeys(names, pa.string())
        table = arrow_csv.read_csv(
            io.BytesIO(content), convert_options=arrow_csv.ConvertOptions(column_types=texts, strings_can_be_null=False)
        )
    except (UnicodeDecodeError, pa.ArrowInvalid):
        return None
    return table if table.num_rows and len(set(names)) == len(names) else None


def guess(table: pa.Table, *, known: Sequence[str]) -> Guess:
    """Guess the columns by their headers and what stands in them; `known` are codes the register knows."""
    titles = table.column_names
    code = next((title for title in titles if title.strip().lower() in CODES), "") or _coded(table, known)
    name = next((title for title in titles if title.strip().lower() in NAMES), "")
    by = tuple(title for title in titles if title.strip().lower() in KEYS)
    rest = [title for title in titles if title not in (code, name, *by)]
    return Guess(code, name, tuple(title for title in rest if is_numeric(table[title])), by)


def _coded(table: pa.Table, known: Sequence[str]) -> str:
    values = pa.array(list(known), pa.string())
    shares = {title: pc.sum(pc.is_in(table[title], value_set=values)).as_py() or 0 for title in table.column_names}
    best = max(shares, key=lambda title: shares[title], default="")
    return best if best and shares[best] * 2 > table.num_rows else ""


def is_numeric(column: Any) -> bool:
    """Tell whether every filled cell is a number, and at least one is filled."""
    filled = pc.not_equal(pc.utf8_trim_whitespace(column), "")
    fits = pc.match_substring_regex(column, NUMBER)
    return bool(pc.any(filled).as_py()) and bool(pc.all(pc.or_(fits, pc.invert(filled))).as_py())


def check(table: pa.Table, chosen: Guess, *, name: str) -> None:
    """Demand a column of codes and at least one of numbers, with the place of what is no number."""
    if chosen.code not in table.column_names:
        what = _("没有找到代码列")
        raise Problems([Problem(file=name, row=1, what=what, mend=_("请把代码列的列名写成“代码”"))])
    if not chosen.values:
        what = _("没有找到数值列")
        raise Problems([Problem(file=name, row=1, what=what, mend=_("请核对数值列，只写数字，不带单位"))])
    problems = [problem for title in chosen.values for problem in _not_numbers(table, title, name)]
    if problems:
        raise Problems(problems)


def _not_numbers(table: pa.Table, title: str, name: str) -> list[Problem]:
    if title not in table.column_names:
        return [Problem(file=name, row=1, column=title, what=_("没有这一列"), mend=_("请核对列名"))]
    column = table[title]
    filled = pc.not_equal(pc.utf8_trim_whitespace(column), "")
    bad = pc.and_(filled, pc.invert(pc.match_substring_regex(column, NUMBER)))
    rows = pc.indices_nonzero(bad).to_pylist()[:100]
    return [
        Problem(
            file=name,
            row=row + 2,
            column=title,
            what=_("应为数字，现为“%(text)s”") % {"text": column[row].as_py()},
            mend=_("请只写数字，单位写在列名里"),
        )
        for row in rows
    ]
