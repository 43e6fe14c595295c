"""E-mail addresses: what is one, which two are the same, and which are probably a slip of the keys.

Every address that people type or list is parsed here. Rules are data, in providers.toml. Nobody is
asked over the network.
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
    """An address as it is written and as it travels: `ascii` has its domain in IDNA's ASCII form."""

    shown: str
    ascii: str

    @property
    def domain(self) -> str:
        return self.ascii.rpartition("@")[2]


def parse(typed: str) -> Address:
    """The address that was typed. Raises ValueError for what can't be one.

    Quoted local parts, address literals and domains without a dot are refused.
    """
    try:
        found = validate_email(typed, check_deliverability=False, allow_quoted_local=False)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error
    # A local part beyond ASCII (RFC 6531) travels as it is; only its domain has another form.
    return Address(found.normalized, found.ascii_email or f"{found.local_part}@{found.ascii_domain}")


def canonical(address: Address) -> str:
    """One spelling for every address of one mailbox, where the provider is known to make them one."""
    local, _at, domain = address.ascii.rpartition("@")
    local, domain = local.casefold(), domain.lower()
    provider = _providers().get(domain)
    if provider is None:
        return f"{local}@{domain}"
    head = local.partition(provider.get("tag", "+"))[0]
    local = head or local  # "+tag@…" has nothing before the sign
    for old, new in provider.get("swap", {}).items():
        local = local.replace(old, new)
    for sign in provider["dots"]:
        local = local.replace(sign, "")
    return f"{local or head}@{provider['domain']}"


def meant(address: Address) -> str:
    """The address that was probably meant, to be asked about and never put in by ourselves; else ''.

    Either letters of another keyboard are in it, or its domain looks like a slip of a common one.
    """
    return _in_latin(address) or _without_slip(address)


def _in_latin(address: Address) -> str:
    """The address without letters that only look Latin, or were typed with the keyboard switched."""
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
    """Whether Latin and other letters stand side by side."""
    return any(char.isalpha() and char.isascii() for char in text) and not text.isascii()


def _without_slip(address: Address) -> str:
    domain = address.domain.lower()
    slips = _data()["slips"]
    if domain in slips["known"] or domain in slips["real"]:
        return ""
    near = [known for known in slips["known"] if _one_slip(domain, known)]
    return f"{address.shown.rpartition('@')[0]}@{near[0]}" if len(near) == 1 else ""


def common(domain: str) -> bool:
    """Whether many people have mailboxes there, so that many mails an hour to it are no surprise."""
    return domain.lower() in _data()["slips"]["known"]


def _one_slip(typed: str, known: str) -> bool:
    """One character left out, doubled, wrong or swapped with its neighbour, in a domain that is not short."""
    return len(known) >= 6 and OSA.distance(typed, known, score_cutoff=1) == 1


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("providers.toml").read_text(encoding="utf-8"))


@cache
def _providers() -> dict[str, dict[str, Any]]:
    listed = _data()["provider"]
    return {domain: one for one in listed for domain in (one["domain"], *one.get("same", ()))}
