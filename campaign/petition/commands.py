"""python -m campaign keys | signatures | person | updates."""

from __future__ import annotations

from campaign.petition import key_commands, trustee_commands

ADD = {
    "keys": key_commands.add_options,
    "signatures": trustee_commands.add_signatures,
    "person": trustee_commands.add_person,
    "updates": trustee_commands.add_updates,
}
