"""The state of each text in each language, and what it was translated from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.editions.models import Campaign, PublicationRequest, Review


@dataclass(frozen=True, slots=True)
class ReviewState:
    """What is known of a text: its state, and who set it on which day.

    'imported': nobody has worked on it at the desk yet. 'missing': there is no text.
    """

    state: str
    who: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class TextPair:
    """A text in one language and in the one that it is translated from, as they are in the draft."""

    here: str
    source: str
    source_language: str


def digest(text: str) -> bytes:
    """The hash by which a reviewed text is recognised."""
    return hashlib.sha256(text.encode()).digest()


def of_campaign(session: Session, slug: str) -> dict[tuple[str, str], Review]:
    """Every review of a campaign by item and language."""
    query = select(Review).join(Campaign, Campaign.id == Review.campaign_id).where(Campaign.slug == slug)
    return {(row.item, row.language): row for row in session.scalars(query)}


def known(row: Review | None, awaiting: bool, here: Callable[[], str]) -> ReviewState:
    """The state of a text that is there. A review is valid for the text that was read, and for no later one.

    `awaiting`: the campaign says that the language waits for a native reader. `here` gives the text.
    """
    if row is None or row.state == "imported":
        return ReviewState("awaiting" if awaiting else "imported")
    stale = row.state == "reviewed" and row.digest != digest(here())
    return ReviewState("draft" if stale else row.state, row.who, row.day)


def set_state(session: Session, slug: str, where: tuple[str, str], texts: TextPair, by: ReviewState) -> None:
    """Save what is known of a text (item, language) from now on. Commits."""
    with store.writing(session, slug) as campaign:
        item, language = where
        session.merge(
            Review(
                campaign_id=campaign.id,
                item=item,
                language=language,
                state=by.state,
                who=by.who,
                day=by.day,
                source=texts.source,
                source_language=texts.source_language,
                digest=digest(texts.here),
            )
        )


def source_changes(session: Session, slug: str, item: str, old: TextPair, others: Sequence[str]) -> None:
    """A source text changed: its translations that nobody worked on yet were made from the `old` one.

    `others` are the languages that have a translation. Commits.
    """
    reviews = of_campaign(session, slug)
    with store.writing(session, slug) as campaign:
        for language in others:
            if (item, language) not in reviews:
                session.add(
                    Review(
                        campaign_id=campaign.id,
                        item=item,
                        language=language,
                        state="imported",
                        who="",
                        day=date.min.replace(year=1970),
                        source=old.source,
                        source_language=old.source_language,
                        digest=b"",
                    )
                )


# asking somebody else to publish


def ask(session: Session, slug: str, mark: int, who: tuple[int, str], note: str) -> None:
    """Ask for the draft, as it is at a mark, to be published by somebody else. Commits."""
    with store.writing(session, slug) as campaign:
        person, name = who
        session.merge(
            PublicationRequest(
                campaign_id=campaign.id, mark=mark, person_id=person, who=name, note=note, at=clock.now()
            )
        )


def asked(session: Session, slug: str) -> PublicationRequest | None:
    """Who asks for a publication, and for which draft."""
    query = (
        select(PublicationRequest)
        .join(Campaign, Campaign.id == PublicationRequest.campaign_id)
        .where(Campaign.slug == slug)
    )
    return session.scalars(query).one_or_none()


def answered(session: Session, campaign: Campaign, mark: int) -> None:
    """What was asked for is published: the draft at this mark. Does not commit.

    Somebody may have asked for a later one, which still waits.
    """
    session.execute(
        delete(PublicationRequest).where(
            PublicationRequest.campaign_id == campaign.id, PublicationRequest.mark <= mark
        )
    )
