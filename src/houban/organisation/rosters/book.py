"""Read a whole roster: which sheets it has, and the day whose division codes it uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from houban.core.problems import Collector
from houban.core.spreadsheets import Sheet, read_table
from houban.organisation.rosters.cells import Line, Reader, spec_of
from houban.organisation.rosters.sheets import DAY_ROW, NOTES_SHEET, SHEETS, SheetSpec


@dataclass
class Book:
    """A roster as it stands in a file."""

    name: str
    digest: str
    on: date
    problems: Collector
    lines: dict[str, list[Line]] = field(default_factory=dict)

    def of(self, spec: SheetSpec) -> list[Line]:
        """Return the rows of a sheet."""
        return self.lines.get(spec.title, [])

    def wrong(self, line: Line, name: str, what: str, mend: str) -> None:
        """Add a problem at a cell of a row."""
        Reader(self.problems).wrong(line, name, what, mend)


def read(file: BinaryIO | Path, *, name: str, on: date, specs: Iterable[SheetSpec] = SHEETS) -> Book:
    """Read a file; what is wrong is gathered in the book, only an unreadable file raises `Problems`."""
    content = file.read_bytes() if isinstance(file, Path) else file.read()
    from io import BytesIO

    sheets = read_table(BytesIO(content), name=name)
    problems = Collector(file=name)
    book = Book(name, sha256(content).hexdigest(), _day_of(sheets) or on, problems)
    reader = Reader(problems)
    specs = tuple(specs)
    for sheet in sheets:
        if not sheet.header or sheet.name.strip() == NOTES_SHEET:
            continue
        spec = spec_of(sheet, specs)
        if spec is None:
            titles = "、".join(one.title for one in specs)
            place = {"sheet": sheet.name} if sheet.name else {}
            problems.add(what="认不出这张表", mend=f"请用模板的表名（{titles}）和列名，或删去这张表", **place)
            continue
        book.lines.setdefault(spec.title, []).extend(reader.lines(sheet, spec))
    if not any(book.lines.values()) and not problems:
        problems.add(what="文件里没有一行内容", mend="请按模板填写")
    return book


def _day_of(sheets: list[Sheet]) -> date | None:
    for sheet in sheets:
        if sheet.name.strip() != NOTES_SHEET:
            continue
        for row in sheet.rows:
            cells = list(row.cells.values())
            if cells[:1] == [DAY_ROW] and len(cells) > 1:
                try:
                    return date.fromisoformat(cells[1])
                except ValueError:
                    return None
    return None
