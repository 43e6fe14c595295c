"""Every setting, read from the environment and checked once, at start.

All are optional on a laptop:

CAMPAIGN_DATA              folder for the SQLite file and the secrets (default: instance)
CAMPAIGN_DATABASE_URL      SQLAlchemy address of the database (default: SQLite in that folder)
CAMPAIGN_REDIS_URL         where several machines count request budgets (default: in memory)
CAMPAIGN_PUBLIC_URL        the site's own address, https://… ; requests for other hosts are refused
CAMPAIGN_TRUSTED_HOPS      number of proxies in front of the server that name the client (default 0)
CAMPAIGN_PRODUCTION        yes: refuse to start with unsafe settings (default no)
CAMPAIGN_SECURITY_CONTACT  mailto: or https: address for /.well-known/security.txt
CAMPAIGN_SMTP_URL          smtp://user:password@host:587 (STARTTLS) or smtps://…; unset: mail is caught
CAMPAIGN_MAIL_FROM         the address that e-mails are sent from
CAMPAIGN_QUEUE_KEYS        folder of the keys of waiting e-mails (default: mail-keys in the data folder)
CAMPAIGN_LOG               info, debug (each request, too) or json (default info)
CAMPAIGN_VOLATILE          folder in memory for keys that must not survive a restart (default: /dev/shm)
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from campaign import email_address, logs, safe_start, secret_files
from campaign.safe_start import SECRET_BYTES
from campaign.untrusted import whole_number

T = TypeVar("T")

#: Each purpose has its own secret, so that one can be changed without the others.
SECRETS = ("form", "desk", "manifest")


def busy(database_url: str) -> int:
    """The number of concurrent requests of a process for this database: its threads and connections.

    Threads that wait for a server let others work, and simultaneous confirmations share a
    transaction there; with a file they only block each other (`make bench`: with 16, SQLite
    serves pages at 0.85 of the rate).
    """
    return 16 if database_url.startswith("postgresql") else 4


class SettingsError(ValueError):
    """Wrong settings: for each a line that names it and gives the reason."""


class _Problems(list[str]):
    """The lines collected so far, so that all are shown at once."""

    def of(self, check: Callable[[], T], default: T) -> T:
        """The checked value; or the default, after its problem was collected."""
        try:
            return check()
        except SettingsError as error:
            self.append(str(error))
            return default

    def stop(self) -> None:
        """Raise SettingsError with every line, if there is any."""
        if self:
            raise SettingsError("\n".join(dict.fromkeys(self)))


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked settings. `secrets` maps a purpose to its bytes."""

    data: Path
    database_url: str
    redis_url: str
    public_url: str
    trusted_hops: int
    production: bool
    security_contact: str
    smtp_url: str
    mail_from: str
    log: str
    volatile: Path
    queue_keys: Path
    secrets: Mapping[str, bytes]

    @property
    def trusted_hosts(self) -> list[str]:
        """The hosts that the site answers for; requests for any other host get 400."""
        host = urlsplit(self.public_url).hostname
        local = [] if self.production else ["localhost", "127.0.0.1", "[::1]"]
        return [*local, *([host] if host else [])]

    @property
    def over_tls(self) -> bool:
        return self.public_url.startswith("https://")


def _nothing_more(_redis_url: str) -> list[str]:
    """No further checks."""
    return []


def read(
    environment: Mapping[str, str] | None = None, more: Callable[[str], Iterable[str]] = _nothing_more
) -> Settings:
    """The settings of this process. Creates the data folder and, outside production, the secrets.

    `more` gives the lines of further checks in production, from the address of Redis. Raises
    SettingsError with a line for each problem.
    """
    env = os.environ if environment is None else environment
    problems = _Problems()
    production = problems.of(lambda: _flag(env, "CAMPAIGN_PRODUCTION"), True)
    data = _data(env)
    public_url = env.get("CAMPAIGN_PUBLIC_URL", "").rstrip("/")
    problems += safe_start.public_url(public_url, production)
    if production and problems.of(lambda: _flag(env, "FLASK_DEBUG"), False):
        problems.append("FLASK_DEBUG must be off in production: it shows code to visitors.")
    settings = Settings(
        data=data,
        database_url=problems.of(lambda: _database(env, data), ""),
        redis_url=problems.of(lambda: _redis(env), ""),
        public_url=public_url,
        trusted_hops=problems.of(lambda: _number(env, "CAMPAIGN_TRUSTED_HOPS"), 0),
        production=production,
        security_contact=problems.of(lambda: _contact(env), ""),
        smtp_url=problems.of(lambda: _smtp(env), ""),
        mail_from=problems.of(lambda: _mail_from(env, production), ""),
        log=problems.of(lambda: _log(env), ""),
        volatile=_volatile(env, data),
        queue_keys=Path(env.get("CAMPAIGN_QUEUE_KEYS") or data / "mail-keys").resolve(),
        secrets=_secrets(data, production, problems),
    )
    if production:
        problems += safe_start.open_folders(data, data / "secrets", settings.queue_keys, settings.volatile)
        problems += more(settings.redis_url)
    problems.stop()
    return settings


