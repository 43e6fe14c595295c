"""A campaign has what it has: everything else is in no menu, and a page says so where somebody looks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign import clock
from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.pack.check import check
from campaign.petition import removal
from campaign.services import service
from tests.conftest import published
from tests.small_packs import SMALL_PACKS

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

#: Which pages each campaign has; all others of the table are a friendly 404.
PAGES = {
    "/demands/": {"letters-only", "finished"},
    "/demands/keep-them": {"letters-only", "finished"},
    "/record": set[str](),
    "/organisations": set[str](),
    "/write": {"letters-only", "finished"},
    "/petition": {"petition-only", "finished"},
    "/petition/signatures": {"petition-only", "finished"},
    "/petition/count.json": {"petition-only", "finished"},
    "/petition/manifest.json": {"petition-only", "finished"},
    "/petition/challenge": {"petition-only", "finished"},
    "/print": {"petition-only", "letters-only"},
    "/outcome": {"finished"},
    "/updates/": set(SMALL_PACKS),
    "/updates.atom": set(SMALL_PACKS),
    "/editions/": set(SMALL_PACKS),
    "/about": set(SMALL_PACKS),
    "/at-risk": set[str](),
    "/sending": set[str](),
}

#: The entries of each menu, in their order.
MENUS = {
    "petition-only": ["Petition", "Print"],
    "letters-only": ["Demands", "Write a letter", "Print"],
    "reading": [],
    "finished": ["What came of it", "Demands", "Write a letter", "Petition"],
}


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A site with all the small packs."""
    app = published(tmp_path_factory.mktemp("small"))
    with app.app_context():
        for slug, files in SMALL_PACKS.items():
            store.publish(db.session, slug, files, store.Authorship("files"))
        service(EditionCache, app).load()
    return app


@pytest.fixture
def visitor(small_site: Flask) -> Iterator[FlaskClient]:
    with clock.use(lambda: NOW):
        yield small_site.test_client()


def menu_of(page: str) -> list[str]:
    menu = page.partition('<nav class="menu"')[2].partition("</nav>")[0]
    return [entry.strip() for entry in re.findall(r"<a [^>]*>([^<]*)</a>", menu)]


@pytest.mark.parametrize("slug", SMALL_PACKS)
def test_a_small_pack_has_no_error(slug: str) -> None:
    findings = check(SMALL_PACKS[slug], date(2026, 11, 24))
    assert [str(finding) for finding in findings if finding.level == "error"] == []


@pytest.mark.parametrize("slug", SMALL_PACKS)
def test_the_menu_has_what_the_campaign_has(visitor: FlaskClient, slug: str) -> None:
    page = visitor.get(f"/en/{slug}/")
    assert page.status_code == 200 and menu_of(page.text) == MENUS[slug]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_the_campaign_does_not_have_says_so(visitor: FlaskClient, path: str) -> None:
    for slug in SMALL_PACKS:
        answer = visitor.get(f"/en/{slug}{path}")
        assert answer.status_code == (200 if slug in PAGES[path] else 404), slug
        assert "Something went wrong" not in answer.text


@pytest.mark.parametrize("slug", SMALL_PACKS)
def test_no_page_links_to_one_that_there_is_not(visitor: FlaskClient, slug: str) -> None:
    seen: set[str] = set()
    waiting = {f"/en/{slug}/"}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = visitor.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        if answer.mimetype == "text/html":
            links = re.findall(r'(?:href|src|action|formaction)="(/en/[^"#?]*)', answer.text)
            posts = {f"/en/{slug}/write/", f"/en/{slug}/petition/sheets"}
            waiting |= {link for link in links if not any(link.startswith(post) for post in posts)} - seen
    assert len(seen) > 4


def test_a_missing_part_keeps_the_menu_of_its_campaign(visitor: FlaskClient) -> None:
    page = visitor.get("/en/petition-only/write").text
    assert "This campaign has no letters to write" in page and menu_of(page) == MENUS["petition-only"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("post", "/write"), ("post", "/write/preview"), ("post", "/write/letter.pdf"), ("post", "/write/sent"),
     ("get", "/write/blank/letter/mayor.en.pdf")],
)  # fmt: skip
def test_nothing_is_written_where_there_are_no_letters(visitor: FlaskClient, method: str, path: str) -> None:
    assert visitor.open(f"/en/petition-only{path}", method=method).status_code == 404


@pytest.mark.parametrize("path", ["/petition", "/petition/sheets"])
def test_nothing_is_signed_where_there_is_no_petition(visitor: FlaskClient, path: str) -> None:
    assert visitor.post(f"/en/letters-only{path}").status_code == 404


def test_without_a_statement_nothing_is_tagged_as_from_elsewhere(tmp_path: Path) -> None:
    from tests.minimal import FILES

    files = {**FILES, "campaign.yaml": FILES["campaign.yaml"].replace("statement: plea\n", "")}
    files["timeline.yaml"] = files["timeline.yaml"].replace("stated: yes, ", "")
    undated = {**FILES, "sources.yaml": FILES["sources.yaml"].replace(" date: 2020-05-01,", "")}
    for number, pack in enumerate((files, undated)):
        app = published(tmp_path / str(number))
        with app.app_context():
            store.publish(db.session, "trees", pack, store.Authorship("files"))
            service(EditionCache, app).load()
        client = app.test_client()
        record = client.get("/en/trees/record")
        assert record.status_code == 200
        assert "From another source" not in record.text and "Later development" not in record.text
        assert "after the statement" not in record.text
        for path in ("/", "/organisations", "/write"):
            assert client.get(f"/en/trees{path}").status_code == 200, path


