"""Every kind of token has one spelling, works for its purpose, and what can be used once is used once."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign import clock
from campaign.database import db
from campaign.desk.access import device, passkey_challenges, session
from campaign.people import members, passkeys
from campaign.people.members import Action, Guest, MemberError, Proofs
from campaign.people.passkeys import PasskeyError
from campaign.petition import links, proof_of_work
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.settings import Settings
from campaign.web import signing, tokens
from campaign.web.signing import Purpose
from tests.conftest import published
from tests.petition.conftest import BASE, Petition, opened

LETTERS = string.ascii_letters + string.digits + "-_"

#: Makes a token, and says whether one is accepted.
Kind = tuple[str, Callable[[str], Any]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Petition:
    return opened(published(tmp_path_factory.mktemp("tokens")))


@pytest.fixture
def petition(storage: Flask) -> Petition:
    return opened(storage)


def refused(accept: Callable[[str], Any], token: str) -> bool:
    """Whether a token is not accepted: an error of its kind, None or ''."""
    try:
        return not accept(token)
    except (signing.SignatureError, tokens.TokenError, links.LinkError, PasskeyError):
        return True


def kinds(petition: Petition) -> dict[str, Kind]:
    """A token of each kind, with what reads it in the product. To be used in an application context."""
    secrets = service(Settings).secrets
    server_keys = service(Petitions).server_keys("trees")
    confirm, withdraw = (path.rsplit("/", 1)[1] for path in petition.signs())
    guest, act = Guest("Berik", "berik@example.org", "editor"), Action("command line", clock.now())
    invitation = members.invite(db.session, "trees", guest, act)

    def signed(purpose: Purpose, value: Any = "x") -> Kind:
        token = signing.sign(secrets["desk"], purpose, value)
        return token, lambda text: signing.unsign(secrets["desk"], purpose, text)

    def form(purpose: str) -> Kind:
        return petition.token(purpose), lambda text: tokens.read(secrets["form"], purpose, text)

    return {
        "form": form("sign/trees"),
        "confirm's form": form("confirm/trees"),
        "withdraw's form": form("withdraw/trees"),
        "unsubscribe's form": form("unsubscribe/trees"),
        "sheets' form": form("sheets/trees"),
        "letter's form": form("write/trees"),
        "confirm": (confirm, lambda text: links.open_confirmation(server_keys, text)),
        "withdraw": (withdraw, lambda text: links.open_withdrawal(server_keys, text)),
        "proof of work": (
            petition.proof(),
            lambda text: proof_of_work.proved(text, secrets["form"], "sign/trees"),
        ),
        "sign-in cookie": signed(Purpose.SIGN_IN),
        "csrf": (signed(Purpose.DESK_FORM, [7, 1.0])[0], session.token_person),
        "device": signed(Purpose.DEVICE, ["x", "y"]),
        "doctor's question": signed(Purpose.DOCTOR),
        "code generator": signed(Purpose.TOTP_SECRET),
        "passkey challenge": (passkey_challenges.sealed()[1], passkey_challenges.opened),
        "invitation": (invitation, lambda text: members.invitation(db.session, text, clock.now())),
    }


@pytest.fixture(scope="module")
def every(made: Petition) -> Iterator[dict[str, Kind]]:
    with made.app.test_request_context():
        yield kinds(made)


def other_spellings(token: str) -> Iterator[str]:
    """Every letter changed, changed in case, left out, or followed by something that decoders skip."""
    for place, letter in enumerate(token):
        head, tail = token[:place], token[place + 1 :]
        following = LETTERS[(LETTERS.find(letter) + 1) % len(LETTERS)]
        yield from (
            head + following + tail,
            head + tail,
            head + letter + "!" + tail,
            head + letter + "\n" + tail,
        )
        if letter.swapcase() != letter:
            yield head + letter.swapcase() + tail
        yield head + chr(ord(letter) + 0xFEE0) + tail  # full width: NFKC makes it the same letter
    # The last letter has spare bits, and so may each letter before a dot.
    for place in {len(token) - 1, *(place - 1 for place, letter in enumerate(token) if letter == ".")}:
        yield from (token[:place] + letter + token[place + 1 :] for letter in LETTERS)
    for more in (
        "=",
        "==",
        "===",
        " ",
        "\t",
        "\r\n",
        "\x00",
        "\u200b",
        "\ufeff",
        "A",
        "AAAA",
        ".",
        "é",
        "\udc80",
    ):
        yield from (token + more, more + token)
    yield token.replace("-", "+").replace("_", "/")
    yield token * 2


NAMES = ("form", "confirm's form", "withdraw's form", "unsubscribe's form", "sheets' form", "letter's form",
         "confirm", "withdraw", "proof of work", "sign-in cookie", "csrf", "device", "doctor's question", "code generator",
         "passkey challenge", "invitation")  # fmt: skip


def test_no_kind_of_token_is_left_out(every: dict[str, Kind]) -> None:
    assert set(every) == set(NAMES)
    assert len(Purpose) == 8  # a new purpose needs a line in `kinds`


def _another_solution(name: str, token: str, spelling: str) -> bool:
    """Whether only the number of a proof of work differs: by chance, that one solves the task as well."""
    task, _dot, number = token.partition(".")
    other_task, _dot, other = spelling.partition(".")
    return name == "proof of work" and task == other_task and other != number and other.isdecimal()


@pytest.mark.parametrize("name", NAMES)
def test_a_token_has_one_spelling(name: str, every: dict[str, Kind]) -> None:
    token, accept = every[name]
    assert not refused(accept, token)
    tried = 0
    for spelling in other_spellings(token):
        if spelling != token and not _another_solution(name, token, spelling):
            tried += 1
            assert refused(accept, spelling), spelling
    assert tried > 250 and not refused(accept, token)


@given(data=st.data(), name=st.sampled_from(NAMES))
@settings(max_examples=200)
def test_a_token_that_was_changed_anywhere_is_refused(
    data: st.DataObject, name: str, every: dict[str, Kind]
) -> None:
    token, accept = every[name]
    start = data.draw(st.integers(0, len(token)))
    end = data.draw(st.integers(start, min(len(token), start + 8)))
    put = data.draw(st.text(max_size=8) | st.text(LETTERS, max_size=8))
    changed = token[:start] + put + token[end:]
    assert changed == token or refused(accept, changed)


def test_a_token_of_one_kind_is_not_one_of_another(every: dict[str, Kind]) -> None:
    for name, (token, _accept) in every.items():
        for other, (_token, accept) in every.items():
            assert name == other or refused(accept, token), (name, other)


# used once


def test_a_page_that_was_waited_on_signs_once_whatever_its_token_is_spelled(petition: Petition) -> None:
    typed = petition.typed()
    token = str(typed["form_token"])
    browser = petition.browser()
    assert browser.post(BASE, data=typed).status_code == 200
    tail = [token[:-1] + letter for letter in LETTERS]
    skipped = [token[:5] + more + token[5:] for more in ("!", "!!", " ", "=", "\n")]
    for again in (token, *tail, *skipped, token + "=", token + "=="):
        assert browser.post(BASE, data=typed | {"form_token": again}).status_code == 422, again
    assert petition.number("SELECT count(*) FROM mail") == 1


def test_what_is_used_once_is_refused_and_the_rest_changes_nothing_the_second_time(
    petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_of_work, "TRIES", 4)
    proof = petition.proof()
    statuses = [petition.browser().post(BASE, data=petition.typed(work=proof)).status_code for _ in range(2)]
    assert statuses == [200, 422]
    petition.deliver()
    confirm, withdraw = petition.signs()
    for press, path in ((petition.confirm, confirm), (petition.withdraw, withdraw)):
        press(path)
        counts = (petition.records, petition.total)
        press(path)
        assert (petition.records, petition.total) == counts
    with petition.app.test_request_context():
        challenge, token = passkey_challenges.sealed()
        passkeys.spend(db.session, passkey_challenges.opened(token), clock.now())
        with pytest.raises(PasskeyError):
            passkeys.spend(db.session, challenge, clock.now())
        db.session.rollback()
        act = Action("command line", clock.now())
        invitation = members.invite(db.session, "trees", Guest("Berik", "berik@example.org", "editor"), act)
        proofs = Proofs("шесть зелёных велосипедов", "JBSWY3DPEHPK3PXP")
        members.accept(db.session, invitation, proofs, clock.now())
        with pytest.raises(MemberError):
            members.accept(db.session, invitation, proofs, clock.now())


def test_a_device_is_known_under_the_names_that_signed_in_there_and_no_other(made: Petition) -> None:
    with made.app.test_request_context():
        from flask import g

        device.remember("ana@example.org")
        cookie = signing.sign(service(Settings).secrets["desk"], Purpose.DEVICE, g.device)
    with made.app.test_request_context(headers={"Cookie": f"device={cookie}"}):
        assert device.known("ana@example.org")
        assert not device.known("berik@example.org")
