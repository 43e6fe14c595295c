"""Who runs the current campaign, for every template, in the language of the page."""

from __future__ import annotations

from flask import Flask

from campaign.languages.countries import countries
from campaign.messages import Message
from campaign.pack import responsible
from campaign.pack.model import Pack
from campaign.web import languages
from campaign.web.messages import translated

#: Pages that every campaign and every site has, and the templates that make them of what the pack says.
#: A pack's own page of the same key replaces it.
STATEMENTS = {"imprint": "site/imprint.html", "accessibility": "site/accessibility.html"}


def init(app: Flask) -> None:
    """Give the templates the sentences about who runs a campaign."""
    app.jinja_env.globals.update(
        runner_name=runner_name,
        runner_contact=runner_contact,
        who_runs=who_runs,
        whose_demands=whose_demands,
        linked_pages=linked_pages,
        country_name=country_name,
        statements=STATEMENTS,
    )


def _text(text: str | Message) -> str:
    return translated(text) if isinstance(text, Message) else text


def runner_name(pack: Pack) -> str:
    """The organisation that is responsible for the data."""
    return _text(responsible.runner_name(pack, languages.current()))


def runner_contact(pack: Pack) -> str:
    """How to reach it."""
    return _text(responsible.contact(pack, languages.current()))


def who_runs(pack: Pack) -> str:
    """What the foot of a page says of those who run the campaign."""
    return " ".join(map(translated, responsible.in_footer(pack, languages.current())))


def whose_demands(pack: Pack) -> str:
    """Whose demands these are, and what the runner has to do with them."""
    language = languages.current()
    sentences = (*responsible.asks(pack, language), *responsible.disclaimer(pack, language))
    return " ".join(map(translated, sentences))


def country_name(code: str) -> str:
    """A country in the language of the page."""
    return countries(languages.current()).get(code, code)


def linked_pages(pack: Pack, where: str) -> list[str]:
    """The keys of the pack’s pages that are linked there. The footer has the statements anyhow."""
    return [key for key in pack.pages_in(where) if where == "menu" or key not in STATEMENTS]
