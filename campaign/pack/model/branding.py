"""How a campaign's site looks and what it is called: its name, its logo, its colours."""

from __future__ import annotations

from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.values import Place, Words


@record()
class Branding:
    """Everything is optional; what is missing looks as the toolkit does.

    `colour` is for a light page, and `colour_on_dark` its pair for a dark one, by default the nearest
    that can be read there. The logos are named by their hash.
    """

    site_name: Words = fields.words(
        Message("Name of the site"), hint=Message("If empty: the name of the campaign.")
    )
    colour: str = fields.colour(
        Message("Accent colour"),
        hint=Message("Six digits, such as #1a5fb4. Buttons, links of the menu and lines have it."),
    )
    colour_on_dark: str = fields.colour(
        Message("Accent colour on a dark page"),
        hint=Message("If empty: the nearest colour that can be read on a dark page."),
    )
    logo: str = fields.photograph(Message("Logo"), control="logo")
    logo_alt: Words = fields.words(
        Message("What the logo shows, for people who can’t see it"), needed=True, beside="logo"
    )
    logo_on_dark: str = fields.photograph(Message("Logo on a dark page"), control="logo")
    place: Place
