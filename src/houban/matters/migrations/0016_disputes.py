"""Disputes: their parties are sealed, and opened by nobody but those who receive or handle them."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from houban.core import sql

PROMISES = """
CREATE FUNCTION houban.deals_with(matter uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM matters_matter m WHERE m.id = matter AND (
        houban.holds(m.receiver_id, 'dispatch') OR houban.holds(m.holder_id, 'handle')))
$$;

CREATE FUNCTION houban.is_reporting(matter uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM matters_matter m WHERE m.id = matter AND m.state = 'draft'
        AND (m.reporter_id = houban.person() OR houban.is_service()))
$$;

CREATE FUNCTION houban.party_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM matters_partykey k JOIN matters_matter m ON m.id = k.matter_id
        WHERE k.matter_id = NEW.matter_id AND k.key IS NOT NULL AND m.kind = 'dispute' FOR SHARE OF k;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'matter % has no key to seal parties under', NEW.matter_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'party_has_a_key';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION houban.party_key_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM matters_party WHERE matter_id = NEW.matter_id;
    RETURN NULL;
END $$;

CREATE FUNCTION houban.dispute_has_parties() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM matters_party WHERE matter_id = NEW.id)
        AND NOT EXISTS (SELECT 1 FROM matters_partykey WHERE matter_id = NEW.id AND key IS NULL) THEN
        RAISE EXCEPTION 'dispute % is between nobody', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'dispute_has_parties';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER party_stands BEFORE INSERT OR UPDATE ON matters_party
    FOR EACH ROW EXECUTE FUNCTION houban.party_stands();
CREATE TRIGGER party_key_ends AFTER UPDATE OF key ON matters_partykey
    FOR EACH ROW WHEN (OLD.key IS NOT NULL AND NEW.key IS NULL) EXECUTE FUNCTION houban.party_key_ends();
CREATE TRIGGER party_key_is_kept BEFORE DELETE ON matters_partykey
    FOR EACH ROW EXECUTE FUNCTION houban_refuse();
CREATE CONSTRAINT TRIGGER dispute_has_parties AFTER INSERT ON matters_matter
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'dispute')
    EXECUTE FUNCTION houban.dispute_has_parties();

CREATE OR REPLACE FUNCTION houban.has_personal_keys() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM organisation_personkey) OR EXISTS (SELECT 1 FROM matters_partykey)
$$;
"""
UNDO = """
CREATE OR REPLACE FUNCTION houban.has_personal_keys() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$ SELECT EXISTS (SELECT 1 FROM organisation_personkey) $$;
DROP FUNCTION houban.dispute_has_parties() CASCADE; DROP FUNCTION houban.party_key_ends() CASCADE;
DROP FUNCTION houban.party_stands() CASCADE; DROP TRIGGER IF EXISTS party_key_is_kept ON matters_partykey;
DROP FUNCTION houban.is_reporting(uuid); DROP FUNCTION houban.deals_with(uuid);
"""
DEALS = "houban.deals_with(matter_id)"
ENTERS = "houban.deals_with(matter_id) OR houban.is_reporting(matter_id)"
# Whoever rotates the masters wraps the keys anew, and the nightly job destroys them; neither opens a name.
KEEPS = "(SELECT houban.county() = ANY (houban.units_for('protect'))) OR (SELECT houban.is_service())"
POLICIES = f"""
ALTER TABLE matters_party ENABLE ROW LEVEL SECURITY;
CREATE POLICY matters_party_read ON matters_party FOR SELECT USING ({DEALS});
CREATE POLICY matters_party_add ON matters_party FOR INSERT WITH CHECK ({ENTERS});
ALTER TABLE matters_partykey ENABLE ROW LEVEL SECURITY;
CREATE POLICY matters_partykey_read ON matters_partykey FOR SELECT USING ({DEALS} OR {KEEPS});
CREATE POLICY matters_partykey_add ON matters_partykey FOR INSERT WITH CHECK ({ENTERS});
CREATE POLICY matters_partykey_change ON matters_partykey FOR UPDATE USING ({DEALS} OR {KEEPS});
"""
NO_POLICIES = "".join(
    f"DROP POLICY matters_{name} ON matters_{name.rsplit('_', 1)[0]};"
    for name in ("party_read", "party_add", "partykey_read", "partykey_add", "partykey_change")
) + "ALTER TABLE matters_party DISABLE ROW LEVEL SECURITY; ALTER TABLE matters_partykey DISABLE ROW LEVEL SECURITY;"
RESULTS = ["agreed", "failed", "withdrawn", "referred"]


class Migration(migrations.Migration):
    """Keep who is in a dispute beside its matter, sealed, and how its mediation came out on the step."""

    dependencies = [("matters", "0015_reports_in_a_chain"), ("organisation", "0006_county_kept_planned")]
    operations = [
        migrations.CreateModel(
            name="PartyKey",
            fields=[
                ("matter", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True,
                                                related_name="party_key", serialize=False, to="matters.matter",
                                                verbose_name="事项")),
                ("key", models.BinaryField(null=True, verbose_name="封存的密钥")),
                ("master", models.PositiveSmallIntegerField(null=True, verbose_name="主密钥版本")),
                ("made_at", models.DateTimeField(verbose_name="建立时间")),
                ("destroyed_at", models.DateTimeField(null=True, verbose_name="销毁时间")),
            ],
            options={
                "verbose_name": "当事人密钥",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("destroyed_at__isnull", True), ("key__isnull", False), ("master__isnull", False)),
                            models.Q(("destroyed_at__isnull", False), ("key__isnull", True), ("master__isnull", True)),
                            _connector="OR",
                        ),
                        name="party_key_or_its_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False, verbose_name="编号")),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("name", models.BinaryField(verbose_name="封存的姓名")),
                ("phone", models.BinaryField(null=True, verbose_name="封存的电话")),
                ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                ("matter", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="parties",
                                             to="matters.matter", verbose_name="事项")),
            ],
            options={
                "verbose_name": "当事人",
                "ordering": ["matter", "number"],
                "constraints": [models.UniqueConstraint(fields=("matter", "number"), name="party_number_once")],
            },
        ),
        migrations.AddField(
            "step", "result", models.CharField(
                "调解结果", max_length=12, blank=True, db_default="", default="",
                choices=[("agreed", "达成协议"), ("failed", "未达成协议"), ("withdrawn", "当事人撤回"),
                         ("referred", "引导走仲裁、诉讼等途径")],
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("result", ""))
                | models.Q(("result__in", RESULTS), ("verb", "submit")),
                name="step_result_of_what_was_submitted",
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", "dispute"), _negated=True), ("confidential", True), _connector="OR"),
                name="matter_dispute_is_confidential",
            ),
        ),
        RunSQL(PROMISES, UNDO),
        RunSQL(POLICIES, NO_POLICIES),
    ]  # fmt: skip
