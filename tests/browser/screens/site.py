"""The demonstration on a free port, with its sign-ins, its rules of addresses, and what pages link to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from tests.routes.pages import Args, Reader, match
from tests.test_server import serving
from tests.tools import ROOT

#: A line of what `campaign demo` prints: role, e-mail address and codes.
_LINE = re.compile(r"^(\w+) +(\S+@\S+) +codes: +(.+)$", re.MULTILINE)

#: Endpoints whose answers are not pages: files, feeds, data, scripts, what only a script asks for.
NO_PAGES = re.compile(
    r"static|.*_bundle|api\.(?!described)|log\.|search\.|offline\.|oembed|.*\.(feed|calendar|event_calendar|poster|"
    r"image|challenge|worker|file|photograph|share|health|blank|security_txt|front|receipt_file|draft_image)|"
    r"embed\.oembed|.*_(csv|pdf|kit|json|challenge|photograph|image|file|out|picture)|desk\.(po_out|data_protection|"
    r"addresses_to_test)|letters\.back_to_the_form"
)

#: How many pages of one endpoint (and kind of thing) are looked at.
MOST = 1


@dataclass
class Demonstration:
    """A running demonstration: its address, its campaign, an application on its data, how people sign in."""

    site: str
    slug: str
    app: Flask
    password: str
    sign_ins: dict[str, tuple[str, list[str]]]
    #: Endpoints that were found.
    seen: set[str] = field(default_factory=set)

    def context(self, browser: Browser, role: str = "", **options: object) -> BrowserContext:
        """A browser profile; of somebody in a role, who has signed in."""
        context = browser.new_context(**options)  # type: ignore[arg-type]
        if role:
            page = context.new_page()
            email, codes = self.sign_ins[role]
            page.goto(f"{self.site}/en/desk/sign-in", wait_until="load")
            for name, value in (("email", email), ("password", self.password), ("code", codes.pop(0))):
                page.locator(f"#{name}").fill(value)
            page.wait_for_timeout(2_100)  # a form that comes back sooner is taken for a robot's
            page.locator("form.stack button.button-quiet").click()
            page.wait_for_load_state("load")
            assert "/sign-in" not in page.url, page.locator("main").inner_text()
            page.close()
        return context


@contextmanager
def demonstration(folder: Path, seed: Path) -> Iterator[Demonstration]:
    """Make the demonstration of a pack in a folder, and serve it."""
    data = folder / seed.name
    environment = {**os.environ, "CAMPAIGN_DATA": str(data)}
    command = [sys.executable, "-m", "campaign", "demo", "--no-serve", "--seed", str(seed)]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    password = re.search(r"everybody: (\S+)", run.stdout)
    assert password, run.stdout
    sign_ins: dict[str, tuple[str, list[str]]] = {}
    for role, email, codes in _LINE.findall(run.stdout):
        sign_ins.setdefault(role, (email, codes.split()))
    os.environ["CAMPAIGN_DATA"] = str(data)
    from campaign.cli.seeding import prepare  # reads the settings

    app = prepare(None)
    with serving(data, seed, worker=True) as address:
        yield Demonstration(address, seed.name, app, password[1], sign_ins)


def kind_of(endpoint: str, args: Args) -> tuple[str, ...]:
    """What makes pages alike: one of each is enough."""
    more = args.get("kind", "") if endpoint in {"desk.kind", "desk.edit", "desk.new", "embed.frame"} else ""
    return endpoint, more, *sorted(set(args) - {"language", "slug", "kind"})


def walk(shown: Demonstration, context: BrowserContext, language: str, begin: list[str]) -> list[str]:
    """The addresses of one page of each kind that links lead to, in the order in which they were found."""
    todo, known, found = list(begin), set(begin), dict[tuple[str, ...], str]()
    while todo:
        address = todo.pop(0)
        got = match(shown.app, address, "GET")
        if got is None or NO_PAGES.fullmatch(got[0]) or got[1].get("language", language) != language:
            continue
        kind = kind_of(*got)
        if kind in found:
            continue
        answer = context.request.get(shown.site + address, max_redirects=0)
        if answer.status in {302, 303}:
            todo.append(answer.headers["location"].removeprefix(shown.site))
            continue
        if "text/html" not in answer.headers.get("content-type", "") or answer.status == 403:
            continue
        found[kind] = address
        shown.seen.add(got[0])
        reader = Reader(address)
        reader.feed(answer.text())
        for link in (*reader.links, *(form.action for form in reader.forms if form.method == "GET")):
            path = link.removeprefix(shown.site).partition("#")[0]
            if path.startswith("/") and path not in known and "said=" not in path:
                known.add(path)
                todo.append(path)
    return list(found.values())


def unseen(shown: Demonstration) -> list[str]:
    """The endpoints with pages that no link led to."""
    rules = shown.app.url_map.iter_rules()
    pages = {str(rule.endpoint) for rule in rules if "GET" in (rule.methods or ())}
    return sorted(page for page in pages - shown.seen if not NO_PAGES.fullmatch(page))
