"""`houban WORD …`: every command of the program; the embedded server is started when a word needs it."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext

WITHOUT_DATABASE = {"help", "version", "--help", "--version", "-h", "collectstatic", "findstatic", "makemigrations"}

ASKING_WORDS = {"figures", "report"}  # on an empty database they answer for the demonstration, as `./run` does
SCHEMA_WORDS = {"migrate", "showmigrations", "sqlmigrate", "check"}


def main() -> None:
    """Run one word."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houban.config.settings")
    words = sys.argv[1:] or ["help"]
    if words[0] == "serve":
        from houban.config import serve

        sys.exit(serve.main(words[1:]))
    from django.core.management import execute_from_command_line

    try:
        with _database(words):
            _act_as_command(words)
            _bring_up_to_date(words)
            execute_from_command_line(["houban", *_as_owner(words)])
    except RuntimeError as error:
        sys.exit(str(error))


def _act_as_command(words: list[str]) -> None:
    """Claim to be a command: whoever may start one may read the data folder anyway."""
    if words[0] in WITHOUT_DATABASE or "--help" in words:
        return
    import django

    django.setup()
    from houban.core import claims, clock

    claims.serve_as("command", clock.now)


def _bring_up_to_date(words: list[str]) -> None:
    """Let every word find its tables, also the first one in an empty folder."""
    from django.conf import settings

    if settings.EMBEDDED and words[0] not in WITHOUT_DATABASE | SCHEMA_WORDS and "--help" not in words:
        from houban.config import preparing

        preparing.migrate()
        if words[0] in ASKING_WORDS:
            preparing.demonstrate()


def _as_owner(words: list[str]) -> list[str]:
    """Let migrations run as the owner."""
    if words[0] in ("migrate", "showmigrations") and not any(word.startswith("--database") for word in words):
        return [*words, "--database", "owner"]
    return words


def _database(words: list[str]) -> AbstractContextManager[object]:
    from django.conf import settings

    from houban.core.postgres import server

    if not settings.EMBEDDED or words[0] in WITHOUT_DATABASE or "--help" in words:
        return nullcontext()
    return server.running(settings.HOUBAN_DATA)


if __name__ == "__main__":
    main()
