"""What the sender's domain must publish so that its e-mail is trusted: SPF, DKIM, DMARC.

The records are passed in; no request goes over the network. RFC 7208 (SPF), RFC 6376 (DKIM),
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
    texts_by_name: dict[str, list[str]] = {}
    for line in text.splitlines():
        match = re.match(r"\s*(\S+?)\.?\s+(?:\d+\s+)?(?:IN\s+)?TXT\s+(.+)$", line, re.I)
        if match:
            parts = re.findall(r'"((?:[^"\\]|\\.)*)"', match[2]) or [match[2]]
            texts_by_name.setdefault(match[1].lower(), []).append("".join(parts).replace('\\"', '"').strip())
    return texts_by_name


def judged(domain: Domain, records: Records) -> list[Judgement]:
    """SPF, DKIM and DMARC, in this order."""
    return [_spf(domain, records), _dkim(domain, records), _dmarc(domain, records)]


def _spf(domain: Domain, records: Records) -> Judgement:
    spf_records = [
        record for record in records.get(domain.name, []) if record.lower().split(" ")[0] == "v=spf1"
    ]
    wanted = f'{domain.name}. TXT "v=spf1 {domain.relay} -all"'
    if len(spf_records) > 1:
        return Judgement("SPF", False, f"there are {len(spf_records)} records, and one is allowed: {wanted}")
    terms = spf_records[0].lower().split() if spf_records else []
    if domain.relay.lower() not in [term.lstrip("+") for term in terms]:
        return Judgement("SPF", False, f"the relay may not send for this domain: {wanted}")
    if terms[-1] not in {"-all", "~all"}:
        return Judgement("SPF", False, f"it ends with {terms[-1]}, so anybody may send: {wanted}")
    return Judgement("SPF", True, spf_records[0])


def _dkim(domain: Domain, records: Records) -> Judgement:
    name = f"{domain.selector}._domainkey.{domain.name}"
    key_records = records.get(name.lower(), [])
    tags = _tags(key_records[0]) if key_records else {}
    if not tags.get("p"):
        reason = "the key was taken back (p is empty)" if key_records else "there is no key"
        return Judgement("DKIM", False, f'{reason}: {name}. TXT "v=DKIM1; k=rsa; p=…" as the relay shows it')
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
    dmarc_records = [
        record for record in records.get(name.lower(), []) if record.lower().startswith("v=dmarc1")
    ]
    wanted = f'{name}. TXT "v=DMARC1; p=reject; adkim=s; aspf=s"'
    policy = _tags(dmarc_records[0]).get("p", "").lower() if len(dmarc_records) == 1 else ""
    if policy != "reject":
        reason = f"the policy is “{policy}”" if policy else "there is no policy"
        return Judgement("DMARC", False, f"{reason}, so false mail in your name is delivered: {wanted}")
    return Judgement("DMARC", True, dmarc_records[0])


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs}
