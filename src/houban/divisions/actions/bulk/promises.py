"""What the register's triggers promise of each row, asked of all new rows at once."""

from __future__ import annotations

from django.db import transaction

from houban.core.problems import Problem, Problems

WITHIN_PARENT = """
WITH new AS MATERIALIZED (
    SELECT division_id, name, parent_id, during FROM divisions_divisionversion
    WHERE retracted_at IS NULL AND parent_id IS NOT NULL AND written_by_id >= %(since)s
), life AS (
    SELECT division_id, range_agg(during) AS days FROM divisions_divisionversion
    WHERE retracted_at IS NULL AND division_id IN (SELECT parent_id FROM new) GROUP BY division_id
)
SELECT new.name, lower(new.during)::text, COALESCE(upper(new.during)::text, '今')
FROM new LEFT JOIN life ON life.division_id = new.parent_id
WHERE NOT COALESCE(life.days, '{}') @> new.during LIMIT 5
"""
BELOW_ITS_PARENT = """
SELECT v.name, own.level, upper.level FROM divisions_divisionversion v
JOIN divisions_division own ON own.id = v.division_id
JOIN divisions_division upper ON upper.id = v.parent_id
WHERE v.retracted_at IS NULL AND v.written_by_id >= %(since)s
    AND houban_depth(upper.level) >= houban_depth(own.level) LIMIT 5
"""
CODE_WITHIN_LIFE = """
WITH new AS MATERIALIZED (
    SELECT division_id, code, during FROM divisions_divisioncode
    WHERE retracted_at IS NULL AND written_by_id >= %(since)s
), life AS (
    SELECT division_id, range_agg(during) AS days FROM divisions_divisionversion
    WHERE retracted_at IS NULL AND division_id IN (SELECT division_id FROM new) GROUP BY division_id
)
SELECT new.code, lower(new.during)::text, COALESCE(upper(new.during)::text, '今')
FROM new LEFT JOIN life USING (division_id)
WHERE NOT COALESCE(life.days, '{}') @> new.during LIMIT 5
"""
ENDS_KNOWN = """
SELECT f.source_name, f.target_name, c.title FROM divisions_flow f JOIN divisions_change c ON c.id = f.change_id
WHERE f.change_id >= %(since)s AND ((f.source_code <> '' OR f.source_name <> '') AND f.source_id IS NULL
    OR (f.target_code <> '' OR f.target_name <> '') AND f.target_id IS NULL) LIMIT 5
"""
WHOLE = """
SELECT f.source_name, share.key, sum(share.value::numeric)::text
FROM divisions_flow f, jsonb_each_text(f.shares) share
WHERE f.change_id >= %(since)s AND f.shares <> '{}'
GROUP BY f.change_id, f.source_id, f.source_name, share.key HAVING sum(share.value::numeric) <> 1 LIMIT 5
"""
PROMISES = {
    WITHIN_PARENT: "“{}”（{} 至 {}）不在它上级的存续期里",
    BELOW_ITS_PARENT: "“{}”是 {}，它的上级是 {}，没有更高一级",
    CODE_WITHIN_LIFE: "代码 {}（{} 至 {}）不在它单位的存续期里",
    ENDS_KNOWN: "“{}”到“{}”的承接关系（{}）有一头没有落实",
    WHOLE: "“{}”按 {} 的各份加起来是 {}，不是 1",
}


def check(*, since: int) -> None:
    """Hold what the changes from a number on have written to the promises; raise `Problems` with what breaks them."""
    broken = []
    with transaction.get_connection().cursor() as cursor:
        for query, sentence in PROMISES.items():
            cursor.execute(query, {"since": since})
            broken += [Problem(what=sentence.format(*row), mend="请核对这份历史") for row in cursor.fetchall()]
    if broken:
        raise Problems(broken)
