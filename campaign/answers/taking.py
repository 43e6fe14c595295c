"""An answer that somebody reports with a return slip: whether it can be true, and counting it once."""

from __future__ import annotations

from datetime import date

from flask import g, request
from flask_babel import gettext as _

from campaign import clock
from campaign.counts import answers
from campaign.counts.answers import NONE, Answer
from campaign.database import db, transaction
from campaign.languages.dates import long_date
from campaign.letters import returning
from campaign.letters.deadlines import ask_again_on
from campaign.letters.slips import VALID, Slip
from campaign.pack.model import Pack
from campaign.petition import proof_of_work
from campaign.petition.proof_of_work import WAITS, Proof
from campaign.web import budgets, languages, limits, single_use, tokens
from campaign.web.tokens import ReadToken

#: What somebody can say, and the kind of answer as which it is counted.
REPORTS = {
    "none": NONE,
    "receipt": "receipt",
    "evasive": "evasive",
    "not-competent": "evasive",
    "refusal": "evasive",
    "promise": "promise",
    "action": "action",
}

#: The case of the next letter after each report; none after an action.
NEXT = {
    "none": "follow-up",
    "receipt": "follow-up",
    "evasive": "evasive",
    "not-competent": "not-competent",
    "refusal": "refusal",
    "promise": "promise",
}


def purpose(slug: str) -> str:
    """What tokens and proofs of work of this form are for."""
    return f"answer/{slug}"


def form_token() -> ReadToken:
    """The token of the form that was sent. Raises TokenError.

    However young: the proof of work, or the wait, is longer than any form needs.
    """
    typed = request.form.get("form_token", "")
    return tokens.read(tokens.secret(), purpose(g.edition.pack.slug), typed, youngest=0)


def form_proof() -> Proof | None:
    """The proof of work of the form that was sent; None for none that is valid."""
    return proof_of_work.proved(request.form.get("work", ""), tokens.secret(), purpose(g.edition.pack.slug))


def today() -> date:
    """The day in the time zone of the current campaign."""
    return clock.today(g.edition.pack.time_zone)


def first_day_of_silence(slip: Slip) -> date | None:
    """From when on no answer is one too late; None for an office that the pack has no more."""
    addressee = g.edition.pack.addressees.get(slip.addressee)
    return ask_again_on(addressee, slip.day) if addressee is not None else None


def impossible(slip: Slip, report: str) -> str:
    """Why what is reported can't be true yet; '' if it can."""
    if problem := returning.not_yet(slip, today()):
        return problem
    silent_from = first_day_of_silence(slip)
    if report == "none" and (silent_from is None or today() < silent_from):
        if silent_from is None:
            return str(
                _("This office is no longer in the campaign, so nobody knows by when it had to answer.")
            )
        day = long_date(silent_from, languages.current())
        return str(_("There is still time for an answer. If none has come, come back on %(day)s.", day=day))
    return ""


def too_soon(token: ReadToken, proof: Proof | None) -> tuple[str, int]:
    """What keeps a report from being counted now, and the seconds until it may be; ('', 0) for nothing.

    Without a proof of work the page must have been open for a while.
    """
    most = limits.look(budgets.ANSWER_MOST)
    if not most.within:
        message = _("Many answers have been counted from your network this hour. Try again later.")
        return str(message), most.wait
    if proof is not None:
        return "", 0
    seconds = WAITS[min(limits.look(budgets.ANSWER).step, len(WAITS) - 1)]
    if token.age >= seconds:
        return "", 0
    if seconds <= proof_of_work.WAIT:
        # fmt: off
        return str(_("Your browser couldn’t run our anti-spam check. "
                     "Wait half a minute, then press the button again.")), 0
        # fmt: on
    # fmt: off
    return str(_("Many answers are being counted from your network. Wait some minutes, "
                 "then press the button again.")), 0
    # fmt: on


def take(slip: Slip, report: str, proof: Proof | None, form_secret: bytes) -> bool:
    """Count what is reported; False if the same was reported with this slip before, and nothing is written.

    A proof of work is used up. Only keyed hashes of what was used are stored: see counts/answers.py.
    """
    pack: Pack = g.edition.pack
    kind = REPORTS[report]
    with transaction(db.session) as connection:

        def once(what: str) -> bool:
            return single_use.spend(
                connection,
                single_use.once(returning.secret(), slip.nonce + what.encode(), days=VALID.days + 1),
            )

        if proof is not None and not single_use.spend(connection, proof.used):
            return False
        if not once(kind):
            return False
        first = once("letter")
        weeks = (today() - slip.day).days // 7 if kind != NONE and once("answered") else None
        answer = Answer(slip.addressee, slip.language, kind, first, weeks)
        answers.count_answer(db.session, pack.slug, answer, today())
    limits.add(budgets.ANSWER)
    limits.add(budgets.ANSWER_MOST)
    return True
