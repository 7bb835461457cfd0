"""SQL pieces for migrations."""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

REFUSE = """
CREATE OR REPLACE FUNCTION houban_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def refuse_function() -> RunSQL:
    """Make the function behind every append-only table."""
    return RunSQL(REFUSE, "DROP FUNCTION houban_refuse() CASCADE")


def append_only(table: str) -> RunSQL:
    """Refuse UPDATE and DELETE on a table, whoever asks; the comment tells the grants."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION houban_refuse();
        COMMENT ON TABLE {table} IS 'append-only';
        """,
        f"DROP TRIGGER {table}_append_only ON {table}; COMMENT ON TABLE {table} IS NULL",
    )


def retract_only(table: str) -> RunSQL:
    """Let a row change in one way only: `retracted_at` from null to a moment; never let it go."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_keeps_rows BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION houban_refuse();
        CREATE TRIGGER {table}_retract_only BEFORE UPDATE ON {table}
            FOR EACH ROW WHEN (
                OLD.retracted_at IS NOT NULL OR NEW.retracted_at IS NULL
                OR (to_jsonb(OLD) - 'retracted_at') <> (to_jsonb(NEW) - 'retracted_at')
            ) EXECUTE FUNCTION houban_refuse();
        """,
        f"DROP TRIGGER {table}_keeps_rows ON {table}; DROP TRIGGER {table}_retract_only ON {table}",
    )
