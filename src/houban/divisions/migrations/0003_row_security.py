"""The map is public; writing it takes the power to register."""

from django.db import migrations

from houban.core import sql

TABLES = (
    "division",
    "change",
    "controltotal",
    "divisionversion",
    "divisioncode",
    "flow",
    "officiallist",
    "listentry",
    "listdifference",
    "baseline",
)


class Migration(migrations.Migration):
    """Let only those who may register write the register."""

    dependencies = [("divisions", "0002_promises"), ("core", "0005_row_security")]
    operations = [
        sql.row_security(f"divisions_{name}", read="true", write="(SELECT houban.may('register'))") for name in TABLES
    ]
