"""The two ciphers of personal values, both of OpenSSL: AES-256-GCM, or SM4-GCM for national cryptography.

GCM with random nonces of 96 bits is good for 2^32 uses of one key (NIST SP 800-38D, 8.3): a person's key is used for a
handful of values, a master key once for each person and rotation. SM4 is GB/T 32907-2016, SM3 GB/T 32905-2016, the
derivation of keys HKDF, RFC 5869.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE, TAG = 12, 16


@dataclass(frozen=True)
class Suite:
    """A cipher with the hash that goes with it, and the byte that names it in what is stored."""

    name: str
    mark: int
    algorithm: Callable[[bytes], BlockCipherAlgorithm]
    key_size: int
    hash: Callable[[], hashes.HashAlgorithm]

    def derive(self, secret: bytes, *, purpose: str) -> bytes:
        """Return a key of this cipher's size for one purpose; none tells anything of another purpose's or cipher's."""
        label = f"houban {purpose} {self.name}".encode()
        return HKDF(self.hash(), length=self.key_size, salt=None, info=label).derive(secret)

    def encrypt(self, text: bytes, *, key: bytes, bound: bytes) -> bytes:
        """Return nonce, ciphertext and tag; `bound` is not stored and must be the same when it is opened."""
        nonce = os.urandom(NONCE)
        encryptor = Cipher(self.algorithm(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(bound)
        return nonce + encryptor.update(text) + encryptor.finalize() + encryptor.tag

    def decrypt(self, sealed: bytes, *, key: bytes, bound: bytes) -> bytes:
        """Return the text, or raise `cryptography.exceptions.InvalidTag` before any of it is seen."""
        nonce, text, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
        decryptor = Cipher(self.algorithm(key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(bound)
        return decryptor.update(text) + decryptor.finalize()

    def digest(self, text: bytes, *, key: bytes) -> bytes:
        """Return the HMAC of a text under this suite's hash."""
        mac = HMAC(key, self.hash())
        mac.update(text)
        return mac.finalize()


AES = Suite("aes", 1, algorithms.AES, 32, hashes.SHA256)
SM4 = Suite("sm4", 2, algorithms.SM4, 16, hashes.SM3)
SUITES: Mapping[str, Suite] = {suite.name: suite for suite in (AES, SM4)}
MARKS: Mapping[int, Suite] = {suite.mark: suite for suite in SUITES.values()}
