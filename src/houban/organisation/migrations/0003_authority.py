"""Who may, from who holds: the functions that every policy rests on, and the policies of this app's tables."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from houban.core import sql

COUNTY = """
CREATE FUNCTION houban.county() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT c.division_id FROM core_installation i JOIN divisions_divisioncode c
        ON c.scheme = 'nbs' AND c.code = i.county_code AND c.retracted_at IS NULL
    ORDER BY c.during DESC LIMIT 1
$$;
"""

# What counts as part of a division on a day: what lies below it then, and every former division whose successors
# all lead there or, where that can't be told, one of whose successors does; unless a clerk has settled which.
REACH = """
CREATE FUNCTION houban.reach_on(root bigint, day date) RETURNS bigint[] LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    WITH RECURSIVE below AS (
        SELECT v.division_id FROM divisions_divisionversion v
            WHERE v.division_id = root AND v.retracted_at IS NULL AND v.during @> day
        UNION
        SELECT v.division_id FROM below JOIN divisions_divisionversion v ON v.parent_id = below.division_id
            AND v.retracted_at IS NULL AND v.during @> day
    ), part AS (
        SELECT division_id FROM below
        UNION
        SELECT f.source_id FROM part
            JOIN divisions_flow f ON f.target_id = part.division_id AND f.source_id <> f.target_id
            JOIN divisions_change c ON c.id = f.change_id AND c.status = 'enacted' AND c.effective_on <= day
            WHERE NOT EXISTS (SELECT 1 FROM divisions_divisionversion v WHERE v.division_id = f.source_id
                              AND v.retracted_at IS NULL AND v.during @> day)
              AND NOT EXISTS (SELECT 1 FROM organisation_heir h
                              WHERE h.former_id = f.source_id AND h.heir_id <> f.target_id)
    )
    SELECT COALESCE(array_agg(division_id ORDER BY division_id), '{}') FROM part
$$;

CREATE FUNCTION houban.still_period(day date) RETURNS daterange LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT daterange(max(effective_on) FILTER (WHERE effective_on <= day),
                     min(effective_on) FILTER (WHERE effective_on > day), '[)')
    FROM divisions_change WHERE status = 'enacted'
$$;

CREATE FUNCTION houban.refresh_reach() RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    now_on date := houban.today();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('houban.reach'));
    DELETE FROM organisation_reach;
    INSERT INTO organisation_reach (division_id, during, units)
        SELECT d.id, houban.still_period(now_on), houban.reach_on(d.id, now_on)
        FROM (SELECT division_id AS id FROM organisation_post WHERE division_id IS NOT NULL
              UNION SELECT houban.county() WHERE houban.county() IS NOT NULL) d;
END $$;

CREATE FUNCTION houban.keep_reach(root bigint) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    now_on date := houban.today();
BEGIN
    IF root IS NULL OR EXISTS (SELECT 1 FROM organisation_reach WHERE division_id = root AND during @> now_on) THEN
        RETURN;
    END IF;
    -- Whoever changes the map holds the lock: then the reach is worked out for each question until that is done.
    IF NOT pg_try_advisory_xact_lock(hashtext('houban.reach')) THEN
        RETURN;
    END IF;
    DELETE FROM organisation_reach WHERE division_id = root;
    INSERT INTO organisation_reach (division_id, during, units)
        VALUES (root, houban.still_period(now_on), houban.reach_on(root, now_on));
END $$;

CREATE FUNCTION houban.forget_reach() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('houban.reach'));
    DELETE FROM organisation_reach;
    RETURN NULL;
END $$;

CREATE TRIGGER change_forgets_reach AFTER INSERT OR UPDATE OF status, effective_on ON divisions_change
    FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION houban.forget_reach();
CREATE TRIGGER heir_forgets_reach AFTER INSERT OR UPDATE OR DELETE ON organisation_heir
    FOR EACH STATEMENT EXECUTE FUNCTION houban.forget_reach();

CREATE FUNCTION houban.reach(root bigint, day date) RETURNS bigint[] LANGUAGE plpgsql STABLE
    SET search_path = public, pg_temp AS $$
DECLARE
    kept bigint[];
BEGIN
    SELECT units INTO kept FROM organisation_reach WHERE division_id = root AND during @> day;
    RETURN COALESCE(kept, houban.reach_on(root, day));
END $$;
"""

# Division 0 stands for the installation itself: what commands did, and what belongs to no place.
WHO = """
CREATE FUNCTION houban.person() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT id FROM organisation_person WHERE account_id = houban.account()
$$;

CREATE FUNCTION houban.units_of(who bigint, wanted text, day date) RETURNS bigint[] LANGUAGE plpgsql STABLE
    SET search_path = public, pg_temp AS $$
DECLARE
    county constant bigint := houban.county();
    roots bigint[];
    found bigint[];
