"""What was reported and produced is open to all staff; writing takes the power to report."""

from django.db import migrations

from houban.core import sql

TABLES = ("reportedvalue", "statedvalue", "report", "reportfigure")


class Migration(migrations.Migration):
    """Let staff read, and only those who may report write."""

    dependencies = [("reports", "0002_promises"), ("core", "0005_row_security")]
    operations = [
        sql.row_security(
            f"reports_{name}", read="(SELECT houban.may('read'))", write="(SELECT houban.may('report'))"
        )
        for name in TABLES
    ]
