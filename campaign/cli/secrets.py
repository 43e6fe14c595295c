"""python -m campaign secrets: the secrets of the site, made by hand in production."""

from __future__ import annotations

import sys

import click

from campaign.setting_values import SettingsError
from campaign.settings import make_secrets


@click.command()
@click.option(
    "--replace-keys",
    metavar="SLUG",
    help="A campaign whose keys are lost: earlier links are then dead.",
)
def secrets(replace_keys: str | None) -> int:
    """Make the secrets that are missing (in production).

    Only the names of the new secrets are printed.
    """
    if replace_keys is not None:
        return _replace(replace_keys)
    try:
        names = make_secrets()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Made: {', '.join(names)}." if names else "Every secret is there already.")
    return 0


def _replace(slug: str) -> int:
    """Make new server keys for a campaign that has lost its own."""
    from sqlalchemy import Engine

    from campaign.cli.seeding import for_worker
    from campaign.petition.status import Petitions
    from campaign.services import service

    try:
        app = for_worker()
        try:
            service(Petitions, app).held(slug, fresh=True)
            service(Petitions, app).server_keys(slug).replace()
        finally:
            service(Engine, app).dispose()
    except (SettingsError, LookupError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{slug} has new keys. Links that were sent before are dead.")
    return 0
