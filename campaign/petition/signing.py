"""From the form to the e-mail: seal at once, store nothing that waits, do the same work for everybody.

The index is not read here. An address that has signed, one that is about to and a new one are
treated alike, so neither the page nor its timing tells them apart.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from campaign.email_address import Address, canonical
from campaign.petition import index
from campaign.petition.links import (
    LONGEST,
    Confirmation,
    TooLongError,
    Withdrawal,
    confirmation_token,
    withdrawal_token,
)
from campaign.petition.server_keys import ServerKeys
from campaign.signatures import person
from campaign.signatures.person import Person
from campaign.signatures.sealing import PublicKey

#: Minutes for which a confirmation link is valid, and the grace period after that.
GOOD_FOR, GRACE = 7 * 24 * 60, 24 * 60

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Signer:
    """What a signature is made with. `cost` is that of the index, `partner` the word that led here."""

    key: PublicKey
    server_keys: ServerKeys
    cost: index.Cost = index.COST
    partner: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """The tokens of the two links in one e-mail."""

    confirm: str
    withdraw: str


def sign(signer: Signer, who: Person, address: Address, at_risk: bool, minute: int) -> Links:
    """Seal a signature and make its links. `minute` is now, in minutes since 1970.

    A person at risk is never shown in any form, and is listed only in an index in memory. The index changes
    its key with the day in UTC; the withdrawal link has the same day as the signature.
    """
    day = minute // (24 * 60)
    who = replace(who, shown=who.shown and not at_risk)
    slot = index.slot(canonical(address), signer.server_keys.index_key(at_risk, day), signer.cost)
    record = secrets.randbits(63)
    confirmation = Confirmation(
        expires=minute + GOOD_FOR,
        record=record,
        slot=slot,
        country=who.country,
        language=who.language,
        edition=who.edition,
        sealed=signer.key.seal(person.to_bytes(who)),
        at_risk=at_risk,
        shown=who.public_name,
        partner="" if at_risk else signer.partner,
    )
    signed_on = (date.fromisoformat(who.day) - EPOCH).days
    withdrawal = Withdrawal(record, slot, who.country, signed_on, who.shown, who.language)
    return Links(
        confirmation_token(signer.server_keys, confirmation), withdrawal_token(signer.server_keys, withdrawal)
    )


def checked_length(address: str) -> str:
    """The address of a link. Raises TooLongError if mail programs would cut it."""
    if len(address) > LONGEST:
        raise TooLongError(str(len(address)))
    return address


def mail_of(to: Address, language: str, subject: str, values: dict[str, Any]) -> dict[str, Any]:
    """What goes into the outbox: one e-mail, the same for new, pending and signed addresses."""
    return {"kind": "confirm", "to": to.ascii, "language": language, "subject": subject, **values}
