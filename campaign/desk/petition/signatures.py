"""The petition at the desk: key, switches, mail, names to let through, void lists, the sealed list."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign import clock, email_address
from campaign.database import db
from campaign.desk import charts
from campaign.desk.access.session import settings
from campaign.desk.pages import Pages, at, back_to, download, page, upload
from campaign.desk.paper.sheets import late_sheets
from campaign.mail import worker
from campaign.mail.outbox import Outbox
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.people.roles import Permission
from campaign.petition import administration, counts, exclusions, export
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.signatures import exclusion_list, public_keys
from campaign.signatures.public_keys import KeyFileError
from campaign.web.open_edition import campaign_day, edition_cache

pages = Pages()

#: Bytes of a void list: about 50 a line.
MOST_BYTES = 20 * 1024 * 1024

#: Seconds after which waiting mail is late.
LATE = 2 * 3600


@pages.page("/<slug>/signatures", Permission.READ)
def signatures() -> ResponseReturnValue:
    """How the petition stands, and what can be done about it."""
    return _page()


def _page(status: int = 200, message: str = "", **typed: Any) -> ResponseReturnValue:
    slug, today = g.desk.slug, campaign_day(g.desk.slug)
    held = _petitions().held(slug, fresh=True)
    edition = edition_cache().newest().get(slug)
    standing = _petitions().standing(slug, edition.pack.terms, today) if edition else None
    open_lists = counts.open_lists(db.session, held.campaign)
    values = {
        "standing": standing.value if standing else "",
        "held": held,
        "keys": [
            (key.epoch, public_keys.fingerprint(key), added)
            for key, added in administration.keys(db.session, slug)
        ],
        "by_day": charts.days(counts.by_day(db.session, held.campaign, today), today),
        "by_country": charts.countries(counts.by_country(db.session, held.campaign), g.address["language"]),
        "doubtful": counts.doubtful(db.session, held.campaign),
        "mail": service(Outbox).waiting(),
        "alive": worker.alive(settings(), clock.seconds()),
        "caught": not settings().smtp_url,
        "names": administration.names(db.session, slug),
        "lists": [
            (one, exclusion_list.reasons(exclusion_list.read(one.body, slug)).most_common(12))
            for one in open_lists
        ],
        "trustees": typed.get("trustees", administration.trustees(db.session, held.campaign)),
        "fresh": g.desk.here.fresh(clock.now()),
        "typed": typed,
        "message": message,
    }
    return page("desk/petition/signatures.html", status, **values)


@pages.page("/<slug>/signatures/pause", Permission.SIGNATURES, methods=["POST"])
def pause() -> ResponseReturnValue:
    """Stop signing, or let it go on, by one button."""
    administration.pause(db.session, g.desk.slug, _who(), request.form.get("pause") == "yes")
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/key", Permission.KEYS, methods=["POST"])
def publish_key() -> ResponseReturnValue:
    """The public half of a new key, as a line."""
    line = request.form.get("public", "")
    try:
        key = public_keys.read_public_line(line)
        if key.slug != g.desk.slug:
            raise KeyFileError("another campaign")
        administration.publish_key(db.session, key, _who(), campaign_day(g.desk.slug))
    except KeyFileError:
        said = _("This is not the next public key of this campaign. Copy the whole line of the .pub file.")
        return _page(422, said, public=line)
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/trustees", Permission.KEYS, methods=["POST"])
def set_trustees() -> ResponseReturnValue:
    """Who gets the day's manifest, an address a line."""
    typed = request.form.get("trustees", "")[:5_000]
    for line in typed.split():
        try:
            email_address.parse(line)
        except ValueError:
            return _page(422, _("“%(text)s” is not an e-mail address.", text=line), trustees=typed)
    administration.set_trustees(db.session, g.desk.slug, _who(), "\n".join(typed.split()))
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/names", Permission.SIGNATURES, methods=["POST"])
def decide_names() -> ResponseReturnValue:
    """Let names through, or take them out for good."""
    show, drop = (_numbers(request.form.getlist(field)) for field in ("show_list", "drop_list"))
    administration.decide_names(db.session, g.desk.slug, _who(), show, drop)
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/mail", Permission.SIGNATURES, methods=["POST"])
def forget_refused() -> ResponseReturnValue:
    """The mails that relays refused have been seen."""
    service(Outbox).forget_refused()
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/void", Permission.SIGNATURES, methods=["POST"])
def propose_void() -> ResponseReturnValue:
    """A void list is put before the others."""
    data = upload("list", MOST_BYTES)
    if len(data) > MOST_BYTES:
        return _page(422, _("This file is too large."))
    try:
        exclusions.propose(db.session, g.desk.slug, data.decode("utf-8"), _organiser())
    except UnicodeDecodeError:
        return _page(422, _("This is not a void list."))
    except exclusion_list.ExclusionError as error:
        return _page(422, _("This is not a void list of this campaign: see line %(line)s.", line=error.line))
    return back_to("signatures", said="proposed")


