"""Read and write tables: .csv, .xlsx and .xls, told apart by their content and never by their name."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import python_calamine
import xlsxwriter
from django.http import HttpResponse

from houban.core.problems import Problem, Problems

MOST_BYTES = 200 * 1024 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_ROWS = 1_000_000
EXCEL_DIGITS = 15
MOST_TITLES = 4  # lines above a header: a title, who made it, the day
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Row:
    """A row by header; `number` is the row as Excel shows it."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with a header row; `name` is empty for a .csv."""

    name: str
    header: list[str]
    rows: list[Row]


@dataclass(frozen=True)
class Table:
    """A sheet to write; columns whose header is in `texts` are written as text, such as codes."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]
    texts: frozenset[str] = field(default_factory=frozenset)


def read_table(file: BinaryIO | Path, *, name: str) -> list[Sheet]:
    """Read every sheet that has a row; raise `Problems` with one sentence where the file can't be read."""
    content = file.read_bytes() if isinstance(file, Path) else file.read()
    if not content.strip():
        raise _unreadable(name, "文件是空的", "请核对文件")
    if len(content) > MOST_BYTES:
        raise _unreadable(name, f"文件超过 {MOST_BYTES // 2**20} MB", "请拆成几份")
    if content.startswith((ZIP, OLE)):
        return _read_workbook(content, name)
    return [_sheet("", _csv_rows(_decoded(content, name), name), name)]


def _unreadable(name: str, what: str, mend: str) -> Problems:
    return Problems([Problem(file=name, what=what, mend=mend)])


def _decoded(content: bytes, name: str) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _unreadable(name, "编码是 UTF-16", "请另存为 UTF-8 或 GB18030 的 CSV，或 .xlsx")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text, encoding=encoding):
            return text
    raise _unreadable(name, "认不出编码，不是 UTF-8，也不是 GB18030", "请另存为 UTF-8 的 CSV，或 .xlsx")


def _is_text(text: str, *, encoding: str) -> bool:
    """Refuse control characters, and many private-use ones in GB18030: what wrong decodings and binaries leave behind.

    A few private-use characters are right: lists write rare characters of village names with them.
    """
    if any(ord(c) < 32 and c not in "\r\n\t" for c in text):
        return False
    private = sum(0xE000 <= ord(c) <= 0xF8FF or c == "\ufffd" for c in text)
    return encoding != "gb18030" or private * 1000 <= len(text)


def _csv_rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, number = [], 1
    try:
        for cells in reader:
            rows.append((number, cells))
            number = reader.line_num + 1
    except csv.Error:
        place = Problem(file=name, row=number, what="引号没有配对", mend="请补上或删去引号")
        raise Problems([place]) from None
    return rows


def _read_workbook(content: bytes, name: str) -> list[Sheet]:
    if content.startswith(ZIP):
        _refuse_bomb(content, name)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(sheet, book.get_sheet_by_name(sheet)) for sheet in book.sheet_names]
        tables = [(sheet, of.start, of.to_python(skip_empty_area=True)) for sheet, of in sheets]
    except (python_calamine.CalamineError, OSError, ValueError):
        raise _unreadable(name, "打不开，不是 Excel 工作簿，或已损坏、设了密码", "请另存为 .xlsx 后再试") from None
    read = [_sheet(sheet, _workbook_rows(start, rows), name) for sheet, start, rows in tables if rows]
    if not read:
        raise _unreadable(name, "工作簿里没有内容", "请核对文件")
    return read


def _refuse_bomb(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise _unreadable(name, "文件已损坏，打不开", "请重新下载或另存") from None
    if size > MOST_UNPACKED:
        raise _unreadable(name, "解压后过大", "请拆成几份")


def _workbook_rows(start: tuple[int, int] | None, rows: list[list[Any]]) -> list[tuple[int, list[str]]]:
    top = (start[0] if start else 0) + 1
    return [(top + n, [_text(cell) for cell in row]) for n, row in enumerate(rows)]


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**EXCEL_DIGITS else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ", timespec="minutes")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _sheet(sheet: str, rows: list[tuple[int, list[str]]], name: str) -> Sheet:
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        return Sheet(sheet, [], [])
    if len(filled) > MOST_ROWS:
        raise _unreadable(name, f"超过 {MOST_ROWS:,} 行", "请拆成几份")
    filled = _below_its_title(filled)
    header = [cell.strip().lstrip("\ufeff") for cell in filled[0][1]]
    _refuse_twins(header, sheet, filled[0][0], name)
    return Sheet(sheet, header, [Row(number, _cells(header, cells)) for number, cells in filled[1:]])


def _below_its_title(filled: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Leave out lines with one cell above a wider header, such as a title over the whole width."""
    for start, (_number, cells) in enumerate(filled[:MOST_TITLES]):
        if sum(1 for cell in cells if cell.strip()) > 1:
            return filled[start:] if start == 0 or sum(1 for cell in cells if cell.strip()) > 2 else filled
    return filled


def _refuse_twins(header: list[str], sheet: str, row: int, name: str) -> None:
    twins = [title for title in dict.fromkeys(header) if title and header.count(title) > 1]
    if twins:
        what = f"列名“{twins[0]}”写了两次"
        raise Problems([Problem(file=name, sheet=sheet, row=row, what=what, mend="请改掉一个")])


def _cells(header: list[str], cells: list[str]) -> dict[str, str]:
    return {title: cell.strip() for title, cell in zip(header, cells, strict=False) if title}


def write_xlsx(tables: Iterable[Table]) -> bytes:
    """Write sheets with a frozen, bold header; no cell becomes a formula or a link."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True, "bg_color": "#F8F8F5", "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        for table in tables:
            _write_sheet(book, table, bold, day)
    return file.getvalue()


def _write_sheet(book: Any, table: Table, bold: Any, day: Any) -> None:
    sheet = book.add_worksheet(_sheet_name(table.name))
    sheet.freeze_panes(1, 0)
    widths = [_width(title) for title in table.header]
    sheet.write_row(0, 0, table.header, bold)
    for number, row in enumerate(table.rows, start=1):
        for column, value in enumerate(row):
            _write_cell(sheet, number, column, value, day)
            widths[column] = max(widths[column], _width(value))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width + 2, 48))


def _write_cell(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, datetime):
        sheet.write_string(row, column, value.isoformat(sep=" ", timespec="minutes"))
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime.combine(value, time.min), day)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    elif value is not None and value != "":
        sheet.write_string(row, column, str(value))


def _width(value: Any) -> int:
    return sum(2 if ord(c) > 0x2E80 else 1 for c in str(value if value is not None else ""))


def _sheet_name(name: str) -> str:
    return "".join(c for c in name if c not in "[]:*?/\\")[:31] or "Sheet1"


def xlsx_response(tables: Iterable[Table], *, filename: str) -> HttpResponse:
    """Answer with a workbook to download."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(write_xlsx(tables), content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    return response
