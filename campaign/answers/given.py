"""The answer itself, as its reader gives it to the organisers: a picture that only the trustees can open.

It has the reader's name and address, so it is sealed to the campaign's key in the request that brings it,
after the sanitiser has written it again. Beside the sealed bytes the server holds a random number and the
campaign.

A record, opened, is a line of JSON (office, language, may_show) and a JPEG. A file for the trustees begins
with `campaign-answers-1`; each record follows after its length (4 bytes).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.answers.models import GivenAnswerRow
from campaign.signatures.sealing import PrivateKey, PublicKey, SealError, epoch_of
from campaign.untrusted import UnreadableError, json_value

MAGIC = b"campaign-answers-1\n"

#: Pictures that are taken for one slip, and that a campaign holds before trustees have fetched any.
MOST_OF_A_SLIP, MOST_HELD = 3, 500

#: Bytes of the line in front of a picture, and of a sealed record: the sanitiser's largest picture fits.
_MOST_HEAD, _MOST_RECORD = 1_000, 1_000_000


class GivenAnswerError(ValueError):
    """A file of answers that can't be opened: the reason in one sentence."""

    status = 1


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An opened record. `may_show`: its giver agrees that it is shown with names covered."""

    office: str
    language: str
    may_show: bool
    picture: bytes


def seal(key: PublicKey, answer: GivenAnswer) -> bytes:
    """The record of an answer, which only the campaign's private key opens."""
    head = {"office": answer.office, "language": answer.language, "may_show": answer.may_show}
    return key.seal(json.dumps(head, sort_keys=True).encode() + b"\n" + answer.picture)


def keep(session: Session, campaign: int, sealed: bytes) -> None:
    """Write a sealed record, in the caller's transaction. Nothing says when it came, or with which slip."""
    session.add(GivenAnswerRow(id=secrets.token_hex(16), campaign_id=campaign, body=sealed))
    session.flush()


def held(session: Session, campaign: int) -> int:
    """How many answers a campaign holds."""
    query = select(func.count()).where(GivenAnswerRow.campaign_id == campaign)
    return int(session.scalar(query) or 0)


def as_file(session: Session, campaign: int) -> Iterator[bytes]:
    """All sealed answers of a campaign as one file, in an order that says nothing."""
    yield MAGIC
    query = (
        select(GivenAnswerRow.id).where(GivenAnswerRow.campaign_id == campaign).order_by(GivenAnswerRow.id)
    )
    for name in session.scalars(query).all():
        body = session.scalar(select(GivenAnswerRow.body).where(GivenAnswerRow.id == name))
        if body is not None:
            yield len(body).to_bytes(4) + body


def opened(file: IO[bytes], keys: Mapping[int, PrivateKey]) -> Iterator[GivenAnswer]:
    """The answers in a file.

    Raises GivenAnswerError for one that was cut off, changed, or sealed to another key.
    """
    if file.read(len(MAGIC)) != MAGIC:
        raise GivenAnswerError("This is not a file of answers.")
    while size := file.read(4):
        length = int.from_bytes(size)
        sealed = file.read(length) if len(size) == 4 and length <= _MOST_RECORD else b""
        if not sealed or len(sealed) < length:
            raise GivenAnswerError("The file is cut off.")
        try:
            body = keys[epoch_of(sealed)].open(sealed)
            head, _line, picture = body.partition(b"\n")
            values = json_value(head.decode(), _MOST_HEAD, depth=1)
            answer = GivenAnswer(
                str(values["office"]), str(values["language"]), values["may_show"] is True, picture
            )
        except (SealError, KeyError, TypeError, UnicodeDecodeError, UnreadableError):
            raise GivenAnswerError("An answer was changed, or is sealed to another key.") from None
        yield answer
