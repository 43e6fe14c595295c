"""A class of thirty types behind one address: is anybody refused, and how far is the letter behind?

One of them is a browser that types 300 keys at 120 ms. The others ask as its script does while somebody types on:
every three seconds, each time with a longer text.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS

PEOPLE, KEYS, PAUSE, EVERY = 30, 300, 120, 3.0
WRITE = "/en/january-2022/write"

#: Notes when each key was pressed, and when the letter on the page has how much of the text.
WATCH = """() => {
  window.pressed = []; window.shown = [];
  document.querySelector("#own_words").addEventListener("input", (event) => {
    window.pressed.push([performance.now(), event.target.value.trimEnd().length]);
  });
  new MutationObserver(() => {
    const own = document.querySelector(".sheet-own");
    if (own) window.shown.push([performance.now(), own.textContent.trimEnd().length]);
  }).observe(document.querySelector(".desk"), { subtree: true, childList: true });
}"""


@dataclass
class Result:
    """`asked`: requests of the browser; `refused`: answers to anybody but 200; times in seconds."""

    asked: int = 0
    others: int = 0
    refused: int = 0
    behind: float = 0
    behind_mostly: float = 0
    slowest: float = 0
    said: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def heard(self, status: int, seconds: float) -> None:
        with self._lock:
            self.others += 1
            self.refused += status != 200
            self.slowest = max(self.slowest, seconds)


def typed(site: str, path: str = "") -> Result:
    """Let the class type."""
    result, over = Result(), threading.Event()
    others = [threading.Thread(target=_other, args=(site, n, result, over)) for n in range(1, PEOPLE)]
    with sync_playwright() as playwright:
        found = path or os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        statuses: list[int] = []
        page.on("response", lambda one: statuses.append(one.status) if one.url.endswith("/preview") else None)
        page.goto(site + WRITE, wait_until="load")
        page.evaluate(WATCH)
        for other in others:
            other.start()
        words = ("One sentence after the other, without a pause to think. " * 6)[:KEYS]
        page.locator("#own_words").press_sequentially(words, delay=PAUSE, timeout=120_000)
        page.wait_for_timeout(4_000)
        over.set()
        pressed, shown = page.evaluate("[pressed, shown]")
        result.said = page.locator(".sheet-status").inner_text()
        browser.close()
    for other in others:
        other.join()
    behind = sorted(
        next((at for at, has in shown if has >= length), float("inf")) - when for when, length in pressed
    )
    result.asked, result.refused = len(statuses), result.refused + sum(one != 200 for one in statuses)
    result.behind, result.behind_mostly = behind[-1] / 1000, behind[len(behind) // 2] / 1000
    return result


def _other(site: str, number: int, result: Result, over: threading.Event) -> None:
    """Somebody else of the class; each begins at another moment."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)
    connection.request("GET", WRITE)
    page = connection.getresponse().read().decode()
    token = re.search(r'name="form_token"[^>]*value="([^"]+)"', page)
    assert token
    form = {
        "form_token": token[1],
        "country": "FR",
        "to": "president",
        "language": "en",
        "opening": "0",
        "paper": "a4",
    }
    headers = {
        "Content-Type": "application/x-www-form-urlencoded", "Accept": "text/vnd.campaign.parts",
        "Accept-Encoding": "gzip",
    }  # fmt: skip
    over.wait(EVERY * number / PEOPLE)
    words = ""
    while not over.is_set():
        words = f"{words} Another sentence, by person {number}."[-1_900:]
        begun = time.monotonic()
        connection.request("POST", f"{WRITE}/preview", urlencode({**form, "own_words": words}), headers)
        answer = connection.getresponse()
        answer.read()
        result.heard(answer.status, time.monotonic() - begun)
        over.wait(EVERY - (time.monotonic() - begun))
