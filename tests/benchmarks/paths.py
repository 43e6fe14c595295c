"""Four paths of a supporter on a small phone, in a real browser: what each costs, with JavaScript and without.

`make paths ARGS="--against COMMIT"` prints a Markdown table, before and after. Every path begins at the front page
and ends where the supporter is told that the letter or the signature counts.

- controls: what can be seen and used in the form when it opens.
- fields: what is typed or chosen from a list.
- taps: links, buttons, boxes; also those outside of the site, such as pasting a letter into a mail program.
- screens: how far down the pages the lowest control lies that is used, in heights of the window, all pages together.
- KiB, requests: what goes over the network, by the browser's own count; without the letter's file.
- paint: seconds to the first contentful paint of the page with the form, at 400 kbit/s down, 400 ms for a round trip,
  and a processor four times as slow (Chromium's emulation), nothing cached.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Request, TimeoutError, sync_playwright

from campaign.signatures import public_keys
from campaign.signatures.sealing import new_key
from tests.benchmarks.against import checkout
from tests.browser.conftest import FLAGS
from tests.browser.weight import CPU, PAINT, SLOW_3G
from tests.test_server import free_port
from tests.tools import ROOT

SLUG = "january-2022"
PHONE = {"width": 360, "height": 740}

CONTROLS = ":is(input:not([type=hidden]), select, textarea, button, a.button, summary)"
#: What the site says to “I sent it”: that it counts, or why not yet.
ANSWER = ".counted, .message, .problems"
UNDERSTOOD = "label:has(#understood)"
NUMBERS = itertools.count(1)


@dataclass
class Figures:
    """What a path costs; see the head of this module."""

    controls: int = 0
    fields: int = 0
    taps: int = 0
    screens: float = 0
    KiB: float = 0
    requests: int = 0
    paint: float = 0


@dataclass
class Walk:
    """One supporter with a fresh browser. Every use of a control is counted."""

    page: Page
    site: str
    script: bool
    figures: Figures = field(default_factory=Figures)
    _lowest: float = 0

    def __post_init__(self) -> None:
        network = self.page.context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", self._received)
        self.page.on("request", self._requested)
        self.page.on("domcontentloaded", lambda _page: self._next_page())
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _received(self, event: dict[str, Any]) -> None:
        self.figures.KiB += event["encodedDataLength"] / 1024

    def _requested(self, request: Request) -> None:
        self.figures.requests += request.url.startswith("http")

    def _next_page(self) -> None:
        self.figures.screens += self._lowest
        self._lowest = 0

    def home(self) -> None:
        self.page.goto(f"{self.site}/en/{SLUG}/", wait_until="networkidle")

    def form(self, selector: str) -> None:
        """The form has opened."""
        shown = "(all) => all.filter(one => one.checkVisibility()).length"
        self.figures.controls = self.page.locator(f"{selector} {CONTROLS}").evaluate_all(shown)

    def tap(self, what: str | Locator) -> None:
        part = self._seen(what)
        self.figures.taps += 1
        part.click()

    def told(self) -> None:
        """What the site says to “I sent it” has come; some versions say it where this does not look."""
        with suppress(TimeoutError):
            self.page.locator(ANSWER).first.wait_for(timeout=10_000)

    def outside(self, taps: int) -> None:
        """Taps in another program."""
        self.figures.taps += taps

    def write(self, selector: str, text: str) -> None:
        part = self._seen(selector)
        self.figures.fields += 1
        part.fill(text)

    def choose(self, selector: str, value: str) -> None:
        part = self._seen(selector)
        self.figures.fields += 1
        part.select_option(value)
        self.settled()

    def settled(self) -> None:
        """The page has followed what was typed."""
        if self.script:
            self.page.wait_for_timeout(800)
            self.page.wait_for_load_state("networkidle")

    def _seen(self, what: str | Locator) -> Locator:
        part = (self.page.locator(what) if isinstance(what, str) else what).locator("visible=true").first
        bottom = part.evaluate("""part => {
          let own = part;
          for (; own; own = own.parentElement) if (["fixed", "sticky"].includes(getComputedStyle(own).position)) return 0;
          return part.getBoundingClientRect().bottom + scrollY;
        }""")
        self._lowest = max(self._lowest, bottom / PHONE["height"])
        return part

    def finished(self) -> Figures:
        self.page.wait_for_load_state("networkidle")
        self._next_page()
        return self.figures


# the paths


def _letter(walk: Walk, country: str, office: str) -> None:
    walk.home()
    walk.tap('main a[href$="/write"]')
    walk.page.wait_for_load_state("networkidle")
    walk.form("form.compose")
    walk.choose("#country", country)
    if walk.page.locator("select#to").count():
        walk.choose("#to", office)
    else:
        choice = walk.page.locator(f".offices label:has([value={office}])")
        if not choice.is_visible():
            walk.tap(".all-offices > summary")
        walk.tap(choice)
        walk.settled()
    if walk.page.locator(UNDERSTOOD).count():
        walk.tap(UNDERSTOOD)
    walk.write("#own_words", "I teach law in Lyon, and I follow the trials.")
    walk.write("#name", "Ana Mora")
    walk.write("#address", "12 rue Mercière")
    walk.write("#postcode", "69002" if country == "FR" else "050000")
    walk.write("#place", "Lyon" if country == "FR" else "Алматы")
    walk.settled()


def _back_to_the_form(walk: Walk) -> None:
    if walk.page.locator(".sheet-close a").locator("visible=true").count():
        walk.tap(".sheet-close a")


def _pdf(walk: Walk) -> None:
    if not walk.script:
        walk.page.wait_for_timeout(2_100)  # as long as somebody needs who types
    with walk.page.expect_download():
        walk.tap('.bar-get, .actions button[formaction*="letter.pdf"]')


def by_post(walk: Walk) -> None:
    _letter(walk, "FR", "prosecutor-general")
    _pdf(walk)
    walk.tap('[name=sent][value$=" post"]')
    walk.told()


def from_kazakhstan(walk: Walk) -> None:
    _letter(walk, "KZ", "un-executions")
    if not walk.script and walk.page.locator("[data-get]").count():
        walk.tap(".bar-get")  # the notice comes with the answer
        walk.page.locator("#problems").wait_for()
        walk.tap(UNDERSTOOD)
    _pdf(walk)
    if not walk.page.locator("[name=sent]").count():
        walk.tap("button[value=update]")  # without a script the page is still the one with the notice
        _back_to_the_form(walk)
    walk.tap("[name=sent]")
    walk.told()


def by_email(walk: Walk) -> None:
    _letter(walk, "FR", "president")
    if not walk.script:
        walk.tap("button[value=update]")
        _back_to_the_form(walk)
        walk.page.wait_for_timeout(2_100)
    whole = walk.page.locator("#get a[data-mail]")
    if whole.count():
        walk.tap(whole)
    elif walk.script:
        walk.tap("[data-copy]")
        walk.tap('a[href^="mailto:"]')
        walk.outside(1)  # paste
    else:
        with walk.page.expect_download():
            walk.tap('button[formaction*="letter.txt"]')
        walk.outside(2)  # select all, copy
        walk.tap('a[href^="mailto:"]')
        walk.outside(1)  # paste
    walk.outside(1)  # send
    walk.tap('[name=sent][value$=" email"]')
    walk.told()


def signature(walk: Walk) -> None:
    walk.home()
    walk.tap('main a[href$="/petition"]')
    walk.page.wait_for_load_state("networkidle")
    walk.form("#sign")
    email = f"ana-{next(NUMBERS)}@example.org"
    walk.choose("#country", "FR")
    walk.write("#name", "Ana Mora")
    walk.write("#email", email)
    walk.tap("#agree")
    walk.page.wait_for_timeout(2_100 if walk.script else 31_000)  # no proof of work: half a minute
    walk.tap(".sign-go button")
    walk.page.locator("#sign").wait_for(state="detached", timeout=30_000)
    walk.outside(1)  # the link in the mail
    walk.page.goto(_link(walk.site, email), wait_until="networkidle")
    walk.page.wait_for_timeout(2_100)
    walk.tap("main form button")
    walk.page.wait_for_load_state("networkidle")


def _link(site: str, email: str) -> str:
    for _ in range(150):
        with urllib.request.urlopen(f"{site}/mail/", timeout=5) as answer:
            _before, there, after = answer.read().decode().partition(email)
        if there:
            return re.findall(r'href="([^"]+/r/[^"]+)"', after)[0]
        time.sleep(0.1)
    raise AssertionError(f"no mail to {email}")


PATHS: dict[str, tuple[Callable[[Walk], None], str]] = {
    "a letter to the Prosecutor General from France, PDF": (by_post, "write"),
    "a letter from France by e-mail": (by_email, "write"),
    "a signature": (signature, "petition"),
    "a letter from Kazakhstan": (from_kazakhstan, "write"),
}


# measuring


def measured(browser: Browser, site: str, times: int) -> dict[tuple[str, bool], Figures]:
    """The figures of each path, with JavaScript and without."""
    found = {}
    for name, (path, page) in PATHS.items():
        for script in (True, False):
            context = browser.new_context(
                viewport=PHONE, java_script_enabled=script, accept_downloads=True, has_touch=True,
                permissions=["clipboard-read", "clipboard-write"],
            )  # fmt: skip
            walk = Walk(context.new_page(), site, script)
            path(walk)
            found[name, script] = walk.finished()
            context.close()
            found[name, script].paint = first_paint(browser, f"{site}/en/{SLUG}/{page}", script, times)
    return found


def first_paint(browser: Browser, address: str, script: bool, times: int) -> float:
    """Seconds to the first contentful paint on a slow network and device; the middle of `times`."""
    seconds = []
    for _ in range(times):
        context = browser.new_context(viewport=PHONE, java_script_enabled=script)
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", SLOW_3G)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
        page.goto(address, wait_until="load", timeout=60_000)
        # The page can be loaded before its first frame is drawn.
        seconds.append(page.wait_for_function(PAINT, timeout=60_000).json_value() / 1000)
        context.close()
    return sorted(seconds)[times // 2]


@contextmanager
def site_of(tree: Path) -> Iterator[str]:
    """The site as a checkout has it, with a petition that can be signed and mail that is caught."""
    with tempfile.TemporaryDirectory() as folder:
        public, port = Path(folder) / "trustees.pub", free_port()
        public.write_text(public_keys.public_line(new_key(SLUG, 1).public))
        environment = {**os.environ, "CAMPAIGN_DATA": f"{folder}/data"}
        environment.pop("CAMPAIGN_SMTP_URL", None)
        command = [sys.executable, "-m", "campaign"]
        serve = [*command, "serve", "--seed", f"seeds/{SLUG}", "--port", str(port)]
        with (Path(folder) / "log").open("w") as log:
            server = subprocess.Popen(
                serve, cwd=tree, env=environment, stdout=log, stderr=log, start_new_session=True
            )
            try:
                _wait(f"http://127.0.0.1:{port}/health")
                publish = [*command, "keys", "publish", str(public)]
                subprocess.run(publish, cwd=tree, env=environment, check=True, capture_output=True)
                time.sleep(0.6)  # every process knows a new key within half a second
                yield f"http://127.0.0.1:{port}"
            finally:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the site did not start")


def _compiled(tree: Path) -> Path:
    """A checkout with its catalogues, by the rule that it had for them."""
    pybabel = Path(sys.executable).with_name("pybabel")
    for source in tree.glob("campaign/**/messages.po"):
        made = source.with_suffix(".mo")
        subprocess.run([pybabel, "-q", "compile", "-i", source, "-o", made], check=True, capture_output=True)
    return tree


def table(before: dict[tuple[str, bool], Figures] | None, now: dict[tuple[str, bool], Figures]) -> str:
    """The figures as Markdown; with `before`, each cell says before → now."""
    names = [one.name for one in fields(Figures)]
    lines = [f"| path | JavaScript | {' | '.join(names)} |", f"| --- | --- |{' ---: |' * len(names)}"]
    for (path, script), figures in now.items():
        cells = []
        for name in names:
            old = f"{_cell(getattr(before[path, script], name))} → " if before else ""
            cells.append(old + _cell(getattr(figures, name)))
        lines.append(f"| {path} | {'with' if script else 'without'} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(figure: float) -> str:
    return str(figure) if isinstance(figure, int) else f"{figure:.0f}" if figure >= 20 else f"{figure:.1f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.paths")
    parser.add_argument("--against", metavar="COMMIT", help="show this commit's figures before ours")
    parser.add_argument("--times", type=int, default=3, help="how often the paint is measured (default 3)")
    options = parser.parse_args()
    commit = options.against
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        before = None
        if commit:
            with checkout(commit) as tree, site_of(_compiled(tree)) as site:
                before = measured(browser, site, options.times)
        with site_of(ROOT) as site:
            print(table(before, measured(browser, site, options.times)))
        browser.close()


if __name__ == "__main__":
    main()
