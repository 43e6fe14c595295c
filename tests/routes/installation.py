"""One site for the table of routes: two campaigns in which everything exists, and a person of each kind.

What a request changes is noticed by SQLite's own counter and undone by a copy of the database.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sqlite3
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from campaign import clock
from campaign.answers import given
from campaign.coalition import store as coalition
from campaign.coalition.organisations import Contact, Organisation
from campaign.coalition.store import Acceptance, Application
from campaign.database import db, transaction
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.letters.slips import Slip, seal
from campaign.paper import batches, numbers
from campaign.paper.batches import Order
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout
from campaign.people import members
from campaign.people.members import Action, Guest
from campaign.people.roles import ROLES
from campaign.petition import (
    administration,
    event_networks,
    exclusions,
    organisation_links,
    other_servers,
    reason_links,
)
from campaign.petition.event_networks import Event
from campaign.petition.exclusions import Organiser
from campaign.petition.index import Cost
from campaign.petition.links import open_withdrawal
from campaign.petition.models import OtherServer, Reason
from campaign.petition.nightly import append_to_log, send_manifest
from campaign.petition.reason_links import ReasonLink
from campaign.petition.reasons import State, signer_of
from campaign.petition.status import Petitions
from campaign.photographs import photo_store
from campaign.photographs.sanitise import sanitised
from campaign.services import provide, service
from campaign.settings import Settings
from campaign.signatures.sealing import new_key
from campaign.stalls import batches as stall_batches
from campaign.stalls.codes import Giver
from campaign.stalls.views import stall
from campaign.web.signing import spelled
from campaign.webhooks import hooks
from campaign.webhooks.queue import OFFERED
from tests.conftest import published
from tests.desk.conftest import Clock, Desk, fields_of
from tests.minimal import FILES
from tests.petition.conftest import CHEAP, Petition
from tests.photographs.pictures import telephone
from tests.stalls.conftest import batch as batch_of
from tests.stalls.conftest import sealed

SLUG, OTHER = "trees", "another"

#: People by what they may do: nobody, each role, an owner of another campaign, and somebody who was removed.
NOBODY, STRANGER, REMOVED = "nobody", "owner of another campaign", "removed"
IDENTITIES = (NOBODY, *ROLES, STRANGER, REMOVED)

UPDATE = "---\ntitle: One tree fell\nsummary: In short.\ndate: 2020-06-01\n---\n\nWords.\n"
TERMS = """closes: 2027-06-30
erase-on: 2027-12-31
organisations: yes
reasons: yes
milestones:
- {{key: few, count: 10}}
events:
- {{key: over, what: handed-over, date: 2026-11-20, words: {{en: Given, fr: Remise}}, source: plea, photo: {photo},
   photo-of: {{en: A box, fr: Une boîte}}}}
"""


MEETING = """meetings:
- {key: evening, title: {en: Letter evening, fr: Soirée}, day: 2030-01-05, from: '18:30', where: {en: Hall, fr: Salle}}
"""

PARTNERS = """supporting:
- {key: lakes, name: Friends of Lakes, country: FR, website: 'https://lakes.example'}
partners:
- {key: rivers, name: Friends of Rivers, words: {en: Join us, fr: Venez}}
"""

BRANDING = """branding: {{colour: '#1a5fb4', logo: {logo}, logo-alt: {{en: A tree, fr: Un arbre}}}}
"""


def files_of(slug: str, photo: str, turn: int = 0) -> dict[str, str]:
    """A small pack in which each kind of thing exists; another text for each turn."""
    texts = {
        **FILES,
        **{f"updates/first.{code}.md": UPDATE for code in ("en", "fr")},
        "petition.yaml": TERMS.format(photo=photo),
        "meetings.yaml": MEETING,
        "organisations.yaml": FILES["organisations.yaml"] + PARTNERS,
    }
    texts["campaign.yaml"] = texts["campaign.yaml"].replace("slug: trees", f"slug: {slug}")
    texts["campaign.yaml"] += BRANDING.format(logo=photo)
    texts["pages/about.en.md"] = texts["pages/about.en.md"].replace("Words.", f"Words {turn}.")
    return texts


#: The batch of a stall that waits at the first campaign.
BATCH = "0" * 32


@dataclass
class Person:
    """A browser's cookie, and the token of the forms that it was given."""

    cookie: str = ""
    token: str = ""


