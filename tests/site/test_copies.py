"""The page on copies, their downloads, the feed of editions, and the button at the desk."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.services import service
from campaign.settings import Settings
from campaign.site import copies
from campaign.site.copies import CopiedFile, PublishedCopy
from tests.conftest import published
from tests.tools import SEED

BASE = "/en/january-2022"
FILES = {"january-2022.zip": b"PK" * 900_000, "campaign.html": b"<!doctype html>", "SHA256SUMS": b"0  x\n"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return published(tmp_path_factory.mktemp("copies"), SEED, CAMPAIGN_PUBLIC_URL="https://letters.example.org",
                     CAMPAIGN_ONION_URL="http://" + "a" * 56 + ".onion")  # fmt: skip


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def put(app: Flask, edition: int = 1) -> None:
    """Publish a copy of an edition."""
    files = tuple(
        CopiedFile(name, len(body), f"{edition}{n}" * 32) for n, (name, body) in enumerate(FILES.items())
    )
    with app.app_context():
        copies.put("january-2022", PublishedCopy(edition, date(2026, 11, 24), files), FILES)


def test_the_page_names_other_addresses_and_how_to_check_before_any_copy_is_there(
    client: FlaskClient,
) -> None:
    page = client.get(f"{BASE}/copies", base_url="https://letters.example.org").text
    assert "https://letters.example.org/en/january-2022/" in page and f"{'a' * 56}.onion" in page
    assert "ssh-keygen -Y verify" in page and "have published no key" in page
    assert "campaign.html</a>" not in page


def test_a_copy_can_be_downloaded_and_the_feed_has_its_hashes(app: Flask, client: FlaskClient) -> None:
    put(app)
    page = client.get(f"{BASE}/copies", base_url="https://letters.example.org").text
    assert "1.8 MB" in page and "10" * 32 in page
    for name, body in FILES.items():
        answer = client.get(f"{BASE}/copies/{name}", base_url="https://letters.example.org")
        assert answer.data == body and "attachment" in answer.headers["Content-Disposition"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        answer.close()
    feed = client.get(f"{BASE}/editions.atom", base_url="https://letters.example.org")
    assert feed.mimetype == "application/atom+xml"
    assert len(re.findall("<entry>", feed.text)) == 1 and f"campaign.html sha256:{'11' * 32}" in feed.text
    assert 'href="https://letters.example.org/en/january-2022/copies/campaign.html"' in feed.text


@pytest.mark.security(46)
@pytest.mark.parametrize(
    "name", ["about.json", "..%2f..%2fcampaign.sqlite", "other.zip", "campaign.html.part", ".."]
)
def test_nothing_else_of_the_data_folder_can_be_had(app: Flask, client: FlaskClient, name: str) -> None:
    put(app)
    assert client.get(f"{BASE}/copies/{name}", base_url="https://letters.example.org").status_code in {
        404,
        308,
    }


def test_a_newer_copy_takes_the_place_of_the_older_whose_hashes_stay(app: Flask) -> None:
    put(app, 1)
    put(app, 2)
    with app.app_context():
        assert sorted(copies.published("january-2022")) == [1, 2]
        assert {path.name for path in copies.folder("january-2022", 1).iterdir()} == {"about.json"}
        assert {path.name for path in copies.folder("january-2022", 2).iterdir()} == {*FILES, "about.json"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "damaged", [b"", b"{", b"[]", b'{"edition": 1, "day": "x", "files": [[1]]}', b"\xff"]
)
def test_a_damaged_record_of_a_copy_is_no_copy(tmp_path: Path, damaged: bytes) -> None:
    app = published(tmp_path, SEED)
    put(app)
    with app.app_context():
        (copies.folder("january-2022", 1) / "about.json").write_bytes(damaged)
        assert copies.published("january-2022") == {}
    assert app.test_client().get(f"{BASE}/copies").status_code == 200


def test_copies_are_readable_by_their_owner_alone(app: Flask) -> None:
    put(app)
    folder = service(Settings, app).data / "copies" / "january-2022" / "1"
    assert folder.stat().st_mode & 0o77 == 0
