"""Small registers for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from houban.core.record import Actor
from houban.divisions import actions, register
from houban.divisions.changefile import DraftChange
from houban.divisions.models import Change, DivisionVersion
from houban.divisions.rules.state import Entry

CLERK = Actor(None, "周敏")
NOON = datetime(2021, 6, 30, 4, 0, tzinfo=UTC)
FIRST = date(2019, 10, 31)
LATER = date(2020, 6, 30)
COUNTY = {
    "510304": "大安区",
    "510304104": "何市镇",
    "510304105": "新店镇",
    "510304104001": "何家场社区居委会",
    "510304104205": "龙凼村委会",
    "510304104206": "晏家村委会",
    "510304105201": "新民村委会",
}


def list_file(folder: Path, rows: Mapping[str, str], *, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    """Write a list of codes and names."""
    path = folder / name
    path.write_text("code,name\n" + "".join(f"{c},{n}\n" for c, n in rows.items()), encoding=encoding)
    return path


def county(folder: Path, rows: Mapping[str, str] = COUNTY) -> int:
    """Found a small county from a list; return its identity."""
    path = list_file(folder, rows, name="first.csv")
    actions.import_list([path], as_of=FIRST, scheme="nbs", by=CLERK, at=NOON)
    found = register.county()
    assert found is not None
    return found


def row(number: int, source: str, target: str, name: str = "", **more: str) -> Entry:
    """Make a row of an act from the last digits of the village codes."""
    whole = {"source_code": f"510304{source}" if source else "", "target_code": f"510304{target}" if target else ""}
    return Entry(number, **whole, target_name=name, **more)  # type: ignore[arg-type]


def merger(*, day: date = LATER, title: str = "合并") -> DraftChange:
    """Draft the merging of 龙凼 and 晏家 into 龙晏."""
    rows = [row(2, "104205", "104210", "龙晏村"), row(3, "104206", "104210", "龙晏村")]
    return DraftChange(day, title, document="大府发〔2020〕3号", entries=rows)


def enacted(*drafts: DraftChange) -> list[Change]:
    """Enact drafts."""
    return actions.draft_and_enact(drafts, by=CLERK, at=NOON)


def version(code: str, on: date = FIRST) -> DivisionVersion:
    """Return the version that bears a code on a day."""
    return register.find(code, on)[0]
