"""A server with a fault: it says that a signature counts, and writes it a moment later."""

from __future__ import annotations

import threading
import time
from typing import Any

from flask import Flask

from campaign import create_app
from campaign.petition.ledger import Ledger, Outcome


class LazyLedger(Ledger):
    def confirm(self, *values: Any, **more: Any) -> Outcome:
        def later() -> None:
            time.sleep(0.05)
            super(LazyLedger, self).confirm(*values, **more)

        threading.Thread(target=later, daemon=True).start()
        return Outcome.COUNTED


def app() -> Flask:
    made = create_app()
    made.extensions["ledger"] = LazyLedger(made.extensions["engine"])
    return made


def serve(port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "tests.reliability.lazy:app", factory=True, address="127.0.0.1", port=port, interface=Interfaces.WSGI,
        blocking_threads=4, log_enabled=False, websockets=False,
    ).serve()  # fmt: skip
