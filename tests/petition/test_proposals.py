"""What one person can't undo: another owner agrees, or 72 hours pass in which anybody may stop it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from campaign.database import db
from campaign.editions import store
from campaign.mail.outbox import Outbox
from campaign.mail.templates import compose
from campaign.people import audit, members
from campaign.people.members import Action, Guest, MemberError, Proofs
from campaign.people.models import Person
from campaign.petition import administration, proposals
from campaign.petition.owner_mail import Announcer
from campaign.petition.proposal_kinds import ProposalKind
from campaign.petition.proposals import Change, Decider, WaitError
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.signatures import public_keys
from campaign.signatures.public_keys import KeyFileError
from campaign.signatures.sealing import PrivateKey, new_key
from tests.minimal import FILES
from tests.tools import text_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass
class House:
    """A campaign with a key, its owners, and the time."""

    app: Flask
    key: PrivateKey
    now: datetime = NOW
    people: dict[str, Person] = field(default_factory=dict)

    def join(self, name: str, role: str = "owner") -> None:
        act = Action("command line", self.now, agreed=True)
        token = members.invite(db.session, "trees", Guest(name, f"{name}@example.org", role), act)
        proofs = Proofs("шесть зелёных велосипедов", "JBSWY3DPEHPK3PXP")
        self.people[name], _ = members.accept(db.session, token, proofs, self.now)

    def by(self, name: str) -> Decider:
        person = self.people[name]
        return Decider(person.id, person.email, self.now, date(2026, 11, 24))

    @property
    def told(self) -> Announcer:
        return Announcer(service(Outbox, self.app), "https://letters.example.org")

    def proposes(self, name: str, change: Change) -> int:
        return proposals.propose(db.session, "trees", change, self.by(name), self.told).id

    def carries_out(self, name: str, number: int) -> str:
        return proposals.carry_out(db.session, "trees", number, self.by(name), self.told)

    def stops(self, name: str, number: int) -> None:
        proposals.stop(db.session, "trees", number, self.by(name), self.told)

    def roles(self) -> dict[str, str]:
        return {person.name: member.role for person, member in members.members(db.session, "trees")}

    def change(self, what: str) -> Change:
        """A change of each kind; of Berik where it is of somebody."""
        berik = self.people["Berik"].id if "Berik" in self.people else 0
        values: dict[str, tuple[ProposalKind, dict[str, Any]]] = {
            "key": (ProposalKind.KEY, {"public": public_keys.public_line(new_key("trees", 2).public)}),
            "invite": (ProposalKind.OWNER, {"name": "Eve", "email": "eve@example.org"}),
            "promote": (ProposalKind.ROLE, {"person": berik, "role": "owner", "languages": []}),
            "demote": (ProposalKind.ROLE, {"person": berik, "role": "reader", "languages": []}),
            "remove": (ProposalKind.REMOVAL, {"person": berik}),
        }
        return Change(*values[what])

    def done(self, what: str) -> bool:
        """Whether the change has been made."""
        keys = len(administration.keys(db.session, "trees"))
        invited = [one.email for one in members.invitations(db.session, "trees", self.now)]
        role = self.roles().get("Berik")
        return {
            "key": keys == 2, "invite": invited == ["eve@example.org"], "promote": role == "owner",
            "demote": role == "reader", "remove": role is None,
        }[what]  # fmt: skip

    def mails(self) -> list[tuple[str, str, str]]:
        """To whom, the subject and the text of what waits in the outbox, which is emptied."""
        outbox, found = service(Outbox, self.app), []
        for name in outbox.due():
            mail = outbox.take(name)
            assert mail is not None
            message = compose(mail.id, mail.content, "desk@example.org")
            found.append((str(message["To"]), str(message["Subject"]), text_of(message)))
            outbox.sent(name)
        return found


@pytest.fixture
def house(storage: Flask) -> Iterator[House]:
    with storage.app_context():
        store.publish(db.session, "trees", FILES, store.Authorship("files"))
        key = new_key("trees", 1)
        administration.publish_key(db.session, key.public, "the tests")
        house = House(storage, key)
        house.join("Ana")
        yield house


KINDS = ["key", "invite", "promote", "demote", "remove"]


def with_berik(house: House, what: str) -> None:
    """Berik is what the change is about."""
    house.join("Berik", "editor" if what in {"key", "invite", "promote"} else "owner")


@pytest.mark.slow
@pytest.mark.parametrize("what", KINDS)
def test_a_second_owner_agrees_and_it_is_done(what: str, house: House) -> None:
    with_berik(house, what)
    house.join("Chloe")
    number = house.proposes("Ana", house.change(what))
    house.now += timedelta(days=5)  # time alone is not enough where there is somebody to ask
    with pytest.raises(WaitError) as error:
        house.carries_out("Ana", number)
    assert error.value.until is None and not house.done(what)
    token = house.carries_out("Chloe", number)
    assert house.done(what) and bool(token) is (what == "invite")
    for again in (lambda: house.carries_out("Chloe", number), lambda: house.stops("Ana", number)):
        with pytest.raises(LookupError):
            again()


@pytest.mark.slow
@pytest.mark.parametrize("what", KINDS)
def test_without_a_second_owner_it_takes_72_hours(what: str, house: House) -> None:
    with_berik(house, what)
    number = house.proposes("Ana", house.change(what))
    for hours in (0, 71):
        house.now = NOW + timedelta(hours=hours)
        with pytest.raises(WaitError) as error:
            house.carries_out("Ana", number)
        assert error.value.until == NOW + timedelta(hours=72) and not house.done(what)
    house.now = NOW + timedelta(hours=72)
    house.carries_out("Ana", number)
    assert house.done(what)


@pytest.mark.slow
@pytest.mark.parametrize("what", KINDS)
def test_anybody_who_may_publish_stops_it(what: str, house: House) -> None:
    with_berik(house, what)
    number = house.proposes("Ana", house.change(what))
    house.stops("Berik", number)
    house.now += timedelta(hours=80)
    with pytest.raises(LookupError):
        house.carries_out("Ana", number)
    assert not house.done(what) and proposals.pending(db.session, "trees", house.now) == []


def test_an_owner_may_agree_to_their_own_removal_and_a_proposal_lapses(house: House) -> None:
    house.join("Berik")
    number = house.proposes("Ana", house.change("remove"))
    assert house.proposes("Ana", house.change("remove")) == number  # the same again is the same
    house.carries_out("Berik", number)
    assert house.roles() == {"Ana": "owner"}
    late = house.proposes("Ana", house.change("key"))
    house.now += timedelta(days=15)
    with pytest.raises(LookupError):
        house.carries_out("Ana", late)


def test_who_is_no_owner_carries_nothing_out(house: House) -> None:
    house.join("Berik", "editor")
    number = house.proposes("Ana", house.change("key"))
    house.now += timedelta(days=4)
    with pytest.raises(LookupError):
        house.carries_out("Berik", number)
    assert not house.done("key")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "error"),
    [
        (
            Change(ProposalKind.KEY, {"public": public_keys.public_line(new_key("trees", 3).public)}),
            KeyFileError,
        ),
        (
            Change(ProposalKind.KEY, {"public": public_keys.public_line(new_key("bushes", 2).public)}),
            KeyFileError,
        ),
        (Change(ProposalKind.OWNER, {"name": "Ana", "email": "ANA@example.org"}), MemberError),
        (Change(ProposalKind.REMOVAL, {"person": 99}), MemberError),
        (Change(ProposalKind.REMOVAL, {"person": 1}), MemberError),
        (Change(ProposalKind.ROLE, {"person": 1, "role": "reader", "languages": []}), MemberError),
    ],
)
def test_what_can_never_be_done_is_not_proposed(change: Change, error: type[Exception], house: House) -> None:
    with pytest.raises(error):
        house.proposes("Ana", change)
    db.session.rollback()
    assert proposals.pending(db.session, "trees", house.now) == []


def test_owners_and_trustees_are_informed_of_every_step_in_numbers(house: House) -> None:
    administration.set_trustees(db.session, "trees", "me", "trustee@example.org")
    number = house.proposes("Ana", house.change("key"))
    house.stops("Ana", number)
    told = house.mails()
    assert sorted({to for to, _, _ in told}) == ["Ana@example.org".lower(), "trustee@example.org"]
    subjects = {subject for _, subject, _ in told}
    assert subjects == {"trees: a change was proposed", "trees: a proposed change was stopped"}
    first = next(text for _, subject, text in told if subject.endswith("proposed"))
    assert "0 signatures stay sealed to an older key." in first
    assert "from 2026-11-27 12:00 UTC on" in first and "https://letters.example.org" in first
    rows = [row.what for row in audit.rows(db.session, audit.campaign_of(db.session, "trees"))]
    assert rows[-2:] == ["propose change", "stop change"]


def test_a_proposed_key_is_published_by_its_fingerprint(house: House) -> None:
    change = house.change("key")
    number = house.proposes("Ana", change)
    proposed = public_keys.read_public_line(change.payload["public"])
    held = service(Petitions, house.app).held("trees", fresh=True)
    assert held.key == house.key.public and held.proposed == proposed
    house.stops("Ana", number)
    assert service(Petitions, house.app).held("trees", fresh=True).proposed is None
