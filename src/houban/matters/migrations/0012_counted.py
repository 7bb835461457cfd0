"""Find what was opened again by an index: a year's figures count those by their steps."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Index the matters that were opened again."""

    dependencies = [("matters", "0011_imports")]

    operations = [
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                fields=["reported_at"], condition=models.Q(("reopenings__gt", 0)), name="matter_reopened"
            ),
        ),
    ]
