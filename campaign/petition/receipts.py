"""Receipts of signers: the proof that their signature, or its withdrawal, is in the public log.

What proves it is made when it is asked for, from the withdrawal link; nothing is kept about who asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from markupsafe import Markup
from segno import DataOverflowError
from sqlalchemy import Connection, text

from campaign.petition import log_records, public_log
from campaign.petition.log_tiles import Tiles
from campaign.petition.server_keys import ServerKeys
from campaign.press import codes
from campaign.transparency_log import checkpoints, entries, notes, receipts
from campaign.transparency_log.entries import EntryKind
from campaign.transparency_log.merkle import inclusion_proof, leaf_hash
from campaign.transparency_log.notes import Signer
from campaign.transparency_log.proof_file import ProofFile
from campaign.transparency_log.tiles import WIDTH, TileNodes


class ReceiptState(StrEnum):
    """Where a signature stands. `NONE`: not confirmed, or gone before it entered the log."""

    NONE = "none"
    WAITS = "waits"
    LOGGED = "logged"
    LEAVES = "leaves"
    WITHDRAWN = "withdrawn"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class SignersReceipt:
    """The proof as text, or the promise of an entry; '' if there is neither. `day`: of what waits."""

    state: ReceiptState
    text: str = ""
    index: int = 0
    day: date | None = None


_RECORD = (
    "SELECT signature.id AS record, sealed, entry, removal, what, day"
    " FROM (SELECT :id AS asked) AS one"
    " LEFT JOIN signature ON signature.id = asked AND signature.campaign_id = :campaign"
    " LEFT JOIN log_entry ON log_entry.id = asked AND log_entry.campaign_id = :campaign"
    " LEFT JOIN log_pending ON log_pending.id = asked AND log_pending.campaign_id = :campaign"
)


def of_record(connection: Connection, campaign: int, server_keys: ServerKeys, record: int) -> SignersReceipt:
    """The receipt of a record, or where it stands."""
    row: Any = connection.execute(text(_RECORD), {"id": record, "campaign": campaign}).one()
    note = public_log.newest_note(connection, campaign)
    size = checkpoints.read(note).size if note else 0
    day = date.fromisoformat(row.day) if isinstance(row.day, str) else row.day
    if row.removal is not None and row.removal < size:
        return _removal(connection, campaign, row)
    if row.what is not None and row.what > EntryKind.SIGNATURE:
        return SignersReceipt(ReceiptState.LEAVES, day=day)
    if row.record is None:
        return SignersReceipt(ReceiptState.NONE)
    salt = log_records.salt(server_keys.log_salt_key(), record)
    digest = log_records.digest(record, bytes(row.sealed))
    if row.entry is None or row.entry >= size:
        promise = _promise(connection, campaign, server_keys, (day, entries.signature(salt, digest)))
        return SignersReceipt(ReceiptState.WAITS, promise, day=day)
    extra = receipts.extra_of_signature(salt, digest)
    return SignersReceipt(ReceiptState.LOGGED, _proof(connection, campaign, row.entry, extra), row.entry)


def _removal(connection: Connection, campaign: int, row: Any) -> SignersReceipt:
    number, place = divmod(row.removal, WIDTH)
    entry = Tiles(connection, campaign).bundle(number, place + 1)[place]
    excluded = entries.read(entry).kind is EntryKind.EXCLUDED
    state = ReceiptState.EXCLUDED if excluded else ReceiptState.WITHDRAWN
    return SignersReceipt(state, _proof(connection, campaign, row.removal, entry), row.removal)


def _proof(connection: Connection, campaign: int, index: int, extra: bytes) -> str:
    note = public_log.newest_note(connection, campaign)
    if note is None:
        raise LookupError("the log has no checkpoint")
    size = checkpoints.read(note).size
    proof = inclusion_proof(TileNodes(size, Tiles(connection, campaign)), index, size)
    return ProofFile(index, tuple(proof), note, extra).text


def _promise(
    connection: Connection, campaign: int, server_keys: ServerKeys, what: tuple[date | None, bytes]
) -> str:
    """A note that the log will have an entry when a day is over; '' before there is a log."""
    tree, (day, entry) = public_log.state(connection, campaign), what
    if tree is None or day is None:
        return ""
    words = f"{tree.key.name}\npromise\n{day.isoformat()}\n{notes.spelled(leaf_hash(entry))}\n"
    return notes.signed(words, Signer(tree.key.name, server_keys.log_seed())).whole


def code(text: str) -> Markup:
    """A QR code with the receipt itself, for a phone without a network; '' if it is too long for one."""
    try:
        return Markup(codes.qr(text, "l")) if text else Markup("")  # noqa: S704  black modules alone
    except DataOverflowError:
        return Markup("")
