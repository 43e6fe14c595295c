"""What the address of the composer may choose: ?to=, ?demand= (several), ?language= and ?country=.

With ?slip= and ?case= it is the next letter after the one that the return slip is of.

A link in an old message or a typing error must not cost anybody a letter: what is unknown is left out.
"""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from campaign.languages.countries import countries
from campaign.letters import offices
from campaign.pack.model import Pack
from campaign.press.papers import PAPERS

#: Demands that one link may name; a link with more was not made by a person.
MOST_DEMANDS = 20


def defaults(pack: Pack, query: MultiDict[str, str], language: str) -> tuple[dict[str, Any], bool]:
    """The form's first values, and whether something in the link was unknown and is left out."""
    country, unknown_country = _one(query, "country", countries("en"))
    code, unknown_language = _one(query, "language", pack.languages)
    to, unknown_to = _one(query, "to", [one.key for one in pack.addressees_for(country)])
    wanted = [key for key in dict.fromkeys(query.getlist("demand")[:MOST_DEMANDS]) if key]
    known = [key for key in wanted if key in pack.demands]
    if to and pack.risk(pack.addressees[to], country).for_supporter:
        to = ""  # a link never chooses a letter that puts somebody at risk
    key = to or offices.suggested(pack, country, known[0] if known else "")
    addressee = pack.addressees.get(key)
    ticked = offices.ticked_at_first(pack, addressee) if addressee else []
    values = {
        "slip": query.get("slip", ""),
        "case": query.get("case", ""),
        "country": country,
        "to": key,
        "suggested": "" if to else key,
        "language": code or language,
        "demands": [one for one in known if one in ticked] or ticked,
        "opening": "0",
        "paper": PAPERS[0],
        "envelope": "dl",
        **dict.fromkeys(("layout", "form_of_address", "beside", "representative"), ""),
    }
    unknown = unknown_country or unknown_language or unknown_to or len(known) < len(wanted)
    return values, unknown


def _one(query: MultiDict[str, str], name: str, offered: Any) -> tuple[str, bool]:
    """The value of a name if it is offered, and whether there was another one."""
    value = query.get(name, "")
    return (value, False) if value in offered else ("", bool(value))
