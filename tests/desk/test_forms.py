"""The desk's forms as tables: what is sent, the status and message that answer, and what is given back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from campaign import clock
from campaign.desk.fields import (
    NumbersField,
    TypedText,
    UploadField,
    WholeNumber,
    YesField,
    first_error,
    posted,
)
from campaign.paper import numbers
from campaign.paper.numbers import Number
from campaign.signatures import public_keys
from campaign.signatures.sealing import new_key
from tests.conftest import published
from tests.desk.conftest import Desk, Seat, fields_of, made
from tests.petition.conftest import opened

PAPER, SIGNATURES, DEMAND = "/paper", "/signatures", "/content/demand/keep-them"
ORDER = {"holder": "Lyon group", "sheets": "5", "rows": "12", "language": "en", "second": "", "paper": "us-letter",
         "landscape": "yes", "return_to": "1 Example Street\nLyon", "due": "2026-12-24"}  # fmt: skip
STATE = {
    "state": "not-met",
    "date": "2026-11-20",
    "source": "plea",
    "reason.en": "They fell",
    "reason.fr": "Abattus",
}
#: A sheet that a visitor printed without the site: it needs no batch.
SHEET = f"/paper/sheets/{numbers.written('trees', Number(numbers.unknown_batch(0, 12), 3, known=False))}"


# what a field makes of what is sent


class Fields(Form):
    text = TypedText(most=5)
    other = TypedText(default="draft")
    yes = YesField()
    number = WholeNumber()
    numbers = NumbersField()
    file = UploadField(3)


def _file(data: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), "list.txt"


SENT: dict[str, tuple[list[tuple[str, Any]], str, Any]] = {
    "a text": ([("text", " a ")], "text", " a "),
    "a long text": ([("text", "abcdefgh")], "text", "abcde"),
    "no text": ([], "text", ""),
    "no text where there is a default": ([], "other", "draft"),
    "an empty text where there is a default": ([("other", "")], "other", ""),
    "yes": ([("yes", "yes")], "yes", True),
    "no": ([("yes", "no")], "yes", False),
    "another yes": ([("yes", "on")], "yes", False),
    "no answer": ([], "yes", False),
    "a number": ([("number", "12")], "number", 12),
    "no number": ([("number", "-1")], "number", 0),
    "a superscript": ([("number", "²")], "number", 0),
    "a number beyond eight bytes": ([("number", str(2**63))], "number", 0),
    "an absent number": ([], "number", 0),
    "numbers": ([("numbers", "1"), ("numbers", "20")], "numbers", {1, 20}),
    "numbers among others": ([("numbers", "x"), ("numbers", "²"), ("numbers", "1" * 20), ("numbers", "3")], "numbers", {3}),
    "no numbers": ([], "numbers", set()),
    "a file": ([("file", _file(b"ab"))], "file", b"ab"),
    "a file that is too large": ([("file", _file(b"abcdef"))], "file", b"abcd"),
    "a text in the place of a file": ([("file", "ab")], "file", b""),
    "a file beside a text": ([("file", "ab"), ("file", _file(b"cd"))], "file", b"cd"),
    "no file": ([], "file", b""),
    "a file in the place of a text": ([("text", _file(b"ab"))], "text", ""),
    "a file in the place of a number": ([("number", _file(b"1"))], "number", 0),
    "a file in the place of a yes": ([("yes", _file(b"yes"))], "yes", False),
}  # fmt: skip


@pytest.mark.security(27)
@pytest.mark.parametrize("case", SENT)
def test_a_field_takes_what_is_sent_and_nothing_else(case: str) -> None:
    pairs, name, data = SENT[case]
    sent = MultiDict([("csrf", "x"), *pairs])
    with Flask(__name__).test_request_context(method="POST", data=sent):
        form = posted(Fields)
        assert form[name].data == data and form.validate() and first_error(form) == ""


# what a page answers to a form with a fault in it


@pytest.fixture(scope="module")
def untouched_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with a petition, to which only forms with faults are sent."""
    desk = made(published(tmp_path_factory.mktemp("untouched")))
    with clock.use(desk.clock):
        opened(desk.app)
    return desk


@pytest.fixture
def untouched(untouched_desk: Desk) -> Iterator[Desk]:
    """The same, while its clock stands."""
    with clock.use(untouched_desk.clock):
        yield untouched_desk


@pytest.fixture(scope="module")
def seat(untouched_desk: Desk) -> Seat:
    with clock.use(untouched_desk.clock):
        return untouched_desk.sits("Ana")


def _order(**changes: str) -> dict[str, str]:
    return {**ORDER, **changes}


