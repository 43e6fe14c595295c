"""The link with which an invited person joins a campaign."""

from __future__ import annotations


def link(public_url: str, language: str, token: str, port: int) -> str:
    """The URL where an invitation is accepted; without a public URL, on this machine."""
    return f"{public_url or f'http://localhost:{port}'}/{language}/desk/join/{token}"
