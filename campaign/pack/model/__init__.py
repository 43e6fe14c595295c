"""The texts and data of one campaign, frozen: the content of the files, and nothing computed.

To add a field, add a line to its record here: the reader, the desk and the list of fields follow.
"""

from campaign.pack.model.addressees import Addressee, Closing, Holder, Kind, Postal, Salutation
from campaign.pack.model.pack import Pack
from campaign.pack.model.petition import Event, Milestone, Terms
from campaign.pack.model.record import (
    Comparison,
    Fact,
    Moment,
    Organisation,
    Source,
    Speaker,
    Topic,
    Unit,
    Voice,
)
from campaign.pack.model.texts import (
    Demand,
    DemandText,
    LetterTemplate,
    LetterText,
    State,
    Text,
    Update,
)
from campaign.pack.values import Place, Prose, Words

__all__ = [
    "Addressee",
    "Closing",
    "Comparison",
    "Demand",
    "DemandText",
    "Event",
    "Fact",
    "Holder",
    "Kind",
    "LetterTemplate",
    "LetterText",
    "Milestone",
    "Moment",
    "Organisation",
    "Pack",
    "Place",
    "Postal",
    "Prose",
    "Salutation",
    "Source",
    "Speaker",
    "State",
    "Terms",
    "Text",
    "Topic",
    "Unit",
    "Update",
    "Voice",
    "Words",
]
