"""One e-mail as a message: headers, text and HTML.

Built by the standard library alone, whose policy refuses line ends in headers.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from campaign import clock


def message(name: str, to: str, sender: str, sender_name: str, parts: tuple[str, str, str]) -> EmailMessage:
    """One message to one e-mail address; `parts` are subject, text and HTML ('' for none)."""
    subject, text, html = parts
    mail = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
    mail["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    mail["Date"] = format_datetime(clock.now())
    mail["From"] = _address(sender, sender_name)
    mail["To"] = _address(to)
    mail["Subject"] = subject
    mail["Auto-Submitted"] = "auto-generated"
    # Quoted-printable leaves the long address of a link whole for every reader.
    mail.set_content(text, cte="quoted-printable")
    if html:
        mail.add_alternative(html, subtype="html", cte="quoted-printable")
    return mail


def _address(address: str, name: str = "") -> Address:
    """An address for a header; its local part may be beyond ASCII (RFC 6532)."""
    local, _at, domain = address.rpartition("@")
    return Address(name, local, domain)
