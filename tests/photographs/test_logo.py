"""A logo comes in as a stranger's file and goes out as pixels alone; what is transparent stays so."""

from __future__ import annotations

import io

import pytest
from PIL import Image, PngImagePlugin

from campaign.photographs.sanitise import PhotographError, name_of, sanitised_logo, taken_over
from campaign.press.images import size_of, svg
from tests.photographs.pictures import BAD, telephone


def png(mode: str = "RGBA", size: tuple[int, int] = (900, 300), **more: object) -> bytes:
    colour = {"RGBA": (10, 90, 200, 0), "LA": (90, 0), "RGB": (10, 90, 200), "P": 0}[mode]
    out = io.BytesIO()
    secret = PngImagePlugin.PngInfo()
    secret.add_text("Author", "Secret Name")
    Image.new(mode, size, colour).save(out, "PNG", pnginfo=secret, **more)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "transparent"),
    [
        (png(), True),
        (png("LA"), True),
        (png("P", transparency=0), True),
        (png("RGB"), False),
        (telephone(1_600, 1_200), False),
    ],
)
def test_nothing_comes_out_but_the_pixels(data: bytes, transparent: bool) -> None:
    logo = sanitised_logo(data)
    for made, side, most in ((logo.large, 1_200, 200_000), (logo.small, 400, 40_000)):
        picture = Image.open(io.BytesIO(made))
        assert picture.format == "PNG" and max(picture.size) <= side and len(made) <= most
        assert b"Secret" not in made and b"tEXt" not in made and b"eXIf" not in made
        assert (picture.convert("RGBA").getpixel((1, 1))[3] == 0) == transparent  # type: ignore[index]


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_picture_is_no_logo(case: str) -> None:
    with pytest.raises(PhotographError) as raised:
        sanitised_logo(BAD[case][0]())
    assert raised.value.why == BAD[case][1]


@pytest.mark.parametrize(
    "lead", [b"\xef\xbb\xbf", b" \n", b"<?xml version='1.0'?>", b"<!-- a -->", b"<!DOCTYPE svg>"]
)
def test_an_svg_is_refused_with_the_reason(lead: bytes) -> None:
    with pytest.raises(PhotographError) as raised:
        sanitised_logo(lead + b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert "scripts" in str(raised.value) and "PNG" in str(raised.value)


def test_a_logo_of_another_desk_stays_as_it_is_to_the_byte() -> None:
    logo = sanitised_logo(png())
    assert taken_over(logo.large, logo.name).large == logo.large


@pytest.mark.parametrize("change", ["text", "tail", "size", "name"])
def test_a_logo_that_was_changed_is_not_taken_over(change: str) -> None:
    data = sanitised_logo(png()).large
    changed = {
        "text": png(),
        "tail": data + b"#!/bin/sh",
        "size": png("RGB", (1_300, 20)),
        "name": data,
    }[change]
    name = "0" * 32 if change == "name" else name_of(changed)
    with pytest.raises(PhotographError) as raised:
        taken_over(changed, name)
    assert raised.value.why == "foreign"


@pytest.mark.parametrize("make", [lambda: sanitised_logo(png()).large, lambda: telephone(640, 480)])
def test_print_knows_the_size_without_decoding(make) -> None:  # type: ignore[no-untyped-def]
    data = make()
    assert size_of(data) == Image.open(io.BytesIO(data)).size
    width, height = size_of(data)
    assert f'viewBox="0 0 {width} {height}"' in svg(data)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"\xff\xd8" + b"\xff\xe0\x00\x02" * 9, b"<svg/>"]
)
def test_what_has_no_size_is_not_printed(data: bytes) -> None:
    assert size_of(data) == (0, 0) and svg(data) == ""
