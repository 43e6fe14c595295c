"""What is wrong in letter templates: missing parts, and languages that do not have the same parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from campaign.messages import Joined, Message, Named, Plural
from campaign.pack.findings import INCOMPLETE, Findings
from campaign.pack.model import Addressee, LetterTemplate, LetterText, Pack
from campaign.pack.model.addressees import NO_DEMAND
from campaign.pack.model.texts import CASES
from campaign.pack.references import ReferenceChecker
from campaign.pack.schema import fields_of

#: Questions that help supporters to write their own words, for each template.
PROMPTS = 3


def _part(heading: str) -> Message:
    field = next(field for field in fields_of(LetterText) if field.key == heading)
    return Named(f"## {heading}", field.label or heading)


def _asked_part(demand: str) -> Message:
    return Named(f"## ask {demand}", Joined(_part("ask"), Named(demand, demand)))


def _parts_named(heading: str) -> Message:
    return Message("parts “%(part)s”", part=_part(heading))


def _has_case(case: str, text: LetterText) -> int:
    return int(text.case(case) is not None)


#: Parts of which a letter must have the same number in every language, and how to count them.
_PARTS: tuple[tuple[Message, Callable[[LetterText], int]], ...] = (
    (Message("openings"), lambda text: len(text.openings)),
    (_parts_named("facts"), lambda text: len(text.facts)),
    (_parts_named("duty"), lambda text: len(text.duty)),
    (_parts_named("ask"), lambda text: len(text.asking)),
    (_parts_named("later"), lambda text: len(text.later)),
    (_parts_named("reply"), lambda text: len(text.replies)),
    (Message("postcards"), lambda text: int(text.postcard is not None)),
    (Message("open letters"), lambda text: int(text.together is not None)),
    *((_parts_named(case), partial(_has_case, case)) for case in CASES),
    (_parts_named("copy"), lambda text: int(text.copy is not None)),
)


class LetterChecker:
    """Checks the parts of every letter template."""

    def __init__(self, pack: Pack, findings: Findings, references: ReferenceChecker) -> None:
        self.pack, self.findings, self.references = pack, findings, references

    def check(self) -> None:
        for template in self.pack.letters.values():
            asked = self._asked_in(template)
            for text in template.texts.values():
                for key, prose in text.asks.items():
                    self.references.need("demand", [key], prose.place)
                introduced = text.asking or not (asked or self._asks_freely(template))
                lacking = [key for key in asked if key not in text.asks]
                parts = [*([] if introduced else [_part("ask")]), *map(_asked_part, lacking)]
                for part in parts:
                    message = Message("The part “%(part)s” is missing.", part=part)
                    self.findings.error(text.place.path, 1, message, INCOMPLETE)
                if text.prompts and len(text.prompts) < PROMPTS:
                    message = Plural(
                        "There is only %(num)s prompt; %(most)s would help more.",
                        "There are only %(num)s prompts; %(most)s would help more.",
                        len(text.prompts),
                        most=PROMPTS,
                    )
                    self.findings.warning(text.place.path, text.place.line, message)
            self._even(template.texts)
        self._next_letters()

    def _next_letters(self) -> None:
        """A template for next letters is not a first letter, and has parts for some case."""
        for addressee in self.pack.addressees.values():
            first, following = (
                self.pack.letters.get(key) for key in (addressee.letter, addressee.next_letter)
            )
            if first is not None and any(text.only_follows for text in first.texts.values()):
                message = Message(
                    "“%(letter)s” is for next letters alone: “%(key)s” needs a template with an opening.",
                    letter=first.key,
                    key=addressee.key,
                )
                self.findings.error(addressee.place.path, addressee.place.line, message)
            if following is not None and not any(
                text.case(case) for text in following.texts.values() for case in CASES
            ):
                message = Message("“%(letter)s” has no part for a next letter.", letter=following.key)
                self.findings.error(addressee.place.path, addressee.place.line, message)

    def _users_of(self, template: LetterTemplate) -> list[Addressee]:
        return [one for one in self.pack.addressees.values() if one.letter == template.key and one.enabled]

    def _asked_in(self, template: LetterTemplate) -> list[str]:
        """The demands that some addressee of a template can act on, in the pack's order."""
        asked = {key for user in self._users_of(template) for key in self.pack.demands_for(user)}
        return [key for key in self.pack.demands if key in asked]

    def _asks_freely(self, template: LetterTemplate) -> bool:
        """Whether letters of a campaign without demands ask something in the template's own words."""
        asks = (user.demands != (NO_DEMAND,) for user in self._users_of(template))
        return not self.pack.demands and any(asks)

    def _even(self, texts: Mapping[str, LetterText]) -> None:
        """A letter can be read beside its translation only if both have the same parts."""
        for name, count in _PARTS:
            most = max(count(text) for text in texts.values())
            for text in texts.values():
                if count(text) < most:
                    message = Message(
                        "Number of %(what)s: %(count)s here, %(most)s in another language.",
                        what=name,
                        count=count(text),
                        most=most,
                    )
                    self.findings.error(text.place.path, 1, message, INCOMPLETE)
