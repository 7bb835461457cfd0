"""The county's office time: its hours by season, its own calendar, and the notices of the State Council."""

from __future__ import annotations

import json
from datetime import date, time
from functools import lru_cache

from django.db import connection
from django.utils import timezone

from houban.core.calendar import NamedDay, WorkingCalendar
from houban.matters.rules.clocks import OfficeTime, Season, Stretch

READ = """
SELECT COALESCE((SELECT json_agg(json_build_array(lower(during), upper(during), opens, pauses, resumes, closes)
                 ORDER BY during) FROM matters_officeseason), '[]')::text,
       COALESCE((SELECT json_agg(json_build_array(day, is_working, name) ORDER BY day) FROM core_calendarday),
                '[]')::text
"""


def current() -> OfficeTime:
    """Return the office time as the tables have it now; one query, and the same object while they stay the same."""
    with connection.cursor() as cursor:
        cursor.execute(READ)
        seasons, days = cursor.fetchone()
    return _made(seasons, days)


@lru_cache(maxsize=8)
def _made(seasons: str, days: str) -> OfficeTime:
    own = (NamedDay(date.fromisoformat(day), works, name, "") for day, works, name in json.loads(days))
    calendar = WorkingCalendar(own)
    return OfficeTime(
        calendar.is_working_day, [_season(*one) for one in json.loads(seasons)], timezone.get_default_timezone()
    )


def _season(since: str, until: str | None, opens: str, pauses: str, resumes: str, closes: str) -> Season:
    morning = Stretch(time.fromisoformat(opens), time.fromisoformat(pauses))
    afternoon = Stretch(time.fromisoformat(resumes), time.fromisoformat(closes))
    return Season(date.fromisoformat(since), date.fromisoformat(until) if until else None, (morning, afternoon))
