"""Who can be mentioned in a comment: those in posts of the organisations on the matter who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

MOST = 80
CANDIDATES = """
SELECT a.id, p.id, n.id, o.name || ' ' || p.title || ' ' || n.name
FROM matters_matter m
    JOIN organisation_post p ON p.organisation_id IN (
        SELECT m.holder_id UNION SELECT m.receiver_id UNION
        SELECT s.body_id FROM matters_step s WHERE s.matter_id = m.id)
    JOIN organisation_organisation o ON o.id = p.organisation_id
    JOIN organisation_appointment a ON a.post_id = p.id AND a.withdrawn_at IS NULL AND a.during @> houban.today()
    JOIN organisation_person n ON n.id = a.person_id
WHERE m.id = %s AND n.id IS DISTINCT FROM houban.person() AND houban.sees(m, n.id)
ORDER BY p.organisation_id IS NOT DISTINCT FROM m.holder_id DESC,
    p.organisation_id IS NOT DISTINCT FROM m.receiver_id DESC, o.name, p.title, n.name, a.id
LIMIT %s
"""


@dataclass(frozen=True)
class Candidate:
    """Somebody in a post, by the appointment."""

    appointment: int
    post: int
    person: int
    label: str


def candidates(matter: UUID) -> list[Candidate]:
    """Return who can be mentioned, those who handle the matter first."""
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, [matter, MOST])
        return [Candidate(*row) for row in cursor.fetchall()]
