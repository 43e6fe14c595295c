"""What a visitor's address bar can hold after a form: each address can be opened, and nothing is sent twice."""

from __future__ import annotations

from typing import Any

import pytest
from flask import url_for

from campaign.petition.pages import results
from tests.conftest import published
from tests.petition.conftest import BASE, Petition, headline, opened, problems
from tests.petition.test_organisations import OPEN_TO_ALL
from tests.petition.test_organisations import typed as organisation
from tests.petition.test_reasons import made_address
from tests.petition.test_reasons import typed as reason

#: What a form leads to: another address, or a page at its own address, with the reason.
MOVES = 303
SHOWS_TYPED = 200  # nothing but the page itself may know what was typed, and a wrong address has to be seen
IS_A_FILE = 200  # the browser keeps the page that it came from
FORMS = {
    "petition.sign_post": SHOWS_TYPED,
    "petition.organisation_post": MOVES,
    "petition.confirm_post": MOVES,
    "petition.withdraw_post": MOVES,
    "petition.unsubscribe_post": MOVES,
    "petition.why_post": MOVES,
    "petition.take_back": MOVES,
    "petition.link": MOVES,
    "mail_links.open_link": MOVES,
    "mail_links.paste": MOVES,
    "paper.visitors_sheets": IS_A_FILE,
}
PAGES = {"petition", "mail_links", "signing", "paper"}


@pytest.fixture(scope="module")
def petition(tmp_path_factory: pytest.TempPathFactory) -> Petition:
    terms = {"petition.yaml": OPEN_TO_ALL["petition.yaml"] + "reasons: yes\n"}
    return opened(published(tmp_path_factory.mktemp("addresses")), {**OPEN_TO_ALL, **terms})


def form_of(petition: Petition, endpoint: str) -> tuple[str, dict[str, Any]]:
    """The address of a form, and what its own page would send."""
    petition.deliver()
    confirm, withdraw = petition.signs(email=f"{endpoint.replace('_', '-')}@example.org")
    token = confirm.rpartition("/")[2]
    typed: dict[str, dict[str, Any]] = {
        "petition.sign_post": petition.typed(),
        "petition.organisation_post": organisation(petition),
        "petition.confirm_post": {"form_token": petition.token("confirm/trees")},
        "petition.withdraw_post": {"form_token": petition.token("withdraw/trees")},
        "petition.unsubscribe_post": {"form_token": petition.token("unsubscribe/trees")},
        "petition.why_post": reason(petition),
        "petition.take_back": {"form_token": petition.token("take-back/trees")},
        "mail_links.open_link": {"form_token": petition.token("confirm/trees")},
        "paper.visitors_sheets": {"form_token": petition.token("sheets/trees"), "first": "en", "paper": "a4"},
    }
    values = {"language": "en", "slug": "trees", "token": token, "record": f"{5:016x}"}
    if endpoint in {"petition.withdraw_post", "petition.take_back", "petition.why_post"}:
        values["token"] = withdraw.rpartition("/")[2]
    if endpoint in {"petition.take_back", "petition.why_post"}:
        petition.confirm(confirm)
    if endpoint == "petition.why_post":
        values["token"] = made_address(petition, withdraw).rpartition("/")[2]
    with petition.app.test_request_context():
        rules = petition.app.url_map.iter_rules(endpoint)
        arguments = next(iter(rules)).arguments
        address = url_for(endpoint, **{name: values[name] for name in arguments})
    return address, typed.get(endpoint, {"link": f"http://localhost{confirm}"})


def test_the_table_has_every_form_of_the_petition(petition: Petition) -> None:
    rules = petition.app.url_map.iter_rules()
    posts = {rule.endpoint for rule in rules if "POST" in (rule.methods or ())}
    assert {endpoint for endpoint in posts if endpoint.partition(".")[0] in PAGES} == set(FORMS)


@pytest.mark.parametrize("endpoint", FORMS)
def test_a_form_leads_to_an_address_that_can_be_opened(endpoint: str, petition: Petition) -> None:
    address, typed = form_of(petition, endpoint)
    assert petition.browser().get(address).status_code in {200, 303}
    answer = petition.browser().post(address, data=typed)
    assert answer.status_code == FORMS[endpoint], problems(answer.text)
    if answer.status_code == MOVES:
        page = petition.browser().get(answer.headers["Location"])
        assert page.status_code == 200 and headline(page.text)


# Sheets are printed without a form's token, too, with numbers that the site does not know.
@pytest.mark.parametrize("endpoint", [endpoint for endpoint in FORMS if endpoint != "paper.visitors_sheets"])
def test_a_form_with_a_problem_is_shown_at_its_own_address(endpoint: str, petition: Petition) -> None:
    address, _typed = form_of(petition, endpoint)
    answer = petition.browser().post(address, data={})
    if answer.status_code == MOVES:  # no word was typed, so nothing has to be shown again
        assert answer.headers["Location"] == f"{address}?again=yes"
        answer = petition.browser().get(answer.headers["Location"])
        assert answer.status_code == 200
    else:
        assert answer.status_code == 422
    assert problems(answer.text)
    assert "<title>Error: " in answer.text


@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize("result", results.RESULTS)
def test_a_result_has_an_address_that_tells_nothing_of_anybody(
    result: str, quiet: bool, petition: Petition
) -> None:
    address = f"{BASE}/done/{result}{'/quiet' if quiet else ''}"
    first, again = (petition.browser().get(address) for _ in range(2))
    assert first.status_code == 200 and first.text == again.text
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["X-Robots-Tag"] == "noindex"
    assert ("Leave this page" in first.text) is (quiet and result != "unsubscribed")


def test_no_other_result_has_an_address(petition: Petition) -> None:
    for result in ("broken", "expired", "closed", "erased", "x", "Confirmed", "sent%20"):
        assert petition.browser().get(f"{BASE}/done/{result}").status_code == 404
