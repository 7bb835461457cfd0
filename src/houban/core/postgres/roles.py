"""The two roles: an owner that migrates, and the application's, which owns nothing."""

from __future__ import annotations

import psycopg
from psycopg import sql

from houban.core.postgres.places import ADMIN, APPLICATION, DATABASE, OWNER, PORT, Places, secret


def dsn(places: Places, role: str, *, database: str = DATABASE) -> str:
    """Return the connection text of a role."""
    return psycopg.conninfo.make_conninfo(
        host=str(places.socket), port=PORT, dbname=database, user=role, password=secret(places.data, role)
    )


def ensure(places: Places) -> None:
    """Make the roles and the database where they are missing; safe to run again after a kill."""
    with psycopg.connect(dsn(places, ADMIN, database="postgres"), autocommit=True) as connection:
        _role(connection, places, APPLICATION, "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
        _role(connection, places, OWNER, "LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS")
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(APPLICATION), sql.Identifier(OWNER)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            make = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            connection.execute(make)


def _role(connection: psycopg.Connection[tuple[object, ...]], places: Places, name: str, rights: str) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        return
    password = sql.Literal(secret(places.data, name))
    make = sql.SQL("CREATE ROLE {} " + rights + " PASSWORD {}")  # rights are constants of this module
    connection.execute(make.format(sql.Identifier(name), password))
