"""Old editions: every page as it was published, and always a way to the newest."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.pack.files import read_folder
from campaign.services import service
from campaign.web import budgets
from campaign.web.limits import Budgets
from campaign.web.public_pages import PageCache
from tests.conftest import published
from tests.tools import BASE, LANGUAGES, SEED


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The first campaign in two editions: the second has another headline and another petition."""
    app = published(tmp_path_factory.mktemp("two"), SEED)
    files = read_folder(SEED)
    files["campaign.yaml"] = files["campaign.yaml"].replace("on: demand a real", "on: still no real")
    files["petition.en.md"] = files["petition.en.md"].replace("title: Justice", "title: Truth")
    with app.app_context():
        store.publish(db.session, "january-2022", files, store.Authorship("organiser", "not for the public"))
    service(EditionCache, app).load()
    return app


@pytest.fixture
def reader(two: Flask) -> FlaskClient:
    return two.test_client()


def test_an_old_edition_reads_as_it_was_published(reader: FlaskClient) -> None:
    assert "years on: still no real investigation." in reader.get(f"{BASE}/").text
    old = reader.get(f"{BASE}/editions/1/")
    assert old.status_code == 200
    assert "years on: demand a real investigation." in old.text
    assert "This is edition 1 of" in old.text and 'content="noindex"' in old.text
    assert "Justice for the victims of January 2022" in reader.get(f"{BASE}/editions/1/petition").text
    assert "Truth for the victims of January 2022" in reader.get(f"{BASE}/petition").text


def test_who_reads_an_old_edition_stays_in_it_and_finds_the_newest(reader: FlaskClient) -> None:
    page = reader.get(f"{BASE}/editions/1/petition").text
    assert f'href="{BASE}/editions/1/demands/"' in page
    assert f'href="{BASE}/write"' in page  # letters are written from the newest
    assert 'class="old-edition" role="note">This is edition 1' in page
    assert re.search(rf'<a href="{BASE}/petition">Go to the newest edition</a>', page)
    assert 'href="/ru/january-2022/editions/1/petition"' in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["/", "/demands/", "/demands/reparations", "/record", "/organisations", "/print", "/privacy"]
)
def test_every_page_of_an_old_edition_is_there(path: str, language: str, reader: FlaskClient) -> None:
    assert reader.get(f"/{language}/january-2022/editions/1{path}").status_code == 200


def test_the_newest_edition_by_its_number_is_not_called_old(reader: FlaskClient) -> None:
    page = reader.get(f"{BASE}/editions/2/").text
    assert "years on: still no real investigation." in page and "old-edition" not in page


@pytest.mark.parametrize("number", ["0", "3", "99999999999999999999", "-1", "x"])
def test_an_edition_that_there_is_not_is_not_found(number: str, reader: FlaskClient) -> None:
    assert reader.get(f"{BASE}/editions/{number}/").status_code == 404


def test_the_list_has_every_edition_and_tells_nothing_of_organisers(reader: FlaskClient) -> None:
    page = reader.get(f"{BASE}/editions/").text
    assert f'href="{BASE}/editions/1/"' in page and "the newest" in page
    assert "organiser" not in page and "not for the public" not in page
    assert f'href="{BASE}/editions/"' in reader.get(f"{BASE}/").text


def test_old_pages_do_not_push_the_newest_out_of_memory(two: Flask) -> None:
    client = two.test_client()
    client.get(f"{BASE}/")
    kept = service(PageCache, two).snapshot()
    client.get(f"{BASE}/editions/1/")
    assert kept and service(PageCache, two).snapshot() == kept


def test_old_editions_have_a_budget(two: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service(Budgets, two), "enabled", True)
    client = two.test_client()
    monkeypatch.setattr(budgets, "FORM", replace(budgets.FORM, most=6))
    answers = [client.get(f"{BASE}/editions/1/").status_code for _ in range(7)]
    assert answers == [200] * 6 + [429]
    assert client.get(f"{BASE}/").status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_of_an_old_edition_ends_with_one_full_stop_at_most(
    language: str, reader: FlaskClient
) -> None:
    page = reader.get(f"/{language}/january-2022/editions/1/").text
    said = re.search(r'<p class="old-edition" role="note">([^<]*)<a', page)
    assert said is not None
    assert re.search(r"\d{4}", said[1])
    assert ".." not in said[1]
