"""Who is to be told what outside these pages: written down as deliveries, each once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.timezone import localtime

from houban.matters.notifying.channels import GROUPS
from houban.matters.words import ByWhat, Often

OLDEST = timedelta(days=1)  # what a stopped worker has missed for longer is told by these pages alone

# The lines of the last day, with everybody they may be for; whom one is for indeed, `houban.told` says in the end.
NEW_LINES = """
WITH recent AS MATERIALIZED (
    SELECT n.* FROM matters_notification n WHERE n.recorded_at > %(oldest)s AND n.settled_at IS NULL
), near AS (
    SELECT n.id, a.person_id FROM recent n JOIN organisation_post p ON p.organisation_id = n.body_id
        JOIN organisation_appointment a ON a.post_id = p.id AND a.during @> houban.today()
    UNION SELECT n.id, n.person_id FROM recent n WHERE n.person_id IS NOT NULL
    UNION SELECT n.id, a.person_id FROM recent n
        JOIN organisation_appointment a ON a.post_id = n.post_id AND a.during @> houban.today()
), fresh AS MATERIALIZED (
    SELECT n.id, n.count, s.person_id, s.channel, s.channel = ANY (%(groups)s) AS in_group
    FROM near JOIN matters_notification n ON n.id = near.id
        JOIN matters_subscription s ON s.person_id = near.person_id
            AND s.often = %(often)s AND s.channel = ANY (%(channels)s) AND n.recorded_at > s.since
        JOIN matters_matter m ON m.id = n.matter_id
        LEFT JOIN matters_readmark r ON r.notification_id = n.id AND r.person_id = s.person_id
    WHERE n.author_id IS DISTINCT FROM s.person_id AND n.count > COALESCE(r.count, 0)
      AND NOT (m.confidential AND s.channel = ANY (%(groups)s))
      AND NOT EXISTS (SELECT 1 FROM matters_delivery d WHERE d.notification_id = n.id AND d.count >= n.count
        AND d.channel = s.channel
        AND d.person_id IS NOT DISTINCT FROM CASE WHEN s.channel = ANY (%(groups)s) THEN NULL ELSE s.person_id END)
)
INSERT INTO matters_delivery (notification_id, count, person_id, channel, made_at, due_at, tries, problem)
SELECT DISTINCT f.id, f.count, CASE WHEN f.in_group THEN NULL ELSE f.person_id END, f.channel,
    %(at)s::timestamptz, CASE WHEN m.urgent OR m.kind = 'major' THEN %(at)s ELSE %(awake)s END::timestamptz, 0, ''
FROM fresh f JOIN matters_notification n ON n.id = f.id JOIN matters_matter m ON m.id = n.matter_id
WHERE houban.told(n, f.person_id)
ON CONFLICT DO NOTHING
"""
DIGESTS = """
INSERT INTO matters_delivery (day, count, person_id, channel, made_at, due_at, tries, problem)
SELECT %(day)s, 0, s.person_id, s.channel, %(at)s, %(at)s, 0, ''
FROM matters_subscription s
WHERE s.often = %(often)s AND s.channel = ANY (%(channels)s)
ON CONFLICT DO NOTHING
"""
UNREAD = """
WITH mine AS MATERIALIZED (
    SELECT a.post_id, p.organisation_id FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
    WHERE a.person_id = %(person)s AND a.withdrawn_at IS NULL AND a.during @> houban.today()
)
SELECT DISTINCT n.matter_id
FROM matters_notification n
    LEFT JOIN matters_readmark r ON r.notification_id = n.id AND r.person_id = %(person)s
WHERE n.settled_at IS NULL AND n.author_id IS DISTINCT FROM %(person)s AND n.count > COALESCE(r.count, 0)
  AND (n.person_id = %(person)s OR n.body_id IN (SELECT organisation_id FROM mine)
       OR n.post_id IN (SELECT post_id FROM mine))
  AND (%(line)s::bigint IS NULL OR n.id = %(line)s)
  AND houban.told(n, %(person)s)
"""


def awake(at: datetime) -> datetime:
    """Return when people may be told: at once, or when the quiet hours of the night end."""
    begins, ends = settings.HOUBAN_QUIET_FROM, settings.HOUBAN_QUIET_UNTIL
    local = localtime(at)
    end = local.replace(hour=ends, minute=0, second=0, microsecond=0)
    if begins < ends:
        return end if begins <= local.hour < ends else at
    if begins > ends and (local.hour >= begins or local.hour < ends):
        return end if local.hour < ends else end + timedelta(days=1)
    return at


def at_once(channels: Iterable[str], *, at: datetime) -> int:
    """Write down what is new for those who want to be told at once; return how much."""
    given: dict[str, Any] = {
        "channels": list(channels),
        "groups": [one.value for one in GROUPS],
        "often": Often.AT_ONCE.value,
        "oldest": at - OLDEST,
        "at": at,
        "awake": awake(at),
    }
    with connection.cursor() as cursor:
        cursor.execute(NEW_LINES, given)
        return int(cursor.rowcount)


def digests(channels: Iterable[str], day: date, *, at: datetime) -> int:
    """Write down the digests of a day, one for each person who wants it; return how many."""
    own = [one for one in channels if one in (ByWhat.MAIL, ByWhat.SMS)]
    with connection.cursor() as cursor:
        cursor.execute(DIGESTS, {"channels": own, "often": Often.DAILY.value, "day": day, "at": at})
        return int(cursor.rowcount)


def unread(person: int, *, line: int | None = None) -> list[UUID]:
    """Return the matters of which a person has something new to read; with `line`, whether that line is new."""
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, {"person": person, "line": line})
        return [row[0] for row in cursor.fetchall()]
