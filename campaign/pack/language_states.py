"""The languages of a pack, and how far each is: public, in preparation, or off.

campaign.yaml lists them. Texts of public languages make the pack that visitors see. Those in preparation
are read as well, but only for the desk: what they lack never prevents publication. Files of a language
that is off stay where they are, and nothing reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from campaign.languages.data import exists, known
from campaign.messages import Message
from campaign.pack import writing
from campaign.pack.findings import did_you_mean
from campaign.pack.reading import Record
from campaign.pack.writing import WritingError

#: The key of each list, and of the language that texts are translated from.
PUBLIC, PREPARING, OFF, SOURCE = "languages", "in-preparation", "off", "source-language"
STATES = (PUBLIC, PREPARING, OFF)


@dataclass(frozen=True, slots=True)
class LanguageStates:
    """The languages of a pack by their state, each in the order of the file.

    `source` is the language that the others are translated from.
    """

    public: tuple[str, ...]
    preparing: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    source: str = ""

    @property
    def listed(self) -> tuple[str, ...]:
        """Every language of the pack."""
        return (*self.public, *self.preparing, *self.off)

    @property
    def at_desk(self) -> list[str]:
        """The languages that organisers work in, the source first."""
        others = [code for code in (*self.public, *self.preparing) if code != self.source]
        return [self.source, *others]

    def of(self, code: str) -> str:
        """The key of the list that a language is in; '' for one that the pack does not have."""
        lists = {PUBLIC: self.public, PREPARING: self.preparing, OFF: self.off}
        return next((key for key, codes in lists.items() if code in codes), "")

    def with_state(self, code: str, state: str) -> LanguageStates:
        """The same with a language in another state, at the end of its list.

        Raises WritingError if no language would be public, or if the source would be off.
        """
        lists = {PUBLIC: self.public, PREPARING: self.preparing, OFF: self.off}
        changed = {key: tuple(one for one in codes if one != code) for key, codes in lists.items()}
        changed[state] = (*changed[state], code)
        if self.of(code) == state:
            changed = lists
        new = replace(self, public=changed[PUBLIC], preparing=changed[PREPARING], off=changed[OFF])
        if not new.public:
            raise WritingError(Message("A campaign needs one public language."))
        if self.source in new.off:
            raise WritingError(Message("The others are translated from this language: choose another first."))
        return new


def read_states(campaign: Record) -> LanguageStates | None:
    """The languages that campaign.yaml lists; None, with findings, if they can't be read."""
    lists = {key: campaign.texts(key) for key in STATES}
    if not lists[PUBLIC]:
        campaign.node.error(Message("“%(key)s” is missing.", key=PUBLIC))
    source = campaign.text(SOURCE, "") or (lists[PUBLIC] or ("",))[0]
    states = LanguageStates(lists[PUBLIC], lists[PREPARING], lists[OFF], source)
    found = bool(lists[PUBLIC])
    for code in states.listed:
        if not exists(code):
            campaign.node.error(_unknown(code))
            found = False
    for code in {code for code in states.listed if states.listed.count(code) > 1}:
        campaign.node.error(Message("“%(language)s” is listed more than once.", language=code))
    if found and source not in (*states.public, *states.preparing):
        campaign.node.error(
            Message("“%(key)s” must be a language that is public or in preparation.", key=SOURCE)
        )
        found = False
    return states if found else None


def _unknown(code: str) -> Message:
    message = Message(
        "There is no language “%(language)s”: use codes such as es, ar or zh-Hans.", language=code
    )
    return message.with_hint(did_you_mean(code, known()))


def states_of(files: Mapping[str, str]) -> LanguageStates:
    """The languages of files that need not make a pack. Raises WritingError if there are none."""
    if "campaign.yaml" not in files:
        raise WritingError(Message("The file is missing."))
    table = writing.read(files["campaign.yaml"])
    lists = {key: _codes(writing.at(table, (key,))) for key in STATES}
    if not lists[PUBLIC]:
        raise WritingError(Message("“%(key)s” is missing.", key=PUBLIC))
    states = LanguageStates(lists[PUBLIC], lists[PREPARING], lists[OFF], lists[PUBLIC][0])
    source = str(writing.at(table, (SOURCE,)) or "")
    return replace(states, source=source) if source in (*states.public, *states.preparing) else states


def _codes(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def written(table: str, states: LanguageStates) -> str:
    """campaign.yaml with these states; a list without languages goes. Raises WritingError."""
    values = {PUBLIC: states.public, PREPARING: states.preparing, OFF: states.off}
    order = ("slug", *STATES, SOURCE)
    for key, codes in values.items():
        if tuple(_codes(writing.at(writing.read(table), (key,)))) != codes:
            table = writing.put(table, (key,), list(codes) or None, order)
    named = states.source if states.source != states.public[0] else ""
    return writing.put(table, (SOURCE,), named or None, order)
