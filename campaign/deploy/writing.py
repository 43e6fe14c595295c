"""Filling in the templates for one site, and writing them to a folder without replacing anything."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FILES = Path(__file__).parent / "files"

#: A host name in ASCII, as a certificate and a proxy take it.
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{4,253}}\Z)({_LABEL}\.)+[a-z]{_LABEL[8:]}", re.ASCII)

#: Machines that one set of files is for.
MOST_MACHINES = 20


class DeployError(ValueError):
    """What cannot be written, and why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the files are for. `postgres`: PostgreSQL and Redis instead of SQLite; more machines need it."""

    domain: str
    onion: bool = False
    postgres: bool = False
    machines: int = 1
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def __post_init__(self) -> None:
        """Raises DeployError for what no server can have."""
        if not _HOST.fullmatch(self.domain):
            raise DeployError(
                f"“{self.domain}” is no host name: it must be like letters.example.org, in small letters."
            )
        if not 1 <= self.machines <= MOST_MACHINES:
            raise DeployError(f"--machines must be from 1 to {MOST_MACHINES}.")
        if self.machines > 1 and not self.postgres:
            raise DeployError("Several machines need --postgres: SQLite is a file of one machine.")

    @property
    def workers(self) -> int:
        """The web processes of a machine: several need Redis."""
        return 2 if self.postgres else 1


@dataclass(frozen=True, slots=True)
class Shipped:
    """One file: its path in the folder, and whether a plan needs it. A private one has passwords."""

    path: str
    wanted: Callable[[Plan], bool] = lambda _plan: True
    private: bool = False


SHIPPED = (
    Shipped("README.txt"),
    Shipped("install.sh"),
    Shipped("campaign.env", private=True),
    Shipped("sysusers.conf"),
    Shipped("tmpfiles.conf"),
    Shipped("journald.conf"),
    Shipped("systemd/campaign.service"),
    Shipped("systemd/campaign-worker.service", lambda plan: plan.machines > 1),
    Shipped("systemd/campaign-nightly.service"),
    Shipped("systemd/campaign-nightly.timer"),
    Shipped("systemd/campaign-backup.service"),
    Shipped("systemd/campaign-backup.timer"),
    Shipped("systemd/campaign-doctor.service"),
    Shipped("systemd/campaign-doctor.timer"),
    Shipped("caddy/Caddyfile"),
    Shipped("nginx/campaign.conf"),
    Shipped("tor/torrc", lambda plan: plan.onion),
    Shipped("container/Containerfile"),
    Shipped("container/compose.yaml"),
    Shipped("container/campaign.env", private=True),
    Shipped("container/Caddyfile"),
)

#: The hardening that all units share; it is put into each, so that a unit can be read alone.
SANDBOX = "sandbox.conf"


def rendered(plan: Plan) -> dict[str, str]:
    """The text of each file by its path."""
    templates = Environment(
        block_start_string="[%", block_end_string="%]", variable_start_string="[[", variable_end_string="]]",
        comment_start_string="[#", comment_end_string="#]", trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, undefined=StrictUndefined, loader=FileSystemLoader(FILES),
        autoescape=False,  # noqa: S701  no HTML is made
    )  # fmt: skip
    names = [f"app-{number}.internal" for number in range(1, plan.machines + 1)]
    values = {"plan": plan, "machines": names, "domain": plan.domain, "sandbox": SANDBOX}
    values["upstreams"] = " ".join(f"{name}:8000" for name in names)
    return {one.path: templates.get_template(one.path).render(values) for one in SHIPPED if one.wanted(plan)}


def write(folder: Path, plan: Plan, replace: bool = False) -> list[str]:
    """Write the files; the paths of those that were written.

    A file that is the same already is left alone. Raises DeployError, before anything is written, if one
    is there with another content, unless `replace`: then the one before is kept as `….old`.
    """
    texts = {folder / path: text for path, text in rendered(_with_password_of(folder, plan)).items()}
    changed = {path: text for path, text in texts.items() if not _is_same(path, text)}
    there = [str(path.relative_to(folder)) for path in changed if path.exists()]
    if there and not replace:
        raise DeployError(
            f"Nothing was written: {', '.join(there)} would be replaced. Choose another folder, or say "
            "--replace: what is there is then kept beside it, as ….old."
        )
    private = {folder / one.path for one in SHIPPED if one.private}
    for path, text in changed.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            path.replace(path.with_name(f"{path.name}.old"))
        path.touch(mode=0o600 if path in private else 0o644)
        path.chmod(0o600 if path in private else 0o644)
        path.write_text(text, encoding="utf-8")
    return [str(path.relative_to(folder)) for path in changed]


def _is_same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8", errors="replace") == text


def _with_password_of(folder: Path, plan: Plan) -> Plan:
    """The plan with the password that an earlier run drew, so that the files fit each other."""
    try:
        written = (folder / "container/campaign.env").read_text(encoding="utf-8")
    except OSError:
        return plan
    match = re.search(r"^POSTGRES_PASSWORD=([A-Za-z0-9_-]+)$", written, re.M)
    if match is None:
        return plan
    return Plan(plan.domain, plan.onion, plan.postgres, plan.machines, match[1])
