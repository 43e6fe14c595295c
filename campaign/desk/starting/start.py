"""A new campaign from five questions: a draft that shows a page at once, and nothing in public.

No campaign is made before the button is pressed, and one campaign however often it is: a second press, or an
answer that did not arrive, leads to the draft that the first one made.
"""

from __future__ import annotations

from flask import Response, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from campaign import clock
from campaign.database import db, transaction
from campaign.desk.access.forms import ROLE_NAMES
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.fields import posted
from campaign.desk.pages import Audience, Pages, back_to, page
from campaign.desk.starting import kept_answers
from campaign.desk.starting.forms import StartForm
from campaign.editions import drafts, store
from campaign.editions.store import Authorship
from campaign.languages.data import installed
from campaign.pack import writing
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
    typed = kept_answers.taken_over()
    form = (
        StartForm(typed) if typed else StartForm(language=g.address["language"], letters=True, petition=True)
    )
    return _page(form)


@pages.page("/start", Audience.SIGNED_IN, fresh=True, methods=["POST"])
def start_post() -> ResponseReturnValue:
    """Make the draft; the person who answered is its first owner."""
    if not may_start():
        return _refused()
    form = posted(StartForm)
    slug = form.typed_slug or free_key(form.name.data, form.organisation.data, {*TAKEN, *installed()})
    if _is_mine(slug, form):
        return _draft_of(slug, "started-before")
    if not form.validate():
        return _page(form, 422)
    if _is_elsewhere(slug, form) or not _begin(slug, form):
        # Somebody, maybe this very person, was quicker by a moment.
        return _draft_of(slug, "started-before") if _is_mine(slug, form) else _page(_told(form, slug), 422)
    return _draft_of(slug, "started")


def _draft_of(slug: str, said: str) -> ResponseReturnValue:
    kept_answers.discard()
    return back_to("attention", said=said, slug=slug)


def _is_elsewhere(slug: str, form: StartForm) -> bool:
    """Whether another campaign has the address that the name makes."""
    return not form.typed_slug and slug in store.every_slug(db.session)


def _told(form: StartForm, slug: str) -> StartForm:
    """The form, which says that the address is taken; if nobody chose it, with one that is free."""
    if form.typed_slug:
        form.slug.errors = [form.taken]
    else:
        form.suggest(slug, free_key(form.name.data, form.organisation.data, _taken()))
    return form


def _page(form: StartForm, status: int = 200) -> Response:
    return page(
        "desk/starting/start.html", status, form=form, has_problem=status != 200, **kept_answers.offered()
    )


def may_start() -> bool:
    """Whether this person may start a campaign: an owner of another one here."""
    return members.owns_a_campaign(db.session, g.desk.sign_in.person)


def _refused() -> Response:
    return page("desk/access/forbidden.html", 403, role_names=ROLE_NAMES)


def _taken() -> set[str]:
    """Addresses that no new campaign may have: those of others, and parts of the site's own."""
    return {*store.every_slug(db.session), *TAKEN, *installed()}


def _is_mine(slug: str, form: StartForm) -> bool:
    """Whether this person has started it already: a draft of theirs at that address, of the same name."""
    if slug not in members.owned(db.session, g.desk.sign_in.person) or slug in store.newest(db.session):
        return False
    names = writing.at(writing.read(draft_snapshot(slug).files.get("campaign.yaml", "{}")), ("name",))
    return isinstance(names, dict) and form.name.data in names.values()


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
