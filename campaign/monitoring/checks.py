"""Every check, in the order in which somebody reads them."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from campaign.logs import frames
from campaign.messages import Message
from campaign.monitoring import data, machine, outside
from campaign.monitoring.findings import Finding, Level
from campaign.monitoring.surroundings import Check, Surroundings

log = logging.getLogger("campaign.monitoring")

CHECKS = (
    Check("settings", machine.of_settings),
    Check("catalogues", machine.of_catalogues),
    Check("disk", machine.of_disk),
    Check("database", data.of_database),
    Check("redis", machine.of_budgets),
    Check("keys", data.of_keys),
    Check("worker", data.of_worker),
    Check("mail", data.of_mail),
    Check("night", data.of_nights),
    Check("backup", data.of_backup),
    Check("hops", machine.of_hops),
    Check("answers", machine.of_answers),
    Check("clock", machine.of_clock, outside=True),
    Check("address", outside.of_address, outside=True),
    Check("certificate", outside.of_certificate, outside=True),
    Check("relay", outside.of_relay, outside=True),
    Check("domain", outside.of_domain, outside=True),
    Check("onion", outside.of_onion, outside=True),
)

#: What each check is about, for people.
LABELS = {
    "settings": Message("Settings"),
    "catalogues": Message("Translations"),
    "disk": Message("Disk"),
    "database": Message("Database"),
    "redis": Message("Limits of requests"),
    "keys": Message("Keys"),
    "worker": Message("Mail worker"),
    "mail": Message("E-mail"),
    "night": Message("Nightly work"),
    "backup": Message("Backup"),
    "hops": Message("Proxies"),
    "answers": Message("Answers"),
    "clock": Message("Clock"),
    "address": Message("Public address"),
    "certificate": Message("Certificate"),
    "relay": Message("Relay"),
    "domain": Message("Sender’s domain"),
    "onion": Message("Onion service"),
}


def run(here: Surroundings, checks: Iterable[Check] = CHECKS) -> list[Finding]:
    """What the checks find. One that fails is a finding itself, and the others go on."""
    with here.app.app_context():
        return [finding for check in checks for finding in _run_one(here, check)]


def _run_one(here: Surroundings, check: Check) -> list[Finding]:
    try:
        return list(check.run(here))
    except Exception as error:
        name = type(error).__name__
        log.warning("the check %s failed: %s at %s", check.key, name, frames(error))
        text = Message("This could not be checked: %(reason)s.", reason=name)
        return [Finding(check.key, Level.BAD, text, Message("See the other findings first, then the log."))]
