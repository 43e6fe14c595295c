"""E-mail addresses: which are valid, which are the same, and which probably have a typing error.

Every address that people type or list is parsed here. The rules are data in providers.toml.
Nothing is looked up over the network.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Address:
    """An address as people write it and as it is sent: `ascii` has its domain in IDNA's ASCII form."""

    shown: str
    ascii: str

    @property
    def domain(self) -> str:
        return self.ascii.rpartition("@")[2]


def parse(typed: str) -> Address:
    """The address that was typed, without what surely does not belong to it. Raises ValueError for none.

    Quoted local parts, address literals and domains without a dot are refused.
    """
    # Only where somebody types an address: its expressions take 15 ms.
    from email_validator import EmailNotValidError, validate_email

    try:
        validated = validate_email(_bare(typed), check_deliverability=False, allow_quoted_local=False)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error
    # A local part beyond ASCII (RFC 6531) is sent unchanged; only its domain has another form.
    return Address(
        validated.normalized, validated.ascii_email or f"{validated.local_part}@{validated.ascii_domain}"
    )


#: What other keyboards write, and no address has: full-width forms, other full stops and at-signs.
_AS_ASCII = str.maketrans(
    {
        **{chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F)},
        "﹫": "@",
        "。": ".",
        "｡": ".",
        "\u3000": " ",
    }
)

#: Not seen, and without meaning in ASCII: soft hyphens, joiners, marks of direction, variation selectors.
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_QUOTES = "\"'“”„‟«»‹›‘’‚‛"

#: A quoted local part that needs no quotes (RFC 5321, 4.1.2).
_NEEDLESS = re.compile(r'"([\w!#$%&\'*+/=?^`{|}~-]+(?:\.[\w!#$%&\'*+/=?^`{|}~-]+)*)"', re.ASCII)


def _bare(typed: str) -> str:
    """The address without what copying put around it: `mailto:`, a name, brackets, quotes, full stops."""
    text = typed.translate(_AS_ASCII)
    unseen = _UNSEEN.sub("", text)
    # Some languages need joiners: they stay in an address beyond ASCII.
    text = (unseen if unseen.isascii() else text).strip()
    if bracketed := re.fullmatch(r"[^<>@]*<([^<>]*)>[\s.,;]*", text):
        text = bracketed[1].strip()
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip()
    if text[:7].lower() == "mailto:":
        text = unquote(text[7:].lstrip("/").partition("?")[0])
    local, at, domain = text.strip(" <>[]()").rpartition("@")
    local = local.strip(" ")
    domain = re.sub(r" *\. *", ".", domain.strip(" ").rstrip(".,;:!?>)]" + _QUOTES).strip(" "))
    needless = _NEEDLESS.fullmatch(local)
    return f"{needless[1] if needless else local}{at}{domain}"


def canonical(address: Address) -> str:
    """One spelling for all addresses that a known provider delivers to the same person."""
    local, _at, domain = address.ascii.rpartition("@")
    local, domain = local.casefold(), domain.lower()
    provider = providers().get(domain)
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


def for_relay(shown: str) -> str:
    """An address as it is sent: most relays take a domain beyond ASCII only in the form xn--…"""
    try:
        return parse(shown).ascii
    except ValueError:
        return shown


def suggestion(typed: str) -> str:
    """The address that was probably meant, for a question and never for automatic correction; else ''."""
    try:
        return meant(parse(typed))
    except ValueError:
        return _repaired(typed)


def is_possible(typed: str) -> bool:
    """Whether anything can arrive there: no registry gives a domain of mixed alphabets.

    Names at Gmail have letters a to z, digits and full stops (support.google.com/mail/answer/9211434).
    """
    try:
        address = parse(typed)
    except ValueError:
        return False
    local, _at, domain = address.shown.rpartition("@")
    if any(_mixed(label) and _beyond_latin(label) for label in domain.split(".")):
        return False
    return local.isascii() or address.domain.lower() not in {"gmail.com", "googlemail.com"}


def _beyond_latin(label: str) -> bool:
    """Whether a label has Cyrillic or Greek letters."""
    return any("\u0370" <= character <= "\u052f" for character in label)


def _repaired(typed: str) -> str:
    """An address from one that is none: a comma or two dots in its domain, or no dot in a common one."""
    local, _at, domain = _bare(typed).rpartition("@")
    domain = re.sub(r"[.,;/]+", ".", domain).strip(".")
    if "." not in domain:
        whole = [known for known in _data()["slips"]["known"] if known.replace(".", "") == domain.lower()]
        domain = whole[0] if len(whole) == 1 else ""
    try:
        return parse(f"{local}@{domain}").shown
    except ValueError:
        return ""


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
    return domain.lower() in common_domains()


def common_domains() -> list[str]:
    """The domains at which many people have addresses."""
    return list(_data()["slips"]["known"])


def _one_slip(typed: str, candidate: str) -> bool:
    """One character missing, repeated, wrong or swapped with its neighbour, in a domain that is not short."""
    from rapidfuzz.distance import OSA  # where somebody types an address

    return len(candidate) >= 6 and OSA.distance(typed, candidate, score_cutoff=1) == 1


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("providers.toml").read_text(encoding="utf-8"))


@cache
def providers() -> dict[str, dict[str, Any]]:
    """What is known of a provider, by each of its domains: `domain`, `dots`, `tag` and `swap`."""
    return {
        domain: provider
        for provider in _data()["provider"]
        for domain in (provider["domain"], *provider.get("same", ()))
    }
