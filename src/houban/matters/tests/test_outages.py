"""What fails beneath the program: a database that goes away at any moment, a disk that is full."""

from __future__ import annotations

import errno
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import LazySettings, settings
from django.core.files import temp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import close_old_connections, connection, transaction
from django.test import Client
from PIL import Image

from houban.core import claims, leftovers
from houban.core.models import Installation
from houban.matters.models import Evidence, Matter, Step
from houban.matters.tests.make import Loop, loop
from houban.organisation.tests.make import VILLAGE

CUT = "PERFORM pg_terminate_backend(pg_backend_pid(), 0); PERFORM pg_sleep(5);"
FULL = "RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';"
NEW, QUEUE, API = "/matters/new/", "/matters/", "/api/v1/matters"


@pytest.fixture
def made(tmp_path: Path, committed: str, settings: LazySettings) -> Loop:
    settings.MEDIA_ROOT = tmp_path / "files"
    with claims.acting(claims.service("test"), at=datetime.now(UTC)):
        made = loop(tmp_path)
        Installation.objects.update_or_create(pk=1, defaults={"today": "2021-06-30"})
        return made


@pytest.fixture
def worker(made: Loop) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(made.people["网格员"].account)  # type: ignore[arg-type]
    return client


def fail_when_a_step_is_written(how: str, *, at_commit: bool = False) -> None:
    """Let the database do something of its own accord."""
    kind = "CONSTRAINT TRIGGER" if at_commit else "TRIGGER"
    when = "AFTER INSERT ON matters_step DEFERRABLE INITIALLY DEFERRED" if at_commit else "AFTER INSERT ON matters_step"
    body = f"BEGIN {how} RETURN NULL; END"
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute(f"CREATE FUNCTION failing() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ {body} $$")
        cursor.execute(f"CREATE {kind} zz_failing {when} FOR EACH ROW EXECUTE FUNCTION failing()")
        cursor.execute(f'SET ROLE "{settings.APPLICATION_ROLE}"')


def terminate() -> None:
    """End the tests' connection from another one."""
    known = connection.settings_dict
    assert connection.connection is not None
    with psycopg.connect(
        host=known["HOST"], port=known["PORT"] or None, user=known["USER"], password=known["PASSWORD"],
        dbname="postgres", autocommit=True,
    ) as other:  # fmt: skip
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])


