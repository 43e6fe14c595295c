"""A campaign's colours as rules of a style sheet: custom properties for each scheme, without inline style."""

from __future__ import annotations

import re

from campaign.pack.colours import DEFAULT, ON_ACCENT, ON_ACCENT_DARK, Colours, colours
from campaign.pack.model import Pack

_PAIR = re.compile(r"[0-9a-f]{6}-[0-9a-f]{6}")


def pair_of(pack: Pack) -> str:
    """The two colours of a pack, as the address of a bundle names them; '' if it has those of the toolkit."""
    shown = colours(pack.branding)
    return "" if shown == DEFAULT else f"{shown.light[1:]}-{shown.dark[1:]}"


def rules(pair: str) -> str:
    """The custom properties of static/css/tokens.css for two colours. Raises ValueError."""
    if not _PAIR.fullmatch(pair):
        raise ValueError(pair)
    light, dark = pair.split("-")
    return style(Colours(f"#{light}", f"#{dark}"))


def style(shown: Colours) -> str:
    """The rules for two colours."""
    light = _properties(shown.light, shown.light_hover, ON_ACCENT)
    dark = _properties(shown.dark, shown.dark_hover, ON_ACCENT_DARK)
    return (
        f":root {{ {light} --band-accent: {shown.dark}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    )


def _properties(accent: str, hover: str, on_accent: str) -> str:
    return f"--accent: {accent}; --accent-deep: {hover}; --on-accent: {on_accent};"
