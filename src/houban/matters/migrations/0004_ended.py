"""Indexes by which the matters that came and ended in a month are found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the indexes."""

    dependencies = [("matters", "0003_rulebook")]
    operations = [
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                fields=["ended_at"], condition=models.Q(("ended_at__isnull", False)), name="matter_ended"
            ),
        ),
        migrations.AddIndex(
            model_name="matter", index=models.Index(fields=["reported_at"], name="matter_reported")
        ),
    ]
