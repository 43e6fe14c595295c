"""Every route, for everybody, with everything that a stranger may bring: the table finds new routes by itself.

A walk over the pages of a small site finds an address and a form for each rule of the URL map. Each cell
has the statuses that it may have. Where something is refused, the database is the same as before, and no
answer of any cell says anything of the machine. The numbers are lines of the security standard.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import quote

import brotli
import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from campaign import clock
from campaign.desk.pages import Audience
from campaign.people.roles import ROLES, Permission, may
from campaign.web.compression import SMALLEST, is_text
from campaign.web.guard import FRAMED, FRAMES, HEADERS, SHARED, body_limit
from tests.desk.conftest import Clock
from tests.routes import hostile
from tests.routes.installation import IDENTITIES, NOBODY, OTHER, REMOVED, SLUG, STRANGER, Installation, built
from tests.routes.pages import Form, Found, arguments, router, walk
from tests.tools import ROOT, bundles_of

ANYTHING = "anything"

#: Cells that wait for other work: part of an endpoint or rule, and what is brought. Nothing else is left out.
WAITING: tuple[tuple[str, str], ...] = ()

#: Fields that a parser reads, which get every text each time.
PARSED = {
    "desk.add_passkey passkey", "desk.join_post passkey", "desk.prove_post prove_passkey", "desk.publish_key public",
    "desk.raw_post text", "desk.sign_in_post kept", "desk.sign_in_post passkey", "petition.sign_post work", "answers.report work",
    "answers.paste_post slip",
}  # fmt: skip

#: TABLE=whole puts every text into every field, which takes minutes; else they take turns.
WHOLE = os.environ.get("TABLE") == "whole"

#: Pages for which this site lacks something: a contact, a host, a relay, a copy, an address to test, an
#: outcome.
LACKING = {
    "site.security_txt", "mail.box", "search.sitemap", "search.sitemaps", "sharing.page", "copies.file",
    "desk.addresses_to_test", "site.outcome", "desk.draft_outcome",
}  # fmt: skip

#: What answers to a program that asked for nothing: it needs a parameter.
FOR_PROGRAMS = {"embed.oembed"}

#: Pages of no campaign that only owners of one may open.
FOR_OWNERS = {"desk.start", "desk.start_post", "desk.keep_answers"}

#: Seconds. No answer takes so long, except one that does not end.
HANGS = 20

#: What no answer may have in its text or headers: a traceback, a place on this machine, a version.
LEAKS = re.compile(
    "|".join(
        [r"Traceback \(most", r'File "/', "site-packages", re.escape(str(ROOT)), r"\.py:\d",
         r"(?i:werkzeug|flask|python|granian|sqlalchemy|jinja2?|psycopg)/\d"]
    )
)  # fmt: skip

#: Statuses of a request that was read and answered; a form with a fault is 409 or 422, a file that is too long 413.
GOOD = {200, 204, 302, 303, 304}
READ = GOOD | {400, 404, 409, 413, 415, 422, 503}
REFUSED = {400, 403}


def headers_of(answer: TestResponse) -> dict[str, str]:
    """The headers that an answer has to have, by its path alone: few may be framed or read by others."""
    path, is_good = answer.request.path, answer.status_code in {200, 304}
    if re.fullmatch(r"/[a-z-]+/[a-z-]+/embed/\w+", path) and is_good and answer.request.method != "OPTIONS":
        return {
            **HEADERS,
            "Content-Security-Policy": FRAMED,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
    if re.fullmatch(r"/[a-z-]+/[a-z-]+(/editions/\d+)?/copies", path) and is_good:
        own = HEADERS["Content-Security-Policy"].replace("worker-src 'none'", "worker-src 'self'")
        return {**HEADERS, "Content-Security-Policy": own}
    if path.startswith("/api/") and path != "/api/":
        return {**HEADERS, **SHARED}
    if re.fullmatch(r"/[a-z-]+/desk/[a-z-]+/embedding", path) and answer.status_code in {200, 422}:
        is_read = answer.request.method != "OPTIONS"
        return {**HEADERS, "Content-Security-Policy": FRAMES} if is_read else HEADERS
    return HEADERS


@dataclass
class Table:
    """The site, what a walk found in its two campaigns, and the cells that do not hold."""

    site: Installation
    found: Found
    other: Found
    wrong: list[str] = field(default_factory=list)

    @property
    def app(self) -> Flask:
        return self.site.app

    def needs(self, endpoint: str) -> Permission | Audience:
        """What a page needs; a public page needs nothing."""
        return getattr(self.app.view_functions[endpoint], "needs", Audience.ANYBODY)

    def open_to(self, identity: str, endpoint: str) -> bool:
        """Whether a page of the desk is for somebody: for a role with its permission, or for all."""
        needs = self.needs(endpoint)
        return needs == Audience.SIGNED_IN or (isinstance(needs, Permission) and may(identity, needs))

    def cell(
        self, name: str, answer: TestResponse, allowed: set[int], unchanged: bool = False
    ) -> TestResponse:
        """Note what is wrong with an answer."""
        status = answer.status_code
        if status not in allowed:
            why = f" {self.site.errors[-1]}" if status == 500 and self.site.errors else ""
            self.wrong.append(f"{name}: {status} is not in {sorted(allowed)}{why}")
        if unchanged and self.site.changed():
            self.wrong.append(f"{name}: something was written")
        self.site.back()
        self._headers(name, answer)
        words = answer.text if answer.mimetype.startswith(("text/", "application/json")) else ""
        leak = LEAKS.search(f"{answer.headers}{words}")
        if leak:
            self.wrong.append(f"{name}: the answer has “{leak[0]}”")
        return answer

    def _headers(self, name: str, answer: TestResponse) -> None:
        """Note what is wrong with an answer's headers: the policy, and the name of a file."""
        for header, value in headers_of(answer).items():
            if header != "Permissions-Policy" and answer.headers.get(header) != value:
                self.wrong.append(f"{name}: {header} is {answer.headers.get(header)}")
        if "Access-Control-Allow-Origin" in answer.headers and not answer.request.path.startswith("/api/"):
            self.wrong.append(f"{name}: other sites may read it")
        file = answer.headers.get("Content-Disposition", "")
        if not re.fullmatch(r'((attachment|inline)(; filename="?[a-z0-9.-]+"?)?)?', file):
            self.wrong.append(f"{name}: a file is called {file}")

    def path(self, rule: Rule, **changes: str) -> str:
        """The address of a rule as the walk found it, with other arguments as they are in an address."""
        args = arguments(self.found, rule)[0]
        marks = {name: f"zq{number}qz" for number, name in enumerate(changes)}
        address = re.sub(
            r"<(?:\w+:)?(\w+)>", lambda hit: marks.get(hit[1]) or quote(str(args[hit[1]])), rule.rule
        )
        for name, mark in marks.items():
            address = address.replace(mark, changes[name])
        return address

    def close(self) -> None:
        """Fail with every cell that does not hold."""
        wrong, self.wrong = self.wrong, []
        assert not wrong, f"{len(wrong)} cells:\n" + "\n".join(wrong)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Table:
    now = Clock()
    with clock.use(now):
        site = built(tmp_path_factory.mktemp("site"), now)
        table = Table(site, walk(site, SLUG), walk(site, OTHER))
        now.pass_(minutes=1)  # a form that was open for so long needs no proof of work
        site.touch()
    assert not site.errors
    return table


