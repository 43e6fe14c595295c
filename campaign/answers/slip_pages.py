"""The pages of a return slip: it is pasted or opened, an answer is reported, and the next letter begins."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign.answers import giving, taking
from campaign.answers.taking import NEXT, REPORTS, purpose
from campaign.letters import returning
from campaign.letters.composer_page import until
from campaign.letters.returning import UnusableSlipError
from campaign.letters.slips import Slip
from campaign.pack.model import Pack
from campaign.petition import proof_of_work
from campaign.services import service
from campaign.web import budgets, guard, languages, limits, tokens
from campaign.web.addresses import page_address
from campaign.web.limits import Budgets
from campaign.web.open_edition import open_edition
from campaign.web.private_pages import private, see_other
from campaign.web.routes import Routes
from campaign.web.tokens import TokenError

routes = Routes()

#: What can be reported, in words.
REPORT_WORDS = {
    "none": _l("No answer in time"),
    "receipt": _l("Receipt only"),
    "evasive": _l("An evasive answer"),
    "not-competent": _l("It says that it is not competent"),
    "refusal": _l("A refusal"),
    "promise": _l("A promise"),
    "action": _l("It acted"),
}

#: The next letter after each of these.
NEXT_WORDS = {
    "follow-up": _l("No answer: write again"),
    "evasive": _l("After an evasive answer"),
    "not-competent": _l("Not competent: ask to whom it was forwarded"),
    "refusal": _l("After a refusal"),
    "promise": _l("After a promise: ask what became of it"),
}


def open_campaign() -> None:
    """Put the campaign of the address into `g.edition`; refuse a repeated field."""
    open_edition(**g.address)
    if request.method == "POST" and guard.doubled(request.form):
        abort(400)


@routes.get("/slip")
def paste() -> ResponseReturnValue:
    """Where a return slip is pasted."""
    return private(render_template("answers/paste.html", typed="", problem=""))


@routes.post("/slip")
@limits.limited(budgets.FORM)
def paste_post() -> ResponseReturnValue:
    """On to the page of the slip; or the form again, with what is wrong."""
    typed = request.form.get("slip", "")
    try:
        slip_code = returning.code_in(typed)
        returning.read(slip_code)
    except UnusableSlipError as refusal:
        page = render_template(
            "answers/paste.html", typed=typed[: returning.LONGEST_LINK], problem=str(refusal)
        )
        return private(page, 422)
    return see_other(page_address("answers.slip", code=slip_code))


@routes.get("/slip/<code>")
def slip(code: str) -> ResponseReturnValue:
    """What a slip holds, what can be reported, and the next letters."""
    return _slip_page(code)


@routes.post("/slip/<code>")
@limits.limited(budgets.FORM)
def report(code: str) -> ResponseReturnValue:
    """Count what is reported, once for each slip and kind of answer."""
    try:
        opened = returning.read(code)
    except UnusableSlipError as refusal:
        return _refused(code, str(refusal))
    chosen = request.form.get("report", "")
    if chosen not in REPORTS:
        return _slip_page(code, problem=str(_("Choose what became of your letter.")))
    try:
        token = taking.form_token()
    except TokenError as error:
        return _slip_page(code, chosen, tokens.message([str(error)]))
    if problem := taking.impossible(opened, chosen):
        return _slip_page(code, chosen, problem)
    proof = taking.form_proof()
    problem, wait = taking.too_soon(token, proof)
    if problem:
        response = _slip_page(code, chosen, problem, 429 if wait else 422, request.form.get("form_token", ""))
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response
    if not taking.take(opened, chosen, proof, tokens.secret()):
        return _slip_page(
            code, chosen, str(_("This answer was counted before: with a slip, each answer counts once."))
        )
    return see_other(page_address("answers.slip", code=code, counted=chosen))


@routes.get("/answers/challenge")
def challenge() -> ResponseReturnValue:
    """A task for the page's script; harder while many ask for one."""
    step = max(limits.add(budgets.CHALLENGE).step, service(Budgets).add(budgets.CHALLENGE_OF_ALL, "").step)
    response = make_response(proof_of_work.challenge(tokens.secret(), purpose(g.edition.pack.slug), step))
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return response


def _slip_page(
    code: str, chosen: str = "", problem: str = "", status: int = 200, token: str = ""
) -> Response:
    try:
        opened = returning.read(code)
    except UnusableSlipError as refusal:
        return _refused(code, str(refusal))
    counted = request.args.get("counted", "")
    pack: Pack = g.edition.pack
    page = render_template(
        "answers/slip.html",
        code=code,
        chosen=chosen,
        problem=problem,
        counted=counted if counted in REPORTS else "",
        was_given=request.args.get("given") == "1",
        can_give=giving.is_offered(),
        next_case=NEXT.get(counted, ""),
        form_token=token or tokens.make(tokens.secret(), purpose(pack.slug)),
        reports=REPORT_WORDS,
        **_about(pack, opened),
    )
    return private(page, status if not problem or status != 200 else 422)


def _about(pack: Pack, opened: Slip) -> dict[str, Any]:
    """What a slip says of its letter, and the next letters that there are."""
    language = languages.current()
    addressee = pack.addressees.get(opened.addressee)
    cases = pack.cases_of(addressee) if addressee is not None and addressee in pack.open_addressees() else ()
    return {
        "letter_slip": opened,
        "office": addressee.title[language] if addressee is not None else "",
        "subject": returning.subject_of(opened),
        "until": until(addressee, opened.day) if addressee is not None else "",
        "unchecked": addressee is not None
        and addressee.answer is not None
        and addressee.answer.checked_on is None,
        "asked": [pack.demands[key].texts[language].title for key in opened.demands],
        "cases": {case: NEXT_WORDS[case] for case in cases},
        "not_yet": returning.not_yet(opened, taking.today()),
    }


def _refused(code: str, message: str) -> Response:
    """A slip that can't be used, with the place to paste another one."""
    return private(render_template("answers/paste.html", typed=code, problem=message), 422)
