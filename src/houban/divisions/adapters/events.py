"""Published acts on towns: one row a town, with its year, document, what became of it, and sometimes of which code.

A row without a successor says that the town is gone and not where it went: that stays unknown. Days are not given;
the last day of the year is set and marked as assumed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from houban.core.problems import Collector
from houban.core.spreadsheets import Row, read_table
from houban.divisions.changefile import DraftChange
from houban.divisions.rules.state import Entry
from houban.divisions.words import Certainty, DayBasis

HEADERS = ("year", "province", "old_code", "old_name", "reason", "new_code", "new_name", "doc")
LONGEST = 80


def read(path: Path) -> list[DraftChange]:
    """Read the acts as drafts, one for each year, province and document; raise `Problems` with every bad row."""
    problems = Collector(file=path.name)
    acts: dict[tuple[str, str, str], DraftChange] = {}
    for sheet in read_table(path, name=path.name):
        missing = [header for header in HEADERS if header not in sheet.header]
        if missing:
            problems.add(row=1, what=f"缺少 {'、'.join(missing)} 列", mend="请核对文件")
            continue
        for row in sheet.rows:
            _add(row, acts, problems)
    problems.raise_any()
    return sorted(acts.values(), key=lambda act: act.day)


def _add(row: Row, acts: dict[tuple[str, str, str], DraftChange], problems: Collector) -> None:
    cell = row.cells
    year, code = cell.get("year", ""), cell.get("old_code", "")
    if not (year.isdecimal() and len(year) == 4):
        problems.add(row=row.number, column="year", what=f"年份“{year}”不对", mend="请写成四位年份")
        return
    if not code and not cell.get("old_name") and not cell.get("new_name"):
        problems.add(row=row.number, what="没有写是哪个单位", mend="请填原代码或名称")
        return
    key = (year, cell.get("province", ""), cell.get("doc", ""))
    act = acts.setdefault(key, _act(*key))
    number = len(act.entries) + 2
    is_known = bool(cell.get("new_code") or cell.get("new_name"))
    act.entries.append(
        Entry(
            number,
            source_code=code,
            source_name=cell.get("old_name", ""),
            target_code=cell.get("new_code", ""),
            target_name=cell.get("new_name", ""),
            certainty=Certainty.DECLARED if is_known else Certainty.UNKNOWN,
        )
    )
    act.notes[number] = cell.get("reason", "")[:200]


def _act(year: str, province: str, document: str) -> DraftChange:
    title = f"{year} 年{province}乡级区划调整"
    return DraftChange(date(int(year), 12, 31), title, document=document[:LONGEST], day_basis=DayBasis.ASSUMED)


def unknown(acts: Iterable[DraftChange]) -> int:
    """Count the rows whose successor nobody has published."""
    return sum(entry.certainty == Certainty.UNKNOWN for act in acts for entry in act.entries)
