"""Whatever character is typed into whatever field: it comes out of every output, or the form names it."""

from __future__ import annotations

import html as html_entities
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField

from campaign.desk.paper.forms import OrderForm
from campaign.desk.validators import BoundedText
from campaign.letters import senders
from campaign.letters.compose import compose
from campaign.letters.formats import docx, email, html, odt, pdf, printed, text
from campaign.letters.forms import as_choices, choices_form
from campaign.letters.letter import Letter, Paragraph, Posting
from campaign.letters.postcard import postcard
from campaign.mail import messages as mail
from campaign.pack.check import check
from campaign.pack.model import Pack
from campaign.paper import forms as rows
from campaign.paper import sheets
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout, Print
from campaign.petition.forms import sign_form
from campaign.press.printable import REPLACEMENT, replaced, unacceptable, unprintable
from campaign.signatures import person, sealed_list
from campaign.signatures.manifest import Sum, Totals
from campaign.signatures.person import Person
from campaign.signatures.sealed_list import Record
from campaign.spreadsheets import reading
from campaign.spreadsheets.encodings import DAMAGED
from campaign.spreadsheets.headings import Column
from campaign.spreadsheets.rows import Limits
from campaign.text_input import forbidden, named, one_line, tidy
from campaign.trustees.book.making import BookSource, make
from tests.characters import every_kind
from tests.tools import DAY, choices, pdf_text
from tests.trustees.book.test_book import CHOICES, KEY, NO_VOID, PACK

#: Characters between two letters, as most are typed.
SAMPLES = [f"Q{character}Z" for character in every_kind()]
ACCEPTED = [tidy(sample) for sample in SAMPLES if unprintable(sample) is None]
REFUSED = [sample for sample in SAMPLES if unprintable(sample) is not None]


# The one check


def test_every_kind_of_character_is_accepted_or_refused_by_its_name() -> None:
    assert len(SAMPLES) > 1_500 and len(ACCEPTED) > 600 and len(REFUSED) > 600
    for sample in REFUSED:
        assert f"U+{ord(unicodedata.normalize('NFC', sample)[1]):04X} " in str(unprintable(sample)), ascii(
            sample
        )


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u202e", "U+202E right-to-left override"),
        ("\0", "U+0000 control character"),
        ("\ue000", "U+E000 private use"),
        ("\ud800", "U+D800 half of a character"),
        ("\u3164", "U+3164 hangul filler"),
        ("\U000e0061", "U+E0061 tag latin small letter a"),
        ("\U00013000", "\U00013000 U+13000 egyptian hieroglyph a001"),
    ],
)
def test_a_message_names_the_character(character: str, name: str) -> None:
    assert named(character) == name
    assert name in str(unprintable(f"Ana{character}"))


KEPT = {
    "Persian with a zero-width non-joiner": "علی‌رضا",
    "Malayalam with a zero-width joiner at its end": "അവന്‍",
    "Sinhala with a joiner": "ශ්‍රී",
    "a family": "👩‍👩‍👧",
    "the flag of England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a Japanese name in its own shape": "葛\U000e0100城",
    "Mongolian with a vowel separator": "ᠮᠣᠩᠭᠣᠯ\u180eᠠ",
    "Vietnamese": "Nguyễn Thị Hằng",
    "Hebrew with points": "שָׁלוֹם",
    "a mark of direction": "Ana\u200e (\u200fأنا\u200f)",
    "Thai with a place to break": "สม\u200bชาย",
}


@pytest.mark.parametrize("name", KEPT.values(), ids=KEPT)
def test_what_a_name_needs_stays_in_it(name: str) -> None:
    assert unprintable(name) is None and one_line(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "typed", ["\ufeffAna", "A\ufeffna", "Ana\ufeff", "A\xadna", "\u200b Ana\u2060", "A\u2063na", "Ana\ufffc"]
)
def test_what_copying_brings_along_and_means_nothing_is_left_out(typed: str) -> None:
    assert unprintable(typed) is None and one_line(typed) == "Ana"


