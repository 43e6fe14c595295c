"""A finding leads to the form of what is at its line, however the table is written."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from campaign.desk.content.places import at_place
from tests.minimal import FILES

#: One record under a list, as people and programs write it; the record's first line is line 3.
WRITTEN = {
    "a block": "closes: 2027-06-30\nevents:\n- key: over\n  what: handed-over\n",
    "a block with another key first": "closes: 2027-06-30\nevents:\n- what: handed-over\n  key: over\n",
    "braces": "closes: 2027-06-30\nevents:\n- {key: over, what: handed-over}\n",
    "braces with another key first": "closes: 2027-06-30\nevents:\n- {what: handed-over, key: over}\n",
    "indented": "closes: 2027-06-30\nevents:\n  - key: over\n    what: handed-over\n",
    "quoted keys": 'closes: 2027-06-30\n"events":\n- "key": "over"\n  "what": handed-over\n',
    "brackets": "closes: 2027-06-30\nevents: [\n{key: over, what: handed-over}]\n",
}


@pytest.mark.parametrize("way", WRITTEN)
def test_the_line_of_an_event_is_the_event(way: str) -> None:
    files: Mapping[str, str] = {**FILES, "petition.yaml": WRITTEN[way]}
    found = at_place(dict(files), "petition.yaml", 3)
    assert found is not None and (found[0].key, found[1]) == ("event", "over")
    terms = at_place(dict(files), "petition.yaml", 1)
    assert terms is not None and terms[0].key == "terms"
