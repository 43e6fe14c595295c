"""A device at a stall: Chromium with a profile on the disk and no network, which can be killed at any moment."""

from __future__ import annotations

import base64
import os
import random
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import BrowserContext, BrowserType, Error, Locator, Page, expect

from campaign.database import db
from campaign.mirror import one_file
from campaign.mirror.rendering import rendering
from campaign.mirror.source import of_edition
from campaign.petition import administration
from campaign.services import service
from campaign.settings import Settings
from campaign.signatures.sealing import PrivateKey, new_key
from tests.browser.conftest import FLAGS
from tests.conftest import published
from tests.mirror.conftest import RIVER
from tests.test_privacy import forms_of
from tests.tools import PATIENCE

PIN = "271828"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def site_with_key(folder: Path, pack: Path = RIVER) -> tuple[Flask, PrivateKey]:
    """A site whose petition has a key; its pack has the short name of the river's."""
    app, key = published(folder, pack), new_key("river", 1)
    with app.app_context():
        administration.publish_key(db.session, key.public, "the tests")
    return app, key


def file_of(app: Flask, path: Path) -> Path:
    """The campaign.html of the site's newest edition."""
    with app.app_context():
        source = of_edition(db.session, "river", 0, service(Settings))
        db.engine.dispose()
    with rendering(source) as renderer:
        path.write_bytes(one_file.page(renderer))
    return path


