"""PostgreSQL: the embedded server, or a given one."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from environ import Env

from houban.core.postgres.places import APPLICATION, DATABASE, OWNER, PORT, Places, secret

__all__ = ["DatabaseSettingsError", "databases", "secret"]

LEAST_VERSION = 150000
# A statement asked for the sixth time on a connection is planned no more: planning took half of what a short one costs.
PLANNED_ONCE = {"server_side_binding": True, "prepare_threshold": 5}


class DatabaseSettingsError(RuntimeError):
    """One of the two addresses of a given server is missing."""


def databases(data: Path, *, application_url: str, owner_url: str) -> dict[str, dict[str, Any]]:
    """Return Django's two connections: `default` as the application's role, `owner` for migrations."""
    if bool(application_url) != bool(owner_url):
        missing = "DATABASE_OWNER_URL" if application_url else "DATABASE_URL"
        raise DatabaseSettingsError(
            f"DATABASE_URL 和 DATABASE_OWNER_URL 要一起设：一个给程序用，一个给迁移用。还缺 {missing}。"
        )
    if application_url:
        default, owner = _given(application_url), _given(owner_url)
    else:
        default, owner = _embedded(data, APPLICATION), _embedded(data, OWNER)
    settled = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    default["OPTIONS"] = default.get("OPTIONS", {}) | PLANNED_ONCE
    return {"default": default | settled, "owner": owner | settled | {"TEST": {"MIRROR": "default"}}}


def _given(url: str) -> dict[str, Any]:
    """Read an address; a socket's folder is written %2Frun%2Fpostgresql, as libpq has it."""
    config = Env.db_url_config(url)
    return {**config, "HOST": unquote(config["HOST"])}


def _embedded(data: Path, role: str) -> dict[str, Any]:
    places = Places(data)
    return {
        "NAME": DATABASE,
        "USER": role,
        "PASSWORD": secret(data, role),
        "HOST": str(places.socket),
        "PORT": PORT,
    }
