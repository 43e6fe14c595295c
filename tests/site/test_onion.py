"""The onion service beside the site: the same pages, no way into the clear, links by the signer's way, fair budgets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from campaign.services import service
from campaign.web import limits, onion
from campaign.web.budgets import FORM
from campaign.web.limits import Budgets
from tests.conftest import published
from tests.petition.conftest import Petition, opened
from tests.tools import SEED, text_of

NAME = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx"
ONION = f"http://{NAME}.onion"
CLEAR = "https://letters.example.org"
CIRCUIT = "fc00:dead:beef:4dad::ab:cdef"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return published(
        tmp_path_factory.mktemp("onion"), SEED, CAMPAIGN_ONION_URL=ONION, CAMPAIGN_PUBLIC_URL=CLEAR, CAMPAIGN_TRUSTED_HOPS="1"
    )  # fmt: skip


def ask(app: Flask, path: str, base: str = ONION, client: str = CIRCUIT, **more: Any) -> Any:
    return app.test_client().get(path, base_url=base, headers={"X-Forwarded-For": client}, **more)


PAGES = (
    "/en/january-2022/",
    "/ru/january-2022/write",
    "/en/january-2022/petition",
    "/fr/january-2022/updates/",
    "/en/",
)


@pytest.mark.slow
@pytest.mark.security(73)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_onion_service_leads_nowhere_into_the_clear(path: str, app: Flask) -> None:
    ask(app, path, base=CLEAR)  # what is kept of the page in the clear must not be shown here
    answer = ask(app, path, follow_redirects=True)
    assert answer.status_code == 200
    assert "letters.example.org" not in answer.text
    assert "Strict-Transport-Security" not in answer.headers and "Onion-Location" not in answer.headers
    assert f"{NAME}.onion" not in ask(app, path, base=CLEAR, follow_redirects=True).text


@pytest.mark.security(73)
def test_pages_in_the_clear_name_the_onion_service_and_others_do_not(app: Flask) -> None:
    answer = ask(app, "/en/january-2022/write?to=prosecutor-general", base=CLEAR)
    assert answer.headers["Onion-Location"] == f"{ONION}/en/january-2022/write?to=prosecutor-general"
    assert "Strict-Transport-Security" in answer.headers
    for path in ("/r/secret", "/en/desk/january-2022/", "/en/january-2022/site.webmanifest", "/robots.txt"):
        assert "Onion-Location" not in ask(app, path, base=CLEAR).headers, path
    posted = app.test_client().post("/en/january-2022/petition", base_url=CLEAR, data={})
    assert "Onion-Location" not in posted.headers


@pytest.mark.slow
def test_without_an_onion_service_nothing_names_one_and_no_such_host_is_answered(tmp_path: Path) -> None:
    plain = published(tmp_path, SEED, CAMPAIGN_PUBLIC_URL=CLEAR)
    assert "Onion-Location" not in ask(plain, "/en/january-2022/", base=CLEAR).headers
    assert ask(plain, "/en/january-2022/").status_code == 400


def test_the_desk_and_lists_for_crawlers_are_on_the_host_of_the_site_alone(app: Flask) -> None:
    for path in ("/en/desk/", "/en/desk/sign-in", "/sitemap.xml"):
        assert ask(app, path).status_code == 404, path
    assert "Sitemap" not in ask(app, "/robots.txt").text


@pytest.mark.parametrize(
    "host",
    [
        f"{NAME.replace('a', 'b')}.onion",
        f"{NAME}.onion.example.org",
        f"x.{NAME}.onion",
        f"{NAME}.onion@evil.org",
    ],
)
def test_another_host_is_refused(host: str, app: Flask) -> None:
    answer = app.test_client().get("/en/january-2022/", headers={"Host": host})
    assert answer.status_code == 400 and NAME not in answer.text.replace(host, "")


# e-mail


@pytest.fixture
def petition(tmp_path: Path) -> Petition:
    return opened(
        published(tmp_path, CAMPAIGN_ONION_URL=ONION, CAMPAIGN_PUBLIC_URL=CLEAR, CAMPAIGN_TRUSTED_HOPS="1")
    )


@pytest.mark.security(73)
@pytest.mark.parametrize("base", [ONION, CLEAR])
def test_links_in_an_e_mail_lead_to_where_its_signer_came_from(base: str, petition: Petition) -> None:
    answer = petition.browser().post(
        "/en/trees/petition", data=petition.typed(), base_url=base, headers={"X-Forwarded-For": CIRCUIT}, follow_redirects=True
    )  # fmt: skip
    assert answer.status_code == 200
    petition.deliver()
    (message,) = petition.box.messages
    text = text_of(message) + str(message.get_body(("html",)).get_content())  # type: ignore[union-attr]
    found = set(re.findall(r"(https?://[^/\s\"<>]+)/", text))
    assert found == {base}


# budgets


def spends(app: Flask, times: int, client: str, base: str = ONION) -> int:
    """How many of so many requests find room."""
    found = 0
    for _ in range(times):
        with app.test_request_context("/en/", base_url=base, headers={"X-Forwarded-For": client}):
            found += limits.spend(FORM).within
    return found


@pytest.fixture
def counted(app: Flask) -> Iterator[Flask]:
    budgets = service(Budgets, app)
    budgets.enabled = True
    budgets.counter.clear()  # type: ignore[attr-defined]
    yield app
    budgets.enabled = False


def circuit(number: int) -> str:
    return f"fc00:dead:beef:4dad::{number >> 16:x}:{number & 0xFFFF:x}"


@pytest.mark.security(52)
def test_a_circuit_has_the_budget_of_a_network_and_others_have_theirs(counted: Flask) -> None:
    most = FORM.most
    assert spends(counted, most + 10, circuit(1)) == most
    assert spends(counted, 10, circuit(2)) == 10
    # Nor do they take from people in the clear.
    assert spends(counted, 10, "203.0.113.5", base=CLEAR) == 10


@pytest.mark.security(52)
def test_all_of_tor_together_has_a_larger_budget_and_no_more(
    counted: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onion, "FACTOR", 2)
    many = 2 * FORM.most
    assert sum(spends(counted, 1, circuit(number)) for number in range(many + 10)) == many
    # What Tor as a whole refused took nothing from the circuit.
    with counted.test_request_context("/en/", base_url=ONION, headers={"X-Forwarded-For": circuit(many + 5)}):
        assert service(Budgets, counted).look(FORM, f"circuit {many + 5:08x}").window.count == 1


def test_where_tor_names_no_circuit_all_of_it_has_the_larger_budget(
    counted: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onion, "FACTOR", 2)
    assert spends(counted, 2 * FORM.most + 10, "127.0.0.1") == 2 * FORM.most


def test_the_onions_name_gives_nobody_in_the_clear_another_budget(counted: Flask) -> None:
    assert spends(counted, FORM.most + 10, "203.0.113.5") == FORM.most
    with counted.test_request_context("/en/", base_url=CLEAR, headers={"X-Forwarded-For": CIRCUIT}):
        assert onion.circuit(limits.client_address()) is None
