"""Changes at the desk that one person can't make alone, seen through real pages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from campaign.database import db
from campaign.mail.outbox import Outbox
from campaign.mail.templates import compose
from campaign.people import members
from campaign.people.members import Action, Guest
from campaign.petition import administration
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.signatures import key_proofs, public_keys
from campaign.signatures.sealing import PrivateKey, new_key
from tests.desk.conftest import Desk, Seat, fields_of, with_file
from tests.desk.test_access import _aged
from tests.minimal import FILES
from tests.petition.conftest import Petition, opened
from tests.tools import text_of

PETITION = "/en/trees/petition"


def roles(desk: Desk) -> dict[str, str]:
    with desk.app.app_context():
        return {person.name: member.role for person, member in members.members(db.session, "trees")}


def number_of(desk: Desk, name: str) -> int:
    with desk.app.app_context():
        found = members.members(db.session, "trees")
        return next(person.id for person, _ in found if person.name == name)


def key(desk: Desk) -> PrivateKey:
    """The first key of the campaign, installed."""
    made = new_key("trees", 1)
    with desk.app.app_context():
        administration.publish_key(db.session, made.public, "the tests")
    return made


def petition_page(desk: Desk) -> str:
    """The petition's page, once the process has read the keys again: it does so twice a second."""
    service(Petitions, desk.app).held("trees", fresh=True)
    return desk.app.test_client().get(PETITION).text


def press(seat: Seat, what: str, **fields: Any) -> Any:
    """Press a button of the page of pending changes: carry-out, or stop."""
    found = re.search(rf'action="[^"]*(/pending/\d+/{what})"', seat.get("/pending"))
    assert found, f"there is no button to {what}"
    return seat.post(found[1], {"csrf": seat.token("/pending"), **fields})


def mails(desk: Desk) -> list[tuple[str, str, str]]:
    """To whom, the subject and the text of what waits."""
    outbox = service(Outbox, desk.app)
    with desk.app.app_context():
        taken = [mail for name in outbox.due() if (mail := outbox.take(name))]
        found = [compose(mail.id, mail.content, "desk@example.org") for mail in taken]
    return [(str(mail["To"]), str(mail["Subject"]), text_of(mail)) for mail in found]


# owners


@pytest.mark.slow
def test_an_owner_is_invited_by_two(desk: Desk) -> None:
    desk.join("Berik", "owner")
    ana, berik = desk.sits("Ana"), desk.sits("Berik")
    guest = {"csrf": ana.token("/people"), "name": "Eve", "email": "eve@example.org", "role": "owner"}
    assert ana.post("/people/invite", guest).headers["Location"].endswith("/pending?said=proposed-change")
    page = ana.get("/pending")
    assert "eve@example.org becomes an owner." in page and "The campaign then has 3 owners." in page
    assert "carry-out" not in page and "Another owner has to agree." in page
    assert "1 change is pending." in ana.get("/") and "1 change is pending." in berik.get("/")
    assert {to for to, _, _ in mails(desk)} == {"ana@example.org", "berik@example.org"}
    assert re.search(r"http://localhost/en/desk/join/[\w-]{43}", press(berik, "carry-out").text)
    assert "Nothing is pending." in berik.get("/pending")


def test_an_only_owner_waits_72_hours_and_an_editor_can_stop_it(desk: Desk) -> None:
    desk.join("Berik", "editor")
    berik = number_of(desk, "Berik")
    for stopped in (True, False):
        ana = desk.sits("Ana")
        answer = ana.post(f"/people/{berik}/role", {"csrf": ana.token("/people"), "role": "owner"})
        assert answer.headers["Location"].endswith("said=proposed-change")
        assert "It can be carried out from" in ana.get("/pending")
        if stopped:
            assert press(desk.sits("Berik"), "stop").status_code == 303
            assert "Nothing is pending." in ana.get("/pending")
    desk.clock.pass_(hours=73)
    assert press(desk.sits("Ana"), "carry-out").status_code == 303
    assert roles(desk) == {"Ana": "owner", "Berik": "owner"}


