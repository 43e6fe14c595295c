"""The handbook at the desk: for everybody who is signed in, and in English where there is no other."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from campaign.desk import page_help
from campaign.desk.help import HANDBOOK, PAGES, PICTURES
from campaign.web.markdown_pages import document
from tests.desk.conftest import Desk


def test_somebody_who_is_signed_in_reads_every_page_and_nobody_else(still: Desk) -> None:
    seat = still.sits("Ana")
    contents = seat.get("/en/desk/help/handbook/")
    for name in PAGES:
        assert f'href="/en/desk/help/handbook/{name}"' in contents
        page = seat.get(f"/en/desk/help/handbook/{name}")
        for heading in re.findall(r'<li><a href="#([\w-]+)"', page):
            assert f'<h2 id="{heading}">' in page
        for source in re.findall(r'<img [^>]*src="([^"]+)"', page):
            assert seat.client.get(source).mimetype == "image/png"
    for absent in ("nothing", "pictures/../en/packs.md", "pictures/nothing.png", "%2e%2e/x"):
        assert seat.client.get(f"/en/desk/help/handbook/{absent}").status_code == 404, absent
    stranger: FlaskClient = still.app.test_client()
    for path in ("", *PAGES, *(f"pictures/{picture}" for picture in PICTURES)):
        assert stranger.get(f"/en/desk/help/handbook/{path}").status_code == 303


@pytest.mark.parametrize(
    ("language", "note"),
    [("ru", "Это английская версия"), ("kk", "ағылшын тіліндегі"), ("fr", "la version anglaise"), ("en", "")],
)
def test_a_language_without_a_handbook_says_that_the_english_one_is_shown(
    language: str, note: str, still: Desk
) -> None:
    page = still.sits("Ana").client.get(f"/{language}/desk/help/handbook/operators").text
    assert '<div class="handbook-text" lang="en">' in page
    assert f"/{language}/desk/help/handbook/trustees" in page
    assert note in page
    assert ("This is the English version" in page) is False


def test_a_clerk_finds_the_handbook_in_the_menu(still: Desk) -> None:
    still.join("Nurlan", "clerk")
    assert 'href="/en/desk/help/handbook/"' in still.sits("Nurlan").get("/en/desk/account")


def test_each_page_leads_to_the_section_that_explains_it(still: Desk) -> None:
    places = {*page_help.SECTIONS.values(), *page_help.KINDS.values()}
    for page, section in places:
        for folder in (path for path in HANDBOOK.iterdir() if (path / f"{page}.md").is_file()):
            assert section in document((folder / f"{page}.md").read_text(encoding="utf-8")).anchors, (
                page,
                section,
            )
    views = [view for name, view in still.app.view_functions.items() if name.startswith("desk.")]
    modules = {view.__module__.removeprefix("campaign.desk.") for view in views}
    explained = {name for name in modules if {name, name.split(".")[0]} & page_help.SECTIONS.keys()}
    assert modules - explained == {"help", "access.joining"}  # who joins has no access to the handbook yet
    seat = still.sits("Ana")
    handbook = "/en/desk/help/handbook"
    for path, link in {
        "/": "organisers#what-needs-attention",
        "/content/addressee/mayor": "packs#add-an-addressee",
        "/content/fact/new": "organisers#editing",
        "/translation": "organisers#translation",
        "/en/desk/start": "organisers#starting-a-campaign",
    }.items():
        assert f'<a href="{handbook}/{link}" data-key="h">Help with this page</a>' in seat.get(path), path