def _another_key(slug: str, epoch: int) -> dict[str, str]:
    return {"public": public_keys.public_line(new_key(slug, epoch).public)}


#: Where a form is sent, what is sent, the status, the message, and the fields that are given back.
BAD: dict[str, tuple[str, dict[str, Any], int, str, str]] = {
    "sheets for nobody": (f"{PAPER}/print", _order(holder=" "), 422, "Say who the sheets are for", "sheets return_to due"),
    "sheets for a formula": (f"{PAPER}/print", _order(holder="=cmd"), 422, "A name must begin with a letter.", "holder return_to"),
    "sheets for an override": (f"{PAPER}/print", _order(holder="a\u202eb"), 422, "This text contains U+202E right-to-left override, which can’t be printed", "holder rows"),
    "no sheets": (f"{PAPER}/print", _order(sheets="0"), 422, "A batch has 1 to ", "holder sheets"),
    "sheets that are no number": (f"{PAPER}/print", _order(sheets="many"), 422, "A batch has 1 to ", "holder sheets"),
    "sheets that are left out": (f"{PAPER}/print", _order(sheets=""), 422, "A batch has 1 to ", "holder sheets"),
    "too many sheets": (f"{PAPER}/print", _order(sheets="9999"), 422, "A batch has 1 to ", "holder sheets"),
    "a day that is none": (f"{PAPER}/print", _order(due="soon"), 422, "This is not a date.", "holder due"),
    "a day that is past": (f"{PAPER}/print", _order(due="2026-11-23"), 422, "must be within a year from today", "holder due"),
    "a day that is far": (f"{PAPER}/print", _order(due="2028-01-01"), 422, "must be within a year from today", "holder due"),
    "two faults, the first of which is told": (f"{PAPER}/print", _order(holder="", due="x"), 422, "Say who the sheets are for", "holder due"),
    "one language twice": (f"{PAPER}/print", _order(second="en"), 422, "Choose one language, or two different ones.", "holder language second"),
    "no language": (f"{PAPER}/print", _order(language=""), 422, "Choose one language, or two different ones.", "holder"),
    "seven rows": (f"{PAPER}/print", _order(rows="7"), 422, "With that many rows", "holder paper"),
    "rows that are no number": (f"{PAPER}/print", _order(rows="²"), 422, "With that many rows", "holder paper"),
    "large print in two languages": (f"{PAPER}/print", _order(large="yes", second="fr"), 422, "Large print works with one language", "holder second large landscape"),
    "a paper that there is not": (f"{PAPER}/print", _order(paper="a0"), 422, "Choose from the list.", "holder landscape"),
    "a batch that there is not": (f"{PAPER}/batches/99/give-up", {}, 404, "", ""),
    "a list without a file": (f"{PAPER}/list", {}, 422, "Nothing was imported.", ""),
    "a list as a text": (f"{PAPER}/list", {"list": "name,country\nAna,FR\n"}, 422, "Choose a file", ""),
    "a sheet of no country": (f"{SHEET}/begin", {"country": "Atlantis", "day": "2026-11-01"}, 422, "Choose a country from the list", "country day"),
    "a sheet of tomorrow": (f"{SHEET}/begin", {"country": "France", "day": "2026-11-25"}, 422, "it can’t be in the future", "country day"),
    "rows of a sheet that is not back": (f"{SHEET}/rows", {"name-1": "Ana"}, 404, "", ""),
    "the end of a sheet that is not back": (f"{SHEET}/finish", {}, 404, "", ""),
    "a scan without a file": (f"{SHEET}/scan", {}, 422, "Choose a file: a photograph or a scan", ""),
    "letters without a list": ("/paper/letters", {"to": "mayor", "language": "fr", "paper": "us-letter"}, 422, "Choose a file", "to language paper"),
    "letters to nobody": ("/paper/letters", {"language": "fr"}, 404, "", ""),
    "letters in no language": ("/paper/letters", {"to": "mayor"}, 404, "", ""),
    "a key that is none": (f"{SIGNATURES}/key", {"public": "nonsense"}, 422, "This is not the next public key", "public"),
    "no key": (f"{SIGNATURES}/key", {}, 422, "This is not the next public key", ""),
    "a key of another campaign": (f"{SIGNATURES}/key", _another_key("another", 2), 422, "This is not the next public key", "public"),
    "a key that is not the next": (f"{SIGNATURES}/key", _another_key("trees", 3), 422, "This is not the next public key", "public"),
    "an address that is none": (f"{SIGNATURES}/trustees", {"trustees": "eve@example.org\nnonsense"}, 422, "“nonsense” is not an e-mail address.", "trustees"),
    "no exclusion list": (f"{SIGNATURES}/void", {}, 422, "This is not an exclusion list of this campaign", ""),
    "an exclusion list of other bytes": (f"{SIGNATURES}/void", {"list": b"\xff\xfe"}, 422, "This is not an exclusion list.", ""),
    "an exclusion list that there is not": (f"{SIGNATURES}/void/9", {"do": ""}, 404, "", ""),
    "an older draft": ("/publish", {"mark": "0", "seen": "yes", "note": "New words"}, 409, "The draft has changed since you looked at it", ""),
    "no draft": ("/publish", {"note": "New words"}, 409, "The draft has changed since you looked at it", ""),
    "an edition that there is not": ("/exchange/out", {"which": "99"}, 404, "", ""),
    "an edition that is no number": ("/exchange/out", {"which": "²"}, 404, "", ""),
    "no ZIP": ("/exchange/in", {"note": "From a backup"}, 422, "Nothing was imported.", ""),
    "a guest without a name": ("/people/invite", {"name": "", "email": "eve@example.org", "role": "reader"}, 422, "This is required.", "email role"),
    "a guest without an address": ("/people/invite", {"name": "Eve", "email": "eve@", "role": "reader"}, 422, "This is not an e-mail address", "name email role"),
    "a translator of no language": ("/people/invite", {"name": "Eve", "email": "eve@example.org", "role": "translator"}, 422, "needs at least one language", "name email role"),
    "a role that there is not": ("/people/{ana}/role", {"role": "king"}, 422, "Choose from the list.", ""),
    "no role": ("/people/{ana}/role", {}, 422, "Choose from the list.", ""),
    "no owner": ("/people/{ana}/role", {"role": "reader"}, 422, "A campaign needs an owner", ""),
    "a role for nobody": ("/people/99/role", {"role": "reader"}, 404, "", ""),
    "a state without a day": (f"{DEMAND}/state", STATE | {"date": "soon"}, 422, "Enter a day such as 2022-01-05", "state date source reason.en reason.fr"),
    "a state that there is not": (f"{DEMAND}/state", STATE | {"state": "odd"}, 422, "Choose from the list.", "date reason.en reason.fr"),
    "a state without a reason": (f"{DEMAND}/state", STATE | {"reason.en": " "}, 422, "This is required.", "state date reason.fr"),
    "a state by no source": (f"{DEMAND}/state", STATE | {"source": "king"}, 422, "“king”", "state date reason.en"),
    "a key with a capital": ("/content/demand/new", {"key": "Plant", "f.title": "Plant"}, 422, "Use lower-case letters", "key f.title"),
    "a key that is taken": ("/content/demand/new", {"key": "keep-them", "f.title": "Plant"}, 422, "This key already exists.", "key f.title"),
    "a file that is no YAML": ("/files/sources.yaml", {"text": "sources: [\n", "base": "1", "note": "Mended"}, 422, "Not saved.", "text base note"),
    "a file with an override": ("/files/sources.yaml", {"text": "a\u202eb", "base": "1", "note": "Mended"}, 422, "can’t be printed", "note"),
    "a version that there is not": ("/history/sources.yaml", {"version": "99"}, 404, "", ""),
    "a passkey that is none": ("/en/desk/account/passkeys", {"challenge": "x", "passkey": "{}", "name": "Mine"}, 422, "The passkey could not be created.", ""),
    "no passkey": ("/en/desk/account/passkeys/remove", {"credential": "xx"}, 422, "There is no such passkey.", ""),
    "no sign-in": ("/en/desk/account/sign-ins/end", {"which": "xx"}, 422, "There is no such sign-in.", ""),
}  # fmt: skip


