"""The record can only grow."""

from django.db import migrations

from houban.core import sql


class Migration(migrations.Migration):
    """Make the refusing functions and guard the record."""

    dependencies = [("core", "0001_initial")]
    operations = [sql.refuse_function(), sql.retract_function(), sql.append_only("core_recordentry")]
