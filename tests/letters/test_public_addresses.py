"""Addresses of public offices in many countries stay as they were when somebody read them through.

The lines in `printed` were made by our own code and compared with the source by eye, not with a post
office's own sheet: they keep a change from going unnoticed.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from campaign.letters.postal_format import arranged
from campaign.letters.postcodes import doubtful, normal

ADDRESSES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "addresses.toml").read_text())[
    "address"
]


@pytest.mark.parametrize(
    "address", ADDRESSES, ids=lambda address: f"{address['country']}-{address['office']}"
)
def test_an_address_of_a_public_office_is_printed_as_it_was_read_through(address: dict[str, Any]) -> None:
    country = address["country"]
    postcode = normal(address["postcode"], country)
    region = address.get("region", "")
    lines = arranged(tuple(address["lines"]), postcode, address["town"], region, country)
    assert list(lines) == address["printed"]


def test_there_are_sixty_addresses_in_forty_countries_with_their_sources() -> None:
    assert len(ADDRESSES) >= 60
    assert len({address["country"] for address in ADDRESSES}) >= 40
    assert all(address["source"].startswith("http") for address in ADDRESSES)


def test_no_postcode_among_them_is_doubtful_but_the_one_of_an_old_system() -> None:
    asked = [
        address["postcode"] for address in ADDRESSES if doubtful(address["postcode"], address["country"])
    ]
    assert asked == ["110-710"]  # Korea has had five digits since 2015
