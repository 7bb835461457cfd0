"""Who may read the record, and that nobody writes it in another's name."""

from django.db import migrations

from houban.core import sql


class Migration(migrations.Migration):
    """Open the record within the scope of the power to read it; let each account write its own acts only."""

    dependencies = [("core", "0006_record_chain")]
    operations = [
        sql.row_security(
            "core_recordentry",
            read="unit = ANY ((SELECT houban.units_for('record'))::bigint[])",
            write="(SELECT houban.is_service()) OR actor_id IS NOT DISTINCT FROM (SELECT houban.account())",
        )
    ]
