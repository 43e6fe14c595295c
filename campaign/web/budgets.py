"""Every budget of the site, in one table: what is counted, for whom, how much, and what happens beyond.

The handbook's table is made from this one; a test compares them. No budget is declared anywhere else.

Nobody is refused where something else helps. Signing asks for more work of the visitor's device;
without JavaScript, for a longer wait; other pages work slower or print without a number. Requests
are refused only where each costs the server processor time, above what people can reach together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum


class Key(Enum):
    """Whom a budget is for, as the handbook calls it. No address is stored: a key is an HMAC."""

    NETWORK = "network"
    NAME_AND_NETWORK = "name and network"
    PERSON = "organiser"
    DEVICE = "browser"
    INBOX = "inbox"
    DOMAIN = "mail domain"
    LINK = "link"
    SITE = "site"


class Beyond(Enum):
    """What happens beyond a budget, as the handbook calls and explains it."""

    HARDER = "harder"
    WAIT = "longer wait"
    REFUSED = "429"
    WRONG = "as if wrong"
    UNSENT = "no e-mail"
    UNNUMBERED = "no numbers"
    UNCOUNTED = "not counted"


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `most` in `seconds` for one key. The last three say who meets it, in the handbook."""

    name: str
    what: str
    key: Key
    most: int
    seconds: int
    beyond: Beyond
    class_of_30: str
    carrier: str
    attacker: str

    @property
    def rate(self) -> str:
        """The rate in words, such as “100 in 10 minutes”."""
        units = ((86_400, "a", "day"), (3_600, "an", "hour"), (60, "a", "minute"))
        size, article, unit = next(known for known in units if self.seconds % known[0] == 0)
        number = self.seconds // size
        return f"{self.most:,} in {f'{number} {unit}s' if number > 1 else f'{article} {unit}'}"


#: The hardest step: 2 ** STEPS times the work of the first one.
STEPS = 4


def step(count: float, most: float) -> int:
    """How many times a budget was doubled: 0 within it, at most STEPS."""
    return 0 if count <= most else min(STEPS, math.ceil(math.log2(count / most)))


_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400

# signing

CHALLENGE = Budget(
    "challenge", "asking for a proof of work", Key.NETWORK, 100, 10 * _MINUTE, Beyond.HARDER,
    "nothing: the first step", "the first step up to 600 people an hour; the last one above 4,800",
    "the last step after 800: 10,000 requests a minute give 10,000 tasks, nearly all at the last step",
)  # fmt: skip
CHALLENGE_OF_ALL = Budget(
    "challenge-of-all", "asking for a proof of work", Key.SITE, 2_000, _MINUTE, Beyond.HARDER,
    "nothing", "nothing", "with 10,000 a minute all visitors compute 8 times as long",
)  # fmt: skip
PLAIN = Budget(
    "plain", "signing without JavaScript", Key.NETWORK, 60, _HOUR, Beyond.WAIT,
    "half a minute on the page", "half a minute; 2 or 8 minutes while more than 60 an hour do so",
    "8 minutes a page, and then the next line",
)  # fmt: skip
PLAIN_MOST = Budget(
    "plain-most", "signing without JavaScript", Key.NETWORK, 240, _HOUR, Beyond.REFUSED,
    "nothing", "above 240 an hour: JavaScript, paper, or later", "240 an hour",
)  # fmt: skip
DOMAIN = Budget(
    "domain", "signing with addresses of one domain", Key.DOMAIN, 200, _HOUR, Beyond.HARDER,
    "nothing", "nothing, unless 200 of them use one small provider in an hour",
    "the last step after 1,600 an hour",
)  # fmt: skip
INBOX = Budget(
    "inbox", "e-mails to confirm", Key.INBOX, 3, _DAY, Beyond.UNSENT,
    "nothing", "nothing", "3 e-mails a day to one person",
)  # fmt: skip
LINK = Budget(
    "link", "pressing the button that a link opens", Key.LINK, 60, _MINUTE, Beyond.REFUSED,
    "nothing", "nothing", "60 a minute with a link of their own; nobody else notices",
)  # fmt: skip
REASON = Budget(
    "reason", "writing why one signed", Key.LINK, 6, _DAY, Beyond.REFUSED,
    "nothing", "nothing", "6 texts a day for each signature of theirs, and one of them at a time is kept",
)  # fmt: skip
ORGANISATION = Budget(
    "organisation", "signing on as an organisation", Key.NETWORK, 20, _DAY, Beyond.REFUSED,
    "nothing", "above 20 organisations a day: later, or from another network", "20 a day",
)  # fmt: skip
SHEETS = Budget(
    "sheets", "printing numbered sheets", Key.NETWORK, 60, _HOUR, Beyond.UNNUMBERED,
    "nothing", "above 60 an hour: sheets without numbers", "60 batches an hour are written",
)  # fmt: skip

# letters

