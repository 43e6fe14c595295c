"""The petition at the desk: its key and switches, names and exclusion lists, the sealed list, what needs attention."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text

from campaign.database import db
from campaign.editions.edition_cache import EditionCache
from campaign.mail import outbox as outbox_module
from campaign.mail.outbox import Outbox
from campaign.pack.files import parse
from campaign.people import audit
from campaign.petition import administration
from campaign.petition.ledger import Ledger, name_id
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.signatures import exclusion_list, public_keys
from campaign.signatures.exclusion_list import ExclusionLine
from campaign.signatures.sealing import new_key
from campaign.trustees import opening
from tests.desk.conftest import Desk, Seat
from tests.desk.test_editing import save
from tests.petition.conftest import TERMS, Petition, opened

PAGE = "/signatures"


@pytest.fixture
def signed(desk: Desk) -> Petition:
    """The desk's campaign with terms, a key, and a few signatures under it."""
    return opened(desk.app)


def pressed(seat: Seat, action: str, **fields: Any) -> str:
    """What the page says after a form of it was sent."""
    answer = seat.post(f"{PAGE}{action}", {"csrf": seat.token(PAGE), **fields}, follow_redirects=True)
    return answer.text


def test_an_owner_gives_the_server_a_key_and_signing_opens(desk: Desk) -> None:
    from campaign.editions import store
    from tests.minimal import FILES

    seat = desk.sits("Ana")
    assert "the terms of the petition don’t say until when signatures are kept" in seat.get(PAGE)
    with desk.app.app_context():
        store.publish(db.session, "trees", {**FILES, **TERMS}, store.Authorship("files"))
        service(EditionCache, desk.app).load()
    assert "no public key is installed" in seat.get(PAGE)
    public = new_key("trees", 1).public
    for wrong in (
        "",
        "nonsense",
        public_keys.public_line(new_key("another", 1).public),
        public_keys.public_line(new_key("trees", 2).public),
    ):
        page = pressed(seat, "/key", public=wrong)
        assert "This is not the next public key of this campaign" in page and wrong in page
    page = pressed(seat, "/key", public=public_keys.public_line(public))
    assert "Read these eight groups aloud" in page and "no public key is installed" in seat.get(PAGE)
    page = pressed(seat, "/key", public=public_keys.public_line(public), compared="yes")
    assert "Open: people can sign." in page and public_keys.fingerprint(public) in page


def test_one_click_pauses_signing_and_another_lets_it_go_on(desk: Desk, signed: Petition) -> None:
    seat = desk.sits("Ana")
    assert "Signing is paused." in pressed(seat, "/pause", pause="yes")
    assert "Signing is paused" in signed.browser().get("/en/trees/petition").text
    assert "Signing is paused." in seat.get("/")
    assert "Open: people can sign." in pressed(seat, "/pause", pause="no")


@pytest.mark.slow
@pytest.mark.security(17)
@pytest.mark.parametrize(
    "action", ["/pause", "/key", "/trustees", "/names", "/mail", "/void", "/void/1", "/sealed"]
)
def test_nothing_of_it_is_for_a_reader_or_without_a_factor_of_the_last_minutes(
    action: str, desk: Desk, signed: Petition
) -> None:
    seat = desk.sits("Ana")
    token = seat.token(PAGE)
    desk.clock.pass_(minutes=11)
    answer = seat.post(f"{PAGE}{action}", {"csrf": token, "pause": "yes"})
    assert "Is it you?" in answer.text or answer.status_code == 303
    desk.join("Rea", "reader")
    reader = desk.sits("Rea")
    assert reader.post(f"{PAGE}{action}", {"csrf": reader.token(PAGE), "pause": "yes"}).status_code == 403
    assert signed.number("SELECT count(*) FROM petition_state") == 0


@pytest.mark.security(61)
def test_names_are_let_through_or_taken_out(desk: Desk, signed: Petition) -> None:
    seat = desk.sits("Ana")
    for name in ("Ana Example", "Buy Cheap Pills"):
        confirm, _ = signed.signs(name=name, email=f"{name.split()[0]}@example.org", show_name="y")
        signed.confirm(confirm)
    assert "2 names are waiting to be shown." in seat.get("/")
    with desk.app.app_context():
        good, bad = sorted(administration.names(db.session, "trees"), key=lambda one: one.name)
    pressed(seat, "/names", show_list=str(good.id), drop_list=str(bad.id))
    with desk.app.app_context():
        assert [(one.name, one.shown) for one in administration.names(db.session, "trees")] == [
            ("Ana Example", True)
        ]


