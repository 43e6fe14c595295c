"""A form with a file that is too large: what was typed in front of the file is read, and nothing else."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from werkzeug.exceptions import RequestEntityTooLarge

from campaign.serving.bounds import BEGINNING
from campaign.web import uploads
from campaign.web.guard import QuietRequest

MULTIPART = "multipart/form-data; boundary=x"


def field(name: str, value: str) -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def file(name: str, data: bytes, filename: str = "a.jpg") -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: image/jpeg\r\n\r\n'
    return head.encode() + data + b"\r\n"


END = b"--x--\r\n"
TYPED = field("csrf", "t") + field("title", "Әділдік\r\n\r\n--y") + field("empty", "")
PAIRS = [("csrf", "t"), ("title", "Әділдік\r\n\r\n--y"), ("empty", "")]

#: What arrived of a form, the fields that are read of it, and the file that was too large.
READ: dict[str, tuple[bytes, list[tuple[str, str]], str]] = {
    "the beginning of a file": (TYPED + file("picture", bytes(9_000))[:-2], PAIRS, "picture"),
    "no more than a file's name": (TYPED + file("picture", b"")[:-2], PAIRS, "picture"),
    "a small file in front of it": (TYPED + file("logo", b"x" * 99) + file("picture", bytes(999))[:-2], PAIRS, "picture"),
    "a field between two files": (
        TYPED + file("logo", b"x") + field("more", "1") + file("picture", b"x")[:-2], [*PAIRS, ("more", "1")], "picture"
    ),
    "no file was chosen in another field": (TYPED + file("logo", b"", "") + file("picture", b"x")[:-2], PAIRS, "picture"),
    "a form that arrived whole": (
        TYPED + file("logo", b"x" * 9) + file("picture", b"x" * 99) + file("other", b"x") + END, PAIRS, "picture"
    ),
    "a boundary in a file": (TYPED + file("picture", b"\r\n--xy\r\n-- x")[:-2], PAIRS, "picture"),
}  # fmt: skip

#: What is refused as before: no file is to blame, or it is no form.
NOT_READ = {
    "a text that is too long": TYPED + field("text", "x" * 9_000)[:-2],
    "a whole form without a file": TYPED + END,
    "a text that is too long behind a file": TYPED + file("picture", b"x") + field("text", "x" * 9_000)[:-2],
    "another boundary": TYPED.replace(b"--x", b"--z"),
    "nothing": b"",
    "a head without a name": TYPED + b"--x\r\nContent-Type: image/jpeg\r\n\r\nx",
    "a head that does not end": TYPED + b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a',
    "too many parts": field("a", "1") * 60 + file("picture", b"x")[:-2],
}


def request_of(body: bytes, size: int = 30_000_000, content_type: str = MULTIPART) -> QuietRequest:
    """A request of which so much arrived, and that says that it is larger than its page may receive."""
    app = Flask(__name__)
    app.request_class = QuietRequest
    environ = {"CONTENT_LENGTH": str(size), "CONTENT_TYPE": content_type, "wsgi.input": BytesIO(body)}
    with app.test_request_context("/", method="POST", environ_overrides=environ) as context:
        request = context.request
    assert isinstance(request, QuietRequest)
    request.max_content_length, request.max_form_parts, request.takes_files = 1_000_000, 50, True
    return request


@pytest.mark.security(26)
@pytest.mark.parametrize("case", READ)
def test_what_was_typed_in_front_of_the_file_is_read(case: str) -> None:
    body, pairs, name = READ[case]
    request = request_of(body)
    assert list(request.form.items(multi=True)) == pairs
    assert request.cut_off == name and not request.files
    assert uploads.larger_than(request, 10**9) == name


@pytest.mark.security(26)
@pytest.mark.parametrize("case", NOT_READ)
def test_what_no_file_made_too_large_is_refused(case: str) -> None:
    with pytest.raises(RequestEntityTooLarge):
        _ = request_of(NOT_READ[case]).form


@pytest.mark.security(26)
def test_no_more_than_the_beginning_is_read() -> None:
    stream = BytesIO(TYPED + file("picture", bytes(3 * BEGINNING)))
    request = request_of(b"")
    request.environ["wsgi.input"] = stream
    assert request.form["csrf"] == "t" and stream.tell() == BEGINNING


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "application/json", "text/plain"]
)
def test_only_a_form_with_files_has_a_beginning(content_type: str) -> None:
    with pytest.raises(RequestEntityTooLarge):
        _ = request_of(b"csrf=t", content_type=content_type).form


def test_a_page_that_takes_no_files_gets_none() -> None:
    request = request_of(TYPED + file("picture", b"x")[:-2])
    request.takes_files = False
    with pytest.raises(RequestEntityTooLarge):
        _ = request.form


def test_a_form_that_is_not_too_large_is_read_whole() -> None:
    body = TYPED + file("picture", b"x" * 2_000) + field("behind", "1") + END
    request = request_of(body, size=len(body))
    assert request.form["behind"] == "1" and request.files["picture"].read() == b"x" * 2_000
    assert request.cut_off == "" and uploads.larger_than(request, 2_000) == ""
    assert uploads.larger_than(request, 1_999) == "picture"


@pytest.mark.parametrize(
    ("most", "english"),
    [(20 * 1024 * 1024, "20 MB"), (2 * 1024 * 1024, "2 MB"), (4_000, "4 kB"), (64 * 1024, "65 kB")],
)
def test_a_size_is_never_more_than_the_file_may_have(most: int, english: str, app: Flask) -> None:
    with app.test_request_context("/en/january-2022/"):
        assert uploads.size_of(most).replace("\u202f", " ") == english


@pytest.mark.parametrize(("language", "size"), [("en", "20 MB"), ("fr", "20 Mo"), ("ru", "20 МБ")])
def test_a_size_is_written_as_in_the_readers_language(language: str, size: str, app: Flask) -> None:
    with app.test_request_context(f"/{language}/january-2022/"):
        assert uploads.size_of(20 * 1024 * 1024).replace("\u202f", " ").replace("\xa0", " ") == size
