"""Finding the token of a link in whatever somebody pastes: a wrapped or broken link, or the whole e-mail.

Nobody can tell by looking where a broken token ends, so every end that is possible is tried with the
keys: a token is authenticated, and no other text can be taken for one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from campaign.petition.links import LONGEST

#: Characters that are read of what was pasted: an e-mail with its headers.
MOST_PASTED = 20_000

#: Beginnings that are tried, and parts between line breaks of each.
MOST_STARTS, MOST_PARTS = 60, 40

#: Nobody sees them: soft hyphens, joiners, marks of direction, byte order marks.
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")

#: A token begins with its kind (1 or 2) and some bits, in base64url, after what is no part of one.
_START = re.compile(r"(?<![A-Za-z0-9_-])A[Q-Za-v]")

#: A piece of a token, and what e-mail programs put between two: spaces, line ends, quotation marks, tags.
_PIECE = re.compile(r"[A-Za-z0-9_-]+")
_BETWEEN = re.compile(r"(?:[\s>|]|=\r?\n|<(?:wbr|br|/?span|/?b|/?a)\b[^<>]{0,200}>|\\\\)+")


def found_in(pasted: str, opens: Callable[[str], bool]) -> list[str]:
    """The tokens in a text that `opens` accepts, each once, in their order."""
    tokens: dict[str, None] = {}
    for text in _readings(pasted[:MOST_PASTED]):
        for start in _starts(text):
            token = next(filter(opens, _ends(text, start)), None)
            if token is not None:
                tokens[token] = None
        if tokens:
            break
    return list(tokens)


def _readings(pasted: str) -> Iterator[str]:
    """The text as it is, and without what programs make of links, each once."""
    plain = _UNSEEN.sub("", pasted)
    # Quoted-printable, HTML, and wrapped once or twice in the address of another site.
    quoted = re.sub(r"=\r?\n", "", plain).replace("=3D", "=").replace("=3d", "=")
    texts = [plain, quoted, html.unescape(quoted)]
    for _ in range(3):
        texts.append(unquote(texts[-1]))
    texts.append(unquote(_UNSEEN.sub("", texts[-1])))
    # Proofpoint writes “-2F” for “%2F” and “_” for “/”.
    texts.append(unquote(re.sub(r"-(?=[0-9A-F]{2})", "%", quoted.replace("_", "/"))))
    # A word processor makes other hyphens of one or two.
    texts += [re.sub("[\u2010\u2011\u2013\u2212]", "-", plain), re.sub("[\u2013\u2014]", "--", plain)]
    return iter(dict.fromkeys(texts))


def _starts(text: str) -> list[int]:
    """Where a token may begin: after a slash first."""
    places = [match.start() for match in _START.finditer(text)]
    places.sort(key=lambda place: text[place - 1 : place] != "/")
    return places[:MOST_STARTS]


def _ends(text: str, start: int) -> Iterator[str]:
    """What may be the token that begins here, piece by piece, and without what was put behind it."""
    token, place = "", start
    for _ in range(MOST_PARTS):
        piece = _PIECE.match(text, place)
        if piece is None:
            return
        token += piece[0]
        if len(token) > LONGEST:
            return
        if len(token) >= 30:
            yield token
            yield token.rstrip("_-")
        between = _BETWEEN.match(text, piece.end())
        if between is None:
            return
        place = between.end()
