"""What the sender's domain must say of itself, so that its mail is believed: SPF, DKIM, DMARC.

From records that are given; nobody is asked over the network. RFC 7208 (SPF), RFC 6376 (DKIM),
RFC 7489 (DMARC).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Domain:
    """The sender's domain, its relay as SPF names it ('include:…', 'ip4:…'), the DKIM selector."""

    name: str
    relay: str
    selector: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One record: whether it is good, and what is there or has to be set."""

    what: str
    good: bool
    text: str


Records = Mapping[str, list[str]]


def read_records(text: str) -> dict[str, list[str]]:
    """TXT records by name, from lines as `dig` prints them."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        match = re.match(r"\s*(\S+?)\.?\s+(?:\d+\s+)?(?:IN\s+)?TXT\s+(.+)$", line, re.I)
        if match:
            parts = re.findall(r'"((?:[^"\\]|\\.)*)"', match[2]) or [match[2]]
            found.setdefault(match[1].lower(), []).append("".join(parts).replace('\\"', '"').strip())
    return found


def judged(domain: Domain, records: Records) -> list[Judgement]:
    """SPF, DKIM and DMARC, in this order."""
    return [_spf(domain, records), _dkim(domain, records), _dmarc(domain, records)]


def _spf(domain: Domain, records: Records) -> Judgement:
    found = [one for one in records.get(domain.name, []) if one.lower().split(" ")[0] == "v=spf1"]
    wanted = f'{domain.name}. TXT "v=spf1 {domain.relay} -all"'
    if len(found) > 1:
        return Judgement("SPF", False, f"there are {len(found)} records, and one is allowed: {wanted}")
    terms = found[0].lower().split() if found else []
    if domain.relay.lower() not in [term.lstrip("+") for term in terms]:
        return Judgement("SPF", False, f"the relay may not send for this domain: {wanted}")
    if terms[-1] not in {"-all", "~all"}:
        return Judgement("SPF", False, f"it ends with {terms[-1]}, so anybody may send: {wanted}")
    return Judgement("SPF", True, found[0])


def _dkim(domain: Domain, records: Records) -> Judgement:
    name = f"{domain.selector}._domainkey.{domain.name}"
    found = records.get(name.lower(), [])
    tags = _tags(found[0]) if found else {}
    if not tags.get("p"):
        said = "the key was taken back (p is empty)" if found else "there is no key"
        return Judgement("DKIM", False, f'{said}: {name}. TXT "v=DKIM1; k=rsa; p=…" as the relay shows it')
    try:
        size = len(base64.b64decode(re.sub(r"\s", "", tags["p"]), validate=True))
    except binascii.Error:
        return Judgement("DKIM", False, f"the key of {name} is not base64: copy it again from the relay")
    if tags.get("k", "rsa") == "rsa" and size < 250:
        return Judgement(
            "DKIM", False, f"the RSA key of {name} has less than 2,048 bits: ask for a longer one"
        )
    return Judgement("DKIM", True, f"{name}, {tags.get('k', 'rsa')}")


def _dmarc(domain: Domain, records: Records) -> Judgement:
    name = f"_dmarc.{domain.name}"
    found = [one for one in records.get(name.lower(), []) if one.lower().startswith("v=dmarc1")]
    wanted = f'{name}. TXT "v=DMARC1; p=reject; adkim=s; aspf=s"'
    policy = _tags(found[0]).get("p", "").lower() if len(found) == 1 else ""
    if policy != "reject":
        said = f"the policy is “{policy}”" if policy else "there is no policy"
        return Judgement("DMARC", False, f"{said}, so false mail in your name is delivered: {wanted}")
    return Judgement("DMARC", True, found[0])


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs}
