"""Restating: a million rows beside pandas, the crosswalk of a county, and how both grow."""

from __future__ import annotations

import time
from datetime import date
from functools import partial
from typing import Any

import _bench
import numpy as np
import pyarrow as pa

DAYS = (date(2016, 7, 31), date(2021, 6, 30))


def bars(rounds: int, *, smoke: bool) -> list[_bench.Bar]:
    """Measure with the demonstration's register in the database."""
    from houban.divisions import histories, memory
    from houban.divisions.crosswalks import crosswalk_between

    memory.forget()
    begun = time.perf_counter()
    history = histories.of_county()
    read = (time.perf_counter() - begun) * 1000
    days = [date(2016, 7, 31), date(2018, 10, 31), date(2019, 10, 31), date(2020, 6, 30), date(2021, 6, 30)]
    taken = [
        ms
        for a in days
        for b in days
        if a != b
        for ms in _bench.milliseconds(partial(_pairs, history, a, b), rounds=rounds)
    ]
    size = f"Da'an with groups, 20 pairs × {rounds}"
    found = [
        _bench.at_most("history read into arrays", size=f"{history.size} divisions", value=read, unit="ms"),
        _bench.at_most("crosswalk of a county, median", size=size, value=_bench.middle(taken), unit="ms", bar=5),
        _bench.at_most("crosswalk of a county, p95", size=size, value=_bench.nearly_all(taken), unit="ms"),
    ]
    walk = crosswalk_between(*DAYS, history=history)
    for rows in (10_000,) if smoke else (10_000, 100_000, 1_000_000):
        found += _rows(walk, rows, rounds=3 if smoke else 7)
    return found


def _pairs(history: Any, day_a: date, day_b: date) -> Any:
    from houban.divisions.crosswalks import crosswalk_between

    return crosswalk_between(day_a, day_b, history=history).pairs


def _rows(walk: Any, rows: int, *, rounds: int) -> list[_bench.Bar]:
    from houban.divisions import restating

    codes = [text for number, text in restating.codes_on(walk.history, walk.day_a).items() if len(text) == 12]
    rng = np.random.default_rng(510304)
    picked = rng.integers(0, len(codes), rows)
    table = pa.table({"code": pa.array(codes).take(pa.array(picked)), "people": rng.integers(0, 5000, rows)})
    ours = _bench.milliseconds(partial(restating.restate, table, walk, code="code", values=["people"]), rounds=rounds)
    theirs, placed = _pandas(walk, table, rounds)
    restated = restating.restate(table, walk, code="code", values=["people"])
    total = int(restated.columns[0].sums.value.sum()) + sum(one.value for one in restated.lost["people"])
    if total != int(table["people"].to_numpy().sum()):
        raise AssertionError(total)
    bar = 300 if rows == 1_000_000 else None
    ratio = _bench.middle(theirs) / _bench.middle(ours)
    return [
        _bench.at_most(f"restate {rows:,} rows", size="by code strings", value=_bench.middle(ours), unit="ms", bar=bar),
        _bench.at_most("  pandas merge + groupby", size=f"{placed} targets", value=_bench.middle(theirs), unit="ms"),
        _bench.at_least("  times as fast", size=f"{rows:,} rows", value=ratio, unit="×", bar=5 if bar else None),
    ]


def _pandas(walk: Any, table: pa.Table, rounds: int) -> tuple[list[float], int]:
    """Do the same with pandas: merge with the same crosswalk, multiply, group by the new code."""
    import pandas as pd

    from houban.divisions import restating

    pairs = walk.pairs
    whole = np.bincount(pairs.source, weights=pairs.weight, minlength=walk.history.size)
    before, after = restating.codes_on(walk.history, walk.day_a), restating.codes_on(walk.history, walk.day_b)
    crosswalk = pd.DataFrame(
        {
            "code": [before.get(n, "") for n in pairs.source.tolist()],
            "new": [after.get(n, "") for n in pairs.target.tolist()],
            "share": pairs.weight / whole[pairs.source],
        }
    )
    frame = pd.DataFrame({"code": table["code"].to_pylist(), "people": table["people"].to_numpy()})

    def work() -> Any:
        joined = frame.merge(crosswalk, on="code", how="left")
        joined["part"] = joined["people"] * joined["share"]
        return joined.groupby("new")["part"].sum()

    return _bench.milliseconds(work, rounds=rounds), len(work())
