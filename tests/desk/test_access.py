"""Who may come in, and for how long. The numbers in brackets are lines of the security standard."""

from __future__ import annotations

import base64
import hashlib
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign import clock
from campaign.database import db
from campaign.desk.pages import Audience
from campaign.mail.outbox import Outbox
from campaign.mail.templates import compose
from campaign.people import members
from campaign.people.roles import Permission
from campaign.services import service
from campaign.web import tokens
from campaign.web.addresses import own_path
from campaign.web.budgets import SIGN_IN_NETWORK, SIGN_IN_OF_ALL
from campaign.web.limits import Budgets, prefix
from tests.conftest import published
from tests.desk.conftest import BASE, NOW, PASSWORD, Desk, fields_of
from tests.tools import text_of
from tests.web.test_degraded import away

DeskOn = Callable[[Flask], Desk]

SIGN_IN = "/en/desk/sign-in"


def desk_endpoints(app: Flask) -> set[str]:
    """Every page of the desk."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("desk.")}


def sign_in(desk: Desk, **typed: str) -> tuple[int, str, str]:
    """Status, page and cookie after typing what is given into the form."""
    client = desk.app.test_client()
    fields = fields_of(client.get(SIGN_IN).text, "sign-in") | typed
    answer = _aged(lambda: client.post(SIGN_IN, data=fields))
    return answer.status_code, answer.text, answer.headers.get("Set-Cookie", "")


def _aged(send: Callable[[], Any]) -> Any:
    """Send it as if the form had been open for three seconds; of nothing else the time passes."""
    later = SimpleNamespace(seconds=lambda: clock.seconds() + 3)
    with patch.object(tokens, "clock", later):
        return send()


# permissions


@pytest.mark.security(15)
def test_every_page_of_the_desk_names_what_it_needs(app: Flask) -> None:
    """Whether it is kept to is held by tests/routes, for each role and address."""
    needs = {
        endpoint: getattr(app.view_functions[endpoint], "needs", None) for endpoint in desk_endpoints(app)
    }
    for endpoint, needed in needs.items():
        assert isinstance(needed, Permission | Audience), endpoint
    assert {endpoint for endpoint, needed in needs.items() if needed == Audience.ANYBODY} == {
        "desk.sign_in",
        "desk.sign_in_post",
        "desk.ask_passkey",
        "desk.join",
        "desk.join_post",
        "desk.join_passkey",
    }


# the cookie and the session [2, 3, 4, 5, 6]


@pytest.mark.security(2)
def test_the_cookie_is_the_host_s_own_secure_and_closed_to_scripts(tmp_path: Path, desk_on: DeskOn) -> None:
    desk = desk_on(published(tmp_path, CAMPAIGN_PUBLIC_URL="https://letters.example.org"))
    secret = desk.join("Berik", "editor")
    client = desk.app.test_client()
    there = {"base_url": "https://letters.example.org"}
    fields = fields_of(client.get(SIGN_IN, **there).text, "sign-in")
    fields |= {"email": "berik@example.org", "password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW)}
    answer = _aged(lambda: client.post(SIGN_IN, data=fields, **there))
    cookie, device = answer.headers.getlist("Set-Cookie")
    name, *attributes = [part.strip() for part in cookie.split(";")]
    assert name.startswith("__Host-desk=") and len(cookie) < 4096
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]
    name, *attributes = [part.strip() for part in device.split(";")]
    assert name.startswith("__Host-device=") and len(device) < 4096
    lasting = [part for part in attributes if not part.startswith("Expires=")]
    assert sorted(lasting) == ["HttpOnly", "Max-Age=15552000", "Path=/", "SameSite=Lax", "Secure"]
    known = base64.urlsafe_b64decode(name.partition("=")[2] + "==")
    assert re.fullmatch(rb'\["[\w-]{22}","[0-9a-f]{32}"\]', known[14:-20])  # a random number, a keyed hash
    assert client.get(BASE + "/", **there).status_code == 200


def test_the_desk_is_closed_where_a_sign_in_would_travel_in_clear(tmp_path: Path, desk_on: DeskOn) -> None:
    desk = desk_on(published(tmp_path, CAMPAIGN_PUBLIC_URL="http://letters.example.org"))
    answer = desk.app.test_client().get(SIGN_IN, base_url="http://letters.example.org")
    assert answer.status_code == 503 and "encrypted" in answer.text


def test_a_right_name_password_and_code_come_in(desk: Desk) -> None:
    secret = desk.join("Berik", "editor")
    status, _page, cookie = sign_in(
        desk, email=" Berik@Example.org", password=PASSWORD, code=pyotp.TOTP(secret).at(NOW)
    )
    assert status == 303 and cookie.startswith("desk=")


@pytest.mark.security(3)
def test_a_cookie_that_was_altered_or_made_up_is_nobody_s(desk: Desk) -> None:
    seat = desk.sits("Ana")
    good = seat.client.get_cookie("desk")
    assert good
    middle = len(good.value) // 2
    other = "A" if good.value[middle] != "A" else "B"
    for bad in (
        good.value[:middle] + other + good.value[middle + 1 :],
        good.value[:-2],
        "x",
        "x.1.y",
        "",
        "é",
    ):
        seat.client.set_cookie("desk", bad, domain="localhost")
        assert seat.client.get(BASE + "/").status_code == 303


@pytest.mark.slow
@pytest.mark.security(5)
@pytest.mark.parametrize(
    ("steps", "inside"),
    [([29, 29, 29], True), ([31], False), ([29] * 24, True), ([29] * 25, False), ([-5], False)],
    ids=["busy", "idle", "nearly twelve hours", "over twelve hours", "a clock set back"],
)  # fmt: skip
def test_a_sign_in_ends_when_idle_or_old(steps: list[int], inside: bool, desk: Desk) -> None:
    seat = desk.sits("Ana")
    for minutes in steps[:-1]:
        desk.clock.pass_(minutes=minutes)
        seat.get()
    desk.clock.pass_(minutes=steps[-1])
    assert seat.client.get(BASE + "/").status_code == (200 if inside else 303)


@pytest.mark.security(4)
def test_a_step_up_gives_a_new_cookie_and_the_old_one_is_refused(desk: Desk) -> None:
    secret = desk.join("Berik", "owner")
    seat = desk.sits("Berik")
    old = seat.client.get_cookie("desk")
    desk.clock.pass_(minutes=11)
    fields = {"csrf": seat.token("/people"), "name": "Chloé", "email": "chloe@example.org", "role": "reader"}
    page = seat.post("/people/invite", fields).text
    assert "Is it you?" in page and "chloe@example.org" in page
    again = fields_of(page, "/people/invite")
    wrong = seat.post("/people/invite", again | {"prove_code": "000000"})
    assert wrong.status_code == 422 and "code is wrong" in wrong.text and "chloe@example.org" in wrong.text
    right = seat.post("/people/invite", again | {"prove_code": pyotp.TOTP(secret).at(desk.clock.now)})
    assert "/en/desk/join/" in right.text
    new = seat.client.get_cookie("desk")
    assert old and new and old.value != new.value
    seat.get("/people")
    seat.client.set_cookie("desk", old.value, domain="localhost")
    assert seat.client.get(BASE + "/people").status_code == 303


@pytest.mark.slow
@pytest.mark.security(17)
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/publish", {"mark": "1"}),
        ("/people/invite", {"name": "x"}),
        ("/exchange/out", {"which": "draft"}),
        ("/en/desk/account/password", {"password": "x"}),
        ("/en/desk/account/codes", {}),
    ],
)
def test_what_is_grave_needs_a_factor_of_the_last_ten_minutes(
    path: str, fields: dict[str, str], desk: Desk
) -> None:
    seat = desk.sits("Ana")
    token = seat.token("/people")
    desk.clock.pass_(minutes=9)
    assert b"Is it you?" not in seat.post(path, {"csrf": token, **fields}).data
    desk.clock.pass_(minutes=2)
    assert "Is it you?" in seat.post(path, {"csrf": token, **fields}).text


@pytest.mark.security(6)
def test_a_new_password_ends_the_other_sign_ins_before_it_answers(desk: Desk) -> None:
    here, there = desk.sits("Ana"), desk.sits("Ana")
    there.get()
    fields = {"csrf": here.token("/people"), "password": "another good password of mine"}
    assert here.post("/en/desk/account/password", fields).status_code == 303
    here.get()
    assert there.client.get(BASE + "/").status_code == 303


@pytest.mark.slow
@pytest.mark.security(7)
def test_people_see_and_end_their_own_sign_ins_and_owners_anybody_s(desk: Desk) -> None:
    desk.join("Berik", "editor")
    one, two, ana = desk.sits("Berik"), desk.sits("Berik"), desk.sits("Ana")
    assert one.get("/en/desk/account").count(">End</button>") == 1
    one.post("/en/desk/account/sign-ins/end", {"csrf": one.token(), "which": "others"})
    assert two.client.get(BASE + "/").status_code == 303
    with desk.app.app_context():
        number = next(
            person.id for person, _ in members.members(db.session, "trees") if person.name == "Berik"
        )
    assert ana.post(f"/people/{number}/sign-out", {"csrf": ana.token("/people")}).status_code == 303
    assert one.client.get(BASE + "/").status_code == 303


# forms [20, 22, 23, 25]


@pytest.mark.security(22)
def test_a_form_without_the_token_of_this_sign_in_is_refused(desk: Desk) -> None:
    seat, other = desk.sits("Ana"), desk.sits("Ana")
    desk.clock.pass_(seconds=5)
    third = desk.sits("Ana")
    for token in ("", "x", third.token()):
        assert seat.post("/publish/ask", {"csrf": token, "mark": "1"}).status_code == 403
    assert other.post("/publish/ask", {"csrf": other.token(), "mark": "1"}).status_code == 303
    cross = {"headers": {"Sec-Fetch-Site": "cross-site"}}
    assert seat.post("/publish/ask", {"csrf": seat.token(), "mark": "1"}, **cross).status_code == 403


@pytest.mark.slow
@pytest.mark.security(20, 32)
def test_reading_every_page_changes_nothing_in_the_database(tmp_path: Path, desk_on: DeskOn) -> None:
    desk = desk_on(published(tmp_path))
    seat = desk.sits("Ana")
    before = _content(desk)
    desk.clock.pass_(minutes=5)
    todo, done = [BASE + "/", "/en/desk/account", "/en/desk/prove"], set()
    while todo:
        address = todo.pop()
        if address in done:
            continue
        done.add(address)
        answer = seat.client.get(address)
        assert answer.status_code in {200, 302, 303}, f"{address}: {answer.status_code}"
        for method in ("HEAD", "OPTIONS"):
            seat.client.open(address, method=method)
        if answer.mimetype == "text/html":
            assert "'unsafe" not in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store" or answer.status_code == 404
            tags = re.findall(r"<[a-z][^>]*>", answer.text)
            assert not [tag for tag in tags if re.search(r"\s(style|on[a-z]+)=", tag)], address
            assert all(" src=" in tag for tag in tags if tag.startswith("<script")), address
            assert len(answer.data) < 120 * 1024, address
        links = re.findall(rb'href="(/en/desk[^"#]*)"', answer.data)
        todo += [link.decode().replace("&amp;", "&") for link in links]
    assert len(done) > 60
    assert _content(desk) == before


def _content(desk: Desk) -> str:
    with desk.app.app_context():
        connection = db.engine.raw_connection()
        text = "\n".join(connection.iterdump())  # type: ignore[attr-defined]
        connection.close()
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.security(23)
def test_what_was_typed_outlives_the_sign_in_and_is_saved_after_the_next(desk: Desk) -> None:
    secret = desk.join("Berik", "editor")
    seat = desk.sits("Berik")
    path = "/content/demand/keep-them"
    fields = seat.form(path, path) | {
        "f.title": "Keep every one of them",
        "f.summary": "A new summary of this demand.",
    }
    desk.clock.pass_(hours=1)
    page = seat.post(path, fields)
    assert (
        page.status_code == 403
        and "You are signed out" in page.text
        and "A new summary of this demand." in page.text
    )
    assert "Keep every one" not in str(desk.files())
    form = fields_of(page.text, "sign-in") | {"email": "berik@example.org", "password": PASSWORD,
                                              "code": pyotp.TOTP(secret).at(desk.clock.now)}  # fmt: skip
    again = _aged(lambda: seat.client.post(SIGN_IN, data=form))
    assert "still here" in again.text
    assert seat.post(f"{BASE}{path}", fields_of(again.text, path)).status_code == 303
    assert "title: Keep every one of them" in desk.files()["demands/keep-them.en.md"]


def test_a_kept_form_is_given_back_to_nobody_else(desk: Desk) -> None:
    secret = desk.join("Berik", "editor")
    seat = desk.sits("Ana")
    path = "/content/demand/keep-them"
    fields = seat.form(path, path) | {"f.summary": "The words of somebody else."}
    desk.clock.pass_(hours=1)
    form = fields_of(seat.post(path, fields).text, "sign-in") | {"email": "berik@example.org", "password": PASSWORD,
                                                                 "code": pyotp.TOTP(secret).at(desk.clock.now)}  # fmt: skip
    answer = _aged(lambda: seat.client.post(SIGN_IN, data=form))
    assert answer.status_code == 303 and "somebody else" not in answer.text


@pytest.mark.security(25)
@pytest.mark.parametrize(
    "address",
    ["//evil.org", "///evil.org", "/\\evil.org", "/\\/evil.org", "\\\\evil.org", "https://evil.org", "javascript:alert(1)",
     "/\tevil.org", "/\nevil.org", "/en/desk/\x00", "/ /evil.org", "evil.org", "/nowhere/at/all/that/is", "", "/%09/evil.org",
     "http:/evil.org", "/%5cevil.org", "/en/desk/trees/publish/ask"],
)  # fmt: skip
def test_nobody_is_sent_on_to_a_page_that_is_not_ours(address: str, still: Desk) -> None:
    client = still.app.test_client()
    page = client.get(SIGN_IN, query_string={"next": address}).text
    assert fields_of(page, "sign-in")["next"] == ""
    fields = fields_of(page, "sign-in") | {"next": address}
    with still.app.test_request_context():
        assert own_path(address) == ""
    if address == "//evil.org":
        secret = still.join("Faye", "editor")
        fields |= {"email": "faye@example.org", "password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW)}
        answer = _aged(lambda: client.post(SIGN_IN, data=fields))
        assert answer.headers["Location"] == "/en/desk/"


@pytest.mark.slow
def test_somebody_is_sent_on_to_the_page_that_they_wanted(desk: Desk) -> None:
    secret = desk.join("Berik", "editor")
    wanted = f"{BASE}/content/demand/keep-them?text=fr"
    client = desk.app.test_client()
    page = client.get(client.get(wanted).headers["Location"]).text
    fields = fields_of(page, "sign-in") | {
        "email": "berik@example.org",
        "password": PASSWORD,
        "code": pyotp.TOTP(secret).at(NOW),
    }
    assert _aged(lambda: client.post(SIGN_IN, data=fields)).headers["Location"] == wanted


# signing in [10, 13, 14]


CASES = {
    "nobody": {"email": "nobody@example.org", "password": PASSWORD},
    "wrong password": {"email": "berik@example.org", "password": "another password"},
    "removed": {"email": "chloe@example.org", "password": PASSWORD},
    "wrong code": {"email": "berik@example.org", "password": PASSWORD},
}


def _refusing(desk: Desk) -> None:
    desk.join("Berik", "editor")
    desk.join("Chloe", "editor")
    seat = desk.sits("Ana")
    with desk.app.app_context():
        number = next(
            person.id for person, _ in members.members(db.session, "trees") if person.name == "Chloe"
        )
    assert seat.post(f"/people/{number}/remove", {"csrf": seat.token("/people")}).status_code == 303


@pytest.mark.security(10)
def test_whatever_was_wrong_the_page_is_the_same(desk: Desk) -> None:
    _refusing(desk)
    pages = set()
    for typed in CASES.values():
        status, page, cookie = sign_in(desk, code="000000", **typed)
        assert status == 422 and not cookie
        pages.add(re.sub(r'name="(form_token|email)"[^>]*>', "", page).replace(typed["email"], ""))
    assert len(pages) == 1


@pytest.mark.slow
@pytest.mark.security(10)
def test_whatever_was_wrong_it_takes_the_same_time(tmp_path: Path, desk_on: DeskOn) -> None:
    """Mann-Whitney |z| < 3 over 500 samples each. Chance and other work on the machine fail some runs, hence three."""
    desk = desk_on(published(tmp_path))
    _refusing(desk)
    client = desk.app.test_client()
    token = fields_of(client.get(SIGN_IN).text, "sign-in")["form_token"]
    forms = {name: {**typed, "code": "000000", "form_token": token} for name, typed in CASES.items()}
    worst: list[float] = []
    while len(worst) < 3 and (not worst or min(worst) >= 3):
        worst.append(max(map(abs, _compared(client, forms, seed=4 + len(worst)))))
    assert min(worst) < 3, worst


def _compared(client: FlaskClient, forms: dict[str, dict[str, str]], seed: int) -> list[float]:
    """z of the times of the first form against each other one, 500 samples each in random order."""
    spent: dict[str, list[float]] = {name: [] for name in forms}
    order = list(forms) * 500
    random.Random(seed).shuffle(order)

    def walk() -> None:
        for name in [*forms, *order]:
            start = time.perf_counter()
            client.post(SIGN_IN, data=forms[name])
            spent[name].append(time.perf_counter() - start)

    _aged(walk)
    first, *others = spent.values()
    return [mann_whitney(first, other) for other in others]


def mann_whitney(one: list[float], other: list[float]) -> float:
    """z of the rank sum of two samples."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    n, m = len(one), len(other)
    ranks = sum(rank for rank, (_value, which) in enumerate(ranked, 1) if which == 0)
    return (ranks - n * (n + m + 1) / 2) / (n * m * (n + m + 1) / 12) ** 0.5


