"""Messages: one table of everything that the code says, translated into every interface language."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_type_hints

import pytest
from flask import Flask

from campaign.languages import data
from campaign.messages import Joined, Message, MessageError, Plural
from campaign.pack.findings import Finding, Findings, did_you_mean
from campaign.people.audit import LABELS, AuditEvent, AuditVerb
from campaign.web import languages
from campaign.web.messages import translated
from tests.tools import ROOT

LANGUAGES = tuple(code for code in data.installed() if data.language(code).desk and code != data.source())

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def calls(path: Path) -> Iterator[tuple[ast.Call, int]]:
    """Every Message and Plural that a file makes, and how many sentences it begins with."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            sentences = {"Message": 1, "Plural": 2}.get(node.func.id)
            if sentences:
                yield node, sentences


def sentences_of(call: ast.Call, count: int) -> tuple[str, ...]:
    return tuple(one.value for one in call.args[:count] if isinstance(one, ast.Constant))


def collected() -> list[tuple[str, ...]]:
    """Every sentence of the code once; a plural is a pair."""
    found = {sentences_of(*call) for path in (ROOT / "campaign").rglob("*.py") for call in calls(path)}
    return sorted(found)


SENTENCES = collected()


def placeholders(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text))


def test_the_table_holds_what_the_code_says() -> None:
    assert len(SENTENCES) > 150
    assert ("The file is missing.",) in SENTENCES and ("applied an exclusion list",) in SENTENCES
    assert any(len(one) == 2 for one in SENTENCES)


def test_a_message_begins_with_a_literal_that_can_be_collected() -> None:
    # Findings as they were stored, and texts that no language changes.
    others = {ROOT / "campaign/monitoring/findings.py", ROOT / "campaign/messages.py"}
    for path in {*(ROOT / "campaign").rglob("*.py")} - others:
        for call, count in calls(path):
            assert len(sentences_of(call, count)) == count, f"{path}:{call.lineno}"
            names = {keyword.arg for keyword in call.keywords}
            if None not in names:  # no values are spread out of a dictionary
                wanted = set(placeholders(sentences_of(call, count)[-1])) - ({"num"} if count == 2 else set())
                assert names == wanted, f"{path}:{call.lineno}"


# what a verb of the audit is called


def test_an_audit_event_takes_a_verb_and_each_has_a_label_and_fits_its_column() -> None:
    assert get_type_hints(AuditEvent)["what"] is AuditVerb
    assert set(LABELS) == set(AuditVerb) and len(AuditVerb) == 63
    assert len({str(label) for label in LABELS.values()}) == len(AuditVerb)
    assert all(0 < len(verb.value) <= 40 for verb in AuditVerb)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_verb_has_a_label_in_every_language(code: str, app: Flask) -> None:
    with app.test_request_context(f"/{code}/"), languages.forced(code):
        for verb in AuditVerb:
            assert translated(LABELS[verb]) not in {str(LABELS[verb]), verb.value, ""}


# how a message is shown


def shown(app: Flask, language: str, message: Message) -> str:
    with app.test_request_context(f"/{language}/"), languages.forced(language):
        return translated(message)


UNKNOWN = Message("Unknown %(what)s “%(key)s”.", what=Message("country"), key="XX")
TOO_LONG = Plural(
    "The postcard’s text is %(num)s character too long: it has %(count)s, and %(most)s fit.",
    "The postcard’s text is %(num)s characters too long: it has %(count)s, and %(most)s fit.",
    1_001,
    count=1_521,
    most=520,
)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Unknown country “XX”. Did you mean “KZ”?"),
        ("ru", "Неизвестно (страна): «XX». Может быть, «KZ»?"),
        ("fr", "Inconnu (pays)\u00a0: «\u00a0XX\u00a0». Peut-être «\u00a0KZ\u00a0»\u202f?"),
    ],
)
def test_words_and_hints_in_a_message_are_translated_with_it(language: str, said: str, app: Flask) -> None:
    assert shown(app, language, UNKNOWN.with_hint(did_you_mean("KZX", ["KZ"]))) == said
    assert UNKNOWN.with_hint(None) is UNKNOWN