BEGIN
    SELECT array_agg(DISTINCT COALESCE(p.division_id, 0)) INTO roots
    FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
    WHERE a.person_id = who AND a.withdrawn_at IS NULL AND a.during @> day
      AND EXISTS (SELECT 1 FROM organisation_postpower w WHERE w.kind = p.kind AND w.power = wanted);
    IF roots IS NULL THEN
        RETURN '{}';
    END IF;
    IF 0 = ANY (roots) OR county = ANY (roots) THEN
        RETURN 0 || COALESCE(houban.reach(county, day), '{}');
    END IF;
    IF array_length(roots, 1) = 1 THEN
        RETURN houban.reach(roots[1], day);
    END IF;
    SELECT array_agg(DISTINCT unit) INTO found FROM unnest(roots) root, unnest(houban.reach(root, day)) unit;
    RETURN COALESCE(found, '{}');
END $$;

CREATE OR REPLACE FUNCTION houban.units_for(power text) RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    subject constant text := houban.subject();
BEGIN
    IF subject LIKE 'account:%' THEN
        RETURN houban.units_of(houban.person(), power, houban.today());
    ELSIF subject LIKE 'service:%' THEN
        RETURN 0 || ARRAY(SELECT id FROM divisions_division);
    END IF;
    RETURN '{}';
END $$;

