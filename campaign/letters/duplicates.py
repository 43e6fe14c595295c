"""The same person twice in a list of senders: seen before anything is made.

Two rows are the same person if their names are equal to `names.comparable`, and neither town nor
country says otherwise. Different people may have one name in one town: the person with the list decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from campaign.letters.senders import Problem, SenderRow
from campaign.messages import Message
from campaign.names import comparable


@dataclass(frozen=True, slots=True)
class _Seen:
    """An earlier row of a name: its number, town and country."""

    row: int
    place: str
    country: str


@dataclass(slots=True)
class Duplicates:
    """The rows so far, by name and addressee. `addressee` is that of rows that name none.

    `count` is how many duplicates were seen.
    """

    addressee: str
    count: int = 0
    _rows: dict[tuple[str, str], list[_Seen]] = field(default_factory=dict)

    def problem(self, number: int, sender_row: SenderRow) -> Problem | None:
        """What is wrong with a row that is a duplicate; otherwise None, and the row is remembered."""
        to = sender_row.to or self.addressee
        if earlier := self.earlier(number, (sender_row.name, sender_row.place, sender_row.country), to):
            text = Message("the same person and addressee as in row %(row)s.", row=str(earlier))
            return Problem(number, "", text)
        return None

    def earlier(self, number: int, person: tuple[str, str, str], to: str = "") -> int:
        """The earlier row of the same person (name, town, country); 0 for none, and it is remembered."""
        name, town, country = person
        earlier_rows = self._rows.setdefault((comparable(name), to), [])
        place = comparable(town)
        for earlier in earlier_rows:
            if _agree(earlier.place, place) and _agree(earlier.country, country):
                self.count += 1
                return earlier.row
        earlier_rows.append(_Seen(number, place, country))
        return 0


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other
