"""What people must read before they sign: who is responsible for their data, why, and where to complain.

A signature shows a political opinion, which the law protects specially (GDPR, articles 9 and 13). A pack
that opens its petition without these facts has errors. In a pack that does not open it they are warnings.

A trial is a pack whose runner is a placeholder, such as ‹name of the organisation›. `check` warns of it,
its pages show the placeholder, and on a server in production nobody can sign: `petition/status.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from campaign.messages import Message, Named
from campaign.pack.blank import TO_WRITE
from campaign.pack.findings import CONTROLLER, Finding, Level
from campaign.pack.model import Pack, Runner, Terms
from campaign.pack.outcome import outcome
from campaign.pack.schema import named
from campaign.pack.values import Place


def is_placeholder(text: str) -> bool:
    """Whether a text still has to be written."""
    return text.startswith(TO_WRITE[0]) and text.endswith(TO_WRITE[1])


def is_trial(pack: Pack) -> bool:
    """Whether the organisation that runs the site is a placeholder."""
    return pack.runner is not None and any(map(is_placeholder, pack.runner.name.values()))


def placeholders(pack: Pack) -> set[str]:
    """The words of a trial's runner that may stay placeholders, without the marks around them."""
    if pack.runner is None or not is_trial(pack):
        return set()
    runner = pack.runner
    by_language = (runner.name, runner.legal_form, runner.data_protection, runner.complaint)
    texts = [*runner.address, runner.register, *(text for words in by_language for text in words.values())]
    return {text[1:-1] for text in texts if is_placeholder(text)}


def return_address(pack: Pack) -> tuple[str, ...]:
    """The lines of the address to which signed sheets are sent; none if the pack has no address."""
    return pack.terms.return_to or (pack.runner.address if pack.runner else ())


def may_sign(pack: Pack) -> bool:
    """Whether the pack says all that people must know before they sign."""
    return not is_trial(pack) and next(_missing(pack), None) is None


def opens_signing(pack: Pack, today: date) -> bool:
    """Whether people can sign now or later, as far as the pack says."""
    return bool(pack.petition) and pack.terms.erase_on is not None and outcome(pack, today) is None


def findings(pack: Pack, today: date) -> Iterator[Finding]:
    """A warning about a trial; otherwise what a petition lacks, as errors if it opens."""
    if is_trial(pack):
        yield _trial(pack)
    if is_trial(pack) or not pack.petition:
        return
    level: Level = "error" if opens_signing(pack, today) else "warning"
    for place, message in _missing(pack):
        yield Finding(place.path, place.line, level, message, kind=CONTROLLER)


def _trial(pack: Pack) -> Finding:
    place = _place(pack)
    message = Message(
        "The organisation that runs this site is still a placeholder, which visitors see. "
        "On a server in production nobody can sign until it is named."
    )
    return Finding(place.path, place.line, "warning", message, kind=CONTROLLER)


def _place(pack: Pack) -> Place:
    return pack.runner.place if pack.runner else Place("campaign.yaml", 1)


def _missing(pack: Pack) -> Iterator[tuple[Place, Message]]:
    runner, terms, place = pack.runner, pack.terms, _place(pack)
    if runner is None or not _is_written(*runner.name.values()):
        yield place, _needed(_of_runner("name"), Message("who is responsible for their data"))
    if runner is None or not _is_written(runner.email or runner.website):
        yield place, _needed(_of_runner("email"), Message("how to reach those who are responsible"))
    if runner is None or not _is_written(*runner.complaint.values()):
        yield place, _needed(_of_runner("complaint"), Message("where they can complain"))
    if not _is_written(*return_address(pack)):
        yield place, _needed(_of_runner("address"), Message("where signed sheets are sent"))
    if not _is_written(*terms.legal_basis.values()):
        reason = Message("on which legal basis their data are used")
        yield Place("petition.yaml", 1), _needed(named(Terms, "legal-basis"), reason)


def _is_written(*texts: str) -> bool:
    """Whether there are texts, and none is empty or a placeholder."""
    return bool(texts) and all(text and not is_placeholder(text) for text in texts)


def _of_runner(key: str) -> Named:
    """A field of the runner in a message: its place in the file, or its label at the desk."""
    field = named(Runner, key)
    return Named(f"runner › {key}", field.name if isinstance(field, Named) else key)


def _needed(key: Named | str, what: Message) -> Message:
    return Message(
        "“%(key)s” is missing: before people can sign, they must read %(what)s.", key=key, what=what
    )
