"""The petition's page: how it stands, and what can be done about it."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from campaign import clock
from campaign.database import db, in_utc
from campaign.desk import counts as desk_counts
from campaign.desk.access.session import settings
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.pages import Pages, page
from campaign.desk.petition.forms import EventForm, KeyForm, ServerForm, TrusteesForm
from campaign.mail import worker
from campaign.mail.outbox import Outbox
from campaign.people.roles import Permission
from campaign.petition import administration, consequences, counts, event_networks, other_servers
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.signatures import exclusion_list, manifest, public_keys
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day, campaign_zone, edition_cache

pages = Pages()


@pages.page("/<slug>/signatures", Permission.READ)
def signatures() -> ResponseReturnValue:
    """How the petition stands, and what can be done about it."""
    return signatures_page()


def signatures_page(status: int = 200, message: str = "", **forms: Any) -> ResponseReturnValue:
    """The page with a message, and what was typed into one of its forms."""
    record = petitions().held(g.desk.slug, fresh=True)
    trustees = administration.trustees(db.session, record.campaign)
    values = {
        "petition_status": petition_status(),
        "held": record,
        "keys": _keys(),
        "names": administration.names(db.session, g.desk.slug),
        "lists": _exclusion_lists(record.campaign),
        "fresh": g.desk.sign_in.fresh(clock.now()),
        "message": message,
        "key_form": KeyForm(),
        "event_form": EventForm(),
        "event_zone": str(campaign_zone(g.desk.slug)),
        "events": _events(record.campaign),
        "servers": other_servers.of(db.session, record.campaign),
        "server_problems": {reason: translated(why) for reason, why in other_servers.PROBLEMS.items()},
        "server_form": ServerForm(),
        "own_counts_key": manifest.public_key(settings().secrets["manifest"]).hex(),
        "trustees_form": TrusteesForm(trustees=trustees),
        "may_try": not settings().production and record.key is None,
        "sealed": consequences.signatures(db.session, record.campaign),
        **_counts(record.campaign),
        **_mail(),
    }
    return page("desk/petition/signatures.html", status, **{**values, **forms})


def petitions() -> Petitions:
    """The petitions of the site."""
    return service(Petitions)


def petition_status() -> str:
    """Whether people can sign, or why not; 'none' without a petition, '' before the first edition."""
    edition = edition_cache().newest().get(g.desk.slug)
    if edition is None:
        return ""
    if not edition.pack.petition:
        return "none"
    return petitions().status(g.desk.slug, edition.pack, campaign_day(g.desk.slug)).value


def has_petition(slug: str) -> bool:
    """Whether there is a petition, in the newest edition or in the draft, or signatures of an earlier one."""
    edition = edition_cache().newest().get(slug)
    if edition is None or edition.pack.petition:
        return True
    if any(path.startswith("petition.") for path in draft_snapshot(slug).files):
        return True
    return consequences.signatures(db.session, petitions().held(slug).campaign) > 0


def _keys() -> list[tuple[int, str, Any]]:
    """Epoch, fingerprint and first day of each key."""
    known = administration.keys(db.session, g.desk.slug)
    return [(key.epoch, public_keys.fingerprint(key), added) for key, added in known]


def _exclusion_lists(campaign: int) -> list[tuple[Any, Any]]:
    """The lists that wait for a second person, each with its most common reasons."""
    waiting = counts.open_lists(db.session, campaign)
    lines = [(row, exclusion_list.read(row.body, g.desk.slug)) for row in waiting]
    return [(row, exclusion_list.reasons(read).most_common(12)) for row, read in lines]


def _events(campaign: int) -> list[tuple[Any, Any, Any]]:
    """The events that have not ended, each with its hours by the campaign's clock."""
    zone = campaign_zone(g.desk.slug)
    rows = event_networks.coming(db.session, campaign)
    return [(row, in_utc(row.begins).astimezone(zone), in_utc(row.ends).astimezone(zone)) for row in rows]


def _counts(campaign: int) -> dict[str, Any]:
    """The signatures as pictures, and how many are in doubt."""
    return {
        "by_day": desk_counts.signatures_by_day(campaign, campaign_day(g.desk.slug)),
        "by_country": desk_counts.signatures_by_country(),
        "doubtful": counts.doubtful(db.session, campaign),
    }


def _mail() -> dict[str, Any]:
    """What waits to be sent, and whether anything sends it."""
    return {
        "mail": service(Outbox).waiting(),
        "alive": worker.alive(settings(), clock.seconds()),
        "caught": not settings().smtp_url,
    }
