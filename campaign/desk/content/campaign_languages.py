"""The languages of a campaign: which are public, in preparation or off, and what each lacks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Field, Form
from wtforms.validators import StopValidation

from campaign.database import db
from campaign.desk.content.editor import save_texts
from campaign.desk.content.reviews import ReviewStates
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot
from campaign.desk.fields import TypedText, first_error, posted
from campaign.desk.pages import Pages, back_to, page
from campaign.editions import store
from campaign.editions.drafts import ConflictError
from campaign.languages import data
from campaign.pack.language_states import OFF, PREPARING, PUBLIC, LanguageStates, states_of, written
from campaign.pack.writing import WritingError
from campaign.people.roles import Permission
from campaign.web.languages import own_name
from campaign.web.messages import translated

pages = Pages()


@dataclass(frozen=True, slots=True)
class Step:
    """A state that a language could be given: its key, and what that would mean, in numbers."""

    state: str
    consequences: list[str]


@dataclass(frozen=True, slots=True)
class CampaignLanguage:
    """A language of the campaign and how far it is. `texts` counts its texts by their state."""

    code: str
    state: str
    is_source: bool
    texts: Counter[str]
    steps: list[Step]

    @property
    def has_folder(self) -> bool:
        """Whether Campaign has words and rules of the language."""
        return self.code in data.installed()

    @property
    def missing(self) -> int:
        """How many texts are not there."""
        return self.texts["missing"] + self.texts["elsewhere"]

    @property
    def waiting(self) -> int:
        """How many texts await a reader."""
        return self.texts["awaiting"] + self.texts["draft"]


class AddForm(Form):
    """A language to add: one of the list, or any by its code."""

    code = TypedText(most=35)
    other = TypedText(most=35)

    def validate_other(self, _field: Field) -> None:
        if not data.exists(self.chosen):
            raise StopValidation(
                _("There is no such language: use a code such as pt-BR, or choose from the list.")
            )

    @property
    def chosen(self) -> str:
        """The code as CLDR spells it, whichever case was typed."""
        typed = (self.other.data.strip() or self.code.data).replace("_", "-")
        return next((code for code in data.known() if code.lower() == typed.lower()), typed)


class StateForm(Form):
    """A language, and what becomes of it."""

    code = TypedText(most=35)
    state = TypedText(most=20)


@pages.page("/<slug>/languages", Permission.READ)
def campaign_languages() -> ResponseReturnValue:
    """Every language with its state and what it lacks."""
    return _page(draft_snapshot(g.desk.slug))


def _page(draft: DraftSnapshot, status: int = 200, message: str = "") -> ResponseReturnValue:
    states = states_of(draft.files)
    review_states = ReviewStates.of(draft)
    listed = [_language(review_states, states, code) for code in states.listed]
    return page(
        "desk/content/languages.html",
        status,
        message=message,
        listed=listed,
        source=states.source,
        sources=[(code, own_name(code)) for code in states.at_desk],
        offered=_offered(states),
        words={PUBLIC: _("public"), PREPARING: _("in preparation"), OFF: _("off")},
    )


def _language(review_states: ReviewStates, states: LanguageStates, code: str) -> CampaignLanguage:
    texts, state = review_states.counts(code), states.of(code)
    possible = [
        Step(other, _CONSEQUENCES[other](code, texts))
        for other in (PUBLIC, PREPARING, OFF)
        if other != state and _can_become(states, code, other)
    ]
    return CampaignLanguage(code, state, code == states.source, texts, possible)


def _can_become(states: LanguageStates, code: str, state: str) -> bool:
    try:
        states.with_state(code, state)
    except WritingError:
        return False
    return True


def _if_public(code: str, texts: Counter[str]) -> list[str]:
    missing, elsewhere, waiting = texts["missing"], texts["elsewhere"], texts["awaiting"] + texts["draft"]
    lines = [_("Visitors find its pages once you publish.")]
    if code not in data.installed():
        lines.append(
            _("Campaign has no rules for this language yet: until it has, nothing can be published.")
        )
    if missing:
        lines.append(
            ngettext(
                "%(num)s text is missing. Until it is there, nothing can be published in any language.",
                "%(num)s texts are missing. Until they are there, nothing can be published in any language.",
                missing,
            )
        )
    if elsewhere:
        lines.append(
            ngettext(
                "%(num)s update is shown in another language.",
                "%(num)s updates are shown in another language.",
                elsewhere,
            )
        )
    if waiting:
        lines.append(
            ngettext("%(num)s text is awaiting review.", "%(num)s texts are awaiting review.", waiting)
        )
    return lines


def _if_preparing(_code: str, texts: Counter[str]) -> list[str]:
    return [
        _("Once you publish, visitors no longer find its pages. Links in e-mails open in another language."),
        _there(texts),
        _("They are shown and edited here. What is missing does not prevent publication."),
    ]


def _if_off(_code: str, texts: Counter[str]) -> list[str]:
    return [
        _("Once you publish, visitors no longer find its pages. Links in e-mails open in another language."),
        _there(texts),
        _("They stay in the files, and nobody sees or edits them here."),
    ]


def _there(texts: Counter[str]) -> str:
    there = texts.total() - texts["missing"] - texts["elsewhere"] - texts["changed"]
    return str(ngettext("It has %(num)s text.", "It has %(num)s texts.", there))


_CONSEQUENCES = {PUBLIC: _if_public, PREPARING: _if_preparing, OFF: _if_off}


def _offered(states: LanguageStates) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Languages that could be added: those with a folder by their own names, then others by the reader's."""
    installed = [(code, own_name(code)) for code in data.installed() if code not in states.listed]
    names = data.locale(g.address["language"]).languages
    others = {code.replace("_", "-"): name for code, name in names.items()}
    known = data.known() - {*data.installed(), *states.listed}
    return sorted(installed, key=_by_name), sorted(
        ((code, name) for code, name in others.items() if code in known), key=_by_name
    )


