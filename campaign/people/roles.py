"""What each role may do. Nothing asks for a role; everything asks for a permission."""

from __future__ import annotations

from enum import StrEnum


class May(StrEnum):
    """A permission: the reason why a page or a button is there for somebody."""

    READ = "read the desk and the draft"
    EDIT = "change texts and data"
    TRANSLATE = "change texts of some languages"
    ASK = "ask for a publication"
    PUBLISH = "publish"
    EXPORT = "take the pack out, or bring one in"
    TYPE = "print sheets, and type in what comes back"
    SIGNATURES = "pause signing, let names through, bring and carry out void lists"
    KEYS = "give the server a key, take the sealed list, name trustees"
    PEOPLE = "invite, change and remove people"
    AUDIT = "read the audit"


#: Permissions by role, the most powerful first.
ROLES: dict[str, frozenset[May]] = {
    "owner": frozenset(May) - {May.TRANSLATE},
    "editor": frozenset({May.READ, May.EDIT, May.ASK, May.PUBLISH, May.EXPORT, May.TYPE, May.SIGNATURES}),
    "translator": frozenset({May.READ, May.TRANSLATE, May.ASK}),
    "clerk": frozenset({May.TYPE}),
    "reader": frozenset({May.READ}),
}

#: What needs a second factor that was used in the last minutes.
SENSITIVE = frozenset({May.PUBLISH, May.PEOPLE, May.EXPORT, May.SIGNATURES, May.KEYS})


def may(role: str, permission: May) -> bool:
    """Whether the role has the permission; an unknown role has none."""
    return permission in ROLES.get(role, frozenset())
