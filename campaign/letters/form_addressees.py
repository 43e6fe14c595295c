"""What the composer's form offers of addressees, and of what depends on them: demands, representatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from campaign.letters import offices
from campaign.letters.representatives import directory
from campaign.pack.model import Addressee, Pack
from campaign.text_input import LENGTHS, one_line
from campaign.web import languages

if TYPE_CHECKING:
    from campaign.letters.forms import ChoicesForm

#: Most offices that one letter is written to at once.
AT_ONCE = 8


def set_addressees(form: ChoicesForm, pack: Pack) -> None:
    """Addressees by group; offices of a country at risk last for somebody there, and none of them chosen."""
    language, country = languages.current(), form.country.data or ""
    groups = offices.groups(pack, country)
    offered = [addressee for group in groups for addressee in group.addressees]
    _replace_addressee(form, pack, [one.key for one in offered])
    form.to.choices = {} if form.to.data else {"": [("", _("Choose an addressee"))]}
    for group in groups:
        title = group.kind.title[language]
        title = _("A risk for you: %(group)s", group=title) if group.risky else title
        entries = [(addressee.key, addressee.title[language]) for addressee in group.addressees]
        form.to.choices[title] = [*form.to.choices.get(title, []), *entries]
    first = offices.first_offered(pack, country)
    form.to.first = tuple((key, pack.addressees[key].title[language]) for key in first)
    form.done.choices = [(one.key, one.title[language]) for one in pack.open_addressees()]
    _set_others(form, pack, offered)


def _set_others(form: ChoicesForm, pack: Pack, offered: list[Addressee]) -> None:
    """Those that can be written to as well; one near the supporter first."""
    language, country = languages.current(), form.country.data or ""
    # One that is looked up in a list needs the fields of the first office.
    form.also.choices = tuple((one.key, one.title[language]) for one in offered if not one.listed)
    near = [one for one in offered if country in one.for_countries and one.key != form.to.data]
    form.also.near = tuple(one.key for one in near if not pack.risk(one, country).for_supporter)
    form.also.most = AT_ONCE - 1
    keys = {one.key for one in offered}
    form.also.data = [key for key in form.also.data or () if key in keys or key not in pack.addressees]


def _replace_addressee(form: ChoicesForm, pack: Pack, offered: list[str]) -> None:
    """Choose another addressee where the page's own choice is a risk, or where there is none from there."""
    addressee, country = pack.addressees.get(form.to.data or ""), form.country.data or ""
    own_choice = bool(form.to.data) and form.to.data != form.suggested.data
    if addressee is None and own_choice:
        return  # not of the list
    risky = addressee is not None and pack.risk(addressee, country).for_supporter
    if addressee is not None and addressee.key in offered and (own_choice or not risky):
        return
    if addressee is not None:
        form.to.replaced = _why_replaced(addressee.title[languages.current()], addressee.key in offered)
    form.to.data = form.suggested.data = offices.suggested(pack, country)


def _why_replaced(title: str, offered: bool) -> str:
    if offered:
        words = _("“%(office)s” belongs to the authorities of your country.", office=title)
    else:
        words = _("“%(office)s” is not for supporters from your country.", office=title)
    choose = _("Choose whom you write to.")
    return f"{words} {choose}"


def set_demands(form: ChoicesForm, pack: Pack) -> None:
    """The demands that the addressee can act on. One that the page offers for the first time is ticked."""
    addressee = pack.addressees.get(form.to.data or "")
    offered = offices.offered_demands(pack, addressee) if addressee else list(pack.demands)
    language = languages.current()
    form.demands.choices = [(key, pack.demands[key].texts[language].title) for key in offered]
    form.demands.kept = frozenset(pack.demands)
    if form.seen.given and form.meta.drawing and addressee:
        new = [key for key in offices.ticked_at_first(pack, addressee) if key not in form.seen.data]
        form.demands.data = [*(form.demands.data or ()), *new]
    form.seen.data = list(dict.fromkeys([*(form.seen.data or ()), *offered]))
    form.also.refused = _unable(form, pack)


def _unable(form: ChoicesForm, pack: Pack) -> str:
    """What is said of another addressee that can act on none of the chosen demands; '' if all can."""
    chosen = set(form.demands.chosen)
    for key in form.also.data or ():
        able = pack.demands_for(pack.addressees[key]) if key in pack.addressees else ()
        if able and chosen and not chosen & set(able):
            title = pack.addressees[key].title[languages.current()]
            return str(_("“%(office)s” can’t act on any of the demands that you chose.", office=title))
    return ""


def set_representatives(form: ChoicesForm, pack: Pack) -> None:
    """Those of the list who are meant by what was typed, or by the supporter's own postcode."""
    form.representative.choices = [("", _("Choose who represents you"))]
    addressee = pack.addressees.get(form.to.data or "")
    if addressee is None or not addressee.listed:
        return
    query = form.to_area.data or form.postcode.data or ""
    matches = directory(pack).find(addressee.key, one_line(query[: LENGTHS["to_area"]]))
    keys = [person.key for person in matches]
    form.representative.choices += [(key, key) for key in keys]
    if len(keys) == 1:
        form.representative.data = keys[0]
    elif form.representative.data not in keys:
        form.representative.data = ""
