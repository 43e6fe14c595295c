"""Another pack makes another campaign, with its own languages, beside the first or alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.letters.compose import compose
from campaign.letters.formats import pdf, text
from campaign.letters.letter import Sender
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.services import service
from tests.conftest import published
from tests.minimal import FILES
from tests.tools import DAY, SEED, choices


def with_trees(app: Flask) -> FlaskClient:
    with app.app_context():
        store.publish(db.session, "trees", FILES, store.Authorship("files"))
    service(EditionCache, app).load()
    return app.test_client()


@pytest.fixture
def both(tmp_path: Path) -> FlaskClient:
    return with_trees(published(tmp_path, SEED))


@pytest.fixture
def alone(tmp_path: Path) -> FlaskClient:
    return with_trees(published(tmp_path))


def test_the_smallest_pack_has_no_errors() -> None:
    assert [str(f) for f in check(FILES, DAY) if f.level == "error"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/demands/",
        "/demands/keep-them",
        "/record",
        "/organisations",
        "/write",
        "/petition",
        "/print",
        "/about",
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_its_pages_are_whole_and_know_nothing_of_the_first(
    language: str, path: str, alone: FlaskClient
) -> None:
    page = alone.get(f"/{language}/trees{path}")
    assert page.status_code == 200
    assert "Kazakh" not in page.text.replace("Kazakhstan</option>", "")
    assert "Русский" not in page.text


def test_a_language_that_it_lacks_is_404_and_the_front_offers_one_that_it_has(alone: FlaskClient) -> None:
    assert alone.get("/ru/trees/").status_code == 404
    assert alone.get("/", headers={"Accept-Language": "ru, fr;q=0.5"}).headers["Location"] == "/fr/trees/"
    assert alone.get("/kk/").headers["Location"] in {"/en/trees/", "/fr/trees/"}


def test_several_campaigns_are_listed_in_the_readers_language(both: FlaskClient) -> None:
    assert both.get("/", headers={"Accept-Language": "fr"}).headers["Location"] == "/fr/"
    page = both.get("/fr/").text
    assert "/fr/trees/" in page
    assert "/fr/january-2022/" in page
    russian = both.get("/ru/").text
    assert "/ru/january-2022/" in russian
    assert "/en/trees/" in russian


@pytest.mark.parametrize(
    "moments",
    [
        "timeline: []\n",
        FILES["timeline.yaml"].replace("2020-05-01", "2020"),
        FILES["timeline.yaml"].replace("2020-05-01", "2020-05"),
    ],
)
def test_a_timeline_may_be_empty_or_know_no_days(moments: str, tmp_path: Path) -> None:
    app = published(tmp_path)
    with app.app_context():
        store.publish(db.session, "trees", {**FILES, "timeline.yaml": moments}, store.Authorship("files"))
    service(EditionCache, app).load()
    for path in ("/", "/record"):
        assert app.test_client().get(f"/en/trees{path}").status_code == 200


def test_a_letter_is_composed_from_it() -> None:
    pack = parse(FILES)
    letter = compose(pack, choices(pack, addressee="mayor", sender=Sender("A", (), "Cork", "IE")))
    assert "Here stand (en) 12\u00a0trees.[1]" in text.render(letter)
    assert pdf.render(letter).startswith(b"%PDF")
