"""From what is in the outbox to a message, in the reader's language."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from campaign.mail.body import as_html, as_text
from campaign.mail.messages import message
from campaign.mail.wording import body_of
from campaign.web import languages


def compose(name: str, content: dict[str, Any], sender: str) -> EmailMessage:
    """The message of an e-mail. `content` names its `kind`, `to`, `language` and the values of its kind.

    Its subject is the heading of its body unless `content` has one.
    """
    code = content["language"]
    with languages.forced(code):
        body = body_of(content)
        subject = str(content.get("subject") or body.heading)
        parts = (subject, as_text(body, code), as_html(body, code, subject))
    return message(name, content["to"], sender, content.get("name", ""), parts)
