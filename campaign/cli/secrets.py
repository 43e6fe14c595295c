"""python -m campaign secrets: the secrets of the site, made by hand in production."""

from __future__ import annotations

import sys

import click

from campaign.settings import SettingsError, make_secrets


@click.command()
def secrets() -> int:
    """Make the secrets that are missing (in production).

    Only the names of the new secrets are printed.
    """
    try:
        names = make_secrets()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Made: {', '.join(names)}." if names else "Every secret is there already.")
    return 0
