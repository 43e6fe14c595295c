"""The onion service beside the site: how a visitor learns of it, and who counts as one visitor there.

Threat: an onion service has no networks, so that one attacker could use up the budget of everybody, or have
one for each circuit. So a circuit has the budget of a network, and all circuits together twenty times that.
A visitor who asks the clear host for the onion's name has the budget of their network, as always.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import quote

from flask import Response, request

from campaign.services import service
from campaign.settings import Settings
from campaign.web import domains

#: How much larger the budgets of all of Tor are than those of a network: as those of an event.
FACTOR = 20

#: Tor names a circuit by an address of this kind, whose last 32 bits say which (its HAProxy protocol).
_CIRCUITS = ipaddress.ip_network("fc00::/7")


def circuit(address: str) -> str | None:
    """The circuit of a request by the onion service, '' if Tor does not name it; None by any other way."""
    if not domains.by_onion():
        return None
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    if ip in _CIRCUITS:
        return f"{int(ip) & 0xFFFFFFFF:08x}"
    return "" if ip.is_loopback else None


def add_headers(response: Response) -> None:
    """Name the onion service in pages over TLS; no HSTS by the onion service, which has none."""
    settings = service(Settings)
    if not settings.onion_url:
        return
    if domains.by_onion():
        response.headers.pop("Strict-Transport-Security", None)
    elif response.mimetype == "text/html" and request.method in {"GET", "HEAD"} and _is_there(request.path):
        # Tor Browser offers to change over: the same page, at the other address.
        query = request.query_string.decode("ascii", "ignore")
        address = settings.onion_url + quote(request.path) + (f"?{query}" if query else "")
        response.headers["Onion-Location"] = address


def _is_there(path: str) -> bool:
    """Whether the onion service has the page: the desk it has not, and a link of an e-mail is not named."""
    return "/desk/" not in f"{path}/" and not path.startswith("/r/")
