"""Official lists of towns by year: vintage, code of nine digits, name; each year is the list of one day."""

from __future__ import annotations

import csv
import gzip
import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO

from houban.core.problems import Collector
from houban.divisions.editionfile import DAYS

HEADERS = ("vintage", "code9", "name")
DAY_OF_YEAR = {str(day.year): day for day in DAYS.values()}
DIGITS = 9
LONGEST = 80


@dataclass(frozen=True)
class TownList:
    """The towns of one day, names by codes, and where they were read."""

    day: date
    names: dict[str, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Return the digest of what the list says, whatever file it came in."""
        lines = (f"{code},{name}\n" for code, name in sorted(self.names.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def read(path: Path) -> list[TownList]:
    """Read the lists of all years of a table, which may be gzipped; raise `Problems` with every bad row."""
    problems = Collector(file=path.name)
    lists: dict[str, TownList] = {}
    with _open(path) as file:
        reader = csv.DictReader(file)
        missing = [header for header in HEADERS if header not in (reader.fieldnames or ())]
        if missing:
            problems.add(row=1, what=f"缺少 {'、'.join(missing)} 列", mend="请核对文件")
        for number, row in enumerate([] if missing else reader, start=2):
            _add(number, row, lists, problems)
    if not lists and not problems.found:
        problems.add(what="没有一行名录", mend="请核对文件")
    problems.raise_any()
    return sorted(lists.values(), key=lambda one: one.day)


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _add(number: int, row: dict[str, str], lists: dict[str, TownList], problems: Collector) -> None:
    year, code, name = ((row.get(header) or "").strip() for header in HEADERS)
    day = DAY_OF_YEAR.get(year)
    if day is None:
        what = f"不知道“{year}”年的名录截至哪一天"
        problems.add(row=number, column="vintage", what=what, mend=f"请写 {min(DAY_OF_YEAR)} 至 {max(DAY_OF_YEAR)}")
        return
    if len(code) != DIGITS or not (code.isascii() and code.isdecimal()):
        problems.add(row=number, column="code9", what=f"应为 9 位数字，现为“{code}”", mend="请核对代码")
        return
    if not name or len(name) > LONGEST:
        problems.add(row=number, column="name", what=f"代码 {code} 没有名称，或名称过长", mend="请核对名称")
        return
    names = lists.setdefault(year, TownList(day)).names
    if code in names:
        problems.add(row=number, column="code9", what=f"代码 {code} 在 {year} 年重复", mend="请删去一行")
        return
    names[code] = name
