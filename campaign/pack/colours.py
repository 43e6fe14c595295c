"""Colours that can be read: contrast by WCAG 2.2, and the nearest colour that has enough of it.

https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from campaign.pack.model import Branding

#: Contrast that text needs on its ground, and what parts such as lines, marks and icons need.
TEXT, PARTS = 4.5, 3.0

#: Grounds of a page on which text has the accent colour, as static/css/tokens.css has them.
LIGHT_GROUNDS = ("#fbfcfd", "#eef2f5")
DARK_GROUNDS = ("#14181f", "#1c222b")

#: Text on a button of the accent colour, on a light and on a dark page.
ON_ACCENT, ON_ACCENT_DARK = "#ffffff", "#14181f"


@dataclass(frozen=True, slots=True)
class Colours:
    """The accent colour on a light page, and its pair on a dark one."""

    light: str
    dark: str

    @property
    def light_hover(self) -> str:
        """The button under a pointer on a light page: darker."""
        return _mixed(self.light, "#000000")

    @property
    def dark_hover(self) -> str:
        """The button under a pointer on a dark page: lighter."""
        return _mixed(self.dark, "#ffffff")


#: What a campaign without colours of its own has.
DEFAULT = Colours("#a8141c", "#e2656b")


def colours(branding: Branding | None) -> Colours:
    """The colours of a campaign; a missing pair is the nearest that can be read on a dark page."""
    if branding is None or not (branding.colour or branding.colour_on_dark):
        return DEFAULT
    light = branding.colour or nearest(branding.colour_on_dark, LIGHT_GROUNDS)
    return Colours(light, branding.colour_on_dark or nearest(light, DARK_GROUNDS))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str, grounds: Sequence[str]) -> float:
    """The contrast with that of the grounds on which it is least."""
    return min(contrast(colour, ground) for ground in grounds)


@lru_cache(maxsize=256)
def nearest(colour: str, grounds: tuple[str, ...], least: float = TEXT) -> str:
    """The colour itself if it has enough contrast with each ground; else the nearest of its hue."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in _parts(colour)))
    shades = [_hex(colorsys.hls_to_rgb(hue, step / 510, saturation)) for step in range(511)]
    readable = [step for step, shade in enumerate(shades) if least_contrast(shade, grounds) >= least]
    if least_contrast(colour, grounds) >= least or not readable:
        return colour
    return shades[min(readable, key=lambda step: abs(step / 510 - lightness))]


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def _hex(parts: Sequence[float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


@lru_cache(maxsize=4096)
def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _mixed(colour: str, other: str) -> str:
    """The colour with a fifth of another one."""
    return _hex(
        [(0.8 * one + 0.2 * two) / 255 for one, two in zip(_parts(colour), _parts(other), strict=True)]
    )