@dataclass
class Installation:
    """The site, the people, and what is needed to notice and undo changes."""

    app: Flask
    clock: Clock
    people: dict[str, Person] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    saved: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect(":memory:"))
    whole: str = ""

    @property
    def data(self) -> Path:
        return service(Settings, self.app).data

    def send(
        self, identity: str, method: str, path: str, data: dict[str, Any] | None = None, **more: Any
    ) -> TestResponse:
        """The answer to one request. The client keeps no cookie, so each request stands alone."""
        headers = {"Cookie": f"desk={cookie}"} if (cookie := self.people[identity].cookie) else {}
        client = self.app.test_client(use_cookies=False)
        headers |= more.pop("headers", {})
        return client.open(path, method=method, data=data, headers=headers, buffered=True, **more)

    # what a request changed

    def keep(self) -> None:
        """Keep the database as it is now, to compare with and to return to."""
        with db_file(self) as source:
            source.backup(self.saved)
        self.watch = db_file(self)
        self.seen, self.whole = self._counter(), self.content()

    def touch(self) -> None:
        """Let everybody be active now, so that a sign-in's last time is no difference later."""
        for identity, person in self.people.items():
            self.send(identity, "POST", "/en/desk/account/sign-ins/end", {"csrf": person.token, "which": ""})
        self.keep()

    def _counter(self) -> int:
        return int(self.watch.execute("PRAGMA data_version").fetchone()[0])

    def content(self) -> str:
        """A hash of everything in the database."""
        found = hashlib.sha256()
        for line in self.watch.iterdump():
            found.update(line.encode("utf-8", "surrogatepass"))
        return found.hexdigest()

    def changed(self) -> bool:
        """Whether the database has another content than it was kept with; brings that back."""
        return self._counter() != self.seen and self.content() != self.whole and self.back()

    def back(self) -> bool:
        """Bring the database back to what it was kept with, if anything was written. True if so."""
        if self._counter() == self.seen:
            return False
        with db_file(self) as target:
            self.saved.backup(target)
        service(EditionCache, self.app).load()
        service(Petitions, self.app).held(SLUG, fresh=True)
        self.seen = self._counter()
        return True

    def folder(self) -> dict[str, str]:
        """A hash of every other file that the site keeps."""
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.data.rglob("*"))
            if path.is_file() and ".sqlite" not in path.name
        }


def db_file(site: Installation) -> sqlite3.Connection:
    """A connection of the test's own to the site's database."""
    return sqlite3.connect(service(Settings, site.app).database_url.removeprefix("sqlite:///"))


def built(folder: Path, now: Clock) -> Installation:
    """The site with everything in it, and its database kept. The clock has to be in use."""
    app = published(folder)
    provide(app, CHEAP, Cost)
    desk = Desk(app, now)
    site = Installation(app, now)
    petition = _campaign(site, SLUG, editions=2)
    _campaign(site, OTHER, editions=4)
    _people(desk, site)
    for slug in (SLUG, OTHER):
        _things(site, slug)
    confirm, withdraw = petition.signs(show_name="y")
    petition.confirm(confirm)
    _reasons(site, petition, withdraw)
    with app.app_context():
        for slug in (SLUG, OTHER):
            for days in (1, 0):  # each has a checkpoint of one entry
                append_to_log(app, slug, clock.today() - timedelta(days=days))
    site.links += [confirm, withdraw, *petition.signs(email="other@example.org")]
    for kind, link in (("c", confirm), ("w", withdraw)):  # as they were in e-mails of earlier versions
        site.links.append(f"/en/{SLUG}/petition/{kind}/{link.rsplit('/', 1)[-1]}")
    site.links += [f"/en/{SLUG}/petition/link", f"/en/{SLUG}/petition/u/{7:016x}", "/en/desk/sign-in"]
    slip = Slip("mayor", "en", clock.today(), ("keep-them",), 1, b"123456789")
    code = spelled(seal(service(Settings, app).secrets["slip"], SLUG, slip))
    site.links += [f"/en/{SLUG}/slip", f"/en/{SLUG}/slip/{code}", f"/en/{SLUG}/answers"]
    desk.sits("P1")  # the owner is signed in a second time
    with app.app_context():
        guest = Guest("Dana", "dana@example.org", "reader")
        site.links.append(
            f"/en/desk/join/{members.invite(db.session, SLUG, guest, Action('the tests', clock.now()))}"
        )
    for owner, slug in (("owner", SLUG), (STRANGER, OTHER)):
        _invite(site, owner, slug)
    with app.app_context():
        for slug in (SLUG, OTHER):
            campaign = service(Petitions, app).held(slug).campaign
            send_manifest(app, slug, campaign, clock.today() - timedelta(days=1))
        records = sealed(petition.key.public, 2)
        body = batch_of(petition.key.public, records, batch=BATCH)
        stall_batches.hand_over(db.session, stall(SLUG), body, Giver(0, "the tests"))
    now.pass_(minutes=1)
    _listen(site)
    return site


