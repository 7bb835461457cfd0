"""Bring data, pages and catalogues up to date before serving, each only when something changed."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import django


def prepare(*, with_demo: bool) -> None:
    """Migrate, load the demonstration into an empty database, collect static files, compile catalogues."""
    django.setup()
    from houban.core import claims, clock

    claims.serve_as("command", clock.now)
    compile_catalogues()
    migrate()
    collect()
    if with_demo:
        demonstrate()


def migrate() -> None:
    """Migrate where something is to be migrated."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from houban.core import claims

    executor = MigrationExecutor(connections["owner"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        _say("正在建立或更新数据表……")
        call_command("migrate", database="owner", verbosity=0)
    claims.keep_key("owner")
    connections["owner"].close()


def demonstrate() -> None:
    """Load the demonstration into a database that serves no county yet."""
    from django.core.management import call_command

    from houban.core.models import Installation

    if Installation.current() is None:
        _say("正在装入示范数据（自贡市大安区）……")
        call_command("demo", "load", stdout=sys.stderr)


def collect() -> None:
    """Collect static files, unless they are as they were."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    found = [storage.path(path) for finder in get_finders() for path, storage in finder.list([])]
    state = "\n".join(f"{path} {Path(path).stat().st_mtime_ns} {Path(path).stat().st_size}" for path in sorted(found))
    digest = hashlib.sha256(state.encode()).hexdigest()
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    if stamp.exists() and stamp.read_text() == digest:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest)


def compile_catalogues() -> None:
    """Compile each .po that is newer than its .mo."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from django.conf import settings

    for po in (path for root in settings.LOCALE_PATHS for path in Path(root).glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parts[-3])
        half = mo.with_suffix(".half")
        with half.open("wb") as target:
            write_mo(target, catalogue)
        half.replace(mo)


def demonstration_people() -> list[str]:
    """Return who may sign in without a password, as they are announced."""
    from houban.accounts.models import User

    people = User.objects.exclude(demonstration_role="").order_by("pk")
    return [f"{person.name}　{person.demonstration_role}" for person in people]


def announce(url: str, seconds: float, people: list[str]) -> None:
    """Print where it is, who may sign in, and how to stop."""
    _say(f"\n  后半篇已启动：{url}    用时 {seconds:.1f} 秒")
    if people:
        _say("\n  示范数据，登录页上选一个身份即可：")
        for person in people:
            _say(f"    {person}")
    _say("\n  停止：按 Ctrl-C\n")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
