"""As root the server runs as its own user; paths only root may enter stay enterable by one capability."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

USER = "houban"
DAC_OVERRIDE, DAC_READ_SEARCH = 1, 2
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAPABILITY_VERSION_3 = 0x20080522


class NoServerUserError(RuntimeError):
    """Root may not run PostgreSQL, and a user for it could not be made."""


@dataclass(frozen=True)
class Account:
    """Whom the server runs as."""

    uid: int
    gid: int
    dropped: bool


def account() -> Account:
    """Return the present user, or for root the server's own one, made when missing."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), dropped=False)
    try:
        found = pwd.getpwnam(USER)
    except KeyError:
        found = _make_user()
    return Account(found.pw_uid, found.pw_gid, dropped=True)


def _make_user() -> pwd.struct_passwd:
    useradd, adduser = shutil.which("useradd"), shutil.which("adduser")
    if useradd:
        command = [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", USER]
    elif adduser:
        command = [adduser, "-S", "-D", "-H", USER]
    else:
        raise NoServerUserError(f"root 不能运行 PostgreSQL，也建不了系统用户 {USER}。请先建它，或改用普通用户。")
    subprocess.run(command, check=False, capture_output=True)
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        raise NoServerUserError(f"系统用户 {USER} 没有建成。请用 useradd --system {USER} 建它。") from None


def become(who: Account, needed: Sequence[Path]) -> Callable[[], None] | None:
    """Return what a child does before it runs: give up root, keeping a search capability only where needed."""
    if not who.dropped:
        return None
    keep = not all(_reachable(path, who) for path in needed)
    capability = _search_capability() if keep else None
    libc = ctypes.CDLL(None, use_errno=True)

    def drop() -> None:
        if capability is not None:
            libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
        os.setgroups([])
        os.setgid(who.gid)
        os.setuid(who.uid)
        if capability is not None:
            _keep(libc, capability)

    return drop


def _reachable(path: Path, who: Account) -> bool:
    for folder in path.resolve().parents:
        found = folder.stat()
        bit = 0o100 if found.st_uid == who.uid else 0o010 if found.st_gid == who.gid else 0o001
        if not found.st_mode & bit:
            return False
    return True


def _search_capability() -> int:
    """Prefer the capability that only searches; containers often leave root just the wider one."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("CapEff"))
    has = int(line.split()[1], 16)
    return DAC_READ_SEARCH if has >> DAC_READ_SEARCH & 1 else DAC_OVERRIDE


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def _keep(libc: ctypes.CDLL, capability: int) -> None:
    sets = (_Sets * 2)(_Sets(1 << capability, 1 << capability, 1 << capability), _Sets(0, 0, 0))
    libc.capset(ctypes.byref(_Header(CAPABILITY_VERSION_3, 0)), sets)
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent is gone, however that went."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, 15, 0, 0, 0)
    except AttributeError:
        return
