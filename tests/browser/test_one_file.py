"""campaign.html from a disk, without any network: it reads, composes and prints as the site does."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from campaign.letters.compose import compose
from campaign.letters.formats import pdf
from campaign.letters.letter import Choices, Sender, all_text
from campaign.mirror import one_file
from campaign.mirror.rendering import rendering
from campaign.pack.files import parse, read_folder
from campaign.pack.model import Pack
from tests.browser import axe
from tests.mirror.conftest import RIVER, source_of
from tests.mirror.letters import ANSWERS, cases
from tests.tools import LANGUAGES, SEED, pdf_text

#: Letters compared in each language to each addressee. `make torture ARGS="--only file"` compares fifty.
TIMES = {"january-2022": 2, "river": 4}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The file of two campaigns, in a folder whose name has spaces."""
    made = {}
    for seed in (SEED, RIVER):
        folder = tmp_path_factory.mktemp("a stick")
        with rendering(source_of(folder, seed, seed.name, "https://letters.example.org")) as renderer:
            body = one_file.page(renderer)
        made[seed.name] = folder / "campaign.html"
        made[seed.name].write_bytes(body)
    return made


class Offline:
    """A browser without a network that notes whatever it asks for and complains of."""

    def __init__(self, browser: Browser, **options: object) -> None:
        self.context: BrowserContext = browser.new_context(offline=True, accept_downloads=True, **options)  # type: ignore[arg-type]
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text))

    def open(self, path: Path, place: str = "") -> Page:
        self.page.goto(f"{path.as_uri()}#{place}", wait_until="load")
        return self.page


@pytest.fixture
def offline(browser: Browser) -> Iterator[Offline]:
    visit = Offline(browser, viewport={"width": 360, "height": 740})
    yield visit
    visit.context.close()


@pytest.mark.parametrize(
    "slug",
    [pytest.param(slug, marks=[pytest.mark.slow] if slug == "january-2022" else []) for slug in TIMES],
)
def test_its_letters_are_those_of_the_site_to_the_character(
    slug: str, offline: Offline, files: dict[str, Path]
) -> None:
    pack = parse(read_folder({"january-2022": SEED, "river": RIVER}[slug]))
    compared = list(cases(pack, TIMES[slug], random.Random(22)))
    answers = offline.open(files[slug]).evaluate(ANSWERS, [asked for asked, _letter in compared])
    for (asked, expected), answer in zip(compared, answers, strict=True):
        assert {name: answer.get(name) for name in expected} == expected, asked
    assert len(compared) >= 50 and offline.complaints == []


@pytest.mark.security(37, 57)
def test_nothing_that_is_typed_leaves_it_or_stays(offline: Offline, files: dict[str, Path]) -> None:
    page = offline.open(files["january-2022"], "en/write")
    _filled(page, Sender("Marked Person", (), "Markedtown", "FR"), "Marked words.")
    for do in ("reword", "txt", "eml"):
        if do == "reword":
            page.locator(f"form:visible [data-do={do}]").click()
            continue
        with page.expect_download() as download:
            page.locator(f"form:visible [data-do={do}]").click()
        assert download.value.suggested_filename.startswith("letter-president-en.")
    assert [url for url in offline.asked if not url.startswith(("file:", "blob:"))] == []
    kept = page.evaluate(
        "[localStorage.length, sessionStorage.length, document.cookie, location.search, history.length]"
    )
    assert kept[:4] == [0, 0, "", ""] and "Marked" not in page.url
    for attempt in (
        "fetch('https://example.org/')",
        "import('https://example.org/x.js')",
        "new Promise((done, failed) => { const image = new Image(); image.onload = done; image.onerror = failed; "
        "image.src = 'https://example.org/x.png'; })",
    ):
        assert page.evaluate(f"{attempt}.then(() => 'sent', () => 'refused')") == "refused", attempt
    assert any("Content Security Policy" in text for text in offline.complaints)
    page.locator("form:visible [data-do=erase]").click()
    assert page.locator("form:visible [name=name]").input_value() == ""
    assert "Marked" not in page.locator("body").inner_text()


def _filled(page: Page, sender: Sender, own_words: str = "", to: str = "") -> None:
    """Fill in the form of the composer that is seen."""
    form = page.locator("form.compose:visible")
    form.locator("[name=country]").select_option(sender.country)
    if to:
        form.locator("[name=to]").select_option(to)
    form.locator("[name=own_words]").fill(own_words)
    form.locator("[name=name]").fill(sender.name)
    form.locator("[name=address]").fill("\n".join(sender.address))
    form.locator("[name=postcode]").fill(sender.postcode)
    form.locator("[name=place]").fill(sender.place)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("slug", "language"), [*(("january-2022", code) for code in LANGUAGES), ("river", "ar")]
)
def test_a_letter_that_the_browser_prints_has_the_words_of_the_sites_pdf(
    slug: str, language: str, offline: Offline, files: dict[str, Path]
) -> None:
    page = offline.open(files[slug], f"{language}/write")
    sender = Sender("Claire Martin", ("12 rue Mercière",), "Lyon", "FR", "", "69002")
    own = "I teach law in Lyon."
    _filled(page, sender, own, to="president")
    choices = page.evaluate("offline.lastChoices")
    page.emulate_media(media="print")
    printed = page.pdf(prefer_css_page_size=True)
    pack = parse(read_folder({"january-2022": SEED, "river": RIVER}[slug]))
    letter = compose(pack, _choices(pack, choices, sender, own))
    ours, theirs = _letters(printed), _letters(pdf.render(letter))
    # poppler gives a letter with a vowel sign twice where a font draws the two apart.
    for sign in set(re.findall(r"(\w)[\u064b-\u0652]+", all_text(letter))):
        del ours[sign], theirs[sign]
    assert ours == theirs and len(ours) > 20


