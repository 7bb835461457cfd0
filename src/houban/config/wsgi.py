"""The web application; a body that is shorter than announced is no body."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houban.config.settings")

_django = get_wsgi_application()


class Whole:
    """A request's body that raises where it ends too early; Django would take a form that was cut for a whole one."""

    def __init__(self, stream: Any, length: int) -> None:
        self.stream, self.missing = stream, length

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes, or all."""
        found = self.stream.read(size)
        while 0 < len(found) < size and (more := self.stream.read(size - len(found))):
            found += more
        return self._counted(found, is_ended=size < 0 or len(found) < size)

    def readline(self, size: int = -1) -> bytes:
        """Read a line."""
        found = self.stream.readline(size)
        return self._counted(found, is_ended=not found.endswith(b"\n") and len(found) != size)

    def _counted(self, found: bytes, *, is_ended: bool) -> bytes:
        self.missing -= len(found)
        if is_ended and self.missing > 0:
            raise ConnectionResetError(f"{self.missing} bytes of the body are missing")
        return found


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request."""
    length = environ.get("CONTENT_LENGTH") or "0"
    environ["wsgi.input"] = Whole(environ["wsgi.input"], int(length) if length.isdecimal() else 0)
    return _django(environ, start_response)
