"""What a page tells search engines and messengers: Open Graph, JSON-LD, its address in each language.

Only for pages that are listed, and only where the settings name a host: no address is taken from a request.
JSON-LD is in a data block, a <script> of a type that browsers do not run. They ask the policy of scripts only
for what they would run (HTML, “prepare the script element”), so that it needs neither a hash nor a nonce.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g
from markupsafe import Markup

from campaign.languages.data import language as language_data
from campaign.pack.model import Pack
from campaign.pack.signing_rules import is_placeholder
from campaign.site import listed, share, share_card
from campaign.site.listed import ListedPage
from campaign.web import languages, offers
from campaign.web.domains import known_base
from campaign.web.foreign_text import without_marks


@dataclass(frozen=True, slots=True)
class Head:
    """The description of one page.

    `versions` are its addresses by language, `choice` is the one for readers of any other language.
    `published` is the day of an update, '' for any other page.
    """

    page: ListedPage
    language: str
    address: str
    title: str
    description: str
    versions: dict[str, str]
    choice: str
    picture: str
    picture_type: str
    picture_alt: str
    published: str

    @property
    def kind(self) -> str:
        """The type in Open Graph."""
        return "article" if self.published else "website"

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages as Open Graph writes them, this one first: en_GB, ru_RU."""
        codes = (self.language, *(code for code in self.versions if code != self.language))
        return tuple(language_data(code).office_tag.replace("-", "_") for code in codes)


def of_page(title: Callable[[], str], description: Callable[[], str]) -> Head | None:
    """What the page of this request says of itself; None for one that is not listed.

    `title` and `description` are blocks of the template, rendered only if they are needed.
    """
    page = listed.current()
    if page is None:
        return None
    pack: Pack = g.edition.pack
    language = share_card.language_of(pack, languages.current(), page.picture)
    base = known_base(pack.slug)
    versions = {code: base + page.path(pack.slug, code) for code in page.languages}
    picture = share.picture_of(pack, language, page.picture, offers.current().outcome)
    update = pack.updates[page.arguments["key"]] if page.endpoint == "site.update" else None
    return Head(
        page=page,
        language=language,
        address=versions[language],
        title=_without_name(_plain(title()), pack.name[languages.current()]),
        description=_plain(description()),
        versions=versions,
        choice=f"{base}/{pack.slug}/" if page.endpoint == "site.home" else next(iter(versions.values())),
        picture=base + picture.path,
        picture_type=picture.mimetype,
        picture_alt=picture.alt,
        published=str(update.date) if update else "",
    )


def _plain(block: str) -> str:
    """A block of a template as text."""
    return Markup(without_marks(str(block))).unescape().strip()  # noqa: S704  our own template's


def _without_name(title: str, name: str) -> str:
    """A title without the campaign's name, which Open Graph has apart."""
    return title.removesuffix(name).rstrip(" ·") or name


def linked_data(head: Head) -> Markup:
    """A page as schema.org describes one, as JSON for a data block."""
    text = json.dumps(_described(head), ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  nothing in it ends the block


def _described(head: Head) -> dict[str, Any]:
    """An article or a page, of which site, by whom."""
    pack: Pack = g.edition.pack
    site = _front_page(pack, head.language)
    publisher = _publisher(pack, head.language)
    website: dict[str, Any] = {
        "@type": "WebSite",
        "@id": f"{site}#site",
        "url": site,
        "name": pack.site_name[head.language],
        "inLanguage": head.language,
    }
    page: dict[str, Any] = {
        "@type": "Article" if head.published else "WebPage",
        "@id": head.address,
        "url": head.address,
        "headline" if head.published else "name": head.title,
        "description": head.description,
        "inLanguage": head.language,
        "image": head.picture,
        "isPartOf": {"@id": website["@id"]},
    }
    if head.published:
        page["datePublished"] = head.published
    if publisher:
        website["publisher"] = page["publisher"] = publisher
    return {"@context": "https://schema.org", "@graph": [website, page]}


def _front_page(pack: Pack, language: str) -> str:
    return known_base(pack.slug) + ListedPage("site.home", pack.languages).path(pack.slug, language)


def _publisher(pack: Pack, language: str) -> dict[str, str]:
    """The organisation that runs the site; nothing while the pack has a placeholder for it."""
    name = pack.runner.name.get(language, "") if pack.runner else ""
    if not pack.runner or not name or is_placeholder(name):
        return {}
    website = {"url": pack.runner.website} if pack.runner.website else {}
    return {"@type": "Organization", "name": name, **website}
