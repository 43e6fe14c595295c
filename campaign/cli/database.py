"""Shared code of the commands that use the site's database."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import click
from sqlalchemy.orm import Session

from campaign.cli.seeding import prepare
from campaign.database import db
from campaign.editions import store
from campaign.pack.findings import PackError
from campaign.settings import SettingsError

#: The author of changes without a signed-in organiser.
AUTHOR = "command line"

P = ParamSpec("P")


def with_database(work: Callable[Concatenate[Session, P], int]) -> Callable[P, int]:
    """Run with the site's database open. 1: the pack is broken; 2: a wrong name, folder or setting."""

    @wraps(work)
    def run(*arguments: P.args, **options: P.kwargs) -> int:
        return _run(lambda session: work(session, *arguments, **options))

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


def _run(work: Callable[[Session], int]) -> int:
    try:
        with prepare(None).app_context():
            return work(db.session)
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