def test_the_measure_of_times_can_tell_a_difference() -> None:
    same = [random.Random(n).random() for n in range(500)]
    assert abs(mann_whitney(same, [random.Random(n + 9_000).random() for n in range(500)])) < 3
    assert abs(mann_whitney(same, [value + 0.2 for value in same])) > 3


@pytest.mark.security(14)
def test_tries_are_slowed_down_by_name_and_nobody_is_barred_for_good(tmp_path: Path, desk_on: DeskOn) -> None:
    desk = desk_on(published(tmp_path))
    secret = desk.join("Berik", "editor")
    service(Budgets, desk.app).enabled = True
    for _ in range(5):
        assert sign_in(desk, email="berik@example.org", password="wrong wrong wrong", code="1")[0] == 422
    client = desk.app.test_client()
    right = {"email": "berik@example.org", "password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW)}
    fields = fields_of(client.get(SIGN_IN).text, "sign-in") | right
    answer = _aged(lambda: client.post(SIGN_IN, data=fields))
    assert (
        answer.status_code == 429
        and 60 <= int(answer.headers["Retry-After"]) <= 600
        and "berik@example.org" in answer.text
    )
    # Another name is not slowed down, and time alone lifts it.
    assert sign_in(desk, email="chloe@example.org", password="x", code="1")[0] == 422
    service(Budgets, desk.app).counter.clear()
    assert sign_in(desk, **right)[0] == 303


def tries(desk: Desk, client: FlaskClient, address: str = "127.0.0.1", **typed: str) -> int:
    """The status after somebody in a network tried to sign in with this browser."""
    there = {"environ_base": {"REMOTE_ADDR": address}}
    fields = fields_of(client.get(SIGN_IN, **there).text, "sign-in") | typed
    return int(_aged(lambda: client.post(SIGN_IN, data=fields, **there)).status_code)


WRONG = {"email": "berik@example.org", "password": "wrong wrong wrong", "code": "1"}


def right(secret: str) -> dict[str, str]:
    return {"email": "berik@example.org", "password": PASSWORD, "code": pyotp.TOTP(secret).at(clock.now())}


@pytest.fixture
def attacked(tmp_path: Path, desk_on: DeskOn) -> tuple[Desk, str]:
    """A desk with its budgets, and the secret of one who works there."""
    desk = desk_on(published(tmp_path))
    secret = desk.join("Berik", "editor")
    service(Budgets, desk.app).enabled = True
    return desk, secret


def test_an_attacker_elsewhere_keeps_nobody_out(attacked: tuple[Desk, str]) -> None:
    desk, secret = attacked
    other = desk.app.test_client()
    assert [tries(desk, other, "198.51.100.7", **WRONG) for _ in range(7)] == [422] * 5 + [429] * 2
    assert tries(desk, desk.app.test_client(), **right(secret)) == 303


@pytest.mark.reliability(17)
def test_tries_while_the_database_is_away_use_up_none(attacked: tuple[Desk, str]) -> None:
    """Each machine that a proxy asks would count one more: an organiser was kept out when it was back."""
    desk, secret = attacked
    client = desk.app.test_client()
    fields = fields_of(client.get(SIGN_IN).text, "sign-in")
    with away(desk.app):
        for _ in range(7):
            typed = fields | right(secret)
            assert _aged(lambda typed=typed: client.post(SIGN_IN, data=typed)).status_code == 503  # type: ignore[misc]
    assert tries(desk, client, **right(secret)) == 303


@pytest.mark.slow
def test_a_browser_that_signed_in_before_comes_in_while_an_attacker_tries_from_the_same_network(
    attacked: tuple[Desk, str],
) -> None:
    desk, secret = attacked
    known, attacker = desk.app.test_client(), desk.app.test_client()
    assert tries(desk, known, **right(secret)) == 303
    known.delete_cookie("desk")
    desk.clock.pass_(minutes=10)
    assert {tries(desk, attacker, **WRONG) for _ in range(30)} == {422, 429}
    counted = service(Budgets, desk.app)
    for budget in (SIGN_IN_NETWORK, SIGN_IN_OF_ALL):
        counted.add(budget, "" if budget is SIGN_IN_OF_ALL else prefix("127.0.0.1"), amount=5_000)
    assert tries(desk, desk.app.test_client(), **right(secret)) == 429
    assert tries(desk, known, **WRONG) == 422  # it still has tries of its own
    desk.clock.pass_(seconds=30)
    assert tries(desk, known, **right(secret)) == 303
    # Under another name, this browser is as unknown as any other.
    assert tries(desk, known, **(WRONG | {"email": "ana@example.org"})) == 429
    # A stolen browser is held, too, and time lifts it.
    assert [tries(desk, known, **WRONG) for _ in range(25)][-1] == 429
    desk.clock.pass_(minutes=10)
    assert tries(desk, known, **right(secret)) == 303


def test_who_has_the_password_gets_twenty_codes_an_hour_from_all_networks_together(
    attacked: tuple[Desk, str],
) -> None:
    desk, secret = attacked
    known = desk.app.test_client()
    assert tries(desk, known, **right(secret)) == 303
    known.delete_cookie("desk")
    guess = right(secret) | {"code": "000000"}
    for n in range(20):
        assert tries(desk, desk.app.test_client(), f"10.{n}.0.1", **guess) == 422
    desk.clock.pass_(seconds=30)
    # The right code now looks like a wrong one, so that nobody learns that the password is right.
    assert tries(desk, desk.app.test_client(), "10.99.0.1", **right(secret)) == 422
    assert tries(desk, known, **right(secret)) == 303


def _step_up(desk: Desk, code: str) -> tuple[int, str, str]:
    """Something grave, proved by a code a quarter of an hour after signing in."""
    seat = desk.sits("Berik")
    desk.clock.pass_(minutes=15)
    fields = {"csrf": seat.token("/people"), "name": "Dana", "email": "dana@example.org", "role": "reader"}
    answer = seat.post("/people/invite", fields | {"prove_code": code})
    return answer.status_code, answer.text, ""


@pytest.mark.slow
@pytest.mark.security(13)
@pytest.mark.parametrize(
    ("use", "good"),
    [
        (lambda desk, code: sign_in(desk, email="berik@example.org", password=PASSWORD, code=code), 303),
        (_step_up, 200),
    ],
    ids=["at sign-in", "at a step-up"],
)
def test_a_recovery_code_works_once_and_is_told_to_the_audit_and_to_its_owner(
    use: Callable[[Desk, str], tuple[int, str, str]], good: int, desk: Desk
) -> None:
    from campaign.people import audit, factors

    desk.join("Berik", "owner")
    with desk.app.app_context():
        person = next(one for one, _ in members.members(db.session, "trees") if one.name == "Berik")
        codes = factors.new_recovery_codes(db.session, person)
        db.session.commit()
    assert use(desk, codes[0])[0] == good
    assert use(desk, codes[0])[0] == 422
    outbox = service(Outbox, desk.app)
    with desk.app.app_context():
        rows = audit.rows(db.session, audit.campaign_of(db.session, "trees"))
        told = [row for row in rows if row.what == "used recovery code"]
        assert len(told) == 1
        assert not any(code in row.note + row.on for row in rows for code in codes)
        (mail,) = [outbox.take(name) for name in outbox.due()]
        message = compose(mail.id, mail.content, "desk@example.org")
        assert message["To"] == "berik@example.org" and message["Subject"] == "A recovery code was used"
        text = text_of(message)
        assert "9 codes are left" in text and "If it wasn’t you" in text and codes[0] not in text


# joining, and people who go [18, 23]


def join_form(desk: Desk, role: str = "editor") -> tuple[str, dict[str, str], str]:
    """An invitation's address, its form filled in but for the code, and the secret of its generator."""
    seat = desk.sits("Ana")
    page = seat.post(
        "/people/invite",
        {"csrf": seat.token("/people"), "name": "Dana", "email": "dana@example.org", "role": role},
    ).text
    found = re.search(r"http://localhost(/en/desk/join/[\w-]+)", page)
    assert found
    client = desk.app.test_client()
    page = client.get(found[1]).text
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert secret and "dana@example.org" in page
    return found[1], fields_of(page, found[1]), secret[1].replace(" ", "")


@pytest.mark.slow
@pytest.mark.security(18)
def test_an_invitation_is_accepted_once(desk: Desk) -> None:
    address, form, secret = join_form(desk)
    client = desk.app.test_client()
    form |= {"password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW)}
    page = _aged(lambda: client.post(address, data=form))
    assert page.status_code == 200 and page.text.count("<li><code>") == 10
    assert client.get(BASE + "/").status_code == 200
    assert desk.app.test_client().get(address).status_code == 404
    assert _aged(lambda: desk.app.test_client().post(address, data=form)).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"password": "short"}, "at least 12 characters"),
        ({"password": "dana@example.org"}, "is easy to guess"),
        ({"code": "000000"}, "not the code"),
        ({"secret": "x"}, "not the code"),
        ({"form_token": "x"}, "press the button again"),
    ],
)
def test_an_invitation_says_what_is_wrong_and_stays_good(
    typed: dict[str, str], said: str, desk: Desk
) -> None:
    address, form, secret = join_form(desk)
    client = desk.app.test_client()
    right = form | {"password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW)}
    wrong = _aged(lambda: client.post(address, data=right | typed))
    assert wrong.status_code == 422 and said in wrong.text
    assert _aged(lambda: client.post(address, data=right)).status_code == 200


@pytest.mark.security(18)
def test_an_invitation_ends_after_two_days(desk: Desk) -> None:
    address, _form, _secret = join_form(desk)
    desk.clock.pass_(hours=47)
    assert desk.app.test_client().get(address).status_code == 200
    desk.clock.pass_(hours=2)
    assert desk.app.test_client().get(address).status_code == 404


@pytest.mark.slow
def test_the_first_owner_of_a_campaign_joins_under_an_address_of_their_own(desk: Desk) -> None:
    with desk.app.app_context():
        assert members.invite_first(db.session, "trees", NOW) == ""
        token = members.invite_first(db.session, "another", NOW)
    client = desk.app.test_client()
    address = f"/en/desk/join/{token}"
    page = client.get(address).text
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert secret
    form = fields_of(page, address) | {
        "password": PASSWORD,
        "code": pyotp.TOTP(secret[1].replace(" ", "")).at(NOW),
    }
    assert "This is required" in _aged(lambda: client.post(address, data=form)).text
    taken = form | {"name": "Eve", "email": "ANA@example.org"}
    assert "organiser already uses this address" in _aged(lambda: client.post(address, data=taken)).text
    assert (
        _aged(
            lambda: client.post(address, data=form | {"name": "Eve", "email": "eve@example.org"})
        ).status_code
        == 200
    )
    assert client.get("/en/desk/another/people").status_code == 200


def test_the_open_tab_of_somebody_who_was_removed_does_nothing_and_keeps_the_text(desk: Desk) -> None:
    desk.join("Berik", "editor")
    berik, ana = desk.sits("Berik"), desk.sits("Ana")
    path = "/content/demand/keep-them"
    fields = berik.form(path, path) | {"f.summary": "Words that were typed for half an hour."}
    with desk.app.app_context():
        number = next(
            person.id for person, _ in members.members(db.session, "trees") if person.name == "Berik"
        )
    ana.post(f"/people/{number}/remove", {"csrf": ana.token("/people")})
    before = desk.files()
    answer = berik.post(path, fields)
    assert answer.status_code == 403 and "Words that were typed for half an hour." in answer.text
    assert berik.post(f"{path}/preview", fields, headers={"Accept": "text/fragment"}).status_code == 401
    assert desk.files() == before
    with desk.app.app_context():
        assert len(members.members(db.session, "trees")) == 1


@pytest.mark.security(18)
def test_the_last_owner_stays_and_is_told_why(desk: Desk) -> None:
    seat = desk.sits("Ana")
    with desk.app.app_context():
        number = members.members(db.session, "trees")[0][0].id
    for what, fields in (("remove", {}), ("role", {"role": "reader"})):
        answer = seat.post(f"/people/{number}/{what}", {"csrf": seat.token("/people"), **fields})
        assert answer.status_code == 422 and "needs an owner" in answer.text
    seat.get("/people")


@pytest.mark.security(1)
def test_public_pages_set_no_cookie_for_somebody_who_is_signed_in(desk: Desk) -> None:
    seat = desk.sits("Ana")
    desk.clock.pass_(minutes=5)
    for path in ("/en/trees/", "/en/trees/write", "/en/trees/editions/"):
        assert "Set-Cookie" not in seat.client.get(path).headers
