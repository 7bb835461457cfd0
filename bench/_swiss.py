"""The crosswalk of another country's twenty years, where its register lies beside the project."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import _bench


def bars(rounds: int) -> list[_bench.Bar]:
    """Measure, or measure nothing where the register is absent."""
    from houban.divisions.adapters import swiss
    from houban.divisions.crosswalks import crosswalk_between

    folder = Path(os.environ.get("HOUBAN_ORACLES", _bench.ROOT.parent / "shared" / "oracles"))
    path = folder / "swiss" / "municipality_versions.csv"
    if not path.exists():
        return []
    begun = time.perf_counter()
    history = swiss.history(swiss.read(path))
    read = (time.perf_counter() - begun) * 1000
    found = [_bench.at_most("Swiss register read", size="6,336 versions", value=read, unit="ms")]
    for first, bar in ((2015, None), (2000, 50), (1900, None)):

        def work(first: int = first) -> object:
            history._maps.clear()
            return crosswalk_between(date(first, 1, 1), date(2020, 1, 1), history=history).pairs

        taken = _bench.milliseconds(work, rounds=rounds)
        size = f"{len(work()):,} pairs"  # type: ignore[arg-type]
        found.append(
            _bench.at_most(f"Swiss crosswalk {first} → 2020", size=size, value=_bench.middle(taken), unit="ms", bar=bar)
        )
    return found
