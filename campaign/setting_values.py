"""Single settings, each read and checked. What is wrong is a SettingsError with the name of the setting."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from campaign import email_address, logs
from campaign.untrusted import whole_number

#: An onion service's address, and a token of a monitor.
_ONION = re.compile(r"https?://[a-z2-7]{56}\.onion(:[0-9]{1,5})?", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,200}", re.ASCII)


class SettingsError(ValueError):
    """Wrong settings: for each a line that names it and gives the reason."""


def redis(env: Mapping[str, str]) -> str:
    """The address of Redis, or ''."""
    url = env.get("CAMPAIGN_REDIS_URL", "").strip()
    if url and not url.startswith(("redis://", "rediss://")):
        raise SettingsError("CAMPAIGN_REDIS_URL must begin with redis:// or rediss://.")
    return url


def flag(env: Mapping[str, str], name: str) -> bool:
    """Whether a setting is on."""
    value = env.get(name, "").strip().lower()
    if value not in {"", "0", "1", "no", "yes", "false", "true"}:
        raise SettingsError(f"{name} must be yes or no, not “{value}”.")
    return value in {"1", "yes", "true"}


def number(env: Mapping[str, str], name: str) -> int:
    """A small whole number; 0 if the setting is empty."""
    value = env.get(name, "") or "0"
    if (found := whole_number(value, 9)) is None:
        raise SettingsError(f"{name} must be a small whole number, not “{value}”.")
    return found


def log(env: Mapping[str, str]) -> str:
    """What the server logs: one of logs.MODES."""
    mode = env.get("CAMPAIGN_LOG", "").strip().lower() or "info"
    if mode not in logs.MODES:
        raise SettingsError(f"CAMPAIGN_LOG must be one of {', '.join(logs.MODES)}, not “{mode}”.")
    return mode


def contact(env: Mapping[str, str]) -> str:
    """Where holes are reported: a mailto: or https: address, or ''."""
    contact = env.get("CAMPAIGN_SECURITY_CONTACT", "").strip()
    if contact and not contact.startswith(("mailto:", "https://")):
        raise SettingsError("CAMPAIGN_SECURITY_CONTACT must begin with mailto: or https://.")
    return contact


def smtp(env: Mapping[str, str]) -> str:
    """The relay, or ''."""
    url = env.get("CAMPAIGN_SMTP_URL", "").strip()
    try:
        parts = urlsplit(url)
        is_valid = not url or (parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0)
    except ValueError:
        is_valid = False
    if not is_valid:
        raise SettingsError("CAMPAIGN_SMTP_URL must be like smtp://user:password@mail.example.org:587")
    return url


def mail_from(env: Mapping[str, str], production: bool) -> str:
    """The address that e-mail is sent from."""
    sender = env.get("CAMPAIGN_MAIL_FROM", "").strip()
    if not sender:
        if production and env.get("CAMPAIGN_SMTP_URL"):
            raise SettingsError("CAMPAIGN_MAIL_FROM must name the address that mail is sent from.")
        return "post@localhost.localdomain"
    try:
        return email_address.parse(sender).ascii
    except ValueError:
        raise SettingsError(f"CAMPAIGN_MAIL_FROM must be an address, not “{sender}”.") from None


def onion(env: Mapping[str, str]) -> str:
    """The address of the onion service: a name has 56 letters (Tor's rend-spec-v3, section 6)."""
    url = env.get("CAMPAIGN_ONION_URL", "").strip().rstrip("/")
    if url and not _ONION.fullmatch(url):
        raise SettingsError("CAMPAIGN_ONION_URL must be http://, the 56 letters of the service, and .onion.")
    return url


def status_token(env: Mapping[str, str]) -> str:
    """What lets a monitor on another machine ask, or ''."""
    token = env.get("CAMPAIGN_STATUS_TOKEN", "").strip()
    if token and not _TOKEN.fullmatch(token):
        raise SettingsError("CAMPAIGN_STATUS_TOKEN must have 32 letters and digits or more.")
    return token


def clock_url(env: Mapping[str, str]) -> str:
    """An address whose answers have the right time, or ''."""
    url = env.get("CAMPAIGN_CLOCK_URL", "").strip()
    if url and not url.startswith("https://"):
        raise SettingsError("CAMPAIGN_CLOCK_URL must begin with https://.")
    return url


def volatile(env: Mapping[str, str], data: Path) -> Path:
    """A folder whose content is lost when the machine is switched off; one for each data folder and user."""
    if folder := env.get("CAMPAIGN_VOLATILE", "").strip():
        return Path(folder).resolve()
    memory = Path("/dev/shm")  # noqa: S108  it is meant to be lost after a restart
    name = f"campaign-{os.getuid()}-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"
    return (memory if memory.is_dir() else data / "volatile") / name
