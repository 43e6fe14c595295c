"""What is wrong with addressees: how they are reached, whose offices they are, people in prison."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from campaign.messages import Message
from campaign.pack.files import REPRESENTATIVES
from campaign.pack.findings import ADDRESS, INCOMPLETE, Finding
from campaign.pack.model import Addressee, AnswerRule, Kind, Pack
from campaign.pack.model.addressees import BY_SUPPORTER

#: An address has to be checked again after this many days.
ADDRESS_DAYS = 180


def address_is_fresh(addressee: Addressee, today: date) -> bool:
    """Whether a person has recently compared the address with the office's own page."""
    checked = addressee.checked_on
    return checked is not None and today - checked.first() <= timedelta(days=ADDRESS_DAYS)


def findings(pack: Pack, today: date) -> Iterator[Finding]:
    """Every error and warning about the addressees of a pack whose references are sound."""
    for kind in pack.kinds.values():
        yield from _risk(pack, kind)
    yield from _campaign_stopped(pack, today)
    for addressee in pack.addressees.values():
        yield from _reached(pack, addressee)
        yield from _stopped(addressee, today)
        if addressee.enabled and addressee.in_prison:
            yield from _in_prison(pack, addressee)
    for addressee in pack.open_addressees(today):
        if not addressee.typed:
            yield from _freshness(addressee, today)
    yield from _rules(pack)


def _error(item: Addressee | Kind, text: Message, kind: str = "") -> Finding:
    return Finding(item.place.path, item.place.line, "error", text, kind=kind)


def _warning(item: Addressee | Kind, text: Message, kind: str = "") -> Finding:
    return Finding(item.place.path, item.place.line, "warning", text, kind=kind)


def _risk(pack: Pack, kind: Kind) -> Iterator[Finding]:
    """Whose offices they are decides what supporters at risk are offered, so it must be said."""
    members = [addressee for addressee in pack.open_addressees() if addressee.kind == kind.key]
    if pack.countries_at_risk and any(not addressee.office_of for addressee in members):
        text = Message(
            "“office-of” is missing in the group “%(key)s”: the country whose offices these are, "
            "“supporter” for offices of the supporter’s own country, or “none”. Supporters at risk "
            "depend on it.",
            key=kind.key,
        )
        yield _error(kind, text, INCOMPLETE)
    if kind.abroad:
        text = Message(
            "“abroad” in the group “%(key)s” is no longer used: “office-of” says whose offices these are.",
            key=kind.key,
        )
        yield _warning(kind, text)


def _reached(pack: Pack, addressee: Addressee) -> Iterator[Finding]:
    values = {"key": addressee.key}
    if addressee.typed and addressee.address:
        yield _error(addressee, Message(
            "The address of “%(key)s” is never used, since supporters give it: take out one of the two.",
            **values))  # fmt: skip
    elif addressee.typed and not addressee.address_from:
        yield _warning(addressee, Message(
            "“%(key)s” has no address, e-mail address or web form, so supporters type its address. Write "
            "“address-from: %(value)s” to say so.", value=BY_SUPPORTER, **values))  # fmt: skip
    if not addressee.typed and not (addressee.address or addressee.email or addressee.web_form):
        yield _error(addressee, Message(
            "“%(key)s” can’t be reached: it needs an address, an e-mail address or a web form.", **values),
            INCOMPLETE)  # fmt: skip
    if addressee.listed and not pack.representatives.strip():
        yield _error(addressee, Message(
            "“%(key)s” is looked up in %(list)s, which is missing.", list=REPRESENTATIVES, **values),
            INCOMPLETE)  # fmt: skip


def _campaign_stopped(pack: Pack, today: date) -> Iterator[Finding]:
    """That nobody can write a letter, which `open_addressees` obeys."""
    if pack.writing_stopped:
        yield Finding("campaign.yaml", 1, "warning", Message("“stop-writing” stops all letters."))
    elif pack.write_before is not None and today >= pack.write_before:
        text = Message(
            "“write-before” is over, so nobody can write a letter: %(day)s.", day=pack.write_before
        )
        yield Finding("campaign.yaml", 1, "warning", text)


def _stopped(addressee: Addressee, today: date) -> Iterator[Finding]:
    """That nobody can write to it any more."""
    if addressee.stopped:
        yield _warning(addressee, Message("“stop-writing” stops letters to “%(key)s”.", key=addressee.key))
    elif addressee.write_before is not None and today >= addressee.write_before:
        text = Message(
            "“write-before” of “%(key)s” is over, so nobody can write to it: %(day)s.",
            key=addressee.key,
            day=addressee.write_before,
        )
        yield _warning(addressee, text)


def _rules(pack: Pack) -> Iterator[Finding]:
    """Rules on answering that nobody has compared with the law, each once."""
    for kind in pack.kinds.values():
        yield from _rule(kind, kind.answer)
    for addressee in pack.addressees.values():
        inherited = pack.kinds[addressee.kind].answer
        if addressee.answer is not inherited:
            yield from _rule(addressee, addressee.answer)


def _rule(owner: Addressee | Kind, rule: AnswerRule | None) -> Iterator[Finding]:
    if rule is None or not rule.days:
        return
    if not rule.source:
        yield _warning(owner, Message("The rule on answering of “%(key)s” has no source.", key=owner.key))
    if rule.checked_on is None:
        text = Message(
            "Nobody has checked the rule on answering of “%(key)s”: letters name no last day for an answer.",
            key=owner.key,
        )
        yield _warning(owner, text)


def _in_prison(pack: Pack, addressee: Addressee) -> Iterator[Finding]:
    """A letter must not harm the person whom it is for."""
    if not all(addressee.prison_rules[language] for language in pack.languages):
        text = Message(
            "“prison-rules” is missing: “%(key)s” is in prison, and supporters must know what "
            "may be written.",
            key=addressee.key,
        )
        yield _error(addressee, text, INCOMPLETE)
    if addressee.family_consent is None:
        text = Message(
            "“family-consent” is missing: the day on which the family of “%(key)s” agreed to letters. "
            "Until then, write “enabled: no”.",
            key=addressee.key,
        )
        yield _error(addressee, text, INCOMPLETE)


def _freshness(addressee: Addressee, today: date) -> Iterator[Finding]:
    if addressee.checked_on is None:
        yield _warning(
            addressee, Message("The address of “%(key)s” has not been checked.", key=addressee.key), ADDRESS
        )
    elif not address_is_fresh(addressee, today):
        text = Message(
            "The address of “%(key)s” was last checked on %(day)s, more than %(days)s days ago.",
            key=addressee.key,
            day=addressee.checked_on,
            days=ADDRESS_DAYS,
        )
        yield _warning(addressee, text, ADDRESS)
