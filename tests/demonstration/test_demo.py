"""The demonstration: it is made once, every page says what it is, and everybody in it can sign in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign import clock
from campaign.cli import demo
from campaign.cli.main import main
from campaign.database import db
from campaign.demonstration import making, people
from campaign.demonstration.making import ProductionError
from campaign.editions.edition_cache import EditionCache
from campaign.people import members, signing_in
from campaign.people.roles import ROLES
from campaign.people.signing_in import Credentials
from campaign.petition.models import Signature
from campaign.services import provide, service
from campaign.settings import Settings
from campaign.signatures import person
from campaign.signatures.trial_keys import TrialKind, trial_key
from campaign.web import signing
from campaign.web.signing import Purpose
from campaign.webhooks.models import Webhook
from tests.conftest import published
from tests.petition.conftest import CHEAP
from tests.tools import SEED

SLUG = "january-2022"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The demonstration, as the command makes it."""
    app = published(tmp_path_factory.mktemp("demonstration"))
    provide(app, CHEAP)
    with app.app_context():
        making.make(app, SEED)
        service(EditionCache).load()
    return app


PAGES = [
    "",
    "/petition",
    "/answers",
    "/updates",
    "/print",
    "/write",
    "/demands",
    "/editions",
    "/petition/nothing",
    "/petition/organisation",
    "/partner/lakes",
    "/paper",
    "/stall",
]

#: What each page of the desk has to show, so that nobody tries the desk on empty pages.
DESK_PAGES = [
    ("/", "Demonstration"),
    ("/signatures", "Invented street festival"),
    ("/paper", "Another invented group"),
    ("/paper", "2 pictures, sealed."),
    ("/paper/stalls", "FGHJK-34567"),
    ("/reasons", "Demonstration: here a signer says"),
    ("/organisations", "Invented Teachers’ Association"),
    ("/publish", "Demonstration: all right."),
    ("/publish", "A sentence that was missing"),
    ("/webhooks", "hooks.example.org"),
    ("/people", "Ines Invited"),
    ("/pending", "ivan@example.org becomes an owner."),
    ("/report", "Letters"),
    ("/editions", "Updates, and what became of the petition"),
    ("/audit", "Olga Owner"),
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_that_it_is_a_demonstration(demonstration: Flask, page: str) -> None:
    text = demonstration.test_client().get(f"/en/{SLUG}{page}", follow_redirects=True).text
    assert "This is a demonstration. People, numbers and answers are invented." in text


@pytest.fixture(scope="module")
def owner(demonstration: Flask) -> FlaskClient:
    """The browser of an owner who has signed in."""
    with demonstration.app_context():
        olga = next(one for one, _ in members.members(db.session, SLUG) if one.name == "Olga Owner")
        token = signing_in.begin(db.session, olga, clock.now())
        cookie = signing.sign(service(Settings).secrets["desk"], Purpose.SIGN_IN, token)
    client = demonstration.test_client()
    client.set_cookie("desk", cookie, domain="localhost")
    return client


@pytest.mark.parametrize(("page", "words"), DESK_PAGES)
def test_every_page_of_the_desk_has_something_to_see(owner: FlaskClient, page: str, words: str) -> None:
    answer = owner.get(f"/en/desk/{SLUG}{page}")
    assert answer.status_code == 200
    assert words in answer.text


def test_it_asks_nobody_over_the_network(demonstration: Flask) -> None:
    with demonstration.app_context():
        hook = db.session.query(Webhook).one()
        assert hook.url.endswith("example.org/demonstration")
        assert hook.stopped


def test_it_has_what_a_campaign_of_some_weeks_has(demonstration: Flask) -> None:
    browser = demonstration.test_client()
    seen = {page: browser.get(f"/en/{SLUG}{page}").text for page in PAGES[:5]}
    assert "309 letters sent" in seen[""]
    assert re.search(r"1[34]\d", seen["/petition"])
    assert "handed over" in seen["/petition"]
    assert "<img" in seen["/petition"]
    assert "Demonstration: an update" in seen["/updates"]
    with demonstration.app_context():
        records = db.session.query(Signature).all()
        key = trial_key(SLUG, kind=TrialKind.DEMONSTRATION)
        names = [person.from_bytes(key.open(row.sealed)).name for row in records]
    assert len(names) == 150
    assert all(name.startswith("Invented") for name in names)


def test_everybody_signs_in_with_what_was_printed_last(
    demonstration: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    with demonstration.app_context():
        (service(Settings).data / demo.FINISHED).touch()
        for _start in range(2):
            demo.print_sign_ins(demonstration, "http://127.0.0.1:8000", SEED)
            printed = capsys.readouterr().out
        password = re.search(r"everybody: (\S+)", printed)
        lines = re.findall(r"^(\w+) +(\S+@\S+) +codes: (\S+)", printed, re.M)
        assert password
        assert {role for role, _email, _code in lines} == set(ROLES)
        assert len(lines) == len(people.PEOPLE)
        for _role, email, code in lines:
            who, factor = signing_in.by_password(
                db.session, Credentials(email, password[1], code), clock.now()
            )
            assert (who and who.email, factor) == (email, "recovery")


@pytest.mark.security(66)
def test_it_never_runs_in_production(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CAMPAIGN_PRODUCTION", "yes")
    monkeypatch.setenv("CAMPAIGN_DATA", str(tmp_path / "data"))
    assert main(["demo", "--no-serve"]) == 2
    assert "never runs in production" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_it_leaves_another_site_alone(tmp_path: Path) -> None:
    app = published(tmp_path, SEED)
    with app.app_context(), pytest.raises(ProductionError, match="another site"):
        demo.print_sign_ins(app, "http://127.0.0.1:8000", SEED)
