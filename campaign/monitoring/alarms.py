"""Alarms: the checks are run, their findings kept, and what is new or worse goes to the owners by e-mail."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import replace

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions.edition_cache import EditionCache
from campaign.languages.data import for_desk
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Postman, sender_of
from campaign.monitoring import record
from campaign.monitoring.answers import totals
from campaign.monitoring.checks import CHECKS, LABELS, run
from campaign.monitoring.findings import Finding
from campaign.monitoring.record import Record
from campaign.monitoring.surroundings import Check, Surroundings
from campaign.people import members
from campaign.refreshing import repeat
from campaign.services import service
from campaign.settings import Settings
from campaign.web import languages
from campaign.web.messages import translated

log = logging.getLogger("campaign.monitoring")

#: The checks that the worker makes: the settings of other processes are not its own, and an answer of the
#: public address or of Tor can take long.
BY_WORKER = tuple(check for check in CHECKS if check.key not in {"settings", "address", "onion", "domain"})

#: Seconds between two looks of the worker.
EVERY = 600


def look(here: Surroundings, checks: Iterable[Check] = CHECKS) -> tuple[list[Finding], list[Finding]]:
    """Run the checks and keep what they find: all findings, and the alarms that are new or worse.

    Checks that are not run keep what they found before.
    """
    data = here.settings.data
    before, answers, checks = record.load(data), totals(here.settings), tuple(checks)
    known = before.answers if before and before.answers[0] <= answers[0] else (0, 0)
    findings = run(replace(here, answers=(answers[0] - known[0], answers[1] - known[1])), checks)
    now = clock.now()
    new = record.worse(findings, before, now)
    keys = {check.key for check in checks}
    kept = [finding for finding in (before.findings if before else []) if finding.check not in keys]
    order = {check.key: number for number, check in enumerate(CHECKS)}
    listed = sorted([*findings, *kept], key=lambda finding: order.get(finding.check, 99))
    sent = {**(before.sent if before else {}), **{one.check: (one.level, now) for one in new}}
    record.save(data, Record(now, listed, answers, sent))
    return findings, new


def keep_watching(app: Flask, every: float = 60.0) -> threading.Event:
    """Watch in a thread of this process until it ends, or until the returned event is set.

    Not in the worker's own threads: a relay or an address that says nothing takes its time.
    """

    def failed(error: Exception) -> None:
        log.warning("could not look whether the site is well: %s", type(error).__name__)

    return repeat(lambda: watch(app), every, "watching", failed)


def watch(app: Flask) -> None:
    """What the worker does: look, if the last look is old, and write to the owners of what is new."""
    before = record.load(service(Settings, app).data)
    if before is None or not 0 <= (clock.now() - before.at).total_seconds() < EVERY:
        _findings, new = look(Surroundings(app), BY_WORKER)
        tell(app, new)


def tell(app: Flask, alarms: list[Finding], at_once: bool = False) -> list[str]:
    """Write to the owners; the ids of the e-mails. `at_once`: not by the worker, which may be what fails."""
    if not alarms:
        return []
    outbox, settings = service(Outbox, app), service(Settings, app)
    ids = []
    with app.app_context(), service(Engine, app).execution_options(writes=True).begin() as connection:
        for address, code in _owners(app, Session(connection)).items():
            content = {
                "kind": "alarm",
                "to": address,
                "language": code,
                **_sentences(app, alarms, code),
            }
            ids.append(outbox.put(connection, content))
    if at_once:
        postman = Postman(app, outbox, sender_of(settings))
        for name in ids:
            postman.deliver(name)
    return ids


def _owners(app: Flask, session: Session) -> dict[str, str]:
    """The addresses of the owners of every campaign, each with its first language that the desk has."""
    owners: dict[str, str] = {}
    for slug, edition in service(EditionCache, app).newest().items():
        code = for_desk(edition.pack.languages)
        for person, member in members.members(session, slug):
            if member.role == "owner":
                owners.setdefault(person.email, code)
    return owners


def _sentences(app: Flask, alarms: list[Finding], code: str) -> dict[str, list[str]]:
    """The alarms in a language: what was found, and what to do."""
    with app.test_request_context(), languages.forced(code):
        return {
            "lines": [f"{translated(LABELS[alarm.check])}: {translated(alarm.text)}" for alarm in alarms],
            "advice": list(dict.fromkeys(translated(alarm.advice) for alarm in alarms if alarm.advice)),
        }