FORM = Budget(
    "form", "the composer’s buttons, old editions", Key.NETWORK, 600, _MINUTE, Beyond.REFUSED,
    "nothing: 20 a minute each", "nothing below 10 a second", "600 a minute",
)  # fmt: skip
PREVIEW = Budget(
    "preview", "the sheet that follows the typing", Key.NETWORK, 3_000, _MINUTE, Beyond.REFUSED,
    "nothing: 100 a minute each", "the sheet follows later while 50 people type at once",
    "3,000 a minute",
)  # fmt: skip
FILES = Budget(
    "files", "files: each letter, envelope or set of sheets", Key.NETWORK, 300, _MINUTE, Beyond.REFUSED,
    "nothing: 10 a minute each", "above 300 a minute: some seconds of waiting", "300 a minute",
)  # fmt: skip
POSTED = Budget(
    "posted", "“I sent it”", Key.NETWORK, 300, _HOUR, Beyond.WAIT,
    "nothing: 10 letters each", "the page must have been open for 2 or 8 minutes, as it has been",
    "one count for a page and office; pages of 8 minutes, and then the next line",
)  # fmt: skip
POSTED_MOST = Budget(
    "posted-most", "“I sent it”", Key.NETWORK, 1_200, _HOUR, Beyond.UNCOUNTED,
    "nothing", "above 1,200 an hour: later", "1,200 an hour",
)  # fmt: skip

ANSWER = Budget(
    "answer", "saying what became of a letter", Key.NETWORK, 60, _HOUR, Beyond.WAIT,
    "a proof of work, or half a minute on the page",
    "half a minute without JavaScript; 2 or 8 minutes while more than 60 an hour do so",
    "one count for a slip and kind of answer; each slip needs a page of the composer",
)  # fmt: skip
ANSWER_MOST = Budget(
    "answer-most", "saying what became of a letter", Key.NETWORK, 240, _HOUR, Beyond.UNCOUNTED,
    "nothing", "above 240 an hour: later", "240 an hour; organisers can set the days aside",
)  # fmt: skip

# the desk

SIGN_IN = Budget(
    "sign-in", "trying to sign in", Key.NAME_AND_NETWORK, 5, 5 * _MINUTE, Beyond.REFUSED,
    "nothing", "nothing: each name has its own", "5 in 5 minutes for a name from one network",
)  # fmt: skip
SIGN_IN_HOUR = Budget(
    "sign-in-hour", "trying to sign in", Key.NAME_AND_NETWORK, 20, _HOUR, Beyond.REFUSED,
    "nothing", "nothing", "20 an hour for a name from one network",
)  # fmt: skip
SIGN_IN_NETWORK = Budget(
    "sign-in-network", "trying to sign in", Key.NETWORK, 60, 5 * _MINUTE, Beyond.REFUSED,
    "nothing: two tries each", "nothing, unless somebody attacks from there",
    "60 in 5 minutes; their neighbours need a browser that signed in before, or a passkey",
)  # fmt: skip
SIGN_IN_OF_ALL = Budget(
    "sign-in-of-all", "trying to sign in", Key.SITE, 1_000, 5 * _MINUTE, Beyond.REFUSED,
    "nothing", "nothing", "1,000 in 5 minutes; browsers that signed in before and passkeys go on",
)  # fmt: skip
SIGN_IN_DEVICE = Budget(
    "sign-in-device", "trying to sign in, instead of the four above", Key.DEVICE, 20, 5 * _MINUTE,
    Beyond.REFUSED, "nothing", "nothing", "needs a stolen browser: 20 in 5 minutes",
)  # fmt: skip
SECOND_FACTOR = Budget(
    "second-factor", "a wrong code after the right password", Key.PERSON, 20, _HOUR, Beyond.WRONG,
    "nothing", "nothing",
    "needs the password: 20 codes an hour from all networks; browsers that signed in before go on",
)  # fmt: skip
PASSKEY = Budget(
    "passkey", "signing in with a passkey", Key.NETWORK, 600, _MINUTE, Beyond.REFUSED,
    "nothing", "nothing", "600 a minute",
)  # fmt: skip
PROVE = Budget(
    "prove", "proving oneself again at the desk", Key.PERSON, 5, 5 * _MINUTE, Beyond.REFUSED,
    "nothing", "nothing", "needs a stolen sign-in: 5 in 5 minutes",
)  # fmt: skip
PROVE_HOUR = Budget(
    "prove-hour", "proving oneself again at the desk", Key.PERSON, 20, _HOUR, Beyond.REFUSED,
    "nothing", "nothing", "needs a stolen sign-in: 20 an hour",
)  # fmt: skip

BUDGETS: tuple[Budget, ...] = (
    CHALLENGE, CHALLENGE_OF_ALL, PLAIN, PLAIN_MOST, DOMAIN, INBOX, LINK, REASON, ORGANISATION, SHEETS,
    FORM, PREVIEW, FILES, POSTED, POSTED_MOST, ANSWER, ANSWER_MOST,
    SIGN_IN, SIGN_IN_HOUR, SIGN_IN_NETWORK, SIGN_IN_OF_ALL, SIGN_IN_DEVICE, SECOND_FACTOR, PASSKEY,
    PROVE, PROVE_HOUR,
)  # fmt: skip

_HEAD = (
    "what",
    "counted for",
    "budget",
    "beyond it",
    "a class of 30",
    "a carrier with 5,000 people",
    "one attacker",
)


def as_markdown() -> list[str]:
    """The lines of the handbook's table."""
    rows = [
        (budget.what, budget.key.value, budget.rate, budget.beyond.value,
         budget.class_of_30, budget.carrier, budget.attacker)
        for budget in BUDGETS
    ]  # fmt: skip
    return [f"| {' | '.join(cells)} |" for cells in (_HEAD, ("---",) * len(_HEAD), *rows)]
