"""E-mails to the owners of a campaign and to the trustees whose addresses they named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from campaign.mail.outbox import Outbox
from campaign.messages import Message
from campaign.people import audit, members
from campaign.petition.administration import trustees


def recipients(session: Session, slug: str, campaign: int) -> list[str]:
    """Owners of the campaign, and the other people that organisers named."""
    owners = [person.email for person, member in members.members(session, slug) if member.role == "owner"]
    named_addresses = trustees(session, campaign).split()
    return list(dict.fromkeys([*owners, *named_addresses]))


def send(
    outbox: Outbox, session: Session, slug: str, content: dict[str, Any], to: Sequence[str] = ()
) -> list[str]:
    """Put one e-mail for each recipient, and for the addresses in `to`, into the outbox.

    In the session's transaction: they are sent if what they announce is committed. Returns their ids.
    """
    campaign = audit.campaign_of(session, slug)
    addresses = dict.fromkeys([*recipients(session, slug, campaign), *to])
    connection = session.connection()
    return [outbox.put(connection, {**content, "slug": slug, "to": address}) for address in addresses]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What owners and trustees are informed of: who did it, what, and what it does.

    `to` are addresses that get it as well.
    """

    who: str
    subject: Message
    lines: Sequence[Message]
    to: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Announcer:
    """Tells owners and trustees of a change, in a language. `site` is the address of the site."""

    outbox: Outbox
    site: str
    language: str = "en"
    translate: Callable[[Message], str] = str

    def announce(self, session: Session, slug: str, what: Announcement) -> list[str]:
        """Write to everybody, in the session's transaction; returns the ids of the e-mails."""
        content = {
            "kind": "change",
            "language": self.language,
            "subject": f"{slug}: {self.translate(what.subject)}",
            "who": what.who,
            "lines": [self.translate(line) for line in what.lines],
            "site": self.site,
        }
        return send(self.outbox, session, slug, content, what.to)
