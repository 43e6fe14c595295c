"""Sets up what all pages of the application share."""

from __future__ import annotations

from flask import Flask

from campaign.web import (
    addresses,
    bundles,
    compression,
    errors,
    foreign_text,
    forwarding,
    guard,
    languages,
    runner,
    static_files,
    trials,
    uploads,
    waits,
)


def init(app: Flask) -> None:
    """Set up languages, guard, addresses and error pages."""
    waits.init(app)
    languages.init(app)
    compression.init(app)  # before foreign_text: what is set up first changes an answer last
    foreign_text.init(app)
    guard.init(app)
    forwarding.init(app)
    addresses.init(app)
    runner.init(app)
    static_files.init(app)
    bundles.init(app)
    errors.init(app)
    trials.init(app)
    uploads.init(app)
