"""Pages over a slow line on a cheap telephone: bytes, the first paint, and when the page can be used."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import directions
from tests.browser.conftest import FLAGS, chromium
from tests.browser.weight import Weight, weigh
from tests.test_server import serving
from tests.tools import SEED

PATHS = ("/", "/write")

ROUNDS = 3


@dataclass(frozen=True)
class Measured:
    """KiB on the wire with fonts and without, and seconds."""

    page: str
    with_fonts: float
    without: float
    paint: float
    usable: float


def pages() -> Iterator[Measured]:
    """Each page in each language: the middle of three loads, each in a new profile."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        trees = Path(folder) / "trees"
        for path, text in directions.FILES.items():
            (trees / path).parent.mkdir(parents=True, exist_ok=True)
            (trees / path).write_text(text, encoding="utf-8")
        # The first campaign has no Arabic, whose fonts are the reader's own.
        for seed, languages in ((SEED, ("en", "ru", "kk")), (trees, ("ar",))):
            with serving(Path(folder) / f"data-{seed.name}", seed) as site:
                for path in PATHS:
                    for language in languages:
                        address = f"{site}/{language}/{seed.name}{path}"
                        weigh(browser, address)  # the server has rendered and compressed everything once
                        loads = [weigh(browser, address, slow=True) for _ in range(ROUNDS)]
                        yield _measured(f"{language} {path}", loads)
        browser.close()


def _measured(page: str, weights: list[Weight]) -> Measured:
    first = weights[0]
    return Measured(
        page,
        first.total(fonts=True) / 1024,
        first.total(fonts=False) / 1024,
        statistics.median(weight.paint for weight in weights) / 1000,
        statistics.median(max(weight.usable, weight.paint) for weight in weights) / 1000,
    )
