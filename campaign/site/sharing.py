"""Links by which people share a page: plain addresses of other services, without a script of theirs.

Which services are offered in a language is in its language.toml. Signal is not among them, since it has no
address that shares a text: the button for other apps, which a script shows on devices that have it, leads
there.

Nobody who said that they are in a country at risk is shown any of them: to have shared can be held against
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from campaign.languages.data import language as language_data
from campaign.press import codes
from campaign.site.listed import is_public
from campaign.web.open_edition import open_edition
from campaign.web.public_pages import answer_with, page_of

blueprint = Blueprint("sharing", __name__)

#: The name of each service and its documented address for sharing; `{both}` is the text, then the address.
SERVICES = {
    "whatsapp": ("WhatsApp", "https://wa.me/?text={both}"),
    "telegram": ("Telegram", "https://t.me/share/url?url={address}&text={text}"),
    # Mastodon's own tool, which asks for the server; what follows # stays in the browser.
    "mastodon": ("Mastodon", "https://share.joinmastodon.org/#text={both}"),
    "vk": ("VK", "https://vk.com/share.php?url={address}&title={text}"),
    "odnoklassniki": ("OK.ru", "https://connect.ok.ru/offer?url={address}&title={text}"),
}

#: A message with a subject and two lines (RFC 6068).
MAIL = "mailto:?subject={text}&body={text}%0D%0A%0D%0A{address}"


@dataclass(frozen=True, slots=True)
class ShareLink:
    """One service, and the address that shares the page there."""

    name: str
    address: str


def share_services(language: str, address: str, text: str) -> tuple[ShareLink, ...]:
    """The services of a language, each with a link that shares a page with a text before its address."""
    own = language_data(language)
    names = own.line("sharing", "names")
    known = ((key, *SERVICES[key]) for key in own.line("sharing", "services"))
    return tuple(ShareLink(names.get(key, name), _filled(link, address, text)) for key, name, link in known)


def share_by_mail(address: str, text: str) -> str:
    """The link that begins an e-mail about a page."""
    return _filled(MAIL, address, text)


def _filled(link: str, address: str, text: str) -> str:
    parts = {"address": address, "text": text, "both": f"{text}\n{address}"}
    return link.format(**{name: quote(part, safe="") for name, part in parts.items()})


@lru_cache(maxsize=256)
def screen_code(address: str) -> Markup:
    """A QR code of an address, for another phone's camera."""
    return Markup(codes.qr(address, "m"))  # noqa: S704  made of black modules alone


@blueprint.get("/<language>/<slug>/share")
def page(language: str, slug: str) -> ResponseReturnValue:
    """The links alone, for pages that must lead to no other site: those with a token in their address."""
    open_edition(language, slug)
    if not is_public():
        abort(404)
    return answer_with(page_of(render_template("site/sharing.html", unlisted=True), often=False))
