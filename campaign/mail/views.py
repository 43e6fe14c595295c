"""The box on this machine: while no relay is set, e-mail is caught here and can be read."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, abort, make_response, render_template
from flask.typing import ResponseReturnValue

from campaign.mail.sender import CatchBox
from campaign.services import service
from campaign.settings import Settings
from campaign.web.forwarding import is_from_this_machine

blueprint = Blueprint("mail", __name__, url_prefix="/mail")

_LINK = re.compile(r"<(https?://[^<>\s]+)>")


@blueprint.get("/")
def box() -> ResponseReturnValue:
    """The caught e-emails, the newest first. Only on this machine, and only while no relay is set."""
    settings = service(Settings)
    if settings.production or settings.smtp_url or not is_from_this_machine():
        abort(404)
    emails = [_mail_values(path) for path in CatchBox(settings.data / "caught").caught()]
    response = make_response(render_template("mail/box.html", emails=emails))
    response.headers["Cache-Control"] = "no-store"
    return response


def _mail_values(path: Path) -> dict[str, object]:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("plain",))
    text = str(part.get_content()) if part else ""
    return {
        "to": str(message["To"]),
        "subject": str(message["Subject"]),
        "sent": message["Date"].datetime,
        "text": text,
        "links": _LINK.findall(text),
    }
