"""A recovery code opens the desk without the owner's device, so the owner is informed of each use."""

from __future__ import annotations

from typing import Any

from flask import g

from campaign import clock
from campaign.database import db, transaction
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Queue
from campaign.people import factors, own_account
from campaign.people.audit import AuditVerb
from campaign.people.models import Person
from campaign.services import service
from campaign.web.domains import base_url


def tell_of_recovery(person: Person) -> None:
    """A line in the audit and a mail to the person, in one transaction."""
    content: dict[str, Any] = {
        "kind": "recovery",
        "to": person.email,
        "language": g.address["language"],
        "site": base_url(),
        "left": factors.recovery_codes_left(db.session, person),
    }
    with transaction(db.session) as connection:
        own_account.write_audit(db.session, person, AuditVerb.USED_RECOVERY_CODE, clock.now())
        name = service(Outbox).put(connection, content)
    service(Queue).wake(name)
