"""What the composer's page shows for a form: the letter, what is beside it, and who it goes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from campaign import clock
from campaign.letters import address, postcodes, translation
from campaign.letters.compose import compose, compose_in, openings
from campaign.letters.formats import email, html, text
from campaign.letters.forms import ChoicesForm
from campaign.letters.letter import Choices, Letter
from campaign.pack.check import address_is_fresh
from campaign.pack.model import Addressee, Pack
from campaign.web import languages


@dataclass(frozen=True, slots=True)
class Recipient:
    """One office that is written to: its letter, the link that opens an e-mail, whether it was counted."""

    addressee: Addressee
    letter: Letter
    sheet: Markup
    mailto: str
    mailto_whole: bool
    done: bool


def letters_for(pack: Pack, choices: Choices, recipients: list[str]) -> Iterator[tuple[str, Letter]]:
    """The key of each office and its letter. Only the first letter has text that was edited by hand."""
    open_keys = {addressee.key for addressee in pack.open_addressees()}
    for number, key in enumerate(recipients):
        if key in open_keys:
            yield key, compose(pack, _to(choices, key) if number else choices)


def _to(choices: Choices, key: str) -> Choices:
    """The same choices for another office, whose template may have fewer openings: the seed picks one."""
    return replace(choices, addressee=key, opening=None, form="", edited="")


def shown(pack: Pack, form: ChoicesForm, choices: Choices) -> dict[str, Any]:
    """The values for the page and its live parts."""
    language = languages.current()
    # An office that was ticked among the others and then chosen as the first is written to once.
    keys = list(dict.fromkeys([choices.addressee, *(form.also.data or ())]))
    letters = dict(letters_for(pack, choices, keys))
    letter = letters[choices.addressee]
    recipients = [
        _recipient(form, pack.addressees[key], office_letter) for key, office_letter in letters.items()
    ]
    addressee = pack.addressees[choices.addressee]
    template = pack.letters[addressee.letter].texts[language]
    return {
        "form": form,
        "letter": letter,
        "recipients": recipients,
        "reading": _reading(pack, choices, letter, language),
        "addressee": addressee,
        "kind": pack.kinds[addressee.kind],
        "at_risk": choices.sender.country in pack.countries_at_risk,
        "unread": bool(addressee.reads) and choices.language not in addressee.reads,
        "checked": _checked(addressee, clock.today(pack.time_zone)),
        "prompts": template.prompts,
        "openings": openings(pack, choices),
        "plain_text": text.render(letter),
        "near": form.also.near,
        "next_ones": _next_offices(pack, form, choices),
        "has_later": bool(template.later),
        "has_postcard": template.postcard is not None,
        "has_together": template.together is not None,
        "no_own_words": not (choices.own_words or choices.edited),
        "needs_region": address.needs_region(choices.sender.country),
        "postcode_example": postcodes.example(choices.sender.country),
        "edited_for_one": bool(choices.edited) and len(letters) > 1,
    }


def _recipient(form: ChoicesForm, addressee: Addressee, letter: Letter) -> Recipient:
    link, whole = email.best_mailto(letter) if letter.email else ("", True)
    sheet_letter = replace(letter, signature=letter.signature or _("Your name"))
    if not letter.sender:
        sheet_letter = replace(sheet_letter, sender=(_("Your name"),))
    done = addressee.key in (form.done.data or ())
    return Recipient(addressee, letter, html.sheet(sheet_letter), link, whole, done)


def _reading(pack: Pack, choices: Choices, letter: Letter, language: str) -> Markup | None:
    """The letter in the reader's language under the sheet, where the sheet is only in another one."""
    if choices.edited or language in {choices.language, choices.beside.removeprefix("both:")}:
        return None
    pair = translation.beside(letter, compose_in(pack, choices, language), "both")
    return html.reading(pair)


def _next_offices(pack: Pack, form: ChoicesForm, choices: Choices) -> list[Addressee]:
    """Offices that were not written to yet, in the order of the list; none that puts somebody at risk."""
    finished_keys = {*form.recipients, *(form.done.data or ())}
    abroad_only = choices.sender.country in pack.countries_at_risk
    return [
        addressee
        for addressee in pack.open_addressees()
        if addressee.key not in finished_keys and (pack.kinds[addressee.kind].abroad or not abroad_only)
    ][:3]


def _checked(addressee: Addressee, today: date) -> str:
    """'' for an address that should be checked before posting, or the day on which it was checked."""
    if addressee.checked_on is None or not address_is_fresh(addressee, today):
        return ""
    return addressee.checked_on.show(languages.current())
