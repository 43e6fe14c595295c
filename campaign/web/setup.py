"""Putting around the application what every page has."""

from __future__ import annotations

from flask import Flask

from campaign.web import addresses, errors, guard, languages, limits


def init(app: Flask) -> None:
    """Put it around the application."""
    languages.init(app)
    guard.init(app)
    limits.init(app)
    addresses.init(app)
    errors.init(app)
