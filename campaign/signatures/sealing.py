"""Sealing a signature to the campaign's key, and opening it with the private half, which no server has.

HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. `info`
binds the record to its campaign and epoch. A record is: suite (1 byte), epoch (2 bytes), and
the output of HPKE (32 bytes of encapsulated key, ciphertext, 16 of tag).

A record with a correction is: CORRECTED (1 byte), epoch (2 bytes), the length of the record (2 bytes), the
record, and the correction, both sealed to the key of that epoch. It has the fields that two people agreed
on, and those that a third one decided. The server puts the two together and can read neither.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from campaign.signatures import person

#: The only suite so far; the byte allows another one that resists quantum computers.
SUITE = 1

#: The first byte of a record with a correction.
CORRECTED = 0x81
_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_HEAD = struct.Struct(">BH")
_CORRECTED_HEAD = struct.Struct(">BHH")

KEY_BYTES = 32


class SealError(ValueError):
    """A record that can't be opened: another key, another campaign, or altered."""


class KeyUnusableError(ValueError):
    """Bytes that are not a public key to seal to."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half of a campaign's key that the server has. `epoch` counts the campaign's keys from 1."""

    slug: str
    epoch: int
    raw: bytes

    def seal(self, body: bytes) -> bytes:
        """The record of a body. Raises KeyUnusableError."""
        try:
            sealed = _HPKE.encrypt(body, X25519PublicKey.from_public_bytes(self.raw), info=self.info)
        except ValueError as error:
            raise KeyUnusableError(f"the key of epoch {self.epoch} can't be used") from error
        return _HEAD.pack(SUITE, self.epoch) + sealed

    @property
    def info(self) -> bytes:
        """The campaign and epoch that a record is bound to."""
        return _info(self.slug, self.epoch)


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """The private half. It is in the trustees' key files, never on the server."""

    slug: str
    epoch: int
    raw: bytes

    @property
    def public(self) -> PublicKey:
        """The half that may be published."""
        key = X25519PrivateKey.from_private_bytes(self.raw).public_key()
        return PublicKey(self.slug, self.epoch, key.public_bytes_raw())

    def open(self, record: bytes) -> bytes:
        """The body of a record, with its correction if it has one. Raises SealError."""
        if epoch_of(record) != self.epoch:
            raise SealError("sealed to another key")
        if record[0] != CORRECTED:
            return self._open(record)
        whole, correction = _parts(record)
        try:
            return person.corrected(self._open(whole), self._open(correction))
        except ValueError as error:
            raise SealError("a correction that does not fit its record") from error

    def _open(self, record: bytes) -> bytes:
        if epoch_of(record) != self.epoch:
            raise SealError("sealed to another key")
        try:
            return _HPKE.decrypt(record[_HEAD.size :], _loaded(self.raw), info=_info(self.slug, self.epoch))
        except (InvalidTag, ValueError) as error:
            raise SealError("sealed to another key, for another campaign, or altered") from error


@lru_cache(maxsize=8)
def _loaded(raw: bytes) -> X25519PrivateKey:
    """The key as the library has it: making it derives the public half, half the time of opening a record."""
    return X25519PrivateKey.from_private_bytes(raw)


def _info(slug: str, epoch: int) -> bytes:
    return f"campaign/seal/1|{slug}|{epoch}".encode()


def epoch_of(record: bytes) -> int:
    """The epoch of the key that a record was sealed to. Raises SealError."""
    if len(record) < _HEAD.size + KEY_BYTES + 16 or record[0] not in {SUITE, CORRECTED}:
        raise SealError("not a sealed record")
    return int(_HEAD.unpack_from(record)[1])


def with_correction(record: bytes, correction: bytes) -> bytes:
    """A record with fields that were decided later; both stay sealed. Raises SealError for two keys."""
    if epoch_of(record) != epoch_of(correction) or CORRECTED in {record[0], correction[0]}:
        raise SealError("sealed to another key")
    return _CORRECTED_HEAD.pack(CORRECTED, epoch_of(record), len(record)) + record + correction


def _parts(record: bytes) -> tuple[bytes, bytes]:
    """The record and the correction in a record with one. Raises SealError."""
    size = _CORRECTED_HEAD.unpack_from(record)[2]
    whole, correction = record[_CORRECTED_HEAD.size :][:size], record[_CORRECTED_HEAD.size + size :]
    if not whole or not correction or CORRECTED in {whole[0], correction[0]}:
        raise SealError("not a sealed record")
    return whole, correction


def new_key(slug: str, epoch: int) -> PrivateKey:
    """A new random key."""
    return PrivateKey(slug, epoch, X25519PrivateKey.generate().private_bytes_raw())
