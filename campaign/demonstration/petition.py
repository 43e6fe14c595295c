"""Invented signatures: online over the last weeks, on sheets, and some that wait for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import cycle, islice

from flask import Flask
from sqlalchemy.orm import Session

from campaign import clock, email_address
from campaign.database import db
from campaign.demonstration.pack import EXTRA_FIELD, PARTNER, why
from campaign.demonstration.people import AUTHOR, organiser
from campaign.demonstration.times import on
from campaign.editions.edition_cache import EditionCache
from campaign.pack.model import Pack
from campaign.paper import batches, transcription
from campaign.paper.batches import Order
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout
from campaign.paper.transcription import NAME, Context, RowEntry
from campaign.petition import administration, reasons
from campaign.petition.index import Cost
from campaign.petition.ledger import Ledger, name_id
from campaign.petition.links import open_confirmation, open_withdrawal
from campaign.petition.reasons import Text, Writer, signer_of
from campaign.petition.signing import Links, Signer, sign
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.signatures.person import Person

#: How many sign online, and over how many days.
SIGNERS, DAYS = 120, 40

#: Where they are from: some countries often enough to be named on the page.
COUNTRIES = ("FR", "DE", "FR", "GB", "PL", "FR", "DE", "ES", "US", "FR", "KZ", "IT")

#: Days after which a batch should be back; the second batch of the demonstration is late.
PRINTED_BEFORE, DUE_BEFORE = 30, 10


def sign_online(app: Flask, slug: str) -> None:
    """Invented people sign and confirm; two withdraw. Every third one wants to be named."""
    now = clock.now()
    for number in range(SIGNERS):
        moment = now - timedelta(days=DAYS * (SIGNERS - number) / SIGNERS + 1)
        with on(moment):
            _sign(app, slug, number)


def _sign(app: Flask, slug: str, number: int) -> None:
    pack, today = _pack(slug), clock.today()
    record = service(Petitions, app).held(slug)
    assert record.key is not None
    keys = service(Petitions, app).server_keys(slug)
    country = COUNTRIES[number % len(COUNTRIES)]
    language = pack.languages[number % len(pack.languages)]
    at_risk = country in pack.countries_at_risk
    shown = number % 3 == 0 and not at_risk
    address = email_address.parse(f"supporter{number}@example.org")
    who = Person(
        f"Invented Supporter {number + 1}",
        address.shown,
        country,
        "",
        today.isoformat(),
        language,
        1,
        shown=shown,
        extra={} if at_risk else _extra(pack, number),
    )
    partner = PARTNER[0] if number % 5 == 0 else ""
    signer = Signer(record.key, keys, service(Cost), partner)
    made = sign(signer, who, address, at_risk, int(clock.seconds() // 60))
    _press(app, slug, made, withdraws=number in {7, 31})
    if number % 13 == 0 and not at_risk:
        _say_why(app, slug, made, Text(why(language), "Invented" if number % 2 else "", language))


def _say_why(app: Flask, slug: str, made: Links, written: Text) -> None:
    """Some say in public why they sign."""
    keys, campaign = service(Petitions, app).server_keys(slug), service(Petitions, app).held(slug).campaign
    link = open_withdrawal(keys, made.withdraw)
    writer = Writer(link.record, signer_of(keys.withdraw_key(), link.record), link.country)
    with db.engine.execution_options(writes=True).begin() as connection:
        reasons.write(connection, campaign, writer, written, clock.today())


def _extra(pack: Pack, number: int) -> dict[str, str]:
    """Three of four fill in the further field."""
    (field,) = (field for field in pack.terms.extra_fields if field.key == EXTRA_FIELD)
    options = field.choices(pack.languages[0])
    return {field.key: options[number % len(options)]} if number % 4 else {}


def _press(app: Flask, slug: str, made: Links, withdraws: bool) -> None:
    """The buttons behind the links of the e-mail."""
    petitions, ledger = service(Petitions, app), service(Ledger, app)
    keys, campaign = petitions.server_keys(slug), petitions.held(slug).campaign
    link = open_confirmation(keys, made.confirm)
    shown = name_id(keys.withdraw_key(), link.record) if link.shown else 0
    ledger.confirm(campaign, link, clock.today(), shown, _pack(slug).terms.erase_on)
    if withdraws:
        ledger.withdraw(campaign, open_withdrawal(keys, made.withdraw), clock.today(), shown)


def _pack(slug: str) -> Pack:
    return service(EditionCache).newest()[slug].pack


def approve_names(session: Session, slug: str) -> None:
    """Half of those who want to be named are; the others wait for somebody at the desk."""
    waiting = [name.id for name in administration.names(session, slug)]
    administration.decide_names(session, slug, AUTHOR, set(waiting[::2]), set())


def show_reasons(session: Session, slug: str) -> None:
    """Most of what signers wrote is shown; some waits for somebody at the desk."""
    campaign = service(Petitions).held(slug).campaign
    waiting = [row.id for row in reasons.waiting(session, campaign, 1)]
    reasons.accept(session, slug, reasons.Organiser(AUTHOR, clock.today()), waiting[3:], ())


# on paper


def collect_on_paper(app: Flask, slug: str) -> None:
    """Two batches: one came back in part and is typed in, the other is late."""
    day = clock.today() - timedelta(PRINTED_BEFORE)
    pack = _pack(slug)
    layout = Layout((pack.languages[0],), 12)
    due = clock.today() - timedelta(DUE_BEFORE)
    group = Order(layout, 5, 1, day, holder="Invented group", due=due + timedelta(60))
    late = Order(layout, 3, 1, day, holder="Another invented group", due=due)
    first = batches.order(db.session, slug, group, AUTHOR).id
    batches.order(db.session, slug, late, AUTHOR)
    clerks = [organiser(name) for name in ("Clara Clerk", "Carlos Clerk")]
    _type(app, slug, Number(first, 1), clerks)
    _type(app, slug, Number(first, 2), clerks)
    _type(app, slug, Number(first, 3), clerks[:1])  # the second person still has to type it


def _type(app: Flask, slug: str, number: Number, clerks: list[int]) -> None:
    """A sheet comes back, and each of the clerks types it in."""
    at = _context(app, slug)
    campaign = service(Petitions, app).held(slug).campaign
    sheet = transcription.begin(db.session, at, campaign, number, ("FR", at.today.isoformat()))
    names = dict(enumerate(_rows(number), 1))
    for clerk in clerks:
        transcription.save(db.session, at, (campaign, sheet.key), clerk, names)
        transcription.finish(db.session, at, service(Ledger, app), (campaign, sheet.key), clerk)


def _rows(number: Number) -> Iterator[RowEntry]:
    """Nine names in three towns."""
    towns = islice(cycle(("Paris", "Lyon", "Lille")), 9)
    for row, town in enumerate(towns, 1):
        yield RowEntry(NAME, f"Invented Signer {number.sheet}-{row}", town, "FR")


def _context(app: Flask, slug: str) -> Context:
    record = service(Petitions, app).held(slug)
    assert record.key is not None
    signer = Signer(record.key, service(Petitions, app).server_keys(slug), service(Cost))
    edition = service(EditionCache, app).newest()[slug]
    erase_on = partial(service(EditionCache, app).erase_on, slug)
    return Context(slug, edition.pack, edition.number, signer, clock.today(), erase_on)
