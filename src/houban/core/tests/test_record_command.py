"""`houban record`: what it prints, its exit codes, its files."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from houban.core import spreadsheets
from houban.core.record import record
from houban.core.tests import make
from houban.core.tests.make import NOON

pytestmark = pytest.mark.usefixtures("committing")
DAYS = ("--since", "2021-06-30", "--until", "2021-06-30")


def run(*words: Any) -> str:
    out = io.StringIO()
    call_command("record", *map(str, words), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_a_whole_record_is_said_to_be_whole() -> None:
    make.strand()
    run("anchor")

    assert run("verify", "--processes", 1) == "核对了 1 串 3 行，没有发现改动。\n"


def test_a_fault_is_printed_and_the_exit_code_is_one() -> None:
    entry = make.strand()[0]
    make.forge("UPDATE core_recordentry SET verb = 'x' WHERE id = %s", [entry.pk])
    out = io.StringIO()

    with pytest.raises(SystemExit) as exit_:
        call_command("record", "verify", "--processes", "1", stdout=out)

    assert exit_.value.code == 1
    assert (
        f"不对：链串 {entry.strand} 第 1 行（编号 {entry.pk}，2021-06-30 12:00:00）：内容与摘要不符" in out.getvalue()
    )
    assert out.getvalue().endswith("核对了 1 串 3 行，有 1 处不对。\n")


def test_what_was_not_checked_is_said() -> None:
    make.strand()

    said = run("verify", "--processes", 1)

    assert "未核对：还没有锚定" in said
    assert said.endswith("核对了 1 串 3 行，能核对的没有发现改动。\n")


@pytest.mark.parametrize("processes", [0, 65])
def test_a_number_of_processes_that_makes_no_sense_is_refused(processes: int) -> None:
    with pytest.raises(CommandError, match="--processes 应在 1 到 64 之间"):
        run("verify", "--processes", processes)


def test_anchoring_twice_prints_the_same_code() -> None:
    make.strand()

    first, second = run("anchor"), run("anchor")

    assert first == second
    assert "（1 串 3 行）" in first


def test_lines_of_json_hold_every_column(tmp_path: Path) -> None:
    entry = make.strand(1)[0]
    assert entry.digest is not None

    said = run("export", tmp_path / "record.jsonl", *DAYS)

    (line,) = (tmp_path / "record.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert said == f"已导出 1 行到 {tmp_path / 'record.jsonl'}。\n"
    assert (told["at"], told["post"], told["after"]) == (
        "2021-06-30T12:00:00.123456+08:00",
        "专班 · 文书",
        {"state": "新"},
    )
    assert (told["strand"], told["digest"]) == (str(entry.strand), bytes(entry.digest).hex())


def test_a_workbook_holds_texts_and_no_formulas(tmp_path: Path) -> None:
    with transaction.atomic():
        record("=1+1", "subject", by=make.CLERK, at=NOON, after={"long": "长" * 40_000})

    run("export", tmp_path / "record.xlsx", *DAYS)

    (sheet,) = spreadsheets.read_table(tmp_path / "record.xlsx", name="record.xlsx")
    cells = sheet.rows[0].cells
    assert (cells["行为"], cells["经办人"], cells["区划编号"]) == ("=1+1", "周敏", "12")
    assert cells["之后"].endswith("全文见 .jsonl）")


def test_only_the_days_asked_for_are_written(tmp_path: Path) -> None:
    for days in (-1, 0, 1):
        make.strand(1, at=NOON + timedelta(days=days))

    assert "已导出 1 行" in run("export", tmp_path / "record.jsonl", *DAYS)


@pytest.mark.parametrize(
    ("name", "days", "said"),
    [
        ("record.csv", DAYS, "只写 .jsonl 和 .xlsx"),
        ("missing/record.jsonl", DAYS, "写不了"),
        ("record.jsonl", ("--since", "2021-07-01", "--until", "2021-06-30"), "早于 --since"),
    ],
)
def test_what_can_not_be_written_is_said(name: str, days: tuple[str, ...], said: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=said):
        run("export", tmp_path / name, *days)