@pytest.fixture
def table(made: Table) -> Iterator[Table]:
    with clock.use(made.site.clock):
        yield made


def waits(place: str, brought: str) -> bool:
    return any(part in place and what in {brought, ANYTHING} for part, what in WAITING)


def rules(table: Table, method: str) -> list[Rule]:
    return [rule for rule in table.app.url_map.iter_rules() if method in (rule.methods or ())]


@pytest.mark.slow
def test_a_walk_finds_an_address_and_a_form_for_every_route(table: Table) -> None:
    for rule in table.app.url_map.iter_rules():
        assert arguments(table.found, rule), rule
        if "POST" in (rule.methods or ()):
            assert table.found.forms[rule.endpoint], rule


def reading(table: Table, identity: str, endpoint: str) -> set[int]:
    """The statuses that a page of the desk may have for somebody who asks for it."""
    needs = table.needs(endpoint)
    good = GOOD | {422} if endpoint in table.found.forms else GOOD  # a form that is sent by GET, and is empty
    if endpoint in LACKING:
        good = good | {404}
    if endpoint in FOR_PROGRAMS:
        return GOOD | {400}
    if needs == Audience.ANYBODY:
        return good
    if identity in {NOBODY, REMOVED}:
        return {303}
    if endpoint in FOR_OWNERS and identity not in {"owner", STRANGER}:
        return {403}
    if needs == Audience.SIGNED_IN:
        return GOOD
    if identity == STRANGER:
        return {404}
    return good if may(identity, needs) else {403}


