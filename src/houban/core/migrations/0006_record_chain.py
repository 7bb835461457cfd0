"""Chain the record: post, unit, strand, position and digest of each entry; refuse TRUNCATE."""

import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from houban.core import sql

STRAND_HEAD = """
CREATE FUNCTION houban_strand_head(wanted uuid) RETURNS TABLE ("position" integer, digest bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT entry.position, entry.digest FROM public.core_recordentry AS entry
    WHERE entry.strand = wanted ORDER BY entry.position DESC LIMIT 1
$$
"""


class Migration(migrations.Migration):
    """Entries written before this keep an empty strand; the check holds every new one."""

    dependencies = [("core", "0005_row_security")]

    operations = [
        migrations.AddField("recordentry", "digest", models.BinaryField(null=True, verbose_name="摘要")),
        migrations.AddField("recordentry", "position", models.PositiveIntegerField(null=True, verbose_name="位次")),
        migrations.AddField(
            "recordentry", "post", models.CharField(blank=True, default="", max_length=120, verbose_name="岗位"), False
        ),
        migrations.AddField("recordentry", "strand", models.UUIDField(null=True, verbose_name="链串")),
        migrations.AddField("recordentry", "unit", models.BigIntegerField(default=0, verbose_name="区划编号")),
        migrations.AddIndex(
            "recordentry", models.Index(fields=["unit", "-id"], name="core_record_unit_741176_idx")
        ),
        migrations.AddConstraint(
            "recordentry",
            models.UniqueConstraint(fields=("strand", "position"), name="record_position_is_taken_once"),
        ),
        AddConstraintNotValid(
            "recordentry",
            models.CheckConstraint(
                condition=models.Q(
                    ("digest__isnull", False),
                    ("position__gte", 1),
                    ("strand__isnull", False),
                    django.db.models.lookups.Exact(
                        models.Func(
                            models.F("digest"), function="octet_length", output_field=models.IntegerField()
                        ),
                        32,
                    ),
                ),
                name="record_is_chained",
            ),
        ),
        migrations.RunSQL(STRAND_HEAD, "DROP FUNCTION houban_strand_head(uuid)"),
        sql.refuse_truncate("core_recordentry"),
    ]
