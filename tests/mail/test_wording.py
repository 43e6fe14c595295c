"""Every e-mail in every language: text and HTML say the same, and load and reveal nothing."""

from __future__ import annotations

import html
import re
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask

from campaign.languages.data import installed, language
from campaign.mail.body import RULE
from campaign.mail.templates import compose
from campaign.mail.wording import KINDS
from tests.tools import text_of

SITE = "https://post.example.org"

#: A link with the longest name that a form takes has some 600 characters.
LONG_LINK = f"{SITE}/r/" + "A1-_" * 145

CONFIRM = {
    "kind": "confirm", "subject": "3 <b>& “4”", "title": "1 <b>& “2”", "name": "5 & 6", "runner": "7 <i>8</i>",
    "contact": "9@example.org", "colour": "#1a5fb4", "confirm": LONG_LINK, "withdraw": f"{SITE}/r/{'b' * 80}",
}  # fmt: skip

#: What is in the outbox, by name; the values have no words, so that all words are the mail's own.
CONTENTS: dict[str, dict[str, Any]] = {
    "confirm": CONFIRM,
    "neutral": {**CONFIRM, "subject": "3", "title": "", "name": "", "runner": "", "contact": "", "colour": ""},
    "change": {"kind": "change", "subject": "11", "who": "12", "slug": "13", "lines": ["14", "15 & 16"], "site": SITE},
    "change without a site": {"kind": "change", "subject": "1", "who": "2", "slug": "3", "lines": ["4"], "site": ""},
    "recovery": {"kind": "recovery", "site": SITE, "left": 2},
    "manifest": {"kind": "manifest", "slug": "1", "day": "2026-11-24", "records": 3, "body": '{"a": 1}\n-- k', "head": "0f"},
    "alarm": {"kind": "alarm", "lines": ["14", "15 & 16"], "advice": ["17"]},
    "organisation": {**CONFIRM, "kind": "organisation", "organisation": "14", "why": ""},
    "organisation refused": {**CONFIRM, "kind": "organisation", "organisation": "14", "why": "15 & 16"},
    "alarm without advice": {"kind": "alarm", "lines": ["14"], "advice": []},
    "work": {"kind": "work", "campaigns": [["1 <b>", "13", ["14", "15 & 16"]]], "site": SITE},
    "work in two campaigns": {"kind": "work", "campaigns": [["1", "13", ["14"]], ["2", "15", ["16"]]], "site": SITE},
    "head": {"kind": "head", "slug": "1", "day": "2026-11-24", "head": "0f0f"},
}  # fmt: skip

LINKS = {
    "confirm": {LONG_LINK, CONFIRM["withdraw"]},
    "neutral": {LONG_LINK, CONFIRM["withdraw"]},
    "organisation": {CONFIRM["withdraw"]},
    "organisation refused": {CONFIRM["withdraw"]},
    "change": {f"{SITE}/{{language}}/desk/13/"},
    "recovery": {f"{SITE}/{{language}}/desk/account"},
    "work": {f"{SITE}/{{language}}/desk/13/"},
    "work in two campaigns": {f"{SITE}/{{language}}/desk/"},
}

EVERYWHERE = [(name, code) for name in CONTENTS for code in installed()]

#: What is a value or a command in any language.
VALUES = re.compile(
    r"<https?:[^>]*>|https?:\S+|\S+@\S+|python -m campaign audit verify|campaign doctor|<[bi]>|</i>|\{.*|-- k|0f(0f)?"
)


