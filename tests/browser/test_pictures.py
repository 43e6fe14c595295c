"""Pictures of texts in a browser: what a phone loads, what moves, the point that stays in sight, files that are too large."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, expect

from campaign.pack.archive import write_folder
from campaign.pack.files import read_folder
from campaign.photographs.sanitise import Photograph, sanitised
from tests.browser.test_desk import House, authenticator
from tests.browser.test_look import OVERFLOW
from tests.mirror.conftest import RIVER
from tests.test_server import serving

EDITOR = "/en/desk/river/content/update/photo"

#: What moved on a page, and on whose account.
MOVED = """() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries().flatMap((one) => one.sources)
    .map((source) => source.node?.tagName).filter((tag) => tag === "IMG" || tag === "FIGURE")))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done([]), 500);
})"""


def boat(width: int, height: int) -> bytes:
    """A grey picture with something red at 85, 75 per cent."""
    picture = Image.new("RGB", (width, height), (120, 130, 140))
    x, y, size = width * 85 // 100, height * 75 // 100, min(width, height) // 12
    ImageDraw.Draw(picture).ellipse((x - size, y - size, x + size, y + size), fill=(200, 20, 20))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


@pytest.fixture(scope="module")
def photo() -> Photograph:
    return sanitised(boat(2000, 1200))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, photo: Photograph) -> Iterator[House]:
    """A site in Spanish and Arabic with two updates, of which one has a picture."""
    files = read_folder(RIVER)
    for code in ("es", "ar"):
        head = "---\ntitle: Noticia\nsummary: Breve.\ndate: 2026-05-0{}\n{}---\n\nTexto.\n"
        lines = f"photo: {photo.name}\nphoto-of: Un río ({code})\nphoto-by: A. Nobody\nphoto-focus: 85 75\n"
        files[f"updates/photo.{code}.md"] = head.format(2, lines)
        files[f"updates/plain.{code}.md"] = head.format(1, "")
    pack, data = tmp_path_factory.mktemp("pack"), tmp_path_factory.mktemp("site") / "data"
    write_folder(files, pack, {photo.name: photo.large})
    with serving(data, pack) as address:
        yield House(data, address.replace("127.0.0.1", "localhost"), "")


@pytest.fixture(scope="module")
def cookies(house: House, browser: Browser) -> dict[str, Any]:
    """Those of an editor who is signed in."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    authenticator(page)
    page.goto(house.invite("Organiser One", "one@example.org", "editor"))
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="Join with a passkey").click()
    page.get_by_role("link", name="Go to the desk").wait_for()
    state: dict[str, Any] = context.storage_state()  # type: ignore[assignment]
    context.close()
    return state


def opened(browser: Browser, width: int = 1280, **options: Any) -> BrowserContext:
    return browser.new_context(viewport={"width": width, "height": 800}, locale="en-GB", **options)


def complaints_of(page: Page) -> list[str]:
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    return said


@pytest.mark.slow
@pytest.mark.parametrize("code", ["es", "ar"])
@pytest.mark.parametrize(("width", "dots", "loaded"), [(360, 1, "?small=yes"), (360, 3, ""), (1280, 2, "")])
def test_a_phone_loads_the_small_picture_and_nothing_moves(
    code: str, width: int, dots: int, loaded: str, house: House, browser: Browser, photo: Photograph
) -> None:
    context = opened(browser, width, device_scale_factor=dots)
    page = context.new_page()
    said = complaints_of(page)
    page.goto(f"{house.one}/{code}/river/updates/photo", wait_until="load")
    image = page.get_by_role("img", name=f"Un río ({code})")
    assert image.evaluate("one => one.currentSrc").endswith(f"/images/{photo.name}{loaded}")
    assert page.evaluate(MOVED) == [] and page.evaluate(OVERFLOW) == [] and said == []
    context.close()


def test_in_a_list_it_waits_and_is_cropped_around_its_point(
    house: House, browser: Browser, photo: Photograph
) -> None:
    context = opened(browser, 360)
    page = context.new_page()
    for code in ("es", "ar"):  # the point is where it is in the picture, whatever the direction of the text
        page.goto(f"{house.one}/{code}/river/updates/", wait_until="load")
        small = page.locator(f"img[src*='{photo.name}']")
        box = small.bounding_box()
        assert box is not None and abs(box["width"] / box["height"] - 1.5) < 0.05
        assert small.evaluate("one => [one.loading, getComputedStyle(one).objectPosition]") == [
            "lazy",
            "90% 80%",
        ]
        small.scroll_into_view_if_needed()
        expect(small).to_have_js_property("complete", True)
        shot = Image.open(io.BytesIO(small.screenshot())).convert("RGB")
        reds = [x for x in range(shot.width) for y in range(shot.height) if _is_red(shot, x, y)]
        assert reds and min(reds) > shot.width / 2
        assert page.evaluate(MOVED) == []
    context.close()


