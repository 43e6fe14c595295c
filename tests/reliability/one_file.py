"""Letters of campaign.html in a browser without a network, compared with those of `compose`, to the character."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from campaign.mirror import one_file
from campaign.mirror.rendering import rendering
from campaign.pack.files import parse, read_folder
from tests.browser import axe
from tests.browser.conftest import FLAGS
from tests.mirror.conftest import source_of
from tests.mirror.letters import ANSWERS, cases
from tests.tools import ROOT, SEED

PACKS = (SEED, *(ROOT / "tests" / "packs" / name for name in ("river", "lindenhof", "kariz", "lagoa")))

#: Letters that the browser is asked for at once.
TOGETHER = 200

#: Takes everything but the section that is seen out of the page. Axe walks through what is hidden, too, which
#: took minutes a section in a file of a dozen languages.
ALONE = """() => {
    const hidden = '.tongue-part:not(:has(> main > section.now)), .tongue-part > main > section:not(.now)';
    window.taken = [...document.querySelectorAll(hidden)].map((one) => {
        const place = document.createComment('');
        one.replaceWith(place);
        return [place, one];
    });
}"""

#: Puts it back.
TOGETHER_AGAIN = "() => window.taken.reverse().forEach(([place, one]) => place.replaceWith(one))"

#: What axe cannot see of one section: an id that the whole file has twice.
TWICE = """() => {
    const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
    return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
}"""


@dataclass
class Comparison:
    """How many letters were compared, in which languages, and those that differ: what was asked, and the parts.

    `sections` were looked at by axe; `faults` says what it found, and where.
    """

    letters: int = 0
    languages: set[str] = field(default_factory=set)
    different: list[tuple[str, str, list[str]]] = field(default_factory=list)
    sections: int = 0
    faults: dict[str, str] = field(default_factory=dict)


def compared(folder: Path, chromium: str, times: int, chance: random.Random) -> Comparison:
    """So many random letters to each addressee in each language of every pack."""
    found = Comparison()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_context(offline=True).new_page()
        for seed in PACKS:
            page.goto(_file(folder, seed).as_uri(), wait_until="load")
            for some in _in_batches(list(cases(parse(read_folder(seed)), times, chance))):
                answers = page.evaluate(ANSWERS, [asked for asked, _expected in some])
                for (asked, expected), answer in zip(some, answers, strict=True):
                    _compare(found, asked, expected, answer)
        browser.close()
    return found


def looked_at(folder: Path, chromium: str) -> Comparison:
    """Every section of every pack's file by axe; nothing is compared."""
    found = Comparison()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for seed in PACKS:
            found.sections += _looked_at(browser, _file(folder, seed).as_uri(), found)
        browser.close()
    return found


def _looked_at(browser: Browser, address: str, found: Comparison) -> int:
    """Every section by axe, on a phone in light colours and on a desktop in dark ones; how many there are."""
    parts: list[str] = []
    for width, scheme in ((360, "light"), (1280, "dark")):
        context = browser.new_context(
            offline=True,
            bypass_csp=True,
            viewport={"width": width, "height": 740},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        page, findings = context.new_page(), axe.Findings()
        page.goto(address, wait_until="load")
        parts = page.evaluate(
            "[...document.querySelectorAll('.tongue-part > main > section')].map((one) => one.id)"
        )
        found.faults |= {f"id twice: {one}": address for one in page.evaluate(TWICE)}
        for part in parts:
            page.goto(f"{address}#{part}")
            page.wait_for_function("(id) => document.getElementById(id).classList.contains('now')", arg=part)
            page.evaluate(ALONE)
            findings.once(page, f"{part}, {width} px")
            page.evaluate(TOGETHER_AGAIN)
        found.faults |= findings.wrong
        context.close()
    return len(parts)


def _file(folder: Path, seed: Path) -> Path:
    slug = parse(read_folder(seed)).slug
    with rendering(source_of(folder / slug, seed, slug)) as renderer:
        body = one_file.page(renderer)
    path = folder / f"{slug}.html"
    path.write_bytes(body)
    return path


def _in_batches(
    given: list[tuple[dict[str, object], dict[str, object]]],
) -> Iterator[list[tuple[dict[str, object], dict[str, object]]]]:
    for start in range(0, len(given), TOGETHER):
        yield given[start : start + TOGETHER]


def _compare(
    found: Comparison, asked: dict[str, object], expected: dict[str, object], answer: dict[str, object]
) -> None:
    found.letters += 1
    found.languages.add(str(asked["language"]))
    if parts := [name for name in expected if answer.get(name) != expected[name]]:
        found.different.append((str(asked["addressee"]), str(asked["language"]), parts))
