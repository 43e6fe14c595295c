"""An organisation as data: its name and website, whether an address is at its domain, which two are the same.

Nothing is looked up over the network. Where a registered domain begins is what the package publicsuffixlist
says; a provider at which many people have addresses (`email_address.common`) is nobody's own domain.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from campaign import email_address
from campaign.mail.domain import organisational_domain

#: Characters of a website's address, and of what organisers write down of a decision.
MOST_WEBSITE, MOST_NOTE = 300, 500


class State(StrEnum):
    """What became of an organisation that asked to sign on. The values are in the database."""

    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Organisation:
    """What an organisation says of itself in public. `country` is an ISO 3166 code, `website` an address."""

    name: str
    country: str
    website: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Who signs for an organisation: never shown, never logged. `language`: that of their e-mails."""

    name: str
    function: str
    email: str
    language: str


class WebsiteError(ValueError):
    """What was typed is no address of a website."""


#: What no address has, and markup or another program might read as its end.
_UNFIT = re.compile(r"[\s<>\"\\]")

#: How an address begins that is no website: javascript:, mailto:, file: and all others.
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)


def read_website(typed: str) -> str:
    """The address of a website, its host in IDNA's ASCII form. Raises WebsiteError.

    Without a scheme it is https. User names, ports and hosts without a dot or with digits alone are refused:
    people read such an address as another one than browsers open.
    """
    text = typed.strip()
    if not _SCHEME.match(text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise WebsiteError(typed) from error
    if parts.scheme not in {"http", "https"} or port is not None or "@" in parts.netloc:
        raise WebsiteError(typed)
    rest = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    address = f"{parts.scheme}://{_ascii(host)}{rest}"
    if len(address) > MOST_WEBSITE or _UNFIT.search(address) or not address.isprintable():
        raise WebsiteError(typed)
    return address


def _ascii(host: str) -> str:
    """A host's name in ASCII. Raises WebsiteError for what can be nobody's."""
    try:
        # No registry gives a name of mixed alphabets: it would be read as another one.
        if not email_address.is_possible(f"a@{host}"):
            raise WebsiteError(host)
        name = email_address.parse(f"a@{host}").domain
    except ValueError as error:
        raise WebsiteError(host) from error
    if name.rpartition(".")[2].isdigit() or not organisational_domain(name):
        raise WebsiteError(host)
    return name


def host_of(website: str) -> str:
    """The host of a website as people read it, in its own script."""
    host = urlsplit(website).hostname or ""
    try:
        return email_address.parse(f"a@{host}").shown.partition("@")[2]
    except ValueError:
        return host


def domain_of(website: str) -> str:
    """The domain that somebody registered for a website."""
    return organisational_domain(urlsplit(website).hostname or "")


def is_own_address(email_domain: str, website: str) -> bool:
    """Whether an address with this domain (in ASCII) is at the website's, which is no e-mail provider's."""
    domain = organisational_domain(email_domain.lower())
    return bool(domain) and domain == domain_of(website) and not email_address.common(domain)


def folded(name: str) -> str:
    """A name without case, marks, spaces and punctuation: two spellings of one name are the same."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in plain if character.isalnum())


def is_same(one: Organisation, other: Organisation) -> bool:
    """Whether two are probably the same organisation: one name, or one website's domain."""
    return folded(one.name) == folded(other.name) or domain_of(one.website) == domain_of(other.website)
