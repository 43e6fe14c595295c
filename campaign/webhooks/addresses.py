"""Which addresses a webhook may have: https, and on the public internet."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

#: Characters of an address, and the port that is called.
LONGEST, PORT = 500, 443

#: Visible ASCII: nothing in an address can end a line of the request.
_PLAIN = re.compile(r"[!-~]+")
_HOST = re.compile(
    r"(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}"
)

#: Addresses in which another one is written: a gateway would lead on to it (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def problem(url: str) -> str:
    """Why an address can't be a webhook's: “long”, “https”, “host”; '' if it can.

    Where its name leads is looked at when it is called, each time.
    """
    if len(url) > LONGEST:
        return "long"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "host"
    if parts.scheme != "https" or not _PLAIN.fullmatch(url):
        return "https"
    if not _HOST.fullmatch(host) or port not in {None, PORT} or parts.username is not None or parts.fragment:
        return "host"
    return ""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not of this machine, its network, or a group."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.sixtofour is not None or ip.teredo is not None or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
