"""Who sees a matter, asked by hash: an array is searched from its beginning for every row, a set is not."""

from django.db import migrations, models
from django.db.migrations.operations import RunSQL

MINE = "IN (SELECT unnest(houban.bodies()))"
VISIBLE = (  # what costs little comes first: where it answers, the places are never looked up
    f"reporter_id = (SELECT houban.person()) OR (SELECT houban.is_service()) OR holder_id {MINE} OR receiver_id {MINE}"
    " OR NOT confidential AND unit_id IN (SELECT unnest(houban.units_for('read')))"
)
ARRAY = "= ANY ((SELECT houban.bodies())::bigint[])"
BEFORE = (
    "unit_id = ANY ((SELECT houban.units_for('read'))::bigint[]) AND NOT confidential"
    f" OR holder_id {ARRAY} OR receiver_id {ARRAY} OR reporter_id = (SELECT houban.person())"
    " OR (SELECT houban.is_service())"
)
ALTER = """
ALTER POLICY matters_matter_read ON matters_matter USING ({0});
ALTER POLICY matters_matter_change ON matters_matter USING ({0});
"""
RECEIVED = models.Q(("state__in", ["reported", "filed"]))
HELD = models.Q(("paused_at__isnull", True), ("state__in", ["dispatched", "handling"]))


class Migration(migrations.Migration):
    """Say the same policies by hash, and index what waits for whom."""

    dependencies = [("matters", "0004_ended")]
    operations = [
        RunSQL(ALTER.format(VISIBLE), ALTER.format(BEFORE)),
        migrations.AddIndex(
            model_name="matter", index=models.Index(fields=["receiver"], condition=RECEIVED, name="matter_to_receive")
        ),
        migrations.AddIndex(
            model_name="matter", index=models.Index(fields=["holder"], condition=HELD, name="matter_to_handle")
        ),
    ]