@pytest.mark.slow
@pytest.mark.parametrize("role", ["translator", "clerk", "reader", "editor"])
def test_who_may_not_publish_stops_nothing_and_who_owns_nothing_carries_nothing_out(
    role: str, desk: Desk
) -> None:
    desk.join("Berik", role, languages=("fr",))
    ana, berik = desk.sits("Ana"), desk.sits("Berik")
    guest = {"csrf": ana.token("/people"), "name": "Eve", "email": "eve@example.org", "role": "owner"}
    ana.post("/people/invite", guest)
    desk.clock.pass_(hours=73)
    berik = desk.sits("Berik")
    account = berik.get("/en/desk/account")
    token = fields_of(account)["csrf"]
    assert berik.post("/pending/1/carry-out", {"csrf": token}).status_code == 403
    assert berik.post("/pending/1/stop", {"csrf": token}).status_code == (303 if role == "editor" else 403)


def test_other_roles_change_at_once_and_an_owner_may_step_down(desk: Desk) -> None:
    for name, role in (("Berik", "editor"), ("Chloe", "owner")):
        desk.join(name, role)
    ana = desk.sits("Ana")
    berik = number_of(desk, "Berik")
    ana.post(f"/people/{berik}/role", {"csrf": ana.token("/people"), "role": "reader"})
    assert roles(desk)["Berik"] == "reader"
    me = number_of(desk, "Ana")
    answer = ana.post(f"/people/{me}/role", {"csrf": ana.token("/people"), "role": "editor"})
    assert answer.status_code == 303 and roles(desk)["Ana"] == "editor"


# invitations


def invited(seat: Seat, role: str = "editor", email: str = "eve@example.org") -> str:
    """The path of an invitation's link."""
    fields = {"csrf": seat.token("/people"), "name": "Eve", "email": email, "role": role}
    found = re.search(r"http://localhost(/en/desk/join/[\w-]+)", seat.post("/people/invite", fields).text)
    assert found
    return found[1]


def test_an_open_invitation_is_withdrawn_or_sent_again(desk: Desk) -> None:
    ana = desk.sits("Ana")
    first = invited(ana)
    client = desk.app.test_client()
    fields = ana.form("/people", "/people/invitations")
    page = ana.post("/people/invitations", fields | {"do": "resend"}).text
    second = re.search(r"http://localhost(/en/desk/join/[\w-]+)", page)
    assert second and second[1] != first
    assert (client.get(first).status_code, client.get(second[1]).status_code) == (404, 200)
    fields = ana.form("/people", "/people/invitations")
    assert ana.post("/people/invitations", fields | {"do": "withdraw"}).status_code == 303
    assert client.get(second[1]).status_code == 404
    for which in (fields["which"], "0" * 64, "", "zz", "²", "0" * 70_000):
        for do in ("withdraw", "resend"):
            answer = ana.post("/people/invitations", fields | {"which": which, "do": do})
            assert answer.status_code == 404 and "not open any more" in answer.text


def test_who_organises_already_signs_in_before_joining_and_other_sign_ins_end(desk: Desk) -> None:
    with desk.app.app_context():
        act = Action("command line", desk.clock.now)
        token = members.invite(db.session, "another", Guest("Ana", "ana@example.org", "reader"), act)
    address = f"/en/desk/join/{token}"
    stranger = desk.app.test_client()
    page = stranger.get(address).text
    assert "Sign in with this e-mail address first." in page and "/en/desk/sign-in?next=" in page
    form = fields_of(page, address)
    assert _aged(lambda: stranger.post(address, data=form)).status_code == 422
    elsewhere, here = desk.sits("Ana"), desk.sits("Ana")
    form = fields_of(here.get(address), address)
    assert _aged(lambda: here.client.post(address, data=form)).status_code == 303
    here.get("/people")
    here.get("/en/desk/another/")
    assert elsewhere.client.get("/en/desk/trees/people").status_code == 303


