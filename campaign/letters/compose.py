"""A pack and a supporter's choices become one letter, as structure, before any format.

`compose` is pure: the same pack and choices give the same letter, and nothing is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from campaign.languages.countries import countries
from campaign.languages.data import language as language_data
from campaign.languages.dates import long_date, place_and_date
from campaign.languages.direction import isolated
from campaign.languages.documents import edition
from campaign.languages.typography import ended_item, leads_on, listed, one_line
from campaign.letters import translation
from campaign.letters.address import address_lines, posting, sender_block, ways_to
from campaign.letters.citations import cited
from campaign.letters.deadlines import answered_by, rule_of
from campaign.letters.editing import with_edited_text
from campaign.letters.envelopes import WINDOWS
from campaign.letters.letter import (
    NAMES,
    PIECES,
    Block,
    Choices,
    Letter,
    NumberedList,
    Paragraph,
)
from campaign.letters.variation import Wording
from campaign.letters.variation import wording as wording_of
from campaign.pack import wording
from campaign.pack.model import Addressee, LetterTemplate, LetterText, Pack, Prose
from campaign.pack.wording import Note
from campaign.press.papers import PAPERS


class UnknownChoiceError(ValueError):
    """A choice that the pack does not offer; `valid` are those that it does."""

    def __init__(self, what: str, value: str, valid: Iterable[str]) -> None:
        self.what, self.value, self.valid = what, value, tuple(valid)
        advice = f"Choose one of: {', '.join(self.valid)}." if self.valid else "The campaign has none."
        super().__init__(f"There is no {what} “{value}”. {advice}")


def compose(pack: Pack, choices: Choices) -> Letter:
    """The letter that the choices make. Raises UnknownChoiceError for what the pack lacks."""
    letter = _letter(pack, choices)
    if choices.edited.strip():
        letter = with_edited_text(letter, choices.edited)
    elif choices.beside:
        purpose, _, language = choices.beside.partition(":")
        letter = translation.beside(letter, compose_in(pack, choices, language), purpose)
    return cited(pack, letter)


def compose_in(pack: Pack, choices: Choices, language: str) -> Letter:
    """The same letter in another language: same addressee, wording and own words, part by part."""
    return _letter(pack, replace(choices, language=language, beside="", edited=""))


def _letter(pack: Pack, choices: Choices) -> Letter:
    addressee, text = _addressee_and_text(pack, choices)
    sender, language = choices.sender, choices.language
    notes: list[Note] = []
    together = choices.piece == "open-letter"
    write = _open_letter_body if together else _next_body if choices.first else _body
    body = write(pack, choices, addressee, text, notes)
    salutation = addressee.salutation[language].form(choices.form or addressee.form)
    domestic = addressee.typed or addressee.country == sender.country
    ways = ways_to(addressee, sender.country, choices.to_address)
    window = WINDOWS.get(choices.window) if ways.by_post else None
    post = posting(addressee, sender, language, choices.to_address)
    lines = address_lines(addressee, language, sender.country, choices.to_address)
    return Letter(
        language=language,
        sender=() if together else sender_block(sender, language, domestic),
        addressee=post.addressee if window else (addressee.to[language], *lines),
        date=place_and_date(isolated(_town(sender.place), language), choices.day, language),
        subject=_subject(pack, choices, addressee, text),
        salutation=salutation,
        body=body,
        closing=closing_words(pack, addressee, salutation, language, together),
        signature="" if together else sender.name,
        notes=tuple(notes),
        imprint=imprint(pack, choices) if together else "",
        email=ways.email,
        web_form=ways.web_form,
        by_post=ways.by_post,
        paper=window.paper if window else choices.paper,
        layout=choices.layout or str(language_data(language).line("letter", "layout")),
        filename=f"{choices.piece}-{addressee.key}-{language}",
        window=window.key if window else "",
        posting=replace(post, sender=()) if together else post,
        names=NAMES if together else 0,
        follows=choices.first is not None,
        copy_to=tuple(one.email for one in copies_of(pack, choices, addressee) if one.email),
    )


def _addressee_and_text(pack: Pack, choices: Choices) -> tuple[Addressee, LetterText]:
    """The addressee and the template's text, once every choice has been found in the pack."""
    open_to_sender = {one.key: one for one in pack.addressees_for(choices.sender.country)}
    _one_of("language", choices.language, pack.languages)
    _one_of("addressee", choices.addressee, open_to_sender)
    for key in choices.demands:
        _one_of("demand", key, pack.demands)
    addressee = open_to_sender[choices.addressee]
    letter = choices.letter or addressee.letter
    _one_of("letter", letter, [key for key, one in pack.letters.items() if not _only_follows(one)])
    if choices.first is not None:
        _one_of("case", choices.first.case, pack.cases_of(addressee))
    text = pack.letters[letter].texts[choices.language]
    if choices.opening is not None and not 0 <= choices.opening < len(text.openings):
        numbers = [str(n + 1) for n in range(len(text.openings))]
        raise UnknownChoiceError("opening", str(choices.opening + 1), numbers)
    _one_of("paper", choices.paper, PAPERS)
    if choices.window:
        _one_of("window", choices.window, WINDOWS)
    if choices.beside:
        others = [code for code in pack.languages if code != choices.language]
        offered = [f"{purpose}:{code}" for purpose in translation.PURPOSES for code in others]
        _one_of("language beside", choices.beside, offered)
    _one_of("piece", choices.piece, PIECES if text.together else PIECES[:1])
    return addressee, text


