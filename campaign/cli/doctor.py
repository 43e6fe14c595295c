"""campaign doctor: everything that a site in production rests on, checked and in words."""

from __future__ import annotations

import json
from pathlib import Path

import click

from campaign import clock
from campaign.application import create_app
from campaign.mail.dns_records import DnsRecords, read_records
from campaign.mail.domain import Domain
from campaign.messages import verbatim
from campaign.monitoring import alarms
from campaign.monitoring.checks import CHECKS, LABELS
from campaign.monitoring.findings import Finding, Level, as_data, worst
from campaign.monitoring.surroundings import Surroundings
from campaign.setting_values import SettingsError
from campaign.settings import Settings, no_site, problems, read

#: The first word of a line, and the exit code.
_WORDS = {Level.GOOD: "good", Level.NOTE: "note", Level.WARNING: "WARNING", Level.BAD: "BAD"}
_CODES = {Level.GOOD: 0, Level.NOTE: 0, Level.WARNING: 1, Level.BAD: 2}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
@click.option("--local", is_flag=True, help="Ask no other machine and no address.")
@click.option("--mail", is_flag=True, help="Write to the owners of what is new or worse, as its timer does.")
@click.option("--records", type=Path, metavar="FILE", help="DNS records of the sender's domain, from dig.")
@click.option("--relay", default="", metavar="RELAY", help="With --records: such as include:relay.example.")
@click.option("--selector", default="", metavar="SELECTOR", help="With --records: the relay's DKIM selector.")
def doctor(as_json: bool, local: bool, mail: bool, records: Path | None, relay: str, selector: str) -> int:  # noqa: PLR0913, PLR0917
    """Check everything that a site in production rests on.

    Exit codes: 0 all is well, 1 there is a warning, 2 something is bad. Nothing is repaired.
    """
    if records and not (relay and selector):
        raise click.UsageError("--records needs --relay and --selector.")
    try:
        settings = _settings()
    except SettingsError as error:
        findings = [Finding("settings", Level.BAD, verbatim(line)) for line in str(error).split("\n")]
    else:
        domain = _domain(settings, records, relay, selector) if records else None
        findings = _look(settings, domain, local, mail)
    _print(findings, as_json)
    return _CODES[worst(findings)]


def _settings() -> Settings:
    """The settings, if there is a site that can be looked at. Raises SettingsError."""
    try:
        settings = read(make=False)
    except SettingsError:
        raise SettingsError("\n".join(problems())) from None
    if line := no_site():
        raise SettingsError(line)
    return settings


def _look(
    settings: Settings, domain: tuple[Domain, DnsRecords] | None, local: bool, mail: bool
) -> list[Finding]:
    app = create_app(settings, load=False)
    checks = tuple(check for check in CHECKS if not (local and check.outside))
    findings, new = alarms.look(Surroundings(app, domain=domain), checks)
    if mail:
        alarms.tell(app, new, at_once=True)
    return findings


def _domain(settings: Settings, records: Path, relay: str, selector: str) -> tuple[Domain, DnsRecords]:
    name = settings.mail_from.rpartition("@")[2]
    return Domain(name, relay, selector), read_records(records.read_text(encoding="utf-8"))


def _print(findings: list[Finding], as_json: bool) -> None:
    if as_json:
        shown = [{**as_data(one), "text": str(one.text), "advice": str(one.advice or "")} for one in findings]
        body = {"at": clock.now().isoformat(), "level": worst(findings).key, "findings": shown}
        print(json.dumps(body, ensure_ascii=False, indent=1))
        return
    width = max(len(str(label)) for label in LABELS.values())
    for one in findings:
        print(f"{_WORDS[one.level]:<7}  {LABELS[one.check]!s:<{width}}  {one.text}")
        if one.advice and one.level > Level.GOOD:
            print(f"{'':<7}  {'':<{width}}  → {one.advice}")
