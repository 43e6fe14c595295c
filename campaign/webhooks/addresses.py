"""Which addresses a webhook may have: those of https with a name; where it leads is checked by `outgoing`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from campaign.outgoing import PORT

#: Characters of an address.
LONGEST = 500

#: Visible ASCII: nothing in an address can end a line of the request.
_PLAIN = re.compile(r"[!-~]+")
_HOST = re.compile(
    r"(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}"
)


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
