"""The embedded PostgreSQL, with real servers: odd folders, several users, kills, slow recovery."""

from __future__ import annotations

import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg
import pytest

from houban.core.postgres import roles, server
from houban.core.postgres.places import ADMIN, APPLICATION, OWNER, Places, UnsafeFolderError, installed

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes as Linux shows them"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be a second user")

FORK = multiprocessing.get_context("fork")
SLOW = 4
BUSY = "SET statement_timeout = '10s'; DO 'BEGIN LOOP END LOOP; END'"


@pytest.fixture(autouse=True)
def sockets_in_the_shared_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every user's socket where all users may make one."""
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    """Name the places of a server; whatever runs there ends with the test."""
    yield Places(tmp_path / "data")
    clear(tmp_path / "data")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Make a folder of the ordinary user's, since pytest lets nobody else into its own."""
    with tempfile.TemporaryDirectory(prefix="houban-nobody-") as name:
        folder = Path(name)
        give_to_nobody(folder)
        yield folder
        clear(folder / "data")


def clear(data: Path) -> None:
    """Stop what runs in a folder and remove its socket's folder, whoever made it."""
    server.stop(Places(data))
    socket = Places(data).socket
    for folder in socket.parent.glob(f"houban-*-{socket.name.rpartition('-')[2]}"):
        shutil.rmtree(folder)


def nobody() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def give_to_nobody(folder: Path) -> None:
    if os.geteuid() == 0:
        os.chown(folder, nobody().pw_uid, nobody().pw_gid)


def quiet(_line: str) -> None:
    """Hear nothing of the start."""


def as_ordinary_user(task: Callable[[], None]) -> BaseProcess:
    """Start a task in a process without root; it is forked, as that user may not reach this interpreter."""

    def drop_and_run() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(nobody().pw_gid)
            os.setuid(nobody().pw_uid)
        task()

    process = FORK.Process(target=drop_and_run)
    process.start()
    return process


def ended(process: BaseProcess, *, within: float = 15) -> int | None:
    process.join(within)
    if process.is_alive():
        process.kill()
        process.join()
        return None
    return process.exitcode


def answer(places: Places, role: str, query: str) -> object:
    with psycopg.connect(roles.dsn(places, role)) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def carry_out(places: Places, *statements: str) -> None:
    with psycopg.connect(roles.dsn(places, OWNER)) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def pid_file(places: Places) -> Path:
    return places.cluster / "postmaster.pid"


def postmaster(places: Places) -> int:
    return int(pid_file(places).read_text().splitlines()[0])


def permissions(folder: Path) -> list[tuple[Path, int, int, int]]:
    return [(p, p.stat().st_mode, p.stat().st_uid, p.stat().st_gid) for p in [folder, *folder.parents]]


@pytest.mark.parametrize("inside", ["a-folder-with-a-long-name/" * 5, "张三/后半篇 数据"], ids=["deep", "chinese"])
def test_the_server_runs_in_a_deep_folder_and_under_a_chinese_name(tmp_path: Path, inside: str) -> None:
    data = tmp_path / inside

    with server.running(data, tell=quiet) as places:
        names = [answer(places, role, "SELECT current_user") for role in (OWNER, APPLICATION)]

    clear(data)
    assert names == [OWNER, APPLICATION]


