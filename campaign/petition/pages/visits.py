"""How far people come with the petition's form: sums, of which the page notes that it began."""

from __future__ import annotations

from flask import g, request

from campaign.counts.visits import FormKind, Step, VisitCounts
from campaign.petition.forms import SignForm
from campaign.services import service
from campaign.web import visits

#: What a page that was begun sends along, in its form and when its script asks for another task.
BEGUN = "begun"


def opened() -> None:
    """Count that somebody opened the page of a petition that can be signed."""
    if visits.is_opening():
        _add(Step.OPENED)


def task_asked_for() -> None:
    """Count that somebody began to fill in the form: the script asks for its first task then."""
    if BEGUN not in request.args:
        _add(Step.BEGUN)


def sent(form: SignForm) -> None:
    """Count that a form was begun on a page without a script: it shows when it is sent for the first time.

    The form has been validated.
    """
    is_ours = not {"strange", "old"} & set(form["form_token"].errors)
    if is_ours and BEGUN not in request.form and not form.work.data:
        _add(Step.BEGUN)


def confirmed() -> None:
    """Count that a signature was confirmed."""
    _add(Step.FINISHED)


def _add(step: Step) -> None:
    if visits.counted_here():
        service(VisitCounts).add(g.edition.pack.slug, FormKind.PETITION, step)
