"""An act as somebody types it on a page: its header and its rows of texts, and what can be done with the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils import translation

from houban.core.problems import Problem
from houban.core.spreadsheets import Row
from houban.divisions import changefile
from houban.divisions.changefile import COLUMNS, DraftChange
from houban.divisions.models import Change, Flow
from houban.divisions.rules import cells
from houban.divisions.words import Certainty, DayBasis, Form, Scheme

MOST_LINES = 500
ACT = {
    "day": "生效日",
    "document": "文号",
    "title": "标题",
    "authority": "发文机关",
    "day_basis": "日期依据",
    "scheme": "代码体系",
    "origin": "性质",
}
CELLS = ("source", "target", "code", "kind", "part", "certainty", "note", "official", "parent")
CELL_OF = {
    "原代码": "source",
    "原名称": "source",
    "新名称": "target",
    "新代码": "code",
    "新形式": "kind",
    "部分": "part",
    "确定程度": "certainty",
    "说明": "note",
    "新名称全称": "official",
    "新上级代码": "parent",
}
ROW_WORDS = ("insert", "copy", "strike")


class TooManyLinesError(Exception):
    """More rows than one page takes."""


@dataclass
class Line:
    """One row as typed; one that is struck out stays in sight until it is saved."""

    source: str = ""
    target: str = ""
    code: str = ""
    kind: str = ""
    part: str = ""
    certainty: str = Certainty.DECLARED.value
    note: str = ""
    official: str = ""
    parent: str = ""
    struck: str = ""
    wrongs: dict[str, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Tell whether nothing is typed that would make a flow."""
        return not (self.source or self.target or self.code)

    @property
    def texts(self) -> dict[str, str]:
        """Return the row by the headers of the file of changes."""
        code, name = cells.unit(self.source)
        new_code, new_name = cells.unit(self.target)
        return {
            "原代码": code,
            "原名称": name,
            "新代码": self.code or new_code,
            "新名称": new_name,
            "新形式": self.kind,
            "部分": self.part,
            "确定程度": self.certainty,
            "说明": self.note,
            "新名称全称": self.official,
            "新上级代码": self.parent,
        }


@dataclass
class Typed:
    """What stands on the page; `focus` is the row that a person goes on with."""

    act: dict[str, str]
    note: str = ""
    lines: list[Line] = field(default_factory=list)
    focus: int = 0
    wrongs: dict[str, str] = field(default_factory=dict)
    said: str = ""

    @property
    def numbered(self) -> list[tuple[int, Line]]:
        """Return the rows that count, by their number on the page."""
        return [(n, line) for n, line in enumerate(self.lines, 1) if not line.struck and not line.blank]

    def read(self) -> tuple[DraftChange | None, list[Problem]]:
        """Read the page as a file would be read; what is wrong is put to its cell too."""
        act = {header: self.act.get(key, "") for key, header in ACT.items()}
        draft, problems = changefile.typed(act, [Row(n, line.texts) for n, line in self.numbered])
        for problem in problems.found:
            self.mark(problem.row or 0, problem.column, f"{problem.what}，{problem.mend}")
        if draft is not None:
            draft.note = self.note
        return draft, problems.found

    def mark(self, number: int, column: str, said: str) -> None:
        """Put what is wrong to its cell; with number 0 to the header."""
        if number:
            self.lines[number - 1].wrongs.setdefault(CELL_OF.get(column, "source"), said)
        else:
            key = next((key for key, header in ACT.items() if header == column), "day")
            self.wrongs.setdefault(key, said)

    def alter(self, word: str, number: int) -> None:
        """Insert an empty row below one, copy it, or strike it out and back."""
        _limit(self.lines, more=word != "strike")
        index = min(max(number, 1), len(self.lines)) - 1
        if word == "strike":
            self.lines[index].struck = "" if self.lines[index].struck else "1"
        else:
            self.lines.insert(index + 1, Line() if word == "insert" else replace(self.lines[index], struck=""))
        self.focus = index + 1 if word == "strike" else index + 2

    def paste(self, text: str, *, number: int, column: str) -> None:
        """Put a block of a spreadsheet or a list of divisions in, from a cell on."""
        block = cells.block(text)
        index = min(max(number, 1), len(self.lines) + 1) - 1
        made = self._pasted(block, index, column)
        room = 0
        down = column != "source" and len(made) == len(block)
        while index + room < len(self.lines) and room < len(made):
            if room and not down and not self.lines[index + room].blank:
                break
            room += 1
        _limit(self.lines, more=len(made) - room)
        self.lines[index : index + room] = made
        self.focus = index + max(len(made), 1)

    def _pasted(self, block: list[list[str]], index: int, column: str) -> list[Line]:
        if block and cells.header(block[0], COLUMNS):
            return self._by_header(block[0], block[1:])
        if block and len(block[0]) > len(CELLS) and day(block[0][0]):
            return self._by_header(list(COLUMNS), block)
        if column == "source" and all(len(row) == 1 for row in block):
            first = self.lines[index] if index < len(self.lines) else Line()
            return [replace(first, source=name) for row in block for name in cells.units(row[0])]
        names = CELLS[CELLS.index(column) :]
        under = [*self.lines[index:], *(Line() for _ in block)]
        return [_with(line, zip(names, row, strict=False)) for line, row in zip(under, block, strict=False)]

    def _by_header(self, header: list[str], rows: list[list[str]]) -> list[Line]:
        named = [dict(zip(header, row, strict=False)) for row in rows]
        for key, title in ACT.items():
            given = next((row[title] for row in named if row.get(title)), "")
            self.act[key] = self.act.get(key) or given
        return [_line(row) for row in named]

    def spread(self) -> None:
        """Give each of several sources in one cell a row of its own, with the same target."""
        spread: list[Line] = []
        for line in self.lines:
            names = cells.units(line.source) if not line.struck else []
            spread += [replace(line, source=name) for name in names] if len(names) > 1 else [line]
        _limit(spread)
        self.lines = spread


