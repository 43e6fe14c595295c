"""Text is compressed as the browser takes it, but for pages of the desk that another site sends somebody to."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from flask import Response
from flask.testing import FlaskClient

from campaign import clock
from campaign.web.compression import Packed, accepted, packed
from campaign.web.signing import Purpose, read_spelled, sign
from campaign.web.static_files import FOR_A_DAY, FOREVER, SHORT
from tests.conftest import published
from tests.tools import BASE, SEED

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
UNPACK: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br", "br"),
        ("BR", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("gzip; q=0.0, br;q=0.000", ""),
        ("identity, *;q=0", ""),
        ("gzipped, brotli", ""),
        (";q=1,,;", ""),
    ],
)
def test_the_best_coding_that_a_browser_allows(header: str, coding: str) -> None:
    assert accepted(header) == coding


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_what_is_compressed_comes_back_and_each_coding_has_an_etag_of_its_own(coding: str) -> None:
    content = "Қазақстан ".encode() * 500
    file = Packed(content)
    assert (
        UNPACK[coding](packed(content, coding))
        == UNPACK[coding](file.body(coding))
        == file.body("")
        == content
    )
    assert file.etag(coding) != file.etag("") and len(file.body(coding)) < len(content) / 10


@pytest.mark.parametrize("coding", ["br", "gzip", ""])
@pytest.mark.parametrize(
    "path",
    [
        BASE + "/", BASE + "/write", BASE + "/petition", BASE + "/record", BASE + "/editions", BASE + "/updates.xml",
        BASE + "/share", "/en/nowhere", "/robots.txt", BASE + "/site.webmanifest", "/static/icon.svg",
        "/bundles/base.css", "/bundles/record.js", "/health",
    ],
)  # fmt: skip
def test_every_text_is_compressed_as_it_is_asked_for(path: str, coding: str, client: FlaskClient) -> None:
    headers = {"Accept-Encoding": f"{coding}, x"}
    answer = client.get(path, headers=headers)
    content = UNPACK[answer.headers.get("Content-Encoding", "")](answer.data)
    assert answer.headers.get("Content-Encoding", "") == (
        coding if len(content) >= 512 or path.startswith("/static") else ""
    )
    assert ("Accept-Encoding" in answer.headers.get("Vary", "")) is (
        len(content) >= 512 or path.startswith("/static")
    )
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert content.decode()


def test_the_answer_to_a_form_is_compressed_and_varies_by_what_it_accepts(client: FlaskClient) -> None:
    asked = {"Accept": "text/vnd.campaign.parts", "Accept-Encoding": "br"}
    answer = client.post(f"{BASE}/write/preview", data={"name": "x"}, headers=asked)
    assert answer.headers["Content-Encoding"] == "br"
    assert {value.strip() for value in answer.headers["Vary"].split(",")} == {"Accept", "Accept-Encoding"}


@pytest.mark.parametrize("path", ["/static/favicon.ico", "/static/icon-180.png", "/favicon.ico"])
def test_what_is_compressed_already_is_sent_as_it_is(path: str, client: FlaskClient) -> None:
    answer = client.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert answer.status_code == 200 and "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("query", ["", "?v=0123456789"])
def test_a_static_file_is_kept_for_a_day_unless_its_digest_is_in_the_address(
    query: str, client: FlaskClient
) -> None:
    answer = client.get(f"/static/css/base.css{query}")
    assert answer.headers["Cache-Control"] == FOR_A_DAY
    digest = answer.headers["ETag"].strip('"')[:SHORT]
    assert client.get(f"/static/css/base.css?v={digest}").headers["Cache-Control"] == FOREVER
    again = client.get("/static/css/base.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "name", ["css/none.css", "css/", "../campaign/__init__.py", "css/../../README.md", "css%2Fbase.css%00"]
)
def test_no_other_file_is_served(name: str, client: FlaskClient) -> None:
    assert client.get(f"/static/{name}").status_code in {404, 308}


@pytest.mark.slow
def test_a_compressed_answer_of_the_application_has_an_etag_of_its_own(tmp_path: Path) -> None:
    app = published(tmp_path, SEED)

    def text() -> Response:
        response = Response("word " * 500, mimetype="text/plain")
        response.set_etag("one")
        return response

    app.add_url_rule("/text", "text", text)
    plain, packed_answer = (
        app.test_client().get("/text", headers={"Accept-Encoding": coding}) for coding in ("", "br")
    )
    assert plain.headers["ETag"] == '"one"' and packed_answer.headers["ETag"] == '"one-br"'


# BREACH: no answer has at once a lasting secret, words of the request, and a reader whom another site sends there.
# The desk's pages: tests/desk/test_compression.py.


@pytest.mark.parametrize("purpose", [Purpose.FORM, Purpose.DESK_FORM])
def test_a_token_is_another_one_each_time_so_that_nobody_guesses_it_by_lengths(purpose: Purpose) -> None:
    """Within the same second: only the time and the value, which anybody may know, are the same."""
    with clock.use(lambda: NOW):
        tokens = [read_spelled(sign(b"x" * 32, purpose, "petition"), 500) for _ in range(50)]
    for place in (slice(5, 14), slice(-20, None)):  # the random bytes, and the signature over them
        assert len({token[place] for token in tokens}) == 50


def test_a_public_form_has_a_new_token_in_each_answer(client: FlaskClient) -> None:
    found = [
        set(re.findall(r'name="form_token"[^>]*value="([^"]+)"', client.get(f"{BASE}/write").text))
        for _ in range(2)
    ]
    assert found[0] and not found[0] & found[1]


@pytest.mark.parametrize("site", ["cross-site", "none"])
def test_a_public_page_is_compressed_wherever_its_reader_comes_from(site: str, client: FlaskClient) -> None:
    answer = client.get(f"{BASE}/write", headers={"Accept-Encoding": "br", "Sec-Fetch-Site": site})
    assert answer.headers["Content-Encoding"] == "br" and "Set-Cookie" not in answer.headers
