"""Differences from a list as a table: on a page, at the terminal, and as a workbook that comes back with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len

from houban.core.problems import Collector
from houban.core.spreadsheets import Table, read_table
from houban.divisions import comparison
from houban.divisions.comparison import Difference
from houban.divisions.models import ListDifference, OfficialList

CODE, KIND, OURS, THEIRS, HINT, REASON, SIGNED = "代码", "差异", "登记", "名录", "可能的原因", "签认原因", "已签认"
HEADER = (CODE, KIND, OURS, THEIRS, HINT, REASON, SIGNED)
KINDS = dict(ListDifference._meta.get_field("kind").choices or [])
LONGEST = 200


def row(one: Difference, signed: str, hints: Mapping[str, str]) -> list[str]:
    """Return a difference as a row."""
    hint = hints.get(one.code) or hints.get(one.ours, "")
    return [one.code, str(KINDS.get(one.kind, one.kind)), one.ours, one.theirs, hint, "", signed]


def table(rows: Sequence[Sequence[Any]]) -> Table:
    """Return rows as a sheet."""
    return Table("名录差异", HEADER, rows, texts=frozenset({CODE, OURS, THEIRS}))


def of_list(official: OfficialList) -> Table:
    """Return a list's differences as a sheet, to be filled in with reasons."""
    rows = list(official.differences.order_by("code", "kind"))
    hints = comparison.explained(((one.code, one.ours) for one in rows), official.as_of, scheme=official.scheme)
    return table(
        [
            row(
                Difference(one.code, one.kind, one.ours, one.theirs),
                f"{one.reason}（{one.signed_by_name}）" if one.signed_at else "",
                hints,
            )
            for one in rows
        ]
    )


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines whose columns stand below each other, however wide the characters are."""
    shown = [[cell[:40] for cell in (*one[:5], one[6])] for one in rows]
    if not shown:
        return []
    widths = [max(cell_len(one[n]) for one in shown) for n in range(len(shown[0]))]
    return [
        "  "
        + "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(one, widths, strict=True)).rstrip()
        for one in shown
    ]


def read_reasons(file: Any, *, name: str, official: OfficialList) -> dict[int, str]:
    """Read the reasons of a filled-in workbook by difference; raise `Problems` with every wrong row."""
    problems = Collector(file=name)
    known = {(one.code, str(KINDS.get(one.kind, one.kind))): one.pk for one in official.differences.all()}
    sheet = next((one for one in read_table(file, name=name) if {CODE, KIND, REASON} <= set(one.header)), None)
    if sheet is None:
        problems.add(what=f"没有“{CODE}”“{KIND}”“{REASON}”三列", mend="请用本页导出的表填写")
        problems.raise_any()
        return {}
    found: dict[int, str] = {}
    for line in sheet.rows:
        reason = line.cells.get(REASON, "")
        key = (line.cells.get(CODE, ""), line.cells.get(KIND, ""))
        if not reason:
            continue
        if key not in known:
            what = f"“{key[0]} {key[1]}”不在差异里"
            problems.add(sheet=sheet.name, row=line.number, column=CODE, what=what, mend="请重新导出再填")
        elif len(reason) > LONGEST:
            what = f"原因超过 {LONGEST} 个字"
            problems.add(sheet=sheet.name, row=line.number, column=REASON, what=what, mend="请改短")
        else:
            found[known[key]] = reason
    problems.raise_any()
    return found
