"""Adding the addresses for programs to the application."""

from __future__ import annotations

from flask import Flask

from campaign.monitoring import endpoints


def init(app: Flask) -> None:
    """Answer /health/live, /health/ready and /metrics."""
    endpoints.init(app)
