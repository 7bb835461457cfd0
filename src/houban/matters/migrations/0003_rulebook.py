"""What the rule book promises: types form a tree, and no day to come is without a last resort."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

TREE = """
CREATE FUNCTION houban.type_not_beneath_itself() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.parent_id IS NULL THEN
        RETURN NULL;
    END IF;
    IF (WITH RECURSIVE up AS (
            SELECT NEW.parent_id AS id
            UNION
            SELECT t.parent_id FROM up JOIN matters_mattertype t ON t.id = up.id WHERE t.parent_id IS NOT NULL
        ) SELECT bool_or(id = NEW.id) FROM up) THEN
        RAISE EXCEPTION 'type % would lie beneath itself', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'type_not_beneath_itself';
    END IF;
    IF (SELECT standard_id FROM matters_mattertype WHERE id = NEW.parent_id) <> NEW.standard_id THEN
        RAISE EXCEPTION 'type % and the one above it are of two standards', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'type_of_one_standard';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER type_not_beneath_itself AFTER INSERT OR UPDATE ON matters_mattertype
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION houban.type_not_beneath_itself();
"""
LAST_RESORT = """
CREATE OR REPLACE FUNCTION houban.duty_has_a_last_resort() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM matters_matter) AND (
        SELECT count(*) FROM (
            SELECT duty FROM matters_dutyrule WHERE division_id = houban.county() AND type_id IS NULL
            GROUP BY duty HAVING range_agg(during) @> daterange(houban.today(), NULL)
        ) covered
    ) < 2 THEN
        RAISE EXCEPTION 'the county has to name who receives and who handles what nobody else does, every day to come'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'duty_has_a_last_resort';
    END IF;
    RETURN NULL;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION houban.duty_has_a_last_resort() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM matters_matter) AND (SELECT count(DISTINCT duty) FROM matters_dutyrule
        WHERE division_id = houban.county() AND type_id IS NULL AND during @> houban.today()) < 2 THEN
        RAISE EXCEPTION 'the county has to name who receives and who handles what nobody else does'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
DROP FUNCTION houban.type_not_beneath_itself() CASCADE;
"""


class Migration(migrations.Migration):
    """Hold the tree of types and the last resort."""

    dependencies = [("matters", "0002_promises")]
    operations = [RunSQL(TREE + LAST_RESORT, BEFORE)]
