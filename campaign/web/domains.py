"""Campaigns with a host of their own: which one a request is for, and where a campaign's addresses begin.

Hosts come from the settings, never from a pack or a request: who could write one into a pack could lead
the links in e-mails, which carry tokens, to a machine of theirs. On such a host there is this campaign
alone, and no desk: passkeys and sign-ins belong to the host of the site. The onion service has every
campaign and, for the same reason, no desk.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, request

from campaign.services import service
from campaign.settings import Settings


def slug_of_host() -> str:
    """The campaign whose own host this request names; '' on the host of the site."""
    domains = service(Settings).domains
    if not domains:
        return ""
    host = urlsplit(f"//{request.host}").hostname
    return next((slug for slug, address in domains.items() if urlsplit(address).hostname == host), "")


def by_onion() -> bool:
    """Whether this request came to the onion service."""
    onion = service(Settings).onion_host
    # Not `request.host`, which refuses a host that is none of ours: error pages ask, too.
    return bool(onion) and request.environ.get("HTTP_HOST", "").partition(":")[0].lower() == onion


def refuse_other_campaign(slug: str) -> None:
    """404 for a campaign on the host of another one."""
    if slug_of_host() not in {"", slug}:
        abort(404)


def refuse_on_campaign_host() -> None:
    """404 on the host of a campaign and on the onion service, for what belongs to the host of the site."""
    if slug_of_host() or by_onion():
        abort(404)


def base_url() -> str:
    """The beginning of addresses of the whole site, such as the desk: from the settings, or this request."""
    return service(Settings).public_url or request.host_url.rstrip("/")


def campaign_base(slug: str) -> str:
    """The beginning of a campaign's addresses in e-mails and files: its own host, or that of the site."""
    return service(Settings).domains.get(slug) or base_url()


def base_for_mail(slug: str) -> str:
    """The beginning of the links in a signer's e-mail: the onion service, if they came by it."""
    return service(Settings).onion_url if by_onion() else campaign_base(slug)


def known_base(slug: str) -> str:
    """The same from the settings alone, for pages that are cached; '' if they name no host.

    Pages of the onion service name no other host: nobody is led from there into the clear.
    """
    settings = service(Settings)
    return settings.onion_url if by_onion() else settings.domains.get(slug) or settings.public_url
