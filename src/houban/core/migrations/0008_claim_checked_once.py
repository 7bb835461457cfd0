"""Check a claim by its signature first: whatever that holds for was made here, and needs no second look."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

SUBJECT = """
CREATE OR REPLACE FUNCTION houban.subject() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    claim constant text := current_setting('houban.claim', true);
    said constant text := left(claim, -65);
    part text[];
BEGIN
    IF claim IS NULL OR claim = '' THEN
        RAISE EXCEPTION 'no claim: nobody asks' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (SELECT encode(sha256(outer_pad || sha256(inner_pad || convert_to(said, 'UTF8'))), 'hex')
            FROM houban.claim_key) IS DISTINCT FROM right(claim, 64) THEN
        RAISE EXCEPTION 'the claim is %', CASE WHEN claim ~ '^[^|]*[|][0-9]{1,12}[|][^|]*[|][^|]*$' THEN 'forged'
            ELSE 'malformed' END USING ERRCODE = 'insufficient_privilege';
    END IF;
    part := string_to_array(said, '|');
    IF array_length(part, 1) IS DISTINCT FROM 3 THEN
        RAISE EXCEPTION 'the claim is malformed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF part[3] IS DISTINCT FROM pg_backend_pid()::text THEN
        RAISE EXCEPTION 'the claim is for another connection' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF part[2]::bigint < extract(epoch FROM clock_timestamp()) THEN
        RAISE EXCEPTION 'the claim has expired' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN part[1];
END $$;

CREATE OR REPLACE FUNCTION houban.is_service() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN houban.subject() LIKE 'service:%';
END $$;
"""


class Migration(migrations.Migration):
    """Ask for the signature once, and look at the parts of what is signed."""

    dependencies = [("core", "0007_record_policy")]
    operations = [RunSQL(SUBJECT, RunSQL.noop)]