def _is_red(shot: Image.Image, x: int, y: int) -> bool:
    pixel = shot.getpixel((x, y))
    return isinstance(pixel, tuple) and pixel[0] > 150 and pixel[1] < 80


def numbers(page: Page) -> list[str]:
    return [one.input_value() for one in page.locator(".point input").all()]


@pytest.mark.slow
def test_the_point_is_set_on_the_picture_by_a_click_and_by_the_keys(
    house: House, browser: Browser, cookies: dict[str, Any]
) -> None:
    context = opened(browser, storage_state=cookies)
    page = context.new_page()
    said = complaints_of(page)
    page.goto(f"{house.one}{EDITOR}", wait_until="load")
    pad = page.get_by_role("application", name="Point of the picture that stays in sight")
    mark = pad.locator(".focus-mark")
    assert numbers(page) == ["85", "75"] and mark.evaluate("one => [one.style.left, one.style.top]") == [
        "85%",
        "75%",
    ]
    box = pad.bounding_box()
    assert box is not None
    pad.click(position={"x": box["width"] * 0.2, "y": box["height"] * 0.4})
    assert numbers(page) == ["20", "40"]
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        pad.press(key)
    assert numbers(page) == ["24", "38"]
    page.get_by_label("From the left, in per cent").fill("30")
    assert mark.evaluate("one => one.style.left") == "30%"
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_text("Saved in the draft.").wait_for()
    assert numbers(page) == ["30", "38"]
    assert page.locator("#live-preview img.cropped").get_attribute("class") == "cropped focus-x30 focus-y40"
    assert said == []
    context.close()


def test_on_a_picture_that_is_chosen_a_click_sets_the_point_and_a_drag_blurs(
    house: House, browser: Browser, cookies: dict[str, Any], tmp_path: Path
) -> None:
    picture = tmp_path / "IMG_4711.jpg"
    picture.write_bytes(boat(800, 600))
    context = opened(browser, storage_state=cookies)
    page = context.new_page()
    page.goto(f"{house.one}{EDITOR.replace('photo', 'plain')}", wait_until="load")
    page.get_by_text("Add a picture").click()
    page.get_by_label("Picture (JPEG").set_input_files(picture)
    canvas = page.locator(".blur-tools canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] * 0.85, "y": box["height"] * 0.75})
    assert numbers(page) == ["85", "75"]
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.up()
    assert page.locator("textarea[name$='.blur']").input_value() == "25 25 25 25"
    assert numbers(page) == ["85", "75"]
    page.get_by_label("What the picture shows").fill("A boat")
    page.get_by_label("Everyone who can be recognised").check()
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_text("The picture is in the draft.").wait_for()
    expect(page.locator("#live-preview img.cropped")).to_have_attribute("alt", "A boat")
    assert page.evaluate(OVERFLOW) == []
    context.close()


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("huge") / "IMG_4712.jpg"
    path.write_bytes(b"\xff\xd8\xff" + bytes(30_000_000))
    return path


@pytest.mark.parametrize("scripts", [True, False], ids=["with a script", "without a script"])
def test_a_picture_of_thirty_megabytes_is_refused_beside_its_field_and_nothing_typed_is_lost(
    scripts: bool, house: House, browser: Browser, cookies: dict[str, Any], huge: Path
) -> None:
    context = opened(browser, storage_state=cookies, java_script_enabled=scripts)
    page = context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(f"{house.one}{EDITOR}", wait_until="load")
    assert "Up to 20 MB." in page.locator("details.pictures").inner_text()
    page.locator("[id='f.title']").fill("A title that was typed")
    page.locator("[id='f.photo-of']").fill("Words that were typed")
    page.locator("[id='i.photo.file']").set_input_files(huge)
    page.get_by_role("button", name="Save in the draft").click()
    error = page.locator("[id='i.photo.file-error']")
    expect(error).to_have_text("This file is larger than 20 MB. Choose a smaller one.")
    assert page.locator("[id='f.title']").input_value() == "A title that was typed"
    assert page.locator("[id='f.photo-of']").input_value() == "Words that were typed"
    saved = [url for url in sent if url.endswith(EDITOR)]
    if scripts:
        assert saved == []
        expect(page.locator("[id='i.photo.file']")).to_be_focused()
        page.locator("[id='i.photo.file']").set_input_files([])
        expect(error).to_be_hidden()
    else:
        assert len(saved) == 1 and "Not saved." in page.locator("main").inner_text()
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_with_pictures_can_be_used_by_everybody(
    width: int, scheme: Any, house: House, browser: Browser, cookies: dict[str, Any]
) -> None:
    # Axe is injected into the page, which the page's own policy would rightly forbid.
    context = opened(browser, width, color_scheme=scheme, storage_state=cookies, bypass_csp=True)
    page = context.new_page()
    for path in ("/es/river/updates/", "/ar/river/updates/photo", EDITOR):
        page.goto(house.one + path, wait_until="load")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert [one["id"] for one in found.response["violations"]] == [], path
        assert page.evaluate(OVERFLOW) == [], path
    context.close()
