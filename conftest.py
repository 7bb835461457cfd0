"""What every test stands on: a database of this run, the two roles, and the demonstration as a second database."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "houban", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # a busy machine is no fault
settings.load_profile("houban")
_stack = ExitStack()
LOADED = "demonstration"  # the file that names the database in which it is loaded


def pytest_configure(config: pytest.Config) -> None:
    """Start the server once for the run; the workers of xdist use the one of their controller."""
    if hasattr(config, "workerinput") or config.getoption("collectonly"):
        return
    import django
    from django.conf import settings

    from houban.config import preparing
    from houban.core.postgres import server

    django.setup()
    preparing.collect()
    preparing.compile_catalogues()
    if settings.EMBEDDED:
        _stack.enter_context(server.running(settings.HOUBAN_DATA, tell=lambda _line: None))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove what the run made."""
    if not hasattr(config, "workerinput"):
        _drop_model()
        _stack.close()


def _drop_model() -> None:
    """Drop the demonstration that the workers copied; on a given server it would stay."""
    import psycopg
    from django.conf import settings

    loaded = Path(os.environ["HOUBAN_TEST_DATA"]) / LOADED
    if loaded.exists() and (model := loaded.read_text()):
        at = settings.DATABASES["owner"]
        with psycopg.connect(
            host=at["HOST"], port=at["PORT"] or None, user=at["USER"], password=at["PASSWORD"], dbname="postgres",
            autocommit=True,
        ) as connection:  # fmt: skip
            connection.execute(f'DROP DATABASE IF EXISTS "{model}" WITH (FORCE)')


def _data_of_this_run() -> None:
    """Give the run a data folder of its own before the settings are read; workers inherit it."""
    if "HOUBAN_TEST_DATA" not in os.environ:
        folder = tempfile.mkdtemp(prefix="houban-test-")
        os.environ["HOUBAN_TEST_DATA"] = folder
        _stack.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ["HOUBAN_DATA"] = os.environ["HOUBAN_TEST_DATA"]
    os.environ["DJANGO_SETTINGS_MODULE"] = "houban.config.settings"  # here, so that the settings see the line above


_data_of_this_run()


@pytest.fixture(scope="session")
def database_name(worker_id: str) -> str:
    """Return the name of this worker's database."""
    return f"houban_test_{worker_id}_{os.getpid()}"


@pytest.fixture(scope="session")
def django_db_setup(database_name: str, django_db_blocker: object) -> Iterator[None]:
    """Make a database as the owner, migrate it, and let the tests use it as the application's role.

    The tests' connection signs in as the owner and sets the application's role, so that the fixture `owner` can
    step out of it within the same transaction.
    """
    from django.core.management import call_command
    from django.db import connections

    from houban.core import claims, clock

    claims.serve_as("test", clock.now)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        first_name = connections["owner"].settings_dict["NAME"]
        _as_owner(f'CREATE DATABASE "{database_name}"')
        connections.close_all()
        role = connections["default"].settings_dict["USER"]
        for alias in ("default", "owner"):
            connections[alias].settings_dict["NAME"] = database_name
        call_command("migrate", database="owner", verbosity=0)
        connections["default"].settings_dict.update(
            USER=connections["owner"].settings_dict["USER"],
            PASSWORD=connections["owner"].settings_dict["PASSWORD"],
            OPTIONS={"options": f"-c role={role}"},
        )
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
        connections["owner"].settings_dict["NAME"] = first_name
        _as_owner(f'DROP DATABASE IF EXISTS "{database_name}_daan" WITH (FORCE)')
        _as_owner(f'DROP DATABASE IF EXISTS "{database_name}" WITH (FORCE)')
        connections.close_all()


def _as_owner(statement: str) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def owner(db: None) -> Iterator[None]:
    """Let a test act as the database's owner, within its transaction."""
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{settings.APPLICATION_ROLE}"')


@pytest.fixture(scope="session")
def daan_database(django_db_setup: None, database_name: str, django_db_blocker: object) -> str:
    """Make a second database with the demonstration: loaded by the worker that asks first, copied by the others."""
    from django.db import connections

    from houban.core import clock
    from houban.demo import actions

    name, loaded = f"{database_name}_daan", Path(os.environ["HOUBAN_TEST_DATA"]) / LOADED
    with django_db_blocker.unblock(), loaded.open("a+") as first:  # type: ignore[attr-defined]
        connections.close_all()
        fcntl.flock(first, fcntl.LOCK_EX)
        first.seek(0)
        model = first.read()
        if not model:
            model = f"{name}_model"
            _on_first_database(f'CREATE DATABASE "{model}" TEMPLATE "{database_name}"')
            with _switched_to(model):
                actions.load(at=clock.now())
            first.write(model)
            first.flush()
        _on_first_database(f'CREATE DATABASE "{name}" TEMPLATE "{model}"')
    return name


def _on_first_database(statement: str) -> None:
    from django.db import connections

    settings = connections["owner"].settings_dict
    test_name, settings["NAME"] = settings["NAME"], "postgres"
    try:
        _as_owner(statement)
    finally:
        connections["owner"].close()
        settings["NAME"] = test_name


@contextmanager
def _switched_to(name: str) -> Iterator[None]:
    from django.db import connection

    connection.close()
    first, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = first


@pytest.fixture
def daan(daan_database: str, django_db_blocker: object) -> Iterator[None]:
    """Let a test see the demonstration; what it changes is rolled back."""
    from django.db import transaction

    with django_db_blocker.unblock(), _switched_to(daan_database), transaction.atomic():  # type: ignore[attr-defined]
        yield
        transaction.set_rollback(True)


@pytest.fixture
def committed(django_db_setup: None, database_name: str, django_db_blocker: object) -> Iterator[str]:
    """Give a test a database of its own in which transactions commit, for two at once and what follows a commit."""
    from django.db import connections

    name = f"{database_name}_committed"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
        _on_first_database(f'CREATE DATABASE "{name}" TEMPLATE "{database_name}"')
        try:
            with _switched_to(name):
                yield name
        finally:
            connections.close_all()
            _on_first_database(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def root() -> Path:
    """Return the project's folder."""
    return Path(__file__).parent
