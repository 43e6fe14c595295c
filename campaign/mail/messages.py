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
    """One message to one mailbox; `parts` are subject, text and HTML ('' for none)."""
    subject, text, html = parts
    made = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
    made["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    made["Date"] = format_datetime(clock.now())
    made["From"] = _address(sender, sender_name)
    made["To"] = _address(to)
    made["Subject"] = subject
    made["Auto-Submitted"] = "auto-generated"
    # Quoted-printable leaves the long address of a link whole for every reader.
    made.set_content(text, cte="quoted-printable")
    if html:
        made.add_alternative(html, subtype="html", cte="quoted-printable")
    return made


def _address(mailbox: str, name: str = "") -> Address:
    """An address for a header; its local part may be beyond ASCII (RFC 6532)."""
    local, _at, domain = mailbox.rpartition("@")
    return Address(name, local, domain)