@contextmanager
def terminated_before(piece: str) -> Iterator[None]:
    """End the connection right before a statement."""

    def ending(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if piece in str(sql):
            terminate()
        return execute(sql, *more)

    with connection.execute_wrapper(ending):
        yield


def photo() -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", (64, 48), "olive").save(written, "JPEG")
    return SimpleUploadedFile("照片.jpg", written.getvalue())


def said(made: Loop, **more: Any) -> dict[str, Any]:
    return {"kind": "event", "title": "井盖破损", "unit": made.world.place(VILLAGE), "channel": "grid"} | more


def sent(worker: Client, made: Loop) -> Any:
    report = {"id": str(uuid4()), "title": "井盖破损", "unit": made.world.place(VILLAGE)}
    return worker.post(API, json.dumps(report), content_type="application/json")


def counted() -> tuple[int, int, int]:
    close_old_connections()
    with transaction.atomic():
        claims.enter(claims.service("test"), at=datetime.now(UTC))
        return Matter.objects.count(), Step.objects.count(), Evidence.objects.count()


def files(folder: Path) -> list[Path]:
    return [one for one in (folder / "files").rglob("*") if one.is_file()]


@pytest.mark.parametrize("piece", ["django_session", "houban.enter", "INSERT INTO", "matters_matter"])
def test_whenever_the_database_goes_the_page_says_so_and_nothing_is_saved(
    made: Loop, worker: Client, piece: str
) -> None:
    with terminated_before(piece):
        cut = worker.post(NEW, said(made))

    assert (cut.status_code, cut["Retry-After"], cut["Cache-Control"]) == (503, "5", "no-store")
    assert "数据库暂时连不上，刚才的操作没有保存。" in cut.content.decode()
    assert cut["HX-Reswap"] == "none", "a part of a page that asks every second goes on asking"
    assert counted() == (0, 0, 0)
    assert worker.post(NEW, said(made)).status_code == 302
    assert counted() == (1, 1, 0)


def test_the_api_says_so_in_its_own_shape(made: Loop, worker: Client) -> None:
    fail_when_a_step_is_written(CUT)

    cut = sent(worker, made)

    assert (cut.status_code, cut["Retry-After"]) == (503, "5")
    assert cut.json() == {"detail": "数据库暂时连不上，刚才的操作没有保存。请稍等片刻再试。"}
    assert counted() == (0, 0, 0)


def test_cut_while_it_commits_the_outcome_is_called_unknown(made: Loop, worker: Client, tmp_path: Path) -> None:
    fail_when_a_step_is_written(CUT, at_commit=True)

    cut = worker.post(NEW, said(made, photos=photo()))

    assert cut.status_code == 503
    assert "刷新看看是否已登记" in cut.content.decode()
    assert files(tmp_path), "what may be registered keeps its files"


def test_while_it_is_away_every_page_says_so_and_recovers_by_itself(made: Loop, worker: Client) -> None:
    there = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        answers = [worker.get(url) for url in (QUEUE, "/healthz", API)]
    finally:
        connection.settings_dict["HOST"] = there

    assert [one.status_code for one in answers] == [503, 503, 503]
    assert worker.get(QUEUE).status_code == 200


def test_a_connection_that_was_ended_in_between_is_renewed(worker: Client) -> None:
    assert worker.get(QUEUE).status_code == 200
    terminate()
    close_old_connections()  # as at the beginning of every request

    assert worker.get(QUEUE).status_code == 200


def test_of_two_who_stand_in_each_others_way_one_is_told_to_try_again(made: Loop, worker: Client) -> None:
    fail_when_a_step_is_written("RAISE EXCEPTION 'deadlock detected' USING ERRCODE = 'deadlock_detected';")

    crossed = worker.post(NEW, said(made))

    assert (crossed.status_code, crossed["Retry-After"]) == (503, "5")
    assert "请再试一次" in crossed.content.decode()
    assert counted() == (0, 0, 0)


@pytest.mark.parametrize("at_commit", [False, True])
def test_a_full_disk_of_the_database_is_said(made: Loop, worker: Client, tmp_path: Path, *, at_commit: bool) -> None:
    fail_when_a_step_is_written(FULL, at_commit=at_commit)

    full = worker.post(NEW, said(made, photos=photo()))

    assert (full.status_code, "没有保存" in full.content.decode()) == (507, True)
    assert sent(worker, made).status_code == 507
    assert (counted(), files(tmp_path)) == ((0, 0, 0), [])


def test_a_full_disk_under_a_file_is_said(
    made: Loop, worker: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = worker.post(NEW, said(made, photos=photo()))

    assert answer.status_code == 507
    assert "服务器磁盘已满，刚才的操作没有保存。" in answer.content.decode()
    assert (counted(), files(tmp_path)) == ((0, 0, 0), [])


def test_a_full_disk_under_an_upload_is_said(made: Loop, worker: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> Any:
        return Path("/dev/full").open("wb")

    monkeypatch.setattr(temp, "NamedTemporaryFile", full)
    large = SimpleUploadedFile("照片.jpg", b"x" * 3_000_000)

    answer = worker.post(NEW, said(made, photos=large))

    assert answer.status_code == 507
    assert counted() == (0, 0, 0)


def test_a_request_that_is_taken_back_leaves_no_file(made: Loop, worker: Client, tmp_path: Path) -> None:
    broken = SimpleUploadedFile("坏.jpg", b"nothing")

    refused = [
        worker.post(NEW, said(made, photos=[photo(), broken])),
        worker.post(NEW, said(made, title="", photos=[photo(), photo()])),
    ]

    assert [one.status_code for one in refused] == [422, 422]
    assert files(tmp_path) == []
    assert worker.post(NEW, said(made, photos=photo())).status_code == 302
    assert len(files(tmp_path)) == 2
    assert worker.post(NEW, said(made, title="", photos=photo())).status_code == 422
    assert len(files(tmp_path)) == 2, "what another matter rests on stays"


def test_of_two_who_put_the_same_file_at_once_one_taken_back_leaves_it(tmp_path: Path) -> None:
    def put() -> None:
        temporary = tmp_path / "half"
        temporary.write_bytes(b"x")
        leftovers.put(temporary, tmp_path / "whole")

    with leftovers.noting() as first:
        put()
        with leftovers.noting() as second:
            put()
        leftovers.remove(first)

    assert second == {}
    assert (tmp_path / "whole").read_bytes() == b"x"
