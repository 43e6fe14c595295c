"""What the states of demands are called in the interface, on visitors' pages too."""

from __future__ import annotations

from campaign.messages import Message

#: The states that every campaign has, by key: what each means, and its name in the interface.
COMMON = {
    "not-met": ("open", Message("Not met")),
    "partly-met": ("partly", Message("Partly met")),
    "met": ("met", Message("Met")),
    "dropped": ("dropped", Message("No longer demanded")),
}
