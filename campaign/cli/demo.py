"""python -m campaign demo: a site to try everything on, with invented people, and how each signs in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask import Flask

from campaign import folders
from campaign.cli import serve as serving
from campaign.cli.seeding import prepare, shipped
from campaign.database import db
from campaign.demonstration import making, people
from campaign.demonstration.making import ProductionError
from campaign.editions import store
from campaign.petition import administration
from campaign.services import service
from campaign.setting_values import SettingsError, flag
from campaign.settings import Settings
from campaign.signatures.trial_keys import TrialKind

#: The folder of its own that the site has.
DATA = Path("instance/demonstration")

#: The file that says that the site in its folder is a whole demonstration.
FINISHED = "demonstration"

#: How many codes of each person are printed.
CODES = 4


@click.command()
@serving.listening
@click.option(
    "--seed", type=Path, metavar="FOLDER", help="The pack to show (default: the first shipped one)."
)
@click.option("--no-serve", is_flag=True, help="Make the site and print how to sign in, and stop.")
def demo(host: str, port: int, seed: Path | None, no_serve: bool) -> int:
    """Start a demonstration, with somebody in each role.

    `make demo` calls this. It has a folder of its own, instance/demonstration (or CAMPAIGN_DATA): remove
    it to begin again. It never runs in production. Exit code 2: a setting is wrong, or the folder has
    another site.
    """
    try:
        _refuse_production()
        os.environ.setdefault("CAMPAIGN_DATA", str(DATA))
        app = prepare(None)
        with app.app_context():
            print_sign_ins(app, f"http://{host}:{port}", shipped(seed) if seed else first_shipped())
            db.engine.dispose()
    except (SettingsError, ProductionError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0 if no_serve else serving.started(host, port)


def _refuse_production() -> None:
    if flag(os.environ, "CAMPAIGN_PRODUCTION"):
        raise ProductionError("A demonstration never runs in production: CAMPAIGN_PRODUCTION is set.")


def first_shipped() -> Path:
    """The first pack that comes with the program."""
    return min(path for path in folders.SEEDS.iterdir() if (path / "campaign.yaml").is_file())


def print_sign_ins(app: Flask, site: str, seed: Path) -> None:
    """Make the demonstration where nothing is yet; print everybody's new password and codes.

    Raises ProductionError where there is another site.
    """
    finished = service(Settings, app).data / FINISHED
    if not finished.exists():
        if store.slugs(db.session):
            raise ProductionError(
                f"{finished.parent} has another site, or a demonstration that was not finished: remove the "
                "folder, or name an empty one with CAMPAIGN_DATA."
            )
        print("Making the demonstration (once) …", flush=True)
        making.make(app, seed)
        finished.touch()
    kinds = administration.trial_keys_of(db.session)
    slug = next(slug for slug, kind in kinds.items() if kind is TrialKind.DEMONSTRATION)
    sign_ins = people.new_sign_ins(db.session, slug)
    print(f"\nSign in at {site}/en/desk/sign-in with an e-mail address, the password and a code.")
    print(f"The password of everybody: {sign_ins[0].password}\n")
    for sign_in in sign_ins:
        print(f"{sign_in.role:<11} {sign_in.email:<22} codes: {'  '.join(sign_in.codes[:CODES])}")
    print("\nEach code works once; the next start prints new ones. Use one browser window for each person.\n")
