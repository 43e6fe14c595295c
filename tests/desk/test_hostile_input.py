"""Numbers, JSON and files as nobody types them: a page of ours answers, and never with a 500."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from campaign.web.routes import NumberConverter
from tests.desk.conftest import Desk, Seat, fields_of, with_file
from tests.test_untrusted import DEEP_JSON, HOSTILE_NUMBERS
from tests.tools import ROOT

CORPUS = ROOT / "tests" / "fuzz" / "corpus"


@pytest.fixture
def seat(still: Desk) -> Seat:
    return still.sits("Ana")


def number_rules(app: Flask) -> list[tuple[str, str, list[str]]]:
    """Rule, method and names of the numbers of every address with a number."""
    found = []
    for rule in app.url_map.iter_rules():
        converters = rule._converters
        names = [name for name in rule.arguments if isinstance(converters[name], NumberConverter)]
        found += [(rule.rule, method, names) for method in sorted(rule.methods & {"GET", "POST"}) if names]
        assert all(type(one).__name__ != "IntegerConverter" for one in converters.values()), rule.rule
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    "number", [*filter(None, HOSTILE_NUMBERS), str(2**63 - 1), "0"], ids=lambda text: repr(text[:12])
)
def test_no_number_in_any_address_fails(number: str, still: Desk, seat: Seat) -> None:
    rules = number_rules(still.app)
    assert len(rules) > 12  # the walk finds new rules by itself
    values = {"language": "en", "slug": "trees", "key": "about", "photo": "0" * 32}
    token = seat.token("/people")
    for rule, method, names in rules:
        address = rule
        for name in names:
            address = address.replace(f"<int:{name}>", quote(number.encode(), safe=""))
        for name, value in values.items():
            address = address.replace(f"<{name}>", value)
        answer = seat.client.open(address, method=method, data={"csrf": token} if method == "POST" else None)
        assert answer.status_code in {303, 308, 403, 404, 409, 422, 429}, (address, method, answer.status)


@pytest.mark.slow
@pytest.mark.parametrize("number", HOSTILE_NUMBERS, ids=lambda text: repr(text[:12]))
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/signatures/names", "show_list"), ("/signatures/names", "drop_list"), ("/exchange/out", "which"),
        ("/content/fact/trees", "mark"), ("/files/facts.yaml", "base"), ("/history/facts.yaml", "version"),
        ("/publish", "mark"), ("/paper/print", "sheets"), ("/paper/print", "rows"),
    ],
)  # fmt: skip
def test_no_number_in_any_form_fails(path: str, field: str, number: str, still: Desk, seat: Seat) -> None:
    """Not even where the field is the form's own: its other fields are as the page fills them."""
    page = seat.client.get(f"/en/desk/trees{path}")
    fields: dict[str, Any] = fields_of(page.text, path) if page.status_code == 200 else {}
    fields |= {"csrf": seat.token("/people"), field: number}
    assert seat.post(path, fields).status_code in {200, 303, 403, 404, 409, 422}


@pytest.mark.slow
@pytest.mark.parametrize("text", DEEP_JSON, ids=lambda text: f"{text[:6]}×{len(text)}")
@pytest.mark.parametrize("field", ["kept", "passkey"])
def test_nested_json_at_the_sign_in_is_an_answer_to_anybody(field: str, text: str, still: Desk) -> None:
    client = still.app.test_client()
    fields = fields_of(client.get("/en/desk/sign-in").text, "sign-in")
    challenge = client.post("/en/desk/passkey/ask", data=fields)
    challenges = challenge.get_json(silent=True) or {}
    fields |= {"challenge": challenges.get("challenge", ""), field: text}
    assert client.post("/en/desk/sign-in", data=fields).status_code < 500


@pytest.mark.parametrize("path", sorted((CORPUS / "zip").iterdir()), ids=lambda path: path.name)
def test_a_hostile_zip_is_refused_in_words(path: Any, still: Desk, seat: Seat) -> None:
    fields = {"csrf": seat.token("/people"), "note": ""}
    answer = seat.client.post("/en/desk/trees/exchange/in", **with_file(fields, "pack", path.read_bytes()))
    assert answer.status_code == 422 and "Nothing was imported" in answer.text


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((CORPUS / "csv").iterdir()), ids=lambda path: path.name)
def test_a_hostile_list_is_an_answer(path: Any, still: Desk, seat: Seat) -> None:
    fields = {"csrf": seat.token("/people")}
    for page, field in (("/paper/list", "list"), ("/addressees", "table")):
        answer = seat.client.post(f"/en/desk/trees{page}", **with_file(fields, field, path.read_bytes()))
        assert answer.status_code < 500, page


@pytest.mark.parametrize("record", ["0_00000000000000", "٣" * 16, "f" * 16, "1", "00000000000000 1", "0x00000000000001", "\0" * 16])  # fmt: skip
def test_a_record_in_an_address_is_sixteen_digits(record: str, still: Desk) -> None:
    address = f"/en/trees/petition/u/{quote(record.encode(), safe='')}"
    for method in ("GET", "POST"):
        assert still.app.test_client().open(address, method=method).status_code == 404


@pytest.mark.parametrize(
    "place", ["photographs/\0.jpg", "demands/\0", "\0", "facts\x1b", "\u202efacts", "write\x7f"]
)
def test_an_address_with_a_control_character_is_no_page(place: str, still: Desk, seat: Seat) -> None:
    for lead in ("/en/trees/", "/en/desk/trees/files/", "/en/desk/trees/history/", "/en/"):
        assert seat.client.get(lead + quote(place.encode(), safe="/")).status_code == 404
