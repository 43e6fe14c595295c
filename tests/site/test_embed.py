"""Frames for pages of others, their code, and oEmbed: nothing but text and a link, the same for everybody."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign import clock
from campaign.counts import store
from campaign.counts.letter_counts import LetterCounts
from campaign.counts.store import Posting
from campaign.database import db
from campaign.languages.data import language
from campaign.services import service
from campaign.site.embed_code import height_for
from campaign.web.guard import FRAMED
from tests.conftest import published
from tests.minimal import FILES
from tests.tools import ROOT, SEED

SITE = "https://letters.example.org"
SLUG = "january-2022"
KINDS = ("count", "sign", "write")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    packs = (SEED, ROOT / "tests/packs/river")
    return published(tmp_path_factory.mktemp("embed"), *packs, CAMPAIGN_PUBLIC_URL=SITE)


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.security(1, 32, 35, 37)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("slug", "code"), [(SLUG, "en"), (SLUG, "ru"), ("river", "ar")])
def test_a_frame_has_no_form_no_script_no_cookie_and_one_link_to_a_new_tab(
    slug: str, code: str, kind: str, client: FlaskClient
) -> None:
    answer = client.get(f"/{code}/{slug}/embed/{kind}")
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == FRAMED
    assert "Set-Cookie" not in answer.headers
    elements = Elements(answer.text).found
    assert not {tag for tag, _ in elements} & {
        "form",
        "input",
        "script",
        "img",
        "iframe",
        "button",
        "style",
        "base",
    }
    links = [attributes for tag, attributes in elements if tag == "a"]
    assert len(links) == 1
    assert (links[0]["target"], links[0]["rel"]) == ("_blank", "noopener")
    assert str(links[0]["href"]).startswith(f"/{code}/{slug}/")
    assert f'<html lang="{code}" dir="{language(code).direction}">' in answer.text


def test_the_policy_of_a_frame_runs_nothing_and_sends_nothing() -> None:
    assert "script-src" not in FRAMED and "default-src 'none'" in FRAMED
    assert "form-action 'none'" in FRAMED and "allow-scripts" not in FRAMED and "allow-forms" not in FRAMED


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_lies_about_its_origin_gets_what_everybody_gets(kind: str, client: FlaskClient) -> None:
    plain = client.get(f"/en/{SLUG}/embed/{kind}")
    for lies in (
        {"Origin": SITE, "Referer": f"{SITE}/en/desk/", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Referer": "https://evil.example/", "Sec-Fetch-Site": "cross-site"},
        {"Cookie": "desk=x", "X-Forwarded-Host": "evil.example", "Accept-Language": "ru"},
    ):
        answer = client.get(f"/en/{SLUG}/embed/{kind}", headers=lies)
        assert (answer.data, answer.headers["ETag"]) == (plain.data, plain.headers["ETag"])
        assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    ("colours", "dark", "light"),
    [("", "(prefers-color-scheme: dark)", "light dark"), ("dark", "@media all", "dark"), ("light", "@media not all", "light"),
     ("x", "(prefers-color-scheme: dark)", "light dark")],
)  # fmt: skip
def test_its_colours_are_the_readers_or_always_the_same(
    colours: str, dark: str, light: str, client: FlaskClient
) -> None:
    page = client.get(f"/en/{SLUG}/embed/sign?colours={colours}").text
    found = re.search(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert found
    style = client.get(found[1]).text
    assert dark in style and f"color-scheme: {light};" in style


def test_there_is_no_frame_of_what_a_campaign_does_not_have(tmp_path: Path) -> None:
    files = {path: text for path, text in FILES.items() if not path.startswith("petition.")}
    app = published(tmp_path)
    with app.app_context():
        from campaign.editions import store as editions
        from campaign.editions.edition_cache import EditionCache

        editions.publish(db.session, "trees", files, editions.Authorship("files"))
        service(EditionCache, app).load()
    client = app.test_client()
    assert client.get("/en/trees/embed/sign").status_code == 404
    assert client.get("/en/trees/embed/count").status_code == 200
    assert client.get("/en/trees/embed/other").status_code == 404
    assert "frame-ancestors 'none'" in client.get("/en/trees/embed/sign").headers["Content-Security-Policy"]


@pytest.mark.slow
def test_a_small_count_is_not_shown_and_a_large_one_is(tmp_path: Path) -> None:
    app = published(tmp_path, SEED)
    client = app.test_client()
    now = clock.now()
    with app.app_context(), clock.use(lambda: now):
        for shown, more in ((False, 4), (True, 1)):
            for _turn in range(more):
                store.count_letter(
                    db.session, SLUG, Posting("prosecutor-general", "FR", "post"), clock.today()
                )
            now += timedelta(minutes=15)
            service(LetterCounts).version()
            page = client.get(f"/en/{SLUG}/embed/write").text
            assert ("5 letters sent" in page) is shown
            assert "4 letters" not in page


# the code and oEmbed


def asked(client: FlaskClient, url: str, **more: Any) -> Any:
    return client.get("/oembed", query_string={"url": url, **more})


@pytest.mark.parametrize(
    ("page", "kind"),
    [("", "sign"), ("petition", "sign"), ("write", "write"), ("petition/signatures", "count"),
     ("embed/count?colours=dark", "count?colours=dark")],
)  # fmt: skip
def test_oembed_gives_the_frame_of_a_page(page: str, kind: str, client: FlaskClient) -> None:
    url = f"{SITE}/ru/{SLUG}/{page}"
    body = asked(client, url, format="json").get_json()
    assert (body["version"], body["type"], body["width"]) == ("1.0", "rich", 400)
    assert body["height"] == height_for(400)
    assert body["provider_url"] == f"{SITE}/ru/{SLUG}/"
    tag, attributes = Elements(body["html"]).found[0]
    assert tag == "iframe"
    assert attributes["src"] == f"{SITE}/ru/{SLUG}/embed/{kind}"
    assert attributes["title"] == body["title"]
    assert attributes["loading"] == "lazy" and "allow-scripts" not in str(attributes["sandbox"])


@pytest.mark.parametrize(
    ("most", "size"),
    [
        ({"maxwidth": 250}, (250, 370)),
        ({"maxwidth": 150, "maxheight": 90}, (150, 90)),
        ({"maxwidth": 5000, "maxheight": 5000}, (400, 250)),
        ({"maxheight": 100}, (400, 100)),
        ({"maxwidth": "x", "maxheight": "-1"}, (400, 250)),
        ({"maxwidth": 0}, (400, 250)),
    ],
)
def test_oembed_keeps_to_the_room_that_there_is(
    most: dict[str, Any], size: tuple[int, int], client: FlaskClient
) -> None:
    body = asked(client, f"{SITE}/en/{SLUG}/", **most).get_json()
    assert (body["width"], body["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in body["html"]


@pytest.mark.parametrize(
    ("url", "more", "status"),
    [
        (f"{SITE}/en/{SLUG}/", {"format": "xml"}, 501),
        ("", {}, 400),
        ("https://evil.example/en/january-2022/", {}, 404),
        (f"https://letters.example.org.evil.example/en/{SLUG}/", {}, 404),
        (f"https://letters.example.org@evil.example/en/{SLUG}/", {}, 404),
        (f"javascript://letters.example.org/en/{SLUG}/", {}, 404),
        (f"{SITE}/en/nothing/", {}, 404),
        (f"{SITE}/xx/{SLUG}/", {}, 404),
        (f"{SITE}/en/{SLUG}/about", {}, 404),
        (f"{SITE}/en/{SLUG}/editions/1/", {}, 404),
        (f"{SITE}/en/desk/{SLUG}/", {}, 404),
        ("https://[::1", {}, 404),
        ("x" * 3_000, {}, 404),
    ],
)
def test_oembed_says_no_as_the_specification_does(
    url: str, more: dict[str, str], status: int, client: FlaskClient
) -> None:
    answer = asked(client, url, **more)
    assert (answer.status_code, answer.mimetype) == (status, "application/json")
    assert "evil" not in answer.text


def test_a_page_says_where_its_frame_is_and_wordpress_gets_a_quotation_with_a_link(
    client: FlaskClient,
) -> None:
    page = client.get(f"/en/{SLUG}/").text
    (found,) = [
        attributes
        for tag, attributes in Elements(page).found
        if attributes.get("type") == "application/json+oembed"
    ]
    body = client.get(str(found["href"]).removeprefix(SITE)).get_json()
    # What wp_filter_oembed_result takes: a quotation, then a frame with nothing in it.
    assert re.fullmatch(
        r"<blockquote><a href=\"[^\"]+\">[^<]+</a></blockquote><iframe [^>]+></iframe>", body["html"]
    )
    assert "json+oembed" not in client.get(f"/en/{SLUG}/about").text
