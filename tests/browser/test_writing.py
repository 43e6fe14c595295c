"""The main way through a real browser: from the front page to a letter that holds the name."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from campaign.web import budgets
from tests.browser.conftest import Visit
from tests.tools import pdf_text, words_of


def choose(page: Page, office: str) -> None:
    """Choose an addressee from all of them."""
    choice = page.locator(".offices").get_by_label(office, exact=True)
    if not choice.is_visible():
        page.locator(".all-offices > summary").click()
    choice.check()


def downloaded(page: Page, button: str) -> str:
    with page.expect_download() as waiting:
        page.locator("#get").get_by_role("button", name=button).click()
    assert waiting.value.suggested_filename == "letter-prosecutor-general-en.pdf"
    return words_of(pdf_text(Path(waiting.value.path()).read_bytes()))


def fill(page: Page) -> None:
    page.get_by_label("Where do you write from?").select_option("FR")
    choose(page, "Prosecutor General of the Republic of Kazakhstan")
    page.get_by_label("In your own words").fill("I teach law in Lyon.")
    page.get_by_label("Full name").fill("Zoé Lefèvre-Қасым")
    page.get_by_label("Town").fill("Lyon")


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
    page.get_by_text("More choices").click()
    page.get_by_label("Reparations").uncheck()
    expect(sheet).not_to_contain_text("recognise all who were harmed")
    expect(page.locator("input[name=to]:checked")).to_have_value("prosecutor-general")
    time.sleep(2)
    text = downloaded(page, "Get the PDF")
    assert "Zoé Lefèvre-Қасым" in text
    assert "I teach law in Lyon." in text
    assert visit.hosts == {visit.site.split("/")[2]}
    assert visit.complaints == []


@pytest.mark.slow
@pytest.mark.security(72)
def test_the_same_without_javascript_on_a_small_phone(plain_visit: Visit) -> None:
    page = plain_visit.open("/en/january-2022/")
    page.get_by_role("link", name="Write a letter").first.click()
    fill(page)
    page.get_by_role("button", name="Update the letter").click()
    expect(page.locator(".sheet-own")).to_be_visible()
    expect(page.locator(".sheet-own")).to_have_text("I teach law in Lyon.")
    expect(page.locator(".sheet-signature")).to_have_text("Zoé Lefèvre-Қасым")
    page.get_by_role("link", name="Back to the form").click()
    time.sleep(2)
    assert "Zoé Lefèvre-Қасым" in downloaded(page, "Get the PDF")
    page.get_by_text("Word, print, copy and more").click()
    page.get_by_role("button", name="Edit the text").click()
    area = page.locator("#edited")
    area.fill(area.input_value().replace("Dear Prosecutor General,", "Dear Madam,"))
    page.get_by_role("button", name="Update the letter").click()
    expect(page.locator(".sheet")).to_contain_text("Dear Madam,")
    page.get_by_role("link", name="Back to the form").click()
    assert "Dear Madam," in downloaded(page, "Get the PDF")


def test_the_sheet_is_redrawn_soon_after_the_last_keystroke(visit: Visit) -> None:
    """The letter follows after a pause of 400 ms; here up to five seconds, so that a busy machine does not lie."""
    page = visit.open("/en/january-2022/write")
    page.get_by_label("Full name").press_sequentially("Ana", delay=30)
    expect(page.locator(".sheet-signature")).to_have_text("Ana")
    assert page.get_by_label("Full name").input_value() == "Ana"


def test_typing_goes_on_undisturbed_while_the_sheet_is_redrawn(visit: Visit) -> None:
    page = visit.open("/en/january-2022/write")
    words = "One sentence after the other, without losing a single letter of it."
    page.get_by_label("In your own words").press_sequentially(words, delay=15)
    expect(page.locator(".sheet-own")).to_have_text(words)
    assert page.get_by_label("In your own words").input_value() == words


#: Types 300 characters, one at each pause, and records when each was typed, when the script asks for the letter, and
#: how much of the text it takes along.
TYPED = """(pause) => {
  const own = document.querySelector("#own_words");
  window.typed = []; window.asked = [];
  window.fetch = async (_address, { body }) => {
    window.asked.push([Date.now(), body.get("own_words").length]);
    return new Response("");
  };
  const type = () => {
    own.value += "a";
    window.typed.push(Date.now());
    own.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (let number = 1; number <= 300; number += 1) setTimeout(type, number * pause);
}"""


@pytest.mark.slow
@pytest.mark.security(53)
@pytest.mark.parametrize("pause", [60, 120, 250, 390, 410, 450, 700, 1_000, 1_500])
def test_however_fast_a_class_types_its_requests_stay_within_the_budget(pause: int, visit: Visit) -> None:
    """By a clock of the test: thirty people are never refused, and the letter is never far behind."""
    page = visit.page
    page.clock.install(time=0)
    visit.open("/en/january-2022/write")
    page.clock.pause_at(3_600_000)  # from now on no time goes by itself
    page.evaluate(TYPED, pause)
    page.clock.run_for(300 * pause + 5_000)
    typed, asked = page.evaluate("[typed, asked]")
    behind = [next(at for at, length in asked if length > place) - when for place, when in enumerate(typed)]
    assert len(typed) == 300 and max(behind) <= 3_001  # the clock counts the moment itself
    in_a_minute = max(sum(start <= at < start + 60_000 for at, _length in asked) for start, _length in asked)
    assert 30 * in_a_minute <= budgets.PREVIEW.most


@pytest.mark.slow
@pytest.mark.security(53)
def test_a_class_that_types_behind_one_address_is_never_refused(visit: Visit) -> None:
    """One of 30 types on and on: the letter follows all the while, by few requests, and none is refused."""
    page = visit.open("/en/january-2022/write")
    answers: list[int] = []
    page.on("response", lambda one: answers.append(one.status) if one.url.endswith("/preview") else None)
    words = "One sentence after the other, without a pause to think. "
    own = page.locator("#own_words")
    own.press_sequentially(words, delay=120)
    expect(page.locator(".sheet-own")).to_contain_text("One sentence after")
    own.press_sequentially("The end.", delay=120)
    expect(page.locator(".sheet-own")).to_contain_text("The end.")
    seconds = 0.12 * len(words + "The end.")
    assert set(answers) == {200} and len(answers) <= seconds
    assert 30 * 60 * len(answers) / seconds <= budgets.PREVIEW.most


def test_who_writes_from_a_country_at_risk_is_warned_at_once(visit: Visit) -> None:
    page = visit.open("/ru/january-2022/write")
    page.locator("#country").select_option("KZ")
    expect(page.locator("#live-warning")).to_contain_text("Сначала прочтите это.")
    page.locator(".all-offices > summary").click()
    expect(page.locator(".all-offices .checks-group").last).to_have_text(
        re.compile("^Риск для вас: .*Казахстана")
    )
    assert visit.complaints == []


def test_a_message_appears_beside_a_field_while_typing_and_goes_again(visit: Visit) -> None:
    page = visit.open("/fr/january-2022/write")
    page.locator("#own_words").fill("x" * 2_001)
    expect(page.locator("#own_words-error")).to_contain_text("2\u202f000 caractères au plus")
    page.locator("#own_words").fill("x")
    expect(page.locator("#own_words-error")).to_be_hidden()


@pytest.mark.slow
def test_a_missing_name_is_said_and_what_was_typed_stays(visit: Visit) -> None:
    page = visit.open("/kk/january-2022/write")
    page.locator("#own_words").fill("Әділдік керек.")
    time.sleep(2)
    page.locator("#get").get_by_role("button", name="PDF алу").click()
    expect(page.locator("#name-error")).to_have_text("Хатқа аты-жөніңіз керек.")
    expect(page.locator("#own_words")).to_have_value("Әділдік керек.")


# what goes wrong, and what is kept


@pytest.mark.slow
def test_a_problem_is_at_the_top_of_the_page_and_has_the_focus(phone_visit: Visit) -> None:
    page = phone_visit.open("/en/january-2022/write")
    time.sleep(2)
    page.locator(".bar-get").click()
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#problems")).to_be_in_viewport()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator("#name")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("link", name="A letter needs your name.").click()
    expect(page.locator("#name")).to_be_focused()
    page.locator("#name").fill("Ana Mora")
    expect(page.locator("#name-error")).to_be_hidden()
    expect(page.locator("#name")).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#problems")).to_have_count(0)
    expect(page).not_to_have_title(re.compile("^Error"))


@pytest.mark.slow
def test_what_is_still_wrong_stays_at_the_top_while_something_else_is_mended(phone_visit: Visit) -> None:
    page = phone_visit.open("/en/january-2022/write?country=KZ")
    time.sleep(2)
    page.locator(".bar-get").click()
    expect(page.locator("#problems li")).to_have_count(2)
    page.locator("#own_words").fill("I teach law.")
    expect(page.locator("#live-sheet")).to_contain_text("I teach law.")
    expect(page.locator("#problems li")).to_have_count(2)
    page.get_by_label("I have read this and want to write").check()
    expect(page.locator("#problems li")).to_have_text(["A letter needs your name."])
    expect(page.locator("#name-error")).to_have_text("A letter needs your name.")
    expect(page).to_have_title(re.compile("^Error: "))


@pytest.mark.slow
def test_after_the_letter_is_got_the_page_says_what_to_do_now(phone_visit: Visit) -> None:
    page = phone_visit.open("/en/january-2022/write?to=prosecutor-general&country=FR")
    page.locator("#name").fill("Ana Mora")
    expect(page.locator("#finish")).to_be_hidden()
    time.sleep(2)
    with page.expect_download():
        page.locator(".bar-get").click()
    expect(page.locator("#finish")).to_be_focused()
    expect(page.locator("#finish")).to_contain_text("Add postage to Kazakhstan and post it.")
    page.get_by_role("button", name="I posted it").click()
    expect(page.locator(".counted")).to_have_text("Thank you. Your letter has been counted.")
    assert page.url.endswith("/write?to=prosecutor-general&country=FR")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Reminder to ask again, for your calendar").click()
    assert waiting.value.suggested_filename == "reminder.ics"
    page.locator("#finish").get_by_role("button", name="President").click()
    expect(page.locator("input[name=to]:checked")).to_have_value("president")
    expect(page.locator("#name")).to_have_value("Ana Mora")
    expect(page.locator("#finish")).to_be_hidden()
    assert phone_visit.complaints == []


@pytest.mark.slow
def test_from_a_country_at_risk_nothing_goes_out_before_the_notice_was_read(visit: Visit) -> None:
    page = visit.open("/en/january-2022/write")
    page.locator("#country").select_option("KZ")
    page.locator("#name").fill("Ana Mora")
    expect(page.locator("#live-warning")).to_contain_text("Read this first.")
    page.get_by_text("Word, print, copy and more").click()
    time.sleep(2)
    for press in ("Get the PDF", "Word", "Plain text", "Print", "Copy the letter", "E-mail file"):
        page.locator("#get").get_by_role("button", name=press, exact=True).click()
        expect(page.locator("#problems")).to_contain_text("Read the notice, then tick the box under it.")
        expect(page.locator("#finish")).to_be_hidden()
        page.evaluate("document.getElementById('live-problems').replaceChildren()")
    page.get_by_label("I have read this and want to write").check()
    with page.expect_download():
        page.locator("#get").get_by_role("button", name="Get the PDF").click()
    expect(page.locator("#finish")).to_be_visible()
    expect(page.get_by_role("button", name="Reminder")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_reload_back_and_forward_never_show_an_error(script: bool, browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=script, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{site}/en/january-2022/write?to=president&country=FR")
    page.locator("#name").fill("Ana Mora")
    press = page.get_by_role("button", name="I posted it")
    if script:
        time.sleep(2)
        with page.expect_download():
            page.locator("#get").get_by_role("button", name="Get the PDF").click()
    press.click()
    expect(page.locator(".counted")).to_be_visible()
    page.get_by_role("button", name="Русский").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("#name")).to_have_value("Ana Mora")
    page.get_by_role("link", name="Требования").first.click()
    for go in (page.go_back, page.go_back, page.go_forward, page.reload):
        answer = go()
        assert answer is None or answer.status == 200, go
        expect(page.locator(".compose")).to_be_visible()
    context.close()


def test_what_is_typed_is_kept_in_the_tab_only_if_somebody_wants_it(visit: Visit) -> None:
    page = visit.open("/en/january-2022/write?country=FR")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#own_words").fill("I teach law in Lyon.")
    stored = "() => Object.values(sessionStorage).join()"
    assert page.evaluate(stored) == ""
    page.get_by_label("Keep what I type in this tab").check()
    page.locator("#name").fill("Ana Mora")
    page.reload()
    expect(page.locator("#own_words")).to_have_value("I teach law in Lyon.")
    expect(page.locator("#name")).to_have_value("Ana Mora")
    expect(page.locator("#live-sheet")).to_contain_text("I teach law in Lyon.")
    page.locator("#country").select_option("KZ")
    expect(page.locator("#live-warning")).to_contain_text("Read this first.")
    assert page.evaluate(stored) == ""
    expect(page.get_by_label("Keep what I type in this tab")).to_have_count(0)


def test_typing_on_while_offline_loses_nothing_and_the_letter_follows_later(visit: Visit) -> None:
    page = visit.open("/en/january-2022/write")
    visit.context.set_offline(True)
    page.locator("#own_words").fill("I teach law in Lyon.")
    expect(page.locator(".sheet-status")).to_contain_text("You are offline.")
    visit.context.set_offline(False)
    expect(page.locator("#live-sheet")).to_contain_text("I teach law in Lyon.")
    expect(page.locator("#own_words")).to_have_value("I teach law in Lyon.")


def test_storage_that_is_forbidden_or_full_costs_nobody_a_letter(visit: Visit) -> None:
    visit.page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') };"
    )
    page = visit.open("/en/january-2022/write?country=FR")
    page.locator("#name").fill("Ana Mora")
    page.get_by_label("Keep what I type in this tab").click()  # it does not stay ticked: nothing is kept
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Русский").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("#name")).to_have_value("Ana Mora")


def test_the_short_way_has_at_most_twelve_controls_on_three_and_a_half_screens(phone_visit: Visit) -> None:
    page = phone_visit.open("/en/january-2022/write?country=FR")
    controls = "form.compose :is(input:not([type=hidden]), select, textarea, button, a.button)"
    shown = page.evaluate(
        f"[...document.querySelectorAll('{controls}')].filter(one => one.checkVisibility()).length"
    )
    assert shown <= 12
    end = page.evaluate("document.querySelector('.compose').getBoundingClientRect().bottom + scrollY")
    assert end <= 3.5 * 740


def test_the_language_switch_leaves_the_reader_on_the_page(visit: Visit) -> None:
    page = visit.open("/en/january-2022/record")
    page.get_by_role("link", name="Қазақша").click()
    assert page.url.endswith("/kk/january-2022/record")
