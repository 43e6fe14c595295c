"""Checks that ask other machines: the public address and its proxy, the certificate, the relay, the onion."""

from __future__ import annotations

import http.client
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from campaign import clock
from campaign.mail.domain import judged
from campaign.mail.sender import PermanentError, TemporaryError
from campaign.messages import Message
from campaign.monitoring.findings import Finding, Level
from campaign.monitoring.surroundings import Surroundings
from campaign.untrusted import UnreadableError, json_value
from campaign.web.signing import Purpose, sign

#: Days before its end at which a certificate should long have been renewed (Let's Encrypt: 30 days before).
CERTIFICATE_DAYS = 14

#: Where the server says how a request reached it, and the address that a visitor might pretend to have
#: (RFC 5737: it belongs to nobody).
ECHO, PRETENDED = "/health/proxy", "203.0.113.99"


def of_address(here: Surroundings) -> Iterator[Finding]:
    """Ask the site through its public address, with a false X-Forwarded-For, what reached it."""
    url = here.settings.public_url
    if not url:
        text = Message("CAMPAIGN_PUBLIC_URL is not set, so nothing was asked from outside.")
        yield Finding("address", Level.NOTE, text)
        return
    token = sign(here.settings.secrets["form"], Purpose.DOCTOR, "")
    headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": PRETENDED}
    try:
        answer = here.network.get(url + ECHO, headers)
        seen = json_value(answer.body, 1_000) if answer.status == 200 else None
        client = str(seen["client"]) if seen else ""
    except (UnreadableError, LookupError, TypeError):
        client = ""
    except (OSError, http.client.HTTPException) as error:
        text = Message("The public address does not answer: %(reason)s.", reason=_reason(error))
        yield Finding("address", Level.BAD, text, Message("Check the proxy, the DNS and the firewall."))
        return
    yield _judged(client)


def _judged(client: str) -> Finding:
    """What follows from how the server saw the question: `client` is whose address it took."""
    if client == "proxy":
        return Finding("address", Level.GOOD, Message("The public address answers, and names the visitors."))
    advice = Message("Compare the proxy’s file with the one that “campaign deploy init” writes.")
    texts = {
        "visitor": Message("A visitor can choose the network that the budgets see."),
        "connection": Message("The proxy does not name the visitors: all of them share one budget."),
    }
    other = Message("Another server answers at the public address.")
    return Finding("address", Level.BAD, texts.get(client, other), advice)


def of_certificate(here: Surroundings) -> Iterator[Finding]:
    """Whether browsers accept the certificate, and for how long."""
    for url in filter(None, (here.settings.public_url, *here.settings.domains.values())):
        if not url.startswith("https://"):
            continue
        host = urlsplit(url).hostname or ""
        advice = Message("Look into the log of the program that renews it: the proxy or certbot.")
        try:
            end = here.network.certificate_end(url)
        except OSError as error:
            text = Message(
                "The certificate of %(host)s is not accepted: %(reason)s.", host=host, reason=_reason(error)
            )
            yield Finding("certificate", Level.BAD, text, advice)
            continue
        text = Message("The certificate of %(host)s ends on %(day)s.", host=host, day=end.date().isoformat())
        late = end - clock.now() < timedelta(days=CERTIFICATE_DAYS)
        level = Level.BAD if late else Level.GOOD
        yield Finding("certificate", level, text, advice if late else None)


def of_relay(here: Surroundings) -> Iterator[Finding]:
    """Whether the relay takes our name and password, over TLS."""
    url = here.settings.smtp_url
    if not url:
        level = Level.WARNING if here.settings.production else Level.NOTE
        advice = Message("Set CAMPAIGN_SMTP_URL and CAMPAIGN_MAIL_FROM.")
        yield Finding("relay", level, Message("No relay is set: no e-mail leaves this machine."), advice)
        return
    try:
        encrypted = here.network.relay(url)
    except (TemporaryError, PermanentError, smtplib.SMTPException, OSError) as error:
        text = Message("The relay does not accept us: %(reason)s.", reason=_reason(error))
        advice = Message("Check CAMPAIGN_SMTP_URL. Many hosting providers block port 25: use 587.")
        yield Finding("relay", Level.BAD, text, advice)
        return
    if encrypted or (urlsplit(url).hostname or "") in {"localhost", "127.0.0.1", "::1"}:
        yield Finding("relay", Level.GOOD, Message("The relay accepts us."))
    else:
        text = Message("The relay offers no TLS: everybody on the way can read the e-mails.")
        yield Finding("relay", Level.WARNING, text, Message("Use another port or another relay."))


def of_domain(here: Surroundings) -> Iterator[Finding]:
    """SPF, DKIM and DMARC of the sender's domain, from records that somebody gave."""
    if here.domain is None:
        text = Message("SPF, DKIM and DMARC were not looked at: their records were not given.")
        yield Finding("domain", Level.NOTE, text, Message("Give them: campaign doctor --records"))
        return
    wrong = [judgement for judgement in judged(*here.domain) if not judgement.good]
    for judgement in wrong:
        text = Message("%(what)s has to be set: %(record)s", what=judgement.what, record=judgement.text)
        yield Finding("domain", Level.BAD, text)
    if not wrong:
        yield Finding("domain", Level.GOOD, Message("SPF, DKIM and DMARC are in place."))


def of_onion(here: Surroundings) -> Iterator[Finding]:
    """The onion service, by way of Tor on this machine."""
    url = here.settings.onion_url
    if not url:
        return
    try:
        answer = here.network.onion(url, "/health")
    except ConnectionRefusedError:
        text = Message("The onion service was not asked: Tor does not listen on port 9050 of this machine.")
        yield Finding("onion", Level.NOTE, text)
        return
    except (OSError, http.client.HTTPException) as error:
        text = Message("The onion service does not answer: %(reason)s.", reason=_reason(error))
        yield Finding("onion", Level.BAD, text, Message("Look into Tor’s log: journalctl -u tor@default"))
        return
    if answer.status == 200:
        yield Finding("onion", Level.GOOD, Message("The onion service answers."))
    else:
        text = Message("The onion service answers with an error: %(status)s.", status=str(answer.status))
        yield Finding(
            "onion", Level.BAD, text, Message("Compare CAMPAIGN_ONION_URL with Tor’s file “hostname”.")
        )


def _reason(error: Exception) -> str:
    """An error in a few words, without what a password might be part of."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    return str(getattr(error, "verify_message", "") or getattr(error, "strerror", "") or type(error).__name__)
