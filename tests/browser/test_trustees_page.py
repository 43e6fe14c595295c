"""The trustees' page in a real browser, opened from disk: its files are the command line's, both ways."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import pty
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyrage
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Download, Locator, Page

from campaign import email_address
from campaign.cli.main import main
from campaign.names import comparable
from campaign.signatures import exclusion_list, key_proofs, public_keys
from campaign.signatures.person import Person
from campaign.signatures.sealing import new_key
from campaign.trustees import key_files
from campaign.trustees.key_files import Lock
from campaign.trustees.page import making
from tests.browser.test_look import OVERFLOW
from tests.tools import needed
from tests.trustees.lists import sealed_list_of

PASSPHRASE = "шесть зелёных велосипедов"
KEY = new_key("trees", 1)
ANA = Person("Ana Example", "ana@example.org", "FR", "Lyon", "2026-11-24", "en", 1, news=True)


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "trustees.html"
    path.write_text(making.page(), encoding="utf-8")
    return path


@dataclass
class Opened:
    """The page, and what it asked for and complained of."""

    page: Page
    asked: list[str]
    complaints: list[str]
    folder: Path

    def saved(self, download: Download) -> Path:
        path = self.folder / download.suggested_filename
        download.save_as(path)
        return path

    def save(self, button: str | Locator) -> Path:
        """The file that a button gives."""
        with self.page.expect_download() as download:
            (self.page.locator(button) if isinstance(button, str) else button).click()
        return self.saved(download.value)

    def unlock(self, task: str, files: dict[Path, str]) -> None:
        """Choose key files in a task, and open each with its secret."""
        box = self.page.locator(f"{task} .keys")
        before = box.locator(".key-files > li").count()
        box.locator("input[type=file]").set_input_files(list(files))
        for number, secret in enumerate(files.values(), before):
            row = box.locator(".key-files > li").nth(number)
            row.locator("input[type=password]").fill(secret)
            row.get_by_role("button", name="Open this file").click()
            row.locator("[data-done]").wait_for()

    def open_list(self, path: Path, files: dict[Path, str]) -> None:
        self.page.locator('.tasks a[href="#open"]').click()
        self.page.locator("#list").set_input_files(path)
        self.unlock("#open", files)
        self.page.locator("#open-form").get_by_role("button", name="Open the list").click()
        self.page.locator("#opened").wait_for()


@pytest.fixture
def opened(browser: Browser, html: Path, tmp_path: Path) -> Iterator[Opened]:
    context = browser.new_context(accept_downloads=True, locale="en-GB")
    context.set_offline(True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(html.as_uri())
    page.evaluate(
        "trusteesPage.costs.passphrase = 10"
    )  # as in every test: a passphrase takes seconds, as it should
    (tmp_path / "saved").mkdir()
    yield Opened(page, asked, complaints, tmp_path / "saved")
    context.close()


def identity_files(folder: Path, pieces: list[Any]) -> dict[Path, str]:
    """Key files that identities open, which takes no time; each with its identity."""
    files = {}
    for number, piece in enumerate(pieces, 1):
        identity = pyrage.x25519.Identity.generate()
        path = folder / f"{number}-{len(pieces)}.key"
        path.write_bytes(key_files.locked(piece, Lock(recipients=(str(identity.to_public()),))))
        files[path] = str(identity)
    return files


def by_age(path: Path, passphrase: str) -> str:
    """What Debian's age finds in a file; it asks a terminal for the passphrase."""
    needed("age", "age")
    process, terminal = pty.fork()
    if process == 0:
        os.execlp("age", "age", "-d", "-o", f"{path}.txt", str(path))
    said = b""
    while b":" not in said:
        said += os.read(terminal, 1000)
    os.write(terminal, passphrase.encode() + b"\n")
    with contextlib.suppress(OSError):  # it has ended
        while os.read(terminal, 1000):
            pass
    os.waitpid(process, 0)
    return Path(f"{path}.txt").read_text(encoding="utf-8")


# the ceremony


