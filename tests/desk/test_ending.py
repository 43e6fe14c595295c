"""How a campaign ends at the desk: said, archived, reopened, removed; and what a desk has without a petition."""

from __future__ import annotations

from typing import Any

import pytest

from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.people import members
from campaign.petition.status import Petitions
from campaign.services import service
from tests.desk.conftest import Desk, Seat
from tests.desk.test_pending import mails, press
from tests.minimal import FILES
from tests.petition.conftest import Petition, opened
from tests.small_packs import LETTERS_ONLY


def end(seat: Seat, what: str, **fields: Any) -> Any:
    """Press a button of the page about the end."""
    return seat.post(f"/end/{what}", {"csrf": seat.token("/end"), **fields})


def public(desk: Desk, path: str = "/") -> Any:
    """A page as visitors see it, once the process has looked for what is new."""
    with desk.app.app_context():
        service(EditionCache).load()
    service(Petitions, desk.app).held("trees", fresh=True)
    return desk.app.test_client().get(f"/en/trees{path}")


@pytest.fixture
def petition(desk: Desk) -> Petition:
    """The campaign's petition, with two signatures."""
    petition = opened(desk.app)
    for number in range(2):
        petition.confirm(petition.signs(email=f"signer{number}@example.org")[0])
    return petition


@pytest.fixture
def signed(desk: Desk, petition: Petition) -> Desk:
    """A desk whose campaign has two signatures."""
    assert petition.records == 2
    return desk


# the archive


def test_a_campaign_goes_into_the_archive_and_out_of_it(desk: Desk) -> None:
    ana = desk.sits("Ana")
    assert "You can reopen it at any time." in ana.get("/end")
    assert end(ana, "archive", archive="yes").status_code == 303
    assert "was archived on 24 November 2026" in public(desk).text
    assert public(desk, "/write").status_code == 404
    assert "It has been in the archive since 24 November 2026." in ana.get("/end")
    assert end(ana, "archive", archive="no").status_code == 303
    assert "archived" not in public(desk).text and public(desk, "/write").status_code == 200
    subjects = {subject for _to, subject, _text in mails(desk)}
    assert subjects == {"trees: the campaign was archived", "trees: the campaign was reopened"}
    audit = ana.get("/audit")
    assert "archived the campaign" in audit and "reopened the campaign" in audit


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "status"), [("editor", 303), ("translator", 403), ("clerk", 403), ("reader", 403)]
)
def test_who_publishes_archives(desk: Desk, role: str, status: int) -> None:
    desk.join("Berik", role, languages=("fr",))
    berik = desk.sits("Berik")
    token = berik.token("/en/desk/account")
    assert berik.post("/end/archive", {"csrf": token, "archive": "yes"}).status_code == status


# removal


def test_a_campaign_that_nobody_signed_is_removed_at_once(desk: Desk) -> None:
    ana = desk.sits("Ana")
    page = ana.get("/end")
    assert (
        "Nobody has signed: no signature is erased." in page and "1 person loses access to its desk." in page
    )
    assert end(ana, "remove", name="trees").headers["Location"] == "/en/"
    gone = public(desk)
    assert gone.status_code == 410 and "This campaign has been removed" in gone.text
    with desk.app.app_context():
        assert "trees" not in store.slugs(db.session) and members.members(db.session, "trees") == []
    assert desk.app.test_client().get("/en/another/").status_code == 200
    assert ("ana@example.org", "trees: the campaign was removed") in [mail[:2] for mail in mails(desk)]


def test_the_name_is_typed_before_a_campaign_is_removed(desk: Desk) -> None:
    ana = desk.sits("Ana")
    for name in ("", "another", "tree"):
        answer = end(ana, "remove", name=name)
        assert answer.status_code == 422 and "Type “trees” to remove this campaign." in answer.text
    assert public(desk).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("role", ["editor", "translator", "clerk", "reader"])
def test_only_an_owner_removes(desk: Desk, role: str) -> None:
    desk.join("Berik", role, languages=("fr",))
    berik = desk.sits("Berik")
    token = berik.token("/en/desk/account")
    assert berik.post("/end/remove", {"csrf": token, "name": "trees"}).status_code == 403
    assert public(desk).status_code == 200


def test_a_campaign_that_somebody_signed_is_removed_by_two(signed: Desk) -> None:
    signed.join("Berik", "owner")
    ana, berik = signed.sits("Ana"), signed.sits("Berik")
    page = ana.get("/end")
    assert "2 sealed signatures are erased at once, for ever." in page
    assert "Signers were promised that they are kept until 31 December 2027." in page
    assert end(ana, "remove", name="trees").headers["Location"].endswith("/pending?said=proposed-change")
    assert public(signed).status_code == 200
    assert "2 sealed signatures are erased at once" in berik.get("/pending")
    assert press(berik, "carry-out").headers["Location"] == "/en/"
    assert public(signed).status_code == 410
    with signed.app.app_context():
        for table in ("signature", "seen", "public_name", "membership"):
            query = f"SELECT count(*) FROM {table} t JOIN campaign c ON c.id = t.campaign_id WHERE c.slug = 'trees'"
            assert db.session.connection().exec_driver_sql(query).scalar() == 0, table


