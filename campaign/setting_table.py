"""Every setting of a site in one table: the handbook's table and `campaign settings` are made from it.

A setting is a variable of the environment, or a line of the environment file. `settings.py` reads and
checks the values.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

#: What must not be printed of a value: nothing, the password in an address, or all of it.
Hidden = Literal["", "password", "all"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `meaning` is Markdown, for the handbook; `default` says what holds without it."""

    name: str
    meaning: str
    default: str
    hidden: Hidden = ""

    def shown(self, value: str) -> str:
        """The value as it may be printed: without a password or a token."""
        if self.hidden == "all" and value:
            return "(set)"
        if self.hidden == "password":
            return _PASSWORD.sub(r"\1:•••@", value)
        return value


#: The user and password of an address, up to the last @ before its path.
_PASSWORD = re.compile(r"(://[^/@:]*):[^/]*@")

SETTINGS = (
    Setting("CAMPAIGN_DATA", "folder for the SQLite file, the secrets and the keys", "`instance`"),
    Setting(
        "CAMPAIGN_DATABASE_URL", "`postgresql://…` or `sqlite:///…`", "SQLite in the data folder", "password"
    ),
    Setting(
        "CAMPAIGN_REDIS_URL",
        "`redis://…`: where several processes or machines count request budgets",
        "in memory",
        "password",
    ),
    Setting(
        "CAMPAIGN_PUBLIC_URL",
        "the site's own address, such as `https://letters.example.org`; besides `CAMPAIGN_DOMAINS` and "
        "`CAMPAIGN_ONION_URL`, its host is the only one answered",
        "any host on your own machine",
    ),
    Setting(
        "CAMPAIGN_DOMAINS",
        "campaigns with a host of their own, such as `my-campaign=https://trees.example.org`, separated by "
        "commas or spaces; see [hosts](#a-host-for-a-campaign)",
        "none",
    ),
    Setting(
        "CAMPAIGN_ONION_URL",
        "the site's second address as an onion service, `http://….onion`; see [onion](#an-onion-address)",
        "none",
    ),
    Setting("CAMPAIGN_TRUSTED_HOPS", "how many proxies are in front of the server", "0"),
    Setting("CAMPAIGN_PRODUCTION", "`yes`: refuse to start with anything unsafe", "`no`"),
    Setting(
        "CAMPAIGN_SMTP_URL",
        "`smtp://user:password@host:587` (with STARTTLS) or `smtps://…`",
        "e-mail is captured on this machine, and in production signing is closed",
        "password",
    ),
    Setting("CAMPAIGN_MAIL_FROM", "the address that e-mail is sent from", "none; needed with a relay"),
    Setting(
        "CAMPAIGN_QUEUE_KEYS",
        "folder for the keys of waiting e-mail; under `/run` they are lost at a restart",
        "`mail-keys` in the data folder",
    ),
    Setting(
        "CAMPAIGN_JOURNAL",
        "folder that notes what was withdrawn and erased, see [backups](#backups); another disk is better",
        "`journal` in the data folder",
    ),
    Setting(
        "CAMPAIGN_KEYS",
        "`database`: [several machines](#several-machines) share the server's keys",
        "`folder`: files of one machine",
    ),
    Setting(
        "CAMPAIGN_VOLATILE",
        "folder in memory for keys that must not outlive a start of the machine",
        "under `/dev/shm`",
    ),
    Setting(
        "CAMPAIGN_RUNNER",
        "where there are several campaigns: the slug of the one whose imprint is that of the whole site",
        "none",
    ),
    Setting(
        "CAMPAIGN_SECURITY_CONTACT",
        "`mailto:` or `https:` address for `/.well-known/security.txt`",
        "no such page",
    ),
    Setting("CAMPAIGN_LOG", "what the server logs: `info`, `debug` or `json`, see [logs](#logs)", "`info`"),
    Setting(
        "CAMPAIGN_STATUS_TOKEN",
        "a text of 32 letters and digits or more: lets a monitor on another machine read `/health/ready` and "
        "`/metrics`, see [monitoring](#monitoring)",
        "this machine alone",
        "all",
    ),
    Setting(
        "CAMPAIGN_CLOCK_URL",
        "an `https://` address whose answers have the right time, for `doctor`, such as that of your relay's "
        "website",
        "the machine's own record of its synchronisation",
    ),
    Setting(
        "CAMPAIGN_ENV_FILE",
        "the file that has the settings, see [settings](#settings); it is set in the environment alone",
        "`/etc/campaign/campaign.env`, if it is there",
    ),
)

NAMES = {setting.name: setting for setting in SETTINGS}

#: Variables of the commands of trustees, which no site has.
OTHER_VARIABLES = frozenset({"CAMPAIGN_PASSPHRASE", "CAMPAIGN_SMTP_PASSWORD"})


def as_markdown() -> list[str]:
    """The lines of the handbook's table."""
    rows = (f"| `{one.name}` | {one.meaning} | {one.default} |" for one in SETTINGS)
    return ["| setting | meaning | without it |", "| --- | --- | --- |", *rows]


def unknown(names: Iterable[str]) -> list[str]:
    """One line for each name that looks like a setting and is none, with the one that was perhaps meant."""
    lines = []
    for name in sorted(names):
        if name.startswith("CAMPAIGN_") and name not in NAMES and name not in OTHER_VARIABLES:
            near = difflib.get_close_matches(name, NAMES, 1)
            lines.append(f"{name} is no setting{f': is {near[0]} meant?' if near else '.'}")
    return lines
