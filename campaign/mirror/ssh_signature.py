"""Signatures of files as `ssh-keygen -Y sign` makes and `ssh-keygen -Y verify` checks them (PROTOCOL.sshsig).

Only Ed25519: its signatures are the same each time, and every OpenSSH since 2014 has it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import shutil
import struct
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

#: What the signature is for: a signature of another kind of file by the same key is none of a mirror.
NAMESPACE = "campaign-mirror"

_MAGIC, _VERSION, _KIND = b"SSHSIG", 1, b"ssh-ed25519"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"

#: Characters of the longest file that is read as a signature or as a public key.
MOST = 4_096


class SignatureError(ValueError):
    """A key or a signature that can't be used, or that does not hold; the text says why."""


def public_line(key: Ed25519PublicKey) -> str:
    """A public key as OpenSSH writes it: `ssh-ed25519 AAAA…`."""
    return f"ssh-ed25519 {base64.b64encode(_blob(key)).decode()}"


def read_public(text: str) -> Ed25519PublicKey:
    """The key in a line of a .pub file, or in one of an allowed_signers file. Raises SignatureError."""
    found = re.search(r"ssh-ed25519 ([A-Za-z0-9+/=]{20,200})", text[:MOST])
    if found is None:
        raise SignatureError("There is no line “ssh-ed25519 …” in it.")
    return _key_of(_decoded(found[1]))


def fingerprint(key: Ed25519PublicKey) -> str:
    """What `ssh-keygen -l` prints of a key: SHA256:…"""
    digest = base64.b64encode(hashlib.sha256(_blob(key)).digest()).decode()
    return f"SHA256:{digest.rstrip('=')}"


def sign(message: bytes, key: Path) -> str:
    """The armoured signature of a message, by `ssh-keygen` with a key file, an agent or a hardware key.

    It asks for the passphrase itself: no key is read here. Raises SignatureError.
    """
    program = shutil.which("ssh-keygen")
    if program is None:
        raise SignatureError("There is no ssh-keygen on this machine: install OpenSSH (openssh-client).")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(message)
        command = [program, "-q", "-Y", "sign", "-n", NAMESPACE, "-f", str(key), str(path)]
        if subprocess.run(command, check=False).returncode:  # noqa: S603
            raise SignatureError(f"ssh-keygen could not sign with {key}.")
        armoured = path.with_name("list.sig").read_text(encoding="ascii")
    signer_of(message, armoured)
    return armoured


def signer_of(message: bytes, armoured: str) -> Ed25519PublicKey:
    """The key that signed a message for NAMESPACE. Raises SignatureError if the signature does not hold."""
    found = re.fullmatch(rf"\s*{_BEGIN}\s([A-Za-z0-9+/=\s]+){_END}\s*", armoured[:MOST])
    if found is None:
        raise SignatureError("This is no SSH signature.")
    blob = _decoded("".join(found[1].split()))
    if not blob.startswith(_MAGIC + struct.pack(">I", _VERSION)):
        raise SignatureError("This is no SSH signature.")
    key_blob, namespace, _reserved, hash_name, signature = _strings(blob[len(_MAGIC) + 4 :], 5)
    if namespace.decode("ascii", "replace") != NAMESPACE:
        raise SignatureError(f"The signature is for something else than “{NAMESPACE}”.")
    if hash_name not in {b"sha512", b"sha256"}:
        raise SignatureError("The signature names a hash that is not known.")
    key, (kind, raw) = _key_of(key_blob), _strings(signature, 2)
    try:
        if kind != _KIND:
            raise InvalidSignature
        key.verify(raw, _signed(message, hash_name))
    except InvalidSignature:
        raise SignatureError("The signature does not belong to this list: one of them was changed.") from None
    return key


def _signed(message: bytes, hash_name: bytes) -> bytes:
    """What the key signs: the hash of the message, and what it is for."""
    digest = hashlib.new(hash_name.decode(), message).digest()
    return _MAGIC + b"".join(map(_string, (NAMESPACE.encode(), b"", hash_name, digest)))


def _blob(key: Ed25519PublicKey) -> bytes:
    return _string(_KIND) + _string(key.public_bytes_raw())


def _key_of(blob: bytes) -> Ed25519PublicKey:
    if not blob.startswith(_string(_KIND)):
        raise SignatureError("The key is of another kind than Ed25519: make one with ssh-keygen -t ed25519.")
    _kind, raw = _strings(blob, 2)
    if len(raw) != 32:
        raise SignatureError("The signature or the key is damaged.")
    return Ed25519PublicKey.from_public_bytes(raw)


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _strings(data: bytes, count: int) -> list[bytes]:
    """So many strings, each after its length, and nothing behind them."""
    found = []
    for _number in range(count):
        if len(data) < 4 or len(data) - 4 < (length := struct.unpack(">I", data[:4])[0]):
            raise SignatureError("The signature or the key is damaged.")
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    if data:
        raise SignatureError("The signature or the key is damaged.")
    return found


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureError("The signature or the key is damaged.") from error
