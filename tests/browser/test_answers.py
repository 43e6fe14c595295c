"""After the letter, in a real browser: the slip, “my letters” on the device, an answer with a proof of work."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

KEPT = "localStorage.getItem('campaign-my-letters')"


def composed(visit: Visit) -> None:
    """A letter to the ombudsman that is ready, and what to do now."""
    page = visit.open("/en/january-2022/write?country=FR&to=ombudsman")
    page.get_by_label("Full name").fill("Claire Martin")
    expect(page.locator("#live-sheet")).to_contain_text("Claire Martin")
    page.evaluate("document.documentElement.classList.add('got')")
    page.click("button[value=slip]")
    page.wait_for_selector("[data-slip]")


@pytest.mark.slow
def test_a_slip_is_kept_on_the_device_if_somebody_wants_it_and_erased_by_one_button(visit: Visit) -> None:
    composed(visit)
    page = visit.page
    assert page.evaluate(KEPT) is None, "nothing is kept unasked"
    page.check("[data-remembered]")
    assert "Commissioner for Human Rights" in page.evaluate(KEPT)
    address = page.get_attribute("[data-slip]", "data-slip")
    page.goto(f"{visit.site}/en/january-2022/answers")
    link = page.locator("#my-letters a")
    assert link.get_attribute("href") == address
    page.click("[data-erase]")
    assert page.evaluate(KEPT) is None and page.locator("#my-letters li").count() == 0
    assert visit.complaints == []


@pytest.mark.slow
def test_an_answer_is_counted_with_a_proof_of_work_at_once(visit: Visit) -> None:
    composed(visit)
    page = visit.page
    page.locator("[data-slip] .slip-code a").click()
    page.check("input[value=receipt]")
    page.click("form.report button")
    page.wait_for_selector(".counted")
    assert "case=follow-up" in (page.get_attribute(".next-letters a", "href") or "")
    page.click(".next-letters a")
    assert "This is the next letter after yours of" in page.inner_text("main")
    assert "has had no answer" in page.inner_text("#live-sheet")
    assert visit.complaints == []


@pytest.mark.slow
def test_in_a_country_at_risk_nothing_is_offered_and_what_was_kept_is_erased(visit: Visit) -> None:
    composed(visit)
    page = visit.page
    page.check("[data-remembered]")
    page.get_by_label("Where do you write from?").select_option("KZ")
    expect(page.locator("#understood")).to_be_visible()
    expect(page.locator("[data-slip]")).to_have_count(0)
    page.wait_for_function(f"{KEPT} === null")
