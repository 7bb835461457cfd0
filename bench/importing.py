"""Matters of another platform: 100,000 rows of an .xlsx tried dry, written, and brought again; seconds and memory.

Memory is the most the process that imports has held, Python, Django and the file included; the database's is its own.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import _bench

HEADER = ["工单编号", "标题", "问题描述", "联系电话", "所属街道", "所属社区", "地址", "经度", "纬度", "小类",
          "上报时间", "立案时间", "办结时间", "状态", "承办单位", "处理结果", "满意度"]  # fmt: skip
ROWS = 100_000


def main() -> int:
    """Measure and print."""
    parser = _bench.options(__doc__ or "")
    parser.add_argument("--rows", type=int, default=ROWS)
    chosen = parser.parse_args()
    rows = 2_000 if chosen.smoke else chosen.rows
    with _bench.database() as postgres:
        from houban.core import clock
        from houban.demo import actions

        actions.load(at=clock.now())
        file = Path(os.environ["HOUBAN_DATA"]) / "工单.xlsx"
        _write(file, rows)
        size = f"{rows:,} rows, {file.stat().st_size / 1e6:.1f} MB"
        bars = [bar for turn in ("first", "again") for bar in _measured(file, size, turn)]
        return _bench.show(bars, on=_bench.machine(postgres), chosen=chosen)


def _write(file: Path, rows: int) -> None:
    """Write a platform's list: three years, nine in ten ended, every village of the county."""
    import xlsxwriter

    from houban.core import clock
    from houban.divisions import register
    from houban.divisions.models import DivisionVersion
    from houban.divisions.words import Level
    from houban.matters.models import MatterType

    day = clock.today()
    towns = DivisionVersion.objects.on(day).filter(parent=register.county()).values("division")
    villages = DivisionVersion.objects.on(day).filter(division__level=Level.VILLAGE, parent__in=towns)
    units = list(villages.with_parent_name(day).order_by("pk"))
    places = [(one.parent_name, one.name) for one in units]  # type: ignore[attr-defined]
    types = list(MatterType.objects.on(day).order_by("pk").values_list("name", flat=True))
    now = clock.moment(day).replace(tzinfo=None) - timedelta(days=5)
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("工单")
        sheet.write_row(0, 0, HEADER)
        for n in range(rows):
            town, village = places[n * 7919 % len(places)]
            at = now - timedelta(minutes=(n * 104729) % 1_576_800)
            ended = n % 10 != 0
            sheet.write_row(n + 1, 0, [
                f"GD{n:08d}", f"{types[n % len(types)]} {n}", f"群众反映第 {n} 处的问题，请尽快处理，回电 13800001234",
                "13800001234", town, village, f"{village}{n % 300}号", f"{104.7 + n % 1000 / 5000:.6f}",
                f"{29.3 + n % 977 / 5000:.6f}", types[n % len(types)], f"{at:%Y-%m-%d %H:%M}",
                f"{at + timedelta(hours=2):%Y-%m-%d %H:%M}",
                f"{at + timedelta(hours=20 + n % 40):%Y-%m-%d %H:%M}" if ended else "",
                "已办结" if ended else "处理中", "", "已处理" if ended else "", "满意" if n % 7 == 1 else "",
            ])  # fmt: skip


def _measured(file: Path, size: str, turn: str) -> list[_bench.Bar]:
    """Import the file in a process of its own, so that its memory is its own."""
    context = get_context("spawn")
    results = context.Queue()
    worker = context.Process(target=_import, args=(str(file), results))
    worker.start()
    worker.join()
    if worker.exitcode:
        raise SystemExit("the import failed")
    found = results.get(timeout=60)
    whole, dry, memory, counts = found
    print(f"{turn}: {counts}", file=sys.stderr)
    first = turn == "first"
    name = "taken over" if first else "the same again"
    return [
        _bench.at_most(f"import: {name}", size=size, value=whole, unit="s", bar=90 if first else None),
        _bench.at_most("import: of that, tried dry", size=size, value=dry, unit="s"),
        _bench.at_most(f"import: memory, {name}", size=size, value=memory, unit="MiB", bar=1024),
    ]


def _import(file: str, results: Any) -> None:
    import django

    django.setup()
    from houban.core import claims, clock
    from houban.core.record import COMMAND_LINE
    from houban.matters.importing import acts, fields, running

    claims.serve_as("bench", clock.now)
    path, moment = Path(file), clock.moment(clock.today())
    begun = time.perf_counter()
    intake = acts.upload(path.name, path.read_bytes(), "12345热线", by=COMMAND_LINE, at=clock.now())
    columns = fields.guess([name for name, _example in intake.header], {})
    acts.match(intake, columns, by=COMMAND_LINE, at=clock.now(), job=False)
    running.check(intake.pk, intake.attempt, now=clock.now, moment=moment)
    dry = time.perf_counter() - begun
    intake.refresh_from_db()
    acts.confirm(intake, at=clock.now(), job=False)
    found = running.write(intake.pk, intake.attempt, by=COMMAND_LINE, now=clock.now, moment=moment)
    whole = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    results.put((whole, dry, memory, dict(found.counts)))


if __name__ == "__main__":
    sys.exit(main())
