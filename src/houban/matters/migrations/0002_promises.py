"""What a matter promises, held by the database: it moves by its steps alone, and each step by the table."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from houban.core import sql

# In whose name somebody acts: the organisations of the posts held today, and whether one of them gives a power.
BODIES = """
CREATE FUNCTION houban.bodies() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT COALESCE(array_agg(DISTINCT p.organisation_id), '{}')
    FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
    WHERE a.person_id = houban.person() AND a.withdrawn_at IS NULL AND a.during @> houban.today()
$$;

CREATE FUNCTION houban.holds(body bigint, power text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
            JOIN organisation_postpower w ON w.kind = p.kind AND w.power = holds.power
        WHERE a.person_id = houban.person() AND p.organisation_id = body
          AND a.withdrawn_at IS NULL AND a.during @> houban.today())
$$;

CREATE FUNCTION houban.posts_over(unit bigint) RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT COALESCE(array_agg(a.id), '{}')
    FROM organisation_appointment a JOIN organisation_post p ON p.id = a.post_id
    WHERE a.person_id = houban.person() AND a.withdrawn_at IS NULL AND a.during @> houban.today()
      AND (p.division_id IS NULL
           OR unit = ANY (houban.reach(p.division_id, houban.today())))
$$;
"""

WHO = """
CREATE FUNCTION houban.may_step(m matters_matter, s matters_step, who text) RETURNS boolean LANGUAGE plpgsql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN CASE who
        WHEN 'reporter' THEN m.reporter_id = houban.person()
        WHEN 'receiver' THEN s.body_id = m.receiver_id AND houban.holds(s.body_id, 'dispatch')
        WHEN 'holder' THEN s.body_id = m.holder_id AND houban.holds(s.body_id, 'handle')
        WHEN 'staff' THEN houban.holds(s.body_id, 'handle') AND m.unit_id = ANY (houban.units_for('handle'))
        WHEN 'verifier' THEN houban.holds(s.body_id, 'verify') AND m.unit_id = ANY (houban.units_for('verify'))
        WHEN 'leader' THEN houban.holds(s.body_id, 'supervise') AND m.unit_id = ANY (houban.units_for('supervise'))
        ELSE false
    END;
END $$;

CREATE FUNCTION houban.guard_holds(m matters_matter, s matters_step, guard text) RETURNS boolean LANGUAGE plpgsql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN CASE guard
        WHEN 'before_due' THEN m.due IS NULL OR s.happened_at <= m.due
        WHEN 'not_paused' THEN m.paused_at IS NULL
        WHEN 'paused' THEN m.paused_at IS NOT NULL
        WHEN 'extensions_left' THEN m.extensions < 2
        WHEN 'pauses_left' THEN m.pauses < 1
        WHEN 'appeals_left' THEN m.appeals < 1
        WHEN 'not_returned' THEN NOT EXISTS (SELECT 1 FROM matters_step b WHERE b.matter_id = m.id
            AND b.verb = 'return' AND b.body_id = s.body_id)
        WHEN 'level_above' THEN m.level < 3 AND s.level = m.level + 1
        WHEN 'lowest_level' THEN m.level = 1
        WHEN 'sampled' THEN m.sampled
        WHEN 'not_rated' THEN m.rating IS NULL
        WHEN 'not_merged' THEN m.twin_id IS NULL
        WHEN 'children_closed' THEN NOT EXISTS (SELECT 1 FROM matters_matter c WHERE c.parent_id = m.id
            AND c.state NOT IN ('closed', 'rejected'))
        ELSE false
    END;
END $$;
"""

STEP = """
CREATE FUNCTION houban.take_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    m matters_matter;
    way matters_transition;
    guard text;
    is_service constant boolean := houban.is_service();
BEGIN
    SELECT * INTO m FROM matters_matter WHERE id = NEW.matter_id FOR UPDATE;
    IF m.id IS NULL OR NEW.position <> m.steps_taken + 1 OR NEW.begins <> m.state THEN
        RAISE EXCEPTION 'matter % has moved on', NEW.matter_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT * INTO way FROM matters_transition WHERE kind = m.kind AND verb = NEW.verb AND begins = NEW.begins;
    IF way.id IS NULL OR way.ends <> NEW.ends THEN
        RAISE EXCEPTION 'the table has no % from % to % for %', NEW.verb, NEW.begins, NEW.ends, m.kind
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT is_service THEN
        IF NEW.person_id IS DISTINCT FROM houban.person() THEN
            RAISE EXCEPTION 'a step is taken in one''s own name' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM unnest(string_to_array(way.who, ' ')) who WHERE houban.may_step(m, NEW, who)) THEN
            RAISE EXCEPTION 'whoever takes % has to be %', NEW.verb, way.who USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF NEW.verb IN ('verify', 'send_back', 'recheck')
        AND (NEW.body_id = m.holder_id OR NEW.person_id = m.handler_id) THEN
        RAISE EXCEPTION 'nobody verifies their own work' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    FOREACH guard IN ARRAY string_to_array(way.guards, ' ') LOOP
        IF NOT houban.guard_holds(m, NEW, guard) THEN
            RAISE EXCEPTION '% is refused: %', NEW.verb, guard USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    UPDATE matters_matter SET
        state = NEW.ends, steps_taken = NEW.position, changed_at = NEW.happened_at,
        type_id = NEW.type_id, rule_id = NEW.rule_id, level = NEW.level,
        receiver_id = NEW.receiver_id, holder_id = NEW.holder_id, handler_id = NEW.handler_id,
        limit_amount = NEW.limit_amount, limit_unit = NEW.limit_unit, started_at = NEW.started_at,
        due_raw = NEW.due_raw, due = NEW.due, paused_at = NEW.paused_at, twin_id = NEW.twin_id, sampled = NEW.sampled,
        filed_at = CASE WHEN NEW.verb = 'file' THEN NEW.happened_at ELSE filed_at END,
        ended_at = CASE WHEN NEW.ends NOT IN ('closed', 'rejected') THEN NULL
            WHEN NEW.begins IN ('closed', 'rejected') THEN ended_at ELSE NEW.happened_at END,
        on_the_spot = CASE WHEN NEW.verb = 'resolve' THEN true WHEN NEW.verb = 'reopen' THEN false ELSE on_the_spot END,
        extensions = extensions + (NEW.verb = 'extend')::int, pauses = pauses + (NEW.verb = 'pause')::int,
        returns = returns + (NEW.verb = 'return')::int, reworks = reworks + (NEW.verb = 'send_back')::int,
        reopenings = reopenings + (NEW.verb = 'reopen')::int, appeals = appeals + (NEW.verb = 'appeal')::int,
        rating = CASE WHEN NEW.verb = 'reopen' THEN NULL ELSE COALESCE(NEW.rating, rating) END,
        unit_id = COALESCE(NEW.unit_id, unit_id)
        WHERE id = m.id;
    RETURN NEW;
