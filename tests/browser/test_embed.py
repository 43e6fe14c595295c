"""Frames in a page of another origin, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Frame, Page

from campaign.site.embed_code import SANDBOX, height_for

pytestmark = pytest.mark.slow

KINDS = ("count", "sign", "write")


class Foreign(ThreadingHTTPServer):
    """A site of somebody else, with one page."""

    page = ""

    @property
    def address(self) -> str:
        return f"http://localhost:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.server.page.encode())  # type: ignore[attr-defined]

    def log_message(self, *_values: object) -> None:
        """Say nothing."""


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    server = Foreign(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def shown(site: str, language: str, width: int) -> str:
    """A page with every frame, as the code at the desk has them."""
    frames = "".join(
        f'<iframe src="{site}/{language}/january-2022/embed/{kind}" width="{width}" height="{height_for(width)}"'
        f' sandbox="{SANDBOX}" referrerpolicy="no-referrer" style="border:0;max-width:100%"></iframe>'
        for kind in KINDS
    )
    return f'<!doctype html><link rel="icon" href="data:,"><title>News</title><main>{frames}</main>'


def opened(page: Page, foreign: Foreign) -> list[Frame]:
    page.goto(foreign.address, wait_until="load")
    frames = page.frames[1:]
    for frame in frames:
        frame.wait_for_load_state("load")
    return frames


@pytest.mark.security(35, 37)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [200, 360, 800])
def test_a_frame_fits_asks_nobody_else_and_complains_of_nothing(
    width: int, scheme: str, site: str, foreign: Foreign, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 900, "height": 1400}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    for language in ("en", "ru"):
        foreign.page = shown(site, language, width)
        for frame in opened(page, foreign):
            size = frame.evaluate(
                "[document.documentElement.scrollWidth <= innerWidth, document.documentElement.scrollHeight <= innerHeight]"
            )
            assert size == [True, True], (frame.url, width)
            colour = frame.evaluate("getComputedStyle(document.body).backgroundColor")
            assert (sum(map(int, colour[4:-1].split(","))) < 384) is (scheme == "dark")
            assert frame.evaluate("document.cookie") == ""
            assert frame.evaluate("document.fonts.size") > 0
    assert complaints == []
    assert hosts <= {site.split("/")[2], foreign.address.split("/")[2], ""}
    assert context.cookies() == []
    context.close()


def test_the_button_opens_the_site_in_a_tab_that_knows_nothing_of_the_page(
    site: str, foreign: Foreign, browser: Browser
) -> None:
    context = browser.new_context()
    page = context.new_page()
    foreign.page = shown(site, "en", 360)
    write = opened(page, foreign)[2]
    with context.expect_page() as tab:
        write.get_by_role("link", name="Write a letter").click()
    tab.value.wait_for_load_state()
    assert tab.value.url == f"{site}/en/january-2022/write"
    assert tab.value.evaluate("[String(window.opener), document.referrer]") == ["null", ""]
    assert page.url == foreign.address
    context.close()


@pytest.mark.security(35)
def test_a_page_with_a_form_is_not_shown_in_a_frame(site: str, foreign: Foreign, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    foreign.page = (
        f'<!doctype html><title>Lies</title><iframe src="{site}/en/january-2022/petition"></iframe>'
    )
    (frame,) = opened(page, foreign)
    assert frame.get_by_role("heading", level=1).count() == 0
    context.close()
