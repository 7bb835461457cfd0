"""What the register promises, held by the database."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from houban.core import sql

WITHIN_PARENT = """
CREATE FUNCTION houban_version_within_parent() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    mine datemultirange;
    own_level text;
    upper_level text;
BEGIN
    SELECT range_agg(during) INTO mine FROM divisions_divisionversion
        WHERE division_id = NEW.division_id AND retracted_at IS NULL;
    IF EXISTS (SELECT 1 FROM divisions_divisionversion child
               WHERE child.parent_id = NEW.division_id AND child.retracted_at IS NULL
                 AND NOT COALESCE(mine, '{}'::datemultirange) @> child.during) THEN
        RAISE EXCEPTION 'division % has children outside its life', NEW.division_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM divisions_divisioncode code
               WHERE code.division_id = NEW.division_id AND code.retracted_at IS NULL
                 AND NOT COALESCE(mine, '{}'::datemultirange) @> code.during) THEN
        RAISE EXCEPTION 'division % has codes outside its life', NEW.division_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.retracted_at IS NOT NULL OR NEW.parent_id IS NULL THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM divisions_divisionversion WHERE id = NEW.id AND retracted_at IS NULL) THEN
        RETURN NULL;
    END IF;
    SELECT range_agg(during) INTO mine FROM divisions_divisionversion
        WHERE division_id = NEW.parent_id AND retracted_at IS NULL;
    IF NOT COALESCE(mine, '{}'::datemultirange) @> NEW.during THEN
        RAISE EXCEPTION 'version % lies outside the life of its parent %', NEW.id, NEW.parent_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT level INTO own_level FROM divisions_division WHERE id = NEW.division_id;
    SELECT level INTO upper_level FROM divisions_division WHERE id = NEW.parent_id;
    IF houban_depth(upper_level) >= houban_depth(own_level) THEN
        RAISE EXCEPTION 'parent % is not above division %', NEW.parent_id, NEW.division_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION houban_depth(level text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position(ARRAY['province','city','county','town','village','group','cell'], level)
$$;

CREATE CONSTRAINT TRIGGER version_within_parent AFTER INSERT OR UPDATE ON divisions_divisionversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban_version_within_parent();
"""

CODE_WITHIN_LIFE = """
CREATE FUNCTION houban_code_within_life() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    life datemultirange;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM divisions_divisioncode WHERE id = NEW.id AND retracted_at IS NULL) THEN
        RETURN NULL;
    END IF;
    SELECT range_agg(during) INTO life FROM divisions_divisionversion
        WHERE division_id = NEW.division_id AND retracted_at IS NULL;
    IF NOT COALESCE(life, '{}'::datemultirange) @> NEW.during THEN
        RAISE EXCEPTION 'code % lies outside the life of division %', NEW.code, NEW.division_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER code_within_life AFTER INSERT ON divisions_divisioncode
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban_code_within_life();
"""

DIVISION_STAYS = """
CREATE FUNCTION houban_division_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.level = OLD.level THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an identity keeps its level and is never deleted'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER division_stays BEFORE UPDATE OR DELETE ON divisions_division
    FOR EACH ROW EXECUTE FUNCTION houban_division_stays();
"""

CHANGE_GOES_ONE_WAY = """
CREATE FUNCTION houban_change_goes_one_way() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    later constant text[] := '{status,annulled_at,annulled_because,file,note}';
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status = 'draft' THEN
            RETURN OLD;
        END IF;
    ELSIF OLD.status = 'draft' AND NEW.status IN ('draft', 'enacted') THEN
        RETURN NEW;
    ELSIF to_jsonb(OLD) - later = to_jsonb(NEW) - later
        AND (NEW.status = OLD.status OR OLD.status = 'enacted' AND NEW.status = 'annulled') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'change % is %: it can only be annulled', OLD.id, OLD.status
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER change_goes_one_way BEFORE UPDATE OR DELETE ON divisions_change
    FOR EACH ROW EXECUTE FUNCTION houban_change_goes_one_way();

CREATE FUNCTION houban_change_is_whole() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan TO off AS $$
BEGIN
    IF NEW.status <> 'enacted' THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT 1 FROM divisions_flow f WHERE f.change_id = NEW.id
               AND ((f.source_code <> '' OR f.source_name <> '') AND f.source_id IS NULL
                 OR (f.target_code <> '' OR f.target_name <> '') AND f.target_id IS NULL)) THEN
        RAISE EXCEPTION 'change % has flows whose ends are not known', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM divisions_flow f, jsonb_each_text(f.shares) share WHERE f.change_id = NEW.id
               GROUP BY f.source_id, share.key HAVING sum(share.value::numeric) <> 1) THEN
        RAISE EXCEPTION 'change % has shares that do not add up to 1', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER change_is_whole AFTER INSERT OR UPDATE ON divisions_change
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION houban_change_is_whole();
"""

FLOWS_STAY = """
CREATE FUNCTION houban_flows_stay() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan TO off AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM divisions_change c
               WHERE c.id IN (NEW.change_id, OLD.change_id) AND c.status <> 'draft') THEN
        RAISE EXCEPTION 'the flows of an enacted change stay as they are'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER flows_stay BEFORE INSERT OR UPDATE OR DELETE ON divisions_flow
    FOR EACH ROW EXECUTE FUNCTION houban_flows_stay();
"""

FRESH_STATISTICS = """
CREATE FUNCTION houban_divisions_analyse() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE divisions_division, divisions_divisionversion, divisions_divisioncode, divisions_flow;
END $$;
"""


class Migration(migrations.Migration):
    """Guard identities, versions, codes, changes and flows."""

    dependencies = [("divisions", "0001_initial"), ("core", "0002_append_only")]
    operations = [
        RunSQL(WITHIN_PARENT, "DROP FUNCTION houban_version_within_parent() CASCADE; DROP FUNCTION houban_depth(text)"),
        RunSQL(CODE_WITHIN_LIFE, "DROP FUNCTION houban_code_within_life() CASCADE"),
        RunSQL(DIVISION_STAYS, "DROP FUNCTION houban_division_stays() CASCADE"),
        RunSQL(CHANGE_GOES_ONE_WAY, "DROP FUNCTION houban_change_goes_one_way() CASCADE; DROP FUNCTION houban_change_is_whole() CASCADE"),
        RunSQL(FLOWS_STAY, "DROP FUNCTION houban_flows_stay() CASCADE"),
        RunSQL(FRESH_STATISTICS, "DROP FUNCTION houban_divisions_analyse()"),
        sql.retract_only("divisions_divisionversion"),
        sql.retract_only("divisions_divisioncode"),
    ]
