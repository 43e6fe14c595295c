"""What a browser finds on the pages of a site: links, and forms with what they would send."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from tests.routes.installation import BATCH, OTHER, SLUG, STRANGER, Installation

#: How many addresses of one endpoint and kind are visited, and how many of its forms, with files and without.
MOST_VISITS, MOST_FORMS = 2, 4

Args = dict[str, str]


@dataclass
class Form:
    """A form as a browser would send it.

    `files` are the names of its file fields, each with the most bytes that the page says; `behind` are fields
    after the first of them. `texts` are the fields that are typed.
    """

    action: str
    method: str
    fields: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    behind: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    #: Other addresses to which one of its buttons sends it; to the plain ones without its files.
    others: list[str] = field(default_factory=list)
    plain: set[str] = field(default_factory=set)


class Reader(HTMLParser):
    """Collects the links and forms of one page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._inside = False
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {key: value or "" for key, value in attrs}
        if tag == "a" and "href" in got:
            self.links.append(got["href"])
        elif tag == "form":
            self.forms.append(Form(got.get("action") or self.address, got.get("method", "get").upper()))
            self._inside = True
        elif self._inside or (got.get("form") and self.forms):
            self._control(tag, got, self.forms[-1])

    def _control(self, tag: str, got: dict[str, str], form: Form) -> None:
        name = got.get("name", "")
        if "formaction" in got:
            form.others.append(got["formaction"])
            if got.get("formenctype") == "application/x-www-form-urlencoded":
                form.plain.add(got["formaction"])
        if tag == "option" and self._select and ("selected" in got or not form.fields[self._select]):
            form.fields[self._select] = got.get("value", "")
        if not name:
            return
        if (
            form.files
            and got.get("type") not in {"file", "hidden"}
            and tag in {"input", "textarea", "select"}
        ):
            form.behind.add(name)
        if tag == "textarea":
            self._area = name
            form.fields[name] = ""
            form.texts.add(name)
        elif tag == "select":
            self._select = name
            form.fields.setdefault(name, "")
        elif tag == "input":
            self._input(got, name, form)

    def _input(self, got: dict[str, str], name: str, form: Form) -> None:
        kind = got.get("type", "text")
        if kind == "text":
            form.texts.add(name)
        if kind == "file":
            form.files[name] = got.get("data-most", "")
        elif kind in {"checkbox", "radio"}:
            if "checked" in got or name not in form.fields:
                form.fields[name] = got.get("value", "on")
        elif kind != "submit":
            form.fields[name] = got.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data


@dataclass
class Found:
    """What a walk over one campaign found: arguments and forms by endpoint."""

    args: dict[str, list[Args]] = field(default_factory=dict)
    forms: dict[str, list[Form]] = field(default_factory=dict)


def router(app: Flask) -> MapAdapter:
    return app.url_map.bind("localhost")


def match(app: Flask, address: str, method: str) -> tuple[str, Args] | None:
    """The endpoint that an address of ours leads to, and its arguments."""
    parts = urlsplit(address)
    if parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
        return None
    try:
        endpoint, args = router(app).match(parts.path, method=method)
    except (HTTPException, RequestRedirect):
        return None
    return endpoint, dict(args)


def walk(site: Installation, slug: str) -> Found:
    """Follow every link of a campaign as its owner, in English, and read every form."""
    owner = STRANGER if slug == OTHER else "owner"
    found = Found()
    todo = [f"/en/desk/{slug}/", "/en/desk/account", "/en/desk/prove", *site.links]
    if slug == SLUG:  # of the other campaign, what has a number of its own is needed, and that is at the desk
        todo += [f"/en/{slug}/", "/"]
    known = set(todo)
    while todo:
        address = todo.pop(0)
        got = match(site.app, address, "GET")
        if got is None or not _ours(got[1], slug) or not _new(found, got):
            continue
        answer = site.send(owner, "GET", address)
        if answer.mimetype != "text/html":
            continue
        reader = Reader(address)
        reader.feed(answer.text)
        sent = (site.send(owner, "GET", query).location for query in map(_query, reader.forms) if query)
        for link in [*reader.links, *filter(None, sent)]:
            path = link.partition("#")[0]
            if path and path not in known:
                known.add(path)
                todo.append(path)
        for form in reader.forms:
            _keep(site.app, found, form)
    _signed_out(site, found)
    for rule in site.app.url_map.iter_rules() if slug == SLUG else ():
        _complete(site.app, found, rule)
    return found


def _query(form: Form) -> str:
    """Where a form that is sent by GET leads; '' for another, or one without a field."""
    action = form.action.partition("#")[0]
    return f"{action}?{urlencode(form.fields)}" if form.method == "GET" and form.fields else ""


def _ours(args: Args, slug: str) -> bool:
    return args.get("language", "en") == "en" and args.get("slug", slug) == slug


def _new(found: Found, got: tuple[str, Args]) -> bool:
    """Whether an endpoint was not yet visited with these arguments, nor too often."""
    endpoint, args = got
    visited = found.args.setdefault(endpoint, [])
    alike = [other for other in visited if (set(other), other.get("kind")) == (set(args), args.get("kind"))]
    if len(alike) >= MOST_VISITS or (args and args in visited):
        return False
    visited.append(args)
    return True


