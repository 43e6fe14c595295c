"""A petition on a data folder, for tests of the operator's commands, and the e-mails that it has waiting."""

from __future__ import annotations

from pathlib import Path

from campaign.mail.outbox import Outbox
from campaign.mail.templates import compose
from campaign.services import service
from tests.conftest import published
from tests.petition.conftest import Petition, opened
from tests.petition.test_proposals import House
from tests.tools import text_of


def owned(data: Path) -> Petition:
    """A petition with an owner and two signatures, on a data folder."""
    petition = opened(published(data))
    with petition.app.app_context():
        House(petition.app, petition.key).join("Ana")
    for number in range(2):
        petition.confirm(petition.signs(email=f"signer{number}@example.org")[0])
    return petition


def mails(petition: Petition) -> list[tuple[str, str]]:
    """The subject and the text of what waits."""
    outbox = service(Outbox, petition.app)
    with petition.app.app_context():
        taken = [mail for name in outbox.due() if (mail := outbox.take(name))]
        found = [compose(mail.id, mail.content, "desk@example.org") for mail in taken]
    return [(str(mail["Subject"]), text_of(mail)) for mail in found]