def _campaign(site: Installation, slug: str, editions: int) -> Petition:
    """A campaign with some editions, a photograph and a petition that is open."""
    photograph = sanitised(telephone(80, 60))
    key = new_key(slug, 1)
    with site.app.app_context():
        for turn in range(editions):
            store.publish(db.session, slug, files_of(slug, photograph.name, turn), store.Authorship("files"))
        administration.publish_key(db.session, key.public, "the tests")
        service(EditionCache, site.app).load()
        campaign = service(Petitions, site.app).held(slug, fresh=True).campaign
        photo_store.add(db.session, campaign, photograph)
        db.session.commit()
    return Petition(site.app, key)


def _people(desk: Desk, site: Installation) -> None:
    names = {identity: f"P{number}" for number, identity in enumerate(IDENTITIES) if identity != NOBODY}
    for identity, name in names.items():
        role = identity if identity in ROLES else "owner" if identity == STRANGER else "editor"
        desk.join(name, role, OTHER if identity == STRANGER else SLUG, languages=("fr",))
    site.people = {NOBODY: Person()}
    for identity, name in names.items():
        cookie = desk.sits(name).client.get_cookie("desk")
        assert cookie
        site.people[identity] = Person(cookie.value)
        site.people[identity].token = token_of(site, identity)
    with desk.app.app_context():
        person = next(one for one, _ in members.members(db.session, SLUG) if one.name == names[REMOVED])
        members.remove(db.session, SLUG, person, Action("the tests", clock.now()))


def _invite(site: Installation, owner: str, slug: str) -> None:
    """A change that waits for another owner, and an open invitation."""
    for role in ("owner", "reader"):
        guest = {"name": "Guest", "email": f"{role}@guests.example.org", "role": role}
        answer = site.send(
            owner, "POST", f"/en/desk/{slug}/people/invite", guest | {"csrf": site.people[owner].token}
        )
        assert answer.status_code in {200, 303}


def token_of(site: Installation, identity: str) -> str:
    """The token that this person's forms carry."""
    page = site.send(identity, "GET", "/en/desk/account").text
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, identity
    return found[1]


