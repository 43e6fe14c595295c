"""python -m campaign mail: the worker, what waits, and what the sender's domain has to say of itself."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from campaign.cli.common import with_database
from campaign.mail.outbox import Outbox
from campaign.services import service
from campaign.settings import Settings


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `mail`."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    work = actions.add_parser("work", help="send mails as they come (`serve` starts this itself)")
    work.set_defaults(command=_work)
    once = actions.add_parser("send", help="send everything that is due, and end")
    once.set_defaults(command=with_database(_send))
    check = actions.add_parser(
        "check",
        help="judge SPF, DKIM and DMARC of the sender's domain from its DNS records",
        description=(
            'Reads records as `dig` prints them, one a line: NAME TXT "...". Nothing is asked over'
            " the network. Exit code 1: something has to be set, and it is printed."
        ),
    )
    check.add_argument("--domain", required=True, help="the part of CAMPAIGN_MAIL_FROM after the @")
    check.add_argument("--relay", required=True, help="such as include:relay.example")
    check.add_argument("--selector", required=True, help="the relay's DKIM selector")
    check.add_argument("--records", required=True, type=Path, metavar="FILE", help="'-' for standard input")
    check.set_defaults(command=_check)


def _work(_options: argparse.Namespace) -> int:
    from campaign.application import create_app
    from campaign.mail.worker import work
    from campaign.petition.nightly import nightly
    from campaign.settings import SettingsError

    try:
        app = create_app()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    work(app, lambda: nightly(app))
    return 0


def _send(_options: argparse.Namespace, _session: object) -> int:
    from flask import current_app

    from campaign.mail.worker import Postman, sender_of

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    count = Postman(app, service(Outbox, app), sender_of(service(Settings, app))).sweep()
    print(f"{count} sent, {service(Outbox, app).waiting().mails} wait.")
    return 0


def _check(options: argparse.Namespace) -> int:
    from campaign.mail.domain import Domain, judged, read_records

    text = sys.stdin.read() if str(options.records) == "-" else options.records.read_text(encoding="utf-8")
    found = judged(Domain(options.domain, options.relay, options.selector), read_records(text))
    for one in found:
        print(f"{'good ' if one.good else 'TO SET'} {one.what}: {one.text}")
    return 0 if all(one.good for one in found) else 1
