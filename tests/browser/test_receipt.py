"""A receipt in a real browser: from the link in the e-mail to the page that checks it without a network."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine
from werkzeug.serving import make_server

from campaign import clock
from campaign.petition import public_log, witnesses
from campaign.petition.nightly import nightly
from campaign.services import service
from campaign.transparency_log.notes import KeyKind, Signer
from tests.browser.conftest import FLAGS, Visit, chromium
from tests.conftest import published
from tests.petition.conftest import BASE, Petition, opened

WITNESS = Signer("witness.example", bytes(range(32)), KeyKind.COSIGNATURE)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Petition, str]]:
    """A site after a night, its petition, and the path of a signer's receipt."""
    petition = opened(published(tmp_path_factory.mktemp("receipt")))
    links = [petition.signs(email=f"p{number}@example.org") for number in range(3)]
    for confirm, _ in links:
        petition.confirm(confirm)
    petition.withdraw(links[2][1])
    nightly(petition.app, clock.today() + timedelta(days=1))
    engine = service(Engine, petition.app)
    public_log.set_witnesses(engine, petition.campaign, f"witness W {WITNESS.verifier.vkey}\nquorum W\n")
    with engine.connect() as connection:
        tree = public_log.state(connection, petition.campaign)
        note = public_log.newest_note(connection, petition.campaign)
    assert tree is not None and note is not None
    witnesses.take(engine, petition.campaign, tree, WITNESS.sign(note.text, at=1_795_000_000))
    server = make_server("127.0.0.1", 0, petition.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    token = links[0][1].rpartition("/")[2]
    yield f"http://127.0.0.1:{server.port}", petition, f"{BASE}/w/{token}/receipt"
    server.shutdown()
    thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_a_receipt_is_checked_in_a_browser_that_has_no_network(
    browser: Browser, place: tuple[str, Petition, str], width: int, tmp_path: Path
) -> None:
    address, _petition, receipt = place
    context = browser.new_context(
        viewport={"width": width, "height": 800}, accept_downloads=True, device_scale_factor=2
    )
    visit = Visit(context, address)
    page = visit.open(receipt)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a file").click()
    file = tmp_path / "receipt.tlog-proof"
    download.value.save_as(file)
    picture, nothing = tmp_path / "code.png", tmp_path / "page.png"
    page.get_by_text("Show as a QR code").click()
    page.locator(".proof-code").screenshot(path=picture)
    page.get_by_role("link", name="Check a receipt").click()
    page.screenshot(path=nothing)
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    verdict, choose = page.locator("#verdict"), page.get_by_label("Or its file")
    choose.set_input_files(nothing)
    expect(verdict).to_contain_text("There is no QR code in this picture", timeout=30_000)
    choose.set_input_files(picture)
    expect(verdict).to_contain_text("It holds: this signature is entry", timeout=30_000)
    assert page.get_by_label("Text of the receipt").input_value() == file.read_text()
    choose.set_input_files(file)
    expect(verdict).to_contain_text("It holds: this signature is entry")
    expect(verdict).to_contain_text("witness.example")
    text = file.read_text()
    for old, new in (
        ("index ", "index 1"),
        ("extra ", "extra A"),
        ("— witness", "— vitness"),
        ("\n\n", "\n"),
    ):
        page.get_by_label("Text of the receipt").fill(text.replace(old, new, 1))
        page.get_by_role("button", name="Check").click()
        expect(verdict).to_contain_text("It does not hold")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Text of the receipt").fill(text)
    page.get_by_role("button", name="Check").click()
    expect(verdict).to_contain_text("It holds")
    assert page.evaluate("fetch('/log/trees/checkpoint').then(() => 'reached', () => 'refused')") == "refused"
    context.close()


@pytest.mark.slow
def test_the_camera_reads_the_code_of_a_receipt(
    browser: Browser, place: tuple[str, Petition, str], tmp_path: Path
) -> None:
    """The camera is a film of one picture: what the receipt's page shows."""
    address, petition, receipt = place
    code, picture, film = io.BytesIO(), Image.new("RGB", (1280, 960), "white"), tmp_path / "film.mjpeg"
    text = petition.browser().get(f"{receipt}.tlog-proof").text
    segno.make(text, error="l").save(code, kind="png", scale=5, border=8)
    picture.paste(Image.open(code).convert("RGB"), (100, 20))
    picture.save(film, "JPEG", quality=95)
    flags = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
             f"--use-file-for-fake-video-capture={film}")  # fmt: skip
    with_camera = browser.browser_type.launch(executable_path=chromium(), args=[*FLAGS, *flags])
    page = Visit(with_camera.new_context(permissions=["camera"]), address).open(f"{BASE}/check")
    page.get_by_role("button", name="Scan the QR code with the camera").click()
    expect(page.locator("#verdict")).to_contain_text("It holds", timeout=60_000)
    expect(page.locator("#camera")).to_be_hidden()
    with_camera.close()


def test_where_a_browser_knows_no_ed25519_the_page_says_what_it_has_not_checked(
    browser: Browser, place: tuple[str, Petition, str], tmp_path: Path
) -> None:
    address, petition, receipt = place
    context = browser.new_context()
    context.add_init_script(
        "crypto.subtle.importKey = () => Promise.reject(new DOMException('x', 'NotSupportedError'))"
    )
    page = Visit(context, address).open(f"{BASE}/check")
    page.get_by_label("Text of the receipt").fill(petition.browser().get(f"{receipt}.tlog-proof").text)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#verdict")).to_contain_text("can’t check signatures")
    context.close()


def test_without_javascript_the_receipt_is_a_file_and_the_page_says_how_to_check_it(
    browser: Browser, place: tuple[str, Petition, str]
) -> None:
    address, _petition, receipt = place
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 700})
    page = Visit(context, address).open(receipt)
    expect(page.get_by_role("link", name="Save as a file")).to_be_visible()
    page.get_by_role("link", name="Check a receipt").click()
    expect(page.get_by_text("Without JavaScript, check the file by hand")).to_be_visible()
    expect(page.locator("form#check")).to_be_hidden()
    page.get_by_role("link", name="How to check the count and a receipt yourself").click()
    expect(page.get_by_role("heading", name="Check a receipt by hand")).to_be_visible()
    context.close()
