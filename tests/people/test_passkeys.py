"""Passkeys: what the browser is asked, and which answers are good. The authenticator is made of software here."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from campaign.database import db
from campaign.editions import store
from campaign.people import audit, members, own_account, passkeys, signing_in
from campaign.people.members import MemberError, Proofs
from campaign.people.models import Person
from campaign.people.passkeys import PasskeyError, Site
from tests.minimal import FILES
from tests.people.test_people import ACT, NOW, Guest, join

SITE = Site("letters.example.org", "letters.example.org", "https://letters.example.org")


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """An authenticator with one key on the curve P-256, which says what it is told to say."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    name: bytes = b"a credential of this test"
    count: int = 0

    def make(self, challenge: bytes, **lies: Any) -> str:
        """The answer to an offer."""
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.name).to_bytes(2, "big") + self.name + cbor2.dumps(cose)
        data = self._data(lies.get("flags", 0x45), lies.get("host", SITE.host)) + attested
        client = self._client("webauthn.create", challenge, lies)
        response = {
            "clientDataJSON": text(client),
            "attestationObject": text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._answer(response)

    def sign(self, challenge: bytes, **lies: Any) -> str:
        """The answer to a question."""
        self.count += 1
        data = self._data(lies.get("flags", 0x05), lies.get("host", SITE.host))
        client = self._client("webauthn.get", challenge, lies)
        key = lies.get("key", self.key)
        signature = key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": text(client),
            "authenticatorData": text(data),
            "signature": text(signature),
        }
        return self._answer(response)

    def _data(self, flags: int, host: str) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: bytes, lies: dict[str, Any]) -> bytes:
        told = {"type": lies.get("kind", kind), "challenge": text(lies.get("asked", challenge)),
                "origin": lies.get("origin", SITE.origin), "crossOrigin": False}  # fmt: skip
        return json.dumps(told).encode()

    def _answer(self, response: dict[str, str]) -> str:
        return json.dumps({"id": text(self.name), "rawId": text(self.name), "type": "public-key", "response": response,
                           "clientExtensionResults": {}})  # fmt: skip


@pytest.fixture
def trees(storage: Flask) -> Iterator[Flask]:
    with storage.app_context():
        store.publish(db.session, "trees", FILES, store.Authorship("files"))
        yield storage


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def joined(device: Authenticator, name: str = "Ana") -> Person:
    """Somebody who joined with a passkey alone."""
    token = members.invite(db.session, "trees", Guest(name, f"{name}@example.org", "owner"), ACT)
    challenge = passkeys.new_challenge()
    made = passkeys.made(SITE, challenge, device.make(challenge))
    person, codes = members.accept(db.session, token, Proofs(passkey=made), NOW)
    assert codes == [] and person.password == "" and person.totp == ""
    return person


@pytest.mark.security(11)
def test_the_browser_is_asked_for_a_key_that_verifies_its_holder_and_is_found_without_a_name() -> None:
    offer = passkeys.offer(SITE, "Ana", "ana@example.org", b"c" * 32, [b"known"])
    assert offer["authenticatorSelection"]["userVerification"] == "required"
    assert offer["authenticatorSelection"]["residentKey"] == "required"
    assert [one["id"] for one in offer["excludeCredentials"]] == [text(b"known")]
    question = passkeys.ask(SITE, b"c" * 32)
    assert (question["userVerification"], question.get("allowCredentials", [])) == ("required", [])
    assert "ana@example.org" not in base64.urlsafe_b64decode(offer["user"]["id"] + "==").decode("latin-1")


def test_a_passkey_alone_signs_its_holder_in_and_an_answer_works_once(
    trees: Flask, device: Authenticator
) -> None:
    person = joined(device)
    device.count = -1  # many keys do not count: what they sign has 0
    challenge = passkeys.new_challenge()
    answer = device.sign(challenge)
    assert passkeys.who(db.session, SITE, challenge, answer, NOW).id == person.id
    db.session.commit()
    with pytest.raises(PasskeyError, match="answered before"):
        passkeys.who(db.session, SITE, challenge, answer, NOW)


