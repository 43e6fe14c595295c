"""A signature is sealed for the trustees: by the standard, bound to its campaign, and telling little by its length."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from cryptography.hazmat.bindings._rust import openssl as rust_openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

from campaign.signatures import person, sealing
from campaign.signatures.person import Person
from campaign.signatures.sealing import PrivateKey, PublicKey, SealError, new_key

KEY = new_key("trees", 1)
ANA = Person("Айгерім Сәдуақасова", "aigerim@example.org", "KZ", "Алматы", "2026-11-24", "kk", 3, news=True)

VECTORS = json.loads(Path(__file__).with_name("rfc9180.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_the_library_opens_the_standards_own_examples(vector: dict[str, str]) -> None:
    # RFC 9180, A.2: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode, first message.
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    key = X25519PrivateKey.from_private_bytes(bytes.fromhex(vector["skRm"]))
    sealed = bytes.fromhex(vector["enc"] + vector["ct"])
    info, aad = bytes.fromhex(vector["info"]), bytes.fromhex(vector["aad"])
    # The library's public call takes no further data; the standard's examples have some.
    assert rust_openssl.hpke._decrypt_with_aad(suite, sealed, key, info, aad) == bytes.fromhex(vector["pt"])
    other = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.CHACHA20_POLY1305)
    context = other.create_recipient_context(sealed[:32], KEMKey.from_pyca_cryptography_key(key), info=info)
    assert context.open(sealed[32:], aad) == bytes.fromhex(vector["pt"])


def test_another_implementation_opens_our_records() -> None:
    record = KEY.public.seal(person.to_bytes(ANA))
    suite = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.CHACHA20_POLY1305)
    key = KEMKey.from_pyca_cryptography_key(X25519PrivateKey.from_private_bytes(KEY.raw))
    context = suite.create_recipient_context(record[3:35], key, info=b"campaign/seal/1|trees|1")
    assert person.from_bytes(context.open(record[35:])) == ANA


def test_only_the_key_of_the_campaign_and_epoch_opens_a_record() -> None:
    record = KEY.public.seal(person.to_bytes(ANA))
    assert person.from_bytes(KEY.open(record)) == ANA
    altered = bytearray(record)
    altered[40] ^= 1
    for key, body in (
        (new_key("trees", 1), record),
        (PrivateKey("stones", 1, KEY.raw), record),
        (PrivateKey("trees", 2, KEY.raw), record),
        (KEY, bytes(altered)),
        (KEY, record[:-1]),
        (KEY, b""),
    ):
        with pytest.raises(SealError):
            key.open(body)


def test_a_key_that_nothing_can_be_sealed_to_is_told() -> None:
    with pytest.raises(sealing.KeyUnusableError):
        PublicKey("trees", 1, bytes(32)).seal(b"x")
    with pytest.raises(sealing.KeyUnusableError):
        PublicKey("trees", 1, b"short").seal(b"x")


@settings(max_examples=100)
@given(st.text(max_size=120), st.text(max_size=80), st.booleans())
def test_whatever_is_typed_comes_back_and_has_one_of_a_few_lengths(name: str, place: str, news: bool) -> None:
    name, place = (text.encode("utf-8", "replace").decode() for text in (name, place))
    one = Person(name, "ana@example.org", "FR", place, "2026-11-24", "en", 1, news=news)
    body = person.to_bytes(one)
    assert person.from_bytes(body) == one
    assert len(body) in person.STEPS or len(body) % 128 == 0


def test_names_of_ordinary_length_are_told_apart_by_nothing() -> None:
    lengths = {
        len(person.to_bytes(Person("A" * n, "a@example.org", "FR", "", "2026-11-24", "en", 1)))
        for n in range(1, 60)
    }
    assert lengths == {128}


def test_bytes_that_are_no_signature_are_refused() -> None:
    for body in (b"", b"\x80", b"\x01\x80", secrets.token_bytes(64)):
        with pytest.raises(ValueError):
            person.from_bytes(body)
