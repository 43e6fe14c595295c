"""The petition's pages as a visitor moves about on them: reload, back, forward, no network, a quick way out.

Nothing that was typed is lost, no form is sent twice, and no browser shows a page of its own.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, Request, expect

from campaign.signatures import public_keys
from campaign.signatures.sealing import new_key
from tests.browser.test_look import OVERFLOW
from tests.test_server import serving
from tests.tools import PATIENCE, ROOT, SEED, without_tokens

RIVER = ROOT / "tests" / "packs" / "river"
NUMBERS = itertools.count(1)


@contextmanager
def signing(folder: Path, seed: Path) -> Iterator[str]:
    """A site with a petition that can be signed; its e-mails are caught. Yields the petition's address, to be given a language."""
    data, public = folder / "data", folder / "trustees.pub"
    public.write_text(public_keys.public_line(new_key(seed.name, 1).public))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAMPAIGN_DATA", str(data))
        patch.delenv("CAMPAIGN_SMTP_URL", raising=False)
        with serving(data, seed, worker=True) as address:
            command = [sys.executable, "-m", "campaign", "keys", "publish", str(public)]
            subprocess.run(command, cwd=ROOT, env=os.environ, check=True, capture_output=True)
            time.sleep(0.6)  # every process knows a new key within half a second
            yield f"{address}/%s/{seed.name}/petition"


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with signing(tmp_path_factory.mktemp("january"), SEED) as address:
        yield address


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with signing(tmp_path_factory.mktemp("river"), RIVER) as address:
        yield address


@dataclass
class Visitor:
    """Somebody on a small phone: what was sent, what the browser asked, and what it complained of."""

    page: Page
    petition: str
    sent: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._requested)
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _requested(self, request: Request) -> None:
        if request.method == "POST":
            self.sent.append(request.url)

    def _dialog(self, dialog: Dialog) -> None:
        self.asked.append(dialog.type)
        dialog.accept()

    def open(self, language: str = "en") -> None:
        self.page.goto(self.petition % language)

    def type(self, country: str = "FR", **changes: str) -> str:
        """Fill in the form; the address is a new one."""
        email = changes.get("email", f"ana-{next(NUMBERS)}@example.org")
        self.page.locator("#country").select_option(country)
        self.page.locator("#name").fill("Ana Example")
        self.page.locator("#email").fill(email)
        self.page.locator("#agree").check()
        return email

    def switch(self, language: str) -> None:
        """Choose another language: on a phone the list is behind a button."""
        self.page.locator("[popovertarget=top-languages]").click()
        self.page.locator(f"#top-languages [lang={language}]").click()

    def press(self, shown: str) -> None:
        """Press “Sign” and wait for what it brings. The server takes no form that is younger than two seconds."""
        self.page.wait_for_timeout(2_100)
        self.page.locator(".sign-go .button").click()
        self.page.locator(shown).wait_for(timeout=PATIENCE * 1000)

    def links(self, email: str) -> tuple[str, str]:
        """The two links of the e-mail to an address."""
        site = self.petition.split("/%s")[0]
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with urllib.request.urlopen(f"{site}/mail/", timeout=PATIENCE) as answer:
                _before, there, after = answer.read().decode().partition(email)
            if there:
                confirm, withdraw = re.findall(r'href="([^"]+/r/[^"]+)"', after)[:2]
                return confirm, withdraw
            time.sleep(0.1)
        raise AssertionError(f"no mail to {email}")

    def typed(self) -> list[str]:
        return [self.page.locator(f"#{name}").input_value() for name in ("name", "email", "country")]

    def headline(self) -> str:
        return self.page.locator("h1").inner_text()


@pytest.fixture
def visitor(browser: Browser, january: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 360, "height": 640})
    made = Visitor(context.new_page(), january)
    yield made
    assert made.complaints == [] and context.cookies() == []
    context.close()


# each brings the page to where a form has led, and gives the headline that a reload must show

FORM = "Justice for the victims of January 2022 in Kazakhstan"


def _form(visitor: Visitor) -> str:
    visitor.open()
    return FORM


def _problems(visitor: Visitor) -> str:
    visitor.open()
    visitor.press("#problems")
    return FORM


def _problems_without_the_script(visitor: Visitor) -> str:
    """The form is sent by itself, as before its script was there."""
    visitor.open()
    visitor.page.evaluate("document.querySelector('#sign').submit()")
    visitor.page.wait_for_function("document.activeElement.id === 'problems'")
    return FORM


def _another_language(visitor: Visitor) -> str:
    visitor.open("fr")
    visitor.type()
    visitor.switch("en")
    expect(visitor.page.locator("h1")).to_have_text(FORM)
    return FORM