def sent(desk: Desk, seat: Seat, path: str, fields: dict[str, Any]) -> Any:
    """The answer to a form with the token of this sign-in; bytes are sent as a file."""
    files = {
        name: (io.BytesIO(value), "list.txt") for name, value in fields.items() if isinstance(value, bytes)
    }
    return seat.post(_path(desk, path), {"csrf": seat.token(), **fields, **files})


def _path(desk: Desk, path: str) -> str:
    from campaign.database import db
    from campaign.people import members

    with desk.app.app_context():
        ids = {person.name.lower(): person.id for person, _role in members.members(db.session, "trees")}
    return path.format_map(ids)


@pytest.mark.parametrize("case", BAD)
def test_a_form_with_a_fault_says_it_and_gives_back_what_was_typed(
    case: str, untouched: Desk, seat: Seat
) -> None:
    path, fields, status, message, kept = BAD[case]
    answer = sent(untouched, seat, path, fields)
    assert answer.status_code == status and message in answer.text
    shown = fields_of(answer.text, _path(untouched, path))
    assert {name: _first(shown.get(name)) for name in kept.split()} == {
        name: fields[name] for name in kept.split()
    }


def _first(value: Any) -> Any:
    """A box that is ticked has a list of one value."""
    return value[0] if isinstance(value, list) else value


