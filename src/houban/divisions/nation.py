"""Ask a register of many counties: how many divisions of each form there are in each tree, on a day."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import NamedTuple

from django.db import connection

from houban.divisions import memory
from houban.divisions.words import DEPTH, LEVEL_OF_FORM, Level

# Counted by parent first, which leaves one row for each parent and form and is read from the index version_counted
# alone, in its order; then the parents, down to towns, are led up to their top. Periods are compared by their ends: of
# `during @> day` the planner believes that it leaves one row in 250, where it leaves half, and goes through the wrong
# index for all of them, once for the count and once or twice more for a handful of tops.
ON = "lower({of}during) <= %(day)s AND COALESCE(upper({of}during) > %(day)s, true)"
COUNTS = f"""
WITH RECURSIVE led AS (
    SELECT division_id, form, division_id AS top, name FROM divisions_divisionversion
    WHERE parent_id IS NULL AND retracted_at IS NULL AND {ON.format(of="")}
    UNION ALL
    SELECT v.division_id, v.form, led.top, led.name FROM led JOIN divisions_divisionversion v
        ON v.parent_id = led.division_id AND v.retracted_at IS NULL AND {ON.format(of="v.")}
    WHERE led.form <> ALL(%(lowest)s)
)
SELECT led.top, led.name, below.form, sum(below.number)::bigint
FROM led JOIN (
    SELECT parent_id, form, count(*) AS number FROM divisions_divisionversion
    WHERE retracted_at IS NULL AND {ON.format(of="")} GROUP BY parent_id, form
) below ON below.parent_id = led.division_id
GROUP BY led.top, led.name, below.form
UNION ALL
SELECT division_id, name, form, 1 FROM led WHERE division_id = top
"""  # noqa: S608  # put together from constants
LOWEST = [form.value for form, level in LEVEL_OF_FORM.items() if DEPTH[level] >= DEPTH[Level.TOWN]]


class Top(NamedTuple):
    """A division that lies below none: a province, where the register holds a country."""

    id: int
    name: str


def counts(on: date) -> dict[Top, Counter[str]]:
    """Count by form in the tree below each top on a day, villages and all above them; remembered like other counts."""
    return memory.recall(("nation", on), lambda: _counted(on))


def _counted(on: date) -> dict[Top, Counter[str]]:
    found: dict[Top, Counter[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"day": on, "lowest": LOWEST})
        for number, name, form, counted in cursor.fetchall():
            found.setdefault(Top(number, name), Counter())[form] += counted
    return found
