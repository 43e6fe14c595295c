"""Portuguese around an inserted fact: a preposition and the article after it are one word."""

from __future__ import annotations

import re

_PREPOSITION = re.compile(r"(?<![\w’'/-])(?P<word>de|em|por|a)(?P<space>[ \u00a0])$", re.I)
# Small letters only: in “de O Século”, the article is part of a name.
_ARTICLE = re.compile(r"(?P<word>[oa]s?) ")
_STEMS = {"de": "d", "em": "n", "por": "pel"}
_AFTER_A = {"o": "ao", "os": "aos", "a": "à", "as": "às"}


def joined(before: str, slot: str) -> tuple[str, str]:
    """De + o is do, em + a is na, por + os is pelos, a + o is ao, and a + a is à.

    Whether an infinitive follows, before which careful writers keep both words (“apesar de o Ministério
    dizer”), can't be seen here: there, a text has to be worded otherwise.
    """
    preposition, article = _PREPOSITION.search(before), _ARTICLE.match(slot)
    if preposition is None or article is None:
        return before, slot
    word = _contracted(preposition["word"].lower(), article["word"])
    if preposition["word"][0].isupper():
        word = word[0].upper() + word[1:]
    return f"{before[: preposition.start()]}{word}{preposition['space']}", slot[article.end() :]


def _contracted(preposition: str, article: str) -> str:
    if preposition == "a":
        return _AFTER_A[article]
    return _STEMS[preposition] + article
