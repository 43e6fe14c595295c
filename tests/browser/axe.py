"""Every public page by axe with all its rules: in every language, in light and dark, on a phone and a desktop.

`make axe` looks at all of it (`ARGS="--only ar,fa"` for some languages) and prints each finding once, with a page
where it is. `make test` looks at a sample (test_axe.py). Pages are found by following links from the front page.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from campaign.petition.pages.results import RESULTS
from campaign.signatures import public_keys
from campaign.signatures.sealing import new_key
from campaign.site.embed import KINDS
from tests.browser.conftest import FLAGS
from tests.browser.test_front import FRONTS, PACKS
from tests.browser.test_look import OVERFLOW
from tests.conftest import published
from tests.test_server import serving
from tests.tools import ROOT, SEED

WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
RISKY = {"january-2022": "KZ", "river": "AQ"}

#: Pages to which no link leads, below the campaign's address.
APART = (
    "/petition/link",
    *(f"/petition/done/{result}{quiet}" for result in RESULTS for quiet in ("", "/quiet")),
    "/petition/u/0000000000000005",
    "/print/letter?to=nobody&language=en&form=letter",
    "/write?to=nobody",
    "/there-is-no-such-page",
    *(f"/embed/{kind}?colours={colours}" for kind in KINDS for colours in SCHEMES),
)

#: The same below the language.
OF_SITE = ("/imprint", "/accessibility", "/there-is-no-such-campaign/")


@contextmanager
def all_packs(folder: Path) -> Iterator[str]:
    """The real server with a campaign in each language, whose petitions can be signed; yields its address."""
    data = folder / "data"
    data.mkdir()
    seeds = (SEED, *sorted({PACKS / slug for _language, slug in FRONTS if slug != SEED.name}))
    published(data, *seeds)
    environment = {**os.environ, "CAMPAIGN_DATA": str(data)}
    with serving(data) as address:
        for seed in seeds:
            public = folder / f"{seed.name}.pub"
            public.write_text(public_keys.public_line(new_key(seed.name, 1).public))
            command = [sys.executable, "-m", "campaign", "keys", "publish", str(public)]
            subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        time.sleep(0.6)  # every process knows a new key within half a second
        yield address


def pages(site: str, language: str, slug: str) -> list[str]:
    """The addresses of all pages of a campaign in a language."""
    base = f"{site}/{language}/{slug}"
    found, waiting = set[str](), [f"{base}/"]
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        found.add(address)
        with urllib.request.urlopen(address, timeout=20) as answer:
            html = answer.read().decode()
        for link in re.findall(r'<a [^>]*href="([^"#?]+)', html):
            whole = site + link if link.startswith("/") else link
            if whole.startswith(f"{base}/") and "." not in whole.rsplit("/", 1)[-1]:
                waiting.append(whole)
    apart = [f"{base}{path}" for path in APART] + [f"{site}/{language}{path}" for path in OF_SITE]
    return [*sorted(found), *apart, f"{site}/"]


# what a page looks like after something was done on it


def _write_problems(page: Page, _risky: str) -> None:
    page.wait_for_timeout(1_500)
    page.evaluate("document.querySelector('#get [data-get]').click()")
    page.locator("#problems").wait_for()


def _write_at_risk(page: Page, risky: str) -> None:
    page.locator("#country").select_option(risky)
    if risky != "FR":
        page.locator("#understood").wait_for()


def _write_open(page: Page, _risky: str) -> None:
    page.locator("#country").select_option("FR")
    page.wait_for_timeout(800)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate("document.documentElement.classList.add('got')")
    box = page.locator('input[name="also"]').locator("visible=true")
    if box.count():
        box.first.check()
        page.wait_for_timeout(1_000)


def _letter_in_front(page: Page, _risky: str) -> None:
    page.evaluate("location.hash = 'sheet'")


def _petition_problems(page: Page, risky: str) -> None:
    page.locator("#country").select_option(risky)
    page.wait_for_timeout(2_100)
    page.locator(".sign-go .button").click()
    page.locator("#problems").wait_for(timeout=30_000)


def _menus(page: Page, _risky: str) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    if page.locator("header .top-button").first.is_visible():
        page.locator("header .top-button").last.click()


#: By how an address ends, what else is looked at there.
STATES: dict[str, tuple[Callable[[Page, str], None], ...]] = {
    "/write": (_write_problems, _write_at_risk, _write_open, _letter_in_front),
    "/petition": (_petition_problems,),
    "/record": (_menus,),
}


@dataclass
class Findings:
    """What was looked at, and what is wrong: by rule and element, the first place where it is."""

    pages: int = 0
    runs: int = 0
    wrong: dict[str, str] = field(default_factory=dict)

    def look(self, page: Page, what: str) -> None:
        """Look at a page as it is, in each scheme and width."""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 740})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                self.once(page, f"{what}, {scheme}, {width} px")

    def once(self, page: Page, what: str) -> None:
        self.runs += 1
        for violation in Axe().run(page).response["violations"]:
            for node in violation["nodes"]:
                self.wrong.setdefault(f"{violation['id']}: {node['html'][:160]}", what)
        for wide in page.evaluate(OVERFLOW):
            self.wrong.setdefault(f"wider than the page: {wide}", what)


def looked_at(
    browser: Browser, site: str, language: str, slug: str, look: Callable[[Findings, Page, str], None],
    addresses: list[str] | None = None,
) -> Findings:  # fmt: skip
    """All pages of a campaign in a language, and their other states."""
    # Axe is injected into the page, which the page's own policy would rightly forbid.
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, bypass_csp=True, reduced_motion="reduce"
    )
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    found = Findings()
    for address in addresses or pages(site, language, slug):
        path = address.removeprefix(site)
        page.goto(address, wait_until="load")
        found.pages += 1
        look(found, page, path)
        for state in next((states for end, states in STATES.items() if path.endswith(end)), ()):
            if path.endswith("/petition") and not page.locator("#sign").count():
                continue
            page.set_viewport_size({"width": 360, "height": 740})
            page.goto("about:blank")
            page.goto(address, wait_until="load")
            state(page, RISKY.get(slug, "FR"))
            found.pages += 1
            look(found, page, f"{path} ({state.__name__.strip('_').replace('_', ' ')})")
    context.close()
    return found


def main() -> int:
    """Look at everything; 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.axe")
    parser.add_argument("--only", default="", help="languages, with commas")
    only = [code for code in parser.parse_args().only.split(",") if code]
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    wrong: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        with all_packs(Path(folder)) as site:
            for language, slug in FRONTS:
                if only and language not in only:
                    continue
                begun = time.monotonic()
                found = looked_at(browser, site, language, slug, Findings.look)
                print(
                    f"{language:8} {slug:14} {found.pages:3} pages, {found.runs:4} runs of axe, "
                    f"{len(found.wrong):3} findings, {time.monotonic() - begun:.0f} s", flush=True,
                )  # fmt: skip
                for what in found.wrong.keys() - wrong.keys():
                    print(f"    {what}\n        {found.wrong[what]}", flush=True)
                wrong |= found.wrong
        browser.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