def _things(site: Installation, slug: str) -> None:
    """Sheets on paper, one of them begun; an exclusion list that waits; a text changed in the draft."""
    owner = STRANGER if slug == OTHER else "owner"
    with site.app.app_context():
        order = Order(Layout(("en",), 12), 3, 1, clock.today(), holder="Lyon group")
        batch = batches.order(db.session, slug, order, "the tests").id
        sheet = numbers.written(slug, Number(batch, 1))
        body = f"campaign-void-1 {slug} {'0' * 64}\nvoid {7:016x} FR double\n"
        exclusions.propose(db.session, slug, body, Organiser(0, "the tests", clock.today()))
        soon = clock.now() + timedelta(hours=1)
        stall = Event(event_networks.read_network("203.0.113.0/24"), "Stall", clock.now(), soon)
        event_networks.add(db.session, slug, "the tests", stall)
        server = OtherServer(name="Friends of rivers", address="", key=b"p" * 32)
        other_servers.add(db.session, slug, "the tests", server, b"o" * 32)
        with store.writing(db.session, slug) as campaign:
            hooks.add(db.session, campaign.id, "https://hooks.example.org/", OFFERED)
        with transaction(db.session):
            given.keep(db.session, service(Petitions, site.app).held(slug).campaign, b"sealed")
    _organisations(site, slug)
    begun = {"csrf": site.people[owner].token, "country": "France", "day": clock.today().isoformat()}
    path = f"/en/desk/{slug}/paper/sheets/{sheet}"
    assert site.send(owner, "POST", f"{path}/begin", begun).status_code == 303
    other = numbers.written(slug, Number(batch, 2))
    about = f"/en/desk/{slug}/content/page/about"
    form = fields_of(site.send(owner, "GET", about).text, about) | {"f.summary": "Something else."}
    assert site.send(owner, "POST", about, form).status_code == 303
    site.links += [
        f"/en/desk/{slug}/{page}" for page in (f"paper/sheets/{other}", "history/pages/about.en.md")
    ]
    photo = _photo(site, slug)
    site.links += [path, f"/en/{slug}/petition/photographs/{photo}.jpg", f"/en/{slug}/images/{photo}"]
    site.links += [f"/en/desk/{slug}/draft/images/{photo}", "/bundles/base.css", "/bundles/record.js"]
    site.links += [f"/en/{slug}/share/{page}.png" for page in ("home", "demands/keep-them")]
    site.links += [f"/sitemap-{slug}.xml"]
    site.links += [f"/en/{slug}/embed/{kind}" for kind in ("count", "sign", "write")]
    site.links += [f"/api/v1/campaigns/{slug}", f"/api/v1/campaigns/{slug}/counts"]
    site.links += [f"/sitemap-{slug}.xml", f"/en/{slug}/with/rivers"]


def _organisations(site: Installation, slug: str) -> None:
    """One organisation that waits, and one that was accepted."""
    keys, campaign = (
        service(Petitions, site.app).server_keys(slug),
        service(Petitions, site.app).held(slug).campaign,
    )
    contact = Contact("Maria Contact", "chair", "maria@seas.example", "en")
    with site.app.app_context():
        for name, number in (("Friends of Seas", 3 + campaign * 8), ("Friends of Bays", 4 + campaign * 8)):
            says = Organisation(name, "FR", f"https://{name[11:].lower()}.example")
            sealed = organisation_links.sealed(keys, number, contact)
            with transaction(db.session) as connection:
                coalition.add(connection, campaign, Application(number, says, True, sealed, clock.today()))
            coalition.confirm(db.session, slug, number)
        coalition.accept(db.session, slug, "the tests", number, Acceptance(says, "lakes", ""))
    site.links.append(f"/r/{organisation_links.token(keys, number)}")


def _reasons(site: Installation, petition: Petition, withdraw: str) -> None:
    """Why people sign: the form of a signature, and texts that wait and are shown in both campaigns."""
    site.links += [
        f"/en/{SLUG}/petition/reasons",
        f"/en/{SLUG}/petition/w/{withdraw.rpartition('/')[2]}/reason",
    ]
    keys = service(Petitions, site.app).server_keys(SLUG)
    record = open_withdrawal(keys, withdraw.rpartition("/")[2]).record
    token = reason_links.token(keys, ReasonLink(record, "FR", int(clock.seconds() // 60)))
    site.links += [f"/en/{SLUG}/petition/{page}/{token}" for page in ("thanks", "why")]
    own = signer_of(keys.withdraw_key(), record)
    with site.app.app_context(), transaction(db.session):
        for slug in (SLUG, OTHER):
            campaign = service(Petitions, site.app).held(slug).campaign
            for place, state in enumerate(State):
                number = campaign * 8 + place
                mine = slug == SLUG and state is State.WAITING
                db.session.add(
                    Reason(
                        id=number, campaign_id=campaign, signer=own if mine else number, state=state.value,
                        words="Trees are shade.", name="", country="FR", language="en", day=clock.today(),
                        erase_on=None,
                    )
                )  # fmt: skip


def _photo(site: Installation, slug: str) -> str:
    with site.app.app_context():
        files = store.files_of(db.session, slug, 1)
    found = re.search(r"photo: (\w+)", files["petition.yaml"])
    assert found
    return found[1]


def _listen(site: Installation) -> None:
    """Keep what the site logs of its own errors, for the report of a cell."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            site.errors.append(record.getMessage())

    logging.getLogger("campaign.errors").addHandler(Listener())
