"""E-mail addresses: which are valid, which are the same, and which probably have a typing error.

Every address that people type or list is parsed here. The rules are data in providers.toml.
Nothing is looked up over the network.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from email_validator import EmailNotValidError, validate_email
from rapidfuzz.distance import OSA


@dataclass(frozen=True, slots=True)
class Address:
    """An address as people write it and as it is sent: `ascii` has its domain in IDNA's ASCII form."""

    shown: str
    ascii: str

    @property
    def domain(self) -> str:
        return self.ascii.rpartition("@")[2]


def parse(typed: str) -> Address:
    """The address that was typed. Raises ValueError if it can't be one.

    Quoted local parts, address literals and domains without a dot are refused.
    """
    try:
        validated = validate_email(typed, check_deliverability=False, allow_quoted_local=False)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error
    # A local part beyond ASCII (RFC 6531) is sent unchanged; only its domain has another form.
    return Address(
        validated.normalized, validated.ascii_email or f"{validated.local_part}@{validated.ascii_domain}"
    )


def canonical(address: Address) -> str:
    """One spelling for all addresses that a known provider delivers to the same person."""
    local, _at, domain = address.ascii.rpartition("@")
    local, domain = local.casefold(), domain.lower()
    provider = _providers().get(domain)
    if provider is None:
        return f"{local}@{domain}"
    head = local.partition(provider.get("tag", "+"))[0]
    local = head or local  # "+tag@…" has nothing before the tag character
    for old, new in provider.get("swap", {}).items():
        local = local.replace(old, new)
    for character in provider["dots"]:
        local = local.replace(character, "")
    return f"{local or head}@{provider['domain']}"


def inbox(address: Address) -> str:
    """One name for all spellings that may reach one inbox, to bound how much e-mail it gets.

    `canonical` must not take two people for one, so it only follows the rules of known providers.
    Here that would do little harm, so “+” begins a tag at every provider.
    """
    local, _at, domain = canonical(address).rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def meant(address: Address) -> str:
    """The address that was probably meant, for a question and never for automatic correction; else ''.

    Either it has letters of another keyboard layout, or its domain resembles a common one.
    """
    return _in_latin(address) or _without_slip(address)


def _in_latin(address: Address) -> str:
    """The address without letters that only look Latin, or were typed in another keyboard layout."""
    letters = _data()["letters"]
    local, _at, domain = address.shown.rpartition("@")
    same_look = str.maketrans(letters["cyrillic"], letters["latin"])
    keys = str.maketrans(letters["keys-cyrillic"], letters["keys-latin"])
    quotes = str.maketrans(letters["quotes"], "'" * len(letters["quotes"]), letters["no-quotes"])
    plain = domain.translate(same_look)
    if plain != domain and (common(plain) or any(_mixed(label) for label in domain.split("."))):
        domain = plain
    local = local.translate(quotes)
    if _mixed(local):
        local = local.translate(same_look)
    elif common(domain) and not local.isascii():
        plain = local.translate(same_look)
        local = plain if plain.isascii() else local.translate(keys)
    better = f"{local}@{domain}"
    if better == address.shown or not better.isascii():
        return ""
    try:
        return parse(better).shown
    except ValueError:
        return ""


def _mixed(text: str) -> bool:
    """Whether Latin and other letters are mixed."""
    return any(char.isalpha() and char.isascii() for char in text) and not text.isascii()


def _without_slip(address: Address) -> str:
    domain = address.domain.lower()
    slips = _data()["slips"]
    if domain in slips["known"] or domain in slips["real"]:
        return ""
    matches = [candidate for candidate in slips["known"] if _one_slip(domain, candidate)]
    return f"{address.shown.rpartition('@')[0]}@{matches[0]}" if len(matches) == 1 else ""


def common(domain: str) -> bool:
    """Whether many people have addresses at this domain, so that many e-mails an hour to it are normal."""
    return domain.lower() in _data()["slips"]["known"]


def _one_slip(typed: str, candidate: str) -> bool:
    """One character missing, repeated, wrong or swapped with its neighbour, in a domain that is not short."""
    return len(candidate) >= 6 and OSA.distance(typed, candidate, score_cutoff=1) == 1


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("providers.toml").read_text(encoding="utf-8"))


@cache
def _providers() -> dict[str, dict[str, Any]]:
    providers = _data()["provider"]
    return {
        domain: provider
        for provider in providers
        for domain in (provider["domain"], *provider.get("same", ()))
    }
