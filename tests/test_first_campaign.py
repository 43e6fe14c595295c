"""The toolkit knows no campaign: nothing that the first one says is in code, templates, messages or the handbook.

What it says is read from its pack: names, figures, places, and every sentence. The files of languages name all
countries, and the maps draw them; both are data, and neither is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain

import pytest
from babel import Locale
from babel.core import get_global

from campaign.pack.files import parse, read_folder
from campaign.pack.model import Pack
from tests.test_words import documents, name_of, sources
from tests.tools import ROOT, SEED

#: Languages in which code would name a country or a town, besides those of the pack.
WRITTEN = ("en", "ru")

#: So many words in a row are no chance.
IN_A_ROW = 7


def plain(text: str) -> str:
    """The words alone, in small letters and between spaces: marks, quotation marks and line ends are no matter."""
    words = re.findall(r"[^\W_]+", text.lower())
    return f" {' '.join(words)} "


# What the first campaign says


@cache
def pack() -> Pack:
    return parse(read_folder(SEED))


def names() -> Iterator[str]:
    """The names and titles of the campaign and of all that is in it, in every language."""
    own = pack()
    yield own.slug
    named = [own.name, own.headline]
    for organisation in own.organisations:
        named += [organisation.name, organisation.acronym]
    for voice in own.voices:
        named += [voice.name, voice.title]
    named += [kind.title for kind in own.kinds.values()]
    named += [addressee.title for addressee in own.addressees.values()]
    named += [source.title for source in own.sources.values()]
    yield from chain.from_iterable(words.values() for words in named)
    yield from chain.from_iterable(kicker.split("·") for kicker in own.kicker.values())
    yield from (text.title for demand in own.demands.values() for text in demand.texts.values())


def contacts() -> Iterator[str]:
    """Addresses in the web and of e-mail."""
    own = pack()
    yield from (addressee.email for addressee in own.addressees.values())
    sites = [addressee.website for addressee in own.addressees.values()]
    sites += [organisation.website for organisation in own.organisations]
    sites += [source.url for source in own.sources.values()]
    yield from (re.sub(r"https?://(?:www\.)?", "", site) for site in sites)


def figures() -> Iterator[str]:
    """Figures with their nouns, quotations, and the marks that stand for them."""
    for fact in pack().facts.values():
        yield f"fact.{fact.key}"
        if fact.value is None or fact.unit:
            yield from (fact.phrase(language) for language in pack().languages)


def authorities() -> set[str]:
    """The countries whose offices get letters, and those whose supporters are at risk, by their codes."""
    own = pack()
    offices = {kind.office_of for kind in own.kinds.values()}
    offices |= {addressee.office_of for addressee in own.addressees.values()}
    return {code for code in {*offices, *own.countries_at_risk} if re.fullmatch("[A-Z]{2}", code)}


def places() -> Iterator[str]:
    """These countries, the towns of their offices, and those towns of their time zones that the pack mentions."""
    countries, said = authorities(), plain(" ".join(texts_of_the_pack()))
    for addressee in pack().addressees.values():
        if addressee.country in countries and addressee.address:
            yield from map(town, (addressee.address.lines, *addressee.address.local.values()))
    for code in {*WRITTEN, *pack().languages}:
        babel = Locale.parse(code, sep="-")
        yield from (babel.territories[country] for country in countries)
        for zone, country in get_global("zone_territories").items():
            name = babel.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2]
            if country in countries and plain(name) in said:
                yield name


def town(lines: tuple[str, ...]) -> str:
    """The longest word of the last line that is not a postcode: “010000 Astana”."""
    words: Iterator[list[str]] = (re.findall(r"[^\W\d]{4,}", line) for line in reversed(lines))
    return max(next(filter(None, words)), key=len)


def texts_of_the_pack() -> Iterator[str]:
    """Its files, without what is about the site and not the campaign: comments, places to fill in (‹…›), two pages."""
    for path in sorted(SEED.rglob("*.*")):
        if path.name.split(".")[0] not in {"about", "privacy"}:
            yield re.sub(r"^ *#.*|‹[^›]*›", "", path.read_text(encoding="utf-8"), flags=re.M)


def words_of_the_pack() -> set[str]:
    """What is looked for. A place may have another ending: “в Казахстане”, “Астаны”."""
    whole = {plain(text) for text in chain(names(), contacts(), figures())}
    return {*whole, *(plain(place).rstrip().rstrip("aа") for place in places())} - {plain("")}


def rows(text: str) -> Iterator[str]:
    """Every so many words in a row."""
    words = plain(text).split()
    return (" ".join(words[start : start + IN_A_ROW]) for start in range(len(words) - IN_A_ROW + 1))


# What the toolkit says


def toolkit() -> Iterator[tuple[str, str]]:
    """Code, templates, scripts, styles, the interface's words in every language, and the handbook."""
    yield from ((name, text) for name, text in sources() if not name.endswith(".po"))
    for path in sorted((ROOT / "campaign/languages").rglob("messages.po")):
        yield name_of(path), path.read_text(encoding="utf-8").replace('"\n"', "")
    yield from ((name, text) for name, text in documents() if name.startswith("campaign/handbook/"))


def names_in(texts: Iterable[tuple[str, str]]) -> list[str]:
    wanted = words_of_the_pack()
    said = ((file, plain(text)) for file, text in texts)
    return [f"{file}: {words.strip()}" for file, text in said for words in sorted(wanted) if words in text]


def sentences_in(texts: Iterable[tuple[str, str]]) -> list[str]:
    wanted = set(chain.from_iterable(map(rows, texts_of_the_pack())))
    return [f"{file}: {row}" for file, text in texts for row in rows(text) if row in wanted]


def test_no_name_figure_or_place_of_the_first_campaign_is_in_the_toolkit() -> None:
    assert names_in(toolkit()) == []


def test_no_sentence_of_the_first_campaign_is_in_the_toolkit() -> None:
    assert sentences_in(toolkit()) == []


def test_all_of_the_toolkit_is_read() -> None:
    files = {name for name, _text in toolkit()}
    for beginning in (
        "campaign/letters/",
        "templates/press/",
        "static/js/",
        "static/css/",
        "campaign/handbook/en/",
    ):
        assert any(name.startswith(beginning) for name in files), beginning
    assert {path.parent.name for path in (ROOT / "campaign/languages").rglob("messages.po")} == {
        name.split("/")[2] for name in files if name.endswith(".po")
    }


@pytest.mark.parametrize(
    "text",
    [
        "python -m campaign check seeds/january-2022",
        'zone = "Asia/Almaty"',
        "key = 'court-of-almaty'",
        "Мужчина в Казахстане",
        "жители Астаны",
        '_("President of the Republic of " "Kazakhstan")',
        "Независимое\nрасследование",
        "bureau.kz",
        "such as FIDH",
        "'at least 238 people': the number with its noun",
        "{{ fact.deaths-official.number }}",
    ],
)
def test_a_name_a_figure_or_a_place_is_found_in_any_form(text: str) -> None:
    assert names_in([("x.py", text)])


def test_a_sentence_is_found_over_two_lines() -> None:
    lead = pack().petition["en"].body.text.split()[: IN_A_ROW + 1]
    assert sentences_in([("x.py", f'("{" ".join(lead[:3])} "\n    "{" ".join(lead[3:])}")')])


def test_what_has_nothing_of_a_campaign_is_left_alone() -> None:
    text = "A woman in Lyon asks for a thorough and independent inquiry. at least 40 people, Europe/Paris"
    assert names_in([("x.py", text)]) == sentences_in([("x.py", text)]) == []
