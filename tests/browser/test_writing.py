"""The main way through a real browser: from the front page to a letter that holds the name."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.tools import pdf_text, words_of


def fill(page: Page) -> None:
    page.get_by_label("Where do you write from?").select_option("FR")
    page.get_by_label("Addressee", exact=True).select_option("prosecutor-general")
    page.get_by_label("In your own words").fill("I teach law in Lyon.")
    page.get_by_label("Full name").fill("Zoé Lefèvre-Қасым")
    page.get_by_label("Town").fill("Lyon")


def downloaded(page: Page, button: str) -> str:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    assert waiting.value.suggested_filename == "letter-prosecutor-general-en.pdf"
    return words_of(pdf_text(Path(waiting.value.path()).read_bytes()))


def test_from_the_front_page_to_a_letter_with_the_sheet_following(visit: Visit) -> None:
    page = visit.open("/")
    page.get_by_role("link", name="Write a letter").first.click()
    sheet = page.locator("#live-sheet")
    expect(sheet).to_contain_text("Your Excellency,")
    fill(page)
    expect(sheet).to_contain_text("Zoé Lefèvre-Қасым")
    expect(sheet).to_contain_text("Lyon, France")
    expect(sheet.locator(".sheet-own")).to_have_text("I teach law in Lyon.")
    expect(sheet).to_contain_text("Dear Prosecutor General,")
    page.get_by_label("Reparations").uncheck()
    expect(sheet).not_to_contain_text("recognise all who were harmed")
    expect(page.get_by_label("Addressee", exact=True)).to_have_value("prosecutor-general")
    time.sleep(2)
    text = downloaded(page, "Get the PDF")
    assert "Zoé Lefèvre-Қасым" in text
    assert "I teach law in Lyon." in text
    assert visit.hosts == {visit.site.split("/")[2]}
    assert visit.complaints == []


@pytest.mark.security(72)
def test_the_same_without_javascript_on_a_small_phone(plain_visit: Visit) -> None:
    page = plain_visit.open("/en/january-2022/")
    page.get_by_role("link", name="Write a letter").first.click()
    fill(page)
    page.get_by_role("button", name="Update the letter").click()
    expect(page.locator(".sheet-own")).to_have_text("I teach law in Lyon.")
    expect(page.locator(".sheet-signature")).to_have_text("Zoé Lefèvre-Қасым")
    time.sleep(2)
    assert "Zoé Lefèvre-Қасым" in downloaded(page, "Get the PDF")
    page.get_by_role("button", name="Edit the text").click()
    area = page.locator("#edited")
    area.fill(area.input_value().replace("Dear Prosecutor General,", "Dear Madam,"))
    page.get_by_role("button", name="Update the letter").click()
    expect(page.locator(".sheet")).to_contain_text("Dear Madam,")
    assert "Dear Madam," in downloaded(page, "Get the PDF")


def test_the_sheet_is_redrawn_soon_after_the_last_keystroke(visit: Visit) -> None:
    """The promise is 150 ms on a machine at rest; here a second, so that a busy one does not lie."""
    page = visit.open("/en/january-2022/write")
    page.get_by_label("Full name").press_sequentially("Ana", delay=30)
    expect(page.locator(".sheet-signature")).to_have_text("Ana", timeout=1_000)
    assert page.get_by_label("Full name").input_value() == "Ana"


def test_typing_goes_on_undisturbed_while_the_sheet_is_redrawn(visit: Visit) -> None:
    page = visit.open("/en/january-2022/write")
    words = "One sentence after the other, without losing a single letter of it."
    page.get_by_label("In your own words").press_sequentially(words, delay=15)
    expect(page.locator(".sheet-own")).to_have_text(words)
    assert page.get_by_label("In your own words").input_value() == words


def test_who_writes_from_a_country_at_risk_is_warned_at_once(visit: Visit) -> None:
    page = visit.open("/ru/january-2022/write")
    page.locator("#country").select_option("KZ")
    expect(page.locator("#live-warning")).to_contain_text("Сначала прочтите это.")
    expect(page.locator("#to optgroup").last).to_have_attribute("label", "Учреждения Казахстана")
    assert visit.complaints == []


def test_a_message_appears_beside_a_field_while_typing_and_goes_again(visit: Visit) -> None:
    page = visit.open("/fr/january-2022/write")
    page.locator("#own_words").fill("x" * 2_001)
    expect(page.locator("#own_words-error")).to_contain_text("2\u202f000 caractères au plus")
    page.locator("#own_words").fill("x")
    expect(page.locator("#own_words-error")).to_be_hidden()


def test_a_missing_name_is_said_and_what_was_typed_stays(visit: Visit) -> None:
    page = visit.open("/kk/january-2022/write")
    page.locator("#own_words").fill("Әділдік керек.")
    time.sleep(2)
    page.get_by_role("button", name="PDF алу").click()
    expect(page.locator("#name-error")).to_have_text("Хатқа аты-жөніңіз керек.")
    expect(page.locator("#own_words")).to_have_value("Әділдік керек.")


def test_the_language_switch_leaves_the_reader_on_the_page(visit: Visit) -> None:
    page = visit.open("/en/january-2022/record")
    page.get_by_role("link", name="Қазақша").click()
    assert page.url.endswith("/kk/january-2022/record")