@pytest.mark.slow
@pytest.mark.parametrize(
    "lies",
    [
        {"flags": 0x01},
        {"flags": 0x04},
        {"origin": "https://letters.example.org.evil.org"},
        {"origin": "http://letters.example.org"},
        {"host": "evil.org"},
        {"asked": b"another challenge of thirty-two.."},
        {"kind": "webauthn.create"},
        {"key": ec.generate_private_key(ec.SECP256R1())},
    ],
    ids=["not verified", "not present", "another site", "in clear", "another host", "another challenge", "another kind", "another key"],
)  # fmt: skip
def test_an_answer_that_is_not_the_whole_truth_is_refused(
    lies: dict[str, Any], trees: Flask, device: Authenticator
) -> None:
    joined(device)
    challenge = passkeys.new_challenge()
    with pytest.raises(PasskeyError):
        passkeys.who(db.session, SITE, challenge, device.sign(challenge, **lies), NOW)


@pytest.mark.security(11)
@pytest.mark.parametrize("lies", [{"flags": 0x41}, {"origin": "https://evil.org"}, {"asked": b"x" * 32}])
def test_a_key_that_was_not_made_for_here_by_a_verified_holder_is_not_kept(
    lies: dict[str, Any], device: Authenticator
) -> None:
    challenge = passkeys.new_challenge()
    with pytest.raises(PasskeyError):
        passkeys.made(SITE, challenge, device.make(challenge, **lies))


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", "x" * 20_000, '{"id": "a", "rawId": "a", "type": "public-key"}']
)
def test_nonsense_is_refused(answer: str, trees: Flask) -> None:
    with pytest.raises(PasskeyError):
        passkeys.who(db.session, SITE, b"c" * 32, answer, NOW)
    with pytest.raises(PasskeyError):
        passkeys.made(SITE, b"c" * 32, answer)


def test_a_counter_that_goes_back_is_a_copied_key(trees: Flask, device: Authenticator) -> None:
    joined(device)
    for expected in (True, True, False):
        challenge = passkeys.new_challenge()
        if not expected:
            device.count = 0
        answer = device.sign(challenge)
        if expected:
            passkeys.who(db.session, SITE, challenge, answer, NOW)
            db.session.commit()
        else:
            with pytest.raises(PasskeyError):
                passkeys.who(db.session, SITE, challenge, answer, NOW)


def test_somebody_who_was_removed_has_no_passkey_any_more(trees: Flask, device: Authenticator) -> None:
    join("Berik")
    person = joined(device)
    members.remove(db.session, "trees", person, ACT)
    challenge = passkeys.new_challenge()
    with pytest.raises(PasskeyError):
        passkeys.who(db.session, SITE, challenge, device.sign(challenge), NOW)
    assert passkeys.of_person(db.session, person) == []


def test_the_last_way_in_can_not_be_removed_and_a_change_ends_other_sign_ins(
    trees: Flask, device: Authenticator
) -> None:
    person = joined(device)
    tokens = [signing_in.begin(db.session, person, NOW) for _ in range(2)]
    here = signing_in.find(db.session, tokens[0], NOW, NOW)
    assert here is not None
    with pytest.raises(MemberError, match="last way in"):
        own_account.remove_passkey(db.session, here, device.name, NOW)
    other, challenge = Authenticator(name=b"another"), passkeys.new_challenge()
    own_account.add_passkey(
        db.session, here, passkeys.made(SITE, challenge, other.make(challenge)), "my phone", NOW
    )
    assert signing_in.find(db.session, tokens[1], NOW, NOW) is None
    own_account.remove_passkey(db.session, here, device.name, NOW)
    assert [one.name for one in passkeys.of_person(db.session, person)] == ["my phone"]
    with pytest.raises(MemberError, match="no passkey"):
        own_account.remove_passkey(db.session, here, b"nobody's", NOW)
    told = [row.what for row in audit.rows(db.session, audit.campaign_of(db.session, "trees"))]
    assert told == ["invited", "joined", "added passkey", "removed passkey"]


def test_an_answered_challenge_is_forgotten_when_it_would_be_too_old_anyway(trees: Flask) -> None:
    from sqlalchemy import func, select

    from campaign.people.models import UsedChallenge

    for n in range(3):
        passkeys.spend(db.session, bytes([n]) * 32, NOW)
    passkeys.spend(db.session, b"x" * 32, NOW + timedelta(hours=1))
    assert db.session.scalars(select(func.count()).select_from(UsedChallenge)).one() == 1
