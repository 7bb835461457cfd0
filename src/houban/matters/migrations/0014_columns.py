"""A step changes of its matter what its verb may, and no more; parts come before their whole."""

from django.db import migrations, models
from django.db.migrations.operations import RunSQL

GUARDS = """
CREATE OR REPLACE FUNCTION houban.guard_holds(m matters_matter, s matters_step, guard text) RETURNS boolean LANGUAGE plpgsql STABLE
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
        @PARTS@
        ELSE false
    END;
END $$;
"""
CHILDREN = """WHEN 'children_closed' THEN NOT EXISTS (SELECT 1 FROM matters_matter c WHERE c.parent_id = m.id
            AND c.state NOT IN ('closed', 'rejected'))"""
PARTS = """WHEN 'merged' THEN m.twin_id IS NOT NULL
        WHEN 'parts_closed' THEN NOT EXISTS (SELECT 1 FROM matters_matter c WHERE c.parent_id = m.id
            AND c.kind = m.kind AND c.state NOT IN ('closed', 'rejected'))"""

# What the columns have to be after a verb, beyond which of them may change.
TOUCHES = """
CREATE FUNCTION houban.touches(m matters_matter, s matters_step) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array_remove(ARRAY[
        CASE WHEN s.type_id IS DISTINCT FROM m.type_id THEN 'type_id' END,
        CASE WHEN s.rule_id IS DISTINCT FROM m.rule_id THEN 'rule_id' END,
        CASE WHEN s.level <> m.level THEN 'level' END,
        CASE WHEN s.receiver_id IS DISTINCT FROM m.receiver_id THEN 'receiver_id' END,
        CASE WHEN s.holder_id IS DISTINCT FROM m.holder_id THEN 'holder_id' END,
        CASE WHEN s.handler_id IS DISTINCT FROM m.handler_id THEN 'handler_id' END,
        CASE WHEN s.limit_amount IS DISTINCT FROM m.limit_amount THEN 'limit_amount' END,
        CASE WHEN s.limit_unit <> m.limit_unit THEN 'limit_unit' END,
        CASE WHEN s.started_at IS DISTINCT FROM m.started_at THEN 'started_at' END,
        CASE WHEN s.due_raw IS DISTINCT FROM m.due_raw THEN 'due_raw' END,
        CASE WHEN s.due IS DISTINCT FROM m.due THEN 'due' END,
        CASE WHEN s.paused_at IS DISTINCT FROM m.paused_at THEN 'paused_at' END,
        CASE WHEN s.twin_id IS DISTINCT FROM m.twin_id THEN 'twin_id' END,
        CASE WHEN s.sampled <> m.sampled THEN 'sampled' END,
        CASE WHEN s.unit_id IS NOT NULL THEN 'unit_id' END
    ], NULL)
$$;

CREATE FUNCTION houban.leaves_right(m matters_matter, s matters_step) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN s.verb IN ('file', 'escalate', 'reopen', 'unmerge') THEN s.started_at = s.happened_at
            AND s.paused_at IS NULL AND s.due IS NOT DISTINCT FROM s.due_raw
        ELSE true
    END AND CASE s.verb
        WHEN 'dispatch' THEN s.holder_id IS NOT NULL AND s.handler_id IS NULL
        WHEN 'return' THEN s.holder_id IS NULL AND s.handler_id IS NULL
        WHEN 'escalate' THEN s.holder_id IS NULL AND s.handler_id IS NULL AND s.rule_id IS NULL
        WHEN 'reopen' THEN s.holder_id IS NULL AND s.handler_id IS NULL AND NOT s.sampled
        WHEN 'unmerge' THEN s.holder_id IS NULL AND s.handler_id IS NULL AND s.twin_id IS NULL
        WHEN 'accept' THEN s.handler_id IS NOT DISTINCT FROM s.person_id
        WHEN 'submit' THEN s.handler_id IS NOT DISTINCT FROM COALESCE(s.person_id, m.handler_id)
        WHEN 'resolve' THEN s.handler_id IS NOT DISTINCT FROM s.person_id
            AND s.holder_id = COALESCE(m.holder_id, m.receiver_id)
        WHEN 'extend' THEN s.due > m.due OR (s.due IS NULL AND m.due IS NULL)
        WHEN 'pause' THEN s.paused_at = s.happened_at
        WHEN 'resume' THEN s.paused_at IS NULL AND (s.due >= m.due OR (s.due IS NULL AND m.due IS NULL))
        WHEN 'follow' THEN CASE WHEN s.begins = 'filed' THEN s.started_at = s.happened_at AND s.paused_at IS NULL
            ELSE cardinality(houban.touches(m, s)) = 0 END
        WHEN 'recheck' THEN NOT s.sampled
        WHEN 'merge' THEN s.twin_id IS NOT NULL
        ELSE true
    END
$$;
"""
NO_TOUCHES = """
DROP FUNCTION houban.leaves_right(matters_matter, matters_step);
DROP FUNCTION houban.touches(matters_matter, matters_step);
"""
HELD = """    IF NOT houban.touches(m, NEW) <@ string_to_array(way.touches, ' ') THEN
        RAISE EXCEPTION '% may not change %', NEW.verb, array_to_string(houban.touches(m, NEW), ' ')
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT COALESCE(houban.leaves_right(m, NEW), false) THEN
        RAISE EXCEPTION '% leaves another standing', NEW.verb USING ERRCODE = 'integrity_constraint_violation';
    END IF;
"""
STEP = """
CREATE OR REPLACE FUNCTION houban.take_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
@CHECK@    UPDATE matters_matter SET
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
"""


class Migration(migrations.Migration):
    """Hold in the trigger of the steps which columns a verb may change."""

    dependencies = [("matters", "0013_own_name")]
    operations = [
        migrations.AddField("transition", "touches", models.CharField("可变项", max_length=200, blank=True)),
        RunSQL(GUARDS.replace("@PARTS@", PARTS), GUARDS.replace("@PARTS@", CHILDREN)),
        RunSQL(TOUCHES + STEP.replace("@CHECK@", HELD), STEP.replace("@CHECK@", "") + NO_TOUCHES),
    ]
