"""What pages show of why people sign: the newest texts of every campaign, in the memory of each process.

A text that is taken back is on no page any more within a minute, on any machine. While the database has not
answered for a minute, none is shown: somebody may have taken it back meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.database import AWAY
from campaign.editions.models import Campaign
from campaign.pack.model import Pack
from campaign.petition.models import Reason
from campaign.petition.reasons import State
from campaign.refreshing import Refresher

#: Seconds after which texts are read again, and for which they are shown at most.
EVERY, LAST = 30, 60

#: The newest texts of a campaign that are shown; older ones are only counted.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class ShownReason:
    """One text, with a first name or '', a country, and the language or ''."""

    words: str
    name: str
    country: str
    language: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """The newest texts of a campaign, the newest first, and how many there are by country."""

    newest: tuple[ShownReason, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)


class ShownReasons:
    """The texts that an organiser accepted, as this process last read them.

    `parts`: parts of pages that were made of them, until they are read again.
    """

    def __init__(self, session: Callable[[], Session], clock: Callable[[], float] = clock.seconds) -> None:
        self._session, self._clock = session, clock
        self._shown: tuple[float, dict[str, _Shown]] = (float("-inf"), {})
        self._refresher = Refresher(self._read, EVERY, clock)
        self.parts: dict[tuple[object, ...], bytes] = {}

    def are_there(self, pack: Pack) -> bool:
        """Whether there may be any to show."""
        return bool(self._of(pack).newest)

    def newest(self, pack: Pack) -> list[ShownReason]:
        """The newest texts of a campaign, without those from countries that its pack now calls at risk."""
        return [one for one in self._of(pack).newest if one.country not in pack.countries_at_risk]

    def number(self, pack: Pack) -> int:
        """How many there are."""
        numbers = self._of(pack).numbers.items()
        return sum(number for country, number in numbers if country not in pack.countries_at_risk)

    def reload(self) -> None:
        """Read them again now, in this process: one has just been decided on, or taken back."""
        self._read()
        self._refresher.filled()

    def forget(self) -> None:
        """Drop what others took back or erased: a process that is asked nothing would keep it."""
        if not self._shown[1]:
            return
        try:
            self.reload()
        except AWAY:
            if self._clock() - self._shown[0] > LAST:
                self._shown, self.parts = (float("-inf"), {}), {}

    def _of(self, pack: Pack) -> _Shown:
        """What there is of a campaign, if it lets signers say why they sign."""
        if not pack.terms.reasons:
            return _Shown()
        try:
            self._refresher.look()
        except AWAY:
            return _Shown()
        read_at, shown = self._shown
        return shown.get(pack.slug, _Shown()) if self._clock() - read_at <= LAST else _Shown()

    def _read(self) -> None:
        with self._session() as session:
            shown = {slug: _read(session, campaign) for campaign, slug in session.execute(_CAMPAIGNS).all()}
        self._shown = (self._clock(), shown)
        self.parts = {}


_IS_SHOWN = Reason.state == State.SHOWN.value
_CAMPAIGNS = (
    select(Campaign.id, Campaign.slug)
    .where(select(Reason.id).where(Reason.campaign_id == Campaign.id, _IS_SHOWN).exists())
    .where(Campaign.removed.is_(None))
)


def _read(session: Session, campaign: int) -> _Shown:
    where = (Reason.campaign_id == campaign, _IS_SHOWN)
    columns = (Reason.words, Reason.name, Reason.country, Reason.language)
    newest = select(*columns).where(*where).order_by(Reason.day.desc(), Reason.id).limit(MOST)
    numbers = select(Reason.country, func.count()).where(*where).group_by(Reason.country)
    return _Shown(
        tuple(ShownReason(*row) for row in session.execute(newest)),
        {country: int(number) for country, number in session.execute(numbers)},
    )
