"""What the commands that work on the site's database have in common."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

#: Who did it, where no organiser is signed in.
AUTHOR = "command line"

Work = Callable[[argparse.Namespace, Any], int]


def with_database(work: Work) -> Callable[[argparse.Namespace], int]:
    """Run with the site's database open. 1: the pack is broken; 2: a wrong name, folder or setting."""

    def run(options: argparse.Namespace) -> int:
        from campaign.cli.server import prepare
        from campaign.database import db
        from campaign.pack.findings import PackError
        from campaign.settings import SettingsError

        try:
            with prepare(None).app_context():
                return work(options, db.session)
        except PackError as error:
            print(error, file=sys.stderr)
            return 1
        except (SettingsError, LookupError, ValueError, OSError) as error:
            print(error, file=sys.stderr)
            return 2

    return run


def campaign_option(parser: argparse.ArgumentParser) -> None:
    """Which campaign is meant, where there are several."""
    parser.add_argument("--campaign", default="", metavar="SLUG", help="needed where there are several")


def in_campaign(work: Callable[[argparse.Namespace, Any, str], int]) -> Callable[[argparse.Namespace], int]:
    """Run with the database open and the slug of the campaign that is meant."""
    return with_database(lambda options, session: work(options, session, _slug(session, options.campaign)))


def _slug(session: Any, wanted: str) -> str:
    from campaign.editions import store

    there = store.slugs(session)
    if wanted in there or (not wanted and len(there) == 1):
        return wanted or there[0]
    raise LookupError(f"Name a campaign with --campaign. There are: {', '.join(there) or 'none yet'}.")


def in_words(work: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """One sentence for whatever goes wrong; the exit code is the error's `status`, or 2."""

    def run(options: argparse.Namespace) -> int:
        try:
            return work(options)
        except FileExistsError as error:
            print(f"{error.filename} is there already: nothing is overwritten.", file=sys.stderr)
        except (OSError, ValueError) as error:
            print(error, file=sys.stderr)
            return int(getattr(error, "status", 2))
        return 2

    return run
