"""What a check may look at: the application, the environment, the network, and what was found before."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, Engine

from campaign.mail.dns_records import DnsRecords
from campaign.mail.domain import Domain
from campaign.monitoring.findings import Finding
from campaign.monitoring.network import Network
from campaign.services import service
from campaign.settings import Settings


@dataclass(frozen=True, slots=True)
class Space:
    """The bytes of a disk: free for this user, and all."""

    free: int
    total: int


def space_of(folder: Path) -> Space:
    """The disk that a folder is on."""
    found = os.statvfs(folder)
    return Space(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that a check depends on; tests replace single parts.

    `answers`: how many requests were answered since the last look, and how many of them with an error
    (5xx). `domain`: the sender's domain with its DNS records, if somebody gave them.
    """

    app: Flask
    network: Network = field(default_factory=Network)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    space: Callable[[Path], Space] = space_of
    answers: tuple[int, int] = (0, 0)
    domain: tuple[Domain, DnsRecords] | None = None

    @property
    def settings(self) -> Settings:
        return service(Settings, self.app)

    def connection(self) -> Connection:
        """A connection to the database, to be closed by the caller."""
        return service(Engine, self.app).connect()


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its key, and what finds something. `outside`: it asks other machines."""

    key: str
    run: Callable[[Surroundings], Iterator[Finding]]
    outside: bool = False
