"""A rating comes with its verb alone, a reporter acts in a name of their own, nothing is merged in a ring."""

from django.db import migrations, models
from django.db.migrations.operations import RunSQL

MAY_STEP = """
CREATE OR REPLACE FUNCTION houban.may_step(m matters_matter, s matters_step, who text) RETURNS boolean LANGUAGE plpgsql
    STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN CASE who
        WHEN 'reporter' THEN m.reporter_id = houban.person(){0}
        WHEN 'receiver' THEN s.body_id = m.receiver_id AND houban.holds(s.body_id, 'dispatch')
        WHEN 'holder' THEN s.body_id = m.holder_id AND houban.holds(s.body_id, 'handle')
        WHEN 'staff' THEN houban.holds(s.body_id, 'handle') AND m.unit_id = ANY (houban.units_for('handle'))
        WHEN 'verifier' THEN houban.holds(s.body_id, 'verify') AND m.unit_id = ANY (houban.units_for('verify'))
        WHEN 'leader' THEN houban.holds(s.body_id, 'supervise') AND m.unit_id = ANY (houban.units_for('supervise'))
        ELSE false
    END;
END $$;
"""
IN_OWN_NAME = " AND (s.body_id IS NULL OR s.body_id = ANY (houban.bodies()))"
# The twin is locked, so that two merges into each other at once can't both pass.
TWIN = """
CREATE FUNCTION houban.twin_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM matters_matter
        WHERE id = NEW.twin_id AND id <> NEW.matter_id AND twin_id IS NULL AND state <> 'draft' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a matter is merged into another that is not merged itself'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER twin_stands BEFORE INSERT ON matters_step
    FOR EACH ROW WHEN (NEW.verb = 'merge') EXECUTE FUNCTION houban.twin_stands();
"""
NO_TWIN = "DROP FUNCTION houban.twin_stands() CASCADE;"


class Migration(migrations.Migration):
    """Close what a step written past the code could still do."""

    dependencies = [("matters", "0012_counted")]
    operations = [
        RunSQL(MAY_STEP.format(IN_OWN_NAME) + TWIN, NO_TWIN + MAY_STEP.format("")),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(verb="rate", rating__isnull=False)
                | models.Q(models.Q(verb="rate", _negated=True), rating__isnull=True),
                name="step_rating_with_its_verb",
            ),
        ),
    ]
