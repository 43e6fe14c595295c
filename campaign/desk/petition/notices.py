"""What about the petition somebody should look at, for the desk's first page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign import clock
from campaign.coalition import store as coalition
from campaign.coalition.organisations import State
from campaign.coalition.store import LIVE
from campaign.database import db
from campaign.desk.access.session import settings
from campaign.desk.pages import at
from campaign.desk.paper.overview import late_sheets
from campaign.desk.petition.overview import petition_status, petitions
from campaign.mail import worker
from campaign.mail.outbox import Outbox
from campaign.people.roles import Permission
from campaign.petition import administration, counts, proposals, reasons
from campaign.services import service
from campaign.web.forwarding import ForwardedRequests
from campaign.web.open_edition import edition_cache

#: Seconds after which waiting mail is late.
LATE = 2 * 3600

#: Why nobody can sign, by the petition's status.
CLOSED_BECAUSE = {
    "no key": _l("Nobody can sign: no public key is installed."),
    "no terms": _l("Nobody can sign: petition.yaml does not say how long signatures are kept."),
    "no runner": _l("Nobody can sign: the campaign does not say who is responsible for the data."),
    "no mail": _l("Nobody can sign: no e-mail can be sent."),
    "paused": _l("Signing is paused."),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing about the petition that somebody should look at."""

    title: str
    text: str
    link: str


def notices() -> list[Notice]:
    """What is wrong or waits; pending changes and mail come first. Little before the first edition."""
    status = petition_status()
    listed = _pending()
    if not status:
        return listed
    page = at("signatures")
    # Mail and names wait when somebody has just signed: not everyone at the desk may know when.
    may_decide = g.desk.may(Permission.SIGNATURES)
    listed += [Notice(_("E-mail"), text, page) for text in _mail()] if may_decide else []
    if service(ForwardedRequests).seen:
        text = _("All visitors share one limit of requests: tell the operator to set CAMPAIGN_TRUSTED_HOPS.")
        listed.append(Notice(_("Server"), text, at("handbook_page", page_name="operators")))
    if status in CLOSED_BECAUSE:
        listed.append(Notice(_("Petition"), str(CLOSED_BECAUSE[status]), page))
    listed += [Notice(_("Names"), text, page) for text in _names()] if may_decide else []
    campaign = petitions().held(g.desk.slug).campaign
    listed += [Notice(_("Organisations"), text, at("organisations")) for text in _organisations(campaign)]
    listed += [Notice(_("Why people sign"), text, at("reasons_page")) for text in _reasons(campaign)]
    if late := late_sheets(campaign):
        listed.append(Notice(_("On paper"), late, at("paper")))
    if counts.open_lists(db.session, campaign):
        listed.append(Notice(_("Exclusion lists"), _("A list is waiting for a second person."), page))
    return listed


def _names() -> Iterator[str]:
    """How many names wait for a decision."""
    if waiting := sum(not name.shown for name in administration.names(db.session, g.desk.slug)):
        yield ngettext(
            "%(num)s name is waiting to be shown.", "%(num)s names are waiting to be shown.", waiting
        )


def _organisations(campaign: int) -> Iterator[str]:
    """How many organisations wait for a decision, and how many that withdrew are still in the edition."""
    if not g.desk.may(Permission.SIGNATURES):
        return
    rows, edition = coalition.rows(db.session, campaign), edition_cache().newest()[g.desk.slug]
    if waiting := sum(row.state == State.WAITING.value for row in rows):
        yield ngettext(
            "%(num)s organisation is waiting to be shown.",
            "%(num)s organisations are waiting to be shown.",
            waiting,
        )
    published = {one.key for one in edition.pack.supporting}
    gone = [row for row in rows if row.state not in LIVE and row.key in published]
    if gone:
        yield ngettext(
            "%(num)s organisation no longer supports the petition. Publish without it.",
            "%(num)s organisations no longer support the petition. Publish without them.",
            len(gone),
        )


def _reasons(campaign: int) -> Iterator[str]:
    """How many texts of signers wait to be read."""
    if not g.desk.may(Permission.REASONS):
        return
    if waiting := reasons.count(db.session, campaign, reasons.State.WAITING):
        yield ngettext(
            "%(num)s text of a signer is waiting to be read.",
            "%(num)s texts of signers are waiting to be read.",
            waiting,
        )


def _pending() -> list[Notice]:
    """Changes that wait for another owner or for the time to object."""
    waiting = len(proposals.pending(db.session, g.desk.slug, clock.now()))
    if not waiting or not g.desk.may(Permission.PUBLISH):
        return []
    text = ngettext("%(num)s change is pending.", "%(num)s changes are pending.", waiting)
    return [Notice(_("Pending changes"), text, at("pending"))]


def _mail() -> Iterator[str]:
    """What is wrong with the mail."""
    mail = service(Outbox).waiting()
    if mail.count and not worker.alive(settings(), clock.seconds()):
        yield _("The mail worker has stopped: restart the server.")
    elif mail.oldest > LATE:
        yield _("E-mails have been waiting for hours: check that the relay accepts them.")
    if unreadable := service(Outbox).unreadable():
        yield ngettext(
            "%(num)s e-mail cannot be sent: this server does not have its key. Another server may have it.",
            "%(num)s e-mails cannot be sent: this server does not have their keys. "
            "Another server may have them.",
            unreadable,
        )
    if refused := sum(mail.refused.values()):
        yield ngettext("%(num)s e-mail was rejected.", "%(num)s e-mails were rejected.", refused)