def test_an_anonymous_link_demotes_nobody(desk: Desk) -> None:
    """Finding F8, as it was reported: the owner's own address is invited as a reader."""
    ana = desk.sits("Ana")
    fields = {"csrf": ana.token("/people"), "name": "Ana", "email": "Ana@example.org", "role": "reader"}
    answer = ana.post("/people/invite", fields)
    assert answer.status_code == 422 and "change their role instead" in answer.text
    assert roles(desk) == {"Ana": "owner"}


# keys


def test_a_key_that_the_old_one_signed_is_used_at_once(desk: Desk) -> None:
    old, new = key(desk), new_key("trees", 2)
    seat = desk.sits("Ana")
    line = public_keys.public_line(new.public)
    wrong = key_proofs.prove(new_key("trees", 1), new.public)
    answer = seat.post("/signatures/key", {"csrf": seat.token(), "public": f"{line}\n{wrong}"})
    assert answer.status_code == 422
    lines = f"{line}\r\n{key_proofs.prove(old, new.public)}\r\n"
    answer = seat.post("/signatures/key", {"csrf": seat.token(), "public": lines})
    shown = " ".join(re.findall(r"<span>([0-9a-f]{4})</span>", answer.text))
    assert answer.status_code == 200 and shown == public_keys.fingerprint(new.public)
    with desk.app.app_context():
        assert (
            len(administration.keys(db.session, "trees")) == 1
        )  # nothing is used before people have compared
    uploaded = with_file({"csrf": seat.token()}, "file", lines.encode())
    answer = seat.client.post("/en/desk/trees/signatures/key", **uploaded)
    assert public_keys.fingerprint(new.public).split()[7] in answer.text
    answer = seat.post("/signatures/key", {"csrf": seat.token(), "public": lines, "compared": "yes"})
    assert answer.status_code == 303 and answer.headers["Location"].endswith("said=done")
    assert public_keys.fingerprint(new.public) in petition_page(desk)


def test_a_key_without_a_proof_waits_in_public(desk: Desk) -> None:
    """Finding F19: one owner put in any key, and nobody saw it."""
    old, new = key(desk), new_key("trees", 2)
    seat = desk.sits("Ana")
    assert public_keys.fingerprint(old.public) in petition_page(desk)
    public = public_keys.public_line(new.public)
    seat.post("/signatures/key", {"csrf": seat.token(), "public": public, "compared": "yes"})
    with desk.app.app_context():
        assert len(administration.keys(db.session, "trees")) == 1
    assert "stay sealed to an older key" in seat.get("/pending")
    page = petition_page(desk)
    assert "Another key was proposed" in page and public_keys.fingerprint(new.public) in page
    assert public_keys.fingerprint(old.public) in page
    desk.clock.pass_(hours=72)
    press(desk.sits("Ana"), "carry-out")
    with desk.app.app_context():
        assert [one.raw for one, _ in administration.keys(db.session, "trees")][-1] == new.public.raw


# dates


@pytest.fixture
def petition(desk: Desk) -> Petition:
    """A petition of this desk that three people signed."""
    petition = opened(desk.app)
    for n in range(3):
        confirm, _ = petition.signs(email=f"signer{n}@example.org")
        petition.confirm(confirm)
    return petition


def drafted(seat: Seat, **dates: str) -> dict[str, Any]:
    """The draft's terms are changed; the form to publish it."""
    path = "/content/terms/terms"
    answer = seat.post(path, seat.form(path, path) | {f"f.{name}": day for name, day in dates.items()})
    assert answer.status_code == 303
    return {**seat.form("/publish", "/publish"), "note": "Dates"}


