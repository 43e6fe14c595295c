"""Who works at the desk in this request, and in which campaign as what."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.people.roles import Permission, may
from campaign.people.signing_in import CurrentSignIn


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works at the desk in this request, and in which campaign as what."""

    sign_in: CurrentSignIn
    slug: str = ""
    role: str = ""
    languages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.sign_in.person.name

    @property
    def email(self) -> str:
        """The e-mail address that the audit names."""
        return self.sign_in.person.email

    def may(self, permission: Permission) -> bool:
        """Whether a page or button is for this person."""
        return may(self.role, permission)

    def writes(self, language: str) -> bool:
        """Whether this person may change texts of a language."""
        return self.may(Permission.EDIT) or (self.may(Permission.TRANSLATE) and language in self.languages)