# finished


def test_a_finished_campaign_says_what_came_of_it_in_place_of_what_to_do(visitor: FlaskClient) -> None:
    for path in ("/", "/petition", "/outcome"):
        page = visitor.get(f"/en/finished{path}").text
        body = page.partition('<main id="main">')[2]
        assert "The demand has been met" in body and "<strong>all trees</strong>" in body, path
        assert "Write a letter" not in body and "Be among the first" not in body, path
        assert 'id="sign"' not in body, path


def test_no_demand_is_ticked_in_a_finished_campaign(visitor: FlaskClient) -> None:
    page = visitor.get("/en/finished/write").text
    assert re.findall(r'<input[^>]*name="demands"[^>]*>', page)
    assert not re.findall(r'<input[^>]*checked[^>]*name="demands"|name="demands"[^>]*checked', page)
    assert "I ask you to" not in page.partition('id="live-sheet"')[2]


def test_a_state_has_the_name_that_its_campaign_gave_it(visitor: FlaskClient) -> None:
    page = visitor.get("/en/finished/demands/").text
    assert "<strong>Won</strong>" in page and "state-met" in page
    assert "<strong>Not met</strong>" in visitor.get("/en/finished/demands/keep-them").text


def test_signing_a_finished_petition_is_refused(visitor: FlaskClient) -> None:
    answer = visitor.post("/en/finished/petition", data={"name": "Ana Example"})
    assert answer.status_code == 410 and "The petition has closed" in answer.text


def test_finished_campaigns_are_listed_apart(visitor: FlaskClient) -> None:
    page = visitor.get("/en/").text
    running, over = page.split("Finished campaigns")
    assert "/en/petition-only/" in running and "/en/finished/" not in running and "/en/finished/" in over


def test_a_campaign_is_over_on_the_day_after_its_petition_closed(small_site: Flask) -> None:
    client = small_site.test_client()
    for day, over in ((30, False), (31, True)):
        moment = datetime(2027, 6, 30, 12, tzinfo=UTC) if day == 30 else datetime(2027, 7, 1, 12, tzinfo=UTC)
        with clock.use(lambda moment=moment: moment):
            page = client.get("/en/petition-only/").text
            assert ("This campaign has ended" in page) is over
            assert ("Read the petition" in page) is not over
            petition = client.get("/en/petition-only/petition").text
            assert ("The petition has closed" in petition) is over


# archived and removed


@pytest.fixture
def own_site(tmp_path: Path) -> Flask:
    app = published(tmp_path)
    with app.app_context():
        for slug in ("petition-only", "letters-only"):
            store.publish(db.session, slug, SMALL_PACKS[slug], store.Authorship("files"))
        service(EditionCache, app).load()
    return app


def after(app: Flask, change: str, slug: str) -> FlaskClient:
    """A visitor after a campaign was archived, reopened or removed."""
    with app.app_context():
        day = date(2026, 11, 24)
        if change == "remove":
            removal.remove(db.session, slug, "a test", day)
        else:
            removal.archive(db.session, slug, "a test", day if change == "archive" else None)
        service(EditionCache, app).load()
    return app.test_client()


def test_an_archived_campaign_can_be_read_and_nothing_written_there(own_site: Flask) -> None:
    client = own_site.test_client()
    assert "Write a letter" in client.get("/en/letters-only/").text
    client = after(own_site, "archive", "letters-only")
    page = client.get("/en/letters-only/")
    assert page.status_code == 200 and menu_of(page.text) == ["Demands"]
    assert "was archived on 24 November 2026" in page.text
    answer = client.get("/en/letters-only/write")
    assert answer.status_code == 404 and "This campaign is archived" in answer.text
    assert client.post("/en/letters-only/write/letter.pdf").status_code == 404
    assert client.get("/en/letters-only/print").status_code == 404
    assert "letters-only" in client.get("/en/").text.partition("Finished campaigns")[2]
    client = after(own_site, "reopen", "letters-only")
    assert client.get("/en/letters-only/write").status_code == 200


def test_an_archived_petition_can_be_read_and_not_signed(own_site: Flask) -> None:
    client = after(own_site, "archive", "petition-only")
    page = client.get("/en/petition-only/petition")
    assert (
        page.status_code == 200 and "This campaign is archived" in page.text and 'id="sign"' not in page.text
    )
    assert client.post("/en/petition-only/petition", data={"name": "Ana"}).status_code in {404, 410}
    assert client.post("/en/petition-only/petition/sheets").status_code == 404


def test_every_page_of_a_removed_campaign_says_that_it_is_gone(own_site: Flask) -> None:
    client = own_site.test_client()
    client.get("/en/letters-only/")
    client = after(own_site, "remove", "letters-only")
    for path in (
        "/",
        "/demands/",
        "/write",
        "/about",
        "/updates.atom",
        "/editions/",
        "/editions/1/",
        "/nothing",
    ):
        answer = client.get(f"/en/letters-only{path}")
        assert answer.status_code == 410, path
        assert "This campaign has been removed" in answer.text
    assert client.get("/letters-only/").status_code == 410
    assert "letters-only" not in client.get("/en/", follow_redirects=True).text


def test_the_name_of_a_removed_campaign_is_not_used_again(own_site: Flask) -> None:
    after(own_site, "remove", "letters-only")
    with own_site.app_context(), pytest.raises(store.RemovedError):
        store.publish(db.session, "letters-only", SMALL_PACKS["letters-only"], store.Authorship("files"))
