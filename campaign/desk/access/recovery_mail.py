"""A recovery code opens the desk without the device that one has: its owner is told, wherever it was used."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk.access.session import clock
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Queue
from campaign.people import factors, members
from campaign.people.models import Person
from campaign.services import service
from campaign.web.addresses import base_url


def tell_of_recovery(person: Person) -> None:
    """A line in the audit and a mail to the person, in one transaction."""
    content: dict[str, Any] = {
        "kind": "recovery",
        "to": person.email,
        "language": g.address["language"],
        "subject": str(_("A recovery code was used")),
        "site": base_url(),
        "left": factors.recovery_codes_left(db.session, person),
    }
    outbox = service(Outbox)
    mails: list[str] = []
    members.tell(
        db.session,
        person,
        "used recovery code",
        clock(),
        also=lambda connection: mails.append(outbox.put(connection, content)),
    )
    for name in mails:
        service(Queue).wake(name)