@pytest.mark.slow
@pytest.mark.security(1, 15, 20, 31, 33, 46)
@pytest.mark.parametrize("identity", IDENTITIES)
def test_reading_shows_each_page_to_those_who_may_and_changes_nothing(identity: str, table: Table) -> None:
    """What somebody may read is as slow by HEAD as by GET: only the owner asks for it by both."""
    for rule in rules(table, "GET"):
        found = arguments(table.found, rule)
        for args in found if identity == "owner" else found[:1]:
            path = router(table.app).build(rule.endpoint, args, method="GET")
            allowed = reading(table, identity, rule.endpoint)
            for method in (
                "GET",
                "OPTIONS",
                *(("HEAD",) if not allowed & GOOD or identity == "owner" else ()),
            ):
                answer = table.site.send(identity, method, path)
                asked = (
                    method == "OPTIONS" and rule.endpoint in FOR_OWNERS
                )  # Flask answers; the page is not called
                known = allowed | ({200} if asked else set())
                table.cell(f"{identity} {method} {path}", answer, known, unchanged=True)
                if not rule.endpoint.startswith("desk."):
                    assert "Set-Cookie" not in answer.headers, path
    table.close()


@pytest.mark.slow
@pytest.mark.security(1, 35)
def test_no_page_may_be_framed_or_read_by_others_but_embeds_and_the_api(table: Table) -> None:
    """Every route that answers to GET, for somebody who may see it, asked as a frame of another site asks."""
    asked = {"Origin": "https://other.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"}
    framed, shared = set(), set()
    for rule in rules(table, "GET"):
        path = router(table.app).build(rule.endpoint, arguments(table.found, rule)[0], method="GET")
        answer = table.site.send(asks(rule), "GET", path, headers=asked)
        table.site.back()
        policy = answer.headers["Content-Security-Policy"]
        if "frame-ancestors 'none'" not in policy:
            framed.add(rule.endpoint)
            assert "<form" not in answer.text and "<script" not in answer.text
            assert "Set-Cookie" not in answer.headers
        if "Access-Control-Allow-Origin" in answer.headers:
            shared.add(str(rule.endpoint).partition(".")[0])
    assert framed == {"embed.frame"}
    assert shared == {"api"}


@pytest.mark.slow
@pytest.mark.parametrize("identity", [NOBODY, "owner"])
def test_every_page_has_one_style_and_one_script_and_every_text_is_compressed(
    identity: str, table: Table
) -> None:
    asked = {"Accept-Encoding": "br", "Sec-Fetch-Site": "same-origin"}
    pages = 0
    for rule in rules(table, "GET"):
        for args in arguments(table.found, rule)[:1] if asks(rule) == identity else []:
            path = router(table.app).build(rule.endpoint, args, method="GET")
            answer = table.site.send(identity, "GET", path, headers=asked)
            if not is_text(answer.mimetype or ""):
                continue
            packed = answer.headers.get("Content-Encoding") == "br"
            if packed and "Accept-Encoding" not in answer.headers.get("Vary", ""):
                table.wrong.append(f"{path}: the answer does not vary by its coding")
            if not packed and len(answer.data) >= SMALLEST:
                table.wrong.append(f"{path}: {len(answer.data)} bytes of text are not compressed")
            text = (brotli.decompress(answer.data) if packed else answer.data).decode()
            if answer.mimetype == "text/html" and '<main id="main">' in text:  # no file and no e-mail
                pages += 1
                for address in bundles_of(text).values():
                    bundle = table.site.send(NOBODY, "GET", address)
                    if bundle.status_code != 200 or "immutable" not in bundle.headers["Cache-Control"]:
                        table.wrong.append(f"{path}: {address} is {bundle.status_code}")
            table.site.back()
    assert pages > 15
    table.close()


