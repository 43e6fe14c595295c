"""campaign.html at a stall, without a network: people sign one after the other, and organisers hand over."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from werkzeug.serving import make_server

from campaign.database import db
from campaign.petition.ledger import Ledger
from campaign.services import service
from campaign.signatures import person, stall_file
from campaign.signatures.person import STALL, Person
from campaign.signatures.sealing import PrivateKey
from campaign.stalls import batches, codes
from campaign.stalls.codes import Giver
from campaign.stalls.views import stall
from tests.browser import axe
from tests.browser.conftest import chromium
from tests.browser.stall_device import (
    PIN,
    Device,
    begin,
    closed,
    file_of,
    saved,
    scanned,
    screen,
    site_with_key,
    unlock,
)
from tests.browser.test_one_file import Offline
from tests.mirror.conftest import RIVER


@dataclass
class House:
    """A site with a key, and the file of its edition."""

    app: Flask
    key: PrivateKey
    file: Path


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("a stall")
    app, key = site_with_key(folder / "data")
    return House(app, key, file_of(app, folder / "campaign.html"))


@pytest.fixture
def offline(browser: Browser) -> Iterator[Offline]:
    visit = Offline(browser, viewport={"width": 360, "height": 740})
    yield visit
    visit.context.close()


#: Seals in the page what is given, by the functions that the page uses.
SEAL = """async ([raw, slug, epoch, people]) => {
  const seal = await offline.sealer({ raw, slug, epoch });
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return Promise.all(people.map(async (person) => [hex(offline.personBytes(person)), hex(await seal(person))]));
}"""


def people() -> list[Person]:
    """Names of many lengths and scripts: around each length of CBOR's heads, and each step of the padding."""
    names = [
        "A",
        "Ана Юрьевна",
        "محمد",
        "李小龍",
        "🙂 Zoë",
        *("x" * size for size in (23, 24, 60, 120, 255, 256, 300, 700)),
    ]
    return [
        Person(name, "ä@example.org", "FR", "Lyon", "2026-11-27", "ar", number * 40, news=bool(number % 2), sheet=STALL)
        for number, name in enumerate(names)
    ] + [
        Person("Ana", "", "FR", "", "2026-11-27", "ar", 3, sheet=STALL, extra=extra)
        for extra in ({}, {"profession": "ممرضة"}, {"profession": "x" * 160, "year": "-40"})
    ]  # fmt: skip


def test_a_record_sealed_on_the_device_is_what_python_seals_and_opens(offline: Offline, house: House) -> None:
    page = offline.open(house.file, "es/stall")
    given = [{name: getattr(one, name) for name in Person.__slots__} for one in people()]
    public = house.key.public
    made = page.evaluate(SEAL, [public.raw.hex(), public.slug, public.epoch, given])
    for one, (padded, record) in zip(people(), made, strict=True):
        assert bytes.fromhex(padded) == person.to_bytes(one), one.name
        assert person.from_bytes(house.key.open(bytes.fromhex(record))) == one
        assert len(bytes.fromhex(record)) == len(public.seal(person.to_bytes(one)))
    assert offline.complaints == []


@pytest.mark.security(37, 58)
def test_somebody_signs_and_nothing_of_it_is_left_in_the_page(offline: Offline, house: House) -> None:
    page = offline.open(house.file, "es/stall")
    begin(page)
    form = screen(page, "sign").locator("form")
    form.locator("button").click()  # nothing was typed: said beside the fields, and nothing is kept
    assert form.locator(".error:visible").count() == 3
    form.locator("[name=name]").fill("Marked Person")
    form.locator("[name=country]").select_option("FR")
    page.evaluate("location.hash = 'ar/stall'")  # another language takes along what was typed
    expect(screen(page, "sign").locator("[name=name]")).to_have_value("Marked Person")
    assert page.locator("form [name=name]:visible").count() == 1
    form = screen(page, "sign").locator("form")
    form.locator("[name=agree]").check()
    form.locator("button").click()
    expect(screen(page, "thanks")).to_be_visible()
    kept = page.evaluate(
        "document.documentElement.outerHTML + JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, location.href])"
    )
    assert "Marked" not in kept and page.locator("input[name=name]").count() < 10
    screen(page, "thanks").locator("[data-do=sign]").click()
    assert screen(page, "sign").locator("[name=name]").input_value() == ""
    records = page.evaluate(RECORDS)
    (opened,) = [person.from_bytes(house.key.open(bytes(record))) for record in records]
    assert (opened.name, opened.country, opened.way, opened.language) == (
        "Marked Person",
        "FR",
        "stall",
        "ar",
    )
    assert not [url for url in offline.asked if not url.startswith(("file:", "blob:"))]
    assert offline.complaints == []