@pytest.mark.security(22)
@pytest.mark.parametrize("case", BAD)
def test_a_form_with_a_fault_and_without_the_token_is_refused_before_it_is_read(
    case: str, untouched: Desk, seat: Seat
) -> None:
    path, fields, *_rest = BAD[case]
    typed = {name: value for name, value in fields.items() if not isinstance(value, bytes)}
    assert seat.post(_path(untouched, path), typed).status_code == 403


# what a page answers to a good form


@pytest.fixture(scope="module")
def busy_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with a petition and an editor, to which good forms are sent."""
    desk = made(published(tmp_path_factory.mktemp("busy")))
    with clock.use(desk.clock):
        opened(desk.app)
        desk.join("Eve", "editor")
    return desk


@pytest.fixture
def busy(busy_desk: Desk) -> Iterator[Desk]:
    """The same, while its clock stands."""
    with clock.use(busy_desk.clock):
        yield busy_desk


#: Where a form is sent, what is sent, and the message that the next page has; '' for a file or a page.
GOOD: dict[str, tuple[str, dict[str, Any], str]] = {
    "sheets": (f"{PAPER}/print", ORDER, "printed"),
    "sheets without a day": (f"{PAPER}/print", _order(due="", return_to=""), "printed"),
    "two people": (f"{PAPER}/double", {"double": "yes"}, "done"),
    "one person": (f"{PAPER}/double", {"double": "no"}, "done"),
    "a list": (f"{PAPER}/list", {"list": b"name,country\nAna Example,FR\n"}, ""),
    "letters": ("/paper/letters", {"to": "mayor", "language": "fr", "senders": b"name\nAna\n"}, ""),
    "a sheet": (f"{SHEET}/begin", {"country": "fr", "day": "2026-11-24"}, None),
    "a pause": (f"{SIGNATURES}/pause", {"pause": "yes"}, "done"),
    "an end of the pause": (f"{SIGNATURES}/pause", {"pause": "no"}, "done"),
    "the next key, to compare its fingerprint": (f"{SIGNATURES}/key", _another_key("trees", 2), ""),
    "the next key, compared": (f"{SIGNATURES}/key", {**_another_key("trees", 2), "compared": "yes"}, "proposed-change"),
    "trustees": (f"{SIGNATURES}/trustees", {"trustees": " eve@example.org\n\nana@example.org "}, "done"),
    "no trustees": (f"{SIGNATURES}/trustees", {}, "done"),
    "no names": (f"{SIGNATURES}/names", {"show_list": "x", "drop_list": "99"}, "done"),
    "a request to publish": ("/publish/ask", {"note": "Please"}, "asked"),
    "a draft as a ZIP": ("/exchange/out", {"which": "draft", "audit": "yes"}, ""),
    "the draft where nothing is said": ("/exchange/out", {}, ""),
    "an edition as a ZIP": ("/exchange/out", {"which": "1"}, ""),
    "a guest": ("/people/invite", {"name": "Dan", "email": "dan@example.org", "role": "reader"}, ""),
    "a role": ("/people/{eve}/role", {"role": "translator", "languages_list": "fr"}, "role"),
    "a state": (f"{DEMAND}/state", STATE, "saved"),
    "a review": (f"{DEMAND}/review", {"state": "reviewed"}, "reviewed"),
    "a question for a review": (f"{DEMAND}/review", {"state": "odd"}, "awaiting"),
    "an address": ("/content/addressee/mayor/checked", {"source": "plea"}, "checked"),
    "an address by no source": ("/content/addressee/mayor/checked", {"source": "king"}, "checked"),
    "other sign-ins": ("/en/desk/account/sign-ins/end", {"which": "others"}, "ended"),
    "a way back": ("/en/desk/prove", {"next": "/en/desk/trees/people"}, None),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", GOOD)
def test_a_good_form_is_taken(case: str, busy: Desk) -> None:
    path, fields, done = GOOD[case]
    answer = sent(busy, busy.sits("Ana"), path, fields)
    if done == "":
        assert answer.status_code == 200
        return
    assert answer.status_code == 303, answer.text
    assert done is None or f"said={done}" in answer.headers["Location"]
