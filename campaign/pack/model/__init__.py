"""The texts and data of one campaign, frozen: the content of the files, and nothing computed.

To add a field, add a line to its record here: the reader, the desk and the list of fields follow.
"""

from campaign.pack.model.addressees import (
    Addressee,
    AnswerRule,
    Closing,
    Copies,
    Holder,
    Kind,
    Postal,
    Salutation,
)
from campaign.pack.model.branding import Branding
from campaign.pack.model.finish import Finish
from campaign.pack.model.meetings import Meeting
from campaign.pack.model.pack import Pack, Risk
from campaign.pack.model.petition import Event, ExtraField, Milestone, Terms
from campaign.pack.model.picture import Picture, Pictured
from campaign.pack.model.record import (
    Comparison,
    Fact,
    Moment,
    Organisation,
    Partner,
    Source,
    Speaker,
    SupportingOrganisation,
    Topic,
    Unit,
    Voice,
)
from campaign.pack.model.runner import Runner
from campaign.pack.model.set_aside import SetAside
from campaign.pack.model.texts import (
    Demand,
    DemandText,
    LetterTemplate,
    LetterText,
    Page,
    State,
    StateName,
    Text,
    Update,
    UpdateText,
)
from campaign.pack.values import Place, Prose, Words

__all__ = [
    "Addressee",
    "AnswerRule",
    "Branding",
    "Closing",
    "Comparison",
    "Copies",
    "Demand",
    "DemandText",
    "Event",
    "ExtraField",
    "Fact",
    "Finish",
    "Holder",
    "Kind",
    "LetterTemplate",
    "LetterText",
    "Meeting",
    "Milestone",
    "Moment",
    "Organisation",
    "Pack",
    "Page",
    "Partner",
    "Picture",
    "Pictured",
    "Place",
    "Postal",
    "Prose",
    "Risk",
    "Runner",
    "Salutation",
    "SetAside",
    "Source",
    "Speaker",
    "State",
    "StateName",
    "SupportingOrganisation",
    "Terms",
    "Text",
    "Topic",
    "Unit",
    "Update",
    "UpdateText",
    "Voice",
    "Words",
]