def _sent(visitor: Visitor) -> str:
    visitor.open()
    visitor.type()
    visitor.press("#sent")
    return "Check your inbox"


def _sent_at_risk(visitor: Visitor) -> str:
    visitor.open()
    visitor.type("KZ")
    visitor.page.locator("#understood").check()
    visitor.press("#sent")
    return "Check your inbox"


def _confirmed(visitor: Visitor) -> str:
    visitor.open()
    email = visitor.type()
    visitor.press("#sent")
    visitor.page.goto(visitor.links(email)[0])
    _button(visitor)
    return "Your signature counts"


def _withdrawn(visitor: Visitor) -> str:
    visitor.open()
    email = visitor.type()
    visitor.press("#sent")
    visitor.page.goto(visitor.links(email)[1])
    _button(visitor)
    return "Your signature has been withdrawn"


def _unsubscribed(visitor: Visitor) -> str:
    visitor.page.goto(visitor.petition % "en" + f"/u/{5:016x}")
    _button(visitor)
    return "You are unsubscribed"


def _broken_link(visitor: Visitor) -> str:
    visitor.page.goto(visitor.petition % "en" + "/link")
    visitor.page.locator("#link").fill("https://example.org/r/AQx")
    visitor.page.locator("main form .button").click()
    visitor.page.wait_for_function("document.activeElement.id === 'problems'")
    return "My link is broken"


def _whole_email(visitor: Visitor) -> str:
    visitor.open()
    email = visitor.type()
    visitor.press("#sent")
    links = visitor.links(email)
    visitor.page.goto(visitor.petition % "en" + "/link")
    visitor.page.locator("#link").fill("\n".join(links))
    visitor.page.locator("main form .button").click()
    visitor.page.get_by_role("link", name="Confirm my signature").wait_for()
    return "My link is broken"


def _button(visitor: Visitor) -> None:
    visitor.page.wait_for_timeout(2_100)
    visitor.page.locator("main form .button").click()
    visitor.page.wait_for_url("**/done/**")


@pytest.mark.reliability(10)
@pytest.mark.slow
@pytest.mark.parametrize(
    "arrive",
    [_form, _problems, _problems_without_the_script, _another_language, _sent, _sent_at_risk, _confirmed,
     _withdrawn, _unsubscribed, _broken_link, _whole_email],
    ids=lambda arrive: arrive.__name__.strip("_").replace("_", " "),
)  # fmt: skip
def test_reload_back_and_forward_show_our_pages_and_send_nothing(
    arrive: Callable[[Visitor], str], visitor: Visitor
) -> None:
    page = visitor.page
    headline = arrive(visitor)
    sent, failed = len(visitor.sent), []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.on("requestfailed", lambda one: failed.append(one.url) if one.is_navigation_request() else None)
    page.reload()
    expect(page.locator("h1")).to_have_text(headline)
    page.goto(visitor.petition.replace("/petition", "/about") % "en")
    page.go_back()
    expect(page.locator("h1")).to_have_text(headline)
    page.go_back()
    page.wait_for_timeout(500)  # a page that sign.js has put there is asked for again
    assert page.url.startswith(("http://127.0.0.1", "about:blank"))
    page.go_forward()
    expect(page.locator("h1")).to_have_text(headline)
    assert len(visitor.sent) == sent
    assert failed == []


# errors


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with the script", "without"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_phone_s_first_screen_says_what_is_missing(
    language: str, script: bool, browser: Browser, january: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=script)
    page = context.new_page()
    page.goto(january % language)
    page.locator("#name").fill("Ana Example")
    page.wait_for_timeout(2_100)
    page.locator(".sign-go .button").click()
    summary = page.locator("#problems")
    expect(summary.locator("li")).to_have_count(3)
    box = summary.bounding_box()
    assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 640
    assert page.title().startswith({"en": "Error: ", "ru": "Ошибка: "}[language])
    assert page.locator("#name").input_value() == "Ana Example"
    if script:
        expect(summary).to_be_focused()
    summary.locator("a").nth(1).click()
    expect(page.locator("#email")).to_be_focused()
    expect(page.locator('label[for="email"]')).to_be_in_viewport(ratio=1)
    context.close()


@pytest.mark.slow
def test_what_was_typed_stays_where_the_network_is_gone_and_is_sent_later(visitor: Visitor) -> None:
    visitor.open()
    email = visitor.type()
    visitor.page.wait_for_timeout(500)
    visitor.page.context.set_offline(True)
    visitor.press("#problems")
    assert "check your connection" in visitor.page.locator("#problems").inner_text()
    assert visitor.typed() == ["Ana Example", email, "FR"]
    visitor.page.context.set_offline(False)
    visitor.press("#sent")
    expect(visitor.page.locator("#sent bdi")).to_have_text(email)
    assert visitor.page.title().startswith("Check your inbox")


