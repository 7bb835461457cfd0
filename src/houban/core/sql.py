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


def refuse_truncate(table: str) -> RunSQL:
    """Refuse TRUNCATE on a table, whoever asks."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION houban_refuse();
        """,
        f"DROP TRIGGER {table}_refuse_truncate ON {table}",
    )


RETRACT = """
CREATE OR REPLACE FUNCTION houban_retract_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change constant text[] := '{retracted_at,retracted_by_id,code_key,scheme_key}';
BEGIN
    IF OLD.retracted_at IS NULL AND NEW.retracted_at IS NOT NULL AND NEW.retracted_by_id IS NOT NULL
        AND to_jsonb(OLD) - may_change = to_jsonb(NEW) - may_change
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% keeps its rows: they can only be retracted', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def retract_function() -> RunSQL:
    """Make the function behind every table whose rows can only be retracted."""
    return RunSQL(RETRACT, "DROP FUNCTION houban_retract_only() CASCADE")


def retract_only(table: str) -> RunSQL:
    """Let a row change in one way only: retracted once, by a change, at a moment; never let it go."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_keeps_rows BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION houban_refuse();
        CREATE TRIGGER {table}_retract_only BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION houban_retract_only();
        """,
        f"DROP TRIGGER {table}_keeps_rows ON {table}; DROP TRIGGER {table}_retract_only ON {table}",
    )


def row_security(table: str, *, read: str, write: str) -> RunSQL:
    """Let the application's role see rows of a table where `read` holds, and write them where `write` holds.

    Both are SQL conditions over a row; a function in them stands in a sub-select, so that it runs once a query.
    """
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY {table}_read ON {table} FOR SELECT USING ({read});
        CREATE POLICY {table}_add ON {table} FOR INSERT WITH CHECK ({write});
        CREATE POLICY {table}_change ON {table} FOR UPDATE USING ({write});
        CREATE POLICY {table}_remove ON {table} FOR DELETE USING ({write});
        """,
        f"""
        DROP POLICY {table}_read ON {table}; DROP POLICY {table}_add ON {table};
        DROP POLICY {table}_change ON {table}; DROP POLICY {table}_remove ON {table};
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


WITHDRAW = """
CREATE OR REPLACE FUNCTION houban_withdraw_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change constant text[] := '{withdrawn_at,withdrawn_by_name,withdrawn_because}';
BEGIN
    IF OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
        AND to_jsonb(OLD) - may_change = to_jsonb(NEW) - may_change
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% keeps its rows: they can only be withdrawn', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def withdraw_only(table: str) -> RunSQL:
    """Let a row that somebody entered change in one way only: withdrawn once, with who and why."""
    return RunSQL(
        WITHDRAW
        + f"""
        CREATE TRIGGER {table}_keeps_rows BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION houban_refuse();
        CREATE TRIGGER {table}_withdraw_only BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION houban_withdraw_only();
        """,
        f"DROP TRIGGER {table}_keeps_rows ON {table}; DROP TRIGGER {table}_withdraw_only ON {table}",
    )
