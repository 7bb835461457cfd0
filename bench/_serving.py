"""Serve over HTTP and ask over HTTP: two web workers, many senders, and the CPU of every process behind them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import _bench

TICKS = os.sysconf("SC_CLK_TCK")
TOKEN = "b" * 32
PORT = 8391


def ticks(roots: list[int]) -> float:
    """Return the seconds of CPU that some processes and all they have begun, gone ones included, have taken."""
    taken = 0
    for pid in [*roots, *(below for root in roots for below in children(root))]:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        taken += sum(map(int, fields[11:15]))  # its own, and that of the children it has waited for
    return taken / TICKS


def of_database(folder: Path) -> int:
    """Return the process from which all of the database server's come."""
    from houban.core.postgres.places import Places

    return int((Places(folder).cluster / "postmaster.pid").read_text().split()[0])


def children(pid: int) -> list[int]:
    """Return the processes that a process has begun, and theirs."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    ones = [int(one) for one in found.stdout.split()]
    return [*ones, *(below for one in ones for below in children(one))]


def fdatasyncs(folder: Path) -> float:
    """Return how often a second this disk has a small write on it, one after another."""
    path = folder / "fdatasync"
    with path.open("wb", buffering=0) as file:
        begun, done = time.perf_counter(), 0
        while time.perf_counter() - begun < 2:
            file.write(b"x" * 512)
            os.fdatasync(file.fileno())
            done += 1
        taken = time.perf_counter() - begun
    path.unlink()
    return done / taken


@contextmanager
def web(folder: Path) -> Iterator[int]:
    """Serve from two workers; yield the process they belong to."""
    from django.db import connections

    connections.close_all()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT),
               "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
               "houban.config.wsgi:application"]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(_bench.ROOT / "src"), "HOUBAN_DATA": str(folder)}
    with subprocess.Popen(command, env=environment) as server:
        try:
            wait()
            yield server.pid
        finally:
            server.terminate()


def wait() -> None:
    """Wait until the server answers."""
    for _ in range(300):
        try:
            connection = HTTPConnection("127.0.0.1", PORT, timeout=5)
            connection.request("GET", "/account/session/", headers={"Host": f"127.0.0.1:{PORT}"})
            if connection.getresponse().status < 500:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def headers(client: Any) -> dict[str, str]:
    """Return what a signed-in browser sends."""
    from django.conf import settings

    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
    return {"Cookie": cookie, "X-CSRFToken": TOKEN, "Content-Type": "application/json", "Host": f"127.0.0.1:{PORT}"}


def request(to: HTTPConnection, method: str, path: str, said: dict[str, str], body: str | None) -> bytes:
    """Send a request and return its answer."""
    to.request(method, f"/api/v1/matters{path}", body=body, headers=said)
    answer = to.getresponse()
    content = answer.read()
    if answer.status >= 400:
        raise RuntimeError(content.decode())
    return content


def together(many: int, lasts: float, work: Callable[[HTTPConnection], object], *, think: float = 0.0) -> list[float]:
    """Let several do some work for some seconds; return how many milliseconds each took."""
    taken: list[float] = []
    wrong: list[str] = []
    until = time.perf_counter() + lasts

    def run(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", PORT, timeout=30)
        time.sleep(think * number / many)
        try:
            while time.perf_counter() < until:
                begun = time.perf_counter()
                work(connection)
                taken.append((time.perf_counter() - begun) * 1000)
                time.sleep(think)
        except (OSError, RuntimeError) as error:
            wrong.append(str(error))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(many)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if wrong:
        raise RuntimeError(wrong[0])
    return taken
