"""Read the cells of a roster: each value by its column, each fault by its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils import translation

from houban.core.identifiers import credit_problem, plain
from houban.core.problems import Collector
from houban.core.spreadsheets import Row, Sheet
from houban.organisation.rosters.sheets import IGNORED, Column, Kind, SheetSpec

DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?: 00:00)?")
CODE = re.compile(r"(\d{2}|\d{4}|\d{6}|\d{9}|\d{12}|\d{15})(?:@(\d{4}-\d{2}-\d{2}))?", re.ASCII)
MOST_NUMBER = 32_767


@dataclass(frozen=True)
class Line:
    """A row of a sheet with its values by the names of the columns; `None` where a cell is empty or wrong."""

    spec: SheetSpec
    number: int
    values: dict[str, Any]
    sheet: str

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def text(self, name: str) -> str:
        """Return a text; empty where there is none."""
        return self.values.get(name) or ""

    @property
    def said(self) -> str:
        """Return what the row says in few words: its codes, days and numbers by their columns."""
        filled = (
            (column, self.values.get(column.name))
            for column in self.spec.columns
            if not column.required or column.kind is Kind.DAY
        )
        return "；".join(
            f"{column.title} {label(column.words, str(value)) if column.words else _shown(value)}"
            for column, value in filled
            if value not in (None, "", False)
        )


def _shown(value: Any) -> str:
    return "是" if value is True else str(value)


class Reader:
    """Reads sheets by their specifications and gathers what is wrong."""

    def __init__(self, problems: Collector) -> None:
        self.problems = problems

    def lines(self, sheet: Sheet, spec: SheetSpec) -> list[Line]:
        """Read the rows of a sheet; none where a needed column is missing or one is unknown."""
        place = {"sheet": sheet.name} if sheet.name else {}
        before = len(self.problems.found)
        for title in spec.required:
            if title not in sheet.header:
                self.problems.add(row=1, what=f"缺少“{title}”列", mend="请按模板补上", **place)
        for title in sheet.header:
            if title and title not in spec.header and title not in IGNORED:
                mend = f"这张表的列有：{'、'.join(spec.header)}"
                self.problems.add(row=1, what=f"认不出“{title}”列", mend=mend, **place)
        if len(self.problems.found) > before:
            return []
        return [self._line(row, spec, sheet.name) for row in sheet.rows]

    def _line(self, row: Row, spec: SheetSpec, sheet: str) -> Line:
        line = Line(spec, row.number, {}, sheet)
        for column in spec.columns:
            line.values[column.name] = self._value(line, column, row.cells.get(column.title, "").strip())
        return line

    def _value(self, line: Line, column: Column, text: str) -> Any:
        if not text:
            if column.required:
                self.wrong(line, column.name, "是空的", "请填写")
            return None
        if column.words is not None:
            return self._choice(line, column, column.words, text)
        return getattr(self, f"_{column.kind}")(line, column, text)

    def _text(self, line: Line, column: Column, text: str) -> str | None:
        if len(text) <= column.most:
            return text
        self.wrong(line, column.name, f"有 {len(text)} 个字，最多 {column.most} 个", "请写短些")
        return None

    def _day(self, line: Line, column: Column, text: str) -> date | None:
        found = DAY.fullmatch(text)
        try:
            day = date(*map(int, found.groups())) if found else None
        except ValueError:
            day = None
        if day is None:
            self.wrong(line, column.name, f"应为日期，现为“{text}”", "请写成 2021-01-10 这样")
        return day

    def _number(self, line: Line, column: Column, text: str) -> int | None:
        if text.isascii() and text.isdigit() and int(text) <= MOST_NUMBER:
            return int(text)
        self.wrong(line, column.name, f"应为整数，现为“{text}”", f"请写 0 到 {MOST_NUMBER} 的数字")
        return None

    def _code(self, line: Line, column: Column, text: str) -> str | None:
        if CODE.fullmatch(text):
            return text
        self.wrong(line, column.name, f"应为 6、9、12 或 15 位数字，现为“{text}”", "请核对代码，并把这一列设为文本格式")
        return None

    def _yes(self, line: Line, column: Column, text: str) -> bool | None:
        if text in ("是", "否"):
            return text == "是"
        self.wrong(line, column.name, f"写着“{text}”", "请写是或否")
        return None

    def _credit(self, line: Line, column: Column, text: str) -> str | None:
        wrong = credit_problem(text)
        if wrong is None:
            return plain(text)
        what, _comma, mend = wrong.rstrip("。").rpartition("，")
        self.wrong(line, column.name, what or mend, mend if what else "")
        return None

    def _choice(self, line: Line, column: Column, words: type[TextChoices], text: str) -> str | None:
        labels = labels_of(words)
        found = labels.get(plain(text)) or (text if text in words.values else None)
        if found is None:
            with translation.override("zh-hans"):
                offered = "、".join(str(label) for label in words.labels)
            self.wrong(line, column.name, f"写着“{text}”", f"请从这些里选：{offered}")
        return found

    def wrong(self, line: Line, name: str, what: str, mend: str) -> None:
        """Add a problem at a cell, or at the whole row where no column is named."""
        place = {"sheet": line.sheet} if line.sheet else {}
        column = line.spec.column(name).title if name else ""
        self.problems.add(row=line.number, column=column, what=what, mend=mend, **place)


_LABELS: dict[type[TextChoices], dict[str, str]] = {}


def labels_of(words: type[TextChoices]) -> dict[str, str]:
    """Return the values of a list of words by their Chinese labels, written in any width."""
    if words not in _LABELS:
        with translation.override("zh-hans"):
            _LABELS[words] = {plain(str(label)): str(value) for value, label in words.choices}
    return _LABELS[words]


def label(words: type[TextChoices], value: str) -> str:
    """Return the Chinese label of a value."""
    with translation.override("zh-hans"):
        return str(words(value).label) if value in words.values else value


def spec_of(sheet: Sheet, specs: Iterable[SheetSpec]) -> SheetSpec | None:
    """Tell which sheet this is: by its name, else by its columns."""
    specs = tuple(specs)
    named = next((spec for spec in specs if spec.title == sheet.name.strip()), None)
    if named is not None:
        return named
    header = set(sheet.header)
    fitting = [spec for spec in specs if header.issuperset(spec.required)]
    return max(fitting, key=lambda spec: len(header & set(spec.header)), default=None)
