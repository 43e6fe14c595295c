"""What pages say to search engines and messengers, and robots.txt, sitemaps, icon and manifest beside them."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from PIL import Image

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.pack.files import read_folder
from campaign.services import service
from campaign.site import head as heads
from campaign.site.listed import public_address
from campaign.web.guard import POLICY
from tests.conftest import published
from tests.site.test_updates import NEWS
from tests.tools import ROOT

SITE, RIVER = "https://campaigns.example.org", "https://river.example.org"

#: One pack in Latin and Cyrillic letters, one that runs from right to left, one in Chinese with updates.
SEEDS = (ROOT / "seeds/january-2022", ROOT / "tests/packs/river", ROOT / "tests/packs/lindenhof")
LANGUAGES = {
    "january-2022": ("en", "ru", "kk", "fr"),
    "river": ("es", "ar"),
    "lindenhof": ("uk", "de", "zh-Hans", "tr"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Three campaigns, of which one has a host of its own."""
    folder = tmp_path_factory.mktemp("search")
    return published(folder, *SEEDS, CAMPAIGN_PUBLIC_URL=SITE, CAMPAIGN_DOMAINS=f"river={RIVER}")


@pytest.fixture
def reader(site: Flask) -> FlaskClient:
    return site.test_client()


def base_of(slug: str) -> str:
    return RIVER if slug == "river" else SITE


