"""Run the migrations and the fast tests on Debian's PostgreSQL, where it is installed, through DATABASE_URL."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from check import BIN, ROOT

LEAST = 15
ROLES = """
CREATE ROLE given_application LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD 'given';
CREATE ROLE given_owner LOGIN NOSUPERUSER CREATEDB PASSWORD 'given';
GRANT given_application TO given_owner;
CREATE DATABASE given OWNER given_owner;
"""
FAST = ["src/houban/divisions", "src/houban/core", "src/houban/reports", "tests/test_figures_of_daan.py"]


def programs() -> Path | None:
    """Return the folder of the newest server that is new enough."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if int(path.parts[4]) >= LEAST]
    return max(found, key=lambda path: int(path.parts[4])).parent if found else None


def main() -> int:
    """Start a server of Debian's for a while and hold the project against it."""
    folder = programs()
    if folder is None:
        print(f"given server skipped: no PostgreSQL {LEAST} or newer under /usr/lib/postgresql", flush=True)
        return 0
    account = "nobody" if os.geteuid() == 0 else None
    base = Path(tempfile.mkdtemp(prefix="hb-given-"))
    if account:
        os.chown(base, pwd.getpwnam(account).pw_uid, -1)
    try:
        return _with_server(folder, base, account)
    finally:
        _tell(folder / "pg_ctl", "-D", str(base / "c"), "-m", "immediate", "stop", account=account)
        shutil.rmtree(base, ignore_errors=True)


def _tell(program: Path, *words: str, account: str | None) -> None:
    done = subprocess.run(
        [str(program), *words], user=account, cwd="/", capture_output=True, text=True, check=False, env={"LC_ALL": "C"}
    )
    if done.returncode != 0 and "stop" not in words:
        raise RuntimeError(done.stderr)


def _with_server(folder: Path, base: Path, account: str | None) -> int:
    cluster = base / "c"
    _tell(folder / "initdb", "-D", str(cluster), "-U", "admin", "--auth=trust", "-E", "UTF8", "-N", account=account)
    options = f"-c listen_addresses= -c unix_socket_directories={base} -c port=5499 -c fsync=off"
    start = ("-D", str(cluster), "-o", options, "-l", str(base / "log"), "-w", "start")
    _tell(folder / "pg_ctl", *start, account=account)
    for statement in filter(None, (line.strip() for line in ROLES.splitlines())):
        psql = ("-h", str(base), "-p", "5499", "-U", "admin", "-d", "postgres", "-q", "-c", statement)
        _tell(folder / "psql", *psql, account=account)
    place = str(base).replace("/", "%2F")
    environment = os.environ | {
        "DATABASE_URL": f"postgres://given_application:given@{place}:5499/given",
        "DATABASE_OWNER_URL": f"postgres://given_owner:given@{place}:5499/given",
        "PYTHONPATH": str(ROOT / "src"),
    }
    print(f"migrations and fast tests on Debian's PostgreSQL, {folder.parent.name}:", flush=True)
    command = [str(BIN / "python"), "-m", "pytest", "-q", "-n", "2", "-m", "not server and not browser", *FAST]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
