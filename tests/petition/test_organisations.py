"""An organisation signs on: the form, its link, and what is left of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from campaign import clock
from campaign.database import db
from campaign.petition import organisation_links
from campaign.petition.nightly import nightly
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.web import budgets
from campaign.web.limits import Budgets
from tests.conftest import published
from tests.minimal import FILES
from tests.petition.conftest import TERMS, Petition, headline, opened, problems

PAGE = "/en/trees/petition/organisation"
OPEN_TO_ALL = {"petition.yaml": TERMS["petition.yaml"] + "organisations: yes\n"}
CONTACT = ("Maria Contact", "maria@rivers.example", "chair of the board")


@pytest.fixture
def stored(storage: Any) -> Petition:
    """A petition that organisations can sign on to, on each engine."""
    return opened(storage, OPEN_TO_ALL)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Petition:
    """The same on SQLite alone, for many tests."""
    return opened(published(tmp_path_factory.mktemp("quiet")), OPEN_TO_ALL)


@pytest.fixture
def petition(quiet: Petition) -> Petition:
    """That one, before any organisation."""
    with quiet.app.app_context():
        db.session.execute(text("DELETE FROM organisation"))
        db.session.commit()
    return quiet


def typed(petition: Petition, **changes: Any) -> dict[str, Any]:
    """What somebody types, on a page that was open for a while."""
    fields = {
        "form_token": petition.token("organisation/trees"), "country": "FR", "organisation": "Friends of Rivers",
        "website": "rivers.example", "name": CONTACT[0], "function": CONTACT[2], "email": CONTACT[1], "agree": "y",
    }  # fmt: skip
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def sign_on(petition: Petition, **changes: Any) -> str:
    """An organisation fills in the form; the path of the link that it is sent."""
    petition.deliver()  # what waits for others
    answer = petition.browser().post(PAGE, data=typed(petition, **changes), follow_redirects=True)
    assert answer.status_code == 200 and headline(answer.text) == "Check your inbox", problems(answer.text)
    petition.deliver()
    return link_in(petition.box.messages[-1])


def link_in(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return re.findall(r"<https?://[^/]+(/r/[^>\s]+)>", part.get_content())[0]


def press(petition: Petition, path: str, do: str) -> str:
    fields = {"form_token": petition.token("organisation-link/trees"), "do": do}
    return petition.browser().post(path, data=fields, follow_redirects=True).text


def states(petition: Petition) -> list[str]:
    with petition.app.app_context():
        return list(db.session.execute(text("SELECT state FROM organisation ORDER BY name")).scalars())


def everything(petition: Petition) -> str:
    """All that the table holds, as text."""
    with petition.app.app_context():
        return str(db.session.execute(text("SELECT * FROM organisation")).all())


def test_an_organisation_signs_on_confirms_and_withdraws(stored: Petition) -> None:
    petition = stored
    link = sign_on(petition)
    assert states(petition) == ["unconfirmed"]
    page = petition.browser().get(link)
    assert page.headers["Cache-Control"] == "no-store" and "noindex" in page.headers["X-Robots-Tag"]
    assert "Friends of Rivers" in page.text and "Withdraw our support" not in page.text
    assert "answer by e-mail" in press(petition, link, "confirm")
    assert states(petition) == ["waiting"]
    # A link that is used twice changes nothing.
    assert "answer by e-mail" in press(petition, link, "confirm")
    assert "has withdrawn its support" in press(petition, link, "withdraw")
    assert "has withdrawn its support" in press(petition, link, "confirm")
    assert states(petition) == ["withdrawn"]


def test_people_can_still_sign_first_after_an_organisation_did(tmp_path: Path) -> None:
    petition = opened(published(tmp_path), OPEN_TO_ALL)
    sign_on(petition)
    confirm, _ = petition.signs()
    assert petition.confirm(confirm) == "Your signature counts"


@pytest.mark.security(67)
def test_without_its_key_no_new_one_is_made_that_would_make_links_dead(tmp_path: Path) -> None:
    petition = opened(published(tmp_path), OPEN_TO_ALL)
    link = sign_on(petition)
    keys = service(Petitions, petition.app).server_keys("trees")
    (keys.folder / "withdraw").unlink()
    keys.forget(0)
    assert petition.browser().get(link).status_code == 404
    assert petition.browser().post(PAGE, data=typed(petition, email="b@rivers.example")).status_code == 503


@pytest.mark.security(58)
def test_who_signs_for_it_is_sealed_and_erased_when_it_withdraws(petition: Petition) -> None:
    link = sign_on(petition)
    assert not any(word in everything(petition) for word in CONTACT)
    keys = service(Petitions, petition.app).server_keys("trees")
    with petition.app.app_context():
        number, sealed = db.session.execute(text("SELECT id, contact FROM organisation")).one()
    contact = organisation_links.opened(keys, number, sealed)
    assert contact and (contact.name, contact.email, contact.function) == CONTACT
    assert organisation_links.opened(keys, number + 1, sealed) is None
    press(petition, link, "confirm")
    press(petition, link, "withdraw")
    with petition.app.app_context():
        assert db.session.execute(text("SELECT contact FROM organisation")).scalars().all() == [None]


@pytest.mark.security(59)
def test_nothing_of_a_contact_is_public_or_logged(
    petition: Petition, caplog: pytest.LogCaptureFixture
) -> None:
    link = sign_on(petition)
    press(petition, link, "confirm")
    browser = petition.browser()
    pages = [
        browser.get(path).text
        for path in ("/en/trees/", "/en/trees/petition", "/en/trees/updates.atom", link)
    ]
    for word in CONTACT:
        assert all(word not in page for page in pages) and word not in caplog.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"website": "javascript:alert(1)"}, "not the address of a website"),
        ({"website": ""}, "This is required."),
        ({"organisation": " "}, "This is required."),
        ({"organisation": "A" * 10_000}, "200 characters at most"),
        ({"organisation": "Friends\u202e of Rivers"}, ""),
        ({"name": ""}, "This is required."),
        ({"function": ""}, "This is required."),
        ({"email": "maria"}, "not an e-mail address"),
        ({"country": ""}, "Choose your country."),
        ({"agree": None}, "may sign for the organisation"),
        ({"form_token": "x"}, "open for a long time"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(changes: Any, said: str, petition: Petition) -> None:
    fields = typed(petition, **changes)
    answer = petition.browser().post(PAGE, data=fields)
    assert answer.status_code == 422 and any(said in line for line in problems(answer.text))
    for name in {"name", "function", "organisation"} - set(changes):
        assert f'value="{fields[name]}"' in answer.text
    assert states(petition) == []


@pytest.mark.security(54)
def test_a_form_counts_once_and_needs_time_or_a_proof(petition: Petition) -> None:
    browser = petition.browser()
    young = browser.post(PAGE, data=typed(petition, form_token=petition.token("organisation/trees", age=4)))
    assert young.status_code == 422 and "anti-spam check" in young.text
    proof = petition.proof("organisation/trees")
    fields = typed(petition, form_token=petition.token("organisation/trees", age=4), work=proof)
    assert browser.post(PAGE, data=fields).status_code == 303
    assert "sent this form before" in browser.post(PAGE, data=fields).text
    # A task of the petition's form is none of this one.
    other = typed(petition, form_token=petition.token(), work=petition.proof())
    assert browser.post(PAGE, data=other).status_code == 422
    assert states(petition) == ["unconfirmed"]


@pytest.mark.security(53)
def test_a_network_signs_on_few_organisations_a_day(
    petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "ORGANISATION", replace(budgets.ORGANISATION, most=1))
    monkeypatch.setattr(service(Budgets, petition.app), "enabled", True)
    browser = petition.browser()
    first, second = (browser.post(PAGE, data=typed(petition)) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 429) and states(petition) == ["unconfirmed"]
    assert second.headers["Retry-After"] and 'value="Friends of Rivers"' in second.text


def test_a_right_to_left_name_and_another_script_stay_as_typed(petition: Petition) -> None:
    for name in ("منظمة الأنهار", "Друзья рек"):
        link = sign_on(petition, organisation=name, website="пример.рф", email="a@gmail.com")
        assert f"<bdi>{name}</bdi>" in petition.browser().get(link).text


def test_an_address_at_another_domain_needs_a_proof_and_its_link_says_so(petition: Petition) -> None:
    own, other = sign_on(petition), sign_on(petition, email="maria@gmail.com")
    assert "ask you for a proof" not in press(petition, own, "confirm")
    assert "ask you for a proof" in press(petition, other, "confirm")


@pytest.mark.security(62)
def test_for_a_country_at_risk_a_notice_is_read_first_and_the_mail_is_neutral(tmp_path: Path) -> None:
    risky = FILES["campaign.yaml"].replace("countries-at-risk: []", "countries-at-risk: [KZ]")
    petition = opened(published(tmp_path), {**OPEN_TO_ALL, "campaign.yaml": risky})
    answer = petition.browser().post(PAGE, data=typed(petition, country="KZ"))
    assert answer.status_code == 422 and "tick this box and press the button again" in answer.text
    answer = petition.browser().post(PAGE, data=typed(petition, country="KZ", understood="y"))
    assert answer.headers["Location"].endswith("/quiet")
    petition.deliver()
    message = petition.box.messages[-1]
    part = message.get_body(("plain",))
    assert part and not any(word in part.get_content() for word in ("Rivers", "trees", "Friends", "petition"))
    assert message["Subject"] == "Please confirm"


def test_by_default_organisations_can_not_sign_on(still: Petition) -> None:
    browser = still.browser()
    assert browser.get(PAGE).status_code == 404 and browser.post(PAGE, data=typed(still)).status_code == 404
    assert "Sign on as an organisation" not in browser.get("/en/trees/petition").text


def test_the_petition_leads_to_the_form(quiet: Petition) -> None:
    assert PAGE in quiet.browser().get("/en/trees/petition").text
    page = quiet.browser().get(PAGE)
    assert (
        page.status_code == 200
        and "Set-Cookie" not in page.headers
        and "no-store" in page.headers["Cache-Control"]
    )


def test_what_nobody_confirmed_is_deleted_after_a_week(petition: Petition) -> None:
    sign_on(petition)
    waits = sign_on(petition, organisation="Friends of Lakes")
    press(petition, waits, "confirm")
    later = clock.now() + timedelta(days=9)
    with clock.use(lambda: later):
        nightly(petition.app)
    assert states(petition) == ["waiting"]


@pytest.mark.slow
@pytest.mark.security(64)
def test_on_the_promised_day_everybody_who_signed_for_one_is_erased(stored: Petition) -> None:
    petition = stored
    withdrawn, waits = sign_on(petition), sign_on(petition, organisation="Friends of Lakes")
    for link in (withdrawn, waits):
        press(petition, link, "confirm")
    press(petition, withdrawn, "withdraw")
    later = clock.now().replace(year=2028)
    with clock.use(lambda: later):
        nightly(petition.app)
        assert petition.browser().get(waits).status_code in {404, 410}
    assert states(petition) == ["withdrawn"]
    with petition.app.app_context():
        assert db.session.execute(text("SELECT contact FROM organisation")).scalars().all() == [None]
