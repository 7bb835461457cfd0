"""Write the record of some days to a file: JSON lines, or a workbook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.utils import timezone

from houban.core import spreadsheets
from houban.core.models import RecordEntry
from houban.core.problems import Problem, Problems
from houban.core.record import reading
from houban.core.spreadsheets import Table

HEADER = (
    "编号", "时间", "账号编号", "经办人", "岗位", "区划编号", "来源地址", "行为",
    "对象类型", "对象编号", "对象", "之前", "之后", "链串", "位次", "摘要",
)  # fmt: skip
LONGEST_CELL = 32_767
CUT = "……（太长，全文见 .jsonl）"


def write(path: Path, *, since: date, until: date) -> int:
    """Write the entries from one day on, before another; return how many."""
    if path.suffix not in (".jsonl", ".xlsx"):
        raise Problems([Problem(file=path.name, what="只写 .jsonl 和 .xlsx", mend="请改文件名的后缀")])
    with reading.snapshot():
        entries = RecordEntry.objects.using(reading.ALIAS).filter(at__gte=_start(since), at__lt=_start(until))
        count = entries.count()
        if path.suffix == ".xlsx" and count > spreadsheets.MOST_ROWS:
            what = f"有 {count:,} 行，一张工作表放不下"
            raise Problems([Problem(file=path.name, what=what, mend="请缩短日期，或写 .jsonl")])
        rows = entries.order_by("id").iterator(chunk_size=5_000)
        (_write_lines if path.suffix == ".jsonl" else _write_workbook)(path, rows)
    return count


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _write_lines(path: Path, entries: Iterator[RecordEntry]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for entry in entries:
            file.write(json.dumps(_values(entry), ensure_ascii=False) + "\n")


def _values(entry: RecordEntry) -> dict[str, Any]:
    values = {field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields}
    return values | {
        "at": _local(entry.at),
        "strand": str(entry.strand) if entry.strand else None,
        "digest": bytes(entry.digest).hex() if entry.digest else None,
    }


def _local(at: datetime) -> str:
    return at.astimezone(timezone.get_current_timezone()).isoformat()


def _write_workbook(path: Path, entries: Iterator[RecordEntry]) -> None:
    rows = (_cells(_values(entry)) for entry in entries)
    path.write_bytes(spreadsheets.write_xlsx([Table("留痕", HEADER, rows)]))


def _cells(values: dict[str, Any]) -> list[Any]:
    keys = (
        "id", "at", "actor_id", "actor_name", "post", "unit", "address", "verb",
        "subject_type", "subject_id", "subject_label", "before", "after", "strand", "position", "digest",
    )  # fmt: skip
    return [_cell(values[key]) for key in keys]


def _cell(value: Any) -> Any:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
    if isinstance(text, str) and len(text) > LONGEST_CELL:
        return text[: LONGEST_CELL - len(CUT)] + CUT
    return text
