"""The pictures beside a link: what they say, how they are cached, and that each fits."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.languages.dates import Day
from campaign.pack.files import parse, read_folder
from campaign.pack.marks import facts_in
from campaign.pack.model import Pack
from campaign.pack.outcome import Outcome
from campaign.press import typeset
from campaign.services import service
from campaign.site import share
from campaign.site.share_card import card
from campaign.web.limits import Budgets
from tests.conftest import published
from tests.minimal import FILES
from tests.tools import ROOT, SEED

SITE = "https://trees.example.org"
PACKS = {path.name: path for path in (SEED, ROOT / "tests/packs/river", ROOT / "tests/packs/lindenhof")}


@pytest.fixture(scope="module")
def packs() -> dict[str, Pack]:
    return {name: parse(read_folder(path)) for name, path in PACKS.items()}


ENDED = Outcome(met=True, date=Day(2026, 11, 1))


@pytest.mark.parametrize(
    ("name", "language", "page", "headline", "number", "said_by"),
    [
        ("january-2022", "en", "petition", "Justice for the victims of January 2022 in Kazakhstan",
         "at least 238 Deaths, by the official count", "Official figures, as of 8 February 2024"),
        ("january-2022", "en", "demands/accountability", "Accountability", "only around 30 Officers convicted",
         "FIDH and its Kazakhstani member organisations, as of 8 February 2024"),
        ("january-2022", "ru", "demands/reparations", "Возмещение ущерба",
         "не менее 238 Погибшие, по официальным данным", "Официальные данные, на 8 февраля 2024 года"),
        ("january-2022", "en", "outcome", "The demands have been met", "", ""),
        ("river", "es", "updates/ruling", "Un juzgado suspende los vertidos",
         "más de 12.400 Familias sin agua del río", "Voces del Ilmara y el Observatorio de las Aguas Libres"),
        ("lindenhof", "zh-Hans", "demands/compensation", "补偿", "近250万欧元 未支付的补偿", "示例市政府，截至2025年12月"),
    ],
)  # fmt: skip
def test_a_picture_says_one_number_with_its_qualifier_and_who_says_so(
    name: str, language: str, page: str, headline: str, number: str, said_by: str, packs: dict[str, Pack]
) -> None:
    words = card(packs[name], language, page, ENDED)
    assert words is not None
    plain = f"{words.number} {words.label}".strip().replace("\u00a0", " ").replace("\u2060", "")
    assert (words.headline, plain) == (headline, number)
    assert words.said_by.replace("\u00a0", " ").startswith(said_by) and bool(words.said_by) is bool(number)
    assert words.headline in words.alt and words.number in words.alt


def test_the_front_page_has_the_packs_own_picture_or_else_its_first_figure(packs: dict[str, Pack]) -> None:
    drawn = card(packs["january-2022"], "en", "home", None)
    assert drawn is not None and drawn.has_picture and "at least 238" in drawn.alt
    plain = FILES["campaign.yaml"].replace("picture: {kind: marks, facts: [trees, old-trees]}", "")
    plain = "".join(line for line in plain.splitlines(True) if not line.startswith("picture-note"))
    without = card(parse({**FILES, "campaign.yaml": plain}), "en", "home", None)
    assert without is not None and not without.has_picture
    assert (without.number, without.label, without.said_by) == ("12", "Trees", "Friends, as of 1 May 2020")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("{{ fact.a }} and {{ fact.b-c.phrase }}", ("a", "b-c")),
        ("{{ fact.a.note }} {{ fact.b.date }} {{ fact.c.quote }} {{ fact.d.figure }}", ("d",)),
        ("{{ fact.a | capital }} {{ fact.a }}", ("a",)),
        ("fact.a is no mark, {{ source.b.note }} is no fact", ()),
        ("{% if sender.in_eu %}{{ fact.a-1 }}{% endif %} {{ fact.", ("a-1",)),
    ],
)
def test_the_facts_of_a_text_are_those_whose_numbers_it_shows(text: str, facts: tuple[str, ...]) -> None:
    assert facts_in(text) == facts


@pytest.fixture
def trees(tmp_path: Path) -> Flask:
    app = published(tmp_path, CAMPAIGN_PUBLIC_URL=SITE)
    publish(app, FILES)
    return app


def publish(app: Flask, files: dict[str, str]) -> None:
    with app.app_context():
        store.publish(db.session, "trees", files, store.Authorship("files"))
    service(EditionCache, app).load()


def picture_address(client: FlaskClient, path: str) -> str:
    page = client.get(path, base_url=SITE).text
    found = re.search(rf'<meta property="og:image" content="{SITE}([^"]+)">', page)
    assert found
    return found[1]


def test_a_picture_is_drawn_once_and_cached_for_good(trees: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client, drawn = trees.test_client(), []
    png = typeset.png
    monkeypatch.setattr(typeset, "png", lambda *args: drawn.append(args) or png(*args))
    address = picture_address(client, "/en/trees/demands/keep-them")
    answers = [client.get(address, base_url=SITE) for _ in range(3)]
    assert len(drawn) == 1 and len({answer.data for answer in answers}) == 1
    assert answers[0].headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answers[0].headers
    again = client.get(address, base_url=SITE, headers={"If-None-Match": answers[0].headers["ETag"]})
    assert again.status_code == 304
    # An address of another text gives the picture of today, and not for good.
    for query in ("", "?v=000000000000"):
        other = client.get(address.partition("?")[0] + query, base_url=SITE)
        assert other.data == answers[0].data and "immutable" not in other.headers["Cache-Control"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "change", "moves"),
    [
        ("demands/keep-them.en.md", ("title: Keep them", "title: Keep all of them"), {"demands/keep-them"}),
        ("petition.en.md", ("title: Petition", "title: Our petition"), {"petition"}),
        ("facts.yaml", ("value: 12", "value: 11"), {"", "petition", "demands/keep-them"}),
        ("campaign.yaml", ("headline: {en: 'Keep", "headline: {en: 'Save"), {""}),
        ("campaign.yaml", ("name: {en: 'Trees'", "name: {en: 'Our trees'"), {"", "petition", "demands/keep-them"}),
        ("pages/about.en.md", ("Words.", "Other words."), set()),
    ],
)  # fmt: skip
def test_the_address_of_a_picture_changes_with_what_it_says(
    path: str, change: tuple[str, str], moves: set[str], trees: Flask
) -> None:
    client, pages = trees.test_client(), ("", "petition", "demands/keep-them")

    def addresses() -> dict[str, str]:
        return {page: picture_address(client, f"/en/trees/{page}") for page in pages}

    before, french = addresses(), picture_address(client, "/fr/trees/petition")
    assert change[0] in FILES[path]
    publish(
        trees,
        {**FILES, path: FILES[path].replace(*change).replace("accent: {en: 'Trees'", "accent: {en: 'trees'")},
    )
    after = addresses()
    assert {page for page in pages if before[page] != after[page]} >= moves
    if path != "campaign.yaml":
        assert {page for page in pages if before[page] != after[page]} == moves
    assert path == "facts.yaml" or picture_address(client, "/fr/trees/petition") == french


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "status"),
    [
        ("home.png", 200), ("petition.png", 200), ("demands/keep-them.png", 200),
        ("home.jpg", 404), ("home.gif", 404), ("outcome.png", 404), ("demands/none.png", 404),
        ("updates/none.png", 404), ("demands.png", 404), ("demands/keep-them/x.png", 404), ("nothing.png", 404),
    ],
)  # fmt: skip
def test_only_pages_with_a_picture_have_one(page: str, status: int, trees: Flask) -> None:
    assert trees.test_client().get(f"/en/trees/share/{page}", base_url=SITE).status_code == status


def test_drawing_has_a_budget_and_what_was_drawn_has_none(
    trees: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = trees.test_client()
    assert client.get("/en/trees/share/home.png", base_url=SITE).status_code == 200
    budgets = service(Budgets, trees)
    budgets.enabled = True
    with trees.test_request_context("/", base_url=SITE, environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        from campaign.web import limits
        from campaign.web.budgets import FILES as BUDGET

        limits.spend(BUDGET, BUDGET.most)
    assert client.get("/en/trees/share/home.png", base_url=SITE).status_code == 200
    refused = client.get("/en/trees/share/petition.png", base_url=SITE)
    assert refused.status_code == 429 and refused.headers["Retry-After"]


def test_of_too_many_pictures_those_that_nobody_asks_for_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share, "MOST", 2)
    pictures = share.SharePictures()
    pictures.keep("a", b"A")
    pictures.keep("b", b"B")
    assert pictures.get("a") == b"A"
    pictures.keep("c", b"C")
    assert (pictures.get("a"), pictures.get("b"), pictures.get("c")) == (b"A", None, b"C")


LONG = (
    "An independent and thorough investigation of everything that happened on the square and around it, " * 2
)


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKS)
def test_every_picture_is_small_and_leaves_its_edges_free(name: str, packs: dict[str, Pack]) -> None:
    pack = packs[name]
    pages = ["home", "petition", "outcome", *(f"demands/{key}" for key in pack.demands)]
    pages += [f"updates/{key}" for key in pack.updates]
    for language in pack.languages:
        for page in pages:
            words = card(pack, language, page, ENDED)
            assert words is not None
            _looks_right(pack, language, words)
            long = share.ShareCard(
                LONG, LONG, LONG, words.number and f"{words.number} " * 4, LONG[:80], LONG[:90]
            )
            _looks_right(pack, language, long)


def test_a_long_word_stays_in_its_column(packs: dict[str, Pack]) -> None:
    pack = packs["lindenhof"]
    words = card(pack, "de", "home", None)
    assert words is not None and "Gerichtsverfahren" in words.headline and words.has_picture
    png = typeset.png(share.TEMPLATE, share.data(pack, "de", words, {}))
    between = Image.open(io.BytesIO(png)).convert("L").crop((680, 60, 710, 500))
    assert between.getextrema()[0] > 240, "nothing is between the headline and the picture"


def _looks_right(pack: Pack, language: str, words: share.ShareCard) -> None:
    png = share.smaller(typeset.png(share.TEMPLATE, share.data(pack, language, words, {})), "png")
    picture = Image.open(io.BytesIO(png)).convert("L")
    assert picture.size == (share.WIDTH, share.HEIGHT) and len(png) < 75_000
    inside = Image.new("L", picture.size, 0)
    inside.paste(255, (60, 50, share.WIDTH - 60, share.HEIGHT - 40))
    edges = Image.composite(Image.new("L", picture.size, 255), picture, inside)
    assert edges.getextrema()[0] > 240, (language, words.headline)
