"""The keys above the persons' keys: master keys in versions and the index key, kept outside the database.

They lie as files in HOUBAN_DATA/secrets, or in two settings where several hosts share one database. A retired
version leaves an empty file behind, so that its number is never given to another key.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from houban.core import ciphers
from houban.core.postgres.places import secret, sync_folder

MASTER = re.compile(r"personal-master-([1-9]\d{0,3})(\.retired)?", re.ASCII)
GIVEN = re.compile(r"([1-9]\d{0,3}):([^\s:]+)", re.ASCII)
INDEX = "personal-index"
RETIRED = ".retired"
SHORTEST = 43


class KeyringError(RuntimeError):
    """The keyring can't be used as it is; the message says what to do."""


class MissingMasterError(KeyringError):
    """A master key is needed that is lost or retired."""


class UnsafeKeyFileError(KeyringError):
    """Others than the program can read a key's file or enter its folder."""


class BadKeyError(KeyringError):
    """A key is too short to be one, or a setting that holds keys is not written as it should be."""


class StillNeededError(KeyringError):
    """The newest master key can't be retired: the next person's key is wrapped under it."""


@dataclass(frozen=True, repr=False)
class Keyring:
    """Master keys by version, the index key, and the suite in which new things are sealed."""

    masters: Mapping[int, bytes]
    index: bytes
    suite: ciphers.Suite
    folder: Path | None = None

    @property
    def newest(self) -> int:
        """Return the version under which keys are wrapped now."""
        return max(self.masters)

    def master(self, version: int) -> bytes:
        """Return a version's key, or say where it should be."""
        if version not in self.masters:
            where = f"“{self.folder / _name(version)}”" if self.folder else f"HOUBAN_MASTER_KEY 里的“{version}:……”"
            raise MissingMasterError(
                f"缺第 {version} 版主密钥，用它封存的个人信息打不开：如未停用，请从备份恢复{where}。"
            )
        return self.masters[version]


def of_installation() -> Keyring:
    """Return this installation's keys, as the settings say."""
    if settings.HOUBAN_MASTER_KEY:
        return given(settings.HOUBAN_MASTER_KEY, settings.HOUBAN_INDEX_KEY, cipher=settings.HOUBAN_CIPHER)
    return load(settings.HOUBAN_DATA, cipher=settings.HOUBAN_CIPHER)


def check_given(master_key: str, index_key: str) -> None:
    """Refuse settings that can't be used; without both, files are used."""
    if bool(master_key) != bool(index_key):
        missing = "HOUBAN_INDEX_KEY" if master_key else "HOUBAN_MASTER_KEY"
        raise BadKeyError(f"HOUBAN_MASTER_KEY 和 HOUBAN_INDEX_KEY 要一起设，还缺 {missing}。")
    if master_key:
        given(master_key, index_key, cipher=ciphers.AES.name)


def given(master_key: str, index_key: str, *, cipher: str) -> Keyring:
    """Return the keys two settings hold: `1:KEY,2:KEY` and one key."""
    parts = [GIVEN.fullmatch(part.strip()) for part in master_key.split(",")]
    written = [part.groups() for part in parts if part]
    versions = {int(version): _key(text, "HOUBAN_MASTER_KEY") for version, text in written}
    if len(versions) < len(parts):
        raise BadKeyError("HOUBAN_MASTER_KEY 要写成“版本:密钥”，如“1:……,2:……”，版本从 1 起、不重复，用逗号隔开。")
    return Keyring(versions, _key(index_key, "HOUBAN_INDEX_KEY"), ciphers.SUITES[cipher])


def establish(data: Path) -> None:
    """Make the index key and the first master key where there is no master key; two makers agree.

    Call it while no person has a key yet, never to mend a loss: the new keys would open nothing that is stored.
    """
    if not _versions(data):
        secret(data, INDEX)  # first, so that a master key without it is a loss and never a half-made pair
        secret(data, _name(1))


def load(data: Path, *, cipher: str) -> Keyring:
    """Return the keys that lie in the data folder; none is ever made here, so that a lost file is noticed."""
    folder = data / "secrets"
    live = [version for version, is_live in _versions(data).items() if is_live]
    if not live:
        raise MissingMasterError(f"“{folder}”里没有主密钥“{_name(1)}”，请从备份恢复；新装的先建立主密钥。")
    _refuse_open(folder)
    masters = {version: _read(folder / _name(version)) for version in live}
    return Keyring(masters, _read(folder / INDEX), ciphers.SUITES[cipher], folder)


def add_version(data: Path, *, after: int) -> int:
    """Make the version that follows the one the caller has seen; whoever comes second gets the first one's.

    Then wrap every person's key anew (`seals.rewrap`) and retire the old version.
    """
    newest = max(_versions(data), default=0)
    if newest <= after:
        newest = after + 1
        secret(data, _name(newest))
    return newest


def retire(data: Path, version: int) -> None:
    """Delete a version's key for good; what is still wrapped under it can't be opened any more."""
    versions = _versions(data)
    live = [number for number, is_live in versions.items() if is_live]
    if version not in versions:
        raise MissingMasterError(f"没有第 {version} 版主密钥，现有的是：{'、'.join(map(str, live))}。")
    if version == max(live, default=0):
        raise StillNeededError(f"第 {version} 版是最新的主密钥，不能停用：请先增加一版，并换包所有个人密钥。")
    folder = data / "secrets"
    (folder / (_name(version) + RETIRED)).touch(mode=0o600)
    sync_folder(folder)
    (folder / _name(version)).unlink(missing_ok=True)
    sync_folder(folder)


def _name(version: int) -> str:
    return f"personal-master-{version}"


def _versions(data: Path) -> dict[int, bool]:
    """Return every version there has been, and whether it is live."""
    folder = data / "secrets"
    found = [match for path in folder.glob("personal-master-*") if (match := MASTER.fullmatch(path.name))]
    retired = {int(match[1]) for match in found if match[2]}
    return {version: version not in retired for version in sorted(int(match[1]) for match in found)}


def _read(path: Path) -> bytes:
    if not path.exists():
        raise MissingMasterError(f"缺密钥文件“{path}”，请从备份恢复。")
    _refuse_open(path)
    return _key(path.read_text().strip(), str(path))


def _refuse_open(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        proper = "0700" if path.is_dir() else "0600"
        raise UnsafeKeyFileError(f"“{path}”别人也能打开（权限 {mode:04o}），请改成 {proper}。")


def _key(text: str, where: str) -> bytes:
    """Return a key's bytes: the text itself, which must hold 256 bits in base64, 43 characters."""
    if len(text) < SHORTEST:
        raise BadKeyError(f"“{where}”里的密钥不足 {SHORTEST} 个字符：请从备份恢复，或用随机数重新生成。")
    return text.encode()
