"""How often somebody may try to sign in or to prove who they are."""

from __future__ import annotations

from campaign.desk.access import device
from campaign.services import service
from campaign.web import budgets, limits
from campaign.web.limits import Budgets, Usage


def to_sign_in(name: str) -> int:
    """0 if somebody may try once more under a name; else the seconds to wait.

    A browser that signed in before under this name has tries of its own, so nobody else can use them up.
    """
    counted = service(Budgets)
    if known := device.known(name):
        return _wait(counted.spend(budgets.SIGN_IN_DEVICE, known))
    near = f"{name} {limits.prefix(limits.client_address())}"
    return _longest(
        limits.spend(budgets.SIGN_IN_NETWORK),
        counted.spend(budgets.SIGN_IN_OF_ALL, ""),
        counted.spend(budgets.SIGN_IN, near),
        counted.spend(budgets.SIGN_IN_HOUR, near),
    )


def with_passkey() -> int:
    """0 if this network may use one more passkey; else the seconds to wait. A passkey can't be guessed."""
    return _wait(limits.spend(budgets.PASSKEY))


def to_prove(name: str) -> bool:
    """Whether an organiser who is signed in may prove once more who they are."""
    counted = service(Budgets)
    return not _longest(counted.spend(budgets.PROVE, name), counted.spend(budgets.PROVE_HOUR, name))


def second_factor_left(name: str) -> bool:
    """Whether a code for this person is looked at: too many wrong ones followed the right password."""
    return bool(device.known(name)) or service(Budgets).look(budgets.SECOND_FACTOR, name).within


def count_code(name: str, wrong: bool) -> None:
    """Count a wrong code after the right password, from a browser that never signed in."""
    counts = wrong and not device.known(name)
    service(Budgets).add(budgets.SECOND_FACTOR, name, amount=int(counts))


def _wait(usage: Usage) -> int:
    return 0 if usage.within else usage.wait


def _longest(*usages: Usage) -> int:
    return max(_wait(usage) for usage in usages)