def _limit(lines: list[Line], *, more: int = 0) -> None:
    if len(lines) + more > MOST_LINES:
        raise TooManyLinesError


def day(text: str) -> date | None:
    """Return a day as typed, or None."""
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None


def _line(row: Mapping[str, str]) -> Line:
    named = {CELL_OF[header]: text for header, text in row.items() if header in CELL_OF}
    named["source"] = cells.written(row.get("原代码", ""), row.get("原名称", ""))
    return _with(Line(), named.items())


def _with(line: Line, given: Iterable[tuple[str, str]]) -> Line:
    changed: dict[str, Any] = dict(given)
    return _worded(replace(line, **changed))


def _worded(line: Line) -> Line:
    """Let the words of a file, such as 村 and 推断, choose what the page offers."""
    with translation.override("zh-hans"):
        forms = {str(label): str(value) for value, label in Form.choices}
        sure = {str(label): str(value) for value, label in Certainty.choices}
    certainty = sure.get(line.certainty, line.certainty) or Certainty.DECLARED.value
    return replace(line, kind=forms.get(line.kind, line.kind), certainty=certainty)


def blank(on: date) -> Typed:
    """Return an empty page for an act that takes effect today."""
    act = {"day": on.isoformat(), "day_basis": DayBasis.STATED.value, "scheme": Scheme.NBS.value}
    return Typed(act, lines=[Line() for _ in range(3)], focus=0)


def of_post(post: Any) -> Typed:
    """Return what was sent from the page."""
    columns = {name: post.getlist(name) for name in (*CELLS, "struck")}
    count = max((len(values) for values in columns.values()), default=0)
    lines = [
        _with(Line(), ((name, values[n].strip()) for name, values in columns.items() if n < len(values)))
        for n in range(min(count, MOST_LINES + 1))
    ]
    _limit(lines)
    return Typed({key: post.get(key, "").strip() for key in ACT}, post.get("act_note", "").strip(), lines or [Line()])


def of_change(change: Change, flows: Iterable[Flow]) -> Typed:
    """Return a stored change as it would have been typed."""
    act = {
        "day": change.effective_on.isoformat(),
        "document": change.document,
        "title": change.title,
        "authority": change.authority,
        "day_basis": change.day_basis,
        "scheme": change.scheme,
        "origin": change.origin,
    }
    lines = [
        Line(
            source=cells.written(flow.source_code, flow.source_name),
            target=flow.target_name,
            code=flow.target_code,
            kind=flow.target_form,
            part="" if flow.part == "whole" else changefile.part_of(flow),
            certainty=flow.certainty,
            note=flow.note,
            official=flow.target_official_name,
            parent=flow.target_parent_code,
        )
        for flow in flows
    ]
    return Typed(act, change.note, [*lines, Line()], focus=0)
