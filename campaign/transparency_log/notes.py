"""Signed notes (C2SP, signed-note) and the cosignatures of witnesses (C2SP, tlog-cosignature), with Ed25519.

A note is a text, an empty line, and a line for each signature. What is read has one spelling only: a note in
which any byte was changed is another note, and not signed.
"""

from __future__ import annotations

import binascii
import re
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: The most bytes and signatures of a note. A post-quantum signature of somebody else may be nearly 5 kB.
MOST_BYTES, MOST_SIGNATURES = 100_000, 32

#: The newest time of a cosignature, in seconds since 1970 (tlog-cosignature).
NEWEST = 2**63 - 1

_NAME = re.compile(r"[^\s+\x00-\x1f]{1,200}")
_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
_TIME = struct.Struct(">Q")


class NoteError(ValueError):
    """A note that can't be read, or that nobody who is trusted has signed."""


class KeyKind(IntEnum):
    """What a key signs: the byte that says so in its name."""

    NOTE = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under its name, such as a log's or a witness's."""

    name: str
    public: bytes
    kind: KeyKind = KeyKind.NOTE

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.public) != 32:
            raise NoteError("a key has a name without spaces or plus signs, and 32 bytes")

    @property
    def id(self) -> bytes:
        """The four bytes with which its signatures begin."""
        return sha256(f"{self.name}\n".encode() + bytes((self.kind,)) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as one word: name, id, and base64."""
        return f"{self.name}+{self.id.hex()}+{spelled(bytes((self.kind,)) + self.public)}"


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under its name. `seed` is Ed25519's, 32 bytes."""

    name: str
    seed: bytes
    kind: KeyKind = KeyKind.NOTE

    @property
    def verifier(self) -> Verifier:
        """Its public half."""
        return Verifier(self.name, self._key().public_key().public_bytes_raw(), self.kind)

    @property
    def skey(self) -> str:
        """The private key as one word, as golang.org/x/mod/sumdb/note writes it."""
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{spelled(bytes((self.kind,)) + self.seed)}"

    def sign(self, text: str, at: int = 0) -> str:
        """The line that signs a text. `at`: the time of a cosignature, in seconds since 1970."""
        if self.kind is KeyKind.NOTE:
            return _line(self.name, self.verifier.id + self._key().sign(text.encode()))
        signature = self._key().sign(_cosigned(text, at))
        return _line(self.name, self.verifier.id + _TIME.pack(at) + signature)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A line below a note: whose name it has, the key's id, and what follows."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def text(self) -> str:
        return _line(self.name, self.key_id + self.signature)


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the lines below it. Nothing in it holds before `signers` was asked."""

    text: str
    signatures: tuple[SignatureLine, ...]

    @property
    def whole(self) -> str:
        """The note as it is written."""
        return f"{self.text}\n{''.join(line.text for line in self.signatures)}"

    def signers(self, verifiers: Iterable[Verifier]) -> dict[str, int]:
        """Who of these signed: name, and the time of a cosignature (0 for another). Raises NoteError.

        Lines of others are skipped; a line of one of these that is not theirs makes the whole note wrong.
        """
        known = {(verifier.name, verifier.id): verifier for verifier in verifiers}
        signed: dict[str, int] = {}
        for line in self.signatures:
            verifier = known.get((line.name, line.key_id))
            if verifier is not None:
                signed[line.name] = max(
                    signed.get(line.name, 0), _checked(verifier, self.text, line.signature)
                )
        return signed

    def adding(self, lines: Sequence[SignatureLine]) -> Note:
        """The note with more lines; one of the same key replaces the older one."""
        newer = {(line.name, line.key_id) for line in lines}
        kept = [line for line in self.signatures if (line.name, line.key_id) not in newer]
        return Note(self.text, (*kept, *lines))


def signed(text: str, signer: Signer) -> Note:
    """A text with a signature below it."""
    return read(f"{text}\n{signer.sign(text)}")


def read(whole: str) -> Note:
    """A note as it is written; whether anybody signed it is another question. Raises NoteError."""
    if len(whole.encode(errors="surrogatepass")) > MOST_BYTES:
        raise NoteError("the note is too long")
    if re.search(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]", whole) or not whole.endswith("\n"):
        raise NoteError("the note has characters that no note may have")
    text, gap, below = whole.rpartition("\n\n")
    lines = below.split("\n")[:-1]
    if not gap or not text or not lines or len(lines) > MOST_SIGNATURES:
        raise NoteError("there is no text with signatures below it")
    return Note(f"{text}\n", tuple(map(read_line, lines)))


def read_lines(text: str) -> tuple[SignatureLine, ...]:
    """The lines of a witness's answer. Raises NoteError."""
    lines = text.split("\n")
    if lines.pop() or not lines or len(lines) > MOST_SIGNATURES:
        raise NoteError("there are no signatures")
    return tuple(map(read_line, lines))


def read_line(line: str) -> SignatureLine:
    """One line with a signature. Raises NoteError."""
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not _NAME.fullmatch(parts[1]):
        raise NoteError("a line is not a signature")
    raw = unspelled(parts[2])
    if len(raw) < 5:
        raise NoteError("a signature is too short")
    return SignatureLine(parts[1], raw[:4], raw[4:])


def read_vkey(text: str) -> Verifier:
    """A public key in one word. Raises NoteError."""
    match = _VKEY.fullmatch(text)
    raw = unspelled(match[3]) if match else b""
    if match is None or raw[:1] not in {bytes((kind,)) for kind in KeyKind}:
        raise NoteError("this is not a public key of a log or a witness")
    verifier = Verifier(match[1], raw[1:], KeyKind(raw[0]))
    if verifier.vkey != text:
        raise NoteError("the public key was changed: its id is another one")
    return verifier


def read_skey(text: str) -> Signer:
    """A private key in one word. Raises NoteError."""
    match = _VKEY.fullmatch(text.removeprefix("PRIVATE+KEY+"))
    raw = unspelled(match[3]) if match else b""
    if match is None or len(raw) != 33 or raw[0] not in list(KeyKind):
        raise NoteError("this is not the private key of a log or a witness")
    signer = Signer(match[1], raw[1:], KeyKind(raw[0]))
    if signer.skey != text:
        raise NoteError("the private key was changed: its id is another one")
    return signer


def spelled(data: bytes) -> str:
    """Bytes in base64."""
    return b64encode(data).decode()


def unspelled(text: str) -> bytes:
    """The bytes of base64 in its only spelling. Raises NoteError."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or spelled(data) != text:
        raise NoteError("this is not base64 in its only spelling")
    return data


def _line(name: str, raw: bytes) -> str:
    return f"— {name} {spelled(raw)}\n"


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _checked(verifier: Verifier, text: str, signature: bytes) -> int:
    """The time of a signature of this key, 0 for one without. Raises NoteError."""
    at, message = 0, text.encode()
    if verifier.kind is KeyKind.COSIGNATURE:
        if len(signature) != _TIME.size + 64:
            raise NoteError(f"the signature of {verifier.name} is not one")
        at = _TIME.unpack_from(signature)[0]
        message, signature = _cosigned(text, at), signature[_TIME.size :]
        if not 0 < at <= NEWEST:
            raise NoteError(f"the signature of {verifier.name} has no time")
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise NoteError(f"the signature of {verifier.name} is not one") from error
    return at
