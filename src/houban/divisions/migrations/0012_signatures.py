"""A signature under a difference stays as it was given, or is taken back."""

from django.db import migrations, models
from django.db.migrations.operations import RunSQL

STAYS = """
CREATE FUNCTION houban_signature_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.signed_at IS NULL OR (NEW.reason, NEW.signed_by_name, NEW.signed_at, NEW.ours, NEW.theirs)
        IS NOT DISTINCT FROM (OLD.reason, OLD.signed_by_name, OLD.signed_at, OLD.ours, OLD.theirs) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the signature under % can only be taken back', OLD.code
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER signature_stays BEFORE UPDATE ON divisions_listdifference
    FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION houban_signature_stays();
"""


class Migration(migrations.Migration):
    """Name the kind of difference that another code is, and guard signatures."""

    dependencies = [("divisions", "0011_settling")]
    operations = [
        migrations.AlterField(
            model_name="listdifference",
            name="kind",
            field=models.CharField(
                choices=[
                    ("missing", "登记没有"),
                    ("extra", "名录没有"),
                    ("name", "名称不同"),
                    ("parent", "上级不同"),
                    ("code", "代码不同"),
                ],
                max_length=10,
                verbose_name="差异",
            ),
        ),
        RunSQL(STAYS, "DROP FUNCTION houban_signature_stays() CASCADE"),
    ]
