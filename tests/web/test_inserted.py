"""What is put into a translated message keeps its order, and numbers have the figures of the language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_babel import gettext, ngettext
from markupsafe import Markup

from campaign.messages import Message
from campaign.web import languages
from campaign.web.inserted import filled
from campaign.web.messages import translated


@pytest.mark.parametrize(
    ("message", "values", "code", "expected"),
    [
        ("By %(who)s.", {"who": "Claire"}, "en", "By Claire."),
        ("By %(who)s.", {"who": "محمد"}, "en", "By \u2068محمد\u2069."),
        ("من %(who)s.", {"who": "Claire"}, "ar", "من \u2068Claire\u2069."),
        ("من %(who)s.", {"who": "محمد"}, "ar", "من محمد."),
        ("%(num)d من %(of)s", {"num": 3, "of": 5}, "ar", "3 من 5"),
        ("%(num)d از %(all)s", {"num": 12, "all": 30}, "fa", "۱۲ از ۳۰"),
        (Markup("<b>%(who)s</b>"), {"who": "<i>"}, "ar", Markup("<b>\u2068&lt;i&gt;\u2069</b>")),
        (Markup("%(link)s"), {"link": Markup("<a>x</a>")}, "ar", Markup("\u2068<a>x</a>\u2069")),
        (Markup("%(link)s"), {"link": Markup("<a>x</a>")}, "en", Markup("<a>x</a>")),
    ],
)
def test_a_value_keeps_its_own_order(message: str, values: dict[str, Any], code: str, expected: str) -> None:
    result = filled(message, values, code)
    assert result == expected and type(result) is type(expected)


@pytest.mark.parametrize(("code", "expected"), [("en", "14:05"), ("ar", "14:05"), ("fa", "۱۴:۰۵")])
def test_a_time_has_the_figures_of_the_language(code: str, expected: str, app: Flask) -> None:
    with app.test_request_context(f"/{code}/"), languages.forced(code):
        at = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
        assert render_template_string("{{ at | hour }}", at=at) == expected


def test_every_way_to_translate_a_message_does_so(app: Flask) -> None:
    text, letters = "Text in %(language)s", ("%(shown)s letter sent", "%(shown)s letters sent")
    with app.test_request_context("/ar/"), languages.forced("ar"):
        page = render_template_string("{{ _('Text in %(language)s', language=who) }}", who="Lyon")
        assert "\u2068Lyon\u2069" in page
        assert "\u2068Lyon\u2069" in gettext(text, language="Lyon")
        assert "\u2068Lyon\u2069" in ngettext(*letters, 5, shown="Lyon")
        assert "\u2068Lyon\u2069" in translated(Message("Text in %(language)s", language="Lyon"))


def test_a_message_of_another_language_is_written_as_that_language_writes(app: Flask) -> None:
    """English for an Arabic page stands in an element of its own, in which a Latin name needs no isolation."""
    with app.test_request_context("/ar/"), languages.forced("ar"):
        assert gettext("Nobody says so to %(x)s", x="Lyon") == "Nobody says so to Lyon"
        assert "\u2068ليون\u2069" in gettext("Nobody says so to %(x)s", x="ليون")
