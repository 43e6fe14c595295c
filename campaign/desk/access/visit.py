"""Who works at the desk in this request, and in which campaign as what."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.people.roles import May, may
from campaign.people.signing_in import Here


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works at the desk in this request, and in which campaign as what."""

    here: Here
    slug: str = ""
    role: str = ""
    languages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.here.person.name

    def may(self, permission: May) -> bool:
        """Whether a page or button is for this person."""
        return may(self.role, permission)

    def writes(self, language: str) -> bool:
        """Whether this person may change texts of a language."""
        return self.may(May.EDIT) or (self.may(May.TRANSLATE) and language in self.languages)