@pytest.mark.slow
@pytest.mark.parametrize("identity", [NOBODY, "owner"])
def test_a_method_that_a_page_does_not_know_is_refused(identity: str, table: Table) -> None:
    for endpoint, found in table.found.args.items():
        path = router(table.app).build(endpoint, found[0])
        known = set(router(table.app).allowed_methods(path))
        for method in {"POST", "GET", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "X" * 200} - known:
            answer = table.site.send(identity, method, path)
            table.cell(f"{identity} {method} {path}", answer, {405}, unchanged=True)
    table.close()


def forms(table: Table, desk: bool) -> Iterator[tuple[str, Form]]:
    """Every form of the desk, or every form of the public pages, with its endpoint."""
    for rule in rules(table, "POST"):
        if (table.needs(rule.endpoint) != Audience.ANYBODY) is desk:
            for form in table.found.forms[rule.endpoint]:
                yield rule.endpoint, form


@pytest.mark.slow
@pytest.mark.security(22)
@pytest.mark.parametrize("identity", IDENTITIES)
def test_a_form_without_the_right_token_is_refused_and_nothing_is_written(
    identity: str, table: Table
) -> None:
    kept = table.site.folder()
    others = [who for who in (STRANGER, REMOVED, "editor", "owner") if who != identity]
    for endpoint, form in forms(table, desk=True):
        for whose, token in {"nobody's": "", **{who: table.site.people[who].token for who in others}}.items():
            fields = {**form.fields, "csrf": token}
            answer = table.site.send(identity, "POST", form.action, fields)
            allowed = REFUSED | {404} if identity == STRANGER else REFUSED
            table.cell(f"{identity} {endpoint} with {whose} token", answer, allowed, unchanged=True)
    assert table.site.folder() == kept
    table.close()


@pytest.mark.slow
@pytest.mark.security(15)
@pytest.mark.parametrize("identity", IDENTITIES)
def test_a_form_is_taken_from_those_who_may_and_refused_to_all_others(identity: str, table: Table) -> None:
    kept = table.site.folder()
    for endpoint, form in forms(table, desk=True):
        needs = table.needs(endpoint)
        taken = table.open_to(identity, endpoint)
        allowed = {403}
        if endpoint in FOR_OWNERS and identity not in {"owner", STRANGER}:
            taken = False
        elif identity == STRANGER:
            allowed, taken = (READ, True) if needs == Audience.SIGNED_IN else ({404}, False)
        elif identity in ROLES and taken:
            # Who may read opens the editor; whether they may save depends on the text's language.
            allowed = READ | ({403} if needs == Permission.READ else set())
        elif identity not in ROLES:
            taken = False
        for fields in (form.fields, {}) if taken else (form.fields,):
            sent = {**fields, "csrf": table.site.people[identity].token}
            answer = table.site.send(identity, "POST", form.action, sent)
            table.cell(f"{identity} {endpoint}", answer, allowed, unchanged=not taken)
    assert identity in ROLES or table.site.folder() == kept
    table.close()


@pytest.mark.slow
@pytest.mark.security(22)
def test_a_public_form_without_a_token_of_its_own_writes_nothing(table: Table) -> None:
    for endpoint, form in forms(table, desk=False):
        foreign = {other.fields.get("form_token", "") for _, other in forms(table, desk=False)}
        own = form.fields.get("form_token")
        for token in ("", "x", *sorted(foreign - {own, ""})):
            answer = table.site.send(NOBODY, "POST", form.action, {**form.fields, "form_token": token})
            name = f"{endpoint} with a token {token[:20]}"
            table.cell(name, answer, READ | {403}, unchanged=not waits(endpoint, "no token"))
    table.close()


def foreign(table: Table) -> Iterator[tuple[Rule, str, str]]:
    """Rules with the name and value of something that there is in the other campaign alone."""
    for rule in table.app.url_map.iter_rules():
        if "slug" not in rule.arguments:
            continue
        here, there = (arguments(walked, rule) for walked in (table.found, table.other))
        for args in there[:1]:
            for name in rule.arguments & {"number", "photo", "name", "token", "record"}:
                if str(args[name]) not in {str(other[name]) for other in here}:
                    yield rule, name, str(args[name])


