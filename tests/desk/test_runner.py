"""The organisation that runs the site and the places of pages, at the desk."""

from __future__ import annotations

import io
import zipfile

from campaign.pack.files import parse
from campaign.site.data_protection import DOCUMENTS
from tests.desk.conftest import Desk
from tests.desk.test_editing import save
from tests.minimal import FILES

RUNNER = "/content/runner/runner"


def test_one_field_of_the_runner_changes_one_line(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, RUNNER, **{"f.relation": "independent"})
    changed = FILES["campaign.yaml"].replace("relation: one-of-them", "relation: independent")
    assert desk.files()["campaign.yaml"] == changed
    save(seat, RUNNER, **{"f.address": "1 Example Street\nAnytown\nIreland", "w.name": "The Friends"})
    runner = parse(desk.files()).runner
    assert runner is not None
    assert runner.address == ("1 Example Street", "Anytown", "Ireland") and runner.name["en"] == "The Friends"


def test_the_form_shows_the_imprint_and_the_list_of_things_has_it(desk: Desk) -> None:
    seat = desk.sits("Ana")
    assert "Who runs this site" in seat.get("/content")
    page = seat.get(RUNNER)
    assert "They asked it to run this site" in page and "Registered association" in page
    assert "/draft/imprint" in page


def test_what_is_missing_leads_to_its_form_and_bars_publishing_only_when_the_petition_opens(
    desk: Desk,
) -> None:
    seat = desk.sits("Ana")
    save(seat, RUNNER, **{"f.email": ""})
    assert "before people can sign" in seat.get("/") and f'href="/en/desk/trees{RUNNER}' in seat.get("/")
    assert "These errors prevent publication" not in seat.get("/publish")
    save(seat, "/content/terms/terms", **{"f.closes": "2027-06-30", "f.erase-on": "2027-12-31"})
    page = seat.get("/publish")
    assert (
        "These errors prevent publication" in page
        and "“Legal basis for using signers’ data” is missing" in page
    )
    save(seat, "/content/terms/terms", **{"w.legal-basis": "Consent."})
    save(seat, RUNNER, **{"f.email": "office@example.org"})
    assert "before people can sign" not in seat.get("/publish")


def test_a_page_moves_to_the_menu_in_every_language_at_once(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, "/content/page/about", **{"f.in": "menu", "f.order": "5"})
    files = desk.files()
    assert all("in: menu" in files[f"pages/about.{code}.md"] for code in ("en", "fr"))
    assert parse(files).pages_in("menu") == ("about",)
    save(seat, "/content/page/about", **{"f.in": "", "f.order": ""})
    assert desk.files() == FILES


def test_the_documents_of_the_law_are_there_to_take(desk: Desk) -> None:
    seat = desk.sits("Ana")
    assert "data-protection.zip" in seat.get("/exchange")
    answer = seat.client.get("/en/desk/trees/exchange/data-protection.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as made:
        assert sorted(made.namelist()) == sorted(DOCUMENTS)
