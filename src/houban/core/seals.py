"""Small personal values sealed under a key of the person's own, and found again without being opened.

A person's key is random and is stored only wrapped under a master key, which the database does not hold
(`keyring`). Erasing a person is forgetting the wrapped key, together with the blind indexes of the values. Master keys
change by wrapping the persons' keys anew; the sealed values stay as they are. docs/adr/0017-personal-values.md says
what this protects against, and what not.

    sealed value: format, cipher, nonce (12), ciphertext, tag (16); bound to the person and the field
    wrapped key:  format, cipher, master's version (2) and fingerprint (4), nonce, ciphertext (32), tag; to the person
"""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.utils.translation import gettext as _

from houban.core import ciphers, identifiers
from houban.core.keyring import Keyring

FORMAT = 1
KEY = 32
HEAD, KEY_HEAD = 2, 8
WRAPPED = KEY_HEAD + ciphers.NONCE + KEY + ciphers.TAG
INDEX = 16


class SealError(RuntimeError):
    """A sealed value can't be opened; the message says why."""


class DestroyedKeyError(SealError):
    """The person's key has been forgotten, and with it everything sealed under it."""


class WrongMasterError(SealError):
    """A person's key is wrapped under another master key than the one that has this version's number here."""


class TamperedError(SealError):
    """What is stored is not what was sealed for this person and field."""


def new_key(*, person: UUID, keyring: Keyring) -> bytes:
    """Return a new key of a person's, wrapped under the newest master key; store it and nothing else of it."""
    return _wrap(os.urandom(KEY), person, keyring)


def rewrap(key: bytes | None, *, person: UUID, keyring: Keyring) -> bytes:
    """Return a person's key wrapped under the newest master key and the cipher of today; the same bytes if it is."""
    secret, stored = _unwrap(key, person, keyring), bytes(key or b"")
    is_current = master_version(stored) == keyring.newest and stored[1] == keyring.suite.mark
    return stored if is_current else _wrap(secret, person, keyring)


def master_version(key: bytes) -> int:
    """Return the version of the master key that a person's key is wrapped under: retire none that is still named."""
    return int.from_bytes(key[2:4], "big")


def seal(value: str, *, key: bytes | None, person: UUID, field: str, keyring: Keyring) -> bytes:
    """Return a value sealed for one field of one person; `field` is a name that never changes, people.person.mobile."""
    suite = keyring.suite
    head = bytes([FORMAT, suite.mark])
    own = suite.derive(_unwrap(key, person, keyring), purpose="value")
    return head + suite.encrypt(value.encode(), key=own, bound=_bound(head, person, field))


def open_sealed(sealed: bytes, *, key: bytes | None, person: UUID, field: str, keyring: Keyring) -> str:
    """Return the value, or raise one of the errors above, or `keyring.MissingMasterError`."""
    secret, stored = _unwrap(key, person, keyring), bytes(sealed)
    suite = _suite(stored, least=HEAD + ciphers.NONCE + ciphers.TAG)
    head, own = stored[:HEAD], suite.derive(secret, purpose="value")
    return _decrypt(suite, stored[HEAD:], key=own, bound=_bound(head, person, field)).decode()


def blind_index(value: str, *, field: str, keyring: Keyring) -> bytes:
    """Return 16 bytes that are equal for equal values of a field, to store beside the sealed value and look up by.

    HMAC-SHA256, or HMAC-SM3 with SM4, cut to 128 bits: chance makes a pair among a million values with 10^-27.
    The value is compared as `identifiers.plain` has it; telephone numbers go through `identifiers.phone` first.
    """
    return _index(value, field, keyring, keyring.suite)


def blind_indexes(value: str, *, field: str, keyring: Keyring) -> list[bytes]:
    """Return the indexes of a value under every cipher, to look up in a database that has seen more than one."""
    return [_index(value, field, keyring, suite) for suite in ciphers.SUITES.values()]


def _index(value: str, field: str, keyring: Keyring, suite: ciphers.Suite) -> bytes:
    key, name = suite.derive(keyring.index, purpose="index"), field.encode()
    text = len(name).to_bytes(2, "big") + name + identifiers.plain(value).encode()
    return suite.digest(text, key=key)[:INDEX]


def _wrap(secret: bytes, person: UUID, keyring: Keyring) -> bytes:
    suite, version = keyring.suite, keyring.newest
    master = keyring.master(version)
    head = bytes([FORMAT, suite.mark]) + version.to_bytes(2, "big") + _fingerprint(master)
    own = suite.derive(master, purpose="wrap")
    return head + suite.encrypt(secret, key=own, bound=_bound(head, person, ""))


def _unwrap(key: bytes | None, person: UUID, keyring: Keyring) -> bytes:
    if not key:
        raise DestroyedKeyError(_("这个人的密钥已经销毁，用它封存的个人信息不能再打开。"))
    stored = bytes(key)
    suite, version = _suite(stored, least=WRAPPED), master_version(stored)
    head, master = stored[:KEY_HEAD], keyring.master(version)
    if head[4:] != _fingerprint(master):
        raise WrongMasterError(
            _("第 %(version)s 版主密钥不是当初封存时的那一把，请从备份恢复原来的主密钥。") % {"version": version}
        )
    own = suite.derive(master, purpose="wrap")
    return _decrypt(suite, stored[KEY_HEAD:], key=own, bound=_bound(head, person, ""))


def _fingerprint(master: bytes) -> bytes:
    """Return four bytes that tell a wrong master key from a changed person's key, and nothing about the master."""
    return ciphers.AES.derive(master, purpose="fingerprint")[:4]


def _suite(stored: bytes, *, least: int) -> ciphers.Suite:
    if len(stored) < least or stored[0] != FORMAT or stored[1] not in ciphers.MARKS:
        raise TamperedError(_("封存的内容不完整，或是更新的程序写的，请从备份恢复，或升级程序后再打开。"))
    return ciphers.MARKS[stored[1]]


def _bound(head: bytes, person: UUID, field: str) -> bytes:
    """Return what a sealed thing is bound to; head and person have fixed lengths, so nothing can shift between them."""
    return head + person.bytes + field.encode()


def _decrypt(suite: ciphers.Suite, sealed: bytes, *, key: bytes, bound: bytes) -> bytes:
    try:
        return suite.decrypt(sealed, key=key, bound=bound)
    except InvalidTag:
        raise TamperedError(_("封存的内容打不开：被改动过，或是从别人名下、别的栏目挪来的，请从备份恢复。")) from None