CREATE OR REPLACE FUNCTION houban.may(power text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT houban.is_service() OR EXISTS (
        SELECT 1 FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
            JOIN organisation_postpower w ON w.kind = p.kind AND w.power = may.power
        WHERE a.person_id = houban.person() AND a.withdrawn_at IS NULL AND a.during @> houban.today())
$$;

CREATE OR REPLACE FUNCTION houban.standing() RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    me constant bigint := houban.person();
    day constant date := houban.today();
    posts jsonb;
BEGIN
    IF me IS NULL THEN
        RETURN '{"person": null, "posts": []}'::jsonb;
    END IF;
    SELECT jsonb_agg(jsonb_build_object('appointment', a.id, 'post', p.id, 'kind', p.kind, 'title', p.title,
               'organisation', o.name, 'unit', COALESCE(p.division_id, 0), 'powers', w.powers)
           ORDER BY w.number DESC, a.id)
        INTO posts
        FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
            JOIN organisation_organisation o ON o.id = p.organisation_id
            CROSS JOIN LATERAL (SELECT jsonb_agg(power) AS powers, count(*) AS number FROM organisation_postpower
                                WHERE kind = p.kind) w
        WHERE a.person_id = me AND a.withdrawn_at IS NULL AND a.during @> day;
    PERFORM houban.keep_reach(COALESCE(NULLIF((post->>'unit')::bigint, 0), houban.county()))
        FROM jsonb_array_elements(posts) post;
    RETURN jsonb_build_object('person', me, 'posts', COALESCE(posts, '[]'::jsonb));
END $$;
"""

# Which posts lie over a division on a day: those of what it had become by then, and of everything above that.
COULD = """
CREATE FUNCTION houban.over(unit bigint, day date) RETURNS SETOF bigint LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    WITH RECURSIVE become AS (
        SELECT unit AS division_id
        UNION
        SELECT f.target_id FROM become
            JOIN divisions_flow f ON f.source_id = become.division_id AND f.target_id <> f.source_id
            JOIN divisions_change c ON c.id = f.change_id AND c.status = 'enacted' AND c.effective_on <= day
            WHERE NOT EXISTS (SELECT 1 FROM divisions_divisionversion v WHERE v.division_id = f.source_id
                              AND v.retracted_at IS NULL AND v.during @> day)
              AND NOT EXISTS (SELECT 1 FROM organisation_heir h
                              WHERE h.former_id = f.source_id AND h.heir_id <> f.target_id)
    ), above AS (
        SELECT v.division_id, v.parent_id FROM become JOIN divisions_divisionversion v
            ON v.division_id = become.division_id AND v.retracted_at IS NULL AND v.during @> day
        UNION
        SELECT v.division_id, v.parent_id FROM above JOIN divisions_divisionversion v
            ON v.division_id = above.parent_id AND v.retracted_at IS NULL AND v.during @> day
    )
    SELECT division_id FROM above
$$;

CREATE FUNCTION houban.who_could(unit bigint, wanted text, day date)
RETURNS TABLE (appointment bigint, person bigint, name varchar, post bigint, title varchar, organisation varchar,
               division bigint, kind varchar, nature varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, n.id, n.name, p.id, p.title, o.name, p.division_id, p.kind, a.nature
    FROM organisation_post p
        JOIN organisation_postpower w ON w.kind = p.kind AND w.power = wanted
        JOIN organisation_organisation o ON o.id = p.organisation_id
        JOIN organisation_appointment a ON a.post_id = p.id AND a.during @> day
            AND (a.withdrawn_at IS NULL OR day BETWEEN a.entered_at::date AND a.withdrawn_at::date)
        JOIN organisation_person n ON n.id = a.person_id
    WHERE houban.may('read') AND (p.division_id = ANY (ARRAY(SELECT houban.over(unit, day)))
          OR (p.division_id IS NULL OR p.division_id = houban.county())
             AND (unit = 0 OR houban.county() = ANY (ARRAY(SELECT houban.over(unit, day)))))
    ORDER BY p.division_id NULLS FIRST, o.name, p.title, n.name
$$;
"""

# Fresh tables have no statistics: after a bulk load the planner must not think them empty.
STATISTICS = """
CREATE FUNCTION houban.analyse_organisations() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE organisation_organisation, organisation_post, organisation_person, organisation_appointment,
        organisation_quotaplace, organisation_quota, organisation_charge, organisation_membership;
END $$;
"""

PRIVATE = """
REVOKE EXECUTE ON FUNCTION houban.units_of(bigint, text, date), houban.reach(bigint, date),
    houban.reach_on(bigint, date), houban.over(bigint, date), houban.still_period(date) FROM PUBLIC;
"""

UNDO = """
DROP FUNCTION houban.analyse_organisations();
DROP TRIGGER change_forgets_reach ON divisions_change; DROP TRIGGER heir_forgets_reach ON organisation_heir;
DROP FUNCTION houban.who_could(bigint, text, date); DROP FUNCTION houban.over(bigint, date);
DROP FUNCTION houban.units_of(bigint, text, date); DROP FUNCTION houban.person();
DROP FUNCTION houban.forget_reach(); DROP FUNCTION houban.keep_reach(bigint); DROP FUNCTION houban.refresh_reach(); DROP FUNCTION houban.reach(bigint, date);
DROP FUNCTION houban.still_period(date); DROP FUNCTION houban.reach_on(bigint, date); DROP FUNCTION houban.county();
"""


def within(power: str, division: str = "division_id") -> str:
    """Write the condition that the claimant holds a power over a row's division."""
    return f"COALESCE({division}, 0) = ANY ((SELECT houban.units_for('{power}'))::bigint[])"


def through(power: str, table: str, key: str) -> str:
    """Write the condition that the claimant holds a power over the division of the row that another hangs on."""
    return f"EXISTS (SELECT 1 FROM {table} up WHERE up.id = {key} AND {within(power, 'up.division_id')})"


STAFF = "(SELECT houban.may('read'))"
NOBODY = "false"
ORGANISE = through("organise", "organisation_organisation", "organisation_id")
APPOINT = through("appoint", "organisation_post", "post_id") + " AND person_id IS DISTINCT FROM (SELECT houban.person())"


class Migration(migrations.Migration):
    """Derive scope and powers from appointments, and hold the tables of this app to them."""

    dependencies = [
        ("organisation", "0002_promises"),
        ("divisions", "0003_row_security"),
        ("core", "0005_row_security"),
    ]
    operations = [
        RunSQL(COUNTY + REACH + WHO + COULD + STATISTICS + PRIVATE, UNDO),
        sql.row_security("organisation_postpower", read="true", write=NOBODY),
        sql.row_security("organisation_incompatible", read="true", write=NOBODY),
        sql.row_security("organisation_reach", read=NOBODY, write=NOBODY),
        sql.row_security("organisation_heir", read=STAFF, write="(SELECT houban.may('register'))"),
        sql.row_security("organisation_organisation", read=STAFF, write=within("organise")),
        sql.row_security("organisation_post", read=STAFF, write=within("organise")),
        sql.row_security("organisation_quota", read=STAFF, write=ORGANISE),
        sql.row_security(
            "organisation_membership",
            read=STAFF,
            write=through("organise", "organisation_organisation", "group_id"),
        ),
        sql.row_security(
            "organisation_term",
            read=STAFF,
            write=through("appoint", "organisation_organisation", "organisation_id"),
        ),
        sql.row_security(
            "organisation_person",
            read=STAFF,
            write=f"{within('appoint', 'unit_id')} OR (SELECT houban.may('accounts'))",
        ),
        sql.row_security(
            "organisation_quotaplace",
            read=STAFF,
            write=f"{through('appoint', 'organisation_organisation', 'organisation_id')} OR {ORGANISE}",
        ),
        sql.row_security("organisation_appointment", read=STAFF, write=APPOINT),
        sql.row_security(
            "organisation_charge",
            read=STAFF,
            write="EXISTS (SELECT 1 FROM organisation_appointment held JOIN organisation_post up"
            f" ON up.id = held.post_id WHERE held.id = appointment_id AND {within('appoint', 'up.division_id')})",
        ),
        sql.row_security(
            "organisation_kinship",
            read=within("appoint", "unit_id"),
            write=within("appoint", "unit_id"),
        ),
    ]
