"""What a page weighs on the wire, and when it is seen and can be used, as Chromium counts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

#: “Slow 3G” as WebPageTest and Lighthouse define it: 400 kbit/s both ways and 400 ms there and back.
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}

#: A cheap telephone against this machine.
CPU = 4

PAINT = """() => performance.getEntriesByType("paint").find((one) => one.name === "first-contentful-paint")?.startTime"""

#: When the document's scripts have run: `defer` scripts run before this event.
USABLE = """() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd"""


@dataclass
class Weight:
    """Bytes with headers by the address of each file, and milliseconds."""

    files: dict[str, int] = field(default_factory=dict)
    paint: float = 0.0
    usable: float = 0.0

    def total(self, fonts: bool) -> int:
        """The bytes of all files, with or without fonts."""
        return sum(size for address, size in self.files.items() if fonts or not is_font(address))

    def fonts(self) -> set[str]:
        """The names of the fonts that were loaded."""
        return {address.rpartition("/")[2].partition(".")[0] for address in self.files if is_font(address)}


def is_font(address: str) -> bool:
    """Whether a file is a font."""
    return ".woff2" in address


def weigh(browser: Browser, address: str, slow: bool = False) -> Weight:
    """Load a page in a fresh profile, on a telephone; `slow`: over a slow line, with a slow processor."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2)
    try:
        page = context.new_page()
        return _weighed(page, address, slow)
    finally:
        context.close()


def _weighed(page: Page, address: str, slow: bool) -> Weight:
    weight, addresses = Weight(), {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    if slow:
        session.send("Network.emulateNetworkConditions", SLOW_3G)
        session.send("Emulation.setCPUThrottlingRate", {"rate": CPU})

    def begun(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def ended(event: dict[str, Any]) -> None:
        weight.files[addresses[event["requestId"]]] = int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", begun)
    session.on("Network.loadingFinished", ended)
    page.goto(address, wait_until="networkidle", timeout=90_000)
    page.evaluate("document.fonts.ready.then(() => true)")
    # A busy machine can have loaded the page before it draws the first frame.
    weight.paint = page.wait_for_function(PAINT, timeout=90_000).json_value()
    weight.usable = page.evaluate(USABLE)
    return weight
