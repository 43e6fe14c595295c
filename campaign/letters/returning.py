"""Return slips on this server: made for the letters of a page, and read when they come back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _

from campaign import clock
from campaign.languages.dates import long_date
from campaign.letters import slips
from campaign.letters.forms import ChoicesForm
from campaign.letters.letter import Choices, FirstLetter
from campaign.letters.slips import Slip, SlipError
from campaign.pack.model import Pack
from campaign.services import service
from campaign.settings import Settings
from campaign.web import languages
from campaign.web.addresses import page_address
from campaign.web.domains import campaign_base
from campaign.web.open_edition import edition_cache, editions_of_host
from campaign.web.signing import SignatureError, read_spelled, spelled

#: Characters of the longest code; a pasted link may be longer.
LONGEST, LONGEST_LINK = 500, 2_000


class UnusableSlipError(ValueError):
    """A slip that can't be used; the text says why, in the reader's language."""


@dataclass(frozen=True, slots=True)
class ReturnSlip:
    """A slip to keep: its code, and the address under which it comes back."""

    code: str
    address: str


def secret() -> bytes:
    """The secret with which slips are sealed."""
    secret: bytes = service(Settings).secrets["slip"]
    return secret


def make(form: ChoicesForm, choices: Choices, key: str) -> ReturnSlip | None:
    """The slip of the letter to an office; None where there is none.

    None for a page without a valid token, a country at risk, and a letter so old that nobody could use it.
    """
    token: Any = form["form_token"]
    pack: Pack = g.edition.pack
    if not getattr(token, "nonce", b"") or form.understood.needed:
        return None
    demands = tuple(demand for demand in choices.demands if demand in pack.demands_for(pack.addressees[key]))
    nonce = slips.nonce_of(secret(), token.nonce, key)
    slip = Slip(key, choices.language, choices.day, demands, g.edition.number, nonce)
    if slip.expired(clock.today(pack.time_zone)):
        return None
    code = spelled(slips.seal(secret(), pack.slug, slip))
    return ReturnSlip(code, address(code))


def address(code: str) -> str:
    """The whole address of a slip."""
    return campaign_base(g.edition.pack.slug) + page_address("answers.slip", code=code)


def read(typed: str) -> Slip:
    """What a code, or the link with it, holds. Raises UnusableSlipError."""
    pack: Pack = g.edition.pack
    try:
        slip = _opened(read_spelled(code_in(typed), LONGEST), pack)
    except (SlipError, SignatureError):
        raise UnusableSlipError(
            str(_("This is not a return slip of this site, or a part of it is missing."))
        ) from None
    if slip.expired(clock.today(pack.time_zone)):
        raise UnusableSlipError(too_old())
    return slip


def too_old() -> str:
    """What is said of a slip that is no longer used."""
    return str(_("This return slip is more than two years old, so it is no longer used."))


def code_in(typed: str) -> str:
    """The code in what was pasted: it alone or its link, with the line ends of an e-mail in it."""
    text = "".join(typed[:LONGEST_LINK].split()).partition("?")[0].partition("#")[0]
    return text.rstrip("/").rpartition("/")[2]


def _opened(code: bytes, pack: Pack) -> Slip:
    try:
        return slips.unseal(secret(), pack.slug, code, pack.demands)
    except SlipError:
        for slug, other in editions_of_host().items():
            if slug != pack.slug and _is_of(code, slug):
                name = other.pack.name.get(languages.current()) or next(iter(other.pack.name.values()))
                message = _("This return slip belongs to another campaign: %(name)s.", name=name)
                raise UnusableSlipError(str(message)) from None
        raise


def _is_of(code: bytes, slug: str) -> bool:
    try:
        slips.unseal(secret(), slug, code, ())
    except SlipError:
        return False
    return True


def not_yet(slip: Slip, today: date) -> str:
    """What is said of a slip whose letter is dated later than today; '' for any other."""
    if slip.day <= today:
        return ""
    day = long_date(slip.day, languages.current())
    return str(
        _("Your letter is dated %(day)s, which is still to come: no answer can be there yet.", day=day)
    )


def with_first(choices: Choices, form: ChoicesForm) -> Choices:
    """The choices for the next letter, if the form has the slip of a letter to the same office."""
    pack: Pack = g.edition.pack
    case = form.case.data or ""
    if not form.slip.data or case not in pack.cases_of(pack.addressees[choices.addressee]):
        return choices
    try:
        slip = read(form.slip.data)
    except UnusableSlipError:
        return choices
    if slip.addressee != choices.addressee:
        return choices
    return replace(choices, first=FirstLetter(case, slip.day, subject_of(slip)), opening=0)


def subject_of(slip: Slip) -> str:
    """The subject that the letter had, in its language and edition; '' if that can't be found any more."""
    pack: Pack = g.edition.pack
    try:
        earlier = edition_cache().edition(pack.slug, slip.edition).pack
    except LookupError:
        earlier = pack
    for known in (earlier, pack):
        addressee = known.addressees.get(slip.addressee)
        template = known.letters.get(addressee.letter) if addressee is not None else None
        if template is not None and slip.language in template.texts:
            return template.texts[slip.language].subject
    return ""