@pages.page("/<slug>/signatures/void/<int:number>", Permission.SIGNATURES, methods=["POST"])
def carry_out_void(number: int) -> ResponseReturnValue:
    """A second person agrees, and it is done; or the list is put away."""
    try:
        if request.form.get("do") == "drop":
            exclusions.drop(db.session, g.desk.slug, number, _who())
            return back_to("signatures", said="done")
        exclusions.carry_out(db.session, g.desk.slug, number, _organiser())
    except LookupError:
        abort(404)
    except PermissionError:
        return _page(409, _("You uploaded this list. Somebody else has to agree."))
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/sealed", Permission.KEYS, methods=["POST"])
def take_sealed() -> ResponseReturnValue:
    """The sealed list as one file, for trustees."""
    campaign = audit.campaign_of(db.session, g.desk.slug)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signatures.campaign"
        digest = export.write(db.engine, g.desk.slug, campaign, path, campaign_day(g.desk.slug))
        body = path.read_bytes()
    administration.tell(db.session, g.desk.slug, AuditEvent(_who(), AuditVerb.EXPORT_SIGNATURES, "", digest))
    return download(body, f"{g.desk.slug}-signatures.campaign", "application/octet-stream")


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing about the petition that somebody should look at."""

    title: str
    text: str
    link: str


def notices() -> list[Notice]:
    """What is wrong or waits, for the desk's first page; mail comes first."""
    found: list[tuple[str, str]] = []
    edition = edition_cache().newest().get(g.desk.slug)
    if edition is None:
        return []
    held = _petitions().held(g.desk.slug)
    mail = service(Outbox).waiting()
    if mail.mails and not worker.alive(settings(), clock.seconds()):
        found.append((_("E-mail"), _("The mail worker has stopped: restart the server.")))
    elif mail.oldest > LATE:
        found.append(
            (_("E-mail"), _("E-mails have been waiting for hours: check that the relay accepts them."))
        )
    if refused := sum(mail.refused.values()):
        found.append(
            (_("E-mail"), ngettext("%(num)s e-mail was rejected.", "%(num)s e-mails were rejected.", refused))
        )
    standing = _petitions().standing(g.desk.slug, edition.pack.terms, campaign_day(g.desk.slug)).value
    if standing in _SHUT:
        found.append((_("Petition"), str(_SHUT[standing]())))
    waiting = sum(not one.shown for one in administration.names(db.session, g.desk.slug))
    if waiting:
        found.append(
            (
                _("Names"),
                ngettext(
                    "%(num)s name is waiting to be shown.", "%(num)s names are waiting to be shown.", waiting
                ),
            )
        )
    if late := late_sheets(held.campaign):
        found.append((_("On paper"), late))
    if counts.open_lists(db.session, held.campaign):
        found.append((_("Void lists"), _("A list is waiting for a second person.")))
    paper = _("On paper")
    return [Notice(title, text, at("paper" if title == paper else "signatures")) for title, text in found]


_SHUT = {
    "no key": lambda: _("Nobody can sign: no public key is installed."),
    "no terms": lambda: _("Nobody can sign: petition.yaml does not say how long signatures are kept."),
    "no mail": lambda: _("Nobody can sign: no e-mail can be sent."),
    "paused": lambda: _("Signing is paused."),
}


def _petitions() -> Petitions:
    found: Petitions = service(Petitions)
    return found


def _who() -> str:
    return str(g.desk.here.person.email)


def _organiser() -> exclusions.Organiser:
    return exclusions.Organiser(g.desk.here.person.id, _who(), campaign_day(g.desk.slug))


def _numbers(given: list[str]) -> set[int]:
    return {int(one) for one in given if one.isdigit() and len(one) < 20}
