"""A real browser on the real server. In CI a missing browser is a failure, elsewhere a skip."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from tests.test_server import serving
from tests.tools import PATIENCE

#: Chromium's own services are of no use here and would try to reach the network.
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail("CI needs Debian's chromium: .ci/run installs it")
    pytest.skip("no Chromium on this machine (CHROMIUM=path)")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE * 1000)
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real server with the first campaign."""
    with serving(tmp_path_factory.mktemp("site") / "data") as address:
        yield address


class Visit:
    """A page in a fresh browser profile that notes everything it asks for and complains of."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.site, self.context = site, context
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        context.on("request", self._asked)
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None
        )

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.hosts.add(request.url.split("/")[2])

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path, wait_until="load")
        return self.page


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield Visit(context, site)
    context.close()


@pytest.fixture
def plain_visit(browser: Browser, site: str) -> Iterator[Visit]:
    """The same with JavaScript off, on a small phone."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 640}, accept_downloads=True
    )
    yield Visit(context, site)
    context.close()


@pytest.fixture
def phone_visit(browser: Browser, site: str) -> Iterator[Visit]:
    """A visit with JavaScript on a phone."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, accept_downloads=True)
    yield Visit(context, site)
    context.close()
