"""What the sender's domain must publish so that its e-mail is trusted: SPF, DKIM, DMARC.

The records are passed in; no request goes over the network. RFC 7208 (SPF), RFC 6376 (DKIM),
RFC 7489 (DMARC). A subdomain without a policy of its own has that of its organisational domain
(RFC 7489, section 6.6.3): one label more than a public suffix, by the list of publicsuffix.org as
the package publicsuffixlist has it on the day of its release.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from campaign.mail.dns_records import AliasError, DnsRecords, normalised


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


#: Bytes of an RSA key of 2,048 bits: 256 of the modulus, and what says so.
SMALLEST_RSA_KEY = 250


def judged(domain: Domain, records: DnsRecords) -> list[Judgement]:
    """SPF, DKIM and DMARC, in this order."""
    domain = replace(domain, name=normalised(domain.name))
    checks = (("SPF", _spf), ("DKIM", _dkim), ("DMARC", _dmarc))
    judgements = []
    for what, check in checks:
        try:
            good, text = check(domain, records)
        except AliasError as error:
            good, text = False, _of_alias(error)
        judgements.append(Judgement(what, good, text))
    return judgements


def _of_alias(error: AliasError) -> str:
    if error.circular:
        return f"the aliases of {error.name} lead in a circle: ask the relay what to set"
    return f"the name is an alias: add the TXT record of {error.name} to the records, and check again"


# SPF


def _spf(domain: Domain, records: DnsRecords) -> tuple[bool, str]:
    wanted = f'{domain.name}. TXT "v=spf1 {domain.relay} -all"'
    spf_records = _spf_records(domain.name, records)
    if len(spf_records) > 1:
        return False, f"there are {len(spf_records)} records, and one is allowed: {wanted}"
    terms = _terms(spf_records[0]) if spf_records else []
    visited = {domain.name}
    while (target := _redirect(terms)) is not None:
        redirected = _spf_records(target, records)
        if target in visited:
            return False, f"redirect={target} leads in a circle: {wanted}"
        if len(redirected) != 1:
            add = f"add the TXT record of {target} to the records, and check again"
            return False, f"it ends with redirect={target}: {add}"
        visited.add(target)
        terms = _terms(redirected[0])
    if not _allows(terms, domain.relay.lower(), records, visited):
        return False, f"the relay may not send for this domain: {wanted}"
    return _judged_end(terms, spf_records[0], wanted)


def _judged_end(terms: list[str], record: str, wanted: str) -> tuple[bool, str]:
    """What the record says of everybody else: the first `all` decides, wherever it is."""
    everybody = next((term for term in terms if _mechanism(term) == "all"), "")
    if not everybody:
        return False, f"it has no “all” at its end, so anybody may send: {wanted}"
    if everybody not in {"-all", "~all"}:
        return False, f"it says {everybody}, so anybody may send: {wanted}"
    return True, record


def _spf_records(name: str, records: DnsRecords) -> list[str]:
    return [text for text in records.texts(name) if text.lower().split(" ")[0] == "v=spf1"]


def _terms(record: str) -> list[str]:
    """Mechanisms and modifiers, in lower case."""
    return record.lower().split()[1:]


def _mechanism(term: str) -> str:
    return term.lstrip("+-~?")


def _redirect(terms: list[str]) -> str | None:
    """The domain whose record holds instead of this one; an `all` makes it void (RFC 7208, section 6.1)."""
    if any(_mechanism(term) == "all" for term in terms):
        return None
    return next((normalised(term.partition("=")[2]) for term in terms if term.startswith("redirect=")), None)


def _allows(terms: list[str], relay: str, records: DnsRecords, visited: set[str]) -> bool:
    """Whether the relay passes, by a term of its own or within an `include` that is among the records."""
    for term in terms:
        mechanism = _mechanism(term)
        if mechanism == "all":
            return term == "+all"
        if mechanism == relay:
            return term.startswith("+") or term == mechanism
        if term.removeprefix("+").startswith("include:"):
            target = normalised(mechanism.partition(":")[2])
            if target in visited:
                continue
            visited.add(target)
            if any(_allows(_terms(text), relay, records, visited) for text in _included(target, records)):
                return True
    return False


def _included(name: str, records: DnsRecords) -> list[str]:
    """The SPF records of an included domain, as far as they are among the records."""
    try:
        return _spf_records(name, records)
    except AliasError:
        return []


# DKIM


def _dkim(domain: Domain, records: DnsRecords) -> tuple[bool, str]:
    name = f"{domain.selector}._domainkey.{domain.name}"
    key_records = records.texts(name)
    tags = _tags(key_records[0]) if key_records else {}
    if not tags.get("p"):
        reason = "the key was taken back (p is empty)" if key_records else "there is no key"
        return False, f'{reason}: {name}. TXT "v=DKIM1; k=rsa; p=…" as the relay shows it'
    key = re.sub(r"\s", "", tags["p"]).rstrip("=")
    try:
        # Padding may be left out (RFC 6376, section 2.10).
        size = len(base64.b64decode(key + "=" * (-len(key) % 4), validate=True))
    except ValueError:
        return False, f"the key of {name} is not base64: copy it again from the relay"
    if tags.get("k", "rsa") == "rsa" and size < SMALLEST_RSA_KEY:
        return False, f"the RSA key of {name} has less than 2,048 bits: ask for a longer one"
    if "y" in re.split(r"\s*:\s*", tags.get("t", "").lower()):
        return False, f"the key of {name} says that it is a test (t=y), so it protects nothing: take t=y out"
    return True, f"{name}, {tags.get('k', 'rsa')}"


# DMARC


def _dmarc(domain: Domain, records: DnsRecords) -> tuple[bool, str]:
    name = f"_dmarc.{domain.name}"
    wanted = f'{name}. TXT "v=DMARC1; p=reject; adkim=s; aspf=s"'
    policies, inherited = _policies(domain.name, records), ""
    if not policies and (organisation := organisational_domain(domain.name)) not in {"", domain.name}:
        policies, inherited = _policies(organisation, records), f" of {organisation}"
    if len(policies) > 1:
        return False, f"there are {len(policies)} records{inherited}, and one is allowed: {wanted}"
    tags = _tags(policies[0]) if policies else {}
    policy = (tags.get("sp") if inherited else "") or tags.get("p", "")
    if not policy:
        return False, f"there is no policy, so false mail in your name is delivered: {wanted}"
    if policy.lower() != "reject":
        where = " into the spam folder" if policy.lower() == "quarantine" else ""
        reason = f"the policy{inherited} is “{policy.lower()}”"
        return False, f"{reason}, so false mail in your name is delivered{where}: {wanted}"
    if (share := tags.get("pct", "100")) != "100":
        return False, f"the policy{inherited} holds for {share} % of the mail only: {wanted}"
    return True, policies[0] + (f" (the policy{inherited})" if inherited else "")


def _policies(name: str, records: DnsRecords) -> list[str]:
    texts = records.texts(f"_dmarc.{name}")
    return [text for text in texts if re.match(r"v\s*=\s*dmarc1\s*(;|$)", text, re.I)]


def organisational_domain(name: str) -> str:
    """The domain that somebody registered: a public suffix and one label; '' for a public suffix itself."""
    return _public_suffixes().privatesuffix(name) or ""


@lru_cache(maxsize=1)
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs}
