"""The composer's form: what a supporter chooses and types, checked, with messages in words."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, Field, Form, RadioField, TextAreaField

from campaign import clock
from campaign.languages.countries import countries
from campaign.letters import form_addressees, postcodes
from campaign.letters.envelopes import ENVELOPES, WINDOWS
from campaign.letters.fields import (
    AddresseeField,
    HiddenKey,
    KeptPostcode,
    KeyList,
    MultipleChoiceField,
    NoticeRead,
    Seed,
    sensible_day,
    some_demand,
    whole_address,
)
from campaign.letters.letter import Choices, Sender, TypedAddress
from campaign.letters.representatives import Representative, directory
from campaign.letters.translation import PURPOSES
from campaign.letters.variation import wording
from campaign.pack.model import Addressee, LetterText, Pack
from campaign.press.papers import PAPERS
from campaign.text_input import one_line, tidy
from campaign.web import languages
from campaign.web.fields import ChoiceField, LineField, PrintableText, Required, a_name, a_place, valid_email
from campaign.web.tokens import YOUNGEST, TokenMeta

YEAR = timedelta(days=366)


class ChoicesForm(Form):
    """Everything that makes one letter, or the same one to several offices. Nothing of it is stored."""

    class Meta(TokenMeta):
        """What kind of letter is wanted, and which dates it may have."""

        drawing = False
        nameless = False
        demandless = False
        days = (date.min, date.max)

    country = ChoiceField(_l("Where do you write from?"))
    understood = NoticeRead(_l("I have read this and want to write"))
    to = AddresseeField(_l("Addressee"))
    suggested = HiddenKey()
    slip = HiddenKey()
    case = HiddenKey()
    counted = HiddenKey()  # the last step of the page that was counted: see visits.py
    slips = BooleanField()  # whether the page shows the return slips: it then goes on to
    also = MultipleChoiceField(_l("Write to others as well"))
    to_area = LineField(_l("Your area or postcode"), [PrintableText()])
    representative = ChoiceField(_l("Who represents you"))
    to_name = LineField(_l("Name of the office or person"), [PrintableText()])
    to_address = TextAreaField(_l("Street and number"), [PrintableText(lines=4), whole_address])
    to_postcode = LineField(_l("Postcode"), [PrintableText()])
    keep_to_postcode = KeptPostcode(_l("Postcode"), of="to_postcode")
    to_place = LineField(_l("Town"), [PrintableText()])
    to_region = LineField(_l("State or region"), [PrintableText()])
    to_email = LineField(_l("E-mail"), [PrintableText(), valid_email])
    form_of_address = ChoiceField(_l("Form of address"))
    language = ChoiceField(_l("Language of the letter"))
    beside = ChoiceField(_l("Add a translation"))
    demands = MultipleChoiceField(_l("Demands"), [some_demand])
    seen = KeyList()
    opening = RadioField(_l("Opening"), validate_choice=False)
    seed = Seed()
    later = BooleanField(_l("Include later developments"))
    own_words = TextAreaField(_l("In your own words"), [PrintableText(lines=40)])
    name = LineField(
        _l("Full name"),
        [PrintableText(), Required(_l("A letter needs your name."), unless="nameless"), a_name],
    )
    address = TextAreaField(_l("Street and number"), [PrintableText(lines=4), whole_address])
    postcode = LineField(_l("Postcode"), [PrintableText()])
    keep_postcode = KeptPostcode(_l("Postcode"), of="postcode")
    place = LineField(_l("Town"), [PrintableText(), a_place])
    region = LineField(_l("State or region"), [PrintableText()])
    email = LineField(_l("E-mail (if you want an answer by e-mail)"), [PrintableText(), valid_email])
    day = DateField(_l("Date"), [sensible_day])
    paper = ChoiceField(_l("Paper"))
    layout = ChoiceField(_l("Where the addresses go"))
    envelope = ChoiceField(_l("Envelope"))
    done = MultipleChoiceField("")
    edited = TextAreaField(_l("Text of the letter"), [PrintableText(lines=200)])

    @property
    def recipients(self) -> list[str]:
        """The keys of all offices that are written to, the one on the sheet first."""
        return list(dict.fromkeys([self.to.data, *(self.also.data or ())]))


def choices_form(
    pack: Pack,
    given: MultiDict[str, str] | dict[str, Any],
    secret: bytes,
    drawing: bool,
    nameless: bool = False,
) -> ChoicesForm:
    """The form with this pack's choices, and what was typed (a MultiDict) or defaults (a dict).

    With `drawing`, a letter that is not complete may pass; with `nameless`, one without a name.
    """
    today = clock.today(pack.time_zone)
    typed, defaults = (given, {}) if isinstance(given, MultiDict) else (None, given)
    meta = {
        "token_secret": secret,
        "token_purpose": f"write/{pack.slug}",
        "token_youngest": 0 if drawing else YOUNGEST,
        "drawing": drawing,
        "nameless": nameless,
        "days": (_first_day(pack, today), today + YEAR),
        "demandless": not pack.demands,
    }
    form = ChoicesForm(typed, data={"day": today, "seed": secrets.randbelow(2**31), **defaults}, meta=meta)
    form.understood.needed = form.country.data in pack.countries_at_risk
    form_addressees.set_addressees(form, pack)
    form_addressees.set_demands(form, pack)
    form_addressees.set_representatives(form, pack)
    _set_choices(form, pack)
    numbers = [str(n) for n in range(_openings(pack, form))]
    form.opening.choices = [(number, number) for number in numbers]
    if form.opening.data not in numbers:
        form.opening.data = "0"  # another addressee may have fewer openings
    return form


def _first_day(pack: Pack, today: date) -> date:
    """The earliest date of a letter: that of the statement, or a year ago."""
    stated = pack.statement_date
    return stated.first() if stated else today - YEAR


def _set_choices(form: ChoicesForm, pack: Pack) -> None:
    """Everything that can be chosen apart from the office and its demands."""
    form.language.choices = [(code, languages.own_name(code)) for code in pack.languages]
    others = tuple(code for code in pack.languages if code != form.language.data)
    offered = _offered(languages.current(), others)
    form.country.choices = offered.country
    form.beside.choices = offered.beside
    if form.beside.data and form.beside.data.partition(":")[2] == form.language.data:
        form.beside.data = ""  # the letter itself is in that language now
    form.form_of_address.choices = offered.form_of_address
    papers = {"a4": "A4", "us-letter": "US Letter"}
    form.paper.choices = [(paper, papers[paper]) for paper in PAPERS]
    form.layout.choices = offered.layout
    form.envelope.choices = [(key, ENVELOPE_NAMES[key]) for key in ENVELOPES]


@dataclass(frozen=True, slots=True)
class _Offered:
    """Choices with words of the interface: they are the same in every form in one language."""

    country: tuple[tuple[str, str], ...]
    beside: dict[str, list[tuple[str, str]]]
    form_of_address: list[tuple[str, str]]
    layout: dict[str, list[tuple[str, str]]]


@lru_cache(maxsize=256)
def _offered(language: str, others: tuple[str, ...]) -> _Offered:
    """What is offered in the language of the response; a translation can be into one of the others."""
    purposes = dict(zip(PURPOSES, (_("For you to read, on a separate page"),
                                   _("For the addressee, in two columns")), strict=True))  # fmt: skip
    translations = {
        title: [(f"{purpose}:{code}", languages.own_name(code)) for code in others]
        for purpose, title in purposes.items()
    }
    return _Offered(
        country=(("", _("Choose your country")), *countries(language).items()),
        beside={"": [("", _("None"))], **translations},
        form_of_address=[
            ("", _("As for the current office-holder")),
            ("woman", _("A woman")),
            ("man", _("A man")),
            ("unknown", _("I don’t know")),
        ],
        layout={
            _("Without a window"): [
                ("", _("As is usual for the letter’s language")),
                ("left", _("Both on the left")),
            ],
            _("For an envelope with a window"): [(key, str(WINDOW_NAMES[key])) for key in WINDOWS],
        },
    )


WINDOW_NAMES = {
    "din-5008-a": _l("DIN 5008 form A (DL, C6/5)"),
    "din-5008-b": _l("DIN 5008 form B (DL, C6/5)"),
    "uk-dl": _l("United Kingdom (DL)"),
    "fr-nf-z-11-001": _l("France, NF Z 11-001 (DL, window on the right)"),
    "ch-right": _l("Switzerland, window on the right (C6/5)"),
    "ch-left": _l("Switzerland, window on the left (C6/5)"),
    "us-10": _l("United States (#10, paper US Letter)"),
}

ENVELOPE_NAMES = {
    "dl": "DL (220 × 110 mm)",
    "c5": "C5 (229 × 162 mm)",
    "c6": "C6 (162 × 114 mm)",
    "us-10": "#10 (9½ × 4⅛ in)",
}


def addressee_of(form: ChoicesForm, pack: Pack) -> Addressee:
    """The chosen addressee; the first that is offered while none is chosen."""
    chosen, country = pack.addressees.get(form.to.data or ""), form.country.data or ""
    if chosen is not None and pack.is_open(chosen) and country not in chosen.not_for_countries:
        return chosen
    offered = pack.addressees_for(country) or pack.open_addressees()
    return chosen if chosen in offered and chosen is not None else offered[0]


def _text(pack: Pack, form: ChoicesForm) -> LetterText:
    """The template of the addressee, in any language: all have the same parts."""
    return next(iter(pack.letters[addressee_of(form, pack).letter].texts.values()))


def _openings(pack: Pack, form: ChoicesForm) -> int:
    return len(_text(pack, form).openings)


def reword(form: ChoicesForm, pack: Pack, step: int = 1) -> None:
    """Another wording: the next seed, and the opening that goes with it."""
    form.seed.data = (form.seed.data + step) % 2**31
    demand_count = len(form.demands.chosen)
    new_wording = wording(
        _text(pack, form), demand_count, bool((form.own_words.data or "").strip()), form.seed.data
    )
    form.opening.data = str(new_wording.opening)


def as_choices(form: ChoicesForm, pack: Pack, edition: int) -> Choices:
    """What the form says, tidied. Fields with an error are left empty, so that a preview can be shown."""
    layout = _value(form.layout)
    country = form.country.data if form.country.data in countries("en") else ""
    if not pack.addressees_for(country):
        country = ""  # nobody there can write: a letter is drawn all the same
    return Choices(
        addressee=addressee_of(form, pack).key,
        language=form.language.data if form.language.data in pack.languages else languages.current(),
        demands=tuple(form.demands.chosen),
        sender=_sender(form, country),
        day=_value(form.day) or clock.today(pack.time_zone),
        opening=int(form.opening.data or 0),
        seed=form.seed.data,
        own_words=tidy(_value(form.own_words)),
        form=form.form_of_address.data or "",
        later=bool(form.later.data),
        to_address=_typed_address(form, country, _representative(form, pack)),
        paper=form.paper.data if form.paper.data in PAPERS else PAPERS[0],
        layout="left" if layout == "left" else "",
        window=layout if layout in WINDOWS else "",
        beside=_value(form.beside),
        edited=tidy(_value(form.edited)),
        edition=edition,
    )


def _sender(form: ChoicesForm, country: str) -> Sender:
    return Sender(
        name=_line(form.name),
        address=_lines(form.address),
        place=_line(form.place),
        country=country,
        email=_line(form.email),
        postcode=postcodes.normal(_line(form.postcode), country),
        region=_line(form.region),
    )


def _representative(form: ChoicesForm, pack: Pack) -> Representative | None:
    """Who was found in the list, for an addressee that is looked up in it."""
    addressee = addressee_of(form, pack)
    return directory(pack).named(addressee.key, _value(form.representative)) if addressee.listed else None


def _typed_address(form: ChoicesForm, country: str, found: Representative | None) -> TypedAddress:
    """What was typed; what the list has where nothing was."""
    typed = TypedAddress(
        name=_line(form.to_name),
        lines=_lines(form.to_address),
        postcode=postcodes.normal(_line(form.to_postcode), country),
        place=_line(form.to_place),
        region=_line(form.to_region),
        email=_line(form.to_email),
    )
    return found.as_address() if found and not (typed or typed.email) else typed


def _value(field: Field) -> Any:
    """What a field says; '' if it has an error or is empty."""
    return "" if field.errors else field.data or ""


def _line(field: Field) -> str:
    return one_line(_value(field))


def _lines(field: Field) -> tuple[str, ...]:
    return tuple(line.strip() for line in tidy(_value(field)).split("\n") if line.strip())
