"""A county's matters by the hundred thousand, written straight into the tables: three years, one in fifty open.

The triggers rest while this is written, by the server's administrator, in a database that is thrown away; what is
measured afterwards runs with all of them. Five steps a matter and two lines of what was told; entries of the record
are not made up.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

PLACES = """
CREATE TEMPORARY TABLE place AS
SELECT row_number() OVER (ORDER BY v.division_id) - 1 AS n, v.division_id AS unit, v.parent_id AS town,
    r.organisation_id AS committee, o.organisation_id AS organ
FROM divisions_divisionversion v
    JOIN matters_dutyrule r ON r.division_id = v.division_id AND r.duty = 'receive' AND r.during @> %(day)s::date
    JOIN matters_dutyrule o ON o.division_id = v.parent_id AND o.duty = 'receive' AND o.during @> %(day)s::date
WHERE v.retracted_at IS NULL AND v.during @> %(day)s::date AND v.form IN ('village', 'community');
CREATE TEMPORARY TABLE kind AS
SELECT row_number() OVER (ORDER BY f.id) - 1 AS n, f.type_id AS type, f.id AS rule, f.limit_amount AS amount,
    f.limit_unit AS unit
FROM matters_filingrule f WHERE f.during @> %(day)s::date;
CREATE TEMPORARY TABLE handling AS
SELECT division_id AS town, type_id AS type, organisation_id AS body FROM matters_dutyrule
WHERE duty = 'handle' AND type_id IS NOT NULL AND during @> %(day)s::date;
CREATE TEMPORARY TABLE filled AS
SELECT s.m AS n, uuidv7(age) AS id, %(now)s::timestamptz + age AS at, s.m %% 50 = 0 AS is_open,
    CASE WHEN s.m %% 50 <> 0 THEN 'closed' WHEN s.m %% 5000 < 3000 THEN 'handling'
        WHEN s.m %% 5000 < 4000 THEN 'verifying' WHEN s.m %% 5000 < 4500 THEN 'reported' ELSE 'filed' END AS state,
    p.unit, p.committee, p.organ, k.type, k.rule, k.amount, k.unit AS limit_unit,
    CASE WHEN s.m %% 50 = 0 AND s.m %% 5000 >= 4000 THEN NULL ELSE h.body END AS holder
FROM (SELECT m, - make_interval(secs => CASE WHEN m %% 50 = 0 THEN hashint4(m) & 1048575
        ELSE (hashint4(m) & 2147483647) %% 94608000 END) AS age
      FROM generate_series(%(first)s::int, %(last)s::int) m) s
    JOIN place p ON p.n = (hashint4(s.m + 7) & 2147483647) %% (SELECT count(*) FROM place)
    JOIN kind k ON k.n = (hashint4(s.m + 11) & 2147483647) %% (SELECT count(*) FROM kind)
    LEFT JOIN handling h ON h.town = p.town AND h.type = k.type;
"""
MATTERS = """
INSERT INTO matters_matter (id, kind, title, text, channel, source, urgent, confidential, unit_id, place, longitude,
    latitude, reporter_id, reported_at, recorded_at, state, steps_taken, changed_at, filed_at, ended_at, on_the_spot,
    extensions, pauses, returns, reworks, reopenings, appeals, rating, type_id, rule_id, level, receiver_id, holder_id,
    limit_amount, limit_unit, started_at, due_raw, due, sampled)
SELECT id, 'event', (ARRAY['窨井盖破损', '路灯不亮', '垃圾堆放', '护栏缺失', '河道漂浮物'])[1 + n % 5] || ' ' || n, '',
    (ARRAY['grid', 'grid', 'grid', 'phone', 'resident'])[1 + n % 5], '', n % 500 = 0, n % 100 = 1,
    unit, '', 104.7 + (n % 1000) / 5000.0, 29.3 + (n % 977) / 5000.0, NULL, at, at, state, 5, at, at,
    CASE WHEN is_open THEN NULL ELSE at + interval '1 day' END,
    n % 3 = 0 AND NOT is_open, 0, 0, (n % 20 = 3)::int, (n % 30 = 7)::int, (n % 90 = 11)::int, 0,
    CASE WHEN n % 7 = 1 THEN 1 + n % 5 END, type, rule, CASE WHEN holder IS NULL THEN 1 ELSE 2 END,
    CASE WHEN holder IS NULL THEN committee ELSE organ END, holder, amount, limit_unit, at, due, due, false
