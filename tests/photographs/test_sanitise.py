"""A picture comes in as a stranger's file and goes out as pixels alone (security 49)."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from campaign.photographs import sanitise
from campaign.photographs.sanitise import PhotographError, name_of, sanitised, taken_over
from tests.photographs.pictures import BAD, SECRETS, bomb, png, telephone, webp


def read(jpeg: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(jpeg))
    picture.load()
    return picture


@pytest.mark.security(49)
@pytest.mark.parametrize("make", [telephone, png, lambda: png("P"), lambda: png("LA"), webp])
def test_nothing_comes_out_but_the_picture(make) -> None:  # type: ignore[no-untyped-def]
    given = make()
    assert any(secret in given for secret in SECRETS)
    made = sanitised(given)
    for jpeg, size in ((made.large, made.large_size), (made.small, made.small_size)):
        assert not any(secret in jpeg for secret in (*SECRETS, b"Exif", b"ICC_PROFILE", b"http"))
        picture = read(jpeg)
        assert picture.format == "JPEG" and picture.size == size and not picture.getexif()
        assert {name for name, _ in getattr(picture, "applist", [])} <= {"APP0"}
    assert max(made.large_size) <= 1_600 and max(made.small_size) <= 640
    assert len(made.large) <= 400_000 and len(made.small) <= 40_000


@pytest.mark.parametrize(
    ("orientation", "red"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1))], ids=str
)
def test_a_picture_stands_upright_as_the_camera_was_held(orientation: int, red: tuple[int, int]) -> None:
    picture = read(sanitised(telephone(1200, 800, orientation)).large)
    assert (picture.width > picture.height) == (orientation in {1, 3})
    for x in (0, 1):
        for y in (0, 1):
            place = (picture.width * (1 + 2 * x) // 4, picture.height * (1 + 2 * y) // 4)
            r, g, _b = picture.getpixel(place)  # type: ignore[misc]
            assert (r > 150 and g < 80) == ((x, y) == red)


@pytest.mark.security(49)
@pytest.mark.parametrize("case", BAD)
def test_what_is_no_picture_is_refused_in_words(case: str) -> None:
    make, why = BAD[case]
    with pytest.raises(PhotographError) as raised:
        sanitised(make())
    assert raised.value.why == why and str(raised.value).endswith(".")


@pytest.mark.security(49)
def test_a_decoder_that_takes_too_much_falls_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the limit on pixels lifted, the child's own memory ends it, and we go on."""
    monkeypatch.setattr(sanitise, "MOST_PIXELS", 10**12)
    monkeypatch.setattr(sanitise, "PATIENCE", 600)  # it is memory that ends the child, and not this
    with pytest.raises(PhotographError):
        sanitised(bomb(400_000, 400_000))
    assert sanitised(png()).large


@pytest.mark.security(49)
def test_a_decoder_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass\n")
    monkeypatch.setattr(sanitise, "_WORKER", endless)
    monkeypatch.setattr(sanitise, "PATIENCE", 1)
    with pytest.raises(PhotographError):
        sanitised(png())


def test_the_child_can_write_no_file_and_inherits_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    room = tmp_path / "room.py"
    source = sanitise._WORKER.read_text(encoding="utf-8")
    trial = (
        "    confine()\n    import os\n    print(json.dumps({'why': 'bytes' if set(os.environ) <= {'LC_CTYPE'}"
        f" else 'kind'}})) if not wrote({str(tmp_path / 'x')!r}) else refuse('kind')\n    sys.exit(0)\n"
    )
    wrote = (
        "def wrote(path):\n    import signal\n    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "    try:\n        open(path, 'wb', buffering=0).write(b'x')\n        return True\n"
        "    except OSError:\n        return False\n\n\n"
    )
    room.write_text(source.replace("    confine()\n", trial).replace("def main()", f"{wrote}def main()"))
    monkeypatch.setattr(sanitise, "_WORKER", room)
    monkeypatch.setenv("CAMPAIGN_SECRET_OF_THE_TEST", "x")
    with pytest.raises(PhotographError) as raised:
        sanitised(png())
    assert raised.value.why == "bytes"


def test_the_server_itself_never_loads_a_decoder() -> None:
    """Pillow is imported in the child alone."""
    words = "import sys, campaign.photographs.sanitise as d; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0


def test_a_photograph_goes_from_desk_to_desk_to_the_byte() -> None:
    made = sanitised(telephone())
    again = taken_over(made.large, made.name)
    assert (again.large, again.name, again.large_size) == (made.large, made.name, made.large_size)


@pytest.mark.parametrize(
    "changed",
    [
        lambda jpeg: jpeg[:-2] + b"\x00\xff\xd9",
        lambda jpeg: jpeg[:2] + b"\xff\xfe\x00\x08secret" + jpeg[2:],
        lambda jpeg: jpeg[:2] + b"\xff\xe1\x00\x10Exif\x00\x00abcdefgh" + jpeg[2:],
        lambda jpeg: jpeg + b"<script>",
        lambda _jpeg: telephone(),
        lambda _jpeg: png(),
    ],
    ids=["another byte", "a comment", "exif", "an appendix", "a telephone's", "a png"],
)
def test_another_desk_s_photograph_is_taken_only_as_it_was_written(changed) -> None:  # type: ignore[no-untyped-def]
    made = sanitised(telephone(800, 600))
    data = changed(made.large)
    for name in (made.name, name_of(data)):  # under the old name, and under one that fits
        if (name, changed(b"")) == (name_of(data), b"\x00\xff\xd9"):
            continue
        with pytest.raises(PhotographError) as raised:
            taken_over(data, name)
        assert raised.value.why == "foreign"


#: The upper left quarter, as people see the picture.
QUARTER = (0.0, 0.0, 50.0, 50.0)


@pytest.mark.security(49)
@pytest.mark.parametrize("orientation", [1, 6])
def test_what_is_blurred_is_a_few_averages_and_the_rest_is_as_it_was(orientation: int) -> None:
    given = telephone(800, 800, orientation)
    # What the telephone painted red is upper left, or upper right once the picture is turned.
    blurred, plain = (read(sanitised(given, boxes).large) for boxes in ([(50.0, 50.0, 50.0, 50.0)], []))
    inside, outside = (404, 404, 796, 796), (0, 0, 392, 392)
    squares = [
        blurred.crop((x + 8, y + 8, x + 92, y + 92))
        for x in range(400, 800, 100)
        for y in range(400, 800, 100)
    ]
    assert all(high - low <= 6 for square in squares for low, high in square.getextrema()), "one colour each"
    assert any(high - low > 60 for low, high in plain.crop(inside).getextrema()), "there was something"
    difference = ImageChops.difference(blurred.crop(outside), plain.crop(outside))
    assert max(high for _low, high in difference.getextrema()) <= 24


@pytest.mark.parametrize(
    "box",
    [
        QUARTER,
        (0.0, 0.0, 100.0, 100.0),
        (99.9, 99.9, 0.1, 0.1),
        (0.0, 50.0, 100.0, 0.01),
        (10.0, 0.0, 0.01, 100.0),
    ],
)
def test_any_rectangle_can_be_blurred(box: sanitise.Box) -> None:
    assert sanitised(telephone(80, 60), [box]).large_size == (80, 60)
