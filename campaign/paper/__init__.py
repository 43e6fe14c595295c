"""Signing on paper: sheets and their numbers, batches that go out and come back, names typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init(_app: Flask) -> None:
    """Hang the visitor's print on the petition's pages, before these are added to the site."""
    from campaign.paper import views

    views.add_pages()
