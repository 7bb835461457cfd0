"""What organisations, posts and appointments promise, held by the database."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from houban.core import sql

WITHIN = """
CREATE FUNCTION houban.refuse_outside(what text, inner_id bigint, outer_name text, outer_id bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % lies outside the period of its % %', what, inner_id, outer_name, outer_id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = what || '_within_' || outer_name;
END $$;

-- A row is held against the row it hangs on, which is locked so that nobody shortens it meanwhile.
CREATE FUNCTION houban.appointment_within() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    outer_row organisation_post;
BEGIN
    SELECT * INTO outer_row FROM organisation_post WHERE id = NEW.post_id FOR SHARE;
    IF NEW.withdrawn_at IS NULL AND NOT outer_row.during @> NEW.during THEN
        PERFORM houban.refuse_outside('appointment', NEW.id, 'post', NEW.post_id);
    END IF;
    IF NEW.seat > outer_row.seats THEN
        RAISE EXCEPTION 'post % has % seats, not %', NEW.post_id, outer_row.seats, NEW.seat
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appointment_seat_exists';
    END IF;
    IF NEW.term_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM organisation_term t WHERE t.id = NEW.term_id
            AND t.organisation_id = outer_row.organisation_id AND t.during @> lower(NEW.during)) THEN
        PERFORM houban.refuse_outside('appointment', NEW.id, 'term', NEW.term_id);
    END IF;
    IF EXISTS (SELECT 1 FROM organisation_charge c
               WHERE c.appointment_id = NEW.id AND NOT NEW.during @> c.during) THEN
        PERFORM houban.refuse_outside('charge', NEW.id, 'appointment', NEW.id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION houban.post_within() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    outer_period daterange;
    inside bigint;
BEGIN
    SELECT during INTO outer_period FROM organisation_organisation WHERE id = NEW.organisation_id FOR SHARE;
    IF NOT outer_period @> NEW.during THEN
        PERFORM houban.refuse_outside('post', NEW.id, 'organisation', NEW.organisation_id);
    END IF;
    SELECT id INTO inside FROM organisation_appointment
        WHERE post_id = NEW.id AND withdrawn_at IS NULL AND (NOT NEW.during @> during OR seat > NEW.seats) LIMIT 1;
    IF inside IS NOT NULL THEN
        PERFORM houban.refuse_outside('appointment', inside, 'post', NEW.id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION houban.organisation_contains() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    inside bigint;
BEGIN
    SELECT id INTO inside FROM (
        SELECT id FROM organisation_post WHERE organisation_id = NEW.id AND NOT NEW.during @> during
        UNION ALL
        SELECT id FROM organisation_quota WHERE organisation_id = NEW.id AND NOT NEW.during @> during
        UNION ALL
        SELECT id FROM organisation_quotaplace WHERE organisation_id = NEW.id AND NOT NEW.during @> during
        UNION ALL
        SELECT id FROM organisation_term WHERE organisation_id = NEW.id AND NOT NEW.during @> during
        UNION ALL
        SELECT id FROM organisation_membership
            WHERE (group_id = NEW.id OR member_id = NEW.id) AND NOT NEW.during @> during
    ) parts LIMIT 1;
    IF inside IS NOT NULL THEN
        PERFORM houban.refuse_outside('part', inside, 'organisation', NEW.id);
    END IF;
    IF EXISTS (WITH RECURSIVE above AS (
                   SELECT NEW.parent_id AS id, 1 AS depth
                   UNION ALL
                   SELECT o.parent_id, depth + 1 FROM above JOIN organisation_organisation o ON o.id = above.id
                   WHERE depth < 100)
               SELECT 1 FROM above WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'organisation % would be above itself', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'organisation_not_above_itself';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION houban.part_within() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    outer_period daterange;
BEGIN
    SELECT during INTO outer_period FROM organisation_organisation WHERE id = NEW.organisation_id FOR SHARE;
    IF NOT outer_period @> NEW.during THEN
        PERFORM houban.refuse_outside(TG_ARGV[0], NEW.id, 'organisation', NEW.organisation_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION houban.membership_within() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM organisation_organisation WHERE id IN (NEW.group_id, NEW.member_id) FOR SHARE;
    IF EXISTS (SELECT 1 FROM organisation_organisation
               WHERE id IN (NEW.group_id, NEW.member_id) AND NOT during @> NEW.during) THEN
        PERFORM houban.refuse_outside('membership', NEW.id, 'organisation', NEW.group_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION houban.charge_within() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    outer_period daterange;
BEGIN
    SELECT during INTO outer_period FROM organisation_appointment WHERE id = NEW.appointment_id FOR SHARE;
    IF NOT outer_period @> NEW.during THEN
        PERFORM houban.refuse_outside('charge', NEW.id, 'appointment', NEW.appointment_id);
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER appointment_within AFTER INSERT OR UPDATE ON organisation_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban.appointment_within();
CREATE CONSTRAINT TRIGGER post_within AFTER INSERT OR UPDATE ON organisation_post
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban.post_within();
CREATE CONSTRAINT TRIGGER organisation_contains AFTER INSERT OR UPDATE ON organisation_organisation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban.organisation_contains();
CREATE CONSTRAINT TRIGGER quota_within AFTER INSERT OR UPDATE ON organisation_quota
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban.part_within('quota');
CREATE CONSTRAINT TRIGGER place_within AFTER INSERT OR UPDATE ON organisation_quotaplace
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban.part_within('place');
CREATE CONSTRAINT TRIGGER term_within AFTER INSERT OR UPDATE ON organisation_term
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban.part_within('term');
CREATE CONSTRAINT TRIGGER membership_within AFTER INSERT OR UPDATE ON organisation_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban.membership_within();
CREATE CONSTRAINT TRIGGER charge_within AFTER INSERT OR UPDATE ON organisation_charge
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban.charge_within();
"""
WITHIN_UNDO = "; ".join(
    f"DROP FUNCTION houban.{name}() CASCADE"
    for name in (
        "appointment_within",
        "post_within",
        "organisation_contains",
        "part_within",
        "membership_within",
        "charge_within",
    )
) + "; DROP FUNCTION houban.refuse_outside(text, bigint, text, bigint)"

STAYS = """
CREATE FUNCTION houban.appointment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    later constant text[] := '{during,end_basis,withdrawn_at,withdrawn_by_name,withdrawn_because}';
BEGIN
    IF OLD.withdrawn_at IS NULL AND to_jsonb(OLD) - later = to_jsonb(NEW) - later
        AND lower(OLD.during) = lower(NEW.during) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'appointment % stays as it was entered: it can be ended or withdrawn', OLD.id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appointment_stays';
END $$;

CREATE TRIGGER appointment_stays BEFORE UPDATE ON organisation_appointment
    FOR EACH ROW EXECUTE FUNCTION houban.appointment_stays();
CREATE TRIGGER appointment_is_kept BEFORE DELETE ON organisation_appointment
    FOR EACH ROW EXECUTE FUNCTION houban_refuse();
"""
STAYS_UNDO = "DROP FUNCTION houban.appointment_stays() CASCADE; DROP TRIGGER appointment_is_kept ON organisation_appointment"

INCOMPATIBLE = """
-- OFFSET 0 keeps the person's own index in use: without statistics, as after a large import, the planner would go
-- through everybody's appointments of the period instead, for every row that is written.
CREATE FUNCTION houban.clash(one organisation_appointment) RETURNS TABLE (other bigint, article text)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT a.id, i.article
    FROM (SELECT one.person_id AS id, false AS is_kin
          UNION ALL SELECT other_id, true FROM organisation_kinship
              WHERE one_id = one.person_id AND withdrawn_at IS NULL
          UNION ALL SELECT one_id, true FROM organisation_kinship
              WHERE other_id = one.person_id AND withdrawn_at IS NULL) who
    CROSS JOIN LATERAL (SELECT * FROM organisation_appointment held WHERE held.person_id = who.id OFFSET 0) a
    JOIN organisation_post p ON p.id = a.post_id
    JOIN organisation_post own ON own.id = one.post_id
    JOIN organisation_incompatible i ON i.one = own.kind AND i.other = p.kind AND (i.kin OR NOT who.is_kin)
        AND (NOT i.same_division OR p.division_id IS NOT DISTINCT FROM own.division_id)
    WHERE a.withdrawn_at IS NULL AND a.during && one.during AND one.withdrawn_at IS NULL AND a.id <> one.id
    LIMIT 1
$$;

CREATE FUNCTION houban.appointment_compatible() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    hit record;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM organisation_post p JOIN organisation_incompatible i ON i.one = p.kind
                   WHERE p.id = NEW.post_id) THEN
        RETURN NULL;
    END IF;
    -- One at a time: two who exclude each other may be kin, so that no finer lock would meet both.
    PERFORM pg_advisory_xact_lock(hashtext('houban.incompatible'));
    SELECT * INTO hit FROM houban.clash(NEW);
    IF FOUND THEN
        RAISE EXCEPTION 'appointment % is incompatible with %: %', NEW.id, hit.other, hit.article
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appointment_compatible';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER appointment_compatible AFTER INSERT OR UPDATE ON organisation_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban.appointment_compatible();
"""
INCOMPATIBLE_UNDO = "DROP FUNCTION houban.appointment_compatible() CASCADE; DROP FUNCTION houban.clash(organisation_appointment)"


class Migration(migrations.Migration):
    """Hold parts within wholes, keep appointments, and refuse posts that exclude each other."""

    dependencies = [("organisation", "0001_initial"), ("core", "0004_claims")]
    operations = [
        RunSQL(WITHIN, WITHIN_UNDO),
        RunSQL(STAYS, STAYS_UNDO),
        RunSQL(INCOMPATIBLE, INCOMPATIBLE_UNDO),
        sql.withdraw_only("organisation_kinship"),
    ]
