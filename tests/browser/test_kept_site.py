"""A campaign that a visitor keeps on the device: read without a network, and forgotten again without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from campaign.database import db
from campaign.editions import store
from campaign.mirror import one_file
from campaign.mirror.hash_list import digest
from campaign.mirror.rendering import rendering
from campaign.mirror.source import of_edition
from campaign.services import service
from campaign.settings import Settings
from campaign.site import copies
from campaign.site.copies import CopiedFile, PublishedCopy
from tests.conftest import published
from tests.test_server import serving
from tests.tools import SEED, until

pytestmark = pytest.mark.slow

PLACE = "/en/january-2022"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site whose organisers have published a copy."""
    data = tmp_path_factory.mktemp("kept") / "data"
    data.mkdir()
    app = published(data, SEED)
    with app.app_context():
        source = of_edition(db.session, "january-2022", 0, service(Settings))
        with rendering(source) as renderer:
            body = one_file.page(renderer)
        file = CopiedFile("campaign.html", len(body), digest(body))
        copies.put("january-2022", PublishedCopy(source.number, source.at.date(), (file,)), {file.name: body})
        db.engine.dispose()
    return data


@pytest.fixture
def kept_site(data: Path) -> Iterator[str]:
    with serving(data) as address:
        yield address


def kept(browser: Browser, site: str) -> Page:
    """A page of a visitor who keeps the campaign."""
    page = browser.new_context().new_page()
    page.goto(f"{site}{PLACE}/copies")
    keep = page.get_by_role("button", name="Keep this campaign on this device")
    expect(keep).to_be_disabled()  # a campaign with countries at risk: the warning comes first
    page.get_by_label("I have read this").check()
    keep.click()
    expect(page.get_by_text("This site is kept on this device.")).to_be_visible()
    return page


def held(page: Page) -> list[str]:
    """The addresses of all that the browser keeps."""
    found: list[str] = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
        (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat()"""
    )
    return found


@pytest.mark.security(31)
def test_pages_are_read_and_a_letter_is_written_without_a_network(browser: Browser, data: Path) -> None:
    with serving(data) as kept_site:
        page = kept(browser, kept_site)
    page.context.set_offline(True)  # which does not hold for service workers: the server has ended, too
    for path in ("/", "/record", "/about"):
        page.goto(f"{kept_site}{PLACE}{path}")
        expect(page.get_by_text("You are offline: this is edition 1 of")).to_be_visible()
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
    page.goto(f"{kept_site}{PLACE}/write")
    form = page.locator("form.compose:visible")
    form.locator("[name=name]").fill("Claire Martin")
    assert page.evaluate("Boolean(offline.lastChoices)") and page.url.endswith("campaign.html#en/write")
    page.goto(f"{kept_site}{PLACE}/petition")
    expect(page.get_by_text("You are offline")).to_be_visible()
    page.context.close()


@pytest.mark.security(37)
def test_no_form_and_nothing_of_a_person_is_kept(browser: Browser, kept_site: str) -> None:
    page = kept(browser, kept_site)
    for path in ("/write", "/petition", "/petition/signatures", "/"):
        page.goto(f"{kept_site}{PLACE}{path}")
    addresses = held(page)
    assert f"{PLACE}/" in addresses and f"{PLACE}/copies/campaign.html" in addresses
    for path in ("/write", "/petition", "/petition/signatures"):
        assert f"{PLACE}{path}" not in addresses
    texts = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) => {
        const cache = await caches.open(name);
        return Promise.all((await cache.matchAll()).map(async (one) => [one.url, await one.text()]));
        }))).flat()"""
    )
    found = [text[:200] for _url, text in texts if "<form" in text and "tongue-part" not in text]
    assert found == [] and len(texts) > 15, len(texts)
    desk = page.evaluate(
        "async () => (await navigator.serviceWorker.getRegistrations()).map((one) => one.scope)"
    )
    assert desk == [f"{kept_site}{PLACE}/"]
    page.context.close()


@pytest.mark.security(37)
def test_forgetting_leaves_nothing(browser: Browser, kept_site: str) -> None:
    page = kept(browser, kept_site)
    page.evaluate("localStorage.setItem('x', 'y'); sessionStorage.setItem('x', 'y')")
    page.reload()
    page.get_by_role("button", name="Forget this site").click()
    expect(page.get_by_text("Nothing of this site is kept here any more.")).to_be_visible()
    left = page.evaluate(
        """async () => [(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length,
        localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"""
    )
    assert left == [0, 0, 0, 0, 0]
    page.context.close()


def test_a_new_edition_replaces_what_is_kept(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    app = published(tmp_path / "data", SEED)
    with serving(tmp_path / "data") as site:
        page = kept(browser, site)
        assert page.evaluate("caches.keys()") == ["campaign january-2022 en 1"]
        with app.app_context():
            files = dict(store.files_of(db.session, "january-2022", 1))
            files["pages/about.en.md"] += "\nA new sentence.\n"
            store.publish(db.session, "january-2022", files, store.Authorship("test"))
            db.engine.dispose()
        page.goto(f"{site}{PLACE}/")
        until(lambda: page.evaluate("caches.keys()") == ["campaign january-2022 en 2"])
    page.goto(f"{site}{PLACE}/about")
    expect(page.get_by_text("You are offline: this is edition 2 of")).to_be_visible()
    expect(page.get_by_text("A new sentence.")).to_be_visible()
    page.context.close()


def test_nothing_is_kept_until_a_visitor_asks(browser: Browser, kept_site: str) -> None:
    page = browser.new_context().new_page()
    for path in ("/", "/copies", "/record"):
        page.goto(f"{kept_site}{PLACE}{path}")
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    assert held(page) == []
    page.context.close()
