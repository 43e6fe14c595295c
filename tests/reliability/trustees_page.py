"""A long list in the trustees' page, in a real browser without a network: as fast as one can wait for, and right."""

from __future__ import annotations

import contextlib
import io
import os
import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pyrage
from playwright.sync_api import Page, sync_playwright

from campaign.cli.main import main
from campaign.signatures.person import Person
from campaign.signatures.sealing import new_key
from campaign.trustees import key_files
from campaign.trustees.key_files import Lock
from campaign.trustees.page import making
from tests.browser.conftest import FLAGS
from tests.trustees.lists import sealed_list_of

_NAMES = (
    "Ana Example",
    "Айнұр Сәрсен",
    "José Ñuñez",
    "محمد علي",
    "Zoë Faß",
    "İpek Işık",
    "李小龙",
    "Ёлка Ель",
)
_DOMAINS = ("example.org", "gmail.com", "mail.ru", "yandex.kz", "flood.example", "пример.рф")


@dataclass(frozen=True, slots=True)
class PageReport:
    """Seconds to check the list, to open it and find its duplicates; whether files are the command line's."""

    records: int
    check: float
    opening: float
    same: bool
    asked: int

    @property
    def holds(self) -> bool:
        return self.same and not self.asked

    def __str__(self) -> str:
        files = "the same files as the command line" if self.same else "OTHER FILES than the command line"
        return (
            f"{self.records:,} records checked in {self.check:.1f} s, opened in {self.opening:.1f} s; {files};"
            f" {self.asked} requests"
        )


def opened(folder: Path, count: int, chance: random.Random) -> PageReport:
    """Open a list of so many people in the page and by the command line, and compare."""
    key = new_key("trees", 1)
    signatures = sealed_list_of(folder / "list.campaign", key, (_person(n, chance) for n in range(count)))
    identity = pyrage.x25519.Identity.generate()
    paths = []
    for number, part in enumerate(key_files.parts(key, 2, 3)[:2], 1):
        paths.append(folder / f"{number}.key")
        paths[-1].write_bytes(key_files.locked(part, Lock(recipients=(str(identity.to_public()),))))
    (folder / "identity.txt").write_text(str(identity))
    keys = [word for path in paths for word in ("--key", str(path))]
    outputs = ["--out", str(folder / "names.csv"), "--void", str(folder / "void.txt")]
    command = ["signatures", "open", "--signatures", str(signatures), *keys]
    with contextlib.redirect_stdout(io.StringIO()):
        main([*command, "--identity", str(folder / "identity.txt"), *outputs])
    html = folder / "trustees.html"
    html.write_text(making.page(), encoding="utf-8")
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        context = browser.new_context(accept_downloads=True)
        context.set_offline(True)
        page = context.new_page()
        page.set_default_timeout(600_000)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(html.as_uri())
        page.locator('.tasks a[href="#open"]').click()
        begun = time.monotonic()
        page.locator("#list").set_input_files(signatures)
        page.locator("#list-read[data-said]").wait_for()
        check = time.monotonic() - begun
        for number, file in enumerate(paths):
            page.locator("#open .keys input[type=file]").set_input_files(file)
            row = page.locator("#open .key-files > li").nth(number)
            row.locator("input[type=password]").fill(str(identity))
            row.locator("[data-unlock]").click()
            row.locator("[data-done]").wait_for()
        begun = time.monotonic()
        page.locator("#open-form > p > button").click()
        page.locator("#opened").wait_for()
        opening = time.monotonic() - begun
        same = all(
            _saved(page, button, folder / "saved") == (folder / name).read_bytes()
            for button, name in {"#save-void": "void.txt", "#save-names": "names.csv"}.items()
        )
        browser.close()
    foreign = [url for url in asked if not url.startswith(("file:", "blob:"))]
    return PageReport(count, check, opening, same, len(foreign))


def _saved(page: Page, button: str, path: Path) -> bytes:
    with page.expect_download() as download:
        page.locator(button).click()
    download.value.save_as(path)
    return path.read_bytes()


def _person(number: int, chance: random.Random) -> Person:
    local = chance.choice((f"person{number}", f"person{number // 2}", "ana", "a.n.a+x"))
    paper = chance.random() < 0.1
    return Person(
        f"{chance.choice(_NAMES)} {number % 997}",
        "" if paper else f"{local}@{chance.choice(_DOMAINS)}",
        chance.choice(("FR", "KZ", "DE")),
        chance.choice(("", "Lyon", "Алматы")),
        f"2026-11-{chance.randint(1, 28):02}",
        "en",
        1,
        news=chance.random() < 0.5,
        sheet="K7QM-29XR-4T61" if paper else "",
        row=chance.randint(1, 20) if paper else 0,
    )
