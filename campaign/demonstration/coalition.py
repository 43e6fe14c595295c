"""Invented organisations that signed on: they wait, one was accepted, one withdrew."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from campaign import clock
from campaign.coalition import store
from campaign.coalition.organisations import Contact, Organisation, State
from campaign.coalition.store import Acceptance, Application
from campaign.database import db, transaction
from campaign.demonstration.pack import ACCEPTED
from campaign.demonstration.people import email_of
from campaign.demonstration.times import on
from campaign.petition import organisation_links
from campaign.petition.status import Petitions
from campaign.services import service


@dataclass(frozen=True, slots=True)
class _Applicant:
    """An organisation, who signs for it, how many days ago, and what became of it."""

    organisation: Organisation
    person: str
    address: str
    days: int
    state: State

    @property
    def by_domain(self) -> bool:
        return self.organisation.website.endswith(self.address.rpartition("@")[2])


_KEY, _NAME, _WEBSITE = ACCEPTED

#: One of those that wait is probably the one that was accepted: an organiser has to look.
APPLICANTS = (
    _Applicant(
        Organisation(_NAME, "FR", _WEBSITE), "Lena Lake", "lena@lakes.example", 20, State.ACCEPTED
    ),
    _Applicant(
        Organisation("Invented Book Club", "GB", "https://books.example"), "Bruno Book",
        "bruno@books.example", 15, State.WITHDRAWN,
    ),
    _Applicant(
        Organisation("Invented Teachers’ Association", "DE", "https://teachers.example"), "Tina Teacher",
        "tina@teachers.example", 2, State.WAITING,
    ),
    _Applicant(
        Organisation("Invented lake association", "FR", "https://example.com/lakes"), "Somebody Else",
        "somebody@example.net", 1, State.WAITING,
    ),
)  # fmt: skip


def sign_on(app: Flask, slug: str, language: str) -> None:
    """Every organisation fills in the form and opens its link; organisers decide on some. Commits."""
    now = clock.now()
    for applicant in APPLICANTS:
        number = secrets.randbits(63)
        with on(now - timedelta(applicant.days)):
            _apply(app, slug, number, applicant, language)
            if applicant.state is State.ACCEPTED:
                acceptance = Acceptance(applicant.organisation, _KEY, "")
                store.accept(db.session, slug, email_of("Olga"), number, acceptance)
            elif applicant.state is State.WITHDRAWN:
                store.withdraw(db.session, slug, number)


def _apply(app: Flask, slug: str, number: int, applicant: _Applicant, language: str) -> None:
    petitions = service(Petitions, app)
    contact = Contact(applicant.person, "chair", applicant.address, language)
    sealed = organisation_links.sealed(petitions.server_keys(slug), number, contact)
    application = Application(number, applicant.organisation, applicant.by_domain, sealed, clock.today())
    with transaction(db.session) as connection:
        store.add(connection, petitions.held(slug).campaign, application)
    store.confirm(db.session, slug, number)
