"""A list at the desk in a real browser: choose it, see what was understood, press the button."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.test_paper import clerk
from tests.reliability.house import House, Server, built
from tests.spreadsheets import files


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, str]:
    house = built(tmp_path_factory.mktemp("lists"))
    return house, clerk(house)[0]


PEOPLE = [["Our list"], ["Имя", "Город", "Страна", "telephone"]] + [
    [f"Ana {'x' * n} Example", "Lyon", "France", "1"] for n in range(1, 30)
]


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_a_list_is_shown_before_letters_are_made(
    width: int, desk: tuple[House, str], browser: Browser, tmp_path: Path
) -> None:
    house, cookie = desk
    path = tmp_path / "list.xlsx"
    path.write_bytes(files.xlsx([*PEOPLE, ["12345", "", "Atlantis"], PEOPLE[2]]))
    server = Server(house)
    address = f"http://localhost:{server.port}"
    context = browser.new_context(viewport={"width": width, "height": 800})
    context.add_cookies([{"name": "desk", "value": cookie, "url": address}])
    page = context.new_page()
    try:
        page.goto(f"{address}/en/desk/trees/paper/letters")
        page.locator("#senders").set_input_files(path)
        page.get_by_role("button", name="Check the list").click()
        expect(page.locator(".lead")).to_contain_text("30 rows can become letters.")
        expect(page.get_by_text("Column 4, “telephone”, is not used.")).to_be_visible()
        page.screenshot(path=tmp_path / f"list-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert Axe().run(page).response["violations"] == []
        with page.expect_download() as download:
            page.get_by_role("button", name="Create the letters").click()
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    finally:
        server.kill()
        context.close()
