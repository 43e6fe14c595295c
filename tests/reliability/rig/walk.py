"""The main paths in a real browser, through nginx: reading, a letter, signing and withdrawing, the desk, an edition."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, Request, Response, expect, sync_playwright

from tests.browser.conftest import FLAGS
from tests.petition.conftest import links_of
from tests.reliability.rig.cluster import HOST, SLUG, Cluster
from tests.tools import until

SITE = f"https://{HOST}"
PETITION = f"{SITE}/en/{SLUG}/petition"
DESK = f"{SITE}/en/desk/{SLUG}"
NAME, EMAIL, PASSWORD = "Organiser One", "one@example.org", "six green bicycles in the rain"

#: Milliseconds that an element of a page may take to come: the machine may be busy.
_PATIENCE = 60_000


def chromium() -> str:
    """The browser's path; '' if there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""


@contextmanager
def browsing(cluster: Cluster) -> Iterator[Browser]:
    """A browser among the visitors, which finds the site at nginx."""
    expect.set_options(timeout=_PATIENCE)
    rules = f"--host-resolver-rules=MAP {HOST} {cluster.proxy}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, rules])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Walker:
    """Somebody who walks through everything, again and again, and who organises the campaign, too."""

    cluster: Cluster
    browser: Browser
    walks: int = 0
    secret: str = ""
    used: str = ""
    refused: list[str] = field(default_factory=list)
    #: How many requests the browser made, and which got no answer or an error of the server.
    requests: int = 0
    failed: list[str] = field(default_factory=list)
    #: Seconds until every machine showed an edition, for each walk.
    seen_after: list[float] = field(default_factory=list)

    def walk(self) -> None:
        """All of it once. What the site refused in words and took at the next try is in `refused`."""
        self.walks += 1
        with self.page() as page:
            self._reads(page)
            self.signs(page, f"walker{self.walks}@gmail.com")
        with self.page() as page:
            self._organises(page)

    @contextmanager
    def page(self) -> Iterator[Page]:
        context = self.browser.new_context(
            ignore_https_errors=True,
            accept_downloads=True,
            viewport={"width": 1280, "height": 900},
            locale="en-GB",
        )
        context.set_default_timeout(_PATIENCE)
        context.on("response", self._counts)
        context.on("requestfailed", self._misses)
        try:
            yield context.new_page()
        finally:
            context.close()

    def _counts(self, answer: Response) -> None:
        self.requests += 1
        if answer.status >= 500:
            self.failed.append(f"{answer.request.method} {answer.status}")

    def _misses(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # by the browser itself: a download is no page
            self.requests += 1
            self.failed.append(f"{request.method} {request.failure}")

    def _opens(self, page: Page, address: str) -> None:
        """A page that may say that the site is busy: its reader comes again."""
        self.patiently(lambda: self._status(page, address))

    def _status(self, page: Page, address: str) -> bool:
        answer = page.goto(address, wait_until="load")
        assert answer is not None
        if answer.status < 400:
            return True
        self._note(page, f"{answer.status} at {address.removeprefix(SITE)}", answer.status, answer.headers)
        return False

    def _note(self, page: Page, words: str, status: int, headers: dict[str, str]) -> None:
        said = page.locator("h1").first.inner_text()
        busy = {503: "The site is busy", 504: "We don’t know whether that was saved"}
        assert headers.get("retry-after") and said == busy.get(status), (words, said)
        self.refused.append(words)

    def patiently(self, works: Callable[[], bool]) -> None:
        end = time.monotonic() + 180
        while not works():
            assert time.monotonic() < end, self.refused[-3:]
            time.sleep(2)

    # what everybody does

    def _reads(self, page: Page) -> None:
        self._opens(page, f"{SITE}/en/{SLUG}/")
        expect(page.locator("h1")).to_contain_text("Keep the trees")
        self._opens(page, f"{SITE}/en/{SLUG}/write?country=IE&to=mayor")
        page.locator("#name").fill("Ana Walker")
        page.wait_for_timeout(2_100)
        with page.expect_download() as waiting:
            page.locator("#get .button[data-get]").click()
        assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF-")

    def signs(self, page: Page, to: str) -> None:
        """Sign, confirm by the e-mail's link, and withdraw."""
        self._opens(page, PETITION)
        self.types(page, to)
        self.patiently(lambda: self.presses(page))
        until(lambda: any(got == to for got, _message in self.cluster.relay.taken), 300)
        message = next(message for got, message in self.cluster.relay.taken if got == to)
        for link, button, result in zip(
            links_of(message), ("Yes, count my signature", "Withdraw my signature"),
            ("Your signature counts", "Your signature has been withdrawn"), strict=True,
        ):  # fmt: skip
            self.patiently(
                lambda link=link, button=button, result=result: self._button(page, link, button, result)
            )  # type: ignore[misc]

    def types(self, page: Page, to: str) -> None:
        """Fill in the form."""
        page.locator("#name").fill("Ana Walker")
        page.locator("#email").fill(to)
        page.locator("#country").select_option("FR")
        page.locator("#agree").check()
        page.wait_for_timeout(2_100)

    def presses(self, page: Page) -> bool:
        """Press “Sign”; whether it was taken. Otherwise the page says why, and what was typed is there."""
        # What an earlier try was told is no answer to this one.
        page.evaluate("document.querySelector('#problems')?.removeAttribute('id')")
        page.get_by_role("button", name="Sign", exact=True).click()
        page.locator("#sent, #problems").first.wait_for()
        if page.locator("#sent").count():
            return True
        said = page.locator("#problems li").first.inner_text()
        assert page.locator("#name").input_value() == "Ana Walker", "what was typed is gone"
        self.refused.append(f"sign: {said}")
        # The answer before was lost on its way: the e-mail is there.
        return "You have sent this form before" in said

    def _button(self, page: Page, link: str, button: str, result: str) -> bool:
        if not self._status(page, SITE + link):
            return False
        with page.expect_navigation() as waiting:
            page.get_by_role("button", name=button).click()
        answer = waiting.value
        assert answer is not None
        if answer.status >= 400:
            self._note(page, f"{button}: {answer.status}", answer.status, answer.headers)
            return False
        expect(page.locator("h1")).to_have_text(result)
        return True

    # what an organiser does

    def _organises(self, page: Page) -> None:
        if self.secret:
            self.patiently(lambda: self._signs_in(page))
        else:
            self._joins(page)
        words = f"All of them, edition {self.walks}."
        self.patiently(lambda: self._saves(page, words))
        self.patiently(lambda: self._publishes(page, words))

    def _joins(self, page: Page) -> None:
        printed = self.cluster.machines[0].campaign(
            "people", "invite", NAME, EMAIL, "--role", "owner", "--now"
        )
        path = re.search(r"/en/desk/join/\S+", printed)
        assert path, printed
        self._opens(page, SITE + path[0])
        page.get_by_label("Password").fill(PASSWORD)
        self.secret = page.locator(".secret").inner_text().replace(" ", "")
        page.wait_for_timeout(2_100)
        page.get_by_label("Code").fill(self._code())
        page.get_by_role("button", name="Join with password and code").click()
        page.get_by_role("link", name="Go to the desk").click()
        expect(page.locator("h1")).to_have_text("What needs attention")

    def _code(self) -> str:
        """A code that was not used before: each works once."""
        until(lambda: pyotp.TOTP(self.secret).now() != self.used)
        self.used = pyotp.TOTP(self.secret).now()
        return self.used

    def _signs_in(self, page: Page) -> bool:
        if not self._status(page, f"{SITE}/en/desk/sign-in"):
            return False
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.wait_for_timeout(2_100)
        page.get_by_label("Code").fill(self._code())
        with page.expect_navigation() as waiting:
            page.get_by_role("button", name="Sign in", exact=True).click()
        return self._went(page, waiting.value, "sign in")

    def _went(self, page: Page, answer: object, what: str) -> bool:
        status: int = answer.status  # type: ignore[attr-defined]
        if status >= 500:
            self._note(page, f"{what}: {status}", status, answer.headers)  # type: ignore[attr-defined]
        return status < 400

    def _saves(self, page: Page, words: str) -> bool:
        if not self._status(page, f"{DESK}/content/demand/keep-them"):
            return False
        page.get_by_label("Summary, one sentence").fill(words)
        with page.expect_navigation() as waiting:
            page.get_by_role("button", name="Save in the draft").click()
        return self._went(page, waiting.value, "save")

    def _publishes(self, page: Page, words: str) -> bool:
        if not self._status(page, f"{DESK}/publish"):
            return False
        if not page.get_by_role("button", name=re.compile("Publish edition")).count():
            return bool(self._shown(words))  # it was published, and the answer was lost
        page.get_by_label("What is new").fill(words)
        warnings = page.get_by_label("I have read the warnings")
        if warnings.count():
            warnings.check()
        with page.expect_navigation() as waiting:
            page.get_by_role("button", name=re.compile("Publish edition")).click()
        if not self._went(page, waiting.value, "publish"):
            return False
        begun = time.monotonic()
        until(lambda: self._shown(words))
        self.seen_after.append(time.monotonic() - begun)
        return True

    def _shown(self, words: str) -> bool:
        """Whether every machine that runs shows the words: each was asked past nginx."""
        return all(
            words in machine.get(f"/en/{SLUG}/demands/keep-them")[1]
            for machine in self.cluster.machines
            if not machine.down and not self.cluster.network.is_cut(machine.name)
        )