def _keep(app: Flask, found: Found, form: Form) -> None:
    for action in dict.fromkeys((form.action, *form.others)):
        got = match(app, action, form.method)
        if got is None:
            continue
        endpoint, args = got
        if args not in found.args.setdefault(endpoint, []):
            found.args[endpoint].append(args)
        forms = found.forms.setdefault(endpoint, [])
        alike = [other for other in forms if bool(other.files) == bool(form.files)]
        names = {frozenset(other.fields) for other in alike}
        if len(alike) < MOST_FORMS and frozenset(form.fields) not in names:
            forms.append(
                replace(form, action=action, others=[], files={} if action in form.plain else form.files)
            )


def _signed_out(site: Installation, found: Found) -> None:
    """The forms for people who are not signed in."""
    for address in ("/en/desk/sign-in", *(link for link in site.links if "/join/" in link)):
        reader = Reader(address)
        reader.feed(site.send("nobody", "GET", address).text)
        for form in reader.forms:
            _keep(site.app, found, form)


def typed(name: str, value: Any) -> bool:
    """Whether a field is one whose value a pathological text may stand for."""
    return isinstance(value, str) and not re.fullmatch(r"csrf|form_token", name)


#: Values for what no page links to, by the name of the placeholder.
VALUES = {
    "filename": "css/base.css", "picture": "publish.png", "language": "en", "request": "1", "codes": "ar",
    "result": "confirmed", "size": "1", "old": "1", "place": "0/000.p/1", "file_name": "SHA256SUMS",
    "kind": "count",
    "key": "rivers",
    "batch": BATCH,
    "page": "1",
}  # fmt: skip

#: Forms that a script sends, by the endpoint that takes them: what another endpoint's form has.
ALIKE = {
    "letters.preview": "letters.write_post",
    "desk.draft_preview": "desk.draft_write_post",
    "desk.preview_post": "desk.save",
}

#: Fields of forms that appear only in a situation that this site is not in, or that a script sends.
FIELDS = {
    "desk.publish_post": {"mark": "1", "seen": "yes", "note": "", "when": "now", "at": ""},
    "desk.withdraw_planned": {},
    "desk.remove_comment": {"comment": "1"},
    "desk.ask_post": {"mark": "1", "note": ""},
    "desk.forget_refused": {},
    "desk.publish_trial_key": {},
    "desk.take_answers": {},
    "desk.accept_batch": {},
    "desk.refuse_batch": {},
    "desk.decide_names": {"show_list": "1", "out_list": "2"},
    "desk.give_up_batch": {},
    "desk.finish_sheet": {"1": "first"},
    "desk.take_over_sheet": {},
    "desk.ask_for_row": {
        "row": "1",
        "what": "correct",
        "name": "Ana Example",
        "place": "Lyon",
        "country": "FR",
    },
    "desk.requests_file": {},
    "desk.drop_request": {},
    "desk.keep_form": {"kept-form": "content/terms/terms", "do": "keep", "f.closes": "2027-01-01"},
    "desk.offer_passkey": {},
    "desk.remove_passkey": {"which": "x"},
    "desk.end_sign_in": {"which": "others"},
    "desk.join_passkey": {"name": "Dana"},
    "desk.ask_passkey": {},
    "desk.carry_out_change": {},
    "desk.stop_change": {},
    "mail_links.paste": {"link": "nothing"},
}


def arguments(found: Found, rule: Rule) -> list[Args]:
    """The arguments that were found for a rule; an endpoint may have several rules."""
    return [args for args in found.args.get(str(rule.endpoint), []) if set(args) == rule.arguments]


def _alike(one: str, other: str) -> int:
    """How many characters two rules have in common before they part."""
    differ = (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    return next(differ, min(len(one), len(other)))


def _complete(app: Flask, found: Found, rule: Rule) -> None:
    """Give an endpoint that no page led to the arguments of the one whose address is most like it."""
    endpoint = str(rule.endpoint)
    if not arguments(found, rule):
        known = [
            other
            for other in app.url_map.iter_rules()
            if other.arguments <= rule.arguments and arguments(found, other)
        ]
        nearest = max(known, key=lambda other: _alike(other.rule, rule.rule))
        args = arguments(found, nearest)[0]
        missing = {name: VALUES[name] for name in rule.arguments - set(args)}
        found.args.setdefault(endpoint, []).append({**args, **missing})
    if "POST" in (rule.methods or ()) and endpoint not in found.forms:
        assert endpoint in {*ALIKE, *FIELDS}, f"no page has a form for {endpoint}: add its fields to FIELDS"
        model = found.forms[ALIKE[endpoint]][0] if endpoint in ALIKE else Form("", "POST", FIELDS[endpoint])
        action = router(app).build(endpoint, arguments(found, rule)[0], method="POST")
        found.forms[endpoint] = [Form(action, "POST", dict(model.fields), model.files)]