FIELDS = """
fields:
- key: profession
  label: {es: Profesión, ar: المهنة}
- key: role
  label: {es: Usted es, ar: أنت}
  kind: choice
  options: {es: Docente; Madre o padre, ar: معلم؛ أحد الوالدين}
  needed: yes
- key: year
  label: {es: Año, ar: السنة}
  kind: number
  least: 1900
  most: 2026
"""


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The same, with extra fields in the form."""
    folder = tmp_path_factory.mktemp("a stall that asks")
    pack = shutil.copytree(RIVER, folder / "river")
    with (pack / "petition.yaml").open("a", encoding="utf-8") as file:
        file.write(FIELDS)
    app, key = site_with_key(folder / "data", pack)
    return House(app, key, file_of(app, folder / "campaign.html"))


#: What is typed into the extra fields, and which of them are then wrong; at the end, what is kept.
TYPED: list[tuple[dict[str, str], set[str]]] = [
    ({}, {"role"}),
    ({"role": "2", "year": "soon"}, {"year"}),
    ({"role": "2", "year": "1066"}, {"year"}),
    ({"role": "2", "year": "٢٠٢٧"}, {"year"}),
    ({"role": "2", "year": "", "profession": "ä" * 150}, {"profession"}),
]


@pytest.mark.slow
def test_a_stall_asks_for_extra_fields_as_the_form_online_does(offline: Offline, asking: House) -> None:
    page = offline.open(asking.file, "ar/stall")
    begin(page)
    form = screen(page, "sign").locator("form")
    form.locator("[name=country]").select_option("FR")
    form.locator("[name=name]").fill("Ana Example")
    form.locator("[name=agree]").check()
    assert "المهنة" in form.locator(".consent").inner_text()
    for typed, wrong in TYPED:
        fill(form, typed)
        form.locator("button").click()
        errors = {key: form.locator(f"[data-error=extra-{key}]") for key in ("profession", "role", "year")}
        assert {key for key, error in errors.items() if error.is_visible()} == wrong, typed
        assert all(errors[key].inner_text() for key in wrong)
    fill(form, {"role": "2", "year": "١٩٩٠", "profession": "ممرضة"})
    found = axe.Findings()
    found.once(page, "sign, with extra fields")
    assert found.wrong == {}
    form.locator("button").click()
    screen(page, "thanks").locator("[data-do=sign]").click()
    form = screen(page, "sign").locator("form")
    fill(form, {"profession": "Marked"})
    form.locator("[name=country]").select_option("AQ")  # people in countries at risk are not asked
    expect(form.locator("[data-extra]")).to_be_hidden()
    form.locator("[name=name]").fill("Ben Example")
    for box in ("understood", "agree"):
        form.locator(f"[name={box}]").check()
    form.locator("button").click()
    expect(screen(page, "thanks")).to_be_visible()
    records = [bytes(record) for record in page.evaluate(RECORDS)]
    kept = {one.name: one.extra for one in map(person.from_bytes, map(asking.key.open, records))}
    # The words of a choice are kept in the campaign's first language.
    assert kept == {
        "Ana Example": {"profession": "ممرضة", "role": "Madre o padre", "year": "1990"},
        "Ben Example": {},
    }
    assert len({len(record) for record in records}) == 1  # the length does not show who filled in what


def fill(form: Locator, typed: dict[str, str]) -> None:
    """Type into extra fields, or choose an option by its number."""
    for key, value in typed.items():
        field = form.locator(f"[name=extra-{key}]")
        if key == "role":
            field.select_option(value)
        else:
            field.fill(value)


#: The sealed records of the device.
RECORDS = """() => new Promise((done) => {
  const asked = indexedDB.open("campaign-stall-river");
  asked.onsuccess = () => {
    const all = asked.result.transaction("records").objectStore("records").getAll();
    all.onsuccess = () => done(all.result.map((record) => Array.from(record.sealed)));
  };
})"""


@pytest.mark.slow
def test_the_pin_closes_the_hand_over_and_wrong_ones_cost_a_wait(offline: Offline, house: House) -> None:
    page = offline.open(house.file, "es/stall")
    begin(page)
    screen(page, "sign").locator("[data-do=lock]").click()
    locked = screen(page, "locked")
    for attempt, said in (("111111", "no"), ("222222", "no"), ("333333", "wait"), (PIN, "wait")):
        locked.locator("[name=pin]").fill(attempt)
        locked.locator("form .button").click()
        expect(locked.locator(f"[data-{said}]")).to_be_visible()
    assert not screen(page, "desk").is_visible()
    page.reload()  # the wait begins again
    screen(page, "sign").locator("[data-do=lock]").click()
    locked.locator("[name=pin]").fill(PIN)
    locked.locator("form .button").click()
    expect(locked.locator("[data-wait]")).to_be_visible()
    page.wait_for_timeout(2_200)
    locked.locator("[name=pin]").fill("٢٧١٨٢٨")  # the digits of another keyboard
    locked.locator("form .button").click()
    expect(screen(page, "desk")).to_be_visible()


@pytest.mark.slow
def test_a_device_that_stores_nothing_or_whose_clock_is_wrong_does_not_begin(
    offline: Offline, house: House
) -> None:
    page = offline.page
    page.add_init_script(
        "delete window.indexedDB; Object.defineProperty(window, 'indexedDB', { value: undefined });"
    )
    offline.open(house.file, "es/stall")
    expect(screen(page, "refused")).to_be_visible()
    later = offline.context.new_page()
    later.clock.set_fixed_time("2019-03-01T12:00:00")
    later.goto(f"{house.file.as_uri()}#es/stall")
    begin_anyway(later)
    expect(screen(later, "clock")).to_be_visible()


def begin_anyway(page: Page) -> None:
    form = screen(page, "begin").locator("form")
    form.locator("[name=pin]").fill(PIN)
    form.locator("[name=again]").fill(PIN)
    form.locator("button").click()


@pytest.mark.slow
def test_a_full_disk_loses_nothing_that_was_typed(offline: Offline, house: House) -> None:
    page = offline.open(house.file, "es/stall")
    begin(page)
    page.evaluate("() => { IDBObjectStore.prototype.add = function () { this.transaction.abort(); }; }")
    form = screen(page, "sign").locator("form")
    form.locator("[name=country]").select_option("FR")
    form.locator("[name=name]").fill("Marked Person")
    form.locator("[name=agree]").check()
    form.locator("button").click()
    expect(screen(page, "sign").locator("[data-failed]")).to_be_visible()
    assert form.locator("[name=name]").input_value() == "Marked Person"
    assert not screen(page, "thanks").is_visible() and page.evaluate(RECORDS) == []


@pytest.mark.slow
@pytest.mark.security(58)
def test_thirty_sign_the_device_is_killed_twice_and_the_trustees_open_all(
    browser: Browser, house: House, tmp_path: Path
) -> None:
    chance = random.Random(22)
    device = Device(browser.browser_type, chromium(), tmp_path / "profile", house.file)
    begin(device.start())
    device.stop()
    unheard = device.collects(30, 2, chance)
    assert device.traces() == []
    page = device.start()
    row = closed(page)
    body = saved(page, row)
    assert scanned(page, row, tmp_path / "code.png") == body
    check = row.locator("[data-check]").inner_text()
    file = stall_file.read(body)
    assert check == file.check
    names = {person.from_bytes(house.key.open(record)).name for record in file.records}
    assert set(device.acknowledged) <= names and len(names) <= 30 + unheard
    receipt = handed_over(house, body)
    row.locator("[name=receipt]").fill("WRONG-WRONG")
    row.locator("[data-receipt] button").click()
    expect(row.locator("[data-not]")).to_be_visible()
    row.locator("[name=receipt]").fill(receipt.lower())
    row.locator("[data-receipt] button").click()
    expect(page.locator("section.now .stall-batch")).to_have_count(0)
    assert page.evaluate(RECORDS) == []
    device.stop()
    assert device.traces() == []
    (device.profile / "proof").write_text(device.mark)
    assert device.traces()  # the search can fail


def handed_over(house: House, body: bytes) -> str:
    """One person hands the batch over, another accepts it; the receipt."""
    with house.app.test_request_context():
        at = stall("river")
        handed = batches.hand_over(db.session, at, body, Giver(1, "Ada"))
        row = batches.accept(db.session, at, service(Ledger), handed.batch.id, Giver(2, "Grace"))
        assert row.counted == row.records and row.decided == at.today >= date(2026, 1, 1)
        return row.receipt


#: A camera that sees the given codes one after the other, some of them twice, and now and then none.
CAMERA = """(codes) => {
  let next = 0;
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect() {
      next += 1;
      return next % 5 ? [{ rawValue: codes[next % codes.length] }] : [];
    }
  };
  const stream = document.createElement("canvas").captureStream(9);
  navigator.mediaDevices.getUserMedia = async () => stream;
  HTMLMediaElement.prototype.play = async () => {}; // a stream without pictures never begins
}"""


@pytest.mark.slow
def test_another_device_reads_the_codes_and_hands_the_batch_over_with_a_one_time_code(
    browser: Browser, house: House, offline: Offline
) -> None:
    page = offline.open(house.file, "es/stall")
    begin(page)
    for name in ("Marked One", "Marked Two", "Marked Three", "Marked Four", "Marked Five"):
        form = screen(page, "sign").locator("form")
        form.locator("[name=country]").select_option("FR")
        form.locator("[name=name]").fill(name)
        form.locator("[name=agree]").check()
        form.locator("button").click()
        screen(page, "thanks").locator("[data-do=sign]").click()
    closed(page).locator("[data-show]").click()
    texts = page.evaluate("offline.codes")
    assert len(texts) > 1
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with house.app.app_context():
        code, _until = codes.make(db.session, "river", Giver(1, "Ada"))
    context = browser.new_context(viewport={"width": 360, "height": 740})
    try:
        site = context.new_page()
        site.goto(f"http://127.0.0.1:{server.port}/es/river/stall")
        site.evaluate(CAMERA, texts)
        found = axe.Findings()
        site.locator("#scan").click()
        expect(site.locator("#camera")).to_be_hidden()
        assert site.locator("#batch").evaluate("(field) => field.files[0].size") > 1_000
        found.once(site, "read")
        site.locator("#code").fill(code)
        site.wait_for_timeout(2_100)  # a form is not sent at once
        site.locator("#stall .button:not(.button-quiet)").click()
        expect(site.locator("h1")).to_contain_text("5")
        found.once(site, "taken")
        assert found.wrong == {}
    finally:
        context.close()
        server.shutdown()
        thread.join()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "scheme"), [("es", "light"), ("ar", "dark")])
def test_each_screen_is_accessible_and_fits(
    language: str, scheme: str, browser: Browser, house: House
) -> None:
    visit = Offline(browser, viewport={"width": 360, "height": 740}, color_scheme=scheme, bypass_csp=True)
    page, found = visit.open(house.file, f"{language}/stall"), axe.Findings()
    expect(screen(page, "begin")).to_be_visible()
    found.once(page, "begin")
    begin(page)
    form = screen(page, "sign").locator("form")
    form.locator("button").click()
    found.once(page, "sign, with errors")
    form.locator("[name=country]").select_option("FR")
    form.locator("[name=name]").fill("A")
    form.locator("[name=agree]").check()
    form.locator("button").click()
    expect(screen(page, "thanks")).to_be_visible()
    found.once(page, "thanks")
    desk = unlock(page)
    found.once(page, "hand over")
    desk.locator("[data-close]").click()
    desk.locator("[data-show]").click()
    found.once(page, "codes")
    visit.context.close()
    assert found.wrong == {}
