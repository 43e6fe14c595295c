"""Whether a campaign's colours can be read, on a light page and on a dark one (WCAG 2.2, level AA)."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.messages import Message
from campaign.pack.colours import (
    DARK_GROUNDS,
    LIGHT_GROUNDS,
    ON_ACCENT,
    ON_ACCENT_DARK,
    PARTS,
    TEXT,
    colours,
    contrast,
    least_contrast,
    nearest,
)
from campaign.pack.findings import Finding
from campaign.pack.model import Branding, Pack


def findings(pack: Pack) -> Iterator[Finding]:
    """Colours with too little contrast, with the nearest that has enough."""
    branding = pack.branding
    if branding is None:
        return
    shown = colours(branding)
    if branding.colour:
        yield from _on(branding, shown.light, LIGHT_GROUNDS, ON_ACCENT, Message("a light page"))
    if branding.colour_on_dark:
        yield from _on(branding, shown.dark, DARK_GROUNDS, ON_ACCENT_DARK, Message("a dark page"))
    if branding.logo_on_dark and not branding.logo:
        message = Message("“%(key)s” is missing.", key="logo")
        yield Finding(branding.place.path, branding.place.line, "error", message)


def _on(
    branding: Branding, colour: str, grounds: tuple[str, ...], on_button: str, where: Message
) -> Iterator[Finding]:
    """A finding if text in the colour, or on a button of it, has too little contrast."""
    ratio = min(least_contrast(colour, grounds), contrast(colour, on_button))
    if ratio >= TEXT:
        return
    message = Message(
        "The contrast of %(colour)s on %(where)s is %(ratio)s:1; text needs %(text)s:1, lines and marks "
        "%(parts)s:1. The nearest colour that can be read is %(nearest)s.",
        colour=colour,
        where=where,
        # Cut, not rounded: 4.49 is not 4.5.
        ratio=f"{int(ratio * 100) / 100:.2f}",
        text=str(TEXT),
        parts=str(int(PARTS)),
        nearest=nearest(colour, (*grounds, on_button)),
    )
    yield Finding(branding.place.path, branding.place.line, "error", message)
