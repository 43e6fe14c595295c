"""A message in another language than the page's says in which, in every place where text can be."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask_babel import gettext, lazy_gettext, ngettext
from markupsafe import Markup, escape

from campaign.mail import templates as mail
from campaign.messages import Joined, Message
from campaign.web import languages
from campaign.web.foreign_text import (
    CLOSE,
    OPEN,
    WHICH,
    ForeignText,
    found_in,
    with_languages,
    without_marks,
)
from campaign.web.messages import translated
from campaign.web.public_pages import page_of
from tests.tools import BARE


def marked(text: str, code: str = "en") -> str:
    return f"{OPEN}{code}{WHICH}{text}{CLOSE}"


def span(text: str, code: str = "en", direction: str = "ltr") -> str:
    return f'<span lang="{code}" dir="{direction}">{text}</span>'


X = marked("Help")
LINKED = 'A <a href="/x">b</a><br> c'
INJECTED = 'en" onclick="a'

#: A piece of a page, and what a browser gets of it.
CONTEXTS = {
    "text": (f"<p>{X}</p>", f"<p>{span('Help')}</p>"),
    "no element around it": (X, span("Help")),
    "two": (f"<p>{X} · {X}</p>", f"<p>{span('Help')} · {span('Help')}</p>"),
    "another direction": (f"<p>{marked('مساعدة', 'ar')}</p>", f"<p>{span('مساعدة', 'ar', 'rtl')}</p>"),
    "a button": (f"<button class='a'>{X}</button>", f"<button class='a'>{span('Help')}</button>"),
    "elements inside": (
        f"<p>{marked(LINKED)}</p>",
        f"<p>{span(LINKED)}</p>",
    ),
    "an attribute": (f'<nav aria-label="{X}">a</nav>', '<nav aria-label="Help">a</nav>'),
    "an attribute with >": (f'<p data-a="a > {X}">{X}</p>', f'<p data-a="a > Help">{span("Help")}</p>'),
    "an attribute in apostrophes": (f"<p title='\"{X}'>a</p>", "<p title='\"Help'>a</p>"),
    "an attribute without quotes": (f"<p title={X}>a</p>", "<p title=Help>a</p>"),
    "the title": (f"<title>{X} · A</title>", "<title>Help · A</title>"),
    "a description": (f'<meta name="description" content="{X}">', '<meta name="description" content="Help">'),
    "a choice": (f"<option value=a selected>{X}</option>", "<option value=a selected>Help</option>"),
    "a group of choices": (f'<optgroup label="{X}">', '<optgroup label="Help">'),
    "typed text": (f"<textarea name=a>{X}</textarea>", "<textarea name=a>Help</textarea>"),
    "a script": (f"<script>a = '{X}' < b</script>{X}", f"<script>a = 'Help' < b</script>{span('Help')}"),
    "a style": (f"<style>a::after {{content: '{X}'}}</style>", "<style>a::after {content: 'Help'}</style>"),
    "a picture": (
        f"<svg><title>{X}</title><text x=1>{X}</text></svg>",
        "<svg><title>Help</title><text x=1>Help</text></svg>",
    ),
    "a comment": (f"<!-- {X} > -->{X}", f"<!-- Help > -->{span('Help')}"),
    "one inside another": (marked(f"A {X} b"), span("A Help b")),
    "another one inside": (marked(f"A {marked('б', 'ru')} b"), span(f"A {span('б', 'ru')} b")),
    "cut at its end": (f"<p>{X[:-2]}</p>{X}", f"<p>Hel</p>{span('Help')}"),
    "cut at its beginning": (f"<p>{X[3:]}</p>{X}", f"<p>Help</p>{span('Help')}"),
    "ended in another element": (f"<p>{OPEN}en{WHICH}A</p><p>{CLOSE}b</p>", "<p>A</p><p>b</p>"),
    "no language": (f"<p>{marked('A', 'xx-nowhere')}</p>", "<p>A</p>"),
    "no code": (f"<p>{marked('A', INJECTED)}</p>", "<p>A</p>"),
    "nothing foreign": ("<p>Help</p>", "<p>Help</p>"),
}


@pytest.mark.parametrize("case", CONTEXTS)
def test_a_mark_becomes_an_element_in_text_and_vanishes_elsewhere(case: str) -> None:
    html, expected = CONTEXTS[case]
    assert with_languages(html) == expected
    assert not re.search(f"[{OPEN}{WHICH}{CLOSE}]", without_marks(html))


def test_many_marks_and_broken_tags_take_no_time() -> None:
    hostile = "<p " + "'\"" * 20_000 + X * 5_000 + "<option>" * 300 + "</p>" * 5_000
    assert OPEN not in with_languages(hostile)


def test_a_page_without_marks_is_not_touched() -> None:
    html = "<p>Help</p>"
    assert with_languages(html) is html and without_marks(html) is html


@pytest.mark.parametrize(
    ("code", "page", "foreign"),
    [
        ("en", "en", False), ("en", BARE, True), ("pt", "pt-BR", False), ("es-419", "es-MX", False),
        ("en", "ar", True),
    ],
)  # fmt: skip
def test_only_another_language_is_foreign(code: str, page: str, foreign: bool) -> None:
    assert isinstance(found_in("Help", code, page), ForeignText) is foreign


@pytest.fixture
def bare(app: Flask) -> Flask:
    with app.test_request_context(f"/{BARE}/"):
        yield app


#: Ways in which a message comes into a template; each prints the same.
WAYS = {
    "by Jinja": "{{ _('Help') }}",
    "by Python": "{{ eager }}",
    "lazily": "{{ lazy }}",
    "trimmed": "{{ lazy | trim }}",
    "as a message": "{{ said }}",
    "kept in a name": "{% set a = _('Help') %}{{ a }}",
    "through a macro": "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(lazy) }}",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_message_is_marked_however_it_comes_into_a_page(way: str, bare: Flask) -> None:
    names = {
        "eager": gettext("Help"),
        "lazy": lazy_gettext("Help"),
        "said": translated(Message("Help")),
    }
    assert with_languages(render_template_string(WAYS[way], **names)) == span("Help")


def test_values_in_a_message_are_escaped_and_stand_inside(bare: Flask) -> None:
    template = "{{ _('For example: %(name)s', name=name) }}|{{ eager }}"
    eager = gettext("For example: %(name)s", name="<b>&")
    html = render_template_string(template, name="<b>&", eager=eager)
    said = span("For example: &lt;b&gt;&amp;")
    assert with_languages(html) == f"{said}|{said}"
    counted = render_template_string("{{ ngettext('%(num)s warning', '%(num)s warnings', 2) }}")
    assert (
        with_languages(counted)
        == span("2 warnings")
        == with_languages(str(escape(ngettext("%(num)s warning", "%(num)s warnings", 2))))
    )


def test_two_sentences_of_one_language_are_one_text(bare: Flask) -> None:
    both = translated(Joined(Message("Help"), Message("Publish")))
    assert with_languages(str(escape(both))) == span("Help Publish")
    assert not isinstance(ForeignText("Help", "en") + " Ajuda", ForeignText)


def test_outside_html_a_message_is_a_plain_text(bare: Flask) -> None:
    message = gettext("Help")
    assert json.loads(json.dumps({"a": message})) == {"a": "Help"}
    assert f"{message}" == "Help" == "".join([message]) and OPEN not in str(message)
    env = bare.jinja_env.overlay(autoescape=False)
    assert env.from_string("{{ _('Help') }} {{ a }}").render(a=message) == "Help Help"


def test_a_language_with_its_words_has_no_marks(app: Flask) -> None:
    with app.test_request_context("/ru/"):
        assert not isinstance(gettext("Help"), ForeignText)
        assert OPEN not in render_template_string("{{ _('Help') }}")


def test_a_page_says_the_language_of_what_it_lacks(client: FlaskClient, app: Flask) -> None:
    page = client.get(f"/{BARE}/nothing-here")
    assert page.status_code == 404 and f'<html lang="{BARE}"' in page.text
    with app.test_request_context("/en/"):
        title = gettext("There is no such page")
    assert f"<h1>{span(title)}</h1>" in page.text
    assert f"<title>{title}" in page.text
    assert not re.search(f"[{OPEN}{WHICH}{CLOSE}]", page.text)
    assert "dir=" not in client.get("/en/nothing-here").text.partition("<main")[2]
    assert int(page.headers["Content-Length"]) == len(page.data)


def test_the_cache_holds_finished_pages() -> None:
    page = page_of(f"<p>{X}</p>")
    assert page.content.decode() == f"<p>{span('Help')}</p>"


def test_a_mail_has_no_marks(app: Flask) -> None:
    content = {
        "kind": "confirm", "to": "a@example.org", "language": BARE, "subject": "s", "title": "Keep the trees",
        "confirm": "https://example.org/r/a", "withdraw": "https://example.org/r/b",
    }  # fmt: skip
    with app.test_request_context("/en/"), languages.forced(BARE):
        assert OPEN in render_template_string(Markup("{{ _('Help') }}"))
        whole = mail.compose("a", content, "b@example.org").as_string()
    assert not re.search("[\ufdd0-\ufdef]|=EF=B7", whole)
