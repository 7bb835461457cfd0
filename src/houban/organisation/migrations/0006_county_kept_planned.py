"""The county is asked for several times a request: its code is read first, so that the codes' index finds it."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

KEPT = """
CREATE OR REPLACE FUNCTION houban.county() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    ours text;
    found bigint;
BEGIN
    SELECT county_code INTO ours FROM core_installation;
    SELECT division_id INTO found FROM divisions_divisioncode
        WHERE scheme = 'nbs' AND code = ours AND retracted_at IS NULL ORDER BY during DESC LIMIT 1;
    RETURN found;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION houban.county() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT c.division_id FROM core_installation i JOIN divisions_divisioncode c
        ON c.scheme = 'nbs' AND c.code = i.county_code AND c.retracted_at IS NULL
    ORDER BY c.during DESC LIMIT 1
$$;
"""


class Migration(migrations.Migration):
    """Write the function anew; what it answers is the same."""

    dependencies = [("organisation", "0005_standing_with_body")]
    operations = [RunSQL(KEPT, BEFORE)]