@pytest.mark.security(17)
def test_a_void_list_needs_two_people_and_the_count_follows(desk: Desk, signed: Petition) -> None:
    for _ in range(2):  # the same mailbox twice, and another person in the same slot
        confirm, _back = signed.signs()
        signed.confirm(confirm)
    ledger = service(Ledger, desk.app)
    doubt = signed.link(slot=9)
    for link in (signed.link(slot=9), doubt):
        ledger.confirm(signed.campaign, link, date(2026, 11, 24))
    assert (signed.total, signed.records) == (2, 4)
    with desk.app.app_context():
        rows = db.session.execute(text("SELECT id, counted FROM signature")).all()
    double = next(number for number, counted in rows if not counted and number != doubt.record)
    body = exclusion_list.written("trees", "0" * 64, [
        ExclusionLine("void", double, "FR", "double"), ExclusionLine("count", doubt.record, "FR", "genuine"), ExclusionLine("?", 5, "", "domain"),
    ])  # fmt: skip

    seat = desk.sits("Ana")
    assert "an exclusion list" in pressed(seat, "/void", list=(io.BytesIO(b"nonsense"), "list.txt"))
    wrong = body.replace("void ", "vode ", 1)
    assert "see line" in pressed(seat, "/void", list=(io.BytesIO(wrong.encode()), "list.txt"))
    assert "is now waiting for a second person" in pressed(
        seat, "/void", list=(io.BytesIO(body.encode()), "list.txt")
    )
    with desk.app.app_context():
        number = db.session.execute(text("SELECT id FROM void_list")).scalar_one()
    assert "Somebody else has to agree." in pressed(seat, f"/void/{number}")
    assert (signed.total, signed.records) == (2, 4)
    assert "A list is waiting for a second person." in seat.get("/")
    desk.join("Eve", "editor")
    assert "Done." in pressed(desk.sits("Eve"), f"/void/{number}")
    assert (signed.total, signed.records) == (3, 3)
    with service(Engine, desk.app).connect() as connection:
        from campaign.petition.comparison import compare

        assert compare(connection, signed.campaign).difference == 0
    again = desk.sits("Eve")
    assert again.post(f"{PAGE}/void/{number}", {"csrf": again.token(PAGE)}).status_code == 404


@pytest.mark.security(61)
def test_whose_record_is_excluded_is_not_shown_any_longer(desk: Desk, signed: Petition) -> None:
    for name in ("Ana Example", "Eve Example"):
        confirm, _ = signed.signs(name=name, email=f"{name.split()[0]}@example.org", show_name="y")
        signed.confirm(confirm)
    with desk.app.app_context():
        records = db.session.scalars(text("SELECT id FROM signature")).all()
        key = service(Petitions).server_keys("trees").withdraw_key()
        names = {one.id: one.name for one in administration.names(db.session, "trees")}
    gone = records[0]
    body = exclusion_list.written(
        "trees", "0" * 64, [ExclusionLine("void", gone, "FR", "erased, as the person asked")]
    )
    pressed(desk.sits("Ana"), "/void", list=(io.BytesIO(body.encode()), "list.txt"))
    desk.join("Eve", "editor")
    pressed(desk.sits("Eve"), "/void/1")
    with desk.app.app_context():
        left = [one.name for one in administration.names(db.session, "trees")]
    assert left == [name for number, name in names.items() if number != name_id(key, gone)] and len(left) == 1


def test_the_sealed_list_is_taken_by_owners_and_opens_with_the_key_alone(
    desk: Desk, signed: Petition, tmp_path: Any
) -> None:
    confirm, _ = signed.signs()
    signed.confirm(confirm)
    seat = desk.sits("Ana")
    answer = seat.post(f"{PAGE}/sealed", {"csrf": seat.token(PAGE)})
    assert answer.headers["Content-Disposition"].endswith('"trees-signatures.campaign"')
    path = tmp_path / "list"
    path.write_bytes(answer.data)
    assert b"Ana Example" not in answer.data
    assert opening.examine(path, {1: signed.key}).people == 1
    assert opening.examine(path, {1: new_key("trees", 1)}).unopened == 1
    desk.join("Eve", "editor")
    editor = desk.sits("Eve")
    assert editor.post(f"{PAGE}/sealed", {"csrf": editor.token(PAGE)}).status_code == 403