END $$;

CREATE TRIGGER step_moves_its_matter BEFORE INSERT ON matters_step
    FOR EACH ROW EXECUTE FUNCTION houban.take_step();

CREATE FUNCTION houban.matter_moves_by_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 THEN
        RETURN NEW;
    ELSIF TG_OP = 'INSERT' AND NEW.state = 'draft' AND NEW.steps_taken = 0 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a matter begins as a draft, moves by its steps alone and stays'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER matter_moves_by_steps BEFORE INSERT OR UPDATE OR DELETE ON matters_matter
    FOR EACH ROW EXECUTE FUNCTION houban.matter_moves_by_steps();
"""

LAST_RESORT = """
CREATE FUNCTION houban.duty_has_a_last_resort() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM matters_matter) AND (SELECT count(DISTINCT duty) FROM matters_dutyrule
        WHERE division_id = houban.county() AND type_id IS NULL AND during @> houban.today()) < 2 THEN
        RAISE EXCEPTION 'the county has to name who receives and who handles what nobody else does'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER duty_has_a_last_resort AFTER UPDATE OR DELETE ON matters_dutyrule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban.duty_has_a_last_resort();
"""

UNDO = """
DROP FUNCTION houban.duty_has_a_last_resort() CASCADE; DROP FUNCTION houban.matter_moves_by_steps() CASCADE;
DROP FUNCTION houban.take_step() CASCADE; DROP FUNCTION houban.guard_holds(matters_matter, matters_step, text);
DROP FUNCTION houban.may_step(matters_matter, matters_step, text);
DROP FUNCTION houban.posts_over(bigint); DROP FUNCTION houban.holds(bigint, text); DROP FUNCTION houban.bodies();
"""

STAFF = "(SELECT houban.may('read'))"
MINE = "= ANY ((SELECT houban.bodies())::bigint[])"
VISIBLE = (
    "unit_id = ANY ((SELECT houban.units_for('read'))::bigint[]) AND NOT confidential"
    f" OR holder_id {MINE} OR receiver_id {MINE} OR reporter_id = (SELECT houban.person())"
    " OR (SELECT houban.is_service())"
)
OPENS = (
    "unit_id = ANY ((SELECT houban.units_for('handle'))::bigint[])"
    " OR unit_id = ANY ((SELECT houban.units_for('supervise'))::bigint[])"
)
# Whoever sees a matter may lock it, to take a step; nobody changes it, which the trigger holds.
LOCKED = f"ALTER POLICY matters_matter_change ON matters_matter USING ({VISIBLE})"
OF_A_MATTER = "EXISTS (SELECT 1 FROM matters_matter m WHERE m.id = matter_id)"
OF_A_STEP = "EXISTS (SELECT 1 FROM matters_step s WHERE s.id = step_id)"
OF_MY_STEP = (
    "EXISTS (SELECT 1 FROM matters_step s WHERE s.id = step_id"
    " AND (s.person_id = (SELECT houban.person()) OR (SELECT houban.is_service())))"
)
WHOLE_COUNTY = "(SELECT houban.county() = ANY (houban.units_for('rules')) OR houban.is_service())"
IN_REACH = "division_id = ANY ((SELECT houban.units_for('rules'))::bigint[])"
RULES = ("standard", "mattertype", "sametype", "filingrule", "officeseason")


class Migration(migrations.Migration):
    """Let matters move by their steps, the steps by the table, and everybody see what is theirs."""

    dependencies = [("matters", "0001_initial"), ("organisation", "0003_authority"), ("core", "0005_row_security")]
    operations = [
        RunSQL(BODIES + WHO + STEP + LAST_RESORT, UNDO),
        sql.append_only("matters_step"),
        sql.append_only("matters_evidence"),
        sql.row_security("matters_transition", read="true", write="false"),
        sql.row_security("matters_matter", read=VISIBLE, write=OPENS),
        RunSQL(LOCKED, RunSQL.noop),
        sql.row_security("matters_step", read=OF_A_MATTER, write=OF_A_MATTER),
        sql.row_security("matters_evidence", read=OF_A_STEP, write=OF_MY_STEP),
        *(sql.row_security(f"matters_{name}", read=STAFF, write=WHOLE_COUNTY) for name in RULES),
        sql.row_security("matters_dutyrule", read=STAFF, write=IN_REACH),
    ]
