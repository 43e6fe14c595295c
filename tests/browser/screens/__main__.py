"""make screens: every page of the demonstration at 360 and 1280 pixels, in light, dark and Arabic.

Writes pictures, contact sheets and `findings.txt` into the folder that is named. Fails if a page has no picture.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from campaign.petition.pages.results import RESULTS
from tests.browser.conftest import FLAGS
from tests.browser.screens import checks, sheets, states
from tests.browser.screens.sheets import Shot
from tests.browser.screens.site import Demonstration, demonstration, unseen, walk
from tests.tools import ROOT, SEED

WIDTHS = (360, 1280)

#: The pack whose pages are in Arabic.
ARABIC = ROOT / "tests" / "packs" / "river"

#: Roles whose pages are looked at where they differ from an owner's.
OTHER_ROLES = ("editor", "translator", "clerk", "reader")

#: How wide the columns of a contact sheet are, and how many are beside each other, by the width of the page.
COLUMNS = {360: (360, 5), 1280: (620, 3)}

#: Waits for the pictures of a page.
PICTURES = "Promise.all([...document.images].map((one) => one.decode().catch(() => 0))).then(() => true)"

#: Public pages to which no link leads, below the campaign's address.
APART = (
    "/petition/link",
    "/petition/check",
    "/petition/u/0000000000000005",
    "/print/letter?to=nobody&language=en&form=letter",
    "/slip",
    "/stall",
    "/there-is-no-such-page",
    *(f"/petition/done/{result}" for result in RESULTS),
    *(f"/embed/{kind}" for kind in ("count", "sign", "write")),
)


@dataclass
class Album:
    """Where the pictures go, and what was found: each finding with the pages that have it."""

    folder: Path
    shots: dict[str, list[Shot]] = field(default_factory=dict)
    found: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def note(self, rule: str, what: str, where: str) -> None:
        self.found.setdefault((rule, what), []).append(where)

    def write(self) -> None:
        """Write contact sheets and the list of findings."""
        for name, shots in self.shots.items():
            column, across = COLUMNS[360 if "-360" in name else 1280]
            sheets.write(shots, self.folder, name, column, across)
        lines = [
            f"{rule}: {what}\n    {len(places)} times, first {places[0]}\n"
            for (rule, what), places in sorted(self.found.items())
        ]
        (self.folder / "findings.txt").write_text("".join(lines), encoding="utf-8")


@dataclass
class Look:
    """Pages of one kind of reader: the name of their sheets, the language, the schemes of colours.

    `acts`: what a page looks like after something was done there, too.
    """

    name: str
    language: str
    schemes: tuple[str, ...] = ("light", "dark")
    widths: tuple[int, ...] = WIDTHS
    acts: bool = False


def take(
    album: Album, context: BrowserContext, shown: Demonstration, look: Look, addresses: list[str]
) -> None:
    """A picture of each page in each width and scheme, and its findings."""
    page = context.new_page()
    where = [""]
    page.on("pageerror", lambda error: album.note("script", str(error), where[0]))
    page.on("console", lambda m: _complaint(album, m.type, m.text, where[0]))
    page.on("dialog", lambda dialog: dialog.accept())
    for number, address in enumerate(addresses):
        where[0] = address
        page.set_viewport_size({"width": look.widths[0], "height": 800})
        page.goto(shown.site + address, wait_until="load")
        _look(album, page, look, number, address)
        for state in states.of(address) if look.acts else ():
            page.set_viewport_size({"width": look.widths[0], "height": 800})
            page.goto(shown.site + address, wait_until="load")
            state(page)
            _look(album, page, look, number, f"{address} ({state.__name__.strip('_').replace('_', ' ')})")
    page.close()


def _look(album: Album, page: Page, look: Look, number: int, what: str) -> None:
    """The page as it is, in each width and scheme."""
    page.evaluate("document.fonts.ready.then(() => true)")
    for width in look.widths:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in look.schemes:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            _picture(album, page, look, (number, what, width, scheme))
        for rule, found in checks.findings(page, look.language):
            album.note(rule, found, f"{what} at {width}")


def _picture(album: Album, page: Page, look: Look, at: tuple[int, str, int, str]) -> None:
    number, address, width, scheme = at
    group = f"{look.name}-{look.language}-{width}-{scheme}"
    there = len(album.shots.get(group, ()))
    path = album.folder / "pages" / f"{group}-{there:03}-{number:03}.png"
    # As tall as the page, so that what sticks to a window's end is at its end, and lazy pictures are there.
    height = page.evaluate("Math.min(document.documentElement.scrollHeight, 12000)")
    page.set_viewport_size({"width": width, "height": max(800, height)})
    page.evaluate(PICTURES)
    page.screenshot(path=path, full_page=True)
    page.set_viewport_size({"width": width, "height": 800})
    album.shots.setdefault(group, []).append(Shot(address, path))


def _complaint(album: Album, kind: str, text: str, where: str) -> None:
    # A page that says why something is not there answers with 404, and the browser notes it.
    if kind in {"error", "warning"} and "status of 4" not in text:
        album.note("console", text, where)


def desk_pages(shown: Demonstration, context: BrowserContext, language: str) -> list[str]:
    """One page of each kind of the desk that links lead somebody to."""
    desk = f"/{language}/desk"
    begin = [f"{desk}/{shown.slug}/", f"{desk}/?list=yes", f"{desk}/account", f"{desk}/prove"]
    begin += [
        f"{desk}/start",
        f"{desk}/{shown.slug}/draft/outcome",
        f"{desk}/{shown.slug}/search",
    ]
    begin += [f"{desk}/{shown.slug}/draft/{page}" for page in ("organisations", "events", "answers")]
    return [page for page in walk(shown, context, language, begin) if page.startswith(desk)]


def public_pages(shown: Demonstration, context: BrowserContext, language: str) -> list[str]:
    """One page of each kind that visitors see."""
    base = f"/{language}/{shown.slug}"
    begin = [f"{base}/", f"/{language}/", "/api/", "/mail/", f"/{language}/desk/sign-in"]
    begin += [base + path for path in APART]
    pages = walk(shown, context, language, begin)
    return [page for page in pages if "/desk/" not in page or "sign-in" in page]


def _text(context: BrowserContext, address: str) -> str:
    """What a page says, without what differs each time."""
    html = context.request.get(address).text()
    return re.sub(r'value="[^"]{20,}"|>[^<]*\w+ (Owner|Editor|Translator|Clerk|Reader)[^<]*<', "", html)


def different(shown: Demonstration, owner: BrowserContext, other: BrowserContext) -> list[str]:
    """The pages of somebody that are not as an owner's."""
    pages = desk_pages(shown, other, "en")
    return [
        page for page in pages
        if _text(owner, shown.site + page) != _text(other, shown.site + page) and "/content/" not in page
    ]  # fmt: skip


