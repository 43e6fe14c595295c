"""Which partner led somebody here: the word in `?from=`, from the pack's closed list, and nothing else."""

from __future__ import annotations

from flask import g, request

from campaign.pack.model.record import Partner

#: The name in addresses and forms.
FROM = "from"

#: What stands for the word in a cached page; it becomes that of each visit.
WORD_HERE = "partner-of-this-visit"

#: The pages to which a partner's front page takes its word along.
LEADS_TO = frozenset({"signing.petition", "letters.write"})


def word() -> str:
    """The partner's word in the address or the form of this request; '' for one that the pack lacks."""
    key = request.values.get(FROM, "")
    return key if key in g.edition.pack.partners else ""


def fill(html: bytes) -> bytes:
    """A cached page with the word of this visit."""
    return html.replace(WORD_HERE.encode(), word().encode())


def current() -> Partner | None:
    """The partner whose front page this is."""
    partner: Partner | None = g.get("partner")
    return partner


def led(endpoint: str) -> dict[str, str]:
    """What an address on a partner's front page has in addition."""
    partner = current()
    return {FROM: partner.key} if partner is not None and endpoint in LEADS_TO else {}
