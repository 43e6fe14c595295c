"""What signers wrote of why they sign: an organiser reads each text, and shows it or refuses it as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from campaign import clock
from campaign.database import db
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, back_to, page
from campaign.desk.petition.forms import ReasonsForm
from campaign.desk.petition.overview import petitions
from campaign.languages.countries import countries
from campaign.people.roles import Permission
from campaign.petition import reasons
from campaign.petition.journal import Journal
from campaign.petition.models import Reason
from campaign.petition.reasons import LISTED, Organiser, State
from campaign.petition.shown_reasons import ShownReasons
from campaign.services import service
from campaign.untrusted import whole_number
from campaign.web.open_edition import campaign_day, edition_cache

pages = Pages()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the texts in one state: how many there are, its number, and the number of the last one."""

    texts: list[Reason]
    total: int
    number: int
    last: int


@pages.page("/<slug>/reasons", Permission.REASONS)
def reasons_page() -> ResponseReturnValue:
    """Texts that wait, and those that are shown."""
    return _page()


def _page(status: int = 200, message: str = "") -> ResponseReturnValue:
    values: dict[str, Any] = {
        "waiting": _sheet(State.WAITING, reasons.waiting),
        "shown": _sheet(State.SHOWN, reasons.shown),
        "at_risk": _at_risk(),
        "is_on": _is_on(),
        "country_names": countries(g.address["language"]),
        "message": message,
        "fresh": g.desk.sign_in.fresh(clock.now()),
    }
    return page("desk/petition/reasons.html", status, **values)


def _sheet(state: State, read: Callable[[Session, int, int], list[Reason]]) -> Sheet:
    """The page that the address asks for; the last one if there are not so many any more."""
    campaign = petitions().held(g.desk.slug).campaign
    total = reasons.count(db.session, campaign, state)
    last = max(-(-total // LISTED), 1)
    number = min(max(whole_number(request.args.get(state.value, "1")) or 1, 1), last)
    return Sheet(read(db.session, campaign, number), total, number, last)


@pages.page("/<slug>/reasons", Permission.REASONS, methods=["POST"])
def decide_reasons() -> ResponseReturnValue:
    """Show those that are ticked, or refuse them: several at once, and none is changed."""
    form = posted(ReasonsForm)
    numbers = sorted(form.reason_list.data)[:LISTED]
    if not numbers:
        return _page(422, _("Tick the texts that you have decided on."))
    by = Organiser(g.desk.email, campaign_day(g.desk.slug))
    if form.do.data == "show":
        done = reasons.accept(db.session, g.desk.slug, by, numbers, _at_risk())
    elif form.do.data == "refuse":
        done = reasons.refuse(db.session, g.desk.slug, by, numbers, service(Journal))
    else:
        abort(400)
    service(ShownReasons).reload()
    if not done:
        return _page(409, _("Nothing has changed: others have decided, or the writers took it back."))
    return back_to("reasons_page", said="done")


def _is_on() -> bool:
    """Whether the newest edition lets signers say why they sign."""
    edition = edition_cache().newest().get(g.desk.slug)
    return edition is not None and edition.pack.terms.reasons


def _at_risk() -> tuple[str, ...]:
    edition = edition_cache().newest().get(g.desk.slug)
    return edition.pack.countries_at_risk if edition else ()
