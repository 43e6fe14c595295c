"""Shared code of the commands that use the site's database."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec

import click
from sqlalchemy.orm import Session

from campaign.cli.seeding import prepare
from campaign.database import db
from campaign.editions import store
from campaign.mail.outbox import Outbox
from campaign.messages import Message
from campaign.pack.findings import PackError
from campaign.petition.owner_mail import Announcement, Announcer
from campaign.services import service
from campaign.setting_values import SettingsError
from campaign.settings import Settings

#: The author of changes without a signed-in organiser.
AUTHOR = "command line"

P = ParamSpec("P")


def with_database(work: Callable[Concatenate[Session, P], int]) -> Callable[P, int]:
    """Run with the site's database open. 1: the pack is broken; 2: a wrong name, folder or setting."""

    @wraps(work)
    def run(*arguments: P.args, **options: P.kwargs) -> int:
        return _run(lambda session: work(session, *arguments, **options))

    return run


def with_new_database(work: Callable[Concatenate[Session, P], int]) -> Callable[P, int]:
    """The same, but where there is no site yet, one is made."""

    @wraps(work)
    def run(*arguments: P.args, **options: P.kwargs) -> int:
        return _run(lambda session: work(session, *arguments, **options), new=True)

    return run


def in_campaign(work: Callable[Concatenate[Session, str, P], int]) -> Callable[..., int]:
    """Run with the database open and the slug of the campaign that the option --campaign names."""

    @click.option(
        "--campaign", default="", metavar="SLUG", help="Which campaign. Needed where there are several."
    )
    @wraps(work)
    def run(campaign: str, *arguments: P.args, **options: P.kwargs) -> int:
        return _run(lambda session: work(session, _slug(session, campaign), *arguments, **options))

    return run


def _run(work: Callable[[Session], int], new: bool = False) -> int:
    try:
        with prepare(None, new=new).app_context():
            try:
                return work(db.session)
            finally:
                db.session.close()
                db.engine.dispose()
    except PackError as error:
        print(error, file=sys.stderr)
        return 1
    except (SettingsError, LookupError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _slug(session: Session, name: str) -> str:
    slugs = store.slugs(session)
    if name in slugs or (not name and len(slugs) == 1):
        return name or slugs[0]
    raise LookupError(f"Name a campaign with --campaign. There are: {', '.join(slugs) or 'none yet'}.")


def announcer() -> Announcer:
    """Tells owners and trustees of what is done here, in English."""
    return Announcer(service(Outbox), service(Settings).public_url)


class UnconfirmedError(ValueError):
    """What can't be undone was asked for without --now: the message says what would happen, in numbers."""

    def __init__(self, lines: Sequence[Message]) -> None:
        said = "\n".join(f"  {line}" for line in lines)
        super().__init__(f"This can’t be undone:\n{said}\nOwners and trustees get an e-mail. To go on: --now")


def confirmed(session: Session, slug: str, now: bool, subject: Message, lines: Sequence[Message]) -> None:
    """Tell owners and trustees what is about to happen, in the session's transaction.

    Does nothing without lines. Raises UnconfirmedError if the operator has not said --now.
    """
    if not lines:
        return
    if not now:
        raise UnconfirmedError(lines)
    announcer().announce(session, slug, Announcement(AUTHOR, subject, lines))