@pytest.mark.security(16)
def test_what_is_in_another_campaign_is_not_found_in_this_one(table: Table) -> None:
    cells = 0
    for rule, name, value in foreign(table):
        for method in ("GET", "POST"):
            if method not in (rule.methods or ()):
                continue
            cells += 1
            path = table.path(rule, **{name: quote(value)})
            form = table.found.forms[rule.endpoint][0].fields if method == "POST" else {}
            sent = {**form, "csrf": table.site.people["owner"].token} if method == "POST" else None
            answer = table.site.send("owner", method, path, sent)
            table.cell(f"{method} {path}", answer, {404, 422}, unchanged=True)
    assert cells > 15
    # The way round: links of this campaign's signers under the other campaign's address.
    for rule in table.app.url_map.iter_rules():
        if rule.arguments == {"language", "slug", "token"}:
            for method in {"GET", "POST"} & (rule.methods or set()):
                path = table.path(rule, slug=OTHER)
                answer = table.site.send(NOBODY, method, path, {} if method == "POST" else None)
                table.cell(f"{method} {path}", answer, {404, 422}, unchanged=True)
    table.close()


@pytest.mark.slow
@pytest.mark.security(30)
@pytest.mark.parametrize("identity", IDENTITIES)
def test_a_hostile_id_is_not_found(identity: str, table: Table) -> None:
    """The owner asks the desk and nobody asks the public pages for all of them; others for one, turn by turn.

    A language and a campaign are read in one place for all pages: there, the ids take turns, too.
    """
    names = list(hostile.IDS)
    turn = 0
    for rule in table.app.url_map.iter_rules():
        for argument in sorted(rule.arguments):
            for method in sorted({"GET", "POST"} & (rule.methods or set())):
                turn += 1
                full = WHOLE or (identity == asks(rule) and argument not in {"language", "slug"})
                for name in names if full else [names[turn % len(names)]]:
                    if not waits(rule.rule, name):
                        _hostile(table, identity, rule, (method, argument, name))
    table.close()


def asks(rule: Rule) -> str:
    """Who gets furthest on a page: the owner at the desk, and anybody on a public page."""
    return "owner" if rule.endpoint.startswith("desk.") else NOBODY


def _hostile(table: Table, identity: str, rule: Rule, cell: tuple[str, str, str]) -> None:
    method, argument, name = cell
    path = table.path(rule, **{argument: hostile.IDS[name]})
    sent = {"csrf": table.site.people[identity].token} if method == "POST" else None
    answer = table.site.send(identity, method, path, sent)
    allowed = {303, 308, 400, 403, 404, 405, 409, 422}
    if rule.endpoint == "desk.preview_post":
        allowed.add(200)  # shows what is typed, of a thing that need not be there yet
    if argument == "old" and name == "nought":
        allowed.add(200)  # every log grew from nothing
    table.cell(f"{identity} {method} {rule.rule} with {name} for {argument}", answer, allowed, unchanged=True)
    if answer.status_code == 308:
        assert answer.headers["Location"].startswith(("/", "http://localhost/")), path


def names_in_turn(start: int, field: str = "") -> list[str]:
    """The texts that one field gets: all of them, or one that is another's next time."""
    names = list(hostile.PIECES)
    return names if WHOLE or field in PARSED else [names[start % len(names)]]