@pytest.mark.slow
@pytest.mark.parametrize("status", [413, 429, 500])
def test_an_error_page_does_not_take_the_place_of_what_was_typed(status: int, visitor: Visitor) -> None:
    visitor.open()
    email = visitor.type()
    answer = "<title>x</title><main><h1>Too many requests</h1><p class='lead'>Wait a minute.</p></main>"
    visitor.page.route(
        "**/petition",
        lambda route: route.fulfill(status=status, body=answer, content_type="text/html")
        if route.request.method == "POST" else route.continue_(),
    )  # fmt: skip
    visitor.press("#problems")
    expect(visitor.page.locator("#problems li")).to_have_text("Too many requests. Wait a minute.")
    assert visitor.typed() == ["Ana Example", email, "FR"]


@pytest.mark.slow
def test_a_petition_that_has_closed_meanwhile_says_so(visitor: Visitor) -> None:
    visitor.open()
    visitor.type()
    closed = "<title>x</title><main><div class='petition'><h1>Petition</h1><h2>The petition has closed</h2></div></main>"
    visitor.page.route(
        "**/petition",
        lambda route: route.fulfill(status=410, body=closed, content_type="text/html")
        if route.request.method == "POST" else route.continue_(),
    )  # fmt: skip
    visitor.press("h2:has-text('closed')")
    expect(visitor.page.locator("h2")).to_be_focused()
    visitor.page.goto(visitor.petition.replace("/petition", "/about") % "en")
    assert visitor.asked == []


# typed text


@pytest.mark.slow
def test_a_wrong_address_is_seen_and_corrected_with_all_that_was_typed(visitor: Visitor) -> None:
    visitor.open()
    visitor.type(email="ana@exmaple.org")
    visitor.press("#sent")
    expect(visitor.page.locator("#sent bdi")).to_have_text("ana@exmaple.org")
    visitor.page.get_by_role("button", name="Correct it").click()
    expect(visitor.page.locator("#email")).to_be_focused()
    assert visitor.typed() == ["Ana Example", "ana@exmaple.org", "FR"]
    visitor.page.locator("#email").fill("ana-right@example.org")
    visitor.press("#sent")
    expect(visitor.page.locator("#sent bdi")).to_have_text("ana-right@example.org")
    assert "example.org" not in visitor.page.url
    visitor.links("ana-right@example.org")


@pytest.mark.slow
def test_back_finds_the_form_as_it_was_but_in_a_country_at_risk_an_empty_one(visitor: Visitor) -> None:
    _sent(visitor)
    visitor.page.go_back()
    assert visitor.typed()[0] == "Ana Example"
    visitor.page.go_forward()
    expect(visitor.page.locator("#sent")).to_be_visible()
    visitor.page.context.clear_cookies()
    _sent_at_risk(visitor)
    assert "Ana" not in without_tokens(visitor.page.content()) and "example.org" not in visitor.page.content()
    visitor.page.go_back()
    expect(visitor.page.locator("h1")).to_have_text(FORM)
    visitor.page.wait_for_load_state()
    assert visitor.typed() == ["", "", ""]


@pytest.mark.slow
def test_leaving_is_asked_about_only_while_something_typed_would_be_lost(visitor: Visitor) -> None:
    def leaves() -> list[str]:
        visitor.asked.clear()
        visitor.page.goto(visitor.petition.replace("/petition", "/about") % "en")
        return visitor.asked

    visitor.open()
    visitor.page.locator("#agree").check()
    visitor.page.locator("#country").select_option("KZ")
    assert leaves() == []  # whoever is at risk goes on to what to consider
    visitor.open()
    visitor.page.locator("#name").fill("Ana")
    assert leaves() == ["beforeunload"]
    _sent(visitor)
    assert leaves() == []


@pytest.mark.slow
def test_another_language_keeps_what_was_typed(visitor: Visitor) -> None:
    visitor.open("fr")
    email = visitor.type()
    visitor.switch("ru")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "ru")
    assert visitor.typed() == ["Ana Example", email, "FR"]
    visitor.switch("kk")  # from a page that came of a form
    expect(visitor.page.locator("html")).to_have_attribute("lang", "kk")
    assert visitor.typed() == ["Ana Example", email, "FR"]
    assert visitor.asked == [] and visitor.page.locator("#problems").count() == 0


# the quick way out


def neutral(page: Page) -> None:
    page.route(
        "https://*.wikipedia.org/",
        lambda route: route.fulfill(body="<h1>An encyclopedia</h1>", content_type="text/html"),
    )


