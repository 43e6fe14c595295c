"""Why a change of who organises was refused, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from campaign.people.members import MemberError

_MESSAGES = {
    "last owner": _l("A campaign needs an owner: make somebody else an owner first."),
    "unknown role": _l("Choose from the list."),
    "member already": _l("This person organises the campaign already: change their role instead."),
    "no member": _l("This person does not organise the campaign any more."),
    "gone": _l("This invitation is not open any more."),
}


def member_error(error: MemberError) -> str:
    """The message of an error."""
    return str(_MESSAGES.get(error.reason, error.reason))
