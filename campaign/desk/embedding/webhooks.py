"""Webhooks: owners name addresses that get numbers and editions, and see what became of each message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import clock
from campaign.database import db
from campaign.desk.embedding.forms import EVENT_NAMES, ActionForm, WebhookForm
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, back_to, page
from campaign.editions import store
from campaign.editions.models import Campaign
from campaign.languages.dates import moment
from campaign.monitoring.webhooks import secret_of
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.people.roles import Permission
from campaign.webhooks import hooks, signing
from campaign.webhooks.hooks import WebhookError
from campaign.webhooks.models import Webhook

pages = Pages()


@pages.page("/<slug>/webhooks", Permission.WEBHOOKS)
def webhooks() -> ResponseReturnValue:
    """Every webhook of the campaign with its last messages, and a form for another one."""
    return _page(WebhookForm())


def _page(form: WebhookForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    campaign = audit.campaign_of(db.session, g.desk.slug)
    shown = [(hook, hooks.log(db.session, hook)) for hook in hooks.of_campaign(db.session, campaign)]
    values = {
        "form": form,
        "shown": shown,
        "most": hooks.MOST,
        "event_names": {event.value: name for event, name in EVENT_NAMES.items()},
        "answers": _answers(),
        "time": lambda seconds: moment(datetime.fromtimestamp(seconds, UTC), g.address["language"]),
        "message": "",
        "secret": "",
    }
    return page("desk/embedding/webhooks.html", status, **{**values, **more})


def _answers() -> dict[str, str]:
    """What happened where there was no answer, in words."""
    return {
        "name": _("The host was not found."),
        "private": _("The host is not on the public internet."),
        "connection": _("No connection."),
        "tls": _("The certificate is not valid."),
        "timeout": _("No answer in time."),
        "answer": _("No answer that can be read."),
    }


@pages.page("/<slug>/webhooks", Permission.WEBHOOKS, methods=["POST"])
def add_webhook() -> ResponseReturnValue:
    """Add a webhook; its secret is shown once."""
    form = posted(WebhookForm)
    if not form.validate():
        return _page(form, 422)
    try:
        with store.writing(db.session, g.desk.slug) as campaign:
            url = (form.url.data or "").strip()
            hook = hooks.add(db.session, campaign.id, url, form.events_list.data or ())
            salt = hook.salt
            _note(campaign, hook, "added")
    except WebhookError:
        return _page(form, 422, message=_("This campaign has five webhooks already. Remove one first."))
    return _page(WebhookForm(), secret=signing.written(signing.key_of(secret_of(current_app), salt)))


@pages.page("/<slug>/webhooks/<int:number>", Permission.WEBHOOKS, methods=["POST"])
def change_webhook(number: int) -> ResponseReturnValue:
    """Send a test, switch it off or on, or remove it."""
    what = posted(ActionForm).do.data
    if what not in {"test", "off", "on", "remove"}:
        abort(400)
    try:
        with store.writing(db.session, g.desk.slug) as campaign:
            hook = hooks.find(db.session, campaign.id, number)
            _change(campaign, hook, what)
    except LookupError:
        abort(404)
    return back_to("webhooks", said="done")


def _change(campaign: Campaign, hook: Webhook, what: str) -> None:
    if what == "test":
        hooks.test(db.session, hook, campaign.slug)
        return
    _note(campaign, hook, {"on": "switched on", "off": "switched off", "remove": "removed"}[what])
    if what == "remove":
        hooks.remove(db.session, hook)
    else:
        hooks.switch(db.session, hook, what == "on")


def _note(campaign: Campaign, hook: Webhook, what: str) -> None:
    """Write to the audit what was done; of the address its host alone, for its path may be a secret."""
    host = urlsplit(hook.url).hostname or ""
    event = AuditEvent(g.desk.sign_in.person.email, AuditVerb.CHANGE_WEBHOOK, host, what)
    audit.write(db.session, campaign.id, event, clock.now())
