"""make pictures: the README's and the handbook's pictures, taken from a running site.

Starts a throw-away site with the first campaign, joins as an organiser, changes a sentence so that
there is something to publish, and writes the pictures beside the handbook.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pyrage
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from campaign.desk.help import HANDBOOK
from campaign.signatures.person import Person
from campaign.signatures.sealing import new_key
from campaign.trustees import key_files
from campaign.trustees.key_files import Lock
from campaign.trustees.page import making
from tests.browser.conftest import FLAGS
from tests.browser.test_desk import authenticator
from tests.test_server import serving
from tests.tools import ROOT
from tests.trustees.lists import sealed_list_of

PICTURES = HANDBOOK / "pictures"
WIDTH = 1280

#: Whose list the trustees open in the picture: nobody.
SIGNERS = [
    Person(
        f"Example {number}",
        f"example{number}@example.{'org' if number % 3 else 'net'}",
        "FR",
        "",
        "2026-11-24",
        "en",
        1,
        news=number % 2 == 0,
    )
    for number in range(240)
] + [Person("Example 1", "example1@example.org", "FR", "", "2026-11-25", "en", 1)]

#: A form that comes back sooner than this is taken for a robot's.
WAIT = 2_100  # milliseconds


def main() -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        # A passkey belongs to a name, so the browser goes to localhost.
        with serving(data) as address:
            site = address.replace("127.0.0.1", "localhost")
            take_public(browser, site)
            take_desk(browser, site, data)
        take_trustees(browser, Path(folder))
        browser.close()


def take_public(browser: Browser, site: str) -> None:
    """The front page, for the README."""
    page = browser.new_page(viewport={"width": WIDTH, "height": 860})
    page.goto(f"{site}/en/january-2022/", wait_until="load")
    save(page, "front-page")
    page.close()


def take_desk(browser: Browser, site: str, data: Path) -> None:
    """The desk, as an owner sees it who has changed one sentence."""
    page = browser.new_page(viewport={"width": WIDTH, "height": 800}, locale="en-GB")
    authenticator(page)
    page.goto(site + invitation(data))
    page.wait_for_timeout(WAIT)
    page.locator("[data-ask-passkey]").click()
    page.locator("[data-ask-passkey]").wait_for(state="detached")
    desk = f"{site}/en/desk/january-2022"
    page.goto(f"{desk}/", wait_until="load")
    save(page, "attention")
    page.goto(f"{desk}/content/demand/reparations", wait_until="load")
    summary = page.locator('[name$=".summary"]')
    summary.fill(summary.input_value().rstrip(".") + ", without delay.")
    page.locator("#live-preview").get_by_text("without delay").wait_for()
    save(page, "editor")
    page.get_by_role("button", name="Save in the draft").click()
    page.wait_for_load_state("load")
    page.goto(f"{desk}/publish", wait_until="load")
    save(page, "publish")
    page.close()


def take_trustees(browser: Browser, folder: Path) -> None:
    """The trustees' page: its tasks, a key that is made, and a list that two people have opened."""
    html = folder / "trustees.html"
    html.write_text(making.page(), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 620}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_offline(True)
    page = context.new_page()
    page.goto(html.as_uri())
    save(page, "trustees-page")
    page.set_viewport_size({"width": WIDTH, "height": 900})
    page.locator('.tasks a[href="#make"]').click()
    page.locator("#slug").fill("january-2022")
    page.get_by_role("button", name="Make the key").click()
    for label in ("New passphrase", "The same again"):
        page.get_by_label(label).fill("some words that nobody guesses")
    page.locator("#make-parts").evaluate("(element) => element.scrollIntoView()")
    save(page, "trustees-make")
    key = new_key("january-2022", 1)
    page.locator('.tasks a[href="#open"]').click()
    page.locator("#list").set_input_files(sealed_list_of(folder / "january-2022.campaign", key, SIGNERS))
    for number, part in enumerate(key_files.parts(key, 2, 3)[:2], 1):
        identity = pyrage.x25519.Identity.generate()
        path = folder / f"january-2022-1-part-{number}.key"
        path.write_bytes(key_files.locked(part, Lock(recipients=(str(identity.to_public()),))))
        page.locator("#open .keys input[type=file]").set_input_files(path)
        row = page.locator("#open .key-files > li").last
        row.locator("input[type=password]").fill(str(identity))
        row.locator("[data-unlock]").click()
        row.locator("[data-done]").wait_for()
    page.locator("#open-form").get_by_role("button", name="Open the list").click()
    page.locator("#opened-title").evaluate("(element) => element.scrollIntoView()")
    save(page, "trustees-open")
    context.close()


def invitation(data: Path) -> str:
    """The path of a link by which an owner joins."""
    command = [
        sys.executable,
        "-m",
        "campaign",
        "people",
        "invite",
        "Ana",
        "ana@example.org",
        "--role",
        "owner",
    ]
    environment = {**os.environ, "CAMPAIGN_DATA": str(data)}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    path = re.search(r"/en/desk/join/\S+", run.stdout)
    assert path, run.stdout
    return path[0]


def save(page: Page, name: str) -> None:
    """What the window shows, with few colours, so that the file is small."""
    page.evaluate("document.fonts.ready.then(() => true)")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    target = PICTURES / f"{name}.png"
    picture.quantize(128, dither=Image.Dither.NONE).save(target, optimize=True)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
