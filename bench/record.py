"""The record: acts written by two processes at once, and a large record verified on one process and on two."""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import _bench

ROWS = """
CREATE UNLOGGED TABLE staged AS
SELECT i::bigint AS id, lpad(to_hex(1790000000000 + i / 3 * 700), 12, '0')::text AS milliseconds, i / 3 AS number,
    (i % 3 + 1)::integer AS position, timestamptz '2026-09-21 22:13:20+08' + (i / 3 * 700) * interval '1 millisecond'
        AS at,
    (i % 300 + 1)::bigint AS actor_id, '张三' || i % 300 AS actor_name, '便民服务中心 · 网格员' AS post,
    (i % 130)::bigint AS unit, '10.20.' || i % 16 || '.' || i % 250 AS address, 'matters.matter.dispatched' AS verb,
    'matters.matter' AS subject_type, i::text AS subject_id, '五龙村三组路灯不亮，夜间出行不便 ' || i AS subject_label,
    jsonb_build_object('state', 'filed', 'unit', i % 37) AS before,
    jsonb_build_object('state', 'dispatched', 'unit', i % 41, 'due_at', '2026-11-25T17:30:00+08:00',
        'note', '请于两个工作日内修复并上传照片', 'weight', i * 0.25) AS after
FROM generate_series({first}::bigint, {last}::bigint) AS i
"""
STRANDS = """
ALTER TABLE staged ADD COLUMN strand uuid;
UPDATE staged SET strand = (milliseconds || '70008000' || lpad(to_hex(number), 12, '0'))::uuid;
CREATE UNLOGGED TABLE digested (id bigint, digest bytea);
"""
PLACED = """
INSERT INTO core_recordentry (id, strand, position, digest, at, actor_id, actor_name, post, unit, address, verb,
    subject_type, subject_id, subject_label, before, after)
SELECT id, strand, position, digest, at, actor_id, actor_name, post, unit, address, verb,
    subject_type, subject_id, subject_label, before, after
FROM staged JOIN digested USING (id) ORDER BY id;
DROP TABLE staged, digested;
"""
FIRST_ID = 9_999_999  # above the ids that the writers take


def main() -> int:
    """Measure and print."""
    parser = _bench.options(__doc__ or "")
    parser.add_argument("--rows", type=int, default=1_000_002, help="how many rows are verified")
    parser.add_argument("--acts", type=int, default=3_000, help="how many acts each writer records")
    chosen = parser.parse_args()
    rows, acts = (3_000, 50) if chosen.smoke else (chosen.rows, chosen.acts)
    repeats = 1 if chosen.smoke else 3
    with _bench.database() as postgres:
        bars = [_written(acts, repeats)]
        _fill(rows)
        bars += [_verified(1, repeats, bar=None), _verified(2, repeats, bar=None if chosen.smoke else 150_000)]
        return _bench.show(bars, on=_bench.machine(postgres), chosen=chosen)


def _written(acts: int, repeats: int) -> _bench.Bar:
    """Let two processes record acts, each in a transaction of its own."""
    from django.db import connections

    connections.close_all()
    rates = []
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(_write, [10, 10])
        for _ in range(repeats):
            begun = time.perf_counter()
            pool.map(_write, [acts, acts], chunksize=1)
            rates.append(2 * acts / (time.perf_counter() - begun))
    size = f"2 processes × {acts}, {repeats} rounds"
    return _bench.at_least("acts recorded", size=size, value=statistics.median(rates), unit="acts/s", bar=300)


def _write(acts: int) -> None:
    from django.db import transaction

    from houban.core import clock
    from houban.core.record import Actor, record

    actor = Actor(7, "张三", "10.20.3.4", post="便民服务中心 · 网格员", unit=12)
    for number in range(acts):
        with transaction.atomic():
            after = {"state": "dispatched", "unit": number, "note": "请于两个工作日内修复并上传照片"}
            record("matters.matter.dispatched", "matter", by=actor, at=clock.now(), before={}, after=after)


def _fill(rows: int) -> None:
    """Put rows into the record, three to a strand, as `record` would have written them."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(ROWS.format(first=FIRST_ID, last=FIRST_ID + rows - 1))
        cursor.execute(STRANDS)
        digests = list(_digests(cursor))
        with cursor.copy("COPY digested FROM STDIN") as copy:
            for row in digests:
                copy.write_row(row)
        cursor.execute(PLACED)
        cursor.execute("VACUUM (ANALYZE) core_recordentry")  # as a record is that grew over months
    connections["owner"].close()


def _digests(cursor: Any) -> Iterator[tuple[int, bytes]]:
    from houban.core.record import chain, journal
    from houban.core.record.findings import Entry

    strand, length, previous = UUID(int=0), 0, chain.START
    query = f"COPY (SELECT {chain.PAYLOAD} FROM staged AS r ORDER BY strand, position) TO STDOUT (FORMAT binary)"  # noqa: S608
    with cursor.copy(query) as copy:
        copy.set_types(["bytea"])
        for (payload,) in copy.rows():
            entry = Entry.of(payload)
            if entry.strand != strand:
                strand, length, previous = entry.strand, 0, chain.START
            length, previous = length + 1, chain.digest(payload, previous=previous)
            yield entry.id or 0, previous
            if length == 3 and entry.at:
                journal.append(strand, length=length, digest=previous, at=entry.at)


def _verified(processes: int, repeats: int, *, bar: float | None) -> _bench.Bar:
    from houban.core.record import verification

    rates, rows = [], 0
    for _ in range(repeats):
        begun = time.perf_counter()
        found = verification.verify(processes=processes)
        rows = found.rows
        rates.append(rows / (time.perf_counter() - begun))
        if found.faulty:
            raise SystemExit(f"{found.faulty} faults: {found.faults[0]}")
    name = f"verified on {processes} process{'es' if processes > 1 else ''}"
    size = f"{rows} rows, {repeats} rounds"
    return _bench.at_least(name, size=size, value=statistics.median(rates), unit="rows/s", bar=bar)


if __name__ == "__main__":
    sys.exit(main())