class HeadReader(HTMLParser):
    """The metadata and links of a page's head."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: list[tuple[str, str]] = []
        self.links: list[dict[str, str]] = []
        self.data = ""
        self._block = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        self._block = tag == "script" and got.get("type") == "application/ld+json"
        if tag == "meta" and (name := got.get("property") or got.get("name")):
            self.meta.append((name, got.get("content", "")))
        if tag == "link":
            self.links.append(got)

    def handle_endtag(self, tag: str) -> None:
        self._block = False

    def handle_data(self, data: str) -> None:
        self.data += data if self._block else ""

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.meta if key == name]

    def one(self, name: str) -> str:
        (value,) = self.all(name)
        return value

    def link(self, rel: str) -> str:
        (found,) = (link["href"] for link in self.links if link.get("rel") == rel)
        return found

    @property
    def versions(self) -> dict[str, str]:
        return {link["hreflang"]: link["href"] for link in self.links if "hreflang" in link}


@dataclass(frozen=True)
class Case:
    """A page, its type in Open Graph and JSON-LD, and the page whose picture it has."""

    slug: str
    path: str
    picture: str
    kind: str = "website"
    types: str = "WebPage"

    def __str__(self) -> str:
        return f"{self.slug}{self.path}"


CASES = [
    Case("january-2022", "/", "home"),
    Case("january-2022", "/demands/", "home"),
    Case("january-2022", "/demands/accountability", "demands/accountability"),
    Case("january-2022", "/record", "home"),
    Case("january-2022", "/write", "home"),
    Case("january-2022", "/petition", "petition"),
    Case("january-2022", "/petition/signatures", "petition"),
    Case("january-2022", "/at-risk", "home"),
    Case("january-2022", "/imprint", "home"),
    Case("river", "/", "home"),
    Case("river", "/petition", "petition"),
    Case("river", "/updates/ruling", "updates/ruling", "article", "Article"),
    Case("lindenhof", "/updates/answer", "updates/answer", "article", "Article"),
]
WALK = [(case, language) for case in CASES for language in LANGUAGES[case.slug]]


@pytest.mark.slow
@pytest.mark.parametrize(("case", "language"), WALK, ids=str)
def test_a_page_has_what_the_open_graph_protocol_asks_for(
    case: Case, language: str, reader: FlaskClient
) -> None:
    base = base_of(case.slug)
    address = f"{base}/{language}/{case.slug}{case.path}"
    answer = reader.get(f"/{language}/{case.slug}{case.path}", base_url=base)
    head = HeadReader(answer.text)
    # The four that the protocol requires, each once and with a value.
    assert head.one("og:type") == case.kind
    assert head.one("og:title") and "·" not in head.one("og:title")[-2:]
    assert head.one("og:url") == head.link("canonical") == address
    picture = head.one("og:image")
    assert re.fullmatch(
        rf"{base}/{language}/{case.slug}/share/{case.picture}\.png\?v=[0-9a-f]{{12}}", picture
    )
    # What it offers beside them.
    assert head.one("og:description") == head.one("description")
    assert head.one("og:site_name")
    locales = [head.one("og:locale"), *head.all("og:locale:alternate")]
    assert len(set(locales)) == len(LANGUAGES[case.slug]) and locales[0].startswith(language[:2])
    assert all(re.fullmatch("[a-z]{2}_[A-Z]{2}", locale) for locale in locales)
    size = (head.one("og:image:width"), head.one("og:image:height"), head.one("og:image:type"))
    assert size == ("1200", "630", "image/png")
    assert head.one("og:image:alt") == head.one("twitter:image:alt") != ""
    assert head.one("twitter:card") == "summary_large_image"
    assert len(head.all("article:published_time")) == (case.kind == "article")
    # Every language, and where readers of another one go.
    choice = (
        f"{base}/{case.slug}/"
        if case.path == "/"
        else f"{base}/{LANGUAGES[case.slug][0]}/{case.slug}{case.path}"
    )
    assert head.versions == {
        **{code: f"{base}/{code}/{case.slug}{case.path}" for code in LANGUAGES[case.slug]},
        "x-default": choice,
    }
    assert head.link("manifest") == f"/{language}/{case.slug}/site.webmanifest"
    own = POLICY.replace("worker-src 'none'", "worker-src 'self'") if case.path == "/copies" else POLICY
    assert answer.headers["Content-Security-Policy"] == own


@pytest.mark.parametrize(("case", "language"), WALK, ids=str)
def test_json_ld_describes_the_page_and_the_site_and_who_publishes_it(
    case: Case, language: str, reader: FlaskClient
) -> None:
    page = reader.get(f"/{language}/{case.slug}{case.path}", base_url=base_of(case.slug)).text
    head = HeadReader(page)
    data: dict[str, Any] = json.loads(head.data)
    site, described = data["@graph"]
    assert data["@context"] == "https://schema.org"
    assert (site["@type"], described["@type"]) == ("WebSite", case.types)
    assert described["url"] == head.one("og:url") and described["inLanguage"] == language
    assert described["isPartOf"] == {"@id": site["@id"]} and described["image"] == head.one("og:image")
    assert described.get("headline" if case.types == "Article" else "name") == head.one("og:title")
    assert ("datePublished" in described) is (case.types == "Article")
    # A runner that is still a placeholder is no publisher.
    assert ("publisher" in described) is (case.slug != "january-2022")


def test_nothing_in_a_text_ends_the_block_of_data(site: Flask) -> None:
    hostile = "</script><script>alert(1)</script> & <!--"
    with site.test_request_context("/es/river/", base_url=RIVER):
        g.edition = service(EditionCache, site).newest()["river"]
        made = heads.of_page(lambda: hostile, lambda: hostile)
        assert made is not None
        text = heads.linked_data(made)
    assert "<" not in text and json.loads(text)["@graph"][1]["name"] == hostile


@pytest.mark.parametrize(
    "path",
    [
        "/en/january-2022/editions/1/",
        "/en/january-2022/editions/1/petition",
        "/en/january-2022/nothing",
        "/en/january-2022/outcome",
        "/en/january-2022/editions/",
        "/en/january-2022/petition/link",
        "/en/january-2022/share",
        "/en/nowhere/",
        "/en/desk/sign-in",
        "/r",
        "/r/no-token",
    ],
)
def test_what_is_not_listed_says_nothing_of_itself(path: str, site: Flask) -> None:
    with site.app_context():
        files = read_folder(SEEDS[0])
        if store.newest(db.session)["january-2022"] == 1:
            files["pages/about.en.md"] += "\nMore.\n"
            store.publish(db.session, "january-2022", files, store.Authorship("files"))
            service(EditionCache, site).load()
    page = site.test_client().get(path, base_url=SITE).text
    head = HeadReader(page)
    assert [name for name, _ in head.meta if name.startswith(("og:", "twitter:", "article:"))] == []
    assert [link for link in head.links if link.get("rel") in {"canonical", "manifest"}] == []
    assert head.versions == {} and head.data == ""
    assert "/editions/1" not in path or head.one("robots") == "noindex"


@pytest.mark.parametrize(
    ("draft", "newest", "method", "listed"),
    [(False, 0, "GET", True), (False, 0, "HEAD", True), (True, 0, "GET", False), (False, 7, "GET", False),
     (False, 0, "POST", False)],
)  # fmt: skip
def test_a_draft_and_an_old_edition_are_not_listed_and_not_shared(
    draft: bool, newest: int, method: str, listed: bool, site: Flask
) -> None:
    with site.test_request_context("/es/river/petition", method=method, base_url=RIVER):
        g.edition = service(EditionCache, site).newest()["river"]
        g.draft = draft
        if newest:
            g.newest = newest
        assert (heads.of_page(lambda: "Title", lambda: "Words") is not None) is listed
        shared = public_address("signing.petition")
        assert shared == ("" if draft or newest else f"{RIVER}/es/river/petition")


def test_without_a_host_in_the_settings_pages_name_none(client: FlaskClient) -> None:
    head = HeadReader(client.get("/en/january-2022/").text)
    assert [name for name, _ in head.meta if name.startswith(("og:", "twitter:"))] == []
    assert head.versions == {} and head.data == ""
    assert (
        client.get("/sitemap.xml").status_code == client.get("/sitemap-january-2022.xml").status_code == 404
    )
    assert "Sitemap:" not in client.get("/robots.txt").text


@pytest.mark.slow
def test_an_update_is_listed_in_the_languages_that_it_is_in(tmp_path: Path) -> None:
    files = {path: text for path, text in NEWS.items() if path != "updates/first.en.md"}
    app = published(tmp_path, CAMPAIGN_PUBLIC_URL=SITE)
    with app.app_context():
        store.publish(db.session, "trees", files, store.Authorship("files"))
    service(EditionCache, app).load()
    client = app.test_client()
    address = f"{SITE}/fr/trees/updates/first"
    for language in ("en", "fr"):
        head = HeadReader(client.get(f"/{language}/trees/updates/first", base_url=SITE).text)
        assert head.link("canonical") == head.one("og:url") == address
        assert head.versions == {"fr": address, "x-default": address}
        assert "/fr/trees/share/updates/first.png" in head.one("og:image")
    sitemap = client.get("/sitemap-trees.xml", base_url=SITE).text
    assert sitemap.count("/trees/updates/first<") == 1 and sitemap.count("/trees/updates/second<") == 2


# beside the pages

LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.mark.slow
@pytest.mark.parametrize("slug", LANGUAGES)
def test_a_sitemap_has_every_page_in_each_language_and_all_are_there(slug: str, reader: FlaskClient) -> None:
    base = base_of(slug)
    answer = reader.get(f"/sitemap-{slug}.xml", base_url=base)
    assert answer.mimetype == "application/xml" and "max-age=60" in answer.headers["Cache-Control"]
    urls = list(ET.fromstring(answer.data))
    addresses = [url.findtext(f"{LOCATION}loc") or "" for url in urls]
    assert len(set(addresses)) == len(addresses)
    for url, address in zip(urls, addresses, strict=True):
        assert address.startswith(f"{base}/") and "/editions" not in address and "/desk" not in address
        others = {link.get("hreflang"): link.get("href") for link in url.iter(LINK)}
        assert set(others) == set(LANGUAGES[slug]) and address in others.values()
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", url.findtext(f"{LOCATION}lastmod") or "")
        page = reader.get(urlsplit(address).path, base_url=base)
        assert page.status_code == 200, address
        assert HeadReader(page.text).link("canonical") == address
    # What a reader finds by links from the front page is there, but for the history and this page’s own sharing.
    seen, todo = set(), [f"/{LANGUAGES[slug][0]}/{slug}/"]
    while todo:
        path = todo.pop()
        seen.add(path)
        page = reader.get(path, base_url=base).text
        found = re.findall(rf'<a [^>]*href="(/{LANGUAGES[slug][0]}/{slug}/[^"#?]*)', page)
        todo += [path for path in set(found) if path not in seen and "." not in path and path not in todo]
    missing = {path for path in seen if f"{base}{path}" not in addresses}
    assert {re.sub(r"editions/.*", "editions/", path).rpartition(slug)[2] for path in missing} <= {
        "/editions/", "/petition/link",
    }  # fmt: skip


def test_a_sitemap_is_made_once_and_answers_304(reader: FlaskClient) -> None:
    first = reader.get("/sitemap-lindenhof.xml", base_url=SITE)
    again = reader.get(
        "/sitemap-lindenhof.xml", base_url=SITE, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


def test_robots_may_read_all_but_the_desk_and_links_of_e_mails(reader: FlaskClient) -> None:
    answer = reader.get("/robots.txt", base_url=SITE)
    assert answer.mimetype == "text/plain"
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]
    paths = {"/en/january-2022/": True, "/ru/january-2022/record": True, "/r/token": False, "/mail": False}
    for path, allowed in paths.items():
        assert rules.can_fetch("*", path) is allowed, path
    # The parser of the standard library knows no asterisk inside a path.
    assert "Disallow: /*/desk\n" in answer.text


@pytest.mark.parametrize(("slug", "language"), [(s, c) for s, codes in LANGUAGES.items() for c in codes])
def test_the_manifest_names_the_campaign_in_its_language(
    slug: str, language: str, reader: FlaskClient
) -> None:
    base = base_of(slug)
    answer = reader.get(f"/{language}/{slug}/site.webmanifest", base_url=base)
    assert answer.mimetype == "application/manifest+json"
    manifest = json.loads(answer.data)
    assert manifest["lang"] == language and manifest["dir"] == ("rtl" if language == "ar" else "ltr")
    assert manifest["start_url"] == manifest["scope"] == f"/{language}/{slug}/"
    assert manifest["name"] and manifest["short_name"] and manifest["display"] == "browser"
    for icon in manifest["icons"]:
        assert reader.get(icon["src"], base_url=base, buffered=True).mimetype == icon["type"]
    assert "manifest-src 'self'" in POLICY


def test_the_icons_are_there_for_those_who_ask_for_them_unread(reader: FlaskClient) -> None:
    icon = reader.get("/favicon.ico", base_url=SITE, buffered=True)
    assert Image.open(BytesIO(icon.data)).info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    for size in (180, 192, 512):
        image = reader.get(f"/static/icon-{size}.png", base_url=SITE, buffered=True)
        assert Image.open(BytesIO(image.data)).size == (size, size)
    page = HeadReader(reader.get("/en/january-2022/", base_url=SITE).text)
    assert page.link("apple-touch-icon").startswith("/static/icon-180.png?v=")
    tokens = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    assert page.all("theme-color") == ["#14181f", "#fbfcfd"]
    assert all(f"--snow: {colour}" in tokens for colour in page.all("theme-color"))
