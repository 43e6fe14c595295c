"""What the ledger writes: a line of the tally, and the signatures that come on paper and from stalls."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

#: The channels by which signatures come.
ONLINE, PAPER, STALL = "online", "paper", "stall"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the tally: the day, the country ('' if it is not known) and the channel."""

    day: date
    country: str
    way: str = ONLINE


@dataclass(frozen=True, slots=True)
class PaperSignature:
    """One row of a sheet, ready to be counted. `slot` is that of the e-mail address, or of name and town.

    `erase_on` is the day that is printed on the sheet.
    """

    record: int
    slot: int
    country: str
    sealed: bytes
    erase_on: date | None = None


@dataclass(frozen=True, slots=True)
class StallSignature:
    """One record of a batch from a stall, under the id that it always gets: see `stalls/batches.py`."""

    record: int
    sealed: bytes
    erase_on: date | None = None


def name_id(withdraw_key: bytes, record: int) -> int:
    """The id of a signer's shown name. Without the key, nothing links the record to the name."""
    digest = hmac.new(withdraw_key, b"name" + record.to_bytes(8), hashlib.sha256).digest()
    return int.from_bytes(digest[:8]) >> 1
