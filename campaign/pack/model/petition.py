"""The petition: when it is open, its milestones, and its outcome."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from campaign.languages.dates import Day
from campaign.messages import Message
from campaign.pack import fields
from campaign.pack.fields import record
from campaign.pack.values import Place, Words

EVENTS = frozenset({"handed-over", "answered", "other"})

#: What may be typed into an extra field.
TEXT, CHOICE, NUMBER = "text", "choice", "number"

#: As what a signer can be shown on the site: the name, its initials, the profession and the town.
NAME, INITIALS, PROFESSION = "name", "initials", "profession"

#: What is between options: Latin, Arabic, full width.
SEMICOLON = re.compile("[;\u061b\uff1b]")


@record()
class Milestone:
    """A number of signatures to reach, and what happens then; the words may be ''."""

    key: str
    count: int = fields.count(Message("Signatures"), needed=True)
    words: Words = fields.words(Message("What happens then"), control="area")


@record()
class Event:
    """An event of the petition on a day: it was handed over, answered, or something else.

    `where`, `to` and `answer` may be empty: the place, the recipient, and their answer.
    `photo` names a photograph or is ''; `photo_of` says what it shows, `photo_by` who took it.
    """

    key: str
    what: str = fields.choice(EVENTS, "other", Message("What it is"), offered="event")
    date: Day = fields.certain_day(Message("Date"), needed=True)
    words: Words = fields.words(Message("In a sentence"), needed=True, control="area")
    where: Words = fields.words(Message("Where"))
    to: Words = fields.words(Message("Addressee (an office, not a private person)"))
    answer: Words = fields.words(Message("What they answered"), control="area")
    source: str = fields.reference("source", Message("Source"))
    photo: str = fields.photograph(Message("Photograph"))
    photo_of: Words = fields.words(
        Message("What the photograph shows, for people who can’t see it"),
        needed=True,
        control="area",
        beside="photo",
    )
    photo_by: str = fields.text(Message("Photographer"), beside="photo")
    place: Place


@record()
class ExtraField:
    """A further field of the form to sign, and of sheets if it is `on_paper`; what is typed there is sealed
    with the signature.

    `options` has semicolons between them, and the same order in each language; they are for a choice alone.
    `least` and `most` are limits of a number; None: there is no limit. `profession`: what is typed can be
    shown with the town in the place of a name.
    """

    key: str
    label: Words = fields.words(Message("What it asks for"), needed=True)
    kind: str = fields.choice({TEXT, CHOICE, NUMBER}, TEXT, Message("What is typed"), offered="extra field")
    options: Words = fields.words(
        Message("Options, with semicolons between them"),
        control="area",
        hint=Message("Only for a choice. In each language they have the same order."),
    )
    least: Decimal | None = fields.number(Message("Smallest number"), hint=Message("Only for a number."))
    most: Decimal | None = fields.number(Message("Largest number"), hint=Message("Only for a number."))
    needed: bool = fields.flag(
        Message("It must be filled in"),
        hint=Message(
            "Online and on devices at stalls: on paper it can be left empty, and people in countries at risk "
            "are not asked."
        ),
    )
    on_paper: bool = fields.flag(
        Message("Sheets of paper ask for it, too"),
        hint=Message("In a narrow column of its own. For a choice people write the number of an option."),
    )
    profession: bool = fields.flag(
        Message("It asks for the profession"),
        hint=Message("If signers may be shown with profession and town, this is what is shown."),
    )
    place: Place

    def choices(self, language: str) -> tuple[str, ...]:
        """The options in a language, in their order."""
        options = map(str.strip, SEMICOLON.split(self.options[language])) if self.options else ()
        return tuple(option for option in options if option)


@record()
class Terms:
    """When a petition is open, when signatures are erased, and what signers can choose.

    `opens` None: open from the first day. `closes` None: no end yet. `erase_on` None: signing
    stays closed, since people must know how long their signature is kept before they sign.
    `handed_to`: the offices that receive the signatures, which the consent names; may be ''.
    `return_to` is empty if sheets go to the runner's address. `whole_text`: no sheet has a summary alone.
    `names`, `initials` and `profession`: as what signers may choose to be shown (`name_forms`).
    `neutral_mail`: subject and sender of e-mails do not reveal the topic. `organisations`: organisations
    can sign on, too. `reasons`: signers may say in public why they sign.
    """

    opens: date | None = fields.whole_day(Message("Opens on"), hint=Message("If empty: immediately."))
    closes: date | None = fields.whole_day(Message("Closes on"))
    erase_on: date | None = fields.whole_day(
        Message("Signatures are erased on"),
        hint=Message("Signers see this date. Nobody can sign until it is set."),
    )
    legal_basis: Words = fields.words(
        Message("Legal basis for using signers’ data"),
        hint=Message("For example, explicit consent, with the articles of the law that applies."),
    )
    handed_to: Words = fields.words(
        Message("Who receives the signatures"),
        hint=Message("The offices, as in a list. People read it before they consent."),
    )
    return_to: tuple[str, ...] = fields.texts(
        Message("Where signed sheets are sent, line by line"),
        hint=Message("If it differs from the address of the organisation that runs this site."),
    )
    whole_text: bool = fields.flag(
        Message("Sheets of paper need the whole text"),
        hint=Message(
            "Where the law asks for it. Otherwise a text that is too long for a sheet is replaced by its "
            "summary, its demands and its address."
        ),
    )
    names: bool = fields.flag(Message("Signers may show their name"), empty=True)
    initials: bool = fields.flag(Message("Signers may show their initials"))
    profession: bool = fields.flag(
        Message("Signers may show their profession and town"),
        hint=Message("One of the extra fields has to ask for the profession."),
    )
    neutral_mail: bool = fields.flag(Message("E-mails don’t say what they are about"))
    organisations: bool = fields.flag(
        Message("Organisations can sign on"),
        hint=Message("An organiser looks at each one before it is shown."),
    )
    reasons: bool = fields.flag(
        Message("Signers may say in public why they sign"),
        hint=Message(
            "They are asked after confirming, and an organiser reads each text before it is shown. People in "
            "countries at risk are not asked."
        ),
    )
    extra_fields: tuple[ExtraField, ...]
    milestones: tuple[Milestone, ...]
    events: tuple[Event, ...]

    @property
    def name_forms(self) -> tuple[str, ...]:
        """As what signers can choose to be shown; none if nobody is shown."""
        offered = {
            NAME: self.names,
            INITIALS: self.initials,
            PROFESSION: self.profession and self.profession_field is not None,
        }
        return tuple(form for form, is_offered in offered.items() if is_offered)

    @property
    def fields_on_paper(self) -> tuple[ExtraField, ...]:
        """The extra fields that sheets of paper ask for, in the order of their columns."""
        return tuple(field for field in self.extra_fields if field.on_paper)

    @property
    def profession_field(self) -> ExtraField | None:
        """The extra field that asks for the profession, if there is one."""
        return next((field for field in self.extra_fields if field.profession), None)
