"""Who runs a campaign and whose demands it presents, in sentences for pages, paper, e-mails and the book.

Nothing speaks in the name of an organisation that has not agreed: an independent runner presents the
demands of others and says that they do not run or endorse it.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaign.languages.catalogues import plurals
from campaign.languages.direction import isolated
from campaign.languages.numbers import number
from campaign.languages.typography import listed
from campaign.messages import Message, Plural
from campaign.pack.model import Pack, Words
from campaign.pack.model.runner import ASKED_BY_THEM, INDEPENDENT

#: So many organisations are named at the foot of a page and on paper; more are counted.
MOST_NAMED = 12

#: The name of a runner that the pack does not give.
NOBODY = Message("‹name of the organisation that runs this site›")


def relation(pack: Pack) -> str:
    """What the runner is to those who make the demands; independent if the pack does not say."""
    return pack.runner.relation if pack.runner else INDEPENDENT


def runner_name(pack: Pack, language: str) -> str | Message:
    """The organisation that is responsible, or a visible placeholder."""
    name = pack.runner.name.get(language, "") if pack.runner else ""
    return name or NOBODY


def contact(pack: Pack, language: str) -> str | Message:
    """How to reach those who are responsible; their name if the pack says no more."""
    return (pack.runner.contact if pack.runner else "") or runner_name(pack, language)


def askers(pack: Pack, language: str) -> str:
    """The organisations that make the demands, by their short names; '' for none."""
    acronyms = (_in_language(one.acronym, language) for one in pack.organisations if one.asks)
    names = (isolated(acronym, language) for acronym in acronyms)
    return listed(names, language)


def _in_language(words: Words, language: str) -> str:
    return words.get(language) or next(iter(words.values()), "")


def supporting(pack: Pack, language: str) -> str:
    """The supporting organisations by name, or their number if they are many; '' for none."""
    count, ngettext = len(pack.supporting), plurals(language)
    if count > MOST_NAMED:
        return ngettext("%(num)s organisation", "%(num)s organisations", count) % {
            "num": number(count, language)
        }
    return listed((isolated(one.name, language) for one in pack.supporting), language)


def runs(pack: Pack, language: str) -> Message:
    """The organisation that runs the campaign, as a sentence."""
    return Message("Run by %(runner)s.", runner=runner_name(pack, language))


def asks(pack: Pack, language: str) -> Iterator[Message]:
    """Whose demands these are: those of organisations that ask for it, or of others."""
    count, names = sum(one.asks for one in pack.organisations), askers(pack, language)
    independent = relation(pack) == INDEPENDENT
    if count > MOST_NAMED and independent:
        yield Plural("Demands of %(num)s organisation.", "Demands of %(num)s organisations.", count)
    elif count > MOST_NAMED:
        yield Plural("Asked by %(num)s organisation.", "Asked by %(num)s organisations.", count)
    elif names and independent:
        yield Message("Demands of %(names)s.", names=names)
    elif names:
        yield Message("Asked by %(names)s.", names=names)


def disclaimer(pack: Pack, language: str) -> Iterator[Message]:
    """What an independent runner must say; nothing for any other, or without other organisations."""
    if relation(pack) == INDEPENDENT and askers(pack, language):
        yield Message("Not run or endorsed by the organisations whose demands these are.")


def on_paper(pack: Pack, language: str) -> list[Message]:
    """What sheets, flyers and posters say of those who ask and of those who run it."""
    return [*asks(pack, language), *disclaimer(pack, language), runs(pack, language)]


def in_footer(pack: Pack, language: str) -> list[Message]:
    """What the foot of every page says. A pack that names no runner says only what it is not."""
    running = [runs(pack, language)] if pack.runner else []
    invited = list(asks(pack, language)) if relation(pack) == ASKED_BY_THEM else []
    return [*running, *invited, *disclaimer(pack, language)]