def _only_follows(template: LetterTemplate) -> bool:
    return any(text.only_follows for text in template.texts.values())


def _subject(pack: Pack, choices: Choices, addressee: Addressee, text: LetterText) -> str:
    """The template's subject; that of the next letter is its own template's."""
    if choices.first is None:
        return text.subject
    following = pack.next_text(addressee, choices.first.case, choices.language)
    return following.subject if following is not None and following.only_follows else text.subject


def _one_of(what: str, value: str, valid: Iterable[str]) -> None:
    names = tuple(valid)
    if value not in names:
        raise UnknownChoiceError(what, value, names)


class _Writer:
    """Turns the prose of one letter into blocks, and gathers its notes in order of mention."""

    def __init__(self, pack: Pack, addressee: Addressee, choices: Choices, notes: list[Note]) -> None:
        self.pack, self.language, self.notes = pack, choices.language, notes
        self.names = names_for(pack, addressee, choices)

    def _rendered(self, prose: Prose) -> str:
        return wording.render(self.pack, prose.text, self.language, self.names)

    def paragraphs(self, *proses: Prose) -> list[Block]:
        parts = (part for prose in proses for part in re.split(r"\n\s*\n", self._rendered(prose)))
        lines = (one_line(part, self.language) for part in parts)
        return [Paragraph(wording.runs(line, self.notes)) for line in lines if line]

    def numbered(self, proses: list[Prose]) -> NumberedList:
        items = [one_line(self._rendered(prose), self.language) for prose in proses]
        sentences = [ended_item(item, n == len(items), self.language) for n, item in enumerate(items, 1)]
        return NumberedList(tuple(wording.runs(item, self.notes) for item in sentences))


def _body(
    pack: Pack, choices: Choices, addressee: Addressee, text: LetterText, notes: list[Note]
) -> tuple[Block, ...]:
    """Opening, facts, own words, duty, demands, reply: in the wording that the seed picks."""
    writer = _Writer(pack, addressee, choices, notes)
    own = own_paragraphs(choices.own_words)
    demands = asked_for(pack, choices, addressee, text)
    variant = wording_for(text, choices, len(demands))
    blocks = writer.paragraphs(text.openings[variant.opening])
    if variant.own_words_first or not variant.facts:
        blocks += own
    for index, number in enumerate(variant.facts):
        if index and index == len(variant.facts) - 1 and not variant.duty_last:
            blocks += writer.paragraphs(*text.duty)
        blocks += writer.paragraphs(text.facts[number])
        if index == 0 and not variant.own_words_first:
            blocks += own
    if variant.duty_last:
        blocks += writer.paragraphs(*text.duty)
    if choices.later:
        blocks += writer.paragraphs(*text.later)
    if demands or not pack.demands:
        blocks += writer.paragraphs(*text.asking[variant.asking : variant.asking + 1])
    if demands:
        blocks.append(writer.numbered([text.asks[demands[n]] for n in variant.asks]))
    return (*blocks, *writer.paragraphs(*text.replies[variant.reply : variant.reply + 1]))


def _next_body(
    pack: Pack, choices: Choices, addressee: Addressee, text: LetterText, notes: list[Note]
) -> tuple[Block, ...]:
    """The next letter: what became of the first one, own words, what that one asked, and who gets a copy."""
    first = choices.first
    following = pack.next_text(addressee, first.case, choices.language) if first else None
    prose = following.case(first.case) if following and first else None
    if following is None or prose is None:
        return ()
    writer = _Writer(pack, addressee, choices, notes)
    own = own_paragraphs(choices.own_words)
    asked = [
        pack.demands[key].texts[choices.language].title for key in asked_for(pack, choices, addressee, text)
    ]
    lead = prose.text.rstrip().rpartition("\n\n")[2]
    if leads_on(lead, choices.language):
        blocks = [*writer.paragraphs(_without_lead(prose, choices.language)), *own]
        if asked:
            blocks += [*writer.paragraphs(replace(prose, text=lead)), _titles(asked, choices.language)]
    else:
        blocks = [*writer.paragraphs(prose), *own]
    copied = following.copy is not None and copies_of(pack, choices, addressee)
    return (*blocks, *(writer.paragraphs(following.copy) if copied and following.copy else ()))


def _titles(titles: list[str], language: str) -> NumberedList:
    """The demands by their titles, as the items of a list."""
    return NumberedList(
        tuple((ended_item(title, n == len(titles), language),) for n, title in enumerate(titles, 1))
    )


def copies_of(pack: Pack, choices: Choices, addressee: Addressee) -> tuple[Addressee, ...]:
    """Who gets a copy of the next letter in its case; nobody to whom the supporter can't write."""
    if choices.first is None or addressee.copies is None:
        return ()
    keys = addressee.copies.of(choices.first.case)
    return tuple(
        one
        for one in pack.addressees_for(choices.sender.country)
        if one.key in keys and one.key != addressee.key
    )


