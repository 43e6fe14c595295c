"""How far people come with a letter: each step of a page is counted once, and the page itself notes which."""

from __future__ import annotations

from flask import g

from campaign.counts.visits import FormKind, Step, VisitCounts
from campaign.letters.forms import ChoicesForm
from campaign.services import service
from campaign.web import visits

#: The steps that a page notes, in their order.
_NOTED = (Step.BEGUN, Step.FINISHED)

#: Fields that show that somebody has begun.
_TYPED = (
    "country", "own_words", "name", "address", "postcode", "place", "email", "to_area", "to_name",
    "to_address", "edited",
)  # fmt: skip

#: The files that are letters; the others go with one.
LETTERS = frozenset({"letter", "letters", "open-letter", "postcard"})

#: Channels without a file: where there is no script, that a letter was taken shows only when it is reported.
WITHOUT_FILE = frozenset({"email", "form"})


def opened() -> None:
    """Count that somebody opened the composer."""
    if visits.counted_here() and visits.is_opening():
        _add(Step.OPENED)


def went_on(form: ChoicesForm, finished: bool = False) -> None:
    """Count how far the page has come, if it is further than it notes: with something typed, or `finished`.

    The form has been validated.
    """
    token = form["form_token"]
    if not visits.counted_here() or {"strange", "old"} & set(token.errors):
        return
    if not finished and not any(form[name].data for name in _TYPED):
        return
    noted = [step.value for step in _NOTED]
    before = noted.index(form.counted.data) + 1 if form.counted.data in noted else 0
    for step in _NOTED[before : 2 if finished else 1]:
        _add(step)
        form.counted.data = step.value


def _add(step: Step) -> None:
    service(VisitCounts).add(g.edition.pack.slug, FormKind.LETTERS, step)
