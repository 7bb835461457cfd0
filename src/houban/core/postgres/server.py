"""Start and stop the embedded PostgreSQL; DESIGN: docs/adr on the embedded server says why this is ours."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg

from houban.core.postgres import privilege, roles
from houban.core.postgres.places import ADMIN, PORT, Places, installed, own_folder, secret

PATIENCE = 3.0
PROC = Path("/proc")
GONE = ("", "Z", "X")
SOCKET_LINE = 4  # of postmaster.pid
Tell = Callable[[str], None]


class ServerError(RuntimeError):
    """The embedded server can't run; the message says what to do."""


def _stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is the edge of the program


def reachable(places: Places) -> bool:
    """Tell whether the server takes connections."""
    return _refusal(places) is None


def _refusal(places: Places) -> str | None:
    try:
        with psycopg.connect(roles.dsn(places, ADMIN, database="postgres"), connect_timeout=5):
            return None
    except psycopg.OperationalError as error:
        return str(error)


def start(places: Places, *, tell: Tell = _stderr) -> None:
    """Bring the server up; whoever comes second waits and finds it running."""
    places.data.mkdir(parents=True, exist_ok=True)
    with _held(places.lock):
        if places.cluster.exists() and reachable(places):
            return
        who = privilege.account()
        _prepare(places, who)
        if not (places.cluster / "PG_VERSION").exists():
            _initialise(places, who, tell)
        process = None if _is_alive(places) else _launch(places, who)
        _wait(places, process, tell)
        roles.ensure(places)


def _prepare(places: Places, who: privilege.Account) -> None:
    places.root.mkdir(exist_ok=True, mode=0o700)
    os.chown(places.root, who.uid, who.gid)
    own_folder(places.socket, who.uid, who.gid)


def _initialise(places: Places, who: privilege.Account, tell: Tell) -> None:
    tell("首次启动：正在建立数据库……")
    half = places.root / "cluster.new"
    shutil.rmtree(half, ignore_errors=True)
    password = places.root / "password"
    password.write_text(secret(places.data, ADMIN))
    os.chown(password, who.uid, who.gid)
    command = [_binary("initdb", places), "-D", str(half), "-U", ADMIN, f"--pwfile={password}", "--auth=scram-sha-256"]
    command += ["--encoding=UTF8", "--locale=C", "--no-instructions", "--no-sync"]
    try:
        done = _run(command, places, who)
        if done.returncode != 0:
            raise ServerError(f"数据库没有建成：{done.stderr.strip().splitlines()[-1:]}。请看磁盘空间和文件夹权限。")
        half.rename(places.cluster)
    finally:
        password.unlink(missing_ok=True)


def _run(command: list[str], places: Places, who: privilege.Account) -> subprocess.CompletedProcess[str]:
    drop = privilege.become(who, [places.cluster, Path(command[0])])
    return subprocess.run(
        command, preexec_fn=drop, cwd="/", env=_environment(), capture_output=True, text=True, check=False
    )


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _binary(name: str, places: Places) -> str:
    """Return the path of a program: of the version that made the data, of the newest where there are none."""
    written = places.cluster / "PG_VERSION"
    major = int(written.read_text()) if written.exists() else next(iter(installed()))
    if major not in installed():
        ours = "、".join(map(str, installed()))
        raise ServerError(f"数据是 PostgreSQL {major} 建的，现在装的是 {ours}。请用旧版导出，再导入新版。")
    return str(installed()[major] / name)


