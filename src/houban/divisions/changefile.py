"""Read the changes file: one row for each flow; rows of one day, document and title are one change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from django.db.models import TextChoices
from django.utils import translation

from houban.core.problems import Collector
from houban.core.spreadsheets import Row, Sheet, read_table
from houban.divisions.rules import parts
from houban.divisions.rules.state import Entry
from houban.divisions.words import Certainty, DayBasis, Form, Origin, Part, Scheme

if TYPE_CHECKING:
    from houban.divisions.models import Change, Flow

COLUMNS = {
    "生效日": "day",
    "文号": "document",
    "标题": "title",
    "发文机关": "authority",
    "日期依据": "day_basis",
    "原代码": "from_code",
    "原名称": "from_name",
    "新代码": "to_code",
    "新名称": "to_name",
    "新名称全称": "to_official_name",
    "新形式": "to_form",
    "新上级代码": "to_parent_code",
    "部分": "part",
    "确定程度": "certainty",
    "性质": "origin",
    "代码体系": "scheme",
    "说明": "note",
}
CHINESE = {english: chinese for chinese, english in COLUMNS.items()}
REQUIRED = ("day", "title")
LONGEST = {
    "title": 120,
    "document": 80,
    "authority": 80,
    "from_name": 80,
    "to_name": 60,
    "to_official_name": 80,
    "part": 400,
    "note": 200,
}
HOME_LENGTHS = (2, 4, 6, 9, 12, 15)
CODE_LENGTHS: dict[str, tuple[int, ...]] = {Scheme.BFS: (1, 2, 3, 4, 5)}
EXAMPLES = [
    [
        "2020-03-31",
        "示例〔2020〕3号",
        "村级建制调整",
        "某县人民政府",
        "批文载明",
        "510304105206",
        "龙凼村",
        "510304105210",
        "龙晏村",
        "",
        "村",
        "",
        "整体",
        "批文已列",
        "示范",
        "",
        "两个村合并设立一个新村：写两行",
    ],
    [
        "2020-03-31",
        "示例〔2020〕3号",
        "村级建制调整",
        "某县人民政府",
        "批文载明",
        "510304105205",
        "晏家村",
        "510304105210",
        "龙晏村",
        "",
        "村",
        "",
        "整体",
        "批文已列",
        "示范",
        "",
        "",
    ],
]


def part_of(flow: Flow) -> str:
    """Write how much goes as the reader reads it; the whole is written 整体."""
    shares = "；".join(f"{m}={v}" for m, v in flow.shares.items() if m != parts.EVERYTHING)
    plain = "部分" if flow.part == Part.SOME else "整体"
    return flow.groups or shares or flow.shares.get(parts.EVERYTHING) or plain


def row(change: Change, flow: Flow) -> list[object]:
    """Write a flow as a row of the file, so that what goes out can come back."""
    with translation.override("zh-hans"):
        return [
            change.effective_on,
            change.document,
            change.title,
            change.authority,
            change.get_day_basis_display(),
            flow.source_code,
            flow.source_name,
            flow.target_code,
            flow.target_name,
            flow.target_official_name,
            flow.get_target_form_display(),
            flow.target_parent_code,
            part_of(flow),
            flow.get_certainty_display(),
            change.get_origin_display(),
            change.get_scheme_display(),
            flow.note or flow.clue,
        ]


class Clue(NamedTuple):
    """What makes a suggested flow likely, and how likely it is."""

    text: str
    score: float


@dataclass
class DraftChange:
    """A change as it stands in a file; `notes` and `clues` are by the number of a row."""

    day: date
    title: str
    document: str = ""
    authority: str = ""
    day_basis: str = DayBasis.STATED
    origin: str = Origin.OFFICIAL
    scheme: str = Scheme.NBS
    note: str = ""
    entries: list[Entry] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    clues: dict[int, Clue] = field(default_factory=dict)


def read(file: BinaryIO | Path, *, name: str) -> list[DraftChange]:
    """Read a .csv or .xlsx of changes; raise `Problems` with every bad row."""
    problems = Collector(file=name)
    changes: dict[tuple[str, ...], DraftChange] = {}
    for sheet in read_table(file, name=name):
        if not sheet.rows:
            continue
        reader = _SheetReader(sheet, problems, named=len(changes) > 0 or bool(sheet.name))
        reader.read(changes)
    if not changes and not problems:
        problems.add(what="文件里没有一行调整", mend="请按模板填写")
    problems.raise_any()
    return list(changes.values())


def typed(act: Mapping[str, str], rows: Iterable[Row]) -> tuple[DraftChange | None, Collector]:
    """Read one change as it was typed on a page, cell by cell as in a file; row 0 is the act itself."""
    problems = Collector(file="")
    reader = _SheetReader(Sheet("", list(COLUMNS), []), problems, named=False)
    change = reader.act(Row(0, dict(act)))
    for row in rows:
        entry = reader.entry(row)
        if entry is not None and change is not None:
            reader.add(change, row, entry)
    return (None if problems else change), problems


class _SheetReader:
    """Reads one sheet's rows into changes."""

    def __init__(self, sheet: Sheet, problems: Collector, *, named: bool) -> None:
        self.sheet = sheet
        self.problems = problems
        self.place = {"sheet": sheet.name} if named and sheet.name else {}
        self.headers = {COLUMNS.get(header.strip(), header.strip()): header for header in sheet.header}

    def read(self, changes: dict[tuple[str, ...], DraftChange]) -> None:
        """Add the sheet's rows to the changes they belong to."""
        for column in REQUIRED:
            if column not in self.headers:
                what = f"缺少“{CHINESE[column]}”列"
                self.problems.add(row=1, column=CHINESE[column], what=what, mend="请按模板补上", **self.place)
                return
        for row in self.sheet.rows:
            self._row(row, changes)

    def _row(self, row: Row, changes: dict[tuple[str, ...], DraftChange]) -> None:
        day, entry = self._day(row), self.entry(row)
        if day is None or entry is None:
            return
        key = (day.isoformat(), self.cell(row, "document"), self.cell(row, "title"))
        change = changes.get(key)
        if change is None:
            change = changes[key] = self._change(row, day)
        self.add(change, row, entry)

    def act(self, row: Row) -> DraftChange | None:
        """Read what a row says of the act as a whole."""
        self._lengths(row)
        day = self._day(row)
        change = self._change(row, day or date.min)
        return change if day is not None else None

    def add(self, change: DraftChange, row: Row, entry: Entry) -> None:
        """Put a row's flow into its change."""
        change.entries.append(entry)
        if self.cell(row, "note"):
            change.notes[entry.number] = self.cell(row, "note")

    def cell(self, row: Row, column: str) -> str:
        """Return a cell's text, trimmed; empty where there is no such column."""
        header = self.headers.get(column)
        return row.cells.get(header, "").strip() if header else ""

    def _day(self, row: Row) -> date | None:
        text = self.cell(row, "day")
        try:
            return date.fromisoformat(text.replace("/", "-"))
        except ValueError:
            self.wrong(row, "day", f"应为日期，现为“{text}”", "请写成 2020-03-31 这样")
            return None

    def _change(self, row: Row, day: date) -> DraftChange:
        if not self.cell(row, "title"):
            self.wrong(row, "title", "是空的", "请填调整的标题")
        return DraftChange(
            day=day,
            title=self.cell(row, "title"),
            document=self.cell(row, "document"),
            authority=self.cell(row, "authority"),
            day_basis=self.choice(row, "day_basis", DayBasis),
            origin=self.choice(row, "origin", Origin),
            scheme=self.choice(row, "scheme", Scheme),
        )

    def entry(self, row: Row) -> Entry | None:
        """Read a row's flow; None where nothing can be made of it."""
        self._lengths(row)
        try:
            part, groups, shares = parts.read(self.cell(row, "part"))
        except parts.BadPartError as error:
            self.wrong(row, "part", f"看不懂“{error}”", "请写整体、部分、1组、2组，或 0.6、人口=0.6；面积=0.5")
            return None
        entry = Entry(
            number=row.number,
            source_code=self.code(row, "from_code"),
            source_name=self.cell(row, "from_name"),
            target_code=self.code(row, "to_code"),
            target_name=self.cell(row, "to_name"),
            target_official_name=self.cell(row, "to_official_name"),
            target_form=self.choice(row, "to_form", Form, empty=""),
            target_parent_code=self.code(row, "to_parent_code"),
            part=Part(part),
            groups=groups,
            shares=shares,
            certainty=self.choice(row, "certainty", Certainty),
        )
        if entry.has_source or entry.has_target:
            return entry
        self.wrong(row, "from_code", "原单位和新单位都空着", "至少填一个")
        return None

    def _lengths(self, row: Row) -> None:
        for column, most in LONGEST.items():
            if len(self.cell(row, column)) > most:
                self.wrong(row, column, f"超过 {most} 个字", "请写短些")

    def code(self, row: Row, column: str) -> str:
        """Return a code; a wrong length or a letter in it is a problem."""
        text = self.cell(row, column)
        lengths = CODE_LENGTHS.get(self.word(row, "scheme", Scheme), HOME_LENGTHS)
        if text and (not text.isdigit() or len(text) not in lengths):
            *first, last = map(str, lengths)
            said = f"应为 {'、'.join(first)} 或 {last} 位数字，现为“{text}”"
            self.wrong(row, column, said, "请核对代码")
        return text

    def word(self, row: Row, column: str, words: type[TextChoices]) -> str:
        """Return the value of a cell's word, said in Chinese or as the value itself; empty where it is none."""
        text = self.cell(row, column)
        with translation.override("zh-hans"):
            values = {str(label): str(value) for value, label in words.choices}
        return values.get(text) or (text if text in words.values else "")

    def choice(self, row: Row, column: str, words: type[TextChoices], empty: str | None = None) -> str:
        """Return one of a column's words; the first where the cell is empty."""
        text = self.cell(row, column)
        if not text:
            return str(words.values[0]) if empty is None else empty
        found = self.word(row, column, words)
        if not found:
            with translation.override("zh-hans"):
                labels = "、".join(str(label) for label in words.labels)
            self.wrong(row, column, f"写着“{text}”", f"请从这些里选：{labels}")
        return found

    def wrong(self, row: Row, column: str, what: str, mend: str) -> None:
        """Add a problem at a cell."""
        header = self.headers.get(column, CHINESE[column])
        self.problems.add(row=row.number, column=header, what=what, mend=mend, **self.place)
