"""A rectification says what it demands as a supervision order does."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

FUNCTIONS = """
CREATE OR REPLACE FUNCTION houban.order_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    m matters_matter;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an order is withdrawn and not deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT * INTO m FROM matters_matter WHERE id = NEW.matter_id FOR UPDATE;
    IF COALESCE(m.kind, '') NOT IN (@KINDS@) OR m.state NOT IN ('draft', 'dispatched')
        OR TG_OP = 'UPDATE' AND (NEW.matter_id <> OLD.matter_id OR m.state = 'draft') THEN
        RAISE EXCEPTION 'order % is no longer to be written', NEW.matter_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'order_stays_once_accepted';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION houban.reply_tells_who_ordered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO matters_notification (matter_id, person_id, power, reason, author_id, count, at, recorded_at)
    SELECT NEW.matter_id, m.reporter_id, '', NEW.verb, NEW.person_id, 1, NEW.happened_at, NEW.recorded_at
    FROM matters_matter m WHERE m.id = NEW.matter_id AND m.kind IN (@KINDS@)
        AND m.reporter_id IS NOT NULL AND m.reporter_id IS DISTINCT FROM NEW.person_id
    ON CONFLICT ON CONSTRAINT notification_once DO UPDATE SET
        count = matters_notification.count + 1, settled_at = NULL, reason = EXCLUDED.reason,
        author_id = EXCLUDED.author_id, at = EXCLUDED.at, recorded_at = EXCLUDED.recorded_at;
    RETURN NULL;
END $$;
"""
TRIGGER = """
DROP TRIGGER supervision_has_its_order ON matters_matter;
CREATE CONSTRAINT TRIGGER supervision_has_its_order AFTER INSERT ON matters_matter
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind IN (@KINDS@))
    EXECUTE FUNCTION houban.supervision_has_its_order();
"""
FORMER = """
ALTER TABLE matters_order DISABLE TRIGGER order_stays;
INSERT INTO matters_order (matter_id, grade, basis, demand)
SELECT id, 'ordinary', '', CASE WHEN text = '' THEN title ELSE left(text, 500) END
FROM matters_matter WHERE kind = 'rectification';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE matters_order ENABLE TRIGGER order_stays;
"""
NO_FORMER = """
ALTER TABLE matters_order DISABLE TRIGGER order_stays;
DELETE FROM matters_order o USING matters_matter m WHERE m.id = o.matter_id AND m.kind = 'rectification';
ALTER TABLE matters_order ENABLE TRIGGER order_stays;
"""
BOTH, ONE = "'supervision', 'rectification'", "'supervision'"


class Migration(migrations.Migration):
    """Let rectifications have orders, and none be without."""

    dependencies = [("matters", "0016_disputes")]
    operations = [
        RunSQL(
            (FUNCTIONS + TRIGGER).replace("@KINDS@", BOTH) + FORMER,
            NO_FORMER + (FUNCTIONS + TRIGGER).replace("@KINDS@", ONE),
        ),
    ]
