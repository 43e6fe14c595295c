"""The page on which somebody gives the organisers a picture of the answer, sealed to the campaign's key."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.answers import given, taking
from campaign.answers.given import GivenAnswer
from campaign.answers.taking import purpose
from campaign.database import db, transaction
from campaign.languages.countries import countries
from campaign.languages.typography import listed
from campaign.letters import returning
from campaign.letters.returning import UnusableSlipError
from campaign.letters.slips import VALID, Slip
from campaign.petition.proof_of_work import Proof
from campaign.petition.status import PetitionRecord, Petitions
from campaign.photographs import sanitise
from campaign.photographs.sanitise import PhotographError
from campaign.services import service
from campaign.signatures.sealing import PublicKey
from campaign.web import budgets, guard, languages, limits, single_use, tokens, uploads
from campaign.web.addresses import page_address
from campaign.web.messages import translated
from campaign.web.open_edition import open_edition
from campaign.web.private_pages import private, see_other
from campaign.web.routes import Routes
from campaign.web.tokens import ReadToken, TokenError

routes = Routes()

#: Bytes of the form: a picture, and its few other fields.
_OTHER_BYTES = 64 * 1024
MOST_BYTES = sanitise.MOST_BYTES + _OTHER_BYTES


def open_campaign() -> None:
    """Put the campaign of the address into `g.edition`; this form alone may be as large as a picture."""
    open_edition(**g.address)
    if request.method == "POST":
        if request.mimetype == "multipart/form-data":
            request.takes_files = True  # type: ignore[attr-defined]
            request.max_content_length = MOST_BYTES
            request.max_form_memory_size = _OTHER_BYTES  # for the fields beside the picture
        if guard.doubled(request.form):
            abort(400)


def is_offered() -> bool:
    """Whether the current campaign takes answers: there must be a key to seal to."""
    return _key() is not None


def _record() -> PetitionRecord | None:
    try:
        return service(Petitions).held(g.edition.pack.slug)
    except LookupError:
        return None


def _key() -> PublicKey | None:
    record = _record()
    open_still = record is not None and record.erased is None and record.archived is None
    return record.key if record is not None and open_still else None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a picture is not taken now: the field that it is about, the status, seconds until it may be."""

    problem: str
    field: str = "picture"
    status: int = 422
    wait: int = 0


@routes.get("/slip/<code>/answer")
def give(code: str) -> ResponseReturnValue:
    """Where a picture of the answer is chosen."""
    _opened_slip(code)
    return _page(code)


@routes.post("/slip/<code>/answer")
@limits.limited(budgets.FORM)
def give_post(code: str) -> ResponseReturnValue:
    """Seal the picture; or the form again, with what is wrong. The picture has to be chosen again."""
    slip, (campaign, key) = _opened_slip(code)
    if uploads.larger_than(request, sanitise.MOST_BYTES):
        too_large = Refusal(uploads.too_large(sanitise.MOST_BYTES), status=413)
        return _page(code, too_large, request.form.get("form_token", ""))
    try:
        token = taking.form_token()
    except TokenError as error:
        return _page(code, Refusal(tokens.message([str(error)])))
    proof = taking.form_proof()
    if refusal := _refusal(token, proof):
        return _page(code, refusal, request.form.get("form_token", ""))
    sent = request.files.get("picture")
    try:
        picture = sanitise.sanitised(sent.read() if sent else b"").large
    except PhotographError as error:
        return _page(code, Refusal(translated(error.message)), request.form.get("form_token", ""))
    answer = GivenAnswer(slip.addressee, slip.language, request.form.get("may_show") == "yes", picture)
    if problem := _take(slip, campaign, given.seal(key, answer), proof):
        return _page(code, Refusal(problem))
    return see_other(page_address("answers.slip", code=code, given=1))


def _refusal(token: ReadToken, proof: Proof | None) -> Refusal | None:
    """What keeps a picture from being taken now, before anybody looks at it."""
    if g.edition.pack.countries_at_risk and request.form.get("elsewhere") != "yes":
        return Refusal(str(_("Read the notice, then tick the box under it.")), "elsewhere")
    problem, wait = taking.too_soon(token, proof)
    return Refusal(problem, status=429 if wait else 422, wait=wait) if problem else None


def _opened_slip(code: str) -> tuple[Slip, tuple[int, PublicKey]]:
    """The slip, and where its answer goes; 404 where none is taken."""
    key, record = _key(), _record()
    if key is None or record is None:
        abort(404)
    try:
        slip = returning.read(code)
    except UnusableSlipError:
        abort(404)
    if returning.not_yet(slip, taking.today()):
        abort(404)
    return slip, (record.campaign, key)


def _take(slip: Slip, campaign: int, sealed: bytes, proof: Proof | None) -> str:
    """Write a sealed picture, so many for each slip; '' or why not."""
    full = str(_("No more pictures are taken at the moment."))
    with transaction(db.session) as connection:
        if given.held(db.session, campaign) >= given.MOST_HELD:
            return full
        if proof is not None and not single_use.spend(connection, proof.used):
            return full
        uses = (
            single_use.once(returning.secret(), slip.nonce + f"given {n}".encode(), days=VALID.days + 1)
            for n in range(given.MOST_OF_A_SLIP)
        )
        if not any(single_use.spend(connection, use) for use in uses):
            return str(_("With a return slip, three pictures are taken."))
        given.keep(db.session, campaign, sealed)
    limits.add(budgets.ANSWER)
    limits.add(budgets.ANSWER_MOST)
    return ""


def _at_risk() -> str:
    """The countries at risk, in words."""
    language = languages.current()
    return listed((countries(language)[code] for code in g.edition.pack.countries_at_risk), language)


def _page(code: str, refusal: Refusal | None = None, token: str = "") -> Response:
    page = render_template(
        "answers/give.html",
        code=code,
        most=sanitise.MOST_BYTES,
        countries=_at_risk(),
        problem=refusal.problem if refusal else "",
        field=refusal.field if refusal else "",
        elsewhere=request.form.get("elsewhere") == "yes",
        may_show=request.form.get("may_show") == "yes",
        form_token=token or tokens.make(tokens.secret(), purpose(g.edition.pack.slug)),
    )
    response = private(page, refusal.status if refusal else 200)
    if refusal and refusal.wait:
        response.headers["Retry-After"] = str(refusal.wait)
    return response