def _by_name(choice: tuple[str, str]) -> str:
    return choice[1].casefold()


@pages.page("/<slug>/languages/add", Permission.EDIT, methods=["POST"])
def add_language() -> ResponseReturnValue:
    """Add a language to the draft: it is in preparation, and so it prevents nothing."""
    draft, form = draft_snapshot(g.desk.slug), posted(AddForm)
    if not form.validate():
        return _page(draft, 422, first_error(form))
    states = states_of(draft.files)
    if states.of(form.chosen) in {PUBLIC, PREPARING}:
        return _page(draft, 422, _("This language is already there."))
    return _saved(draft, states, form.chosen, PREPARING)


@pages.page("/<slug>/languages/state", Permission.EDIT, methods=["POST"])
def language_state() -> ResponseReturnValue:
    """Give a language another state in the draft."""
    draft, form = draft_snapshot(g.desk.slug), posted(StateForm)
    states = states_of(draft.files)
    if not states.of(form.code.data) or form.state.data not in _CONSEQUENCES:
        abort(404)
    return _saved(draft, states, form.code.data, form.state.data)


def _saved(draft: DraftSnapshot, states: LanguageStates, code: str, state: str) -> ResponseReturnValue:
    try:
        return _save(draft, states.with_state(code, state), f"{own_name(code)}: {state}")
    except WritingError as error:
        return _page(draft, 422, translated(error.message))


@pages.page("/<slug>/languages/source", Permission.EDIT, methods=["POST"])
def source_language() -> ResponseReturnValue:
    """Choose the language that new texts are written in and the others are translated from."""
    draft, form = draft_snapshot(g.desk.slug), posted(StateForm)
    states = states_of(draft.files)
    if form.code.data not in states.at_desk:
        abort(404)
    chosen = LanguageStates(states.public, states.preparing, states.off, form.code.data)
    return _save(draft, chosen, _("Translated from %(language)s", language=own_name(form.code.data)))


def _save(draft: DraftSnapshot, states: LanguageStates, why: str) -> ResponseReturnValue:
    try:
        table = written(draft.files["campaign.yaml"], states)
        with store.writing(db.session, draft.slug):
            changed = save_texts(draft, {"campaign.yaml": table}, why)
    except WritingError as error:
        return _page(draft, 422, translated(error.message))
    except ConflictError as error:
        message = _("Somebody else has saved in the meantime.")
        return _page(draft_snapshot(draft.slug), 409, f"{message} · {error.author}")
    return back_to("campaign_languages", said="saved" if changed else "same")
