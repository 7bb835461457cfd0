"""Read a table of values under division codes, from any .csv, .xlsx or .xls, and guess which column is what."""

from __future__ import annotations

import csv
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
MOST = 4e18
NUMBER = r"^\s*[-+]?[0-9][0-9,]*(\.[0-9]{1,9})?\s*$"


@dataclass(frozen=True)
class Guess:
    """Which column holds the codes, the names beside them, the values, and what else keys a row."""

    code: str
    name: str
    values: tuple[str, ...]
    by: tuple[str, ...]

    def unused(self, table: pa.Table) -> list[str]:
        """Return the columns that are left alone, since they hold no numbers."""
        return [title for title in table.column_names if title not in (self.code, self.name, *self.values, *self.by)]


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
    """Read plain UTF-8 CSV in one pass, its cells trimmed as in other files; None where it is something else."""
    try:
        first = next(iter(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8").splitlines()), "")
        names = next(csv.reader([first], strict=True), [])
        texts = dict.fromkeys(names, pa.string())
        options = arrow_csv.ConvertOptions(column_types=texts, strings_can_be_null=False)
        table = arrow_csv.read_csv(io.BytesIO(content), convert_options=options)
    except (UnicodeDecodeError, csv.Error, pa.ArrowInvalid):
        return None
    titles = [name.strip() for name in names]
    if not table.num_rows or len(set(titles)) < len(titles) or "" in titles:
        return None
    return pa.table({title: pc.utf8_trim_whitespace(table[name]) for title, name in zip(titles, names, strict=True)})


def guess(table: pa.Table, *, known: Sequence[str]) -> Guess:
    """Guess the columns by their headers and what stands in them; `known` are codes the register knows."""
    titles = table.column_names
    code = next((title for title in titles if title.strip().lower() in CODES), "") or _coded(table, known)
    name = next((title for title in titles if title.strip().lower() in NAMES), "")
    by = tuple(title for title in titles if title.strip().lower() in KEYS)
    rest = [title for title in titles if title not in (code, name, *by)]
    values = tuple(title for title in rest if is_numeric(table[title]))
    return Guess(code, name, values or tuple(rest if len(rest) == 1 else ()), by)


def _coded(table: pa.Table, known: Sequence[str]) -> str:
    values = pa.array(list(known), pa.string())
    shares = {title: pc.sum(pc.is_in(table[title], value_set=values)).as_py() or 0 for title in table.column_names}
    best = max(shares, key=lambda title: shares[title], default="")
    return best if best and shares[best] * 2 > table.num_rows else ""


def is_numeric(column: Any) -> bool:
    """Tell whether most of the filled cells are numbers; what is wrong with the others `check` says."""
    filled = pc.sum(pc.not_equal(pc.utf8_trim_whitespace(column), "")).as_py() or 0
    fits = pc.sum(pc.match_substring_regex(column, NUMBER)).as_py() or 0
    return 2 * fits > filled


def check(table: pa.Table, chosen: Guess, *, name: str) -> None:
    """Demand a column of codes and at least one of numbers, with the place of what is no number."""
    if chosen.code not in table.column_names:
        what = _("没有找到代码列")
        raise Problems([Problem(file=name, row=1, what=what, mend=_("请把代码列的列名写成“代码”"))])
    if not chosen.values:
        what = _("没有找到数值列")
        raise Problems([Problem(file=name, row=1, what=what, mend=_("请核对数值列，只写数字，不带单位"))])
    problems = [problem for title in chosen.values for problem in _not_numbers(table, title, name)]
    problems = problems or [problem for title in chosen.values for problem in _too_large(table[title], title, name)]
    if problems:
        raise Problems(problems)


def _too_large(column: Any, title: str, name: str) -> list[Problem]:
    """Refuse what does not fit 63 bits in its last decimal place, added up."""
    plain = pc.replace_substring(pc.utf8_trim_whitespace(column), ",", "")
    decimals = pc.max(pc.utf8_length(pc.replace_substring_regex(plain, r"^[^.]*\.?", ""))).as_py() or 0
    numbers = pc.cast(pc.replace_substring_regex(pc.if_else(pc.equal(plain, ""), "0", plain), r"^\+", ""), pa.float64())
    if (pc.sum(pc.abs(numbers)).as_py() or 0) * 10**decimals < MOST:
        return []
    what = _("数太大，或小数位太多")
    return [Problem(file=name, column=title, what=what, mend=_("请换大一级的单位，如万元"))]


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