def test_marks_can_t_be_heaped_on_a_letter_by_what_parts_them() -> None:
    for parting in ("", "\u034f", "\u200d", "\u200c"):
        assert forbidden("e" + f"\u0301{parting}" * 5)
    assert forbidden("e" + "\u20dd" * 5) and not forbidden("e" + "\u0301" * 4)


# Every field


class Bounded(Form):
    """A field of the desk's content."""

    field = StringField(validators=[BoundedText(100)])


def _letter(pack: Pack, typed: str) -> dict[str, tuple[str, str]]:
    names = ("name", "place", "region", "address", "own_words", "edited", "to_name", "to_address", "to_place")
    form = choices_form(
        pack, MultiDict({**dict.fromkeys(names, typed), "to": "own-foreign-minister"}), b"x" * 32, True
    )
    form.validate()
    made = as_choices(form, pack, 1)
    sender, to = made.sender, made.to_address
    values = (sender.name, sender.place, sender.region, "\n".join(sender.address), made.own_words, made.edited,
              to.name, "\n".join(to.lines), to.place)  # fmt: skip
    return {name: (value, " ".join(form[name].errors)) for name, value in zip(names, values, strict=True)}


def _signature(pack: Pack, typed: str) -> dict[str, tuple[str, str]]:
    form = sign_form(pack, MultiDict({"name": typed, "place": typed}), b"x" * 32)
    form.validate()
    return {
        name: (one_line(form[name].data), " ".join(map(str, form[name].errors))) for name in ("name", "place")
    }


def _row(_pack: Pack, typed: str) -> dict[str, tuple[str, str]]:
    try:
        entry = rows.row({"name": typed, "place": typed, "country": "FR", "email": ""}, "en")
    except rows.RowError as error:
        return {name: ("", error.messages.get(name, "")) for name in ("name", "place")}
    assert entry
    return {"name": (entry.name, ""), "place": (entry.place, "")}


def _list(pack: Pack, typed: str) -> dict[str, tuple[str, str]]:
    names = ("name", "place", "own_words")
    found = senders.check(senders.Row(2, dict.fromkeys(names, typed)), pack)
    told = {problem.column: str(problem.text) for problem in found.problems}
    return {name: (getattr(found, name), told.get(name, "")) for name in names}


def _desk(_pack: Pack, typed: str) -> dict[str, tuple[str, str]]:
    form = Bounded(MultiDict({"field": typed}))
    form.validate()
    order = OrderForm(MultiDict({"holder": typed, "return_to": typed}))
    order.today = DAY
    order.validate()
    return {
        "content": (tidy(form.field.data), " ".join(form.field.errors)),
        "holder": (order.holder_name, " ".join(order.holder.errors)),
        "return_to": (tidy(order.return_to.data), " ".join(order.return_to.errors)),
    }


FIELDS: dict[str, Callable[[Pack, str], dict[str, tuple[str, str]]]] = {
    "letter": _letter, "signature": _signature, "row of a sheet": _row, "list": _list, "desk": _desk,
}  # fmt: skip

#: A signature and a row of a sheet are printed later, if at all: no font needs to have their characters.
LATER = {"signature", "row of a sheet"}

#: One of each kind that a field may treat in its own way.
FEW = [
    *(sample for sample in REFUSED[::12] if not DAMAGED.search(sample)),
    *ACCEPTED[::12],
    "Q\ufeffZ",
    "\ufeffQZ",
    "Q\xadZ",
    "Q\u202eZ",
    "Q\ue000Z",
    "Q\u2028Z",
    "Q\u200dZ",
]


@pytest.mark.parametrize("form", FIELDS)
def test_every_field_says_the_same_of_a_character(form: str, app: Flask, pack: Pack) -> None:
    with app.test_request_context("/en/"):
        for typed in FEW:
            expected = str((unacceptable if form in LATER else unprintable)(typed) or "")
            for name, (value, told) in FIELDS[form](pack, typed).items():
                if expected:
                    # A value that runs against the sentence is isolated on a page.
                    assert told.translate({0x2068: None, 0x2069: None}) == expected, (name, ascii(typed))
                elif "\n" in tidy(typed):
                    continue  # a field of one line refuses it or has a space instead
                else:
                    assert not told and value == tidy(typed), (name, ascii(typed), told)


