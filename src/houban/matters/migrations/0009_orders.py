"""Supervision orders: each has what it demands, only its issuer writes it, and only until somebody has accepted it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from houban.core import sql

PROMISES = """
INSERT INTO matters_order (matter_id, grade, basis, demand)
SELECT id, 'ordinary', '', CASE WHEN text = '' THEN title ELSE left(text, 500) END
FROM matters_matter WHERE kind = 'supervision';

CREATE FUNCTION houban.supervision_has_its_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM matters_order WHERE matter_id = NEW.id) THEN
        RAISE EXCEPTION 'supervision % demands nothing', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'supervision_has_its_order';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER supervision_has_its_order AFTER INSERT ON matters_matter
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'supervision')
    EXECUTE FUNCTION houban.supervision_has_its_order();

CREATE FUNCTION houban.order_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    m matters_matter;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an order is withdrawn and not deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT * INTO m FROM matters_matter WHERE id = NEW.matter_id FOR UPDATE;
    IF m.kind IS DISTINCT FROM 'supervision' OR m.state NOT IN ('draft', 'dispatched')
        OR TG_OP = 'UPDATE' AND (NEW.matter_id <> OLD.matter_id OR m.state = 'draft') THEN
        RAISE EXCEPTION 'order % is no longer to be written', NEW.matter_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'order_stays_once_accepted';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER order_stays BEFORE INSERT OR UPDATE OR DELETE ON matters_order
    FOR EACH ROW EXECUTE FUNCTION houban.order_stays();

CREATE FUNCTION houban.reply_tells_who_ordered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO matters_notification (matter_id, person_id, power, reason, author_id, count, at, recorded_at)
    SELECT NEW.matter_id, m.reporter_id, '', NEW.verb, NEW.person_id, 1, NEW.happened_at, NEW.recorded_at
    FROM matters_matter m WHERE m.id = NEW.matter_id AND m.kind = 'supervision'
        AND m.reporter_id IS NOT NULL AND m.reporter_id IS DISTINCT FROM NEW.person_id
    ON CONFLICT ON CONSTRAINT notification_once DO UPDATE SET
        count = matters_notification.count + 1, settled_at = NULL, reason = EXCLUDED.reason,
        author_id = EXCLUDED.author_id, at = EXCLUDED.at, recorded_at = EXCLUDED.recorded_at;
    RETURN NULL;
END $$;

CREATE TRIGGER reply_tells_who_ordered AFTER INSERT ON matters_step FOR EACH ROW
    WHEN (NEW.verb IN ('submit', 'ask')) EXECUTE FUNCTION houban.reply_tells_who_ordered();
"""
UNDO = """
DROP FUNCTION houban.reply_tells_who_ordered() CASCADE; DROP FUNCTION houban.order_stays() CASCADE;
DROP FUNCTION houban.supervision_has_its_order() CASCADE;
"""
READ = "EXISTS (SELECT 1 FROM matters_matter m WHERE m.id = matter_id OFFSET 0)"
ISSUED = (
    "EXISTS (SELECT 1 FROM matters_matter m WHERE m.id = matter_id AND m.reporter_id = (SELECT houban.person())"
    " OFFSET 0) OR (SELECT houban.is_service())"
)


class Migration(migrations.Migration):
    """Keep what an order demands beside its matter."""

    dependencies = [("matters", "0008_fewer_indexes")]
    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("matter", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True,
                                                related_name="order", serialize=False, to="matters.matter",
                                                verbose_name="事项")),
                ("grade", models.CharField(choices=[("ordinary", "一般"), ("important", "重要"), ("urgent", "紧急")],
                                           default="ordinary", max_length=12, verbose_name="级别")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("demand", models.CharField(max_length=500, verbose_name="要求")),
            ],
            options={
                "verbose_name": "督办单",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("grade__in", ["ordinary", "important", "urgent"])),
                                           name="order_grade_known"),
                    models.CheckConstraint(condition=models.Q(("demand", ""), _negated=True),
                                           name="order_demands_something"),
                ],
            },
        ),
        RunSQL(PROMISES, UNDO),
        sql.row_security("matters_order", read=READ, write=ISSUED),
    ]  # fmt: skip