@pytest.mark.slow
def test_a_key_of_the_ceremony_opens_with_the_command_line_and_with_debians_age(opened: Opened) -> None:
    page = opened.page
    page.locator('.tasks a[href="#make"]').click()
    page.locator("#slug").fill("Trees")
    page.get_by_role("button", name="Make the key").click()
    assert "short name" in page.locator("#slug-error").inner_text()
    page.locator("#slug").fill("trees")
    page.get_by_role("button", name="Make the key").click()
    files, passphrases, sheets = [], [], []
    for number in (1, 2, 3):
        card = page.locator("#cards .card").nth(number - 1)
        card.get_by_role("button", name="Continue").click()
        assert "without them this part is lost" in card.locator("[data-error]").inner_text()
        if number == 1:
            card.get_by_label("New passphrase").fill(PASSPHRASE)
            card.get_by_label("The same again").fill(PASSPHRASE[:-1])
            card.get_by_role("button", name="Save the file").click()
            assert "differ" in card.locator(".wrong .error").inner_text()
            card.get_by_label("The same again").fill(PASSPHRASE)
        else:
            card.get_by_role("button", name="Suggest a passphrase").click()
        passphrases.append(card.get_by_label("New passphrase").input_value())
        files.append(opened.save(card.get_by_role("button", name="Save the file")))
        card.get_by_role("button", name="Show the words").click()
        sheets.append(" ".join(card.locator(".share li").all_inner_texts()))
        card.get_by_role("button", name="Continue").click()
        assert (
            sheets[-1].split()[6] not in page.locator("#cards").inner_text().split()
        )  # for one trustee alone
    opened.unlock("#make-prove", {files[2]: passphrases[2], files[0]: passphrases[0]})
    page.locator("#made-works").wait_for()
    page.locator("#made-on").click()
    public, proof = public_keys.read_public(opened.save("#save-public").read_text())
    assert page.locator("#fingerprint").inner_text().split() == public_keys.fingerprint(public).split()

    parts = [
        key_files.unlocked(path.read_bytes(), secret) for path, secret in zip(files, passphrases, strict=True)
    ]
    (key,) = key_files.whole(parts[:2])
    assert (key.public, proof) == (public, "") and key == key_files.from_words("trees", 1, sheets[1:])
    assert by_age(files[1], passphrases[1]) == f"campaign-part-1 trees 1 {sheets[1]}\n"
    assert opened.complaints == []


@pytest.mark.slow
def test_the_next_key_is_proven_by_the_old_one_and_one_person_may_hold_it(
    opened: Opened, tmp_path: Path
) -> None:
    page = opened.page
    page.locator('.tasks a[href="#make"]').click()
    page.get_by_label("the key that follows").check()
    page.get_by_label("one person: the whole key in one file").check()
    page.get_by_role("button", name="Make the key").click()
    assert "Choose a key file" in page.locator("#make-old .error").first.inner_text()
    opened.unlock("#make-old", identity_files(tmp_path, key_files.parts(KEY, 2, 3)[:2]))
    page.get_by_role("button", name="Make the key").click()
    card = page.locator("#cards .card").first
    card.get_by_role("button", name="Suggest a passphrase").click()
    passphrase = card.get_by_label("New passphrase").input_value()
    file = opened.save(card.get_by_role("button", name="Save the file"))
    card.get_by_role("button", name="Continue").click()
    sheets = []
    for number in (1, 2, 3):
        card = page.locator("#cards .card").nth(number)
        card.get_by_role("button", name="Show the words").click()
        sheets.append(" ".join(card.locator(".share li").all_inner_texts()))
        card.get_by_role("button", name="Continue").click()
    page.locator("#make-prove summary").click()
    for sheet in (sheets[2], sheets[0]):
        page.locator("#make-prove textarea").fill(sheet)
        page.locator("#make-prove").get_by_label("Number of the key").fill("2")
        page.get_by_role("button", name="Add this sheet").locator("visible=true").click()
    page.locator("#made-works").wait_for()
    page.locator("#made-on").click()
    public, proof = public_keys.read_public(opened.save("#save-public").read_text())
    key = key_files.unlocked(file.read_bytes(), passphrase)
    assert isinstance(key, type(KEY)) and key.public == public and public.epoch == 2
    assert key_proofs.proves(proof, KEY.public, public)


# a list


