"""The proof that the holder of the old key chose the new one: no byte of it, and no other key, will do."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from campaign.signatures import key_proofs, public_keys
from campaign.signatures.public_keys import KeyFileError
from campaign.signatures.sealing import PrivateKey, PublicKey, new_key


def test_a_proof_holds_for_its_two_keys_alone() -> None:
    for _ in range(20):  # both signs of the point
        old, new = new_key("trees", 1), new_key("trees", 2)
        line = key_proofs.prove(old, new.public)
        assert key_proofs.proves(line, old.public, new.public)
        others = [
            (new_key("trees", 1).public, new.public),
            (old.public, new_key("trees", 2).public),
            (old.public, PublicKey("trees", 3, new.public.raw)),
            (old.public, PublicKey("bushes", 2, new.public.raw)),
            (PublicKey("trees", 0, old.public.raw), new.public),
            (PublicKey("trees", 1, bytes(32)), new.public),
            (PublicKey("trees", 1, b"\xff" * 32), new.public),
        ]
        assert not any(key_proofs.proves(line, *pair) for pair in others)
    assert key_proofs.prove(old, new.public) != line  # a fresh nonce each time


def test_any_byte_changed_is_refused() -> None:
    old, new = new_key("trees", 1), new_key("trees", 2)
    line = key_proofs.prove(old, new.public)
    head, digits = line.split(" ")
    proof = bytes.fromhex(digits)
    for place in range(len(proof)):
        changed = bytearray(proof)
        changed[place] ^= 1
        assert not key_proofs.proves(f"{head} {bytes(changed).hex()}", old.public, new.public)
    for wrong in ("", digits, line.upper(), line + "00", line[:-2], f"campaign-proof-2 {digits}"):
        assert not key_proofs.proves(wrong, old.public, new.public)
    key_proofs.check("", old.public, new.public)
    with pytest.raises(KeyFileError, match="not one by the key"):
        key_proofs.check(line[:-1] + "g", old.public, new.public)


def test_the_arithmetic_is_that_of_ed25519() -> None:
    """Our base point times a number is the public key that `cryptography` makes of the same number."""
    import hashlib

    for n in range(8):
        seed = bytes([n]) * 32
        scalar = bytearray(hashlib.sha512(seed).digest()[:32])
        scalar[0] &= 248
        scalar[31] = scalar[31] & 127 | 64
        number = int.from_bytes(scalar, "little")
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        assert key_proofs._packed(key_proofs._times(number, key_proofs._BASE)) == public
        curve = X25519PrivateKey.from_private_bytes(bytes(scalar)).public_key().public_bytes_raw()
        same = key_proofs._verifying_key(curve).public_bytes_raw()
        assert same[:31] == public[:31] and same[31] == public[31] & 127


def test_a_pub_file_has_the_key_and_then_the_proof() -> None:
    old, new = new_key("trees", 1), new_key("trees", 2)
    proof = key_proofs.prove(old, new.public)
    alone = public_keys.public_line(new.public) + "\n"
    assert public_keys.read_public(alone) == (new.public, "")
    assert public_keys.read_public(f"{alone}{proof}\n") == (new.public, proof)
    assert public_keys.read_public(f"  {alone.strip()} \r\n\r\n {proof} ") == (new.public, proof)
    for wrong in ("", proof, f"{alone}{alone}", f"{alone}{proof}\n{proof}", f"{proof}\n{alone}"):
        with pytest.raises(KeyFileError):
            public_keys.read_public(wrong)
    assert isinstance(old, PrivateKey)
