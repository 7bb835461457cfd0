"""The signed claim that every policy rests on."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

SCHEMA = """
CREATE SCHEMA houban;
CREATE TABLE houban.claim_key (inner_pad bytea NOT NULL, outer_pad bytea NOT NULL);
CREATE UNIQUE INDEX claim_key_is_one ON houban.claim_key ((true));
COMMENT ON TABLE houban.claim_key IS 'the application never reads this';
"""

SUBJECT = """
CREATE FUNCTION houban.subject() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    claim text := current_setting('houban.claim', true);
    part text[];
    expected bytea;
BEGIN
    IF claim IS NULL OR claim = '' THEN
        RAISE EXCEPTION 'no claim: nobody asks' USING ERRCODE = 'insufficient_privilege';
    END IF;
    part := string_to_array(claim, '|');
    IF array_length(part, 1) IS DISTINCT FROM 4 OR part[2] !~ '^[0-9]{1,12}$' THEN
        RAISE EXCEPTION 'the claim is malformed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT sha256(outer_pad || sha256(inner_pad || convert_to(part[1] || '|' || part[2] || '|' || part[3], 'UTF8')))
        INTO expected FROM houban.claim_key;
    IF expected IS NULL OR encode(expected, 'hex') <> part[4] THEN
        RAISE EXCEPTION 'the claim is forged' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF part[3] <> pg_backend_pid()::text THEN
        RAISE EXCEPTION 'the claim is for another connection' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF part[2]::bigint < extract(epoch FROM clock_timestamp()) THEN
        RAISE EXCEPTION 'the claim has expired' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN part[1];
END $$;

CREATE FUNCTION houban.account() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    subject text := houban.subject();
BEGIN
    RETURN CASE WHEN subject LIKE 'account:%' THEN substr(subject, 9)::bigint END;
END $$;

CREATE FUNCTION houban.is_service() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT houban.subject() LIKE 'service:%' $$;

CREATE FUNCTION houban.today() RETURNS date LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT COALESCE((SELECT today FROM public.core_installation),
                    (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date)
$$;
"""

# What a claim may: nobody anything but a service, until the app that knows posts puts its own functions in place.
AUTHORITY = """
CREATE FUNCTION houban.may(power text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT houban.is_service() $$;

CREATE FUNCTION houban.units_for(power text) RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN houban.is_service() THEN '{0}'::bigint[] ELSE '{}'::bigint[] END
$$;

CREATE FUNCTION houban.units() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT houban.units_for('read') $$;

CREATE FUNCTION houban.standing() RETURNS jsonb LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT '{"person": null, "posts": []}'::jsonb $$;

CREATE FUNCTION houban.enter(claim text) RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM set_config('houban.claim', claim, true);
    RETURN houban.standing();
END $$;
"""

UNDO = "DROP SCHEMA houban CASCADE"


class Migration(migrations.Migration):
    """Make the schema, the key's table and the functions that check a claim."""

    dependencies = [("core", "0003_calendar_day")]
    operations = [RunSQL(SCHEMA, UNDO), RunSQL(SUBJECT, RunSQL.noop), RunSQL(AUTHORITY, RunSQL.noop)]
