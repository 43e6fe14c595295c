"""The permissions of each role. Code checks permissions, never roles."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """A permission, which decides which pages and buttons somebody sees."""

    READ = "read the desk and the draft"
    EDIT = "change texts and data"
    TRANSLATE = "change texts of some languages"
    ASK = "ask for a publication"
    PUBLISH = "publish"
    EXPORT = "take the pack out, or bring one in"
    TYPE = "print sheets, and type in what comes back"
    SIGNATURES = "pause signing, name events, decide on names and organisations, apply exclusion lists"
    REASONS = "read what signers wrote, and decide whether it is shown"
    KEYS = "give the server a key, take the sealed list, name trustees"
    PEOPLE = "invite, change and remove people"
    AUDIT = "read the audit"
    WEBHOOKS = "have numbers and editions sent to another program"
    SERVER = "see whether the server is well"


#: Permissions by role, the most powerful first.
ROLES: dict[str, frozenset[Permission]] = {
    "owner": frozenset(Permission) - {Permission.TRANSLATE},
    "editor": frozenset(
        {
            Permission.READ,
            Permission.EDIT,
            Permission.ASK,
            Permission.PUBLISH,
            Permission.EXPORT,
            Permission.TYPE,
            Permission.SIGNATURES,
            Permission.REASONS,
        }
    ),
    "translator": frozenset({Permission.READ, Permission.TRANSLATE, Permission.ASK}),
    "clerk": frozenset({Permission.TYPE}),
    "reader": frozenset({Permission.READ}),
}

#: Permissions that require a second factor used in the last minutes.
SENSITIVE = frozenset(
    {
        Permission.PUBLISH,
        Permission.PEOPLE,
        Permission.EXPORT,
        Permission.SIGNATURES,
        Permission.REASONS,
        Permission.KEYS,
        Permission.WEBHOOKS,
    }
)


def may(role: str, permission: Permission) -> bool:
    """Whether the role has the permission; an unknown role has none."""
    return permission in ROLES.get(role, frozenset())


def rank(role: str) -> int:
    """The place of a role among all, 0 for the most powerful. Raises ValueError for an unknown one."""
    return list(ROLES).index(role)
