"""Ask a register of many counties: how many divisions of each form there are in each tree, on a day."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import NamedTuple

from django.db import connection

from houban.divisions import memory
from houban.divisions.words import DEPTH, LEVEL_OF_FORM, Level

# Counted by parent first, which leaves one row for each parent and form; then the parents, down to towns, are led up
# to their top. Below the tops periods are compared by their ends, so that the planner goes by the parent.
COUNTS = """
WITH RECURSIVE led AS (
    SELECT division_id, form, division_id AS top FROM divisions_divisionversion
    WHERE parent_id IS NULL AND retracted_at IS NULL AND during @> %(day)s::date
    UNION ALL
    SELECT v.division_id, v.form, led.top FROM led JOIN divisions_divisionversion v
        ON v.parent_id = led.division_id AND v.retracted_at IS NULL
        AND lower(v.during) <= %(day)s AND COALESCE(upper(v.during) > %(day)s, true)
    WHERE led.form <> ALL(%(lowest)s)
), counted AS (
    SELECT led.top, below.form, sum(below.number)::bigint AS number
    FROM led JOIN (
        SELECT parent_id, form, count(*) AS number FROM divisions_divisionversion
        WHERE retracted_at IS NULL AND during @> %(day)s::date GROUP BY parent_id, form
    ) below ON below.parent_id = led.division_id
    GROUP BY led.top, below.form
    UNION ALL
    SELECT division_id, form, 1 FROM led WHERE division_id = top
)
SELECT counted.top, v.name, counted.form, counted.number
FROM counted JOIN divisions_divisionversion v ON v.division_id = counted.top
    AND v.parent_id IS NULL AND v.retracted_at IS NULL AND v.during @> %(day)s::date
"""
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
