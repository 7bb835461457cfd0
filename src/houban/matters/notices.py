"""What somebody is told of matters in these pages: one line a matter, new until it is read or settled.

Row security shows the lines of the posts held today; nothing here asks for them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houban.matters import moments
from houban.matters.models import Matter, Notification
from houban.matters.rules.clocks import OfficeTime
from houban.matters.words import Verb

A_PAGE, A_LIST = 50, 1000
MOST_LINES = 400  # the bell shows 99 at most, and of a matter one is told in four lines at most
UNREAD = """
WITH me AS MATERIALIZED (SELECT houban.person() AS person, houban.bodies() AS bodies, houban.posts() AS posts)
SELECT count(DISTINCT matter_id) FROM (
    SELECT n.matter_id FROM (
        SELECT id, matter_id, author_id, count FROM matters_notification
            WHERE body_id = ANY ((SELECT bodies FROM me)::bigint[]) AND settled_at IS NULL
        UNION ALL
        SELECT id, matter_id, author_id, count FROM matters_notification
            WHERE person_id = (SELECT person FROM me) AND settled_at IS NULL
        UNION ALL
        SELECT id, matter_id, author_id, count FROM matters_notification
            WHERE post_id = ANY ((SELECT posts FROM me)::bigint[]) AND settled_at IS NULL
              AND person_id IS DISTINCT FROM (SELECT person FROM me)
    ) n LEFT JOIN matters_readmark r ON r.notification_id = n.id AND r.person_id = (SELECT person FROM me)
    WHERE n.author_id IS DISTINCT FROM (SELECT person FROM me) AND n.count > COALESCE(r.count, 0)
    LIMIT %(most)s
) l
"""
OF_A_BODY = """(SELECT id, matter_id, author_id, count, at, settled_at FROM matters_notification
        WHERE body_id = split_part(role, ':', 1)::bigint AND power = split_part(role, ':', 2) %(only)s
        ORDER BY at DESC LIMIT %(most)s)"""
NEWEST = """
WITH me AS MATERIALIZED (
    SELECT houban.person() AS person, houban.roles() AS roles, houban.posts() AS posts
), mine AS (
    SELECT l.* FROM me CROSS JOIN unnest(me.roles) role CROSS JOIN LATERAL {of_a_body} l
    UNION ALL
    (SELECT id, matter_id, author_id, count, at, settled_at FROM matters_notification
        WHERE person_id = (SELECT person FROM me) %(only)s ORDER BY at DESC LIMIT %(most)s)
    UNION ALL
    (SELECT id, matter_id, author_id, count, at, settled_at FROM matters_notification
        WHERE post_id = ANY ((SELECT posts FROM me)::bigint[]) %(only)s
          AND person_id IS DISTINCT FROM (SELECT person FROM me) ORDER BY at DESC LIMIT %(most)s)
)
SELECT mine.matter_id, max(mine.at), sum(CASE WHEN mine.settled_at IS NULL
        AND mine.author_id IS DISTINCT FROM me.person THEN greatest(mine.count - COALESCE(r.count, 0), 0) ELSE 0 END)
FROM me CROSS JOIN mine LEFT JOIN matters_readmark r ON r.notification_id = mine.id AND r.person_id = me.person
GROUP BY mine.matter_id ORDER BY 2 DESC, 1 LIMIT %(most)s
""".replace("{of_a_body}", OF_A_BODY)
READ = """
INSERT INTO matters_readmark (notification_id, person_id, count, at)
SELECT n.id, %(person)s, n.count, %(at)s
FROM matters_notification n
    LEFT JOIN matters_readmark r ON r.notification_id = n.id AND r.person_id = %(person)s
WHERE (%(matter)s::uuid IS NULL OR n.matter_id = %(matter)s) AND n.count > COALESCE(r.count, 0)
ON CONFLICT (notification_id, person_id) DO UPDATE SET count = EXCLUDED.count, at = EXCLUDED.at
"""
REASONS: dict[str, str | Promise] = {verb.value: verb.label for verb in Verb}
REASONS |= {"comment": _("评论"), "mention": _("提到您")}


@dataclass(frozen=True, slots=True)
class Told:
    """A matter one is told of: when last, and how much of it is new."""

    matter: UUID
    newest: datetime
    fresh: int


@dataclass(frozen=True)
class Line:
    """A line as the list shows it: what happened last, how often since one looked, and how the matter stands."""

    matter: Matter
    last: Notification
    fresh: int
    face: moments.ClockFace

    @property
    def reason(self) -> str:
        """Return what happened last."""
        return str(REASONS[self.last.reason])


def unread_count() -> int:
    """Count the matters of which the one who asks has something new to read."""
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, {"most": MOST_LINES})
        return int(cursor.fetchone()[0])


def read(person: int, *, at: datetime, matter: UUID | None = None) -> None:
    """Mark the lines of a matter, or all there are, as read by a person."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"person": person, "at": at, "matter": matter})


def newest(*, unread: bool) -> list[Told]:
    """Return the matters somebody is told of, the newest first; of a longer list, by its newest thousand lines."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST % {"only": "AND settled_at IS NULL" if unread else "", "most": A_LIST})
        told = [Told(*row) for row in cursor.fetchall()]
    return [one for one in told if one.fresh] if unread else told


def page(number: str | None, *, unread: bool) -> Any:
    """Return a page of the list."""
    return Paginator(newest(unread=unread), A_PAGE).get_page(number)


def lines(shown: Any, hours: OfficeTime, *, now: datetime) -> list[Line]:
    """Return the lines of a page, whole."""
    keys = [one.matter for one in shown]
    found = Matter.objects.select_related("holder", "receiver").in_bulk(keys)
    said = Notification.objects.filter(matter__in=keys).select_related("author").order_by("at", "pk")
    last = {one.matter_id: one for one in said}
    return [
        Line(found[key], last[key], one.fresh, moments.face(found[key], hours, now))
        for one in shown
        if (key := one.matter) in found
    ]