def test_the_server_runs_under_a_home_that_only_its_owner_may_enter(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    give_to_nobody(home)

    with server.running(home / "data", tell=quiet) as places:
        name = answer(places, APPLICATION, "SELECT current_user")

    clear(home / "data")
    assert name == APPLICATION


def test_the_permissions_of_the_folders_above_stay_as_they_were(places: Places) -> None:
    places.data.mkdir(mode=0o750)
    before = permissions(places.data)

    with server.running(places.data, tell=quiet):
        during = permissions(places.data)

    assert before == during == permissions(places.data)


@needs_root
def test_for_root_the_server_runs_as_a_user_of_its_own(places: Places) -> None:
    with server.running(places.data, tell=quiet):
        owner = pid_file(places).stat().st_uid

    assert pwd.getpwuid(owner).pw_name == "houban"


def test_an_ordinary_user_runs_the_server(open_folder: Path) -> None:
    def use() -> None:
        with server.running(open_folder / "data", tell=quiet) as own:
            assert os.geteuid() != 0
            assert pid_file(own).stat().st_uid == os.geteuid()
            assert answer(own, APPLICATION, "SELECT 1") == 1

    assert ended(as_ordinary_user(use)) == 0


@needs_root
def test_two_users_of_one_machine_do_not_meet(places: Places, open_folder: Path) -> None:
    mine = places.socket

    def use() -> None:
        with server.running(open_folder / "data", tell=quiet) as own:
            carry_out(own, "CREATE TABLE theirs ()")
            with pytest.raises(PermissionError):
                list(mine.iterdir())

    with server.running(places.data, tell=quiet):
        code = ended(as_ordinary_user(use))
        found = answer(places, OWNER, "SELECT to_regclass('theirs')")

    assert (code, found) == (0, None)


@needs_root
def test_a_socket_folder_that_somebody_else_made_is_refused(places: Places) -> None:
    places.socket.mkdir(mode=0o777)
    os.chown(places.socket, nobody().pw_uid, nobody().pw_gid)

    with pytest.raises(UnsafeFolderError):
        server.start(places, tell=quiet)


def test_after_a_kill_the_server_starts_again_with_everything_committed(places: Places) -> None:
    server.start(places, tell=quiet)
    carry_out(places, "CREATE TABLE kept AS SELECT n FROM generate_series(1, 1000) n")

    os.kill(postmaster(places), signal.SIGKILL)
    server.start(places, tell=quiet)

    assert answer(places, OWNER, "SELECT count(*) FROM kept") == 1000


def test_after_a_kill_the_server_starts_beside_no_query_that_is_still_running(places: Places) -> None:
    server.start(places, tell=quiet)
    busy = psycopg.connect(roles.dsn(places, OWNER), autocommit=True)
    query = threading.Thread(target=_be_busy, args=(busy,))
    query.start()
    while not _is_active(places, busy.info.backend_pid):
        time.sleep(0.02)

    os.kill(postmaster(places), signal.SIGKILL)
    server.start(places, tell=quiet)

    query.join(5)
    assert (query.is_alive(), server.reachable(places)) == (False, True)


def _be_busy(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    with suppress(psycopg.OperationalError):
        connection.execute(BUSY)


def _is_active(places: Places, pid: int) -> bool:
    return answer(places, OWNER, f"SELECT state FROM pg_stat_activity WHERE pid = {pid}") == "active"


def test_a_stale_pid_file_that_names_a_living_process_of_ones_own_is_seen_through(places: Places) -> None:
    with server.running(places.data, tell=quiet):
        lines = pid_file(places).read_text().splitlines(keepends=True)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        pid_file(places).write_text("".join([f"{stranger.pid}\n", *lines[1:]]))

        server.start(places, tell=quiet)

        assert stranger.poll() is None
        stranger.communicate(b"\n")
    assert answer(places, APPLICATION, "SELECT 1") == 1


def test_a_stale_pid_file_that_names_a_process_of_another_user_is_seen_through(open_folder: Path) -> None:
    if os.geteuid() != 0 and Path("/proc/1").stat().st_uid == os.geteuid():
        pytest.skip("the first process is not another user's here")

    def use() -> None:
        with server.running(open_folder / "data", tell=quiet) as own:
            lines = pid_file(own).read_text().splitlines(keepends=True)
        pid_file(own).write_text("".join(["1\n", *lines[1:]]))
        with server.running(open_folder / "data", tell=quiet):
            assert answer(own, APPLICATION, "SELECT 1") == 1

    assert ended(as_ordinary_user(use)) == 0


def test_two_starters_at_once_share_one_server(places: Places) -> None:
    meeting = FORK.Barrier(2)

    def use() -> None:
        meeting.wait(10)
        with server.running(places.data, tell=quiet):
            assert answer(places, APPLICATION, "SELECT 1") == 1
            meeting.wait(10)

    starters = [FORK.Process(target=use) for _ in range(2)]
    for starter in starters:
        starter.start()

    assert [ended(starter) for starter in starters] == [0, 0]
    assert places.log.read_text().count("database system is ready to accept connections") == 1
    assert not pid_file(places).exists()


def test_a_slow_recovery_is_awaited_and_told(places: Places) -> None:
    server.start(places, tell=quiet)
    carry_out(places, "CREATE TABLE kept AS SELECT n FROM generate_series(1, 1000) n")
    os.kill(postmaster(places), signal.SIGKILL)
    _slow_the_next_recovery(places)
    told: list[str] = []
    begun = time.monotonic()

    server.start(places, tell=told.append)

    assert time.monotonic() - begun > SLOW
    assert told == ["数据库正在恢复上次未写完的内容，请不要关闭……"]
    assert answer(places, OWNER, "SELECT count(*) FROM kept") == 1000


def _slow_the_next_recovery(places: Places) -> None:
    """Let recovery ask an archive that is slow to answer once, and has nothing."""
    asked = places.cluster / "asked"
    command = f'test -e "{asked}" || {{ touch "{asked}"; sleep {SLOW}; }}; false'
    with (places.cluster / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = '{command}'\nhot_standby = off\n")
    (places.cluster / "recovery.signal").touch()


def test_the_last_user_to_leave_stops_the_server(places: Places) -> None:
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(server.running(places.data, tell=quiet))
        second.enter_context(server.running(places.data, tell=quiet))

        first.close()
        between = server.reachable(places)
        second.close()

    assert (between, server.reachable(places), pid_file(places).exists()) == (True, False, False)


def test_a_server_whose_socket_is_elsewhere_is_named_instead_of_awaited(
    places: Places, monkeypatch: pytest.MonkeyPatch, open_folder: Path
) -> None:
    with server.running(places.data, tell=quiet):
        there = str(places.socket)
        with monkeypatch.context() as changed:
            changed.setenv("XDG_RUNTIME_DIR", str(open_folder))

            with pytest.raises(server.ServerError, match=there):
                server.start(places, tell=quiet)


def test_a_new_folder_gets_the_newest_server_of_the_wheel(places: Places) -> None:
    server.start(places, tell=quiet)

    assert int(str(answer(places, OWNER, "SHOW server_version_num"))) // 10000 == max(installed())


@pytest.mark.skipif(len(installed()) < 2, reason="the wheel holds one version only")
def test_a_folder_made_by_an_older_server_keeps_it(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    older = min(installed())
    with monkeypatch.context() as then:
        then.setattr(server, "installed", lambda: {older: installed()[older]})
        server.start(places, tell=quiet)
        server.stop(places)

    server.start(places, tell=quiet)

    assert int(str(answer(places, OWNER, "SHOW server_version_num"))) // 10000 == older


def test_a_folder_made_by_an_unknown_server_is_named(places: Places) -> None:
    server.start(places, tell=quiet)
    server.stop(places)
    (places.cluster / "PG_VERSION").write_text("99\n")

    with pytest.raises(server.ServerError, match="数据是 PostgreSQL 99 建的"):
        server.start(places, tell=quiet)


def test_a_lost_password_is_named_instead_of_awaited(places: Places) -> None:
    with server.running(places.data, tell=quiet):
        (places.data / "secrets" / ADMIN).unlink()

        with pytest.raises(server.ServerError, match="口令"):
            server.start(places, tell=quiet)