FROM (SELECT *, CASE WHEN is_open THEN %(now)s::timestamptz + make_interval(hours => 1 + n % 240)
        ELSE at + make_interval(hours => 12 + n % 30) END AS due FROM filled) f ORDER BY id
"""
STEPS = """
INSERT INTO matters_step (matter_id, position, verb, begins, ends, body_id, post, text, wish, happened_at, recorded_at,
    type_id, rule_id, level, receiver_id, holder_id, limit_amount, limit_unit, started_at, due_raw, due, sampled)
SELECT id, p, (ARRAY['report', 'file', 'dispatch', 'accept', 'submit'])[p],
    (ARRAY['draft', 'reported', 'filed', 'dispatched', 'handling'])[p],
    (ARRAY['reported', 'filed', 'dispatched', 'handling', 'verifying'])[p], organ, '调度', '', '',
    at + make_interval(hours => p), at + make_interval(hours => p), type, rule, 2, organ, holder, amount, limit_unit,
    at, at, at, false
FROM filled, generate_series(1, 5) p ORDER BY id, p
"""
LINES = """
INSERT INTO matters_notification (matter_id, body_id, power, reason, count, at, recorded_at, settled_at)
SELECT id, body, power, 'dispatch', 1, at, at, CASE WHEN is_open THEN NULL ELSE at + interval '1 day' END
FROM filled, LATERAL (VALUES (CASE WHEN holder IS NULL THEN committee ELSE organ END, 'dispatch'), (holder, 'handle'))
    t (body, power)
WHERE body IS NOT NULL ORDER BY id
"""
LATE = """
UPDATE matters_matter SET due = %(now)s::timestamptz - interval '5 minutes'
WHERE id IN (SELECT id FROM filled WHERE state = 'reported' ORDER BY n LIMIT 500)
"""


MORE = """
UPDATE matters_matter SET state = 'handling', ended_at = NULL, due = %(now)s::timestamptz + interval '9 days'
WHERE id IN (SELECT id FROM matters_matter WHERE state = 'closed' ORDER BY id DESC LIMIT %(many)s)
"""


def reopen(folder: Path, many: int, *, now: Any) -> None:
    """Let more clocks run: open the newest closed matters again, in what is being handled."""
    from houban.core.postgres.places import ADMIN, Places
    from houban.core.postgres.roles import dsn

    with psycopg.connect(dsn(Places(folder), ADMIN), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(MORE, {"now": now, "many": many})
        connection.execute("VACUUM ANALYZE matters_matter")


def fill(folder: Path, first: int, last: int, *, now: Any) -> None:
    """Write the matters numbered from `first` to `last`, and their steps."""
    from houban.core.postgres.places import ADMIN, Places
    from houban.core.postgres.roles import dsn

    values = {"day": now.date(), "now": now, "first": first, "last": last}
    with psycopg.connect(dsn(Places(folder), ADMIN), cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '512MB'")
        for statement in PLACES.split(";\n"):
            if statement.strip():
                connection.execute(statement, values if "%(" in statement else None)
        connection.execute(MATTERS.replace("%", "%%").replace("%%(now)s", "%(now)s"), values)
        connection.execute(STEPS)
        connection.execute(LINES)
        connection.execute(LATE, values)
    with psycopg.connect(dsn(Places(folder), ADMIN), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE matters_matter")
        connection.execute("VACUUM ANALYZE matters_step")
        connection.execute("VACUUM ANALYZE matters_notification")
