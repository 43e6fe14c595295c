"""The page of a campaign on which a broken link, or the e-mail with it, is pasted."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from campaign.petition.pages.mail_links import answer_to_pasted
from campaign.web.routes import Routes

routes = Routes()


@routes.route("/link", methods=["GET", "POST"])
def link() -> ResponseReturnValue:
    """For a link that a mail program broke: paste it, and it is put together again."""
    pasted = request.form.get("link", "") if request.method == "POST" else ""
    return answer_to_pasted(pasted, request.method == "POST")
