"""Who may read and write what the core keeps."""

from django.db import migrations

from houban.core import sql


class Migration(migrations.Migration):
    """Let everybody with a claim read the installation and its calendar, and only services or administrators write."""

    dependencies = [("core", "0004_claims")]
    operations = [
        sql.row_security("core_installation", read="true", write="(SELECT houban.is_service())"),
        sql.row_security("core_calendarday", read="true", write="(SELECT houban.is_service())"),
    ]
