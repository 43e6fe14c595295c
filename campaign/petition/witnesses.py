"""Asking a log's witnesses to sign its newest checkpoint (C2SP, tlog-witness), and taking what they sign."""

from __future__ import annotations

import logging

from sqlalchemy import Engine

from campaign.petition import public_log
from campaign.petition.public_log import TreeState
from campaign.transparency_log import notes, sources
from campaign.transparency_log.notes import Note, NoteError, Verifier
from campaign.transparency_log.sources import SourceError
from campaign.untrusted import whole_number

log = logging.getLogger("campaign.petition")


def ask(engine: Engine, campaign: int) -> int:
    """Ask every witness with an address that has not signed the newest checkpoint; returns how many sign now.

    A witness that can't be reached is asked again an hour later: the checkpoint does not wait.
    """
    with engine.connect() as connection:
        tree, note = public_log.state(connection, campaign), public_log.newest_note(connection, campaign)
    if tree is None or note is None:
        return 0
    policy = public_log.policy_of(tree)
    signed = note.signers(policy.witnesses.values())
    number = 0
    for name, url in policy.urls.items():
        if policy.witnesses[name].name in signed:
            continue
        try:
            lines = _signature(engine, campaign, note, url)
            take(engine, campaign, tree, lines, policy.witnesses[name])
            number += 1
        except (SourceError, NoteError) as error:
            log.warning("the witness %s has not signed the log: %s", name, error)
    return number


def _signature(engine: Engine, campaign: int, note: Note, url: str) -> str:
    """What a witness answers. Raises SourceError, NoteError."""
    old = 0
    for _ in range(2):  # the first answer may say which size it signed last
        with engine.connect() as connection:
            request = public_log.request_since(connection, campaign, note, old)
        if request is None:
            raise NoteError(
                f"it has signed a log of {old} entries, which is longer than ours: is this an old backup?"
            )
        status, body = sources.post(f"{url.rstrip('/')}/add-checkpoint", request.text.encode())
        answer = body.decode(errors="replace")
        if status == 200:
            return answer
        size = whole_number(answer.strip()) if status == 409 else None
        if size is None or size == old:
            raise NoteError(f"it answers {status}: {answer[:200].strip()}")
        old = size
    raise NoteError("it can't say which size it signed last")


def take(
    engine: Engine, campaign: int, tree: TreeState, lines: str, only: Verifier | None = None
) -> list[str]:
    """Store a witness's lines below the checkpoint that they sign; returns whose they were.

    Raises NoteError if they are of nobody in the log's policy, or of another checkpoint than the newest.
    """
    with engine.connect() as connection:
        note = public_log.newest_note(connection, campaign)
    known = [only] if only else list(public_log.policy_of(tree).witnesses.values())
    names = {(key.name, key.id) for key in known}
    ours = [line for line in notes.read_lines(lines) if (line.name, line.key_id) in names]
    if note is None or not ours:
        raise NoteError("these are no signatures of a witness of this log")
    Note(note.text, tuple(ours)).signers(known)
    public_log.add_signatures(engine, campaign, Note(note.text, tuple(ours)))
    return [line.name for line in ours]
