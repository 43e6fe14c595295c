"""Every way to send it, through a real browser: several offices, other words, a window, one click."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from campaign.letters.compose import compose
from campaign.letters.envelopes import WINDOWS, Box
from campaign.letters.formats import html
from campaign.letters.letter import Letter
from campaign.pack.model import Pack
from tests.browser.conftest import Visit
from tests.browser.test_writing import choose
from tests.letters.test_envelopes import LONG_SENDER, outside, shown, squeezed
from tests.letters.test_page_breaks import faults, lines_on, own_words
from tests.tools import choices, pdf_text, words_of, words_on_pages


def fill(page: Page) -> None:
    page.get_by_label("Where do you write from?").select_option("FR")
    choose(page, "President of the Republic of Kazakhstan")
    page.get_by_label("Full name").fill("Zoé Lefèvre-Қасым")
    page.get_by_label("Street and number").first.fill("12 rue Mercière")
    page.get_by_label("Postcode").first.fill("69002")
    page.get_by_label("Town").first.fill("Lyon")
    page.get_by_text("More choices").click()


@pytest.mark.slow
def test_one_letter_to_three_offices_with_the_embassy_near_by_offered(visit: Visit) -> None:
    page = visit.open("/en/january-2022/write")
    fill(page)
    near = page.get_by_label("Also write to the one near you")
    expect(near).to_be_visible()
    near.check()
    page.get_by_text("Write to others as well").click()
    page.locator(".also").get_by_label("Prosecutor General of the Republic of Kazakhstan", exact=True).check()
    button = page.locator("#get").get_by_role("button", name="Get the PDF: 3 letters")
    expect(button).to_be_visible()
    expect(page.locator("#live-sheet article.sheet")).to_have_count(3)
    expect(page.locator(".sheet-sender").first).to_contain_text("69002 LYON")
    time.sleep(2)
    with page.expect_download() as waiting:
        button.click()
    text = words_of(pdf_text(Path(waiting.value.path()).read_bytes()))
    for words in ("Your Excellency,", "Dear Prosecutor General,", "59 rue Pierre-Charron"):
        assert words in text
    assert visit.complaints == []


def test_another_wording_comes_at_a_button_and_leaves_the_rest(visit: Visit) -> None:
    page = visit.open("/en/january-2022/write")
    fill(page)
    sheet = page.locator("#live-sheet article.sheet").first
    expect(sheet).to_contain_text("Zoé Lefèvre-Қасым")
    before = sheet.inner_text()
    page.get_by_role("button", name="Try a different wording").click()
    page.wait_for_function("text => document.querySelector('article.sheet').innerText !== text", arg=before)
    expect(sheet).to_contain_text("Zoé Lefèvre-Қасым")
    expect(page.get_by_label("Full name")).to_have_value("Zoé Lefèvre-Қасым")
    assert visit.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment", ["change(); click()", "click(); change()"], ids=["typed before", "typed after"]
)
def test_typing_at_the_same_moment_does_not_undo_another_wording(visit: Visit, moment: str) -> None:
    page = visit.open("/en/january-2022/write")
    fill(page)
    expect(page.locator("#live-sheet article.sheet").first).to_contain_text("Zoé Lefèvre-Қасым")
    before = page.locator("input[name=seed]").input_value()
    page.evaluate(
        f"""() => {{
            const form = document.querySelector("form.compose");
            const change = () => form.dispatchEvent(new Event("change"));
            const click = () => form.querySelector("[data-reword]").click();
            {moment};
        }}"""
    )
    expect(page.locator("input[name=seed]")).to_have_value(str(int(before) + 1))
    assert visit.complaints == []


def test_a_reader_of_french_reads_the_russian_letter_beside_it(visit: Visit) -> None:
    page = visit.open("/fr/january-2022/write?to=prosecutor-general")
    page.get_by_text("Plus d’options").click()
    page.locator("#language").select_option("ru")
    page.get_by_text("La lire en français").click()
    reading = page.locator(".reading")
    expect(reading).to_contain_text("Уважаемый господин Генеральный прокурор!")
    expect(reading).to_contain_text("Monsieur le Procureur général,")
    page.locator("#own_words").fill("J’enseigne le droit.")
    expect(reading).to_contain_text("J’enseigne le droit.")
    expect(reading).to_be_visible()  # it stays open while the letter is drawn anew
    assert visit.complaints == []


@pytest.mark.slow
@pytest.mark.security(72)
def test_without_javascript_a_letter_is_counted_and_the_next_one_begun(plain_visit: Visit) -> None:
    page = plain_visit.open("/en/january-2022/write")
    fill(page)
    page.get_by_role("button", name="Update the letter").click()
    page.get_by_role("link", name="Back to the form").click()
    page.get_by_role("button", name="I posted it").click()
    expect(page.get_by_text("Thank you. Your letter has been counted.")).to_be_visible()
    expect(page.get_by_label("Full name")).to_have_value("Zoé Lefèvre-Қасым")
    page.locator("#finish").get_by_role(
        "button", name="Prosecutor General of the Republic of Kazakhstan"
    ).click()
    expect(page.locator(".sheet").first).to_contain_text("Dear Prosecutor General,")
    expect(page.locator(".sheet-signature").first).to_have_text("Zoé Lefèvre-Қасым")
    page.get_by_text("More choices").click()
    page.get_by_role("button", name="Try a different wording").click()
    expect(page.locator(".sheet").first).to_contain_text("Dear Prosecutor General,")


def in_window(document: bytes, letter: Letter) -> None:
    """The printed address is whole in its window, and nothing else is.

    Poppler makes the words of a web font half as high again as they are: their middle counts.
    """
    window = WINDOWS[letter.window]
    (words, *_) = words_on_pages(document)
    words = [replace(word, box=middle(word.box)) for word in words]
    seen = shown(words, window.reach)
    assert squeezed("".join(word.text for word in seen)).endswith(squeezed("".join(letter.addressee)))
    boxes = [box for box in (window.address, window.return_line) if box]
    assert outside(seen, *boxes) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "lengths"),
    [
        ({}, range(26, 50, 3)),
        ({"language": "fr", "beside": "both:ru", "addressee": "un-executions"}, range(8, 36, 2)),
    ],
    ids=["one language", "two"],
)
def test_pages_that_the_browser_prints_keep_together_what_belongs_together(
    changes: dict[str, str], lengths: range, browser: Browser, pack: Pack
) -> None:
    page = browser.new_page()
    for lines in lengths:
        letter = compose(pack, choices(pack, own_words=own_words(lines), **changes))
        page.set_content(html.render(letter))
        pages = words_on_pages(page.pdf(prefer_css_page_size=True))
        # The notes are at the end, if need be on a page of their own.
        assert list(faults(letter, [words for words in pages if lines_on(words)])) == []
    page.close()


def middle(box: Box) -> Box:
    return Box(box.left, box.top + box.height * 0.25, box.width, box.height * 0.5)


@pytest.mark.slow
@pytest.mark.parametrize("key", WINDOWS)
def test_the_page_to_print_and_the_browsers_own_print_fit_the_window(
    key: str, browser: Browser, site: str, pack: Pack
) -> None:
    context = browser.new_context()
    page = context.new_page()
    letter = compose(pack, choices(pack, language="fr", window=key, sender=LONG_SENDER))
    page.set_content(html.render(letter))
    size = {"format": "A4" if letter.paper == "a4" else "Letter", "prefer_css_page_size": True}
    in_window(page.pdf(**size), letter)
    page.goto(f"{site}/fr/january-2022/write?to=prosecutor-general", wait_until="load")
    page.locator("#country").select_option("DE")
    page.locator("#name").fill("Claire Martin")
    page.locator("#more > summary").click()
    page.locator("#layout").select_option(key)
    expect(page.locator("article.sheet")).to_have_class(
        f"sheet sheet-addressee-right sheet-{letter.paper} sheet-window sheet-{key}"
    )
    page.emulate_media(media="print")
    in_window(page.pdf(**{**size, "prefer_css_page_size": False, "margin": MARGINS}), letter)
    context.close()


#: What the print style asks for; given here too, so that the paper can be chosen.
MARGINS = {"top": "20mm", "right": "22mm", "bottom": "17mm", "left": "25mm"}
