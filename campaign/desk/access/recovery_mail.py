"""A recovery code opens the desk without the device that one has: its owner is told, wherever it was used."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk.access.session import clock, settings
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Queue
from campaign.people import factors, members
from campaign.people.audit import AuditVerb
from campaign.people.models import Person
from campaign.services import service


def tell_of_recovery(person: Person) -> None:
    """A line in the audit and a mail to the person, in one transaction."""
    content: dict[str, Any] = {
        "kind": "recovery",
        "to": person.email,
        "language": g.address["language"],
        "subject": str(_("A recovery code was used")),
        "site": settings().public_url or request.host_url.rstrip("/"),
        "left": factors.recovery_codes_left(db.session, person),
    }
    outbox = service(Outbox)
    mails: list[str] = []
    members.tell(
        db.session,
        person,
        AuditVerb.USED_RECOVERY_CODE,
        clock(),
        also=lambda connection: mails.append(outbox.put(connection, content)),
    )
    for name in mails:
        service(Queue).wake(name)
