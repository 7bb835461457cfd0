"""A request whose connection was cut while it was sent."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.test import Client, RequestFactory

from houban.config.wsgi import application
from houban.core import claims
from houban.core.models import Installation
from houban.matters.models import Matter
from houban.matters.tests.make import Loop, loop
from houban.organisation.tests.make import VILLAGE

TOKEN = "b" * 32


@pytest.fixture
def made(tmp_path: Path, committed: str) -> Loop:
    with claims.acting(claims.service("test"), at=datetime.now(UTC)):
        made = loop(tmp_path)
        Installation.objects.update_or_create(pk=1, defaults={"today": "2021-06-30"})
        return made


def sent(worker: AbstractBaseUser | None, body: bytes, *, length: int, kind: str) -> str:
    """Send a form as the web server hands it on; return the status line."""
    client, lines = Client(), list[str]()
    client.force_login(worker)  # type: ignore[arg-type]
    cookies = client.cookies.output(header="", attrs=[], sep=";")
    environ = RequestFactory().post("/matters/new/", body, content_type=kind).environ
    environ |= {"CONTENT_LENGTH": str(length), "HTTP_HOST": "localhost", "wsgi.input": io.BytesIO(body)}
    environ |= {"HTTP_COOKIE": f"{cookies}; csrftoken={TOKEN}", "HTTP_X_CSRFTOKEN": TOKEN}
    b"".join(application(environ, lambda status, _headers: lines.append(status)))
    return lines[0]


def counted() -> int:
    with transaction.atomic():
        claims.enter(claims.service("test"), at=datetime.now(UTC))
        return Matter.objects.count()


def test_a_form_that_was_cut_off_is_not_taken_for_a_whole_one(made: Loop) -> None:
    worker = made.people["网格员"].account
    fields = {"kind": "event", "title": "井盖破损", "unit": made.world.place(VILLAGE), "channel": "grid"}.items()
    multipart = "".join(f'--xyz\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields)
    plain = "&".join(f"{n}={v}" for n, v in fields)

    for form, kind in ((multipart, "multipart/form-data; boundary=xyz"), (plain, "application/x-www-form-urlencoded")):
        body = form.encode()
        assert sent(worker, body, length=len(body) + 4000, kind=kind) == "400 Bad Request"
    assert counted() == 0

    whole = multipart.encode() + b"--xyz--\r\n"
    assert sent(worker, whole, length=len(whole), kind="multipart/form-data; boundary=xyz") == "302 Found"
    assert counted() == 1
