"""A pack and a supporter's choices become one letter, as structure, before any format.

`compose` is pure: the same pack and choices give the same letter, and nothing is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from campaign.letters import translation
from campaign.letters.address import address_lines, posting, sender_block
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
from campaign.pack.languages import countries, edition, place_and_date
from campaign.pack.model import Addressee, LetterText, Pack, Prose
from campaign.pack.wording import Note
from campaign.press.papers import PAPERS

#: Where a language puts the two address blocks: a letter looks like local letters.
LAYOUTS = {"en": "left", "fr": "addressee-right", "ru": "right", "kk": "right"}


class UnknownChoiceError(ValueError):
    """A choice that the pack does not offer; `valid` are those that it does."""

    def __init__(self, what: str, value: str, valid: Iterable[str]) -> None:
        self.what, self.value, self.valid = what, value, tuple(valid)
        super().__init__(f"There is no {what} “{value}”. Choose one of: {', '.join(self.valid)}.")


def compose(pack: Pack, choices: Choices) -> Letter:
    """The letter that the choices make. Raises UnknownChoiceError for what the pack lacks."""
    letter = _letter(pack, choices)
    if choices.edited.strip():
        return with_edited_text(letter, choices.edited)
    if choices.beside:
        purpose, _, language = choices.beside.partition(":")
        return translation.beside(letter, compose_in(pack, choices, language), purpose)
    return letter


def compose_in(pack: Pack, choices: Choices, language: str) -> Letter:
    """The same letter in another language: same addressee, wording and own words, part by part."""
    return _letter(pack, replace(choices, language=language, beside="", edited=""))


def _letter(pack: Pack, choices: Choices) -> Letter:
    addressee, text = _addressee_and_text(pack, choices)
    sender, language = choices.sender, choices.language
    notes: list[Note] = []
    together = choices.piece == "open-letter"
    body = (_open_letter_body if together else _body)(pack, choices, addressee, text, notes)
    salutation = addressee.salutation[language].form(choices.form or addressee.form)
    domestic = addressee.typed or addressee.country == sender.country
    window = WINDOWS.get(choices.window)
    post = posting(addressee, sender, language, choices.to_address)
    lines = address_lines(addressee, language, sender.country, choices.to_address)
    return Letter(
        language=language,
        sender=() if together else sender_block(sender, language, domestic),
        addressee=post.addressee if window else (addressee.to[language], *lines),
        date=place_and_date(_town(sender.place), choices.day, language),
        subject=text.subject,
        salutation=salutation,
        body=body,
        closing=_closing(pack, addressee, salutation, language, together),
        signature="" if together else sender.name,
        notes=tuple(notes),
        imprint=_imprint(pack, choices),
        email=addressee.email,
        paper=window.paper if window else choices.paper,
        layout=choices.layout or LAYOUTS[language],
        filename=f"{choices.piece}-{addressee.key}-{language}",
        window=window.key if window else "",
        posting=replace(post, sender=()) if together else post,
        names=NAMES if together else 0,
    )


def _addressee_and_text(pack: Pack, choices: Choices) -> tuple[Addressee, LetterText]:
    """The addressee and the template's text, once every choice has been found in the pack."""
    open_addressees = {candidate.key: candidate for candidate in pack.open_addressees()}
    _one_of("language", choices.language, pack.languages)
    _one_of("addressee", choices.addressee, open_addressees)
    for key in choices.demands:
        _one_of("demand", key, pack.demands)
    addressee = open_addressees[choices.addressee]
    letter = choices.letter or addressee.letter
    _one_of("letter", letter, pack.letters)
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
        return [Paragraph(wording.runs(part, self.notes)) for part in map(_one_line, parts) if part]

    def numbered(self, proses: list[Prose]) -> NumberedList:
        items = [_one_line(self._rendered(prose)) for prose in proses]
        sentences = [_ends(item, last=n == len(items)) for n, item in enumerate(items, 1)]
        return NumberedList(tuple(wording.runs(item, self.notes) for item in sentences))


