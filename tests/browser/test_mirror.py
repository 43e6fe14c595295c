"""The folder from a disk, without any network: its pages look as they do on the site, and every link works."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser

from campaign.mirror import writing
from campaign.mirror.making import MadeCopy
from tests.browser import axe
from tests.browser.test_one_file import Offline
from tests.mirror.conftest import river, river_source

pytestmark = pytest.mark.slow

__all__ = ["river", "river_source"]  # fixtures


@pytest.fixture(scope="module")
def folder(river: MadeCopy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("a stick") / "river (copy) – نسخة"
    writing.write(place, river.files)
    return place


@pytest.mark.security(37)
def test_a_page_from_a_disk_has_its_styles_fonts_and_scripts_and_asks_for_nothing_else(
    browser: Browser, folder: Path
) -> None:
    visit = Offline(browser, viewport={"width": 360, "height": 740})
    for place in ("index.html", "es/index.html", "ar/record.html", "es/print.html"):
        page = visit.open(folder / place)
        assert page.evaluate("document.styleSheets.length") == 1, place
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px", place
    page = visit.open(folder / "es" / "index.html")
    assert page.evaluate(
        "document.fonts.ready.then(() => [...document.fonts].some((one) => one.status === 'loaded'))"
    )
    assert {url.partition(":")[0] for url in visit.asked} <= {"file", "data"}
    assert visit.complaints == []
    visit.context.close()


def test_every_link_of_every_page_opens_from_the_disk(browser: Browser, folder: Path) -> None:
    visit = Offline(browser)
    waiting, opened = [(folder / "index.html").as_uri()], set[str]()
    while waiting:
        address = waiting.pop()
        if address in opened:
            continue
        opened.add(address)
        assert Path(unquote(urlsplit(address).path)).is_file(), address
        if address.endswith(".html"):
            visit.page.goto(address)
            links = visit.page.evaluate("[...document.links].map((one) => one.href.split('#')[0])")
            waiting += [link for link in links if link.startswith("file:")]
    visit.context.close()
    assert {path.as_uri() for path in folder.rglob("*.html")} <= opened and visit.complaints == []


def test_a_visitor_goes_from_the_folder_to_the_composer_and_back(browser: Browser, folder: Path) -> None:
    visit = Offline(browser)
    page = visit.open(folder / "es" / "index.html")
    page.locator(".call .button").first.click()
    page.wait_for_function("document.getElementById('es/write').classList.contains('now')")
    page.go_back()
    page.locator(".tongues a[hreflang=ar]").click()
    assert page.url.endswith("/ar/index.html") and page.evaluate("document.documentElement.dir") == "rtl"
    visit.context.close()


def test_its_own_pages_are_accessible_and_fit(browser: Browser, folder: Path) -> None:
    visit, found = Offline(browser, viewport={"width": 360, "height": 740}, bypass_csp=True), axe.Findings()
    for place in ("index.html", "es/copies.html", "ar/petition.html", "es/print.html"):
        found.once(visit.open(folder / place), place)
    visit.context.close()
    assert found.wrong == {}
