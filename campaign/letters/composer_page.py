"""What the composer's page shows for a form: the letter, what is beside it, and who it goes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from campaign import clock
from campaign.languages.countries import countries
from campaign.languages.dates import long_date
from campaign.letters import address, postcodes, returning, translation
from campaign.letters.compose import compose, compose_in, copies_of, openings, postcard_text
from campaign.letters.deadlines import answered_by, rule_of
from campaign.letters.formats import email, html, text
from campaign.letters.forms import ChoicesForm
from campaign.letters.letter import Choices, Letter, TypedAddress
from campaign.letters.offices import groups
from campaign.letters.returning import ReturnSlip
from campaign.pack.addressee_checks import address_is_fresh
from campaign.pack.model import Addressee, Pack
from campaign.web import languages


@dataclass(frozen=True, slots=True)
class Recipient:
    """One office that is written to: its letter, the link that opens an e-mail, whether it was counted.

    `in_mailto` says how much of it is in the link (`email.Body`). `body` is the text to copy into a web form.
    `not_asked` are titles of demands that are not asked of it. `country`: where it goes, if abroad. `slip` is
    the return slip, if it was asked for; `until` the last day for an answer, if a rule is known; `copies` are
    those who get a copy, each with the lines of its address.
    """

    addressee: Addressee
    letter: Letter
    sheet: Markup
    mailto: str
    in_mailto: str
    body: str
    not_asked: tuple[str, ...]
    done: bool
    country: str
    slip: ReturnSlip | None
    until: str
    copies: tuple[tuple[Addressee, tuple[str, ...]], ...]


def letters_for(pack: Pack, choices: Choices, recipients: list[str]) -> Iterator[tuple[str, Letter]]:
    """The key of each office and its letter. Only the first letter has text that was edited by hand."""
    offered = {addressee.key for addressee in pack.addressees_for(choices.sender.country)}
    for key in recipients:
        if key in offered:
            yield key, compose(pack, choices_for(choices, key))


def choices_for(choices: Choices, key: str) -> Choices:
    """The same choices for an office. Another template may have fewer openings: the seed picks one.

    An address that was typed is that of the first office.
    """
    if key == choices.addressee:
        return choices
    return replace(
        choices, addressee=key, opening=None, form="", edited="", to_address=TypedAddress(), first=None
    )


def reached_by_post(pack: Pack, choices: Choices, recipients: list[str], postcards: bool) -> list[str]:
    """The keys of the offices that an envelope reaches or, with `postcards`, a postcard that there is."""
    return [
        key
        for key, letter in letters_for(pack, choices, recipients)
        if letter.by_post and (not postcards or _postcard_to(pack, pack.addressees[key], choices.language))
    ]


def _postcard_to(pack: Pack, addressee: Addressee, language: str) -> bool:
    return postcard_text(pack, addressee, pack.letters[addressee.letter].texts[language]) is not None


def shown(pack: Pack, form: ChoicesForm, choices: Choices) -> dict[str, Any]:
    """The values for the page and its live parts."""
    language = languages.current()
    # An office that was ticked among the others and then chosen as the first is written to once.
    keys = list(dict.fromkeys([choices.addressee, *(form.also.data or ())]))
    letters = dict(letters_for(pack, choices, keys))
    letter = letters[choices.addressee]
    addressee = pack.addressees[choices.addressee]
    template = pack.letters[addressee.letter].texts[language]
    first = choices.first is None
    return {
        "form": form,
        "letter": letter,
        "recipients": [
            _recipient(pack, form, pack.addressees[key], one, choices) for key, one in letters.items()
        ],
        "first_day": "" if choices.first is None else long_date(choices.first.day, language),
        "stopped": _stopped(pack, choices.sender.country, language),
        "reading": _reading(pack, choices, letter, language),
        "prompts": template.prompts if first else (),
        "openings": openings(pack, choices) if first else (),
        "plain_text": text.render(letter),
        "near": form.also.near,
        "next_ones": _next_offices(pack, form, choices),
        "has_later": first and bool(template.later),
        "has_together": first and template.together is not None,
        "no_own_words": not (choices.own_words or choices.edited),
        "needs_region": address.needs_region(choices.sender.country),
        "postcode_example": postcodes.example(choices.sender.country),
        "locked": form.understood.missing,
        "edited_for_one": bool(choices.edited) and len(letters) > 1,
        **_about_addressee(pack, addressee, choices),
        **_about_sending(pack, choices, letters),
    }


#: Fields behind “More choices” that are empty at first, and others whose messages must be seen.
_MORE = ("also", "beside", "layout", "form_of_address", "email", "later")
_MORE_FILLED = ("demands", "day", "paper", "language")


def has_more(form: ChoicesForm) -> bool:
    """Whether something behind “More choices” was used or is wrong, so that it must be seen."""
    used = any(form[name].data for name in _MORE)
    return used or any(form[name].errors for name in (*_MORE, *_MORE_FILLED))


def _about_addressee(pack: Pack, addressee: Addressee, choices: Choices) -> dict[str, Any]:
    """What the composer says about the first office."""
    country = choices.sender.country
    return {
        "addressee": addressee,
        "kind": pack.kinds[addressee.kind],
        "at_risk": country in pack.countries_at_risk,
        "others_count": sum(len(group.addressees) for group in groups(pack, country)),
        "risky": pack.risk(addressee, country).for_supporter,
        "unread": bool(addressee.reads) and choices.language not in addressee.reads,
        "checked": _checked(addressee, clock.today(pack.time_zone)),
    }


def _about_sending(pack: Pack, choices: Choices, letters: Mapping[str, Letter]) -> dict[str, Any]:
    """Which ways there are to all offices together."""
    return {
        "by_post": any(letter.by_post for letter in letters.values()),
        "by_email": any(letter.email for letter in letters.values()),
        "has_postcard": choices.first is None
        and any(
            letter.by_post and _postcard_to(pack, pack.addressees[key], choices.language)
            for key, letter in letters.items()
        ),
    }


def _recipient(
    pack: Pack, form: ChoicesForm, addressee: Addressee, letter: Letter, choices: Choices
) -> Recipient:
    link, in_link = email.best_mailto(letter) if letter.email else ("", email.Body.WHOLE)
    sheet_letter = replace(letter, signature=letter.signature or _("Your name"))
    if not letter.sender:
        sheet_letter = replace(sheet_letter, sender=(_("Your name"),))
    done = addressee.key in (form.done.data or ())
    not_asked = _not_asked(pack, form, addressee)
    own = choices_for(choices, addressee.key)
    return Recipient(
        addressee=addressee,
        letter=letter,
        sheet=html.sheet(sheet_letter),
        mailto=link,
        in_mailto=in_link.value,
        body=text.for_web_form(letter) if letter.web_form else "",
        not_asked=not_asked,
        done=done,
        country=_abroad(addressee, form.country.data or ""),
        slip=returning.make(form, choices, addressee.key) if form.slips.data or done else None,
        until=until(addressee, choices.day),
        copies=tuple(
            (one, address.address_lines(one, own.language, own.sender.country, TypedAddress()))
            for one in copies_of(pack, own, addressee)
        ),
    )


def until(addressee: Addressee, day: date) -> str:
    """The last day for an answer to a letter of a day, in words; '' where no rule is known."""
    rule = rule_of(addressee)
    return long_date(answered_by(rule, day), languages.current()) if rule else ""


def _stopped(pack: Pack, country: str, language: str) -> list[tuple[str, str]]:
    """Offices to which nobody should write any more, each with the reason, or '' if its day is over."""
    today = clock.today(pack.time_zone)
    return [
        (one.title[language], one.stop_writing[language])
        for one in pack.addressees.values()
        if one.enabled and not (one.withheld or one.is_open(today)) and country not in one.not_for_countries
    ]


def _abroad(addressee: Addressee, country: str) -> str:
    """The name of the country to which a letter goes, if it is another than the supporter's."""
    return countries(languages.current()).get(addressee.country, "") if addressee.country != country else ""