def first_campaign(album: Album, browser: Browser, shown: Demonstration, only: str) -> Iterator[str]:
    """The demonstration in English, as everybody sees it."""
    owner = shown.context(browser, "owner")
    if only in {"", "desk"}:
        take(album, owner, shown, Look("desk", "en", acts=True), desk_pages(shown, owner, "en"))
    if only in {"", "roles"}:
        for role in OTHER_ROLES:
            context = shown.context(browser, role)
            pages = different(shown, owner, context)
            take(album, context, shown, Look(f"role-{role}", "en", ("light",), (360,)), pages)
            context.close()
    if only in {"", "public"}:
        visitor = shown.context(browser)
        take(album, visitor, shown, Look("public", "en"), public_pages(shown, visitor, "en"))
    yield from unseen(shown) if not only else ()


def arabic(album: Album, browser: Browser, shown: Demonstration, only: str) -> None:
    """The desk and the public pages in Arabic."""
    owner, visitor = shown.context(browser, "owner"), shown.context(browser)
    if only in {"", "arabic-desk"}:
        take(album, owner, shown, Look("desk", "ar", ("light",)), desk_pages(shown, owner, "ar"))
    if only in {"", "arabic-public"}:
        take(album, visitor, shown, Look("public", "ar", ("light",)), public_pages(shown, visitor, "ar"))


def main() -> int:
    """Take them all; 1 if there is a page that was not looked at."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screens")
    parser.add_argument("folder", type=Path)
    parts = ("desk", "roles", "public", "arabic-desk", "arabic-public")
    parser.add_argument("--only", default="", choices=("", *parts))
    options = parser.parse_args()
    (options.folder / "pages").mkdir(parents=True, exist_ok=True)
    album, missed = Album(options.folder), list[str]()
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        if not options.only.startswith("arabic"):
            with demonstration(Path(folder), SEED) as shown:
                missed = list(first_campaign(album, browser, shown, options.only))
        if not options.only or options.only.startswith("arabic"):
            with demonstration(Path(folder), ARABIC) as shown:
                arabic(album, browser, shown, options.only)
        browser.close()
    album.write()
    count = sum(len(shots) for shots in album.shots.values())
    print(f"{count} pictures and {len(album.found)} findings in {options.folder}")
    for endpoint in missed:
        print(f"not looked at: {endpoint}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