def _body(
    pack: Pack, choices: Choices, addressee: Addressee, text: LetterText, notes: list[Note]
) -> tuple[Block, ...]:
    """Opening, facts, own words, duty, demands, reply: in the wording that the seed picks."""
    writer = _Writer(pack, addressee, choices, notes)
    own = own_paragraphs(choices.own_words)
    demands = asked_for(pack, choices)
    variant = wording_for(text, choices, len(demands))
    blocks = writer.paragraphs(text.openings[variant.opening])
    if variant.own_words_first:
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
    if demands:
        blocks += writer.paragraphs(text.asking[variant.asking])
        blocks.append(writer.numbered([text.asks[demands[n]] for n in variant.asks]))
    return (*blocks, *writer.paragraphs(text.replies[variant.reply]))


def _open_letter_body(
    pack: Pack, choices: Choices, addressee: Addressee, text: LetterText, notes: list[Note]
) -> tuple[Block, ...]:
    """The body of an open letter: its own text in the plural, and the demands in the pack's order."""
    if text.together is None:
        return ()
    writer = _Writer(pack, addressee, choices, notes)
    blocks = writer.paragraphs(text.together)
    demands = asked_for(pack, choices)
    return (*blocks, writer.numbered([text.asks[key] for key in demands])) if demands else tuple(blocks)


def wording_for(text: LetterText, choices: Choices, asked: int) -> Wording:
    """The wording of the choices' seed, with the opening that was chosen by hand if one was."""
    variant = wording_of(text, asked, bool(choices.own_words.strip()), choices.seed)
    return variant if choices.opening is None else replace(variant, opening=choices.opening)


def openings(pack: Pack, choices: Choices) -> tuple[str, ...]:
    """The first paragraph of each opening of the letter, without notes, to choose by."""
    addressee, text = _addressee_and_text(pack, choices)
    names = names_for(pack, addressee, choices)
    rendered = (wording.render(pack, prose.text, choices.language, names) for prose in text.openings)
    return tuple(_one_line(wording.without_notes(opening)) for opening in rendered)


def asked_for(pack: Pack, choices: Choices) -> list[str]:
    """The keys of the chosen demands, in the pack's order."""
    return [key for key in pack.demands if key in choices.demands]


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
        "demands": [pack.demands[key].texts[language].title for key in asked_for(pack, choices)],
    }


def own_paragraphs(text: str) -> list[Block]:
    """The supporter's words, as they are: blank lines separate paragraphs, line ends stay."""
    parts = (part.strip() for part in re.split(r"\n[ \t]*\n", text))
    return [Paragraph((part,), own=True) for part in parts if part]


def _one_line(text: str) -> str:
    return text.replace("\n", " ").strip()


def _ends(item: str, last: bool) -> str:
    """A list's items end with semicolons, the last with a full stop."""
    bare = item.rstrip().removesuffix(".").removesuffix(";").rstrip()
    space = item.rstrip()[len(bare) : -1] if item.rstrip().endswith(";") else ""
    return f"{bare}." if last else f"{bare}{space};"


def _closing(pack: Pack, addressee: Addressee, salutation: str, language: str, together: bool) -> str:
    """The closing words, for one sender or several; French repeats the salutation inside them."""
    closing = pack.closings[addressee.closing]
    words = closing.together if together else closing.words
    return words[language].replace("{salutation}", salutation.rstrip(",!").strip())


def _town(place: str) -> str:
    """The place without a postcode before or after it."""
    return re.sub(r"^[\dA-Z-]*\d[\dA-Z-]*\s+|[\s,]+\d[\d -]*$", "", place).strip()


def _imprint(pack: Pack, choices: Choices) -> str:
    """The small print: which campaign the letter was made with, and from which edition."""
    name = pack.name[choices.language]
    return f"{name}, {edition(choices.edition, choices.language)}" if choices.edition else name
