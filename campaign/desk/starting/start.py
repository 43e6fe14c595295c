"""A new campaign from five questions: a draft that shows a page at once, and nothing in public.

Nothing is stored before the button is pressed, so a form that somebody leaves half-way leaves nothing behind.
"""

from __future__ import annotations

from flask import Response, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from campaign import clock
from campaign.database import db, transaction
from campaign.desk.access.forms import ROLE_NAMES
from campaign.desk.fields import posted
from campaign.desk.pages import Audience, Pages, back_to, page
from campaign.desk.starting.forms import StartForm
from campaign.editions import drafts, store
from campaign.editions.store import Authorship
from campaign.languages.data import installed
from campaign.pack.blank import blank
from campaign.pack.files import TAKEN
from campaign.pack.language_states import PREPARING, states_of, written
from campaign.pack.new_keys import free_key
from campaign.people import members
from campaign.people.members import Action

pages = Pages()


@pages.page("/start", Audience.SIGNED_IN)
def start() -> ResponseReturnValue:
    """The questions."""
    if not may_start():
        return _refused()
    form = StartForm(language=g.address["language"], letters=True, petition=True)
    return page("desk/starting/start.html", form=form, has_problem=False)


@pages.page("/start", Audience.SIGNED_IN, fresh=True, methods=["POST"])
def start_post() -> ResponseReturnValue:
    """Make the draft; the person who answered is its first owner."""
    if not may_start():
        return _refused()
    form = posted(StartForm)
    if not form.validate():
        return page("desk/starting/start.html", 422, form=form, has_problem=True)
    slug = form.typed_slug or free_key(form.name.data, form.organisation.data, _taken())
    if not _begin(slug, form):
        form.slug.errors = [form.taken]
        return page("desk/starting/start.html", 422, form=form, has_problem=True)
    return back_to("attention", said="started", slug=slug)


def may_start() -> bool:
    """Whether this person may start a campaign: an owner of another one here."""
    return members.owns_a_campaign(db.session, g.desk.sign_in.person)


def _refused() -> Response:
    return page("desk/access/forbidden.html", 403, role_names=ROLE_NAMES)


def _taken() -> set[str]:
    """Addresses that no new campaign may have: those of others, and parts of the site's own."""
    return {*store.every_slug(db.session), *TAKEN, *installed()}


def _begin(slug: str, form: StartForm) -> bool:
    """Whether the campaign was made; not if another one has, or had, the address."""
    if slug in installed():
        return False
    files = blank(form.answers(slug), clock.today())
    for code in form.translations:
        states = states_of(files).with_state(code, PREPARING)
        files["campaign.yaml"] = written(files["campaign.yaml"], states)
    person, stays = g.desk.sign_in.person, g.desk.sign_in.digest
    try:
        with transaction(db.session):
            by = Authorship(person.name, _("Started from the questions"))
            campaign = drafts.begin(db.session, slug, files, by)
            members.start(db.session, campaign, person, Action(person.email, clock.now(), stays=stays))
    except IntegrityError:
        return False
    return True