def test_trustees_addresses_are_checked_and_kept_as_typed(desk: Desk, signed: Petition) -> None:
    seat = desk.sits("Ana")
    page = pressed(seat, "/trustees", trustees="eve@example.org\nnonsense")
    assert "“nonsense” is not an e-mail address." in page and "eve@example.org\nnonsense" in page
    assert "Done." in pressed(seat, "/trustees", trustees="eve@example.org\n\n")
    assert "eve@example.org" in seat.get(PAGE)


@pytest.mark.reliability(16)
def test_mail_that_waits_or_was_refused_is_told_and_a_worker_that_stands_still_is_an_alarm(
    desk: Desk, signed: Petition
) -> None:
    seat = desk.sits("Ana")
    signed.browser().post("/en/trees/petition", data=signed.typed())
    page = seat.get("/")
    assert "The mail worker has stopped" in page
    box = service(Outbox, desk.app)
    (name,) = box.due()
    box.refused(name, 550)
    assert "1 e-mail was rejected." in seat.get("/")
    assert "refused by the relay with 550" in seat.get(PAGE)
    assert "refused by the relay" not in pressed(seat, "/mail")
    assert outbox_module.TOO_LATE != 550


def test_a_proxy_that_is_not_trusted_is_told_at_the_desk(desk: Desk, signed: Petition) -> None:
    seat = desk.sits("Ana")
    assert "CAMPAIGN_TRUSTED_HOPS" not in seat.get("/")
    signed.browser().get("/health", headers={"X-Forwarded-For": "203.0.113.9"})
    assert "tell the operator to set CAMPAIGN_TRUSTED_HOPS" in seat.get("/")


def test_every_switch_is_a_line_in_the_audit_and_none_has_a_secret(desk: Desk, signed: Petition) -> None:
    seat = desk.sits("Ana")
    pressed(seat, "/pause", pause="yes")
    pressed(seat, "/trustees", trustees="eve@example.org")
    seat.post(f"{PAGE}/sealed", {"csrf": seat.token(PAGE)})
    with desk.app.app_context():
        rows = [row for row in audit.rows(db.session, signed.campaign) if row.who == "ana@example.org"]
        said = json.dumps([[row.what, row.on, row.note] for row in rows])
        assert [row.what for row in rows][-3:] == [
            "pause signing",
            "change trustees' addresses",
            "export signatures",
        ]
        assert audit.broken_at(db.session, signed.campaign) is None
    assert "eve@example.org" not in said


def test_terms_and_milestones_are_edited_by_forms_also_where_the_pack_had_none(desk: Desk) -> None:
    seat = desk.sits("Ana")
    save(seat, "/content/terms/terms", **{"f.closes": "2027-06-30", "f.erase-on": "2027-12-31"})
    assert "closes: 2027-06-30" in desk.files()["petition.yaml"]
    with desk.app.app_context():
        pack = parse(desk.files())
    assert (pack.terms.closes, pack.terms.erase_on, pack.terms.names) == (
        date(2027, 6, 30),
        date(2027, 12, 31),
        True,
    )


def test_an_extra_field_is_described_by_a_form_with_semicolons_between_options(desk: Desk) -> None:
    seat, new = desk.sits("Ana"), "/content/extra-field/new"
    answer = save(seat, new, **{"w.label": "You are", "f.kind": "choice", "w.options": "A teacher; A parent",
                                "f.needed": "yes"})  # fmt: skip
    assert answer.status_code == 303
    save(
        seat,
        "/content/extra-field/you-are",
        "fr",
        **{"w.label": "Vous êtes", "w.options": "Enseignant; Parent"},
    )
    with desk.app.app_context():
        (field,) = parse(desk.files()).terms.extra_fields
    assert (field.key, field.kind, field.needed) == ("you-are", "choice", True)
    assert field.choices("en") == ("A teacher", "A parent")
    assert field.choices("fr") == ("Enseignant", "Parent")
