"""What reports promise, held by the database."""

from django.db import migrations

from houban.core import sql


class Migration(migrations.Migration):
    """Produced reports stay as they are; entered values can only be withdrawn."""

    dependencies = [("reports", "0001_initial"), ("core", "0002_append_only")]
    operations = [
        sql.append_only("reports_report"),
        sql.append_only("reports_reportfigure"),
        sql.withdraw_only("reports_reportedvalue"),
        sql.withdraw_only("reports_statedvalue"),
    ]