def _open_letter_body(
    pack: Pack, choices: Choices, addressee: Addressee, text: LetterText, notes: list[Note]
) -> tuple[Block, ...]:
    """The body of an open letter: its own text in the plural, and the demands in the pack's order."""
    if text.together is None:
        return ()
    writer = _Writer(pack, addressee, choices, notes)
    demands = asked_for(pack, choices, addressee, text)
    if not demands:
        return tuple(writer.paragraphs(_without_lead(text.together, choices.language)))
    return (*writer.paragraphs(text.together), writer.numbered([text.asks[key] for key in demands]))


def _without_lead(prose: Prose, language: str) -> Prose:
    """An open letter without its last words, “We ask you to:”, where nothing follows them."""
    first, _, last = prose.text.rstrip().rpartition("\n\n")
    return replace(prose, text=first) if first and leads_on(last, language) else prose


def wording_for(text: LetterText, choices: Choices, asked: int) -> Wording:
    """The wording of the choices' seed, with the opening that was chosen by hand if one was."""
    variant = wording_of(text, asked, bool(choices.own_words.strip()), choices.seed)
    return variant if choices.opening is None else replace(variant, opening=choices.opening)


def openings(pack: Pack, choices: Choices) -> tuple[str, ...]:
    """The first paragraph of each opening of the letter, without notes, to choose by."""
    addressee, text = _addressee_and_text(pack, choices)
    names = names_for(pack, addressee, choices)
    rendered = (wording.render(pack, prose.text, choices.language, names) for prose in text.openings)
    return tuple(one_line(wording.without_notes(opening), choices.language) for opening in rendered)


def asked_for(pack: Pack, choices: Choices, addressee: Addressee, text: LetterText) -> list[str]:
    """The keys of the chosen demands that the addressee can act on, in the pack's order."""
    return [key for key in pack.demands_for(addressee) if key in choices.demands and key in text.asks]


def postcard_text(pack: Pack, addressee: Addressee, text: LetterText) -> Prose | None:
    """The template's text for a postcard; None if it has none, or one that asks too much of this addressee.

    The text is about every demand that the template asks, and can't be shortened for one addressee.
    """
    others = set(pack.demands) - set(pack.demands_for(addressee))
    return None if others & text.asks.keys() else text.postcard


def names_for(pack: Pack, addressee: Addressee, choices: Choices) -> dict[str, object]:
    """What a template may say about the addressee, the sender and the chosen demands."""
    sender, language = choices.sender, choices.language
    return {
        "addressee": {
            "key": addressee.key,
            "kind": addressee.kind,
            "title": addressee.title[language],
            "letter": addressee.letter,
        },
        "sender": {
            "name": sender.name,
            "place": sender.place,
            "country": countries(language).get(sender.country, ""),
            "in_eu": sender.country in wording.EU,
        },
        "demands": [
            pack.demands[key].texts[language].title
            for key in pack.demands_for(addressee)
            if key in choices.demands
        ],
        "first": _about_first(pack, choices, addressee),
    }


def _about_first(pack: Pack, choices: Choices, addressee: Addressee) -> dict[str, str]:
    """What the next letter may say of the first one; '' for what is not known, or not checked."""
    first, language = choices.first, choices.language
    if first is None:
        return dict.fromkeys(("day", "subject", "law", "due", "copies"), "")
    rule = rule_of(addressee)
    copied = [one.title[language] for one in copies_of(pack, choices, addressee)]
    return {
        "day": long_date(first.day, language),
        "subject": first.subject,
        "law": rule.law[language] if rule else "",
        "due": long_date(answered_by(rule, first.day), language) if rule and rule.checked_on else "",
        "copies": listed(copied, language),
    }


def own_paragraphs(text: str) -> list[Block]:
    """The supporter's words, as they are: blank lines separate paragraphs, line ends stay."""
    parts = (part.strip() for part in re.split(r"\n[ \t]*\n", text))
    return [Paragraph((part,), own=True) for part in parts if part]


def closing_words(pack: Pack, addressee: Addressee, salutation: str, language: str, together: bool) -> str:
    """The closing words, for one sender or several; French repeats the salutation inside them."""
    closing = pack.closings[addressee.closing]
    words = closing.together if together else closing.words
    return words[language].replace("{salutation}", salutation.rstrip(",!").strip())


def _town(place: str) -> str:
    """The place without a postcode before or after it."""
    return re.sub(r"^[\dA-Z-]*\d[\dA-Z-]*\s+|[\s,]+\d[\d -]*$", "", place).strip()


def imprint(pack: Pack, choices: Choices) -> str:
    """The small print: which campaign this was made with, and from which edition.

    It is on what passes from hand to hand. On a personal letter it would say that it is a form letter.
    """
    name = pack.name[choices.language]
    return listed(
        (
            isolated(name, choices.language),
            edition(choices.edition, choices.language) if choices.edition else "",
        ),
        choices.language,
    )