@dataclass
class Device:
    """`acknowledged` are the names whose signers saw that theirs is sealed; each has `mark` in it."""

    browsers: BrowserType
    chromium: str
    profile: Path
    file: Path
    throttle: float = 1
    mark: str = field(default_factory=lambda: f"Märked{secrets.token_hex(5)}")
    acknowledged: list[str] = field(default_factory=list)
    context: BrowserContext | None = None

    def start(self) -> Page:
        """Open the file in the profile as it is."""
        self.context = self.browsers.launch_persistent_context(
            str(self.profile), executable_path=self.chromium, args=list(FLAGS), offline=True,
            viewport={"width": 360, "height": 740}, accept_downloads=True,
        )  # fmt: skip
        page = self.context.pages[0]
        page.goto(f"{self.file.as_uri()}#es/stall", wait_until="load")
        if self.throttle > 1:
            rate = {"rate": self.throttle}
            self.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", rate)
        return page

    def stop(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None

    def kill(self) -> None:
        """End every process of this profile at once, as an empty battery does."""
        for number in self._processes():
            os.kill(number, signal.SIGKILL)

    def gone(self) -> None:
        """Wait until no process of the profile is left."""
        until = time.monotonic() + PATIENCE
        while list(self._processes()) and time.monotonic() < until:
            time.sleep(0.05)
        try:
            self.stop()
        except Error:
            self.context = None

    def _processes(self) -> Iterator[int]:
        wanted = f"--user-data-dir={self.profile}".encode()
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if wanted in path.read_bytes().split(b"\0"):
                    yield int(path.parent.name)
            except OSError:
                continue

    def signs(self, page: Page, number: int) -> None:
        """Somebody signs; acknowledged when the page says that it is sealed. Raises Error of Playwright."""
        if screen(page, "thanks").is_visible():
            screen(page, "thanks").locator("[data-do=sign]").click()
        form = screen(page, "sign").locator("form")
        name = f"{self.mark} {number}"
        form.locator("[name=country]").select_option("FR")
        form.locator("[name=name]").fill(name)
        form.locator("[name=email]").fill(f"{self.mark.lower().replace('ä', 'a')}{number}@example.org")
        form.locator("[name=place]").fill(f"{self.mark}ville")
        form.locator("[name=agree]").check()
        form.locator("button").click()
        expect(screen(page, "thanks")).to_be_visible()
        self.acknowledged.append(name)

    def collects(self, many: int, kills: int, chance: random.Random) -> int:
        """So many sign, and the device is killed so often at random; how many signatures were never answered."""
        unheard, number = 0, 0
        at = set(chance.sample(range(1, many), kills))
        page = self.start()
        while len(self.acknowledged) < many:
            number += 1
            timer = None
            if len(self.acknowledged) in at:
                at.discard(len(self.acknowledged))
                timer = threading.Timer(chance.uniform(0, 0.6), self.kill)
                timer.start()
            try:
                self.signs(page, number)
            except (Error, AssertionError):
                if timer is None:
                    raise
                unheard += 1
            if timer is not None:
                timer.join()
                self.gone()
                page = self.start()
        self.stop()
        return unheard

    def traces(self) -> list[str]:
        """What the profile has of the marks, in any encoding."""
        marks = (self.mark, self.mark.lower().replace("ä", "a"))
        needles = {needle for mark in marks for needle in (*forms_of(mark), *_more_forms(mark))}
        found = []
        for path in self.profile.rglob("*"):
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                found += [f"{path.name}: {needle!r}" for needle in needles if needle in content]
        return found


def _more_forms(mark: str) -> Iterator[bytes]:
    """UTF-32, JSON's escapes, HTML's numbers, base64 of UTF-16."""
    yield mark.encode("utf-32-le")
    yield mark.encode("unicode_escape")
    yield escape(mark).encode("ascii", "xmlcharrefreplace")
    for phase in range(3):
        yield base64.b64encode(b"x" * phase + mark.encode("utf-16-le"))[4:-4]


def screen(page: Page, name: str) -> Locator:
    """A screen of the section that is open."""
    return page.locator(f"section.now [data-screen={name}]")


def begin(page: Page) -> None:
    """The organisers choose a PIN."""
    form = screen(page, "begin").locator("form")
    form.locator("[name=pin]").fill(PIN)
    form.locator("[name=again]").fill(PIN)
    form.locator("button").click()
    expect(screen(page, "sign")).to_be_visible()


def unlock(page: Page) -> Locator:
    """The organisers type the PIN; their screen."""
    page.locator("section.now [data-screen]:not([hidden]) [data-do=lock]").click()
    screen(page, "locked").locator("[name=pin]").fill(PIN)
    screen(page, "locked").locator("form .button").click()
    expect(screen(page, "desk")).to_be_visible()
    return screen(page, "desk")


def closed(page: Page) -> Locator:
    """The organisers close the batch; its row."""
    desk = unlock(page)
    desk.locator("[data-close]").click()
    row = desk.locator(".stall-batch").first
    expect(row).to_be_visible()
    return row


def saved(page: Page, row: Locator) -> bytes:
    """The batch's file, as it is saved."""
    with page.expect_download() as download:
        row.locator("[data-save]").click()
    return Path(download.value.path()).read_bytes()


def scanned(page: Page, row: Locator, picture: Path) -> bytes:
    """The batch as another device reads it from its screen: each code by zxing from a screenshot."""
    row.locator("[data-show]").click()
    parts: dict[int, bytes] = {}
    all_ = int(page.evaluate("offline.codes.length"))
    until = time.monotonic() + 10 * PATIENCE + all_ * 4
    while len(parts) < all_ and time.monotonic() < until:
        page.locator("section.now canvas").screenshot(path=picture)
        for code in zxingcpp.read_barcodes(Image.open(picture)):
            _magic, _batch, number, of, _crc, text = code.text.split("/", 5)
            assert int(of) == all_
            parts[int(number)] = _bytes_of(text)
    return b"".join(parts[number] for number in sorted(parts))


def _bytes_of(text: str) -> bytes:
    """Base 45 (RFC 9285)."""
    found = bytearray()
    for start in range(0, len(text), 3):
        digits = [_DIGITS.index(sign) for sign in text[start : start + 3]]
        value = sum(digit * 45**place for place, digit in enumerate(digits))
        found += value.to_bytes(2 if len(digits) == 3 else 1)
    return bytes(found)
