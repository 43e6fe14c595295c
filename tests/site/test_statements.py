"""Imprint and accessibility statement: linked from every page, made from facts, replaced by the pack's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.services import service
from tests.conftest import published
from tests.minimal import FILES
from tests.tools import BASE, SEED

STATEMENTS = ("imprint", "accessibility")


def with_trees(app: Flask, **files: str) -> FlaskClient:
    """The smallest campaign, with other files."""
    with app.app_context():
        store.publish(db.session, "trees", {**FILES, **files}, store.Authorship("files"))
    service(EditionCache, app).load()
    return app.test_client()


def page(key: str, title: str, head: str = "") -> dict[str, str]:
    """A page of the pack in both languages."""
    text = f"---\ntitle: {title}\nsummary: Summary.\n{head}---\n\nOwn words.\n"
    return {f"pages/{key}.{code}.md": text for code in ("en", "fr")}


@pytest.mark.parametrize("path", ["/", "/petition", "/record", "/write", "/imprint"])
def test_every_page_of_a_campaign_links_both(path: str, client: FlaskClient) -> None:
    footer = client.get(BASE + path).text.partition("<footer")[2]
    assert all(f'href="{BASE}/{key}"' in footer for key in STATEMENTS)


@pytest.mark.parametrize("path", ["/en/nonsense", "/en/desk/sign-in", "/mail"])
def test_pages_without_a_campaign_link_those_of_the_site(path: str, client: FlaskClient) -> None:
    footer = client.get(path, headers={"Accept-Language": "en"}).text.partition("<footer")[2]
    assert all(f'href="/en/{key}"' in footer for key in STATEMENTS)


@pytest.mark.parametrize("key", STATEMENTS)
def test_the_site_s_own_lead_to_the_only_campaign(key: str, client: FlaskClient) -> None:
    response = client.get(f"/fr/{key}")
    assert (response.status_code, response.location) == (302, f"/fr/january-2022/{key}")
    assert client.get(f"/xx/{key}").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("key", STATEMENTS)
def test_several_campaigns_are_listed_unless_one_of_them_is_set(key: str, tmp_path: Path) -> None:
    listed = with_trees(published(tmp_path / "a", SEED)).get(f"/en/{key}")
    assert f"/en/trees/{key}" in listed.text and f"{BASE}/{key}" in listed.text
    client = with_trees(published(tmp_path / "b", SEED, CAMPAIGN_RUNNER="trees"))
    assert client.get(f"/ru/{key}").location == f"/en/trees/{key}"


def test_an_empty_site_says_so(tmp_path: Path) -> None:
    assert "No campaign has been published yet" in published(tmp_path).test_client().get("/en/imprint").text


def test_the_imprint_has_what_the_pack_says(tmp_path: Path) -> None:
    text = with_trees(published(tmp_path)).get("/en/trees/imprint").text
    for said in ("Friends of the trees", "Registered association", "1 Example Street", "Ireland"):
        assert said in text, said
    assert 'href="mailto:office@example.org"' in text


@pytest.mark.parametrize("language", ["en", "ru", "kk", "fr"])
def test_the_first_campaign_shows_a_placeholder_and_says_that_it_is_independent(
    language: str, client: FlaskClient, app: Flask
) -> None:
    pack = service(EditionCache, app)["january-2022"].pack
    assert pack.runner is not None
    for path in ("/", "/imprint", "/about", "/privacy"):
        assert pack.runner.name[language] in client.get(f"/{language}/january-2022{path}").text, path
    assert "Asked by" not in client.get(f"/{language}/january-2022/").text


@pytest.mark.parametrize("key", STATEMENTS)
def test_a_page_of_the_pack_replaces_the_template(key: str, tmp_path: Path) -> None:
    client = with_trees(published(tmp_path), **page(key, "By ourselves"))
    assert "Own words." in client.get(f"/en/trees/{key}").text
    footer = client.get("/en/trees/").text.partition("<footer")[2]
    assert footer.count(f"/en/trees/{key}") == 1 and "By ourselves" in footer


def test_pages_stand_in_the_menu_and_in_the_footer(tmp_path: Path) -> None:
    team, donors = page("team", "Our team", "in: menu\n"), page("donors", "Donors", "in: footer\norder: 1\n")
    client = with_trees(published(tmp_path), **team, **donors, **page("hidden", "Hidden"))
    text = client.get("/en/trees/team").text
    menu, footer = text.partition("</header>")[0], text.partition("<footer")[2]
    assert 'href="/en/trees/team" aria-current="page"' in menu and "Donors" not in menu
    assert footer.index("Donors") < footer.index("/en/trees/sending") and "Our team" not in footer
    assert "Hidden" not in text and client.get("/en/trees/hidden").status_code == 200


def test_old_editions_have_the_statements_of_their_time(client: FlaskClient) -> None:
    assert client.get(f"{BASE}/editions/1/imprint").status_code == 200
