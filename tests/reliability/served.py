"""Applications for a load from one machine: without budgets, and one with a fault built in."""

from __future__ import annotations

import threading
import time
from typing import Any

from flask import Flask
from sqlalchemy import Engine

from campaign.application import serve_app
from campaign.petition.confirmation_queue import Outcome
from campaign.petition.ledger import Ledger
from campaign.services import provide, service
from campaign.web.limits import Budgets


def sound() -> Flask:
    """The application as it is, but for the budgets: a load comes from one address."""
    made = serve_app()
    service(Budgets, made).enabled = False
    return made


class LazyLedger(Ledger):
    """Says that a signature counts, and writes it a moment later."""

    def confirm(self, *values: Any, **more: Any) -> Outcome:
        def later() -> None:
            time.sleep(0.05)
            super(LazyLedger, self).confirm(*values, **more)

        threading.Thread(target=later, daemon=True).start()
        return Outcome.COUNTED


def lazy() -> Flask:
    """A server that answers before it writes."""
    made = sound()
    provide(made, LazyLedger(service(Engine, made)), Ledger)
    return made
