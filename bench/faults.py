"""Faults: the database killed under many senders, malformed files, fuzzed requests, a full disk.

Everything goes over HTTP to two web workers on the embedded server; what is counted afterwards is in the database and
on the disk.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import _bench
import _cutting
import _fuzzing
import _malformed
import matters

PARTS = ("database", "files", "requests", "disk")


def main() -> int:
    """Measure and print."""
    parser = _bench.options(__doc__ or "")
    parser.add_argument("--part", action="append", choices=PARTS, help="parts to run, instead of all")
    chosen = parser.parse_args()
    parts, smoke = chosen.part or PARTS, chosen.smoke
    with _bench.database() as postgres:
        from houban.core import clock
        from houban.demo import actions

        folder = Path(os.environ["HOUBAN_DATA"])
        actions.load(at=clock.now())
        people = matters.Loop()
        runs = {
            "database": lambda: _cutting.measured(people, folder, clients=8 if smoke else 50, kills=1 if smoke else 6),
            "files": lambda: _malformed.measured(people, folder, many=60 if smoke else 1_000),
            "requests": lambda: _fuzzing.measured(people, folder, many=200 if smoke else 10_000),
            "disk": lambda: _malformed.on_a_full_disk(people, folder),
        }
        bars: list[_bench.Bar] = []
        for part in parts:
            found = runs[part]()
            bars += found
            for bar in found:
                print(_bench._line(bar), file=sys.stderr, flush=True)
        return _bench.show(bars, on=_bench.machine(postgres), chosen=chosen)


if __name__ == "__main__":
    raise SystemExit(main())