def _choices(pack: Pack, said: dict[str, object], sender: Sender, own: str) -> Choices:
    return Choices(
        "president", str(said["language"]), tuple(map(str, said["demands"])), sender, date.fromisoformat(str(said["day"])),  # type: ignore[call-overload]
        opening=int(str(said["opening"])), seed=int(str(said["seed"])), own_words=own, edition=1,
    )  # fmt: skip


def _letters(document: bytes) -> Counter[str]:
    """How often each letter and digit is in a PDF: words are broken at other places, and lists numbered otherwise."""
    text = unicodedata.normalize("NFKC", pdf_text(document, "-raw"))
    return Counter(re.findall(r"\w", text))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("slug", "width", "scheme"), [("january-2022", 360, "light"), ("river", 1280, "dark")]
)
def test_every_section_is_accessible_and_fits(
    slug: str, width: int, scheme: str, browser: Browser, files: dict[str, Path]
) -> None:
    visit = Offline(browser, viewport={"width": width, "height": 740}, color_scheme=scheme, bypass_csp=True)
    page, found = visit.open(files[slug]), axe.Findings()
    parts = page.evaluate(
        "[...document.querySelectorAll('.tongue-part > main > section')].map((one) => one.id)"
    )
    language = parts[-1].split("/")[0]  # `make torture ARGS="--only file-axe"` looks at every section
    chosen = [f"{language}/{name}" for name in ("home", "write", "copies", "petition")]
    for part in chosen:
        visit.open(files[slug], part)
        page.wait_for_function("(id) => document.getElementById(id).classList.contains('now')", arg=part)
        if part.endswith("/write"):
            _filled(page, Sender("A", country="FR"))
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found.once(page, part)
    visit.context.close()
    assert set(chosen) <= set(parts) and found.wrong == {}


def test_every_link_inside_it_leads_to_a_section(offline: Offline, files: dict[str, Path]) -> None:
    for path in files.values():
        page = offline.open(path)
        broken = page.evaluate(
            """[...document.querySelectorAll("a[href^='#']")].map((one) => decodeURIComponent(one.hash.slice(1)))
            .filter((id) => id && !document.getElementById(id))"""
        )
        assert broken == []
        outside = page.evaluate(
            "[...document.querySelectorAll('[href]')].map((one) => one.getAttribute('href')).filter((href) => !/^(#|https?:|mailto:)/.test(href))"
        )
        assert outside == []


def test_another_language_takes_along_what_was_typed(offline: Offline, files: dict[str, Path]) -> None:
    page = offline.open(files["january-2022"], "en/write")
    _filled(page, Sender("Claire Martin", country="FR"), to="odihr")
    page.locator(".tongues:visible a[hreflang=ru]").click()
    page.wait_for_function("document.getElementById('ru/write').classList.contains('now')")
    form = page.locator("form.compose:visible")
    assert form.locator("[name=name]").input_value() == "Claire Martin"
    assert form.locator("[name=to]").input_value() == "odihr"
    assert page.evaluate("document.documentElement.lang") == "ru"


@pytest.mark.security(62)
def test_a_supporter_at_risk_is_warned_and_no_office_of_their_state_is_chosen(
    offline: Offline, files: dict[str, Path]
) -> None:
    page = offline.open(files["january-2022"], "en/write")
    form = page.locator("form.compose:visible")
    form.locator("[name=country]").select_option("KZ")
    assert page.locator("[data-warning]:visible").count() == 1
    assert not page.locator(".finish:visible").count() and not page.locator("[data-do=print]:visible").count()
    assert form.locator("[name=to]").input_value().startswith("un-")
    last = form.locator("[name=to] optgroup").last
    assert "risk" in (last.get_attribute("label") or "")
    form.locator("[name=understood]").check()
    assert page.locator("[data-do=print]:visible").count() == 1


def test_without_a_script_everything_can_be_read(browser: Browser, files: dict[str, Path]) -> None:
    visit = Offline(browser, java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = visit.open(files["river"])
    for part in ("es/home", "ar/record", "es/petition"):
        assert page.locator(f"[id='{part}']").is_visible()
    assert (
        page.locator(".needs-script").first.is_visible()
        and not page.locator("form.compose").first.is_visible()
    )
    visit.context.close()


def test_it_weighs_less_than_three_megabytes(files: dict[str, Path]) -> None:
    for path in files.values():
        assert path.stat().st_size <= one_file.MOST