def _not_asked(pack: Pack, form: ChoicesForm, addressee: Addressee) -> tuple[str, ...]:
    """Of the first office, all demands that it can't act on; of another, those that were chosen."""
    able, first = pack.demands_for(addressee), addressee.key == form.to.data
    if not able:
        return ()  # a letter that asks nothing
    keys = pack.demands if first else form.demands.chosen
    return tuple(pack.demands[key].texts[languages.current()].title for key in keys if key not in able)


def _reading(pack: Pack, choices: Choices, letter: Letter, language: str) -> Markup | None:
    """The letter in the reader's language under the sheet, where the sheet is only in another one."""
    if choices.edited or language in {choices.language, choices.beside.removeprefix("both:")}:
        return None
    pair = translation.beside(letter, compose_in(pack, choices, language), "both")
    return html.reading(pair)


def _next_offices(pack: Pack, form: ChoicesForm, choices: Choices) -> tuple[tuple[str, str], ...]:
    """Three offices that were not written to yet, keys and titles, in the order of the list.

    None of them puts somebody at risk.
    """
    finished_keys, country = {*form.recipients, *(form.done.data or ())}, choices.sender.country
    offered = [
        (addressee.key, addressee.title[languages.current()])
        for group in groups(pack, country)
        for addressee in group.addressees
        if addressee.key not in finished_keys and not group.risky
    ]
    return tuple(offered[:3])


def _checked(addressee: Addressee, today: date) -> str:
    """'' for an address that should be checked before posting, or the day on which it was checked."""
    if addressee.checked_on is None or not address_is_fresh(addressee, today):
        return ""
    return addressee.checked_on.show(languages.current())
