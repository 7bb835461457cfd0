"""How many places and seats every organisation has on a day, and how many are taken: one query for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from houban.organisation.words import OrganisationKind

# What is short in one nature is not made good by what is over in another, so both are summed by nature.
STAFFING = """
WITH allotted AS (
    SELECT organisation_id, nature, sum(number) AS n FROM organisation_quota
    WHERE during @> %(day)s::date GROUP BY 1, 2
), occupied AS (
    SELECT organisation_id, nature, count(*) AS n FROM organisation_quotaplace
    WHERE during @> %(day)s::date GROUP BY 1, 2
), places AS (
    SELECT organisation_id AS id, sum(COALESCE(a.n, 0)) AS quota, sum(COALESCE(o.n, 0)) AS filled,
           sum(greatest(COALESCE(a.n, 0) - COALESCE(o.n, 0), 0)) AS vacant,
           sum(greatest(COALESCE(o.n, 0) - COALESCE(a.n, 0), 0)) AS over
    FROM allotted a FULL JOIN occupied o USING (organisation_id, nature) GROUP BY 1
), held AS (
    SELECT post_id, count(*) AS n FROM organisation_appointment
    WHERE during @> %(day)s::date AND withdrawn_at IS NULL AND seat IS NOT NULL GROUP BY 1
), seats AS (
    SELECT p.organisation_id AS id, sum(p.seats) AS seats, sum(COALESCE(h.n, 0)) AS held
    FROM organisation_post p LEFT JOIN held h ON h.post_id = p.id WHERE p.during @> %(day)s::date GROUP BY 1
)
SELECT o.id, o.name, o.kind, o.parent_id, o.division_id,
       COALESCE(p.quota, 0)::int, COALESCE(p.filled, 0)::int, COALESCE(p.vacant, 0)::int, COALESCE(p.over, 0)::int,
       COALESCE(s.seats, 0)::int, COALESCE(s.held, 0)::int
FROM organisation_organisation o LEFT JOIN places p ON p.id = o.id LEFT JOIN seats s ON s.id = o.id
WHERE o.during @> %(day)s::date ORDER BY o.id
"""


@dataclass(slots=True)
class Numbers:
    """Quota places and seats, and how many are taken."""

    quota: int = 0
    filled: int = 0
    vacant: int = 0
    over: int = 0
    seats: int = 0
    held: int = 0

    @property
    def free(self) -> int:
        """Count the seats nobody holds."""
        return self.seats - self.held

    def add(self, other: Numbers) -> None:
        """Count another's as well."""
        self.quota += other.quota
        self.filled += other.filled
        self.vacant += other.vacant
        self.over += other.over
        self.seats += other.seats
        self.held += other.held


@dataclass(slots=True)
class Body:
    """An organisation as the list of a day shows it."""

    id: int
    name: str
    kind: str
    parent: int | None
    division: int | None
    numbers: Numbers
    children: list[Body] = field(default_factory=list)

    @property
    def kind_label(self) -> str:
        """Return the kind in the reader's language."""
        return str(OrganisationKind(self.kind).label)


def bodies(on: date) -> list[Body]:
    """Return every organisation of a day, in the order they were entered."""
    with connection.cursor() as cursor:
        cursor.execute(STAFFING, {"day": on})
        return [
            Body(key, name, kind, parent, division, Numbers(*counted))
            for key, name, kind, parent, division, *counted in cursor.fetchall()
        ]


def total(rows: Iterable[Body]) -> Numbers:
    """Sum up the numbers of some organisations."""
    numbers = Numbers()
    for body in rows:
        numbers.add(body.numbers)
    return numbers