def _is_alive(places: Places) -> bool:
    """Tell whether the pid file names a living server of this folder; remove it where it does not."""
    path = places.cluster / "postmaster.pid"
    try:
        pid = int(path.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        path.unlink(missing_ok=True)
        return False
    if _serves(pid, places):
        return True
    path.unlink(missing_ok=True)
    (places.socket / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    (places.socket / f".s.PGSQL.{PORT}").unlink(missing_ok=True)
    return False


def _serves(pid: int, places: Places) -> bool:
    if not PROC.exists():
        return _lives(pid)
    return os.fsencode(str(places.cluster)) in _command(pid).split(b"\0")


def _lives(pid: int) -> bool:
    """Tell whether a process lives and may be our server; another user's is none of ours."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _command(pid: int) -> bytes:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def _end_orphans(places: Places) -> None:
    """End what is left of a killed server: a busy backend notices late, and no server starts beside it."""
    title = f"postgres: {places.socket.name}: ".encode()
    pids = [int(path.name) for path in PROC.glob("[0-9]*")]
    ours = [pid for pid in pids if _command(pid).startswith(title) and not _serves(_state(pid)[1], places)]
    killed = [pid for pid in ours if _kill(pid)]
    while any(_state(pid)[0] not in GONE for pid in killed):
        time.sleep(0.01)


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _state(pid: int) -> tuple[str, int]:
    """Return a process's state and parent; an empty state when there is no such process."""
    try:
        state, parent, *_ = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "", 0
    return state, int(parent)


def _launch(places: Places, who: privilege.Account) -> subprocess.Popen[bytes]:
    _end_orphans(places)
    settings = {
        "cluster_name": places.socket.name,
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(places.socket),
        "unix_socket_permissions": "0700",
        "shared_buffers": "256MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "2GB",
        "max_locks_per_transaction": "512",  # an import of a whole county locks every person in it
        "jit": "off",
        "timezone": "Asia/Shanghai",
        "log_timezone": "Asia/Shanghai",
        "lc_messages": "C",
    }
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    command = [_binary("postgres", places), "-D", str(places.cluster), *options]
    drop = privilege.become(who, [places.cluster, Path(command[0])])
    with places.log.open("ab") as log:
        return subprocess.Popen(
            command,
            preexec_fn=drop,
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait(places: Places, process: subprocess.Popen[bytes] | None, tell: Tell) -> None:
    """Wait until the server takes connections, however long its recovery is; give up only if it has died."""
    begun, told = time.monotonic(), False
    while (refusal := _refusal(places)) is not None:
        _give_up_if_hopeless(places, refusal)
        gone = process.poll() is not None if process else not _is_alive(places)
        if gone:
            raise ServerError(f"数据库没有启动：{_last_words(places)}。日志在 {places.log}。")
        if not told and time.monotonic() - begun > PATIENCE:
            tell("数据库正在恢复上次未写完的内容，请不要关闭……")
            told = True
        time.sleep(0.05)


def _give_up_if_hopeless(places: Places, refusal: str) -> None:
    """Raise where waiting can't help: a lost password, or a running server whose socket is elsewhere."""
    if "password authentication failed" in refusal:
        raise ServerError(f"数据库的口令和“{places.data / 'secrets'}”里的对不上。请从备份恢复这个文件夹。")
    try:
        lines = (places.cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return
    there = lines[SOCKET_LINE] if len(lines) > SOCKET_LINE else ""
    if there and there != str(places.socket):
        raise ServerError(
            f"数据库已在运行，套接字在“{there}”，不在“{places.socket}”。"
            "请用启动它时的 XDG_RUNTIME_DIR 和 TMPDIR，或先停掉它。"
        )


def _last_words(places: Places) -> str:
    lines = places.log.read_text(errors="replace").splitlines() if places.log.exists() else []
    return next((line for line in reversed(lines) if "FATAL" in line or "ERROR" in line), "原因不明")


def stop(places: Places) -> None:
    """Stop the server, letting its open transactions fail; wait until it is gone."""
    path = places.cluster / "postmaster.pid"
    try:
        pid = int(path.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    if not _serves(pid, places):
        return
    os.kill(pid, signal.SIGINT)
    while _serves(pid, places) and path.exists():
        _reap(pid)
        time.sleep(0.02)


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


@contextmanager
def running(data: Path, *, tell: Tell = _stderr) -> Iterator[Places]:
    """Use the server, starting it when it is down; the last user to leave stops it."""
    places = Places(data)
    data.mkdir(parents=True, exist_ok=True)
    with places.users.open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        start(places, tell=tell)
        try:
            yield places
        finally:
            _leave(places, users)


def _leave(places: Places, users: IO[str]) -> None:
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    with _held(places.lock):
        stop(places)
        with suppress(OSError):
            places.socket.rmdir()


@contextmanager
def _held(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