@pytest.mark.parametrize(
    ("language", "number"),
    [("en", "1,521"), ("ru", "1\u00a0521"), ("kk", "1\u00a0521"), ("fr", "1\u202f521")],
)
def test_numbers_are_grouped_as_the_language_does(language: str, number: str, app: Flask) -> None:
    assert number in shown(app, language, TOO_LONG)


@pytest.mark.parametrize(("num", "word"), [(1, "знак:"), (2, "знака:"), (5, "знаков:"), (1_001, "знак:")])
def test_a_plural_follows_its_number(num: int, word: str, app: Flask) -> None:
    message = Plural(TOO_LONG.text, TOO_LONG.several, num, count=num + 520, most=520)
    assert word in shown(app, "ru", message)


def test_what_is_typed_is_never_a_format(app: Flask) -> None:
    for language in ("en", "ru"):
        assert "50% %(key)s %s" in shown(
            app, language, Message("“%(key)s” is missing.", key="50% %(key)s %s")
        )
    assert "& * !" in shown(app, "ru", Message("Anchors, aliases and tags (& * !) are not allowed here."))


def test_a_message_is_a_value() -> None:
    same = Message("Unknown %(what)s “%(key)s”.", what=Message("country"), key="XX")
    assert same == UNKNOWN and hash(UNKNOWN) == hash(same) and str(UNKNOWN) != UNKNOWN
    assert Message("a") < Message("b") and str(TOO_LONG).count(",") == 3
    assert str(Joined(Message("a."), Message("b."))) == "a. b."
    assert pickle.loads(pickle.dumps(TOO_LONG)) == TOO_LONG


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "“Mayor of Lyon” is missing."), ("ru", "Не хватает поля «Mayor of Lyon».")],
)
def test_a_key_gives_way_to_a_name_where_people_read_it(language: str, said: str, app: Flask) -> None:
    missing = Message("“%(key)s” is missing.", key="mayor")
    named = missing.naming("mayor", "Mayor of Lyon")
    assert shown(app, language, named) == said
    assert str(named) == str(missing) == "“mayor” is missing."
    assert missing.naming("another", "Another") == missing
    both = Joined(missing, UNKNOWN).naming("mayor", "Mayor of Lyon")
    assert "Mayor of Lyon" in shown(app, language, both)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "24 November 2026"), ("fr", "24 novembre 2026"), ("kk", "2026 жылғы 24 қараша")],
)
def test_days_are_written_as_the_language_does(language: str, said: str, app: Flask) -> None:
    message = Message(
        "“write-before” is over, so nobody can write a letter: %(day)s.", day=date(2026, 11, 24)
    )
    assert said in shown(app, language, message)
    assert "2026-11-24" in str(message)


def test_an_error_keeps_its_message_and_speaks_english() -> None:
    error = MessageError(UNKNOWN)
    assert str(error) == "Unknown country “XX”." and error.message is UNKNOWN
    assert pickle.loads(pickle.dumps(error)).message == UNKNOWN


def test_findings_are_printed_in_english_and_sorted_by_place_and_sentence() -> None:
    findings = Findings()
    findings.error("b.yaml", 2, UNKNOWN)
    findings.warning("a.yaml", 1, Message("The file is longer than %(most)s characters.", most=1_000_000))
    findings.error("b.yaml", 2, Message("The file is empty."))
    assert [str(one) for one in sorted(findings.found)] == [
        "a.yaml:1: warning: The file is longer than 1,000,000 characters.",
        "b.yaml:2: error: The file is empty.",
        "b.yaml:2: error: Unknown country “XX”.",
    ]
    assert str(Finding("a", 3, "error", UNKNOWN, column=7)) == "a:3:7: error: Unknown country “XX”."
