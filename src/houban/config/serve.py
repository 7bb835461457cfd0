"""`houban serve`: database, migrations, demonstration, web server and job worker, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from houban.core.postgres.places import Places

TRIES = 20
LONGEST_PAUSE = 30.0


@dataclass
class Child:
    """A process that is started again when it dies."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    due: float = 0.0
    started: float = field(default=0.0)

    def start(self) -> None:
        """Start it; it ends with its parent, however that ends."""
        from houban.core.postgres.privilege import die_with_parent

        self.started = time.monotonic()
        quiet = subprocess.DEVNULL  # what goes wrong comes on the other stream
        self.process = subprocess.Popen(self.command, preexec_fn=die_with_parent, start_new_session=True, stdout=quiet)

    def watch(self) -> None:
        """Start it again after a pause that grows with each quick death."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.due:
            self.failures = self.failures + 1 if now - self.started < 60 else 0
            self.due = now + min(2.0**self.failures - 1, LONGEST_PAUSE)
            _say(f"{self.name}停了，正在重新启动……")
        if now >= self.due:
            self.due = 0.0
            self.start()

    def stop(self) -> None:
        """Ask it to end, and make it end after ten seconds."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Stopped(Exception):
    """The person or the system asked to stop."""


def main(words: list[str]) -> int:
    """Serve until asked to stop; return the exit code."""
    parser = argparse.ArgumentParser(prog="houban serve", description="启动后半篇")
    parser.add_argument("--no-demo", action="store_true", help="空库时不装入示范数据")
    options = parser.parse_args(words)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    begun = time.monotonic()
    try:
        return _serve(begun, with_demo=not options.no_demo)
    except Stopped:
        return 0
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1


def _stop(_number: int, _frame: object) -> None:
    raise Stopped


def _serve(begun: float, *, with_demo: bool) -> int:
    from django.conf import settings

    from houban.core.postgres import server

    database = server.running(settings.HOUBAN_DATA) if settings.EMBEDDED else nullcontext()
    with database as places:
        from houban.config import preparing

        preparing.prepare(with_demo=with_demo)
        people = preparing.demonstration_people()
        port = _free_port(settings.HOUBAN_ADDRESS, settings.HOUBAN_PORT)
        children = _children(settings.HOUBAN_ADDRESS, port)
        try:
            for child in children:
                child.start()
            _wait_until_healthy(port, children[0])
            preparing.announce(f"http://{_shown(settings.HOUBAN_ADDRESS)}:{port}/", time.monotonic() - begun, people)
            while True:
                time.sleep(1)
                for child in children:
                    child.watch()
                if places is not None:
                    _keep_up(places)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for child in children:
                child.stop()
            _say("已停止。")


def _keep_up(places: Places) -> None:
    """Start the database again when it is gone; when it goes again meanwhile, the next round does."""
    from houban.core.postgres import server

    with suppress(psycopg.OperationalError):
        server.start(places)


def _children(address: str, port: int) -> list[Child]:
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", address, "--port", str(port)]
    granian += ["--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    worker = [sys.executable, "-m", "houban.config.cli", "procrastinate", "worker", "--concurrency", "1"]
    return [
        Child("网站", [*granian, "houban.config.wsgi:application"]),
        Child("后台任务", worker),
    ]


def _free_port(address: str, first: int) -> int:
    for port in range(first, first + TRIES):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                continue
        if port != first:
            _say(f"端口 {first} 已被占用，改用 {port}。要固定端口，请设 HOUBAN_PORT。")
        return port
    raise RuntimeError(f"端口 {first} 到 {first + TRIES - 1} 都被占用。请设 HOUBAN_PORT 换一个。")


def _shown(address: str) -> str:
    return "localhost" if address in ("127.0.0.1", "0.0.0.0", "::") else address  # noqa: S104 - only compared


def _wait_until_healthy(port: int, web: Child) -> None:
    url = f"http://127.0.0.1:{port}/healthz"
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            web.watch()
            time.sleep(0.1)
    raise RuntimeError("网站一分钟内没有起来。请看上面的错误。")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
