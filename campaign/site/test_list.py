"""The addresses of a campaign for OONI's test lists, so that volunteers' probes notice where it is blocked.

The columns and the category are those of the Citizen Lab's lists (github.com/citizenlab/test-lists), one file
for a country. OONI's probes ask for web addresses alone, so onion services are left out.
"""

from __future__ import annotations

from datetime import date

from campaign.csv_files import plain
from campaign.pack.model import Pack
from campaign.settings import Settings

COLUMNS = ("url", "category_code", "category_description", "date_added", "source", "notes")

#: “Human Rights Issues”, in the lists' own words.
CATEGORY = ("HUMR", "Human Rights Issues")


def addresses(pack: Pack, settings: Settings) -> list[str]:
    """The front page in each language, and every mirror, each once."""
    site = settings.domains.get(pack.slug) or settings.public_url
    own = [f"{site}/{code}/{pack.slug}/" for code in pack.languages] if site else []
    mirrors = [address for address in pack.mirrors if ".onion" not in address]
    return list(dict.fromkeys([*own, *mirrors]))


def written(pack: Pack, settings: Settings, day: date) -> str:
    """The lines to add to the list of a country, below its heading. Raises LookupError without an address."""
    urls = addresses(pack, settings)
    if not urls:
        raise LookupError("The site has no public address: set CAMPAIGN_PUBLIC_URL.")
    first = pack.languages[0]
    source, notes = pack.runner.name[first] if pack.runner else "", pack.name[first]
    return plain([COLUMNS, *((url, *CATEGORY, day.isoformat(), source, notes) for url in urls)])
