"""Reading what others sent: no depth, size or character of an input ends a request or the process."""

from __future__ import annotations

import ast
import base64
import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.desk.access import kept_form
from campaign.pack import marks
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.findings import Findings
from campaign.pack.reading import read_yaml
from campaign.pack.yaml_nodes import YamlError, compose
from campaign.people import passkeys
from campaign.petition import proof_of_work
from campaign.signatures import person
from campaign.untrusted import MAX_ID, UnreadableError, cbor_value, hex_number, json_value, whole_number
from tests.minimal import FILES
from tests.tools import DAY, ROOT, busy_at_most

#: Repeated a million times: what opens a level in YAML, or takes the scanner time.
YAML_PIECES = ["[", "{a: ", "- ", "? ", "[[]", "{? ", "[a: ", "- - ", "[? ", "a:\n- ", "&a ", "!", "|\n", '"', "%", "#", "\t", "\0"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("piece", YAML_PIECES, ids=repr)
@pytest.mark.parametrize("lead", ["", "a: ", "- "])
def test_yaml_of_any_depth_is_a_finding_at_once(piece: str, lead: str) -> None:
    """4 MB take some milliseconds; 1 MB of what the scanner has to read, less than a second."""
    for text in (lead + piece * (4_000_000 // len(piece)), (lead + piece * 999_990)[:999_990]):
        findings = Findings()
        with busy_at_most(3):
            read_yaml("facts.yaml", text, findings)
        if piece not in {"#", "\t"}:
            assert findings.found and findings.found[0].line >= 1


@pytest.mark.parametrize("depth", [19, 20, 21, 1_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")])
def test_twenty_levels_are_read_and_one_more_is_not(opening: str, closing: str, depth: int) -> None:
    text = f"{opening * depth}x{closing * depth}\n"
    if depth <= 20:
        assert compose(text) is not None
    else:
        with pytest.raises(YamlError, match="nested too deeply"):
            compose(text)


@pytest.mark.parametrize("character", ["\0", "\x01", "\x1b", "\x7f", "\x9f", "\ud800", "\ufffe"])
@pytest.mark.parametrize("path", ["campaign.yaml", "facts.yaml", "petition.en.md", "letters/mayor.en.md"])
def test_a_control_character_anywhere_is_a_finding_with_its_line(character: str, path: str) -> None:
    lines = FILES[path].split("\n")
    lines[2] += f" {character}"
    found = check({**FILES, path: "\n".join(lines)}, DAY)
    assert any(one.path == path and one.line == 3 and one.level == "error" for one in found)


def test_a_character_that_turns_text_around_does_not_come_in_by_import() -> None:
    files = {**FILES, "pages/about.en.md": FILES["pages/about.en.md"] + "\u202egnp.exe\n"}
    assert any("can’t be printed" in str(one) for one in check(files, DAY))


DEEP_JSON = ["[" * 1_400, "[" * 100_000, '{"a":' * 20_000, "[[]" * 40_000, '[{"a":' * 9_000, "[]" * 200_000]


@pytest.mark.parametrize("text", DEEP_JSON, ids=lambda text: f"{text[:6]}×{len(text)}")
def test_json_of_any_depth_is_refused_wherever_it_comes_in(text: str) -> None:
    with pytest.raises(UnreadableError):
        json_value(text, 10_000_000)
    assert proof_of_work.proved(base64.b64encode(text.encode()).decode(), b"k" * 32, "trees") is None
    assert kept_form.longer_texts(text) == []
    site = passkeys.Site("example.org", "Trees", "https://example.org")
    with pytest.raises(passkeys.PasskeyError):
        passkeys.made(site, b"c", text)
    with pytest.raises(passkeys.PasskeyError):
        passkeys.who(None, site, b"c", text, None)  # type: ignore[arg-type]  # it comes to no session


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "", "{", "1" * 5_000, '"\ud800', "[1,]", "\0"])
def test_json_that_is_none_is_one_error(text: str) -> None:
    with pytest.raises(UnreadableError):
        json_value(text, 10_000)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))  # fmt: skip
def test_json_within_the_limits_is_read_as_it_was_written(value: Any) -> None:
    written = json.dumps(value)
    with contextlib.suppress(UnreadableError):  # nested too deeply
        assert json_value(written, 1_000_000) == value


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x81" * 1_000, b"\x9f" * 1_000, b"\xa1\x00" * 1_000, cbor2.dumps({1, 2}), cbor2.dumps(2**80),
        cbor2.dumps(cbor2.CBORTag(35, "(a+)+$")), b"\xd9\xff\xff\x01", b"\x9b" + b"\xff" * 8, b"\x5b" + b"\x7f" * 8,
    ],
)  # fmt: skip
def test_cbor_that_is_not_plain_data_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        cbor_value(data)
    with pytest.raises(ValueError):
        person.from_bytes(data + b"\x80")


