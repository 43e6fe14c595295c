"""The composer's form: what a supporter chooses and types, checked, with messages in words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign.letters.compose import PAPERS, Choices, Sender
from campaign.letters.typed import forbidden, one_line, tidy
from campaign.pack.languages import countries, long_date, number
from campaign.pack.model import Pack
from campaign.press import fonts
from campaign.web import languages
from campaign.web.tokens import YOUNGEST, FormToken

#: Most characters of each typed field; lengths are looked at before anything else is done.
LENGTHS = {
    "name": 120,
    "place": 80,
    "address": 250,
    "email": 254,
    "own_words": 2_000,
    "to_address": 300,
    "edited": 12_000,
}


class Clean:
    """Refuses what is too long, deceives or can't be printed; leaves the typed text as it is."""

    def __init__(self, lines: int = 1) -> None:
        self.lines = lines

    def __call__(self, _form: Form, field: Field) -> None:
        text = field.data or ""
        most = LENGTHS[field.name]
        if len(text) > most:
            language = languages.current()
            limit = _("This is too long: %(most)s characters at most.", most=number(most, language))
            has = _("You have %(count)s.", count=number(len(text), language))
            raise StopValidation(f"{limit} {has}")
        if forbidden(text):
            raise StopValidation(
                _("A sign in this text can’t be printed. Type it anew instead of pasting it.")
            )
        if self.lines > 1 and tidy(text).count("\n") >= self.lines:
            raise StopValidation(ngettext("At most %(num)d line.", "At most %(num)d lines.", self.lines))
        if signs := fonts.missing(tidy(text)):
            raise StopValidation(_("No font here has %(signs)s. Leave it out.", signs=" ".join(signs[:5])))


class Needed:
    """A message where nothing was typed or chosen; the preview does without it."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        if not form.meta.drawing and not (
            field.data if isinstance(field.data, list) else tidy(field.data or "")
        ):
            raise StopValidation(str(self.message))


def _mailbox(_form: Form, field: Field) -> None:
    if field.data:
        try:
            validate_email(one_line(field.data), check_deliverability=False)
        except EmailNotValidError:
            raise StopValidation(
                _("This is not an e-mail address. It looks like name@example.org.")
            ) from None


def _sensible_day(form: Form, field: Field) -> None:
    if field.data is None:
        field.errors = []  # WTForms' own words are not ours
        raise StopValidation(_("Give the date as year-month-day, such as 2026-11-23."))
    first, last = form.meta.days
    if not first <= field.data <= last:
        shown = {"first": long_date(first, languages.current()), "last": long_date(last, languages.current())}
        raise StopValidation(_("The date must lie between %(first)s and %(last)s.", **shown))


class OneOf(SelectField):
    """One of a list, with our own words for what is not on it; left out, it is the first or ''."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""

    def pre_validate(self, form: BaseForm) -> None:
        groups = self.choices.values() if isinstance(self.choices, dict) else [self.choices or []]
        offered = {choice[0] for group in groups for choice in group}
        left_out = not self.raw_data and "" in offered
        if self.data not in offered and not left_out:
            raise StopValidation(_("Choose from the list."))


class SomeOf(SelectMultipleField):
    """Some of a list, with our own words for what is not on it."""

    def pre_validate(self, form: BaseForm) -> None:
        offered = {choice[0] for choice in self.choices or []}
        if not set(self.data or []) <= offered:
            raise StopValidation(_("Choose from the list."))


class ChoicesForm(Form):
    """Everything that makes one letter. Nothing of it is stored."""

    class Meta:
        """The form's guard is a signed token; no session, no cookie."""

        csrf = True
        csrf_class = FormToken
        csrf_field_name = "form_token"
        token_secret = b""
        token_purpose = ""
        token_youngest = YOUNGEST
        drawing = False
        days = (date.min, date.max)

    country = OneOf(_l("Where do you write from?"))
    to = OneOf(_l("Addressee"))
    to_address = TextAreaField(_l("Address of the ministry"), [Clean(lines=6)])
    form_of_address = OneOf(_l("Form of address"))
    language = OneOf(_l("Language of the letter"))
    demands = SomeOf(_l("Demands"), [Needed(_l("Choose at least one demand."))])
    opening = RadioField(_l("Opening"), validate_choice=False)
    later = BooleanField(_l("Include later developments"))
    own_words = TextAreaField(_l("In your own words"), [Clean(lines=40)])
    name = StringField(_l("Full name"), [Clean(), Needed(_l("A letter needs your name."))])
    address = TextAreaField(_l("Postal address"), [Clean(lines=4)])
    place = StringField(_l("Town"), [Clean()])
    email = StringField(_l("E-mail (if you want an answer that way)"), [Clean(), _mailbox])
    day = DateField(_l("Date"), [_sensible_day])
    paper = OneOf(_l("Paper"))
    layout = OneOf(_l("Where the addresses go"))
    edited = TextAreaField(_l("Text of the letter"), [Clean(lines=200)])