def bodies(
    endpoint: str, form: Form, token: dict[str, str], turn: int
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What is brought, where, and the form: in one field, in each, in a file, and as the name of a field."""
    plain = {**form.fields, **token}
    text = hostile.text if "csrf" in token else hostile.fitting  # the body of a public form has an end
    room = hostile.SIZE - len(hostile.encoded(plain)) - 1_000
    for number, name in enumerate(name for name in form.fields if name != "csrf"):
        for what in names_in_turn(turn + number, f"{endpoint} {name}"):
            yield what, name, {**plain, name: text(what, room)}
    for what in names_in_turn(turn + 7):
        every = dict.fromkeys(form.fields, text(what, room // (len(form.fields) or 1)))
        yield what, "every field", {**every, **token}
        yield what, "a field's name", {**plain, hostile.fitting(what, 3_000): "x"}
        yield what, "too long a body", {**plain, "x": hostile.text(what)}
    for name in form.files:
        for what in hostile.PIECES:
            yield what, name, {**plain, name: (BytesIO(hostile.text(what).encode()), "file.csv")}


@pytest.mark.slow
@pytest.mark.security(26, 30)
@pytest.mark.parametrize("desk", [True, False], ids=["desk", "public"])
def test_a_text_without_end_or_sense_is_read_or_refused(desk: bool, table: Table) -> None:
    identity = "owner" if desk else NOBODY
    for turn, (endpoint, form) in enumerate(forms(table, desk)):
        kept = {name: form.fields[name] for name in ("form_token",) if name in form.fields}
        token = {"csrf": table.site.people[identity].token} if desk else kept
        for what, where, fields in bodies(endpoint, form, token, turn):
            if waits(endpoint, what):
                continue
            start = time.monotonic()
            answer = _sent(table, identity, form.action, fields)
            name = f"{endpoint} with {what} in {where}"
            table.cell(name, answer, READ | {403, 429})
            if time.monotonic() - start > HANGS:
                table.wrong.append(f"{name}: took {time.monotonic() - start:.0f} s")
    table.close()


def _sent(table: Table, identity: str, path: str, fields: dict[str, Any]) -> TestResponse:
    if any(isinstance(value, tuple) for value in fields.values()):
        return table.site.send(identity, "POST", path, fields)
    body = hostile.encoded(fields)
    kind = "application/x-www-form-urlencoded"
    return table.site.send(identity, "POST", path, body, content_type=kind)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("identity", [who for who in IDENTITIES if who != "owner"])
def test_a_text_from_somebody_who_may_not_is_refused_whatever_it_is(identity: str, table: Table) -> None:
    for turn, (endpoint, form) in enumerate(forms(table, desk=True)):
        if table.open_to(identity, endpoint):
            continue
        what = names_in_turn(turn)[0]
        fields = dict.fromkeys(form.fields, hostile.fitting(what, hostile.SIZE // (len(form.fields) or 1)))
        answer = _sent(table, identity, form.action, {**fields, "csrf": table.site.people[identity].token})
        table.cell(f"{identity} {endpoint} with {what}", answer, {400, 403, 404}, unchanged=True)
    table.close()


def query_names() -> list[str]:
    """The names of all parameters that the code reads from an address."""
    found = set()
    for path in (ROOT / "campaign").rglob("*.py"):
        found |= set(re.findall(r"""args(?:\.get\(|\[)["']([\w.-]+)""", path.read_text(encoding="utf-8")))
    return sorted(found)


@pytest.mark.slow
def test_a_text_in_an_address_is_read_or_refused_and_changes_nothing(table: Table) -> None:
    names = query_names()
    assert {"next", "number", "text"} <= set(names)
    for turn, rule in enumerate(rules(table, "GET")):
        path, identity = table.path(rule), asks(rule)
        for what in names_in_turn(turn):
            query = hostile.encoded(dict.fromkeys(names, hostile.text(what, hostile.SIZE // len(names))))
            answer = table.site.send(identity, "GET", f"{path}?{query}")
            known = READ | {403} | ({501} if rule.endpoint in FOR_PROGRAMS else set())
            table.cell(f"{identity} {path} asked with {what}", answer, known, unchanged=True)
    table.close()


@pytest.mark.parametrize("what", hostile.PIECES)
def test_a_text_in_a_cookie_or_header_is_nobody_s(what: str, table: Table) -> None:
    words = re.sub(r"[\0\r\n]", "?", hostile.text(what, 8_000)).encode().decode("latin-1")
    for header in (
        "Cookie",
        "Accept-Language",
        "Accept",
        "If-None-Match",
        "Sec-Fetch-Site",
        "X-Forwarded-For",
        "Referer",
    ):
        value = f"desk={words}" if header == "Cookie" else words
        for path, allowed in ((f"/en/desk/{SLUG}/", {303}), (f"/en/{SLUG}/", {200})):
            answer = table.site.send(NOBODY, "GET", path, headers={header: value})
            table.cell(f"{header} of {what} for {path}", answer, allowed, unchanged=True)
    table.close()


#: Fields of a form with a file that say which form it is, or that a script fills: no text for them.
NOT_TYPED = re.compile(r"key|kept-form|f\..*(?:date|url|website|colour.*)")


def with_files(table: Table) -> Iterator[tuple[Rule, Form]]:
    """Every form that takes a file, wherever it is."""
    for rule in rules(table, "POST"):
        yield from ((rule, form) for form in table.found.forms[rule.endpoint] if form.files)


def filled(form: Form, token: str) -> dict[str, Any]:
    """What is sent of a form beside its file: a text of its own in each field that is typed."""
    texts = sorted(name for name in form.texts if not NOT_TYPED.search(name))
    own = {"csrf": token} if token and "csrf" in form.fields else {}
    return {**form.fields, **{name: f"Typed {number}" for number, name in enumerate(texts)}, **own}


def sent_with(fields: dict[str, Any], name: str, data: bytes) -> bytes:
    """A form up to the end of its file, as a browser sends it."""
    part = '--x\r\nContent-Disposition: form-data; name="'
    words = "".join(f'{part}{field}"\r\n\r\n{value}\r\n' for field, value in fields.items())
    return f'{words}{part}{name}"; filename="IMG_4711.JPG"\r\n\r\n'.encode() + data


def refused_as_too_large(table: Table, answer: TestResponse, fields: dict[str, Any], name: str) -> None:
    """Note what is wrong with the answer to a file that is too large."""
    page = unescape(table.cell(name, answer, {413}, unchanged=True).text)
    if not re.search(r"This file is larger than \d+ (MB|kB|KB)\. Choose a smaller one\.", page):
        table.wrong.append(f"{name}: nothing is said of the size")
    lost = [text for text in fields.values() if str(text).startswith("Typed ") and text not in page]
    if lost:
        table.wrong.append(f"{name}: {lost} of {fields} is lost")


def test_every_form_with_a_file_says_how_large_it_may_be_and_has_it_last(table: Table) -> None:
    found = list(with_files(table))
    assert {rule.endpoint for rule, _form in found} >= {
        "desk.save", "desk.new_post", "desk.add_scan", "desk.hand_over_batch", "desk.bring_in_list", "desk.merge_post",
        "desk.po_post", "desk.directory_post", "desk.representatives_post", "desk.bring_in", "desk.publish_key",
        "desk.propose_void", "desk.give_counts", "giving.give_post", "stalls.hand_in_post",
    }  # fmt: skip
    for rule, form in found:
        upload = getattr(table.app.view_functions[rule.endpoint], "upload", None)
        for name, most in form.files.items():
            assert most.isdigit() and (upload is None or int(most) == upload.most), (rule, name)
            assert body_limit(table.app, "POST", re.split("[?#]", form.action)[0]) >= int(most), rule
        assert not form.behind, f"{rule}: what is typed behind the file is lost if that is too large"


@pytest.mark.security(26)
def test_a_file_of_thirty_megabytes_is_refused_by_its_form_and_nothing_typed_is_lost(table: Table) -> None:
    """Only the beginning of the form is there to be read: a page that asked for more would find nothing."""
    for rule, form in with_files(table):
        who = asks(rule)
        fields = filled(form, table.site.people[who].token)
        for name in form.files:
            body = sent_with(fields, name, bytes(60_000))
            answer = table.site.send(
                who, "POST", form.action.partition("#")[0], body, content_type="multipart/form-data; boundary=x",
                environ_overrides={"CONTENT_LENGTH": str(30 * 1024 * 1024)},
            )  # fmt: skip
            refused_as_too_large(table, answer, fields, f"{rule} {name}")
    table.close()


@pytest.mark.slow
@pytest.mark.security(26)
def test_a_file_that_is_one_byte_too_large_is_refused_in_the_same_way(table: Table) -> None:
    for rule, form in with_files(table):
        if rule.endpoint == "desk.add_scan":
            continue  # it is sealed while it arrives, and its limit is that of the whole form
        who = asks(rule)
        fields = filled(form, table.site.people[who].token)
        for name, most in list(form.files.items())[:1]:
            body = sent_with(fields, name, bytes(int(most) + 1)) + b"\r\n--x--\r\n"
            answer = table.site.send(
                who,
                "POST",
                form.action.partition("#")[0],
                body,
                content_type="multipart/form-data; boundary=x",
            )
            refused_as_too_large(table, answer, fields, f"{rule} {name}")
    table.close()
