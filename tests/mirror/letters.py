"""Random choices of supporters, and the letters that `compose` makes of them, as the script gives them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from campaign.letters.compose import compose
from campaign.letters.formats import email, text
from campaign.letters.letter import Block, Choices, Letter, NumberedList, Sender, TypedAddress
from campaign.mirror.letter_data import offered
from campaign.pack.model import Addressee, Pack
from campaign.pack.wording import NoteMark, Run

#: Senders of several countries and scripts: with and without a street, a town twice, a region, signs.
SENDERS = (
    Sender("Claire Martin", ("12 rue Mercière",), "Lyon", "FR", "", "69002"),
    Sender("Claire Martin", ("12 rue Mercière", "69002 Lyon"), "Lyon", "FR", "claire@example.org"),
    Sender("Айгүл Сапарова", ("Абай даңғылы 5",), "Алматы", "KZ", "", "050000"),
    Sender("Jo", (), "", "", ""),
    Sender("Ana Müller-Weiß", ("Hauptstraße 1",), "Köln", "DE", "", "50667"),
    Sender("ليلى حسن", ("شارع النهر 3",), "بغداد", "IQ", "laila@example.org", "10001"),
    Sender("Maria da Silva", (), "São Paulo", "BR", "", ""),
    Sender("Sam Example", ("1 Main St", "Apt. 4"), "Springfield", "US", "", "62701", "IL"),
    Sender("Mehmet Işık", ("İstiklal Cad. 7",), "Isparta", "TR", "", "32000"),
    Sender("名前 例", ("例町1-2-3",), "例市", "JP", "", "100-0001", "東京都"),
    Sender("Anne O'Hara", ("Flat 2", "9 High Street"), "St. Ives", "GB", "", "TR26 1AB"),
    Sender("Tan", ("10 Example Road",), "Singapore", "SG", "", "018956"),
    Sender("Pedro", ("Calle Mayor 1", "28014 Madrid"), "28014 Madrid", "ES", "", ""),
    Sender("Lea", (), "Genève 3", "CH"),
    Sender("Ola", (), "Oslo", "NO", "", "0150"),
)

OWN = (
    "",
    "",
    "I teach law in Lyon.",
    "First.\nSecond line.\n\n  Third paragraph: “quoted”, [1].  ",
    "كلمة واحدة.",
)

TYPED = (
    TypedAddress(),
    TypedAddress("Ministry", ("1 Quay Street",), "75007", "Paris"),
    TypedAddress("", (), "", "", "", "minister@example.org"),
    TypedAddress("Amt", ("Werderscher Markt 1", "10117 Berlin"), "", "Berlin"),
)


def choices_of(pack: Pack, addressee: Addressee, language: str, chance: random.Random) -> Choices:
    """Random choices that a supporter could make in the composer of a copy."""
    open_to = [one for one in SENDERS if one.country not in addressee.not_for_countries]
    openings = len(pack.letters[addressee.letter].texts[language].openings)
    return Choices(
        addressee.key,
        language,
        tuple(key for key in pack.demands if chance.random() < 0.7),
        chance.choice(open_to),
        date(2026, 1, 1) + timedelta(days=chance.randrange(1_200)),
        opening=chance.choice((None, chance.randrange(openings))),
        seed=chance.randrange(2**31),
        own_words=chance.choice(OWN),
        form=chance.choice(("", "", "woman", "man", "unknown")),
        later=chance.random() < 0.3,
        to_address=chance.choice(TYPED) if addressee.typed else TypedAddress(),
        layout=chance.choice(("", "", "left")),
        window=chance.choice(("", "", "din-5008-b", "us-10")),
        edition=1,
    )


def cases(pack: Pack, times: int, chance: random.Random) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What the script is asked, and what it must answer: over all addressees and languages, so many times."""
    for addressee in offered(pack):
        for language in pack.languages:
            for _time in range(times):
                choices = choices_of(pack, addressee, language, chance)
                yield as_asked(choices), as_answered(compose(pack, choices))


def as_asked(choices: Choices) -> dict[str, Any]:
    """Choices as the script has them."""
    sender, to = choices.sender, choices.to_address
    return {
        "addressee": choices.addressee,
        "language": choices.language,
        "demands": list(choices.demands),
        "sender": {
            "name": sender.name, "address": list(sender.address), "place": sender.place, "country": sender.country,
            "email": sender.email, "postcode": sender.postcode, "region": sender.region,
        },
        "day": choices.day.isoformat(),
        "opening": choices.opening,
        "seed": choices.seed,
        "ownWords": choices.own_words,
        "form": choices.form,
        "later": choices.later,
        "toAddress": {
            "name": to.name, "lines": list(to.lines), "postcode": to.postcode, "place": to.place, "region": to.region,
            "email": to.email, "webForm": to.web_form,
        },
        "layout": choices.layout,
        "window": choices.window,
    }  # fmt: skip


def as_answered(letter: Letter) -> dict[str, Any]:
    """A letter as the script gives it, with its plain text and its mailto: link."""
    return {
        "language": letter.language,
        "sender": list(letter.sender),
        "addressee": list(letter.addressee),
        "date": letter.date,
        "subject": letter.subject,
        "salutation": letter.salutation,
        "body": list(map(_block, letter.body)),
        "notes": [note.text for note in letter.notes],
        "closing": letter.closing,
        "signature": letter.signature,
        "email": letter.email,
        "webForm": letter.web_form,
        "byPost": letter.by_post,
        "paper": letter.paper,
        "layout": letter.layout,
        "filename": letter.filename,
        "window": letter.window,
        "posting": {"addressee": list(letter.posting.addressee), "sender": list(letter.posting.sender)},
        "text": text.render(letter),
        "mailto": [*map(str, (email.best_mailto(letter)[0],)), email.best_mailto(letter)[1].value]
        if letter.email
        else None,
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, NumberedList):
        return {"items": [_runs(item) for item in block.items]}
    return {"runs": _runs(block.runs), **({"own": True} if block.own else {})}


def _runs(runs: tuple[Run, ...]) -> list[Any]:
    return [{"note": run.number} if isinstance(run, NoteMark) else run for run in runs]


#: What runs in the page: the answers of the script to what it is asked.
ANSWERS = """(asked) => asked.map((choices) => {
  const letter = offline.compose(offline.data, choices);
  return { ...letter, text: offline.render(offline.data, letter),
    mailto: letter.email ? offline.bestMailto(offline.data, letter) : null };
})"""