def _data(env: Mapping[str, str]) -> Path:
    """The data folder, made for its owner alone if it does not exist."""
    data = Path(env.get("CAMPAIGN_DATA") or "instance").resolve()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data


def _database(env: Mapping[str, str], data: Path) -> str:
    url = env.get("CAMPAIGN_DATABASE_URL", "")
    if url.startswith("postgresql://"):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("CAMPAIGN_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return url or f"sqlite:///{data / 'campaign.sqlite'}"


def _redis(env: Mapping[str, str]) -> str:
    url = env.get("CAMPAIGN_REDIS_URL", "").strip()
    if url and not url.startswith(("redis://", "rediss://")):
        raise SettingsError("CAMPAIGN_REDIS_URL must begin with redis:// or rediss://.")
    return url


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").strip().lower()
    if value not in {"", "0", "1", "no", "yes", "false", "true"}:
        raise SettingsError(f"{name} must be yes or no, not “{value}”.")
    return value in {"1", "yes", "true"}


def _number(env: Mapping[str, str], name: str) -> int:
    value = env.get(name, "") or "0"
    if (number := whole_number(value, 9)) is None:
        raise SettingsError(f"{name} must be a small whole number, not “{value}”.")
    return number


def _log(env: Mapping[str, str]) -> str:
    mode = env.get("CAMPAIGN_LOG", "").strip().lower() or "info"
    if mode not in logs.MODES:
        raise SettingsError(f"CAMPAIGN_LOG must be one of {', '.join(logs.MODES)}, not “{mode}”.")
    return mode


def _contact(env: Mapping[str, str]) -> str:
    contact = env.get("CAMPAIGN_SECURITY_CONTACT", "").strip()
    if contact and not contact.startswith(("mailto:", "https://")):
        raise SettingsError("CAMPAIGN_SECURITY_CONTACT must begin with mailto: or https://.")
    return contact


def _smtp(env: Mapping[str, str]) -> str:
    url = env.get("CAMPAIGN_SMTP_URL", "").strip()
    try:
        parts = urlsplit(url)
        is_valid = not url or (parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0)
    except ValueError:
        is_valid = False
    if not is_valid:
        raise SettingsError("CAMPAIGN_SMTP_URL must be like smtp://user:password@mail.example.org:587")
    return url


def _mail_from(env: Mapping[str, str], production: bool) -> str:
    sender = env.get("CAMPAIGN_MAIL_FROM", "").strip()
    if not sender:
        if production and env.get("CAMPAIGN_SMTP_URL"):
            raise SettingsError("CAMPAIGN_MAIL_FROM must name the address that mail is sent from.")
        return "post@localhost.localdomain"
    try:
        return email_address.parse(sender).ascii
    except ValueError:
        raise SettingsError(f"CAMPAIGN_MAIL_FROM must be an address, not “{sender}”.") from None


def _volatile(env: Mapping[str, str], data: Path) -> Path:
    """A folder whose content is lost when the machine is switched off; one for each data folder and user."""
    if folder := env.get("CAMPAIGN_VOLATILE", "").strip():
        return Path(folder).resolve()
    memory = Path("/dev/shm")  # noqa: S108  it is meant to be lost after a restart
    name = f"campaign-{os.getuid()}-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"
    return (memory if memory.is_dir() else data / "volatile") / name


# Secrets: one file each, created once, readable only by the owner


def secret(data: Path, name: str, make: bool) -> bytes:
    """The secret for a purpose, from its file; created on the first start if `make`, so not in production.

    Raises SettingsError if it is missing, short or readable by others; in production also if it is
    easy to guess or in git.
    """
    path = data / "secrets" / name
    if not path.exists():
        if not make:
            raise SettingsError(f"The secret {path} is missing: run “python -m campaign secrets” once.")
        secret_files.make(path, SECRET_BYTES)
    if problem := safe_start.secret_problem(path, production=not make):
        raise SettingsError(problem)
    return path.read_bytes()


def _secrets(data: Path, production: bool, problems: _Problems) -> dict[str, bytes]:
    """Every secret that is in order; the problems of the others are collected."""
    values: dict[str, bytes] = {}
    for name in SECRETS:
        try:
            values[name] = secret(data, name, make=not production)
        except SettingsError as error:
            problems.append(str(error))
    if production:
        problems += safe_start.equal_secrets(values)
    return values


def make_secrets(environment: Mapping[str, str] | None = None) -> list[str]:
    """Create the secrets that do not exist yet; returns their names. Raises SettingsError with all lines."""
    data = _data(os.environ if environment is None else environment)
    missing = [name for name in SECRETS if not (data / "secrets" / name).exists()]
    problems = _Problems()
    for name in SECRETS:
        problems.of(lambda name=name: secret(data, name, make=True), b"")  # type: ignore[misc]
    problems.stop()
    return missing