class Seen(HTMLParser):
    """What a reader sees of a mail, paragraph by paragraph, and what is in its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.links: set[str] = set()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attributes}))
        if tag in {"p", "h1", "li", "pre"}:
            self.blocks.append("")
            self._open = True
        if tag == "a":
            self.links.add(dict(attributes).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in {"p", "h1", "li", "pre"}

    def handle_data(self, data: str) -> None:
        if self._open:
            # A text of its own is isolated where its paragraph has the mail's direction, as in HTML.
            self.blocks[-1] += re.sub("[\u2068\u2069]", "", data)


def mail(app: Flask, name: str, code: str) -> EmailMessage:
    with app.app_context():
        content = {"to": "ana@example.org", "language": code, **CONTENTS[name]}
        return compose("0" * 32, content, "post@post.example.org")


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def plain_blocks(message: EmailMessage) -> list[str]:
    """The paragraphs of the text, without addresses and what introduces them."""
    text = re.sub(r"\s*[:：]\n<https?://[^>]+>|[\u2068\u2069]", "", text_of(message))
    lines = [line.removeprefix("- ") for line in re.split(r"\n\n|\n(?=- [^k])", text.strip())]
    return [line for line in lines if line != RULE]


def test_every_kind_of_mail_is_tried() -> None:
    assert {content["kind"] for content in CONTENTS.values()} == set(KINDS)


@pytest.mark.parametrize(("name", "code"), EVERYWHERE)
def test_text_and_html_say_the_same_and_have_the_same_links(name: str, code: str, app: Flask) -> None:
    message = mail(app, name, code)
    seen = Seen(html_of(message))
    wanted = {link.replace("{language}", code) for link in LINKS.get(name, set())}
    assert seen.links == set(re.findall(r"<(https?://[^>]+)>", text_of(message))) == wanted
    fallback = [block for block in seen.blocks if block in wanted]
    assert len(fallback) == (1 if wanted else 0)  # under the button, for programs without buttons
    said = seen.blocks
    if fallback:
        place = said.index(fallback[0])
        said = [*said[: place - 1], *said[place + 1 :]]
    assert said == plain_blocks(message)


@pytest.mark.parametrize(("name", "code"), EVERYWHERE)
def test_a_mail_has_its_language_and_direction_loads_nothing_and_is_small(
    name: str, code: str, app: Flask
) -> None:
    message = mail(app, name, code)
    text = html_of(message)
    # Programs that show a mail within a page of their own drop <html>: the first <div> repeats both.
    for tag in ("html", "div"):
        attributes = next(found for known, found in Seen(text).tags if known == tag)
        assert (attributes["lang"], attributes["dir"]) == (code, language(code).direction)
    assert not re.search(
        r"<(?!!)(img|table|link|script|iframe|object|form)\b|\bsrc=|url\(|@import", text, re.I
    )
    outside = text.replace(f'href="{SITE}', "").replace(f">{SITE}", ">")
    assert not [found for found in re.findall(r"https?:", outside) if name != "recovery"]
    assert len(message.as_bytes()) <= 30 * 1024
    assert "1 <b>" not in text and "7 <i>" not in text  # what a pack says is never markup


@pytest.mark.parametrize(("name", "code"), [one for one in EVERYWHERE if one[1] != "en"])
def test_no_word_is_left_in_english(name: str, code: str, app: Flask) -> None:
    message, english = mail(app, name, code), mail(app, name, "en")
    for part, other in (
        (plain_blocks(message), plain_blocks(english)),
        (Seen(html_of(message)).blocks, Seen(html_of(english)).blocks),
    ):
        same = [block for block in set(part) & set(other) if re.search(r"[^\W\d_]{2}", VALUES.sub("", block))]
        assert same == []
    if language(code).script != "Latn":
        words = VALUES.sub("", html.unescape(text_of(message)))
        assert not re.search("[A-Za-z]{2}", words), words


def test_the_colour_of_the_campaign_is_on_the_button_and_a_neutral_mail_has_none(app: Flask) -> None:
    assert "background:#1a5fb4" in html_of(mail(app, "confirm", "en"))
    assert "#1a5fb4" not in html_of(mail(app, "neutral", "en"))


def test_what_waited_in_the_outbox_of_an_earlier_version_is_still_sent(app: Flask) -> None:
    earlier = {"kind": "confirm", "to": "a@example.org", "language": "en", "subject": "Please confirm",
               "title": "", "confirm": LONG_LINK, "withdraw": CONFIRM["withdraw"]}  # fmt: skip
    with app.app_context():
        assert "Press the button" in text_of(compose("0" * 32, earlier, "post@post.example.org"))
