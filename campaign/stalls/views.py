"""The page on which a batch from a stall is handed over, by its file or its codes, with a one-time code."""

from __future__ import annotations

from functools import partial

from flask import Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import AWAY, db
from campaign.petition.pages.common import busy_message
from campaign.petition.status import PetitionRecord, Petitions
from campaign.services import service
from campaign.signatures.stall_file import MOST_BYTES as MOST_FILE
from campaign.stalls import batches
from campaign.stalls.batches import Stall, StallError
from campaign.stalls.wording import said
from campaign.web import budgets, errors, guard, limits, offers, tokens, uploads
from campaign.web.addresses import page_address
from campaign.web.open_edition import campaign_day, edition_cache, open_edition
from campaign.web.private_pages import private, see_other
from campaign.web.routes import Routes

routes = Routes()

#: Bytes of the form: a batch, and its few other fields.
_OTHER_BYTES = 64 * 1024
MOST_BYTES = MOST_FILE + _OTHER_BYTES


def open_campaign() -> None:
    """Put the campaign of the address into `g.edition`; this form alone may be as large as a batch."""
    open_edition(**{name: g.address[name] for name in ("language", "slug")})
    if request.method == "POST":
        if request.mimetype == "multipart/form-data":
            request.takes_files = True  # type: ignore[attr-defined]
            request.max_content_length = MOST_BYTES
            request.max_form_memory_size = _OTHER_BYTES
        if guard.doubled(request.form):
            abort(400)


@routes.get("/stall")
def hand_in() -> ResponseReturnValue:
    """Where a batch is chosen."""
    _record()
    return _page()


@routes.post("/stall")
@limits.limited(budgets.FORM)
def hand_in_post() -> ResponseReturnValue:
    """Keep the batch; or the form again, with what is wrong. The file has to be chosen again."""
    record = _record()
    if uploads.larger_than(request, MOST_FILE):
        return _page(uploads.too_large(MOST_FILE), "batch", 413)
    if problem := tokens.form_problem(purpose(g.edition.pack.slug)):
        return _page(problem)
    sent = request.files.get("batch")
    body = sent.read() if sent else b""
    if not body:
        return _page(str(_("Choose the file of a batch.")), "batch")
    code = request.form.get("code", "")
    try:
        batch = batches.hand_over(db.session, stall(g.edition.pack.slug), body, code)
    except StallError as error:
        return _page(said(error), "code" if error.reason == "code" else "batch")
    except AWAY:
        db.session.rollback()
        response = _page(busy_message(), status=errors.unavailable())
        response.headers["Retry-After"] = errors.LATER
        return response
    assert record.campaign == batch.batch.campaign_id
    again = {"again": 1} if batch.again else {}
    return see_other(page_address("stalls.handed_in", batch=batch.batch.id, **again))


@routes.get("/stall/<batch>")
def handed_in(batch: str) -> ResponseReturnValue:
    """The receipt of a batch that is here; only who has its file knows its number."""
    row = batches.of(db.session, _record().campaign, batch)
    if row is None or row.state == batches.REFUSED:
        abort(404)
    return private(render_template("petition/stall-taken.html", batch=row, again="again" in request.args))


def stall(slug: str) -> Stall:
    """Where batches of a campaign go."""
    edition = edition_cache().newest()[slug]
    keys = service(Petitions).server_keys(slug)
    erase_on = partial(edition_cache().erase_on, slug)
    return Stall(slug, edition.number, keys, campaign_day(slug), erase_on)


def purpose(slug: str) -> str:
    """What the form token is for."""
    return f"stall/{slug}"


def _record() -> PetitionRecord:
    """What is stored of the petition; 404 where nothing can have been sealed."""
    offers.need("petition")
    record = service(Petitions).held(g.edition.pack.slug)
    if record.key is None:
        abort(404)
    return record


def _page(problem: str = "", field: str = "", status: int = 0) -> Response:
    g.camera = True
    page = render_template(
        "petition/stall.html",
        problem=problem,
        field=field,
        most=MOST_FILE,
        code=request.form.get("code", ""),
        form_token=tokens.make(tokens.secret(), purpose(g.edition.pack.slug)),
    )
    return private(page, status or (422 if problem else 200))