# Every output


def parts_of(characters: str) -> set[str]:
    """What a text is made of, whichever way it is composed; no spaces, and nothing that is not drawn."""
    return {
        one for one in unicodedata.normalize("NFKD", characters) if not one.isspace() and one not in UNDRAWN
    }


UNDRAWN = frozenset(
    one
    for one in every_kind()
    if unicodedata.category(one) == "Cf" or "VARIATION SELECTOR" in unicodedata.name(one, "")
) | {"\u034f"}


@pytest.fixture(scope="module")
def letter(pack: Pack) -> Letter:
    """A letter with all that is accepted: in the text, the address and the signature."""
    made = compose(pack, choices(pack))
    body = tuple(Paragraph((line,)) for line in ACCEPTED)
    lines = tuple(" ".join(ACCEPTED[start::40])[:250] for start in range(3))
    return replace(made, body=body, sender=lines[:2], signature=lines[2], beside=None)


def without_tags(page: str) -> str:
    return html_entities.unescape(re.sub(r"<[^>]+>", "\n", page))


def _of_zip(document: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        page = archive.read(name).decode()
    # A paragraph has a run for each language and direction.
    return html_entities.unescape(
        re.sub(r"<[^>]+>", "", re.sub(r"</(?:w:p|text:p|text:h)>|<(?:w:br|text:line-break)/>", "\n", page))
    )


def _of_mail(message: bytes, kind: str) -> str:
    part = message_from_bytes(message, policy=policy.default).get_body((kind,))
    assert part is not None
    return without_tags(part.get_content()) if kind == "html" else part.get_content()


WORDS: dict[str, Callable[[Letter], str]] = {
    "docx": lambda letter: _of_zip(docx.render(letter), "word/document.xml"),
    "odt": lambda letter: _of_zip(odt.render(letter), "content.xml"),
    "txt": text.render,
    "html": lambda letter: without_tags(html.render(letter)),
    "sheet on the screen": lambda letter: without_tags(html.sheet(letter)),
    "eml, text": lambda letter: _of_mail(email.eml(letter), "plain"),
    "eml, html": lambda letter: _of_mail(email.eml(letter), "html"),
    "mail": lambda letter: _of_mail(mail.message("x", "a@example.org", "b@example.org", "", ("x", text.body(letter), "")).as_bytes(), "plain"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("output", WORDS)
def test_what_is_accepted_comes_out_as_the_same_characters(output: str, letter: Letter) -> None:
    words = re.sub(r"[\r\n]+", "\n", WORDS[output](letter))
    assert [ascii(line) for line in ACCEPTED if line not in words] == []


def drawn(document: bytes) -> set[str]:
    """The characters of a PDF; a reader finds some in another order, and its spaces are its own."""
    return parts_of(pdf_text(document, "-raw"))


def test_what_is_accepted_is_drawn_on_a_letter(letter: Letter) -> None:
    assert parts_of("".join(ACCEPTED)) - drawn(pdf.render(letter)) == set()


def test_what_is_accepted_is_drawn_on_cards_and_envelopes(pack: Pack, letter: Letter) -> None:
    card, found = postcard(pack, choices(pack)), set()
    cards, envelopes = [], []
    for start in range(0, len(ACCEPTED), 40):
        words = " ".join(ACCEPTED[start : start + 40])
        cards.append(replace(card, text=(words,)))
        envelopes.append(replace(letter, posting=Posting((words[:80], words[80:160]), (words[160:],))))
    found = drawn(printed.postcards(cards))
    assert parts_of("".join(ACCEPTED)) - found == set()
    assert parts_of("".join(ACCEPTED)) - drawn(printed.envelopes(envelopes, "c5")) == set()


def test_what_is_accepted_is_drawn_on_a_sheet_to_sign() -> None:
    found: set[str] = set()
    for start in range(0, len(ACCEPTED), 120):
        some = [" ".join(ACCEPTED[n : n + 24]) for n in range(start, min(start + 120, len(ACCEPTED)), 24)]
        found |= drawn(sheets.pdf(PACK, Layout(("en",), 8), Print([Number(1, 1)], return_to=tuple(some))))
    assert parts_of("".join(ACCEPTED)) - found == set()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book in which every sample is a name and a town, also what no form would have accepted."""
    folder = tmp_path_factory.mktemp("book")
    names = [one for one in (*ACCEPTED, *REFUSED) if not re.search("[\ud800-\udfff]", one)]
    people = [
        Person(one, "", "FR", one, "2026-11-24", "en", 1, sheet="57G0-0050-0332", row=1) for one in names
    ]
    records = [
        Record(n, True, False, KEY.public.seal(person.to_bytes(who))) for n, who in enumerate(people, 1)
    ]
    total = Sum()
    for one in records:
        total.add(one.id, one.sealed)
    path = folder / "list.campaign"
    sealed_list.write_file(path, Totals("trees", "2026-11-24", len(records), total.hex, 0, 1), records)
    make(BookSource(PACK, path, {1: KEY}, NO_VOID), CHOICES, folder / "book", lambda *_: None)
    return folder / "book"


@pytest.mark.slow
def test_what_is_accepted_is_drawn_in_the_book_and_the_rest_replaced(book: Path) -> None:
    found = set().union(*(drawn(path.read_bytes()) for path in sorted(book.glob("volume-*.pdf"))))
    assert parts_of("".join(ACCEPTED)) - found == set()
    assert REPLACEMENT in found


def test_what_is_accepted_is_in_the_tables_of_the_book(book: Path) -> None:
    with (book / "names.csv").open("rb") as file:
        table = reading.opened(file, Limits(10**7, 10**5), [Column("name")])
        with table as read:
            written = {row.cells["name"] for row in read.rows}
    assert set(ACCEPTED) <= written
    with zipfile.ZipFile(book / "names.xlsx") as archive:
        cells = archive.read("xl/worksheets/sheet1.xml").decode()
    in_sheet = {html_entities.unescape(one) for one in re.findall(r"<t(?: [^>]*)?>(.*?)</t>", cells, re.S)}
    assert [ascii(one) for one in ACCEPTED if one not in in_sheet] == []


@pytest.mark.parametrize(
    "sample", ["A\ue000B", "A\0B", "A\u202eB", "A\ufeffB", "A\U00013000B", "e" + "\u0301" * 9]
)
def test_what_is_replaced_can_be_printed(sample: str) -> None:
    assert unprintable(replaced(sample)) is None


@pytest.mark.parametrize(
    ("before", "sample", "printed"),
    [
        ("Ane", "Ane\u0301", "An\u00e9"),
        ("\u1100\u1161", "\u1100\u1161", "\uac00"),
        ("A B", "  ", REPLACEMENT),
        ("A", "A\ue000A", f"A{REPLACEMENT}A"),
        ("A;", "A\u037e", "A;"),
    ],
)
def test_a_character_that_was_printed_before_is_still_changed_by_its_neighbours(
    before: str, sample: str, printed: str
) -> None:
    replaced(before)
    assert replaced(sample) == printed


@pytest.mark.slow
@pytest.mark.parametrize("character", ["\u202e", "\ue000", "\U00013000", "\u3164"])
def test_a_pack_that_comes_as_files_may_not_have_it_either(character: str, files: dict[str, str]) -> None:
    lines = files["petition.en.md"].rstrip("\n").split("\n")
    lines[-1] += f" a{character}b"
    found = check({**files, "petition.en.md": "\n".join(lines)}, DAY)
    errors = [
        (one.path, one.line, named(character) in str(one.text)) for one in found if one.level == "error"
    ]
    assert errors == [("petition.en.md", len(lines), True)]
