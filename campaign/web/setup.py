"""Sets up what all pages of the application share."""

from __future__ import annotations

from flask import Flask

from campaign.web import addresses, errors, forwarding, guard, languages


def init(app: Flask) -> None:
    """Set up languages, guard, addresses and error pages."""
    languages.init(app)
    guard.init(app)
    forwarding.init(app)
    addresses.init(app)
    errors.init(app)
