"""Master keys in versions: files made once, read strictly, added, retired and missed."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.test import override_settings

from houban.core import keyring

LONG = "k" * 43


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Make a data folder with its first keys."""
    keyring.establish(tmp_path / "data")
    return tmp_path / "data"


def load(data: Path) -> keyring.Keyring:
    return keyring.load(data, cipher="aes")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_program_can_read_the_keys(data: Path) -> None:
    names = {path.name for path in (data / "secrets").iterdir()}

    assert names == {"personal-master-1", "personal-index"}
    assert mode(data / "secrets") == 0o700
    assert {mode(data / "secrets" / name) for name in names} == {0o600}


def test_establishing_twice_changes_nothing(data: Path) -> None:
    first = load(data)

    keyring.establish(data)

    assert load(data) == first


def test_two_who_add_a_version_at_once_agree(data: Path) -> None:
    makers = 16
    barrier = Barrier(makers)

    def add(_: int) -> tuple[int, bytes]:
        barrier.wait()
        version = keyring.add_version(data, after=1)
        return version, load(data).master(version)

    with ThreadPoolExecutor(makers) as pool:
        made = set(pool.map(add, range(makers)))

    assert len(made) == 1
    assert load(data).newest == 2
    assert sorted(load(data).masters) == [1, 2]


def test_whoever_comes_late_gets_the_version_there_is(data: Path) -> None:
    keyring.add_version(data, after=1)

    assert keyring.add_version(data, after=1) == 2


def test_a_new_version_leaves_the_old_one_readable(data: Path) -> None:
    old = load(data).master(1)

    keyring.add_version(data, after=1)

    assert load(data).master(1) == old != load(data).master(2)


def test_a_retired_version_is_gone_for_good(data: Path) -> None:
    keyring.add_version(data, after=1)

    keyring.retire(data, 1)

    assert not (data / "secrets" / "personal-master-1").exists()
    assert sorted(load(data).masters) == [2]
    with pytest.raises(keyring.MissingMasterError, match="缺第 1 版主密钥"):
        load(data).master(1)


def test_a_retired_file_that_comes_back_from_a_backup_is_not_read(data: Path) -> None:
    keyring.add_version(data, after=1)
    keyring.retire(data, 1)

    (data / "secrets" / "personal-master-1").write_text(LONG)

    assert sorted(load(data).masters) == [2]


def test_the_newest_version_is_not_retired(data: Path) -> None:
    with pytest.raises(keyring.StillNeededError, match="第 1 版是最新的主密钥，不能停用"):
        keyring.retire(data, 1)


def test_a_version_that_never_was_is_not_retired(data: Path) -> None:
    with pytest.raises(keyring.MissingMasterError, match="没有第 7 版主密钥，现有的是：1。"):
        keyring.retire(data, 7)


def test_nothing_is_made_in_place_of_lost_keys(data: Path) -> None:
    (data / "secrets" / "personal-master-1").unlink()

    with pytest.raises(keyring.MissingMasterError) as raised:
        load(data)

    assert "“personal-master-1”，请从备份恢复" in str(raised.value)
    assert not (data / "secrets" / "personal-master-1").exists()


def test_a_lost_index_key_is_named_and_never_made_anew(data: Path) -> None:
    (data / "secrets" / "personal-index").unlink()

    keyring.establish(data)

    with pytest.raises(keyring.MissingMasterError, match=r"缺密钥文件“.*/secrets/personal-index”，请从备份恢复。"):
        load(data)


@pytest.mark.parametrize("name", ["", "personal-master-1", "personal-index"])
def test_keys_open_to_others_are_refused(data: Path, name: str) -> None:
    path = data / "secrets" / name
    path.chmod(mode(path) | 0o044)

    with pytest.raises(keyring.UnsafeKeyFileError, match="别人也能打开"):
        load(data)


def test_a_cut_key_file_is_refused(data: Path) -> None:
    (data / "secrets" / "personal-master-1").write_text("abc")

    with pytest.raises(keyring.BadKeyError, match="不足 43 个字符"):
        load(data)


def test_other_files_beside_the_keys_do_not_matter(data: Path) -> None:
    for name in ("personal-master-x", "personal-master-1.bak", "personal-master-01", "tmpabc"):
        (data / "secrets" / name).write_text(LONG)

    assert sorted(load(data).masters) == [1]


def test_keys_can_come_from_settings() -> None:
    ring = keyring.given(f"1:{LONG}, 12:{LONG}x", LONG + "i", cipher="sm4")

    assert (ring.newest, sorted(ring.masters), ring.suite.name) == (12, [1, 12], "sm4")


def test_a_version_missing_from_the_settings_is_named() -> None:
    with pytest.raises(keyring.MissingMasterError, match=r"缺第 2 版主密钥.*HOUBAN_MASTER_KEY 里的“2:……”"):
        keyring.given(f"1:{LONG}", LONG, cipher="aes").master(2)


@pytest.mark.parametrize(
    "text", ["", LONG, f"0:{LONG}", f"10000:{LONG}", f"1:{LONG},", f"1:{LONG},1:{LONG}", f"1:{LONG} 2:{LONG}"]
)
def test_settings_written_otherwise_are_refused(text: str) -> None:
    with pytest.raises(keyring.BadKeyError, match="HOUBAN_MASTER_KEY 要写成"):
        keyring.given(text, LONG, cipher="aes")


def test_the_installation_reads_its_data_folder(data: Path) -> None:
    with override_settings(HOUBAN_DATA=data, HOUBAN_CIPHER="sm4"):
        ring = keyring.of_installation()

    assert (ring.masters, ring.suite.name) == (load(data).masters, "sm4")


def test_the_installation_reads_its_settings_first(data: Path) -> None:
    with override_settings(HOUBAN_DATA=data, HOUBAN_MASTER_KEY=f"3:{LONG}", HOUBAN_INDEX_KEY=LONG):
        ring = keyring.of_installation()

    assert sorted(ring.masters) == [3]


def test_a_keyring_does_not_print_its_keys(data: Path) -> None:
    ring = load(data)

    assert ring.master(1).decode() not in repr(ring)
    assert repr(ring.master(1)) not in f"{ring}"
