"""Whatever owners, invited people and their browsers do, a campaign keeps an owner and nobody loses a role by joining."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

import campaign
from campaign.database import db
from campaign.editions import store
from campaign.people import audit, members, signing_in
from campaign.people.members import Action, Guest, MemberError, Proofs
from campaign.people.models import Person
from campaign.people.roles import ROLES, rank
from campaign.people.signing_in import CurrentSignIn
from tests.people.test_people import NOW, PASSWORD

NAMES = ("ana", "berik", "chloe")
FIRST = Action("command line", NOW)

#: One thing that somebody does: what, to whom, as what, agreed by a second owner, by themselves.
STEP = st.tuples(
    st.sampled_from(["invite", "accept", "accept signed in", "change", "remove", "withdraw", "resend"]),
    st.sampled_from(NAMES),
    st.sampled_from(list(ROLES)),
    st.booleans(),
    st.booleans(),
)
_numbers = itertools.count()


@dataclass
class World:
    """One campaign, the links that were sent, and what has to stay true."""

    slug: str
    links: dict[str, str] = field(default_factory=dict)
    had_owner: bool = False

    def person(self, name: str) -> Person | None:
        return db.session.scalars(select(Person).where(Person.email == self.email(name))).one_or_none()

    def email(self, name: str) -> str:
        return f"{name}@{self.slug}.example.org"

    def roles(self) -> dict[str, str]:
        return {person.email: member.role for person, member in members.members(db.session, self.slug)}

    def signed_in(self, person: Person) -> CurrentSignIn:
        found = signing_in.find(db.session, signing_in.begin(db.session, person, NOW), NOW, NOW)
        assert found is not None
        return found

    def owners(self) -> set[str]:
        return {email for email, role in self.roles().items() if role == "owner"}

    def do(self, what: str, name: str, role: str, agreed: bool, alone: bool) -> None:
        before, owners = self.roles(), self.owners()
        person = self.person(name)
        others = [signing_in.begin(db.session, person, NOW) for _ in range(2)] if person else []
        act = Action(self.email(name) if alone else "an owner", NOW, agreed=agreed)
        try:
            self.step(what, name, role, act)
        except MemberError:
            db.session.rollback()
            assert self.roles() == before
            return
        self.check(what, name, before, owners, act)
        if person and self.roles().get(person.email) != before.get(person.email):
            assert not any(signing_in.find(db.session, token, NOW, NOW) for token in others)

    def step(self, what: str, name: str, role: str, act: Action) -> None:
        person = self.person(name)
        guest = Guest(name, self.email(name), role)
        if what == "invite":
            self.links[name] = members.invite(db.session, self.slug, guest, act)
        elif what in {"withdraw", "resend"}:
            opened = members.invitation(db.session, self.links.get(name, ""), NOW)
            if opened is not None and what == "resend":
                self.links[name] = members.resend(db.session, self.slug, opened.digest, act)
            elif opened is not None:
                members.withdraw(db.session, self.slug, opened.digest, act)
                assert members.invitation(db.session, self.links[name], NOW) is None
        elif what.startswith("accept"):
            proofs = Proofs(PASSWORD, pyotp.random_base32())
            known = person is not None and not person.removed
            sign_in = self.signed_in(person) if person and known and what != "accept" else None
            members.accept(db.session, self.links.get(name, ""), proofs, NOW, sign_in)
            assert not known or sign_in is not None, "a known address joined without a sign-in"
        elif person is not None and what == "change":
            members.change_role(db.session, self.slug, person, guest, act)
        elif person is not None:
            members.remove(db.session, self.slug, person, act)

    def check(self, what: str, name: str, before: dict[str, str], owners: set[str], act: Action) -> None:
        after, email = self.roles(), self.email(name)
        self.had_owner = self.had_owner or bool(self.owners())
        assert self.owners() or not self.had_owner, "the campaign has lost its last owner"
        if what.startswith("accept") and email in before:
            assert rank(after[email]) <= rank(before[email]), "joining lowered a role"
        if owners and not act.agreed and not what.startswith("accept"):
            lost = owners - self.owners()
            assert self.owners() <= owners and lost <= {act.by}, "one person changed who the owners are"


@pytest.fixture
def campaigns(storage: Flask) -> Iterator[Flask]:
    with storage.app_context():
        yield storage


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, max_size=14))
def test_there_is_always_an_owner_and_joining_never_lowers_a_role(
    campaigns: Flask, steps: list[tuple[str, str, str, bool, bool]]
) -> None:
    world = World(f"c{next(_numbers)}")
    with store.writing(db.session, world.slug, make=True):
        pass
    for name in ("ana", "berik"):
        act = Action("command line", NOW, agreed=True)
        world.links[name] = members.invite(
            db.session, world.slug, Guest(name, world.email(name), "owner"), act
        )
        members.accept(db.session, world.links[name], Proofs(PASSWORD, "JBSWY3DPEHPK3PXP"), NOW)
    world.had_owner = True
    for step in steps:
        world.do(*step)
    chain = audit.campaign_of(db.session, world.slug)
    assert audit.broken_at(db.session, chain) is None


def test_an_owner_who_was_invited_as_a_reader_stays_the_owner(campaigns: Flask) -> None:
    """Finding F8: an anonymous browser opened the link, and the campaign had no owner any more."""
    world = World("f8")
    with store.writing(db.session, "f8", make=True):
        pass
    token = members.invite(db.session, "f8", Guest("ana", world.email("ana"), "owner"), FIRST)
    ana, _ = members.accept(db.session, token, Proofs(PASSWORD, "JBSWY3DPEHPK3PXP"), NOW)
    with pytest.raises(MemberError, match="member already"):
        members.invite(db.session, "f8", Guest("ana", world.email("ana"), "reader"), FIRST)
    # The same with an invitation that was open when she became an owner.
    with store.writing(db.session, "f8"):
        db.session.execute(
            text("UPDATE invitation SET used = :no, role = 'reader' WHERE email = :email"),
            {"no": False, "email": ana.email},
        )
    for sign_in in (None, world.signed_in(ana)):
        with pytest.raises(MemberError, match="member already"):
            members.accept(db.session, token, Proofs(PASSWORD, "JBSWY3DPEHPK3PXP"), NOW, sign_in)
    assert world.owners() == {ana.email}


def test_the_link_of_the_first_start_ends_when_somebody_organises(campaigns: Flask) -> None:
    with store.writing(db.session, "first", make=True):
        pass
    printed = members.invite_first(db.session, "first", NOW)
    by_mail = members.invite(db.session, "first", Guest("Ana", "ana@example.org", "owner"), FIRST)
    members.accept(db.session, by_mail, Proofs(PASSWORD, "JBSWY3DPEHPK3PXP"), NOW)
    proofs = Proofs(PASSWORD, "JBSWY3DPEHPK3PXP", name="Eve", email="eve@example.org")
    with pytest.raises(MemberError, match="gone"):
        members.accept(db.session, printed, proofs, NOW)


@pytest.mark.parametrize("case", ["nobody", "somebody else"])
def test_whoever_organises_here_already_joins_only_signed_in(case: str, campaigns: Flask) -> None:
    for slug in ("here", "there"):
        with store.writing(db.session, slug, make=True):
            pass
    people = {}
    for name in ("Ana", "Eve"):
        guest = Guest(name, f"{name}@example.org", "owner")
        token = members.invite(db.session, "here", guest, Action("command line", NOW, agreed=True))
        people[name], _ = members.accept(db.session, token, Proofs(PASSWORD, "JBSWY3DPEHPK3PXP"), NOW)
    token = members.invite(db.session, "there", Guest("Ana", "ana@example.org", "owner"), FIRST)
    world = World("there")
    wrong = world.signed_in(people["Eve"]) if case == "somebody else" else None
    with pytest.raises(MemberError, match="sign in"):
        members.accept(db.session, token, Proofs(), NOW, wrong)
    old = signing_in.begin(db.session, people["Ana"], NOW)
    current = world.signed_in(people["Ana"])
    members.accept(db.session, token, Proofs(), NOW, current)
    assert signing_in.find(db.session, old, NOW, NOW) is None
    assert [row.digest for row in signing_in.of_person(db.session, people["Ana"])] == [current.digest]


def writes_membership(node: ast.AST) -> bool:
    """Whether a statement makes a membership or gives one another role."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "Membership"
    if not isinstance(node, ast.Assign):
        return False
    parts = [part for target in node.targets for part in getattr(target, "elts", [target])]
    return any(isinstance(part, ast.Attribute) and part.attr == "role" for part in parts)


@pytest.mark.slow
def test_only_one_module_writes_who_is_a_member() -> None:
    """A path to membership beside `membership_rules.set_role` would have no rule about the last owner."""
    package = Path(campaign.__file__).parent
    found = set()
    for path in package.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if any(writes_membership(node) for node in ast.walk(ast.parse(source))):
            found.add(path.relative_to(package).as_posix())
        assert not any(
            f"{verb} membership" in source.lower() for verb in ("insert into", "update", "delete from")
        )
    assert found == {"people/membership_rules.py"}