#: The place of `shown` in a record.
SHOWN = 8


def test_a_record_with_other_types_than_a_signature_has_is_none() -> None:
    good = ["Ana", "ana@example.org", "FR", "Lyon", "2026-11-24", "en", 1, False, True, 1]
    assert person.from_bytes(cbor2.dumps(good) + b"\x80").name == "Ana"
    for place in range(len(good)):
        # A text in the place of `shown` says what is shown instead of the name.
        text_or_number = "x" if not isinstance(good[place], str) and place != SHOWN else 7
        for other in ([], None, b"x", 1.5, text_or_number):
            with pytest.raises(ValueError, match="not a signature"):
                person.from_bytes(cbor2.dumps([*good[:place], other, *good[place + 1 :]]) + b"\x80")


PACK = parse(FILES)
DEEP_MARKS: dict[str, Callable[[int], str]] = {
    "attributes": lambda n: "{{ x" + ".y" * n + " }}",
    "brackets": lambda n: "{{ " + "(" * n + "x" + ")" * n + " }}",
    "open brackets": lambda n: "{{ " + "(" * n,
    "lists": lambda n: "{{ " + "[" * n + "]" * n + " }}",
    "not": lambda n: "{{ " + "not " * n + "x }}",
    "minus": lambda n: "{{ " + "- " * n + "x }}",
    "power": lambda n: "{{ " + "2 ** " * n + "x }}",
    "filters": lambda n: "{{ a" + "|capital" * n + " }}",
    "conditions": lambda n: "{{ " + "a if b else " * n + "c }}",
    "if": lambda n: "{% if x %}" * n + "{% endif %}" * n,
    "with": lambda n: "{% with %}" * n + "{% endwith %}" * n,
    "a quoted end": lambda n: '{{ "}}"' + "(" * n,
    "many marks": lambda n: "{{ a }}" * n,
    "many branches": lambda n: "{% if a %}" + "{% elif b %}" * n + "{% endif %}",
    "many openings": lambda n: "{{" * n,
}


@pytest.mark.parametrize("made", DEEP_MARKS.values(), ids=DEEP_MARKS)
@pytest.mark.parametrize("times", [30, 400, 1_500, 2_800])
def test_marks_of_any_depth_are_a_problem_at_once(made: Callable[[int], str], times: int) -> None:
    with busy_at_most(5):
        problems = marks.problems(made(times), PACK, "en")
    assert problems and problems[0].line == 1


@pytest.mark.parametrize("written", ["{{ fact.trees }}", "{% if sender.in_eu and addressee.kind == 'town' and not sender.name %}{% for one in demands %}{{ one.title|capital }}{% endfor %}{% endif %}"])  # fmt: skip
def test_ordinary_marks_are_within_the_limits(written: str) -> None:
    marks.parse(written * 20)


HOSTILE_NUMBERS = ["", " ", "-1", "+1", "0_0", "1_0", "²", "٣", "①", "१", "1.0", "1e3", "0x1", "９", "1\n", " 1", "9" * 25, "9" * 5_000, str(MAX_ID + 1), "\0"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE_NUMBERS, ids=lambda text: repr(text[:12]))
def test_a_number_is_digits_from_0_to_9_and_nothing_else(text: str) -> None:
    assert whole_number(text) is None
    assert hex_number(text, 16) is None


@given(st.integers(0, MAX_ID))
def test_every_id_that_a_database_has_is_read(number: int) -> None:
    assert whole_number(str(number)) == number
    assert hex_number(f"{number:016x}", 16) == number


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "campaign").rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_no_module_asks_a_text_whether_it_is_digits() -> None:
    """`isdigit` says yes to “²”, on which `int` fails. Our converters are in campaign/untrusted.py."""
    asked = {"isdigit", "isdecimal", "isnumeric"}
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in asked and "[-1:]" not in ast.unparse(node)
    ]
    assert found == []


@pytest.mark.slow
def test_zip_files_are_opened_for_reading_in_one_place_for_each_format() -> None:
    found = {
        str(path)
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "zipfile.ZipFile" and len(node.args) == 1
    }
    assert found == {
        "campaign/letters/formats/docx.py",
        "campaign/mirror/checking.py",
        "campaign/pack/archive.py",
        "campaign/spreadsheets/workbooks.py",
    }  # the first reads our own