def signers() -> list[Person]:
    """Duplicates, a series, paper, other scripts, a formula, people with and without news."""
    crowd = [
        replace(ANA, name=f"Person {n}", email=f"robot{n}@flood.example", news=n % 2 == 0) for n in range(12)
    ]
    return [
        ANA,
        replace(ANA, day="2026-12-01", email="Ana@example.org", place="Париж; =1+1"),
        replace(
            ANA, name="Айнұр Сәрсен", email="a.ainur+x@gmail.com", country="KZ", extra={"job": "ағартушы"}
        ),
        replace(
            ANA,
            name="Айнұр Сәрсен",
            email="aainur@googlemail.com",
            country="KZ",
            day="2026-11-25",
            extra={"town-size": "-3", "job": "=1+1"},
        ),
        replace(ANA, name="محمد علي", email="m@пример.рф", news=False, extra={}),
        replace(ANA, name="=HYPERLINK(1)", email="", sheet="K7QM-29XR-4T61", row=3),
        replace(ANA, name="Eve Example", email="", sheet="K7QM-29XR-4T61", row=4),
        replace(ANA, name="Eve EXAMPLE", email="", sheet="K7QM-29XR-4T61", row=5),
        replace(ANA, name="Iris Example", email="", sheet="K7QM-29XR-4T61", row=6, extra={"job": "nurse"}),
        replace(ANA, name="Mia Example", email="mia@example.org", shown=True, shown_as="M. E."),
        replace(
            ANA,
            name="Noa Example",
            email="noa@example.org",
            shown=True,
            shown_as="job",
            extra={"job": "nurse", "year": "1990"},
        ),
        replace(ANA, name="Lea Example", email="lea@example.org", shown=True),
        *crowd,
    ]


