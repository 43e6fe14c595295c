"""Letters that invented people sent, and the answers that they had."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from campaign import clock
from campaign.answers import given
from campaign.answers.given import GivenAnswer
from campaign.counts import answers, partners
from campaign.counts import store as letter_store
from campaign.counts.answers import Answer
from campaign.counts.store import Posting
from campaign.database import transaction
from campaign.demonstration import petition
from campaign.demonstration.pack import PARTNER
from campaign.pack.model import Pack
from campaign.petition.status import Petitions
from campaign.services import service

#: Letters that were reported for each office, by its place in the pack; over as many days.
LETTERS = (144, 89, 34, 21, 13, 8)

#: Letters that a partner led to.
BY_PARTNER = 12

#: Kinds of answers, in the order in which they were reported.
ANSWERS = ("none", "receipt", "evasive", "none", "none", "receipt", "promise", "none", "evasive", "action")

#: Answers themselves that supporters gave to the organisers.
GIVEN = 2


def count(session: Session, pack: Pack) -> None:
    """Letters and answers of the last weeks, more for the offices that a pack names first. Commits."""
    today = clock.today(pack.time_zone)
    for addressee, number in zip(pack.addressees.values(), LETTERS, strict=False):
        for letter in range(number):
            country = petition.COUNTRIES[letter % len(petition.COUNTRIES)]
            country = "" if country in pack.countries_at_risk else country
            posting = Posting(addressee.key, country, letter_store.WAYS[letter % 2])
            letter_store.count_letter(session, pack.slug, posting, today - timedelta(letter % 28))
    with transaction(session):
        for _letter in range(BY_PARTNER):
            partners.count_letter(session, pack.slug, PARTNER[0])
    offices = list(pack.addressees.values())
    for number, kind in enumerate(ANSWERS * 8):
        addressee = offices[number % 2]
        weeks = None if kind == answers.NONE else number % 5
        answer = Answer(addressee.key, pack.languages[0], kind, first=True, weeks=weeks)
        answers.count_answer(session, pack.slug, answer, today - timedelta(number % 50))


def give(session: Session, pack: Pack, picture: bytes) -> None:
    """Supporters give answers to the organisers, as pictures. Commits."""
    record = service(Petitions).held(pack.slug)
    assert record.key is not None
    office, language = next(iter(pack.addressees)), pack.languages[0]
    with transaction(session):
        for number in range(GIVEN):
            answer = GivenAnswer(office, language, number % 2 == 0, picture)
            given.keep(session, record.campaign, given.seal(record.key, answer))
