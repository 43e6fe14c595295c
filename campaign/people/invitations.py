"""The link with which somebody who was invited joins a campaign."""

from __future__ import annotations


def link(public_url: str, language: str, token: str, port: int) -> str:
    """The address at which an invitation is accepted; without a public address, on this machine."""
    return f"{public_url or f'http://localhost:{port}'}/{language}/desk/join/{token}"
