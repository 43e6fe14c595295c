"""The web server: granian, and whether its port is free."""

from __future__ import annotations

import socket

from granian import Granian
from granian.constants import Interfaces


def is_taken(host: str, port: int) -> bool:
    """Whether another program listens on this port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def run(
    host: str, port: int, workers: int, threads: int, target: str = "campaign.application:serve_app"
) -> None:
    """Run granian: no access log, threads for the blocking work, workers renewed when they fail.

    `target` names the factory of the application.
    """
    Granian(
        target,
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_access=False,
        log_enabled=False,
        websockets=False,
        respawn_failed_workers=True,
    ).serve()
