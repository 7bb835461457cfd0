"""Sealed personal values: what opens, what does not and with which words, and what can be found again."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from houban.core import ciphers, keyring, seals
from houban.core.identifiers import plain

PERSON, OTHER = UUID(int=1), UUID(int=2)
MOBILE, CONTACT = "people.person.mobile", "people.person.contact_mobile"
VALUE = "13800000000"
RING = keyring.Keyring({1: b"a first master key, as long as they are"}, b"an index key", ciphers.AES)
SM4_RING = replace(RING, suite=ciphers.SM4)
ROTATED = replace(RING, masters={**RING.masters, 2: b"a second master key, as long as they are"})
RINGS = pytest.mark.parametrize("ring", [RING, SM4_RING], ids=["aes", "sm4"])
SUITES = st.sampled_from([RING, SM4_RING])


def key(ring: keyring.Keyring = RING, person: UUID = PERSON) -> bytes:
    return seals.new_key(person=person, keyring=ring)


def seal(value: str, own: bytes, ring: keyring.Keyring = RING) -> bytes:
    return seals.seal(value, key=own, person=PERSON, field=MOBILE, keyring=ring)


def opened(sealed: bytes, own: bytes | None, ring: keyring.Keyring = RING) -> str:
    return seals.open_sealed(sealed, key=own, person=PERSON, field=MOBILE, keyring=ring)


def flipped(stored: bytes, bit: int) -> bytes:
    changed = bytearray(stored)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(st.text(), SUITES)
def test_what_is_sealed_opens_again(value: str, ring: keyring.Keyring) -> None:
    own = key(ring)

    assert opened(seal(value, own, ring), own, ring) == value


@pytest.mark.parametrize("value", ["", "𠮷野镇", "\x00", "长" * 100_000], ids=["empty", "rare", "nul", "long"])
@RINGS
def test_unusual_texts_open_again(value: str, ring: keyring.Keyring) -> None:
    own = key(ring)

    assert opened(seal(value, own, ring), own, ring) == value


def test_one_database_may_hold_both_ciphers() -> None:
    before, after = key(RING), key(SM4_RING)

    for own in (before, after):
        for ring in (RING, SM4_RING):
            assert opened(seal(VALUE, own, ring), own, RING) == VALUE
            assert opened(seal(VALUE, own, ring), own, SM4_RING) == VALUE


def test_the_setting_decides_the_cipher() -> None:
    assert (seal(VALUE, key())[1], seal(VALUE, key(), SM4_RING)[1]) == (ciphers.AES.mark, ciphers.SM4.mark)


def test_a_value_can_be_opened_by_another_implementation() -> None:
    own = key()
    sealed = seal(VALUE, own)
    master = ciphers.AES.derive(RING.master(1), purpose="wrap")
    secret = AESGCM(master).decrypt(own[8:20], own[20:], own[:8] + PERSON.bytes)

    value_key = ciphers.AES.derive(secret, purpose="value")
    text = AESGCM(value_key).decrypt(sealed[2:14], sealed[14:], sealed[:2] + PERSON.bytes + MOBILE.encode())

    assert text.decode() == VALUE


def test_sm4_gcm_is_that_of_rfc_8998() -> None:
    sm4_key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce, bound = bytes.fromhex("00001234567800000000abcd"), bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    text = bytes.fromhex("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd")
    text += bytes.fromhex("eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa")
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )

    assert ciphers.SM4.decrypt(nonce + sealed, key=sm4_key, bound=bound) == text


@RINGS
def test_another_persons_row_does_not_open_it(ring: keyring.Keyring) -> None:
    own = key(ring)
    sealed = seal(VALUE, own, ring)

    with pytest.raises(seals.TamperedError, match="从别人名下、别的栏目挪来的"):
        seals.open_sealed(sealed, key=key(ring, OTHER), person=OTHER, field=MOBILE, keyring=ring)
    with pytest.raises(seals.TamperedError):
        seals.open_sealed(sealed, key=own, person=OTHER, field=MOBILE, keyring=ring)


@RINGS
def test_another_field_does_not_open_it(ring: keyring.Keyring) -> None:
    own = key(ring)

    with pytest.raises(seals.TamperedError):
        seals.open_sealed(seal(VALUE, own, ring), key=own, person=PERSON, field=CONTACT, keyring=ring)


def test_a_persons_key_serves_nobody_else() -> None:
    with pytest.raises(seals.TamperedError):
        seals.seal(VALUE, key=key(), person=OTHER, field=MOBILE, keyring=RING)


@RINGS
def test_a_flipped_bit_anywhere_in_a_value_is_refused(ring: keyring.Keyring) -> None:
    own = key(ring)
    sealed = seal(VALUE, own, ring)

    for bit in range(len(sealed) * 8):
        with pytest.raises(seals.TamperedError):
            opened(flipped(sealed, bit), own, ring)


@RINGS
def test_a_flipped_bit_anywhere_in_a_key_is_refused(ring: keyring.Keyring) -> None:
    own = key(ring)
    sealed = seal(VALUE, own, ring)

    for bit in range(len(own) * 8):
        with pytest.raises((seals.SealError, keyring.MissingMasterError)):
            opened(sealed, flipped(own, bit), ring)


def test_a_value_or_key_cut_short_or_lengthened_is_refused() -> None:
    own = key()
    sealed = seal(VALUE, own)

    for length in range(len(sealed)):
        with pytest.raises(seals.TamperedError):
            opened(sealed[:length], own)
    for length in range(1, len(own)):
        with pytest.raises(seals.TamperedError):
            opened(sealed, own[:length])
    with pytest.raises(seals.TamperedError):
        opened(sealed + b"\0", own)
    with pytest.raises(seals.TamperedError):
        opened(sealed, own + b"\0")


@given(st.binary(max_size=120))
def test_bytes_that_were_never_sealed_are_refused(stored: bytes) -> None:
    with pytest.raises(seals.TamperedError):
        opened(stored, key())


@pytest.mark.parametrize("forgotten", [None, b""])
def test_with_the_key_forgotten_nothing_opens_or_is_sealed(forgotten: bytes | None) -> None:
    sealed = seal(VALUE, key())

    with pytest.raises(seals.DestroyedKeyError, match="密钥已经销毁"):
        opened(sealed, forgotten)
    with pytest.raises(seals.DestroyedKeyError):
        seals.seal(VALUE, key=forgotten, person=PERSON, field=MOBILE, keyring=RING)
    with pytest.raises(seals.DestroyedKeyError):
        seals.rewrap(forgotten, person=PERSON, keyring=RING)


def test_a_new_key_does_not_bring_back_what_the_old_one_sealed() -> None:
    sealed = seal(VALUE, key())

    with pytest.raises(seals.TamperedError):
        opened(sealed, key())


def test_rotation_wraps_keys_anew_and_leaves_values_alone() -> None:
    own = key(RING)
    sealed = seal(VALUE, own)

    moved = seals.rewrap(own, person=PERSON, keyring=ROTATED)

    assert (seals.master_version(own), seals.master_version(moved)) == (1, 2)
    assert opened(sealed, own, ROTATED) == opened(sealed, moved, ROTATED) == VALUE


def test_wrapping_anew_what_is_current_changes_nothing() -> None:
    moved = seals.rewrap(key(RING), person=PERSON, keyring=ROTATED)

    assert seals.rewrap(moved, person=PERSON, keyring=ROTATED) == moved


def test_wrapping_anew_brings_a_key_under_the_cipher_of_today() -> None:
    own = key(RING)

    moved = seals.rewrap(own, person=PERSON, keyring=SM4_RING)

    assert moved[1] == ciphers.SM4.mark
    assert opened(seal(VALUE, own), moved, SM4_RING) == VALUE


def test_after_rotation_and_retirement_only_keys_left_behind_are_lost() -> None:
    moved, left = seals.rewrap(key(RING), person=PERSON, keyring=ROTATED), key(RING)
    retired = replace(ROTATED, masters={2: ROTATED.masters[2]})

    assert opened(seal(VALUE, moved, retired), moved, retired) == VALUE
    with pytest.raises(keyring.MissingMasterError, match="缺第 1 版主密钥"):
        seal(VALUE, left, retired)


def test_a_lost_master_file_is_named_in_one_sentence(tmp_path: Path) -> None:
    keyring.establish(tmp_path)
    own = key(keyring.load(tmp_path, cipher="aes"))
    keyring.add_version(tmp_path, after=1)
    file = tmp_path / "secrets" / "personal-master-1"
    file.unlink()

    with pytest.raises(keyring.MissingMasterError) as raised:
        seal(VALUE, own, keyring.load(tmp_path, cipher="aes"))

    sentence = f"缺第 1 版主密钥，用它封存的个人信息打不开：如未停用，请从备份恢复“{file}”。"
    assert str(raised.value) == sentence


def test_another_key_under_the_same_number_is_told_from_tampering() -> None:
    impostor = replace(RING, masters={1: os.urandom(48)})

    with pytest.raises(seals.WrongMasterError, match="第 1 版主密钥不是当初封存时的那一把"):
        seal(VALUE, key(RING), impostor)


@RINGS
def test_nonces_do_not_repeat(ring: keyring.Keyring) -> None:
    own = key(ring)

    nonces = {seal("", own, ring)[2:14] for _ in range(10_000)}

    assert len(nonces) == 10_000


def test_equal_values_are_sealed_differently() -> None:
    own = key()

    assert seal(VALUE, own) != seal(VALUE, own)


def test_nothing_stored_shows_the_value_or_the_keys() -> None:
    own = key()
    sealed = seal(VALUE, own)

    assert VALUE.encode() not in sealed + own
    assert RING.master(1) not in sealed + own


@RINGS
@given(one=st.text(), other=st.text())
def test_indexes_are_equal_where_values_are(ring: keyring.Keyring, one: str, other: str) -> None:
    first, second = (seals.blind_index(value, field=MOBILE, keyring=ring) for value in (one, other))

    assert (first == second) == (plain(one) == plain(other))
    assert len(first) == 16


def test_an_index_does_not_mind_how_a_value_was_typed() -> None:
    ways = ["５１０３０４ 19900101 001x", "51030419900101001X", " 510304\u300019900101\u200b001X"]

    assert len({seals.blind_index(typed, field=MOBILE, keyring=RING) for typed in ways}) == 1


@pytest.mark.parametrize(("ring", "name", "size"), [(RING, "sha256", 32), (SM4_RING, "sm3", 16)], ids=["aes", "sm4"])
def test_an_index_can_be_worked_out_by_the_standard_library(ring: keyring.Keyring, name: str, size: int) -> None:
    def digest(own: bytes, text: bytes) -> bytes:
        return hmac.new(own, text, lambda: hashlib.new(name)).digest()

    extracted = digest(bytes(32), ring.index)  # HKDF, RFC 5869, with no salt and one block
    own = digest(extracted, f"houban index {ring.suite.name}".encode() + b"\x01")[:size]

    worked_out = digest(own, len(MOBILE).to_bytes(2, "big") + MOBILE.encode() + VALUE.encode())[:16]

    assert seals.blind_index(VALUE, field=MOBILE, keyring=ring) == worked_out


def test_an_index_differs_by_field_and_by_index_key() -> None:
    others = [(CONTACT, RING), (MOBILE, replace(RING, index=b"another index key")), (MOBILE, SM4_RING)]

    found = {seals.blind_index(VALUE, field=field, keyring=ring) for field, ring in [(MOBILE, RING), *others]}

    assert len(found) == 4


def test_a_field_and_a_value_do_not_run_into_each_other() -> None:
    assert seals.blind_index("BC", field="A", keyring=RING) != seals.blind_index("C", field="AB", keyring=RING)


def test_an_index_outlives_the_rotation_of_master_keys() -> None:
    assert seals.blind_index(VALUE, field=MOBILE, keyring=RING) == seals.blind_index(
        VALUE, field=MOBILE, keyring=ROTATED
    )


def test_look_ups_hold_for_indexes_of_either_cipher() -> None:
    stored = {seals.blind_index(VALUE, field=MOBILE, keyring=ring) for ring in (RING, SM4_RING)}

    assert set(seals.blind_indexes(VALUE, field=MOBILE, keyring=RING)) == stored
