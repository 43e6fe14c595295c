"""Every file of the desk that has pages. Importing them hangs the pages on the blueprint."""

from __future__ import annotations

from importlib import import_module

PAGES = (
    "entrance",
    "account",
    "people",
    "attention",
    "lists",
    "editor",
    "adding",
    "steps",
    "raw",
    "publishing",
    "exchange",
    "directory",
    "shown",
)


def collect() -> None:
    """Load the pages."""
    for name in PAGES:
        import_module(f"campaign.desk.{name}")
