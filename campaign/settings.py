"""Every setting, read from the environment and checked once, at start.

All are optional on a laptop. What each means is in `setting_table.py`.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from campaign import environment_file, safe_start, secret_files, setting_table, setting_values
from campaign.safe_start import SECRET_BYTES
from campaign.setting_values import SettingsError

T = TypeVar("T")

#: Each purpose has its own secret, so that one can be changed without the others.
SECRETS = ("form", "desk", "manifest", "slip")


#: The secret from which several machines make the others, and under which they seal what they share.
MACHINE = "machine"


#: Concurrent requests of a process: its threads, and its connections to the database. Confirmations that wait
#: at the same time share a transaction: with 16, SQLite takes a tenth more of them than with 4, and serves as
#: many pages.
AT_ONCE = 16


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
    """The checked settings. `secrets` maps a purpose to its bytes, `domains` a campaign to its address."""

    data: Path
    database_url: str
    redis_url: str
    public_url: str
    trusted_hops: int
    production: bool
    site_runner: str
    security_contact: str
    smtp_url: str
    mail_from: str
    log: str
    volatile: Path
    queue_keys: Path
    journal: Path
    machine_key: bytes
    secrets: Mapping[str, bytes]
    domains: Mapping[str, str] = field(default_factory=dict)
    onion_url: str = ""
    status_token: str = ""
    clock_url: str = ""

    @property
    def trusted_hosts(self) -> list[str]:
        """The hosts that the site answers for; requests for any other host get 400."""
        addresses = (self.public_url, *self.domains.values(), self.onion_url)
        hosts = [urlsplit(address).hostname for address in addresses]
        local = [] if self.production else ["localhost", "127.0.0.1", "[::1]"]
        return [*local, *filter(None, hosts)]

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that only their owner may enter, besides the data folder."""
        return self.data / "secrets", self.queue_keys, self.volatile, self.journal

    @property
    def over_tls(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def onion_host(self) -> str:
        """The host of the onion service, '' for none."""
        return urlsplit(self.onion_url).hostname or ""

    @property
    def database_file(self) -> Path | None:
        """The file of the database; None where a server has it."""
        path = self.database_url.removeprefix("sqlite:///")
        return Path(path) if path != self.database_url else None


def _nothing_more(_redis_url: str) -> list[str]:
    """No further checks."""
    return []


def read(
    environment: Mapping[str, str] | None = None,
    more: Callable[[str], Iterable[str]] = _nothing_more,
    make: bool = True,
) -> Settings:
    """The settings of this process. Creates the data folder and, outside production, the secrets.

    With `make` off nothing is created, and a secret that the first start would make is b"".
    `more` gives the lines of further checks in production, from the address of Redis. Raises
    SettingsError with a line for each problem.
    """
    env = os.environ if environment is None else environment
    problems = _Problems()
    production = problems.of(lambda: setting_values.flag(env, "CAMPAIGN_PRODUCTION"), True)
    data = _data(env, make)
    settings = _checked(env, data, production, make, problems)
    if production:
        problems += safe_start.open_folders(data, *settings.folders)
        problems += more(settings.redis_url)
    problems.stop()
    return settings


def _checked(
    env: Mapping[str, str], data: Path, production: bool, make: bool, problems: _Problems
) -> Settings:
    """Each value; what is wrong is added to the problems."""
    public_url = env.get("CAMPAIGN_PUBLIC_URL", "").rstrip("/")
    problems += safe_start.public_url(public_url, production)
    if production and problems.of(lambda: setting_values.flag(env, "FLASK_DEBUG"), False):
        problems.append("FLASK_DEBUG must be off in production: it shows code to visitors.")
    if file := env.get(environment_file.VARIABLE):
        problems += filter(None, [environment_file.problem(Path(file), production)])
    machine_key = problems.of(lambda: _machine_key(env, data, make=make and not production), b"")
    return Settings(
        data=data,
        database_url=problems.of(lambda: _database(env, data), ""),
        redis_url=problems.of(lambda: setting_values.redis(env), ""),
        public_url=public_url,
        trusted_hops=problems.of(lambda: setting_values.number(env, "CAMPAIGN_TRUSTED_HOPS"), 0),
        production=production,
        site_runner=env.get("CAMPAIGN_RUNNER", "").strip(),
        security_contact=problems.of(lambda: setting_values.contact(env), ""),
        smtp_url=problems.of(lambda: setting_values.smtp(env), ""),
        mail_from=problems.of(lambda: setting_values.mail_from(env, production), ""),
        log=problems.of(lambda: setting_values.log(env), ""),
        volatile=setting_values.volatile(env, data),
        queue_keys=Path(env.get("CAMPAIGN_QUEUE_KEYS") or data / "mail-keys").resolve(),
        journal=Path(env.get("CAMPAIGN_JOURNAL") or data / "journal").resolve(),
        machine_key=machine_key,
        secrets=_secrets(data, production and not machine_key, make, problems, machine_key),
        domains=_domains(env, public_url, production, problems),
        onion_url=problems.of(lambda: setting_values.onion(env), ""),
        status_token=problems.of(lambda: setting_values.status_token(env), ""),
        clock_url=problems.of(lambda: setting_values.clock_url(env), ""),
    )


def no_site(environment: Mapping[str, str] | None = None) -> str:
    """Why a command has no site to work on, or '': no database is where the settings say.

    A command that ran without the settings of the server would otherwise make a new, empty site.
    """
    env = os.environ if environment is None else environment
    if env.get("CAMPAIGN_DATABASE_URL", "").startswith("postgresql"):
        return ""
    data = _data(env, make=False)
    file = Path((env.get("CAMPAIGN_DATABASE_URL") or f"sqlite:///{data / 'campaign.sqlite'}")[10:])
    if file.exists():
        return ""
    source = env.get(environment_file.VARIABLE)
    where = f"The settings are those of {source}." if source else "No file with settings was found."
    return (
        f"There is no site in {data}: nothing was made. {where} Name the file with --env-file, or the folder "
        "with CAMPAIGN_DATA; “campaign serve”, “campaign load” and “campaign pack import” make a new site."
    )


def is_begun(environment: Mapping[str, str] | None = None) -> bool:
    """Whether a site is meant to be where the settings say: its secrets are there, if not yet its tables."""
    folder = _data(os.environ if environment is None else environment, make=False) / "secrets"
    return folder.is_dir() and any(folder.iterdir())


def problems(environment: Mapping[str, str] | None = None) -> list[str]:
    """One line for each problem of the settings, misspelt names included. Nothing is made."""
    env = os.environ if environment is None else environment
    lines = setting_table.unknown(env)
    try:
        read(env, make=False)
    except SettingsError as error:
        lines += str(error).split("\n")
    return lines


def _data(env: Mapping[str, str], make: bool) -> Path:
    """The data folder; with `make`, made for its owner alone if it does not exist."""
    data = Path(env.get("CAMPAIGN_DATA") or "instance").resolve()
    if make:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data


def _database(env: Mapping[str, str], data: Path) -> str:
    url = env.get("CAMPAIGN_DATABASE_URL", "")
    if url.startswith("postgresql://"):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("CAMPAIGN_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return url or f"sqlite:///{data / 'campaign.sqlite'}"


def _domains(
    env: Mapping[str, str], public_url: str, production: bool, problems: _Problems
) -> dict[str, str]:
    """The address of each campaign that has a host of its own, by slug."""
    name, domains = "CAMPAIGN_DOMAINS", dict[str, str]()
    for entry in env.get(name, "").replace(",", " ").split():
        slug, equals, url = entry.partition("=")
        wrong = list(safe_start.public_url(url.rstrip("/"), production, name))
        if not equals or not slug or not url or not url.isascii():
            example = "my-campaign=https://letters.example.org, with a host in ASCII (xn--…)"
            wrong = [f"{name} must be like {example}, not “{entry}”."]
        problems += wrong
        if not wrong:
            hosts = [urlsplit(address).hostname for address in (public_url, *domains.values())]
            if slug in domains or urlsplit(url).hostname in hosts:
                problems.append(f"{name} must name each campaign and each host once: “{entry}”.")
            domains[slug] = url.rstrip("/")
    return domains


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


def _machine_key(env: Mapping[str, str], data: Path, make: bool) -> bytes:
    """The key that every machine has and the database has not; b'' where the keys are files of one machine.

    It is a secret of the data folder, or what systemd hands out (LoadCredential=machine-key:…).
    """
    where = env.get("CAMPAIGN_KEYS", "").strip().lower() or "folder"
    if where not in {"folder", "database"}:
        raise SettingsError(f"CAMPAIGN_KEYS must be folder or database, not “{where}”.")
    if where == "folder":
        return b""
    if not env.get("CAMPAIGN_DATABASE_URL", "").startswith("postgresql"):
        raise SettingsError("CAMPAIGN_KEYS=database needs PostgreSQL: see CAMPAIGN_DATABASE_URL.")
    credential = Path(env.get("CREDENTIALS_DIRECTORY", "/nowhere")) / "machine-key"
    if credential.is_file():
        value = credential.read_bytes()
        if len(value) < SECRET_BYTES:
            raise SettingsError(f"The credential {credential} is shorter than {SECRET_BYTES} bytes.")
    else:
        value = secret(data, MACHINE, make)
    return derived(value, "keys")


def derived(machine_key: bytes, purpose: str) -> bytes:
    """A key for one purpose, the same on every machine (HKDF with SHA-256, RFC 5869: one block)."""
    extracted = hmac.digest(b"campaign/machine/1", machine_key, "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", "sha256")


def _secrets(
    data: Path, production: bool, make: bool, problems: _Problems, machine_key: bytes = b""
) -> dict[str, bytes]:
    """Every secret that is in order; the problems of the others are collected.

    With a machine key, those that have no file are made from it, so that all machines have the same.
    """
    values: dict[str, bytes] = {}
    for name in SECRETS:
        is_there = (data / "secrets" / name).exists()
        if machine_key and not is_there:
            values[name] = derived(machine_key, f"secret/{name}")
            continue
        if not make and not production and not is_there:
            values[name] = b""
            continue
        try:
            values[name] = secret(data, name, make=not production)
        except SettingsError as error:
            problems.append(str(error))
    if production:
        problems += safe_start.equal_secrets(values)
    return values


def make_secrets(environment: Mapping[str, str] | None = None) -> list[str]:
    """Create the secrets that do not exist yet; returns their names. Raises SettingsError with all lines."""
    env = os.environ if environment is None else environment
    data = _data(env, make=True)
    shared = env.get("CAMPAIGN_KEYS", "").strip().lower() == "database"
    names = (MACHINE,) if shared else SECRETS
    missing = [name for name in names if not (data / "secrets" / name).exists()]
    problems = _Problems()
    for name in names:
        problems.of(lambda name=name: secret(data, name, make=True), b"")  # type: ignore[misc]
    problems.stop()
    return missing
