"""A campaign with a host of its own: only that campaign, only hosts of the settings, and links that stay there."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.petition.pages import mail_links
from campaign.services import service
from campaign.web.domains import campaign_base
from tests.conftest import published
from tests.minimal import FILES
from tests.tools import SEED

SITE, OWN = "https://campaigns.example.org", "https://trees.example.org"


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Two campaigns, of which one has a host of its own."""
    folder = tmp_path_factory.mktemp("hosts")
    app = published(folder, SEED, CAMPAIGN_PUBLIC_URL=SITE, CAMPAIGN_DOMAINS=f"trees={OWN}")
    with app.app_context():
        store.publish(db.session, "trees", FILES, store.Authorship("files"))
        service(EditionCache, app).load()
    return app


@pytest.fixture
def reader(hosts: Flask) -> FlaskClient:
    return hosts.test_client()


@pytest.mark.security(24)
@pytest.mark.parametrize(
    ("base", "path", "status", "leads"),
    [
        (SITE, "/", 302, "/en/"),
        (SITE, "/en/", 200, ""),
        (SITE, "/en/trees/", 200, ""),
        (SITE, "/en/january-2022/", 200, ""),
        (SITE, "/en/desk/", 303, "/en/desk/sign-in"),
        (OWN, "/", 302, "/en/trees/"),
        (OWN, "/fr/", 302, "/fr/trees/"),
        (OWN, "/ru/", 302, "/en/trees/"),
        (OWN, "/trees/", 302, "/en/trees/"),
        (OWN, "/january-2022/", 404, ""),
        (SITE, "/trees/", 302, "/en/trees/"),
        (SITE, "/january-2022/", 302, "/en/january-2022/"),
        (OWN, "/en/trees/petition", 200, ""),
        (OWN, "/en/january-2022/", 404, ""),
        (OWN, "/en/january-2022/petition", 404, ""),
        (OWN, "/en/january-2022/write", 404, ""),
        (OWN, "/en/trees/share/home.png", 200, ""),
        (OWN, "/en/january-2022/share/home.png", 404, ""),
        (OWN, "/en/january-2022/site.webmanifest", 404, ""),
        (OWN, "/en/january-2022/share", 404, ""),
        (OWN, "/sitemap-trees.xml", 200, ""),
        (OWN, "/sitemap-january-2022.xml", 404, ""),
        (SITE, "/sitemap-january-2022.xml", 200, ""),
        (SITE, "/sitemap-trees.xml", 404, ""),
        (SITE, "/sitemap-nothing.xml", 404, ""),
        (OWN, "/en/imprint", 302, "/en/trees/imprint"),
        (OWN, "/en/desk/", 404, ""),
        (OWN, "/en/desk/sign-in", 404, ""),
        ("https://evil.example.org", "/", 400, ""),
        ("https://trees.example.org.evil.example", "/en/trees/", 400, ""),
        ("https://x.trees.example.org", "/en/trees/", 400, ""),
    ],
)
def test_each_host_shows_what_is_its_own(
    base: str, path: str, status: int, leads: str, reader: FlaskClient
) -> None:
    answer = reader.get(path, base_url=base, headers={"Accept-Language": "en"})
    assert answer.status_code == status, path
    location = answer.headers.get("Location", "")
    assert location.split("?")[0] == leads
    assert "://" not in location and not location.startswith("//")


@pytest.mark.parametrize("base", [SITE, OWN])
def test_the_campaign_has_one_address_for_search_engines(base: str, reader: FlaskClient) -> None:
    page = reader.get("/fr/trees/demands/", base_url=base).text
    assert f'<link rel="canonical" href="{OWN}/fr/trees/demands/">' in page
    assert f'<meta property="og:image" content="{OWN}/fr/trees/share/home.png?v=' in page
    other = reader.get("/fr/january-2022/", base_url=SITE).text
    assert f'<link rel="canonical" href="{SITE}/fr/january-2022/">' in other
    assert f'content="{SITE}/fr/january-2022/share/home.png?v=' in other


@pytest.mark.parametrize(("base", "slug"), [(SITE, "january-2022"), (OWN, "trees")])
def test_each_host_has_the_sitemaps_of_the_campaigns_whose_one_address_it_is(
    base: str, slug: str, reader: FlaskClient
) -> None:
    assert f"Sitemap: {base}/sitemap.xml" in reader.get("/robots.txt", base_url=base).text
    index = reader.get("/sitemap.xml", base_url=base).text
    assert re.findall("<loc>(.*?)</loc>", index) == [f"{base}/sitemap-{slug}.xml"]
    pages = re.findall("<loc>(.*?)</loc>", reader.get(f"/sitemap-{slug}.xml", base_url=base).text)
    assert pages and all(re.match(rf"{base}/[a-z]+/{slug}/", address) for address in pages)


def test_a_page_that_is_cached_is_the_same_for_every_host(reader: FlaskClient) -> None:
    assert reader.get("/en/trees/", base_url=SITE).data == reader.get("/en/trees/", base_url=OWN).data


def test_links_in_e_mails_and_feeds_lead_to_the_own_host(hosts: Flask, reader: FlaskClient) -> None:
    for slug, base in (("trees", OWN), ("january-2022", SITE)):
        feed = reader.get(f"/en/{slug}/updates.atom", base_url=SITE).text
        assert set(re.findall(r'href="(https://[^/"]+)/', feed)) == {base}
        with hosts.test_request_context("/", base_url=SITE):
            from flask import g

            g.edition = service(EditionCache, hosts).newest()[slug]
            assert mail_links.address("abc") == f"{base}/r/abc"
            assert campaign_base(slug) == base


def test_a_token_of_another_campaign_is_not_opened_on_a_host_of_one(reader: FlaskClient) -> None:
    assert reader.get("/r/no-token-at-all", base_url=OWN).status_code == 404


def test_every_absolute_link_of_the_pages_stays_on_the_known_hosts(reader: FlaskClient) -> None:
    for path in ("/en/trees/", "/en/trees/petition", "/en/trees/write", "/en/trees/print"):
        page = reader.get(path, base_url=OWN).text
        page = re.sub(r'<a [^>]*rel="noopener noreferrer nofollow">', "", page)  # links that share the page
        own = re.findall(r'(?:href|src|action|content)="https?://([^/"]+)', page)
        assert set(own) <= {"trees.example.org", "example.org"}, path