def test_a_change_of_dates_names_what_it_does_and_is_told(petition: Petition, desk: Desk) -> None:
    seat = desk.sits("Ana")
    fields = drafted(seat, **{"closes": "2026-12-01", "erase-on": "2027-01-31"})
    page = seat.get("/publish")
    assert "3 signatures will be erased on 31 January 2027, for ever." in page
    assert "(3 entries) is destroyed on 3 December 2026" in page
    edition = desk.newest()
    assert seat.post("/publish", fields).status_code == 422 and desk.newest() == edition
    assert seat.post("/publish", fields | {"seen": "yes"}).status_code == 303 and desk.newest() == edition + 1
    (mail,) = mails(desk)
    assert mail[:2] == ("ana@example.org", "trees: dates of the petition were changed")
    assert "3 signatures will be erased on 31 January 2027, for ever." in mail[2]


def test_a_later_day_of_erasure_says_what_is_kept_to_its_promise(petition: Petition, desk: Desk) -> None:
    seat = desk.sits("Ana")
    drafted(seat, **{"erase-on": "2029-12-31"})
    assert "3 signatures will be erased on 31 December 2027, for ever." in seat.get("/publish")


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({"closes": "2026-11-20", "erase-on": "2026-11-24"}, "would change to 2026-11-20"),
        ({"closes": "2026-11-27", "erase-on": "2026-11-30"}, "Choose 2026-12-01 or later"),
        ({"closes": "2026-11-25"}, "Choose 2026-11-27 or later; to stop signing at once, pause it."),
    ],
)
def test_near_dates_are_refused_with_a_page(
    dates: dict[str, str], said: str, petition: Petition, desk: Desk
) -> None:
    desk.join("Berik", "editor")
    seat = desk.sits("Berik")
    fields = drafted(seat, **dates)
    edition = desk.newest()
    answer = seat.post("/publish", fields | {"seen": "yes"})
    assert answer.status_code == 422 and said in answer.text
    assert desk.newest() == edition and petition.records == 3


def test_words_alone_are_published_in_one_step(petition: Petition, desk: Desk) -> None:
    seat = desk.sits("Ana")
    path = "/content/demand/keep-them"
    seat.post(path, seat.form(path, path) | {"f.summary.en": "Other words.", "f.summary": "Other words."})
    page = seat.get("/publish")
    assert "can’t be undone" not in page


# import and export


def test_an_import_says_first_how_much_it_replaces(desk: Desk) -> None:
    from campaign.pack.archive import write_zip

    seat = desk.sits("Ana")
    before = desk.files()
    files = {**FILES, "campaign.yaml": FILES["campaign.yaml"].replace("A square", "A park")}
    data = write_zip(files, {})
    upload = with_file({"csrf": seat.token("/exchange")}, "pack", data)
    answer = seat.client.post("/en/desk/trees/exchange/in", **upload)
    assert answer.status_code == 422 and "1 file of the draft would be changed." in answer.text
    assert desk.files() == before
    seen = fields_of(answer.text, "/exchange/in")["seen"]
    other = write_zip({**files, "facts.yaml": FILES["facts.yaml"] + "# more\n"}, {})
    for body, status in ((other, 422), (data, 303)):
        again = with_file({"csrf": seat.token("/exchange"), "seen": seen}, "pack", body)
        assert seat.client.post("/en/desk/trees/exchange/in", **again).status_code == status
    assert desk.files() == files


def test_an_export_of_the_sealed_list_says_how_many_and_tells_everybody(
    petition: Petition, desk: Desk
) -> None:
    seat = desk.sits("Ana")
    addresses = {"csrf": seat.token(), "trustees": "first@example.org"}
    seat.post("/signatures/trustees", addresses)
    mails(desk)
    assert "will have 3 sealed signatures" in seat.get("/signatures")
    assert seat.post("/signatures/sealed", {"csrf": seat.token()}).status_code == 200
    told = mails(desk)
    assert {to for to, _, _ in told} == {"ana@example.org", "first@example.org"}
    assert all("The file has 3 sealed signatures." in body for _, _, body in told)
    # Who is taken off the list of trustees hears of it.
    seat.post("/signatures/trustees", {"csrf": seat.token(), "trustees": "second@example.org"})
    assert {to for to, _, _ in mails(desk)} == {"ana@example.org", "first@example.org", "second@example.org"}
