"""A draft that can't be read: imported before a limit, or damaged. Its pages say so, and its files open."""

from __future__ import annotations

import re
from typing import Any

import pytest

from campaign.database import db
from campaign.editions import drafts
from campaign.editions.drafts import Change
from campaign.editions.store import Authorship
from tests.desk.conftest import Desk, Seat
from tests.minimal import FILES

CAMPAIGN, FACTS, DEMAND = "campaign.yaml", "facts.yaml", "demands/keep-them.en.md"


def with_demand(text: str) -> str:
    return f"{FILES[DEMAND]}\n## asked\n\n{text}\n"


#: File, its text, and what its editor says.
DAMAGED: list[tuple[str, str, str]] = [
    (FACTS, "a: " + "[" * 20_000, "nested too deeply"),
    (FACTS, "- " * 20_000, "nested too deeply"),
    (FACTS, "facts: [\n", "This is not YAML"),
    (FACTS, "a\x01b: c\n", "can’t be printed"),
    (FACTS, "", "The file is empty"),
    (FACTS, "- a\n- b\n", "A map is expected"),
    (FACTS, "facts: {a: b}\nunits: [a]\ntopics: x\n", "expected here"),
    (FACTS, "? [a]\n: b\n", "A key must be a plain word"),
    (CAMPAIGN, "languages: [en]\n", "is missing"),
    (CAMPAIGN, "languages: {a: [b]}\nawaiting-review: [[a], {b: c}]\n", "expected here"),
    (CAMPAIGN, FILES[CAMPAIGN].replace("slug:", "'slug"), "This is not YAML"),
    (CAMPAIGN, "x", "A map is expected"),
    (CAMPAIGN, FILES[CAMPAIGN].replace("states:\n", "states: [a, [b], {c: [d]}]\n  other:\n"), "expected here"),
    (DEMAND, "no head", "must begin with a head"),
    (DEMAND, "---\n[[[[\n---\n", "This is not YAML"),
    (DEMAND, with_demand("{{ x" + ".y" * 400 + " }}"), "nested too deeply"),
    (DEMAND, with_demand("{{ " + "(" * 900 + "x" + ")" * 900 + " }}"), "nested too deeply"),
    (DEMAND, with_demand("{{ " + "not " * 900 + "x }}"), "nested too deeply"),
    (DEMAND, with_demand("{{ a" + "|capital" * 900 + " }}"), "nested too deeply"),
    (DEMAND, with_demand("{{ fact.nothing }}"), "Unknown fact"),
    (DEMAND, with_demand("x" * 20_001), "longer than 20,000 characters"),
]  # fmt: skip

PAGES = (
    "/", "/content", "/content/fact", "/content/demand", "/content/letter", "/content/front", "/translation",
    "/content/fact/trees", "/content/demand/keep-them", "/content/addressee/mayor", "/content/letter/mayor",
    "/content/fact/new", "/publish", "/exchange", "/files/{path}", "/history/{path}", "/signatures", "/paper",
    "/draft/", "/draft/demands/keep-them", "/draft/facts", "/draft/write",
)  # fmt: skip


@pytest.fixture
def seat(still: Desk) -> Seat:
    return still.sits("Ana")


def stored(desk: Desk, path: str, text: str) -> None:
    """Put a text into the draft as an import of an earlier release did: nothing looks at it."""
    with desk.app.app_context():
        files = drafts.draft(db.session, "trees")
        for other, text_before in FILES.items():
            if files.files.get(other) != text_before and other != path:
                change = Change(other, text_before, files.versions[other].id)
                drafts.save_all(db.session, "trees", [change], Authorship("files"))
        change = Change(path, text, files.versions[path].id)
        drafts.save_all(db.session, "trees", [change], Authorship("files"))


@pytest.mark.slow
@pytest.mark.parametrize(("path", "text", "said"), DAMAGED, ids=range(len(DAMAGED)))
def test_every_page_of_an_unreadable_draft_answers_and_its_file_opens_with_the_finding(
    path: str, text: str, said: str, still: Desk, seat: Seat
) -> None:
    stored(still, path, text)
    statuses = {
        page: seat.client.get(f"/en/desk/trees{page.format(path=path)}").status_code for page in PAGES
    }
    assert {page: status for page, status in statuses.items() if status >= 500} == {}
    editor = seat.get(f"/files/{path}")
    assert said in editor and "This file has errors" in editor
    assert area(editor) == text.rstrip("\n") or "\x01" in text
    publish = seat.client.get("/en/desk/trees/publish").text
    assert f"/files/{path}" in publish or "prevent publication" in publish


def area(page: str) -> str:
    """What the editor's text area has."""
    import html

    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    return html.unescape(found[1]).strip("\r\n").replace("\r\n", "\n") if found else "no editor"


@pytest.mark.parametrize("text", [text for path, text, _ in DAMAGED if path == DEMAND and "asked" in text])
def test_the_editor_of_a_demand_shows_its_text_as_it_is_with_what_is_wrong(
    text: str, still: Desk, seat: Seat
) -> None:
    stored(still, DEMAND, text)
    page = seat.get("/content/demand/keep-them?text=en")
    assert "This text has errors" in page
    assert text.split("\n")[-2][-400:] in page


def test_a_damaged_draft_is_mended_in_the_editor_of_its_file(still: Desk, seat: Seat) -> None:
    stored(still, CAMPAIGN, "a: " + "[" * 20_000)
    path = f"/files/{CAMPAIGN}"
    fields: dict[str, Any] = seat.form(path, path)
    assert seat.post(path, fields | {"text": FILES[CAMPAIGN]}).status_code == 303
    assert still.files() == FILES
    assert "Nothing needs attention" in seat.get("/") or "to check" in seat.get("/")
