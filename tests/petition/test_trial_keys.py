"""A trial key opens a petition for practice, says so everywhere, and seals nothing in production."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from campaign.cli.seeding import refuse_trials
from campaign.database import db
from campaign.desk.petition import keys, overview
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.paper import sheets
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout, Print
from campaign.petition import administration
from campaign.petition.status import Petitions, PetitionStatus
from campaign.services import provide, service
from campaign.setting_values import SettingsError
from campaign.settings import Settings, make_secrets, read
from campaign.signatures import person
from campaign.signatures.public_keys import KeyFileError, public_line
from campaign.signatures.sealing import new_key
from campaign.signatures.trial_keys import TrialKind, kind_of, trial_key
from tests.conftest import published
from tests.desk.conftest import Desk, Seat, desk, desk_on  # noqa: F401
from tests.minimal import FILES
from tests.petition.conftest import CHEAP, TERMS, TODAY, Petition
from tests.tools import text_of

SAYS = "This is a trial."


def practising(app: Flask) -> Petition:
    """A small petition that one press opens: the press is the desk's, see below."""
    with app.app_context():
        store.publish(db.session, "trees", {**FILES, **TERMS}, store.Authorship("files"))
        administration.publish_trial_key(db.session, "trees", "the tests", TrialKind.TRIAL, TODAY)
        service(EditionCache, app).load()
    provide(app, CHEAP)
    service(Petitions, app).held("trees", fresh=True)
    return Petition(app, trial_key("trees"))


def test_a_trial_key_is_known_by_its_bytes() -> None:
    """No setting and no column says what it is, so none can be lost."""
    for kind in TrialKind:
        assert kind_of(trial_key("trees", kind=kind).public) is kind
    assert trial_key("trees").public.raw != trial_key("towns").public.raw
    assert kind_of(new_key("trees", 1).public) is None


def test_a_file_with_a_trial_key_is_refused_like_no_key(storage: Flask) -> None:
    with storage.app_context():
        store.publish(db.session, "trees", FILES, store.Authorship("files"))
        for kind in TrialKind:
            with pytest.raises(KeyFileError, match="to try things out"):
                administration.publish_key(db.session, trial_key("trees", kind=kind).public, "somebody")
        assert administration.keys(db.session, "trees") == []


def test_everything_that_a_trial_shows_says_that_it_is_one(storage: Flask) -> None:
    petition = practising(storage)
    browser = petition.browser()
    before = [
        browser.get(path) for path in ("/en/trees/", "/en/trees/petition", "/en/nowhere", "/en/desk/sign-in")
    ]
    assert all(SAYS in page.text for page in before)
    confirm, _withdraw = petition.signs()
    petition.confirm(confirm)
    assert petition.total == 1
    assert SAYS in text_of(petition.box.messages[-1])
    with storage.app_context():
        pack = service(EditionCache).newest()["trees"].pack
        printed = sheets.with_key(Print([Number(1, 1)]), petition.key.public)
        assert SAYS in str(sheets.data(pack, Layout(("en",)), printed))
    (sealed,) = _records(petition)
    assert person.from_bytes(petition.key.open(sealed)).name == "Ana Example"


def _records(petition: Petition) -> list[bytes]:
    from campaign.petition.models import Signature

    with petition.app.app_context():
        return [row.sealed for row in db.session.query(Signature)]


def test_a_page_that_was_cached_says_so_from_the_moment_of_the_key(storage: Flask) -> None:
    with storage.app_context():
        store.publish(db.session, "trees", {**FILES, **TERMS}, store.Authorship("files"))
        service(EditionCache, storage).load()
        browser = storage.test_client()
        assert SAYS not in browser.get("/en/trees/").text
        administration.publish_trial_key(db.session, "trees", "the tests", TrialKind.DEMONSTRATION, TODAY)
        service(Petitions).held("trees", fresh=True)
        assert "This is a demonstration." in browser.get("/en/trees/").text


def test_the_key_of_the_trustees_follows_a_trial_key_without_a_proof(storage: Flask) -> None:
    """Everybody could have written that proof."""
    practising(storage)
    with storage.app_context():
        administration.publish_key(db.session, new_key("trees", 2).public, "an owner", TODAY)
        with pytest.raises(KeyFileError):
            administration.publish_trial_key(db.session, "trees", "x", TrialKind.TRIAL, TODAY)
        assert (
            service(Petitions).held("trees", fresh=True).trial is TrialKind.TRIAL
        )  # the names are still there


def in_production(data: Path) -> Flask:
    environment = {
        "CAMPAIGN_DATA": str(data),
        "CAMPAIGN_PRODUCTION": "yes",
        "CAMPAIGN_PUBLIC_URL": "https://letters.example.org",
        "CAMPAIGN_SMTP_URL": "smtp://127.0.0.1:9",
        "CAMPAIGN_MAIL_FROM": "office@example.org",
    }
    make_secrets(environment)
    read(environment, make=False)
    return published(**{"data": data, **{k: v for k, v in environment.items() if k != "CAMPAIGN_DATA"}})


@pytest.mark.security(66)
def test_production_takes_no_signature_to_a_trial_key_and_does_not_start(tmp_path: Path) -> None:
    trial = practising(published(tmp_path))
    with trial.app.app_context():
        db.engine.dispose()
    app = in_production(tmp_path)
    with app.app_context():
        service(EditionCache, app).load()
        petition = service(Petitions).held("trees", fresh=True)
        pack = service(EditionCache).newest()["trees"].pack
        assert petition.key is None
        assert service(Petitions).status("trees", pack, TODAY) is PetitionStatus.NO_KEY
        with pytest.raises(SettingsError, match="trees has a trial key"):
            refuse_trials(app)


@pytest.mark.security(66)
def test_a_desk_in_production_has_no_such_button(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    with desk.app.app_context():
        production = replace(service(Settings), production=True)
    for module in (keys, overview):
        monkeypatch.setattr(module, "settings", lambda: production)
    seat = desk.sits("Ana")
    assert "trial" not in seat.get("/signatures")
    assert _opens(seat) == 404


def _opens(seat: Seat) -> int:
    return seat.post("/signatures/trial-key", {"csrf": seat.token()}).status_code


def test_one_press_at_the_desk_opens_a_petition_for_practice(desk: Desk) -> None:  # noqa: F811
    seat = desk.sits("Ana")
    assert "Make a trial key" in seat.get("/signatures")
    assert _opens(seat) == 303
    page = seat.get("/signatures?said=trial-key")
    assert "The petition is open for practice." in page
    assert SAYS in page
    assert "Make a trial key" not in page
    assert _opens(seat) == 422  # once is enough


def test_a_trial_key_typed_as_a_real_one_is_refused_at_the_desk(desk: Desk) -> None:  # noqa: F811
    seat = desk.sits("Ana")
    typed = {"csrf": seat.token(), "public": public_line(trial_key("trees").public)}
    assert seat.post("/signatures/key", typed).status_code == 422
