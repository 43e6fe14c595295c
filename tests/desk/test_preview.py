"""The preview beside an editor looks as the page does."""

from __future__ import annotations

import re

import pytest

from campaign.database import db
from campaign.desk.content import items
from campaign.desk.content.kinds import KINDS
from campaign.editions import store
from tests.desk.conftest import Desk
from tests.desk.test_editing import look_again
from tests.desk.test_text_pictures import UPDATES
from tests.site.test_events import EVENING

MEETINGS = {**UPDATES, "meetings.yaml": f"meetings:\n{EVENING}"}

#: An item of each kind that has a page of its own. Letters have none: the editor has their style sheet.
ITEMS = {
    kind.key: items.keys(MEETINGS, kind)[0]
    for kind in KINDS.values()
    if kind.view not in {"", "letter", "addressee"} and items.keys(MEETINGS, kind)
}


def layers(page: str) -> set[str]:
    """The layers of a page's style sheet."""
    found = re.search(r"/bundles/base([a-z-]*)", page)
    assert found
    return {*found[1].split("-")} - {""}


@pytest.mark.parametrize("kind", ITEMS)
def test_a_preview_has_the_style_sheets_of_its_page(kind: str, desk: Desk) -> None:
    with desk.app.app_context():
        store.publish(db.session, "trees", MEETINGS, store.Authorship("files"))
    look_again(desk)
    seat = desk.sits("Ana")
    editor = seat.get(f"/content/{kind}/{ITEMS[kind]}")
    page = re.search(r'href="([^"]+)">Open the draft page', editor)
    assert page and "preview-frame" in editor
    # The links that share a page are not in the preview.
    assert layers(seat.get(page[1])) - {"share"} <= layers(editor)
