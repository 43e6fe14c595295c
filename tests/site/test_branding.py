"""A campaign's name, colours, logo and pictures on its pages, in its mails and in social networks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.photographs import photo_store
from campaign.photographs.sanitise import Photograph, sanitised, sanitised_logo
from campaign.services import service
from tests.conftest import published
from tests.minimal import FILES
from tests.pack.test_pictures import GOOD, PHOTO, files
from tests.photographs.pictures import telephone
from tests.tools import bundles_of, style_of

Seen = Callable[[dict[str, str]], FlaskClient]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("branding")
    return published(folder, CAMPAIGN_PUBLIC_URL="https://letters.example.org")


@pytest.fixture(scope="module")
def photograph() -> Photograph:
    return sanitised(telephone(800, 600))


@pytest.fixture(scope="module")
def logo() -> Photograph:
    out = io.BytesIO()
    Image.new("RGBA", (600, 200), (20, 90, 180, 90)).save(out, "PNG")
    return sanitised_logo(out.getvalue())


@pytest.fixture
def seen(installation: Flask, photograph: Photograph, logo: Photograph) -> Seen:
    """Publishes files with the photographs, and gives a browser."""

    def publish(texts: dict[str, str]) -> FlaskClient:
        with installation.app_context():
            store.publish(db.session, "trees", texts, store.Authorship("files"))
            with store.writing(db.session, "trees") as campaign:
                photo_store.add_all(db.session, campaign.id, [photograph, logo])
            service(EditionCache, installation).load()
        client = installation.test_client()
        client.environ_base["HTTP_HOST"] = "letters.example.org"
        return client

    return publish


def with_branding(branding: str) -> dict[str, str]:
    return {**FILES, "campaign.yaml": FILES["campaign.yaml"] + branding}


def test_a_campaign_without_colours_has_those_of_the_toolkit(seen: Seen) -> None:
    client = seen(FILES)
    assert "<picture>" not in client.get("/en/trees/").text
    assert style_of(client, "/en/trees/").count("--accent: #") == len(["light", "dark", "paper"])


def test_the_colours_are_in_the_page_s_style_sheet_and_nothing_is_inline(seen: Seen) -> None:
    client = seen(with_branding("branding: {colour: '#1a5fb4', colour-on-dark: '#99c1f1'}\n"))
    for path in ("/en/trees/", "/en/trees/petition", "/en/trees/write"):
        page = client.get(path).text
        address = bundles_of(page)["css"]
        assert " style=" not in page and "<style" not in page
    answer = client.get(address)
    assert answer.mimetype == "text/css" and "immutable" in answer.headers["Cache-Control"]
    # After the tokens that they override, before the style for paper.
    tokens, light, dark = answer.text.split("@media (prefers-color-scheme: dark)")
    assert "--accent: #a8141c;" in tokens
    assert "--accent: #1a5fb4;" in light and "--band-accent: #99c1f1;" in light
    assert "--accent: #99c1f1;" in dark and "--on-accent: #14181f;" in dark and "@media print" in dark


@pytest.mark.parametrize(
    "pair",
    ["1a5fb4", "1a5fb4-99c1f", "1a5fb4-99c1f2", "1A5FB4-99C1F1", "1a5fb4-99c1f1}", "../a-b", "x" * 500],
)
def test_only_the_campaign_s_own_colours_give_a_style_sheet(pair: str, seen: Seen) -> None:
    client = seen(with_branding("branding: {colour: '#1a5fb4', colour-on-dark: '#99c1f1'}\n"))
    own = bundles_of(client.get("/en/trees/").text)["css"].partition("?")[0]
    assert client.get(own).status_code == 200
    assert client.get(own.replace("1a5fb4-99c1f1", pair)).status_code == 404
    assert client.get(f"/bundles/base__{pair}_.css").status_code == 404


def test_the_logo_is_beside_the_name_with_its_words_and_another_in_the_dark(
    seen: Seen, logo: Photograph, photograph: Photograph
) -> None:
    branding = (
        f"branding:\n  logo: {logo.name}\n  logo-alt: {{en: A tree, fr: Un arbre}}\n"
        f"  logo-on-dark: {photograph.name}\n  site-name: {{en: Our trees, fr: Nos arbres}}\n"
    )
    client = seen(with_branding(branding))
    page = client.get("/fr/trees/").text
    brand = page.partition('class="brand"')[2].partition("</a>")[0]
    assert 'alt="Un arbre"' in brand and "Nos arbres" in brand
    assert (
        f'media="(prefers-color-scheme: dark)" srcset="/fr/trees/images/{photograph.name}?small=yes"' in brand
    )
    assert 'width="400" height="133"' in brand, "it takes its room before it is there"
    answer = client.get(f"/fr/trees/images/{logo.name}?small=yes")
    assert answer.mimetype == "image/png" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(answer.data)).mode == "RGBA"
    assert client.get(f"/fr/trees/images/{'0' * 32}").status_code == 404
    assert client.get("/fr/trees/images/..%2fx").status_code == 404


def test_an_image_that_the_edition_does_not_name_is_not_shown(seen: Seen, logo: Photograph) -> None:
    assert seen(FILES).get(f"/en/trees/images/{logo.name}").status_code == 404


@pytest.mark.parametrize("case", GOOD)
def test_the_front_page_says_in_words_what_its_picture_shows(
    case: str, seen: Seen, photograph: Photograph
) -> None:
    client = seen({path: text.replace(PHOTO, photograph.name) for path, text in GOOD[case].items()})
    page = client.get("/en/trees/").text
    shown = page.partition('<figure class="hero-picture')[2].partition("</figure>")[0]
    words = {
        "a number": "12 <span>Trees</span>",
        "marks without a part": "Trees: 12\u00a0trees.</title>",
        "marks": "Trees: 12\u00a0trees. Old trees: 3\u00a0trees.</title>",
        "bars": "Old trees</span>",
        "bars with a range": "5–9\u00a0trees",
        "bars of money": "€2.50",
        "a timeline": "each mark is one dated event",
        "a photograph": 'alt="A tree"',
    }
    assert words[case] in shown
    if case == "a photograph":
        assert "A. Nobody" in shown and 'width="800" height="600"' in shown
        assert client.get(f"/en/trees/images/{photograph.name}").mimetype == "image/jpeg"


def test_a_front_page_without_a_picture_has_none(seen: Seen) -> None:
    page = seen(files("")).get("/en/trees/").text
    assert 'class="hero wide hero-plain"' in page and "hero-picture" not in page


@pytest.mark.slow
@pytest.mark.parametrize("case", GOOD)
def test_social_networks_get_a_picture_of_their_size(case: str, seen: Seen, photograph: Photograph) -> None:
    client = seen({path: text.replace(PHOTO, photograph.name) for path, text in GOOD[case].items()})
    address = re.search(
        r'og:image" content="https://letters\.example\.org([^"]+)"', client.get("/fr/trees/").text
    )
    assert address
    answer = client.get(address[1])
    assert Image.open(io.BytesIO(answer.data)).size == (1200, 630) and len(answer.data) < 150_000
    assert answer.mimetype == ("image/jpeg" if case == "a photograph" else "image/png")
    again = client.get(address[1], headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
