"""From what is in the outbox to a message: its template filled in, in the reader's language."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from flask import render_template
from flask_babel import force_locale

from campaign.mail.messages import message

#: Kinds that have a template in HTML as well as the text.
WITH_HTML = {"confirm"}


def compose(name: str, content: dict[str, Any], sender: str) -> EmailMessage:
    """The message of an e-mail. `content` names its `kind` (a template), `to`, `language` and its values."""
    with force_locale(content["language"]):
        subject = content["subject"]
        text = render_template(f"mail/{content['kind']}.txt", **content)
        html = (
            render_template(f"mail/{content['kind']}.html", **content) if content["kind"] in WITH_HTML else ""
        )
    return message(name, content["to"], sender, content.get("name", ""), (subject, text, html))
