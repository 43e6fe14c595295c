"""Updates: newest first, in every language, on the front page and as a feed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.services import service
from tests.conftest import published
from tests.minimal import FILES
from tests.tools import DAY, SEED

ATOM = "{http://www.w3.org/2005/Atom}"


def update(title: str, day: str, body: str = "Words. {{ fact.trees }}") -> str:
    return f"---\ntitle: {title}\nsummary: In short.\ndate: {day}\n---\n\n{body}\n"


NEWS = {
    **FILES,
    **{f"updates/first.{code}.md": update(f"One tree fell ({code})", "2020-06-01") for code in ("en", "fr")},
    **{f"updates/second.{code}.md": update(f'"Two" & <three> ({code})', "2020-07-01").replace("title: ", "title: '").replace(f"({code})\n", f"({code})'\n") for code in ("en", "fr")},
}  # fmt: skip


@pytest.fixture
def trees(tmp_path: Path) -> Flask:
    """A small campaign with two updates, at an address of its own."""
    app = published(tmp_path, CAMPAIGN_PUBLIC_URL="https://trees.example.org")
    with app.app_context():
        store.publish(db.session, "trees", NEWS, store.Authorship("files"))
    service(EditionCache, app).load()
    return app


@pytest.fixture
def reader(trees: Flask) -> FlaskClient:
    return trees.test_client()


def test_updates_stand_newest_first_on_the_front_page_and_on_their_own(reader: FlaskClient) -> None:
    for path in ("/en/trees/", "/en/trees/updates/"):
        page = reader.get(path).text
        assert page.index("Two") < page.index("One tree fell (en)")
        assert "&lt;three&gt;" in page and "<three>" not in page
    page = reader.get("/fr/trees/updates/first").text
    assert "One tree fell (fr)" in page and "arbres" in page
    assert reader.get("/en/trees/updates/none").status_code == 404


@pytest.mark.security(24)
def test_the_feed_is_atom_with_whole_addresses_from_the_settings(reader: FlaskClient) -> None:
    answer = reader.get("/fr/trees/updates.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.data)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles == ['"Two" & <three> (fr)', "One tree fell (fr)"]
    links = [link.get("href", "") for link in feed.iter(f"{ATOM}link")]
    assert all(link.startswith("https://trees.example.org/fr/trees/updates") for link in links)
    ids = [one.text for one in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids) == 3
    again = reader.get("/fr/trees/updates.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert 'type="application/atom+xml"' in reader.get("/fr/trees/").text


def test_a_campaign_without_updates_says_so_and_has_an_empty_feed(tmp_path: Path) -> None:
    client = published(tmp_path, SEED).test_client()
    assert "Nothing yet." in client.get("/en/january-2022/updates/").text
    feed = ET.fromstring(client.get("/en/january-2022/updates.atom").data)
    assert list(feed.iter(f"{ATOM}entry")) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"updates/first.fr.md": update("Un", "2020-06-02")}, "must be the same in every language"),
        ({"updates/first.fr.md": update("Un", "soon")}, "must be the same in every language"),
        ({"updates/first.en.md": update("One", "2020-06-01", "{{ fact.tres }}")}, "Did you mean “trees”?"),
    ],
)
def test_the_checker_reads_updates_too(change: dict[str, str], said: str) -> None:
    findings = check({**NEWS, **change}, DAY)
    assert any(said in str(finding.text) for finding in findings if finding.level == "error")


def test_updates_are_in_the_order_of_their_days() -> None:
    assert list(parse(NEWS).updates) == ["second", "first"]
    assert parse(FILES).updates == {}