def test_names_and_exclusions_are_those_of_the_command_line_to_the_byte(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = signers()
    row = next(place for place, one in enumerate(people) if one.name == "Iris Example")
    decided = {"place": "Paris", "extra-job": "doctor", "extra-year": "1990"}
    path = sealed_list_of(
        tmp_path / "list.campaign", KEY, people, no_news={0}, doubtful={2, 8}, corrections={row: decided}
    )
    requests = tmp_path / "requests.txt"
    requests.write_text("campaign-requests-1 trees\nerase 7 K7QM-29XR-4T61 4\ncorrect 9 K7QM-29XR-4T61 50\n")
    files = identity_files(tmp_path, key_files.parts(KEY, 2, 3)[1:])
    (tmp_path / "ids.txt").write_text("\n".join(files.values()))
    keys = [word for file in files for word in ("--key", str(file))]
    command = [
        "signatures",
        "open",
        "--signatures",
        str(path),
        *keys,
        "--identity",
        str(tmp_path / "ids.txt"),
    ]
    outputs = [
        "--out",
        str(tmp_path / "names.csv"),
        "--void",
        str(tmp_path / "void.txt"),
        "--requests",
        str(requests),
    ]
    assert main([*command, *outputs]) == 0

    page = opened.page
    page.locator('.tasks a[href="#open"]').click()
    page.locator("#open .more-files summary").click()
    page.locator("#requests").set_input_files(requests)
    opened.open_list(path, files)
    assert opened.save("#save-void").read_bytes() == (tmp_path / "void.txt").read_bytes()
    names = (tmp_path / "names.csv").read_bytes()
    assert opened.save("#save-names").read_bytes() == names
    assert b'"Paris"' in names and b'"M. E."' in names and "nurse · Lyon".encode() in names

    page.locator("#series li", has_text="flood.example").first.locator("input").check()
    lines = exclusion_list.read(opened.save("#save-void").read_text(), "trees")
    assert sum(line.what == "void" and line.reason.startswith(("domain", "numbered")) for line in lines) >= 12
    assert "flood.example" not in opened.save("#save-names").read_text()
    assert all(url.startswith(("file:", "blob:")) for url in opened.asked) and opened.complaints == []


@pytest.mark.slow
@pytest.mark.security(63)
def test_one_person_is_found_and_erased_by_a_list_that_two_people_apply(
    opened: Opened, tmp_path: Path
) -> None:
    path = sealed_list_of(tmp_path / "list.campaign", KEY, signers())
    opened.open_list(path, identity_files(tmp_path, [KEY]))
    page = opened.page
    find = page.locator("#find-form").get_by_role("button", name="Find")
    page.locator("#find-address").fill("nobody")
    find.click()
    assert "such as ana@example.org" in page.locator("#find-address-error").inner_text()
    page.locator("#find-address").fill("A.Ainur@GMAIL.com")
    find.click()
    assert page.locator("#found .card").count() == 2 and "Kazakhstan" in page.locator("#found").inner_text()
    page.locator("#save-erase").click()
    assert "Tick the records" in page.locator("#erase-error").inner_text()
    page.locator("#found [data-erase]").first.check()
    (line,) = exclusion_list.read(opened.save("#save-erase").read_text(), "trees")
    assert f"{line.record:016x}" == page.locator("#found [data-erase]").first.get_attribute("data-erase")
    assert (line.what, line.country, line.reason) == ("void", "KZ", "erased, as the person asked")
    page.locator("#find-address").fill("")
    page.locator("#find-form summary").click()
    page.locator("#find-sheet").fill("k7qm 29xr 4t6l")
    page.locator("#find-row").fill("5")
    find.click()
    assert "Eve EXAMPLE" in page.locator("#found").inner_text()
    page.locator("#find-address").fill("noa@example.org")
    find.click()
    assert "nurse · Lyon" in page.locator("#found").inner_text()


def test_names_leave_the_page_only_when_two_people_agree(opened: Opened, tmp_path: Path) -> None:
    path = sealed_list_of(tmp_path / "list.campaign", KEY, signers(), no_news={0, 1})
    page = opened.page
    first, second = identity_files(tmp_path, [KEY, KEY]).items()
    opened.open_list(path, dict([first]))
    assert page.locator("#names-two").is_visible() and page.locator("#names-files").is_hidden()
    opened.unlock("#open", dict([first]))  # the same person once more
    page.locator("#open-form").get_by_role("button", name="Open the list").click()
    assert page.locator("#names-files").is_hidden()
    opened.unlock("#open", dict([second]))
    page.locator("#open-form").get_by_role("button", name="Open the list").click()
    page.locator("#names-files").wait_for()

    wanted = {
        "aainur@googlemail.com",
        *(f"{name}@example.org" for name in ("mia", "noa", "lea")),
        *(f"robot{n}@flood.example" for n in range(0, 12, 2)),
    }
    assert f": {len(wanted)}." in re.sub("[\u2068\u2069]", "", page.locator("#consented").inner_text())
    heads = {
        "civicrm": ("Email", "First Name"), "actionnetwork": ("Email", "First Name"), "listmonk": ("email", "name"),
        "mailchimp": ("Email Address", "First Name"),
    }  # fmt: skip
    for program, (email, name) in heads.items():
        page.locator("#program").select_option(program)
        rows = list(csv.DictReader(io.StringIO(opened.save("#save-news").read_text(encoding="utf-8"))))
        assert {row[email] for row in rows} == wanted, program  # people who agreed to it, and no others
        assert "Айнұр Сәрсен" in {row[name] for row in rows}
    page.locator("#program").select_option("listmonk")
    row = next(csv.DictReader(io.StringIO(opened.save("#save-news").read_text(encoding="utf-8"))))
    assert json.loads(row["attributes"])["source"] == "trees"


# what goes wrong


@pytest.mark.slow
def test_a_wrong_file_or_word_is_said_beside_its_field_and_nothing_typed_is_lost(
    opened: Opened, tmp_path: Path
) -> None:
    page = opened.page
    whole = sealed_list_of(tmp_path / "list.campaign", KEY, signers())
    body = whole.read_bytes()
    key = tmp_path / "whole.key"
    key.write_bytes(key_files.locked(KEY, Lock(PASSPHRASE)))
    public = tmp_path / "trees.pub"
    public.write_text(public_keys.public_line(KEY.public))
    page.locator('.tasks a[href="#open"]').click()
    wrong = {
        "half of it may be missing": body[: len(body) // 2],
        "its checksum is another one": body[:400] + bytes([body[400] ^ 1]) + body[401:],
        "This is a key file": key.read_bytes(),
        "This is not a list of signatures": b"nonsense",
        "This is an exclusion list": b"campaign-void-1 trees " + b"0" * 64,
        "can\u2019t be read": b"campaign-signatures-1\n{]\n",
    }
    for said, data in wrong.items():
        page.locator("#list").set_input_files({"name": "x", "mimeType": "text/plain", "buffer": data})
        page.locator("#list-error", has_text=said).wait_for()
    page.locator("#list").set_input_files(whole)
    page.locator("#list-read", has_text="Sealed records").wait_for()
    box = page.locator("#open .keys")
    for said, path in {"public part": public, "list of signatures, not a key": whole}.items():
        box.locator("input[type=file]").set_input_files(path)
        box.locator(".error", has_text=said).wait_for()
    box.locator("input[type=file]").set_input_files(key)
    secret = box.locator(".key-files input[type=password]")
    secret.fill("another passphrase")
    secret.press("Enter")
    box.locator(".key-files .error", has_text="the passphrase is another one").wait_for()
    page.locator("#open-form").get_by_role("button", name="Open the list").click()
    box.locator(".key-files .error", has_text="and open it").wait_for()
    box.locator("summary").click()
    sheet = key_files.words(KEY, 2, 3)[0].split()
    typed = box.locator("textarea")
    for said, words in {
        "Word 3": [*sheet[:2], "zzzz", *sheet[3:]],
        "here are 32": sheet[1:],
        "do not fit together": [*sheet[:32], sheet[0]],
    }.items():
        typed.fill(" ".join(words))
        box.get_by_role("button", name="Add this sheet").click()
        box.locator(".error", has_text=said).wait_for()
    page.locator("#language").select_option("ru")
    assert "слова" in box.inner_text() and "do not fit" not in box.inner_text()
    page.locator('.tasks a[href="#try"]').click()
    page.go_back()
    assert typed.input_value() == " ".join([*sheet[:32], sheet[0]])
    assert secret.input_value() == "another passphrase"
    page.locator("#language").select_option("en")
    secret.fill(PASSPHRASE)
    secret.press("Enter")
    box.locator("[data-done]", has_text="the key of").wait_for()  # a file of the command line opens
    page.locator("#open-form").get_by_role("button", name="Open the list").click()
    page.locator("#opened").wait_for()


def test_a_drill_proves_a_key_and_refuses_another_one(opened: Opened, tmp_path: Path) -> None:
    page = opened.page
    page.locator('.tasks a[href="#try"]').click()
    opened.unlock("#try", identity_files(tmp_path, [KEY]))
    for public in (new_key("trees", 1).public, KEY.public):
        (tmp_path / "x.pub").write_text(public_keys.public_line(public))
        page.locator("#public").set_input_files(tmp_path / "x.pub")
        page.get_by_role("button", name="Try it").click()
        if public != KEY.public:
            page.locator("#try-error", has_text="does NOT open").wait_for()
    page.locator("#tried", has_text="The key works").wait_for()
    assert public_keys.fingerprint(KEY.public).split()[5] in page.locator("#tried .fingerprint").inner_text()


# the same as in Python


def test_names_and_addresses_are_compared_as_the_command_line_compares_them(opened: Opened) -> None:
    names = [
        "Ana  Example", "АНА ПЕТРОВА", "AHA Пeтpoвa", "O’Connor-Smith", "O'connor — smith", "Zoë Faß", "ZOE\u0308 FASS",
        "İpek Işık", "IPEK ISIK", "ﬁona", "Ёлка Ель", "елка ель", "Ә. Қ. Һ.", "ςίσυφος ΣΊΣΥΦΟΣ", "李 小龙", "محمد\u200d علي", "Nguyễn Văn A",
        "J. R. R. Tolkien", "ß", "\u1100\u1161", "ʼOkina", "Ｆｕｌｌ Ｗｉｄｔｈ", "- a -b- c", "1770", "x\u0307", "ﬀ", "ǅ", "ŉ",
    ]  # fmt: skip
    assert opened.page.evaluate("names => names.map(trusteesPage.comparable)", names) == list(
        map(comparable, names)
    )
    addresses = [
        "ana@example.org", "  <Ana@Example.ORG>.", "a.n.a+x@googlemail.com", "ivan-p+a@ya.ru", "mailto:x@y.example", "Ana <a.b@proton.me>",
        "ｘ@ｙ．example", "м@пример.рф", "«q@example.org»", "a\u200bb@example.org", "+x@gmail.com",
    ]  # fmt: skip
    script = "all => all.map((one) => trusteesPage.canonical(trusteesPage.readAddress(one)))"
    same = [email_address.canonical(email_address.parse(address)) for address in addresses]
    assert opened.page.evaluate(script, addresses) == same
    none = ["nobody", "@x.example", "a@b", "a b@c.example", "a@b@c.example", ""]
    assert opened.page.evaluate("all => all.map((one) => trusteesPage.readAddress(one))", none) == [
        None
    ] * len(none)


# how it looks


@pytest.mark.slow
def test_axe_finds_nothing_in_any_task_and_nothing_is_wider_than_the_page(
    browser: Browser, html: Path, tmp_path: Path
) -> None:
    path = sealed_list_of(tmp_path / "list.campaign", KEY, signers())
    files = identity_files(tmp_path, key_files.parts(KEY, 2, 3)[:2])
    looks = (("en", 1280, "light", ("open",)), ("ar", 360, "dark", ("open", "make", "try")))
    for code, width, scheme, tasks in looks:
        context = browser.new_context(
            viewport={"width": width, "height": 740}, color_scheme=scheme, locale=code, bypass_csp=True
        )  # type: ignore[call-overload]
        page = context.new_page()
        page.goto(html.as_uri())
        page.evaluate("trusteesPage.costs.passphrase = 10")
        assert page.locator("html").get_attribute("dir") == ("rtl" if code == "ar" else "ltr")
        for task in tasks:
            page.locator(f'.tasks a[href="#{task}"]').click()
            if task == "open":
                page.locator("#list").set_input_files(path)
                page.locator("#open .keys input[type=file]").set_input_files(list(files))
                for number, secret in enumerate(files.values()):
                    row = page.locator("#open .key-files > li").nth(number)
                    row.locator("input[type=password]").fill(secret)
                    row.locator("[data-unlock]").click()
                    row.locator("[data-done]").wait_for()
                page.locator("#open-form > p > button").click()
                page.locator("#opened").wait_for()
                page.locator("#find-address").fill("ana@example.org")
                page.locator("#find-form > p > button").click()
                page.locator("#found .card").first.wait_for()
            if task == "make":
                page.locator("#slug").fill("trees")
                page.locator("#make-form > p > button").click()
                page.locator("#cards [data-words]").click()
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            found = [
                f"{one['id']}: {node['html'][:200]}"
                for one in Axe().run(page).response["violations"]
                for node in one["nodes"]
            ]
            assert found == [], f"{task} in {code}"
            assert page.evaluate(OVERFLOW) == [], f"{task} in {code}"
        context.close()


#: Ways in which a page could send something to an address; each says whether it was refused.
TRIES = {
    "fetch": "(at) => fetch(at).then(() => 'sent', () => 'refused')",
    "picture": "(at) => new Promise((done) => { const one = new Image(); one.onload = () => done('sent');"
    " one.onerror = () => done('refused'); one.src = at; })",
    "script": "() => { const one = document.createElement('script'); one.textContent = 'window.ran = 1';"
    " document.head.append(one); return window.ran ? 'sent' : 'refused'; }",
    "beacon": "(at) => { const heard = new Promise((done) => addEventListener('securitypolicyviolation',"
    " () => done('refused'), { once: true })); navigator.sendBeacon(at, 'x'); return heard; }",
}


@pytest.mark.security(31, 32)
def test_its_policy_lets_it_reach_no_address_at_all(opened: Opened, html: Path) -> None:
    page = opened.page
    page.context.set_offline(False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for name, script in TRIES.items():
            assert page.evaluate(script, address) == "refused", name
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has called
            listener.accept()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html.read_text(encoding="utf-8"))
    assert (
        policy
        and "default-src &#39;none&#39;" in policy[1]
        and "unsafe" not in policy[1]
        and "http" not in policy[1]
    )