def test_an_only_owner_waits_before_signatures_are_erased(signed: Desk) -> None:
    ana = signed.sits("Ana")
    end(ana, "remove", name="trees")
    assert "It can be carried out from" in ana.get("/pending")
    assert public(signed).status_code == 200
    signed.clock.pass_(hours=73)
    assert press(signed.sits("Ana"), "carry-out").status_code == 303
    assert public(signed).status_code == 410


def test_links_of_a_removed_campaign_lead_to_what_became_of_them(signed: Desk, petition: Petition) -> None:
    confirm, withdraw = petition.signs(email="late@example.org")
    signed.join("Berik", "owner")
    end(signed.sits("Ana"), "remove", name="trees")
    press(signed.sits("Berik"), "carry-out")
    assert public(signed).status_code == 410
    for link in (confirm, withdraw):
        answer = signed.app.test_client().get(link)
        assert answer.status_code == 404 and "every signature and every link was erased" in answer.text


# what a desk has without a petition


@pytest.fixture
def letters(desk: Desk) -> Desk:
    """The campaign without its petition, published."""
    with desk.app.app_context():
        campaign = LETTERS_ONLY["campaign.yaml"].replace("slug: letters-only", "slug: trees")
        store.publish(
            db.session, "trees", {**LETTERS_ONLY, "campaign.yaml": campaign}, store.Authorship("files")
        )
        service(EditionCache).load()
    return desk


def test_every_page_of_the_desk_opens_without_a_petition(letters: Desk) -> None:
    ana = letters.sits("Ana")
    for path in ("/", "/content", "/translation", "/signatures", "/paper", "/publish", "/editions", "/end", "/audit",
                 "/content/front", "/content/petition", "/content/terms", "/content/fact", "/content/state",
                 "/content/demand/keep-them", "/paper/letters"):  # fmt: skip
        assert "Something went wrong" not in ana.get(path), path
    assert "/desk/trees/signatures" not in ana.get("/")
    assert "Print sheets" not in ana.get("/paper") and "Letters for a list" in ana.get("/paper")
    assert "texts are missing" not in ana.get("/")


def test_a_petition_is_added_and_taken_out_at_the_desk(letters: Desk) -> None:
    ana = letters.sits("Ana")
    fields = {**ana.form("/content/petition/petition", "/content/petition/petition"),
              "f.title": "Keep the trees", "f.summary": "To the town.", "p...0": "We ask."}  # fmt: skip
    assert ana.post("/content/petition/petition", fields).status_code == 303
    assert "We ask." in letters.files()["petition.en.md"]
    assert "/desk/trees/signatures" in ana.get("/")
    ana.post("/content/petition/petition/remove", {"csrf": ana.token()})
    assert "petition.en.md" not in letters.files()


def test_a_table_that_there_is_not_is_made_with_its_first_record(letters: Desk) -> None:
    ana = letters.sits("Ana")
    fields = {**ana.form("/content/source/new", "/content/source/new"), "key": "plea",
              "w.publisher": "Friends", "w.title": "Plea"}  # fmt: skip
    answer = ana.post("/content/source/new", fields)
    assert answer.status_code == 303, answer.text
    assert letters.files()["sources.yaml"].startswith("sources:")


def test_a_demand_moves_to_a_state_that_the_campaign_named(letters: Desk) -> None:
    ana = letters.sits("Ana")
    fields = {
        **ana.form("/content/state/new", "/content/state/new"),
        "key": "won",
        "w.title": "Won",
        "f.meaning": "met",
    }
    assert ana.post("/content/state/new", fields).status_code == 303
    moved = {
        "csrf": ana.token(),
        "state": "won",
        "date": "2026-11-20",
        "reason.en": "They agreed",
        "source": "",
    }
    assert ana.post("/content/demand/keep-them/state", moved).status_code == 303
    assert (
        "state: won" in letters.files()["campaign.yaml"] and "source:" not in letters.files()["campaign.yaml"]
    )
    assert "<strong>Won</strong>" in ana.get("/content/demand/keep-them")


def test_how_it_ended_is_said_on_the_form_of_the_front_page(desk: Desk) -> None:
    ana = desk.sits("Ana")
    fields = {**ana.form("/content/front/front", "/content/front/front"), "f.finished.how": "closed",
              "f.finished.date": "2026-11-20", "w.finished.text": "It was closed."}  # fmt: skip
    assert ana.post("/content/front/front", fields).status_code == 303
    table = desk.files()["campaign.yaml"]
    assert "finished:" in table and "how: closed" in table and "It was closed." in table
    assert "statement: plea" in FILES["campaign.yaml"] and "statement: plea" in table