@pytest.mark.slow
@pytest.mark.security(62)
@pytest.mark.parametrize("how", ["the button", "Esc three times"])
@pytest.mark.parametrize(("path", "country"), [("/petition", "FR"), ("/petition", "KZ"), ("/at-risk", "")])
def test_a_quick_way_out_replaces_the_page_without_a_question(
    path: str, country: str, how: str, visitor: Visitor
) -> None:
    page = visitor.page
    neutral(page)
    page.goto(visitor.petition.replace("/petition", "/about") % "ru")
    page.goto(visitor.petition.replace("/petition", path) % "ru")
    if country:
        visitor.type(country)
    button = page.locator(".leave-button")
    assert (page.locator(".leave-now").count() == 1) is (country != "FR")
    if how == "the button":
        button.click()
    else:
        page.keyboard.press("Escape")
        expect(page.locator(".leave-status")).to_have_text(
            "Чтобы покинуть страницу, нажмите Esc ещё два раза."
        )
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    page.wait_for_url("https://ru.wikipedia.org/")
    assert visitor.asked == []
    page.go_back()
    assert page.url.endswith("/about")  # and not the page that was left


@pytest.mark.slow
def test_the_page_is_blank_at_once_while_the_neutral_one_is_on_its_way(visitor: Visitor) -> None:
    visitor.open()
    visitor.type("KZ")
    visitor.page.route("https://*.wikipedia.org/", lambda route: None)  # it never comes
    shown = visitor.page.evaluate("""() => {
      document.querySelector(".leave-button").click();
      return [getComputedStyle(document.body).display, document.title, document.querySelector("#name").value];
    }""")
    assert shown == ["none", "en.wikipedia.org", ""]


@pytest.mark.slow
def test_esc_among_other_keys_or_too_slowly_leaves_nothing(visitor: Visitor) -> None:
    visitor.open()
    for keys in (("Escape", "Escape", "a", "Escape"), ("Escape", "Escape")):
        for key in keys:
            visitor.page.keyboard.press(key)
        visitor.page.wait_for_timeout(2_100)
    expect(visitor.page.locator(".leave-status")).to_have_text("")
    visitor.page.keyboard.press("Escape")
    assert visitor.headline() == FORM


def test_without_a_script_the_way_out_is_a_link_that_tells_nothing(browser: Browser, january: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(january % "fr")
    link = page.get_by_role("link", name="Quitter cette page")
    expect(link).to_have_attribute("href", "https://fr.wikipedia.org/")
    expect(link).to_have_attribute("rel", re.compile("noreferrer"))
    context.close()


# what can be seen and read


def _covered() -> str:
    """Whether something lies over the middle of what has the focus."""
    return """() => {
      const part = document.activeElement, box = part.getBoundingClientRect();
      if (part === document.body) return false; // beyond the last
      const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      return top === null || !(part.contains(top) || top.contains(part));
    }"""


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_no_bar_hides_what_has_the_focus(width: int, browser: Browser, january: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 640}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(january % "en")
    page.locator("#country").select_option("KZ")
    for key in ("Tab", "Shift+Tab"):
        for _ in range(40):
            page.keyboard.press(key)
            assert not page.evaluate(_covered()), page.evaluate(
                "document.activeElement.outerHTML.slice(0, 90)"
            )
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_every_page_of_the_petition_is_accessible_by_axe(
    language: str, scheme: str, width: int, browser: Browser, january: str, river: str
) -> None:
    # Axe is injected into the page, which the page's own policy would rightly forbid.
    context = browser.new_context(
        viewport={"width": width, "height": 640},
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,
    )
    petition, country = (river, "AQ") if language == "ar" else (january, "KZ")
    visitor = Visitor(context.new_page(), petition)
    said: list[str] = []

    def look(what: str) -> None:
        found = Axe().run(visitor.page)
        said.extend(
            f"{what}, {v['id']}: {[n['html'][:100] for n in v['nodes'][:3]]}"
            for v in found.response["violations"]
        )
        assert visitor.page.evaluate(OVERFLOW) == [], what

    visitor.open(language)
    look("the form")
    visitor.press("#problems")
    look("its problems")
    email = visitor.type(country)
    look("a country at risk")
    visitor.page.locator("#understood").check()
    visitor.press("#sent")
    look("sent")
    for link in visitor.links(email):
        visitor.page.goto(link)
        look("a button")
        _button(visitor)
        look("its result")
    for path in ("/link", "/done/sent", "/done/confirmed", "/done/unsubscribed", "/signatures"):
        visitor.page.goto(petition % language + path)
        look(path)
    visitor.page.goto(petition.replace("/petition", "/at-risk") % language)
    look("the page about risks")
    assert said == []
    context.close()