def choices_form(
    pack: Pack, typed: MultiDict[str, str] | None, secret: bytes, defaults: dict[str, Any], drawing: bool
) -> ChoicesForm:
    """The form with this pack's choices. With `drawing`, a letter that is not complete may pass."""
    language = languages.current()
    today = date.today()
    meta = {
        "token_secret": secret,
        "token_purpose": f"write/{pack.slug}",
        "token_youngest": 0 if drawing else YOUNGEST,
        "drawing": drawing,
        "days": (pack.statement_date.first(), today + timedelta(days=366)),
    }
    form = ChoicesForm(typed, data={"day": today, **defaults}, meta=meta)
    names = {"": _("Choose your country"), **countries(language)}
    form.country.choices = list(names.items())
    form.to.choices = _addressees(pack, language, form.country.data or "")
    form.language.choices = [(code, languages.NAMES[code]) for code in pack.languages]
    form.demands.choices = [(key, demand.texts[language].title) for key, demand in pack.demands.items()]
    form.form_of_address.choices = [
        ("", _("As the office is held now")),
        ("woman", _("A woman")),
        ("man", _("A man")),
        ("unknown", _("I don’t know")),
    ]
    papers = {"a4": "A4", "us-letter": "US Letter"}
    form.paper.choices = [(paper, papers[paper]) for paper in PAPERS]
    form.layout.choices = [("", _("As is usual in the letter’s language")), ("left", _("Both on the left"))]
    numbers = [str(n) for n in range(_openings(pack, form))]
    form.opening.choices = [(number, number) for number in numbers]
    if form.opening.data not in numbers:
        form.opening.data = "0"  # another addressee may have fewer openings
    return form


def _addressees(pack: Pack, language: str, country: str) -> dict[str, list[tuple[str, str]]]:
    """Addressees by kind; for somebody in a country at risk, letters abroad come first."""
    kinds = list(pack.kinds.values())
    if country in pack.countries_at_risk:
        kinds.sort(key=lambda kind: not kind.abroad)
    offered = pack.open_addressees()
    groups = {
        kind.title[language]: [(a.key, a.title[language]) for a in offered if a.kind == kind.key]
        for kind in kinds
    }
    return {title: group for title, group in groups.items() if group}


def _openings(pack: Pack, form: ChoicesForm) -> int:
    addressee = pack.addressees.get(form.to.data or "")
    template = pack.letters[addressee.letter] if addressee else next(iter(pack.letters.values()))
    return len(next(iter(template.texts.values())).openings)


def as_choices(form: ChoicesForm, pack: Pack, edition: int) -> Choices:
    """What the form says, tidied. Fields with an error are left empty, for the preview's sake."""

    def line(field: Field) -> str:
        return "" if field.errors else one_line(field.data or "")

    def lines(field: Field) -> tuple[str, ...]:
        return (
            () if field.errors else tuple(x.strip() for x in tidy(field.data or "").split("\n") if x.strip())
        )

    first = pack.open_addressees()[0].key
    language = form.language.data if form.language.data in pack.languages else languages.current()
    known = set(countries("en"))
    return Choices(
        addressee=form.to.data if not form.to.errors and form.to.data else first,
        language=language,
        demands=tuple(key for key in form.demands.data or () if key in pack.demands),
        sender=Sender(
            line(form.name),
            lines(form.address),
            line(form.place),
            form.country.data if form.country.data in known else "",
            line(form.email),
        ),
        day=form.day.data if form.day.data and not form.day.errors else date.today(),
        opening=int(form.opening.data or 0),
        own_words="" if form.own_words.errors else tidy(form.own_words.data or ""),
        form=form.form_of_address.data or "",
        later=bool(form.later.data),
        to_address=lines(form.to_address),
        paper=form.paper.data if form.paper.data in PAPERS else PAPERS[0],
        layout=form.layout.data if form.layout.data == "left" else "",
        edited="" if form.edited.errors else tidy(form.edited.data or ""),
        edition=edition,
    )
