"""A database whose transactions really commit, for what happens on commit and outside the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connections

ALIASES = ("default", "owner")


def _switch(name: str) -> str:
    connections.close_all()
    before = str(connections["owner"].settings_dict["NAME"])
    for alias in ALIASES:
        connections[alias].settings_dict["NAME"] = name
    return before


def _on_first_database(statement: str) -> None:
    before = _switch("postgres")
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
    _switch(before)


@pytest.fixture(scope="session")
def record_database(django_db_setup: None, database_name: str, django_db_blocker: object) -> Iterator[str]:
    """Make a database for the record, once for a worker."""
    name = f"{database_name}_record"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _on_first_database(f'CREATE DATABASE "{name}" TEMPLATE "{database_name}"')
    yield name
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _on_first_database(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def committing(
    record_database: str, settings: LazySettings, tmp_path: Path, django_db_blocker: object
) -> Iterator[None]:
    """Let a test commit into an empty record, with journal and anchors in a folder of its own."""
    from houban.core.tests import make

    settings.RECORD_FOLDER = tmp_path / "record"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        before = _switch(record_database)
        make.clear_record()
        yield
        _switch(before)
