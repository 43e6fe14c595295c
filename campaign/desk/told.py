"""What the checker says, in the reader's language.

The checker knows no reader and speaks English. Here its sentences stand as patterns with their
translations; a sentence that has none stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from flask_babel import gettext

from campaign.desk.content.kinds import KINDS


def _l(text: str) -> str:
    """Marks a sentence to be collected for translation."""
    return text


#: The checker's sentences, with a name in each place where it puts something in.
SENTENCES = (
    _l("Unknown %(what)s “%(key)s”."),
    _l("The petition closes before it opens."),
    _l("“closes” is missing: what is erased on a day is closed before it."),
    _l("“erase-on” must be later than “closes”."),
    _l("“erase-on” is missing: nobody can sign before it says until when signatures are kept."),
    _l("“%(key)s” names no source."),
    _l("“%(text)s” is not a day like 2022-01-05."),
    _l("“%(text)s” is not a whole number above 0."),
    _l("“%(key)s” is missing in “%(language)s”."),
    _l("“%(key)s” is missing."),
    _l("The file is missing."),
    _l("The file is empty."),
    _l("The file is not UTF-8 text."),
    _l("The file is longer than %(most)s characters."),
    _l("The file is nested too deeply or too large."),
    _l("This file has no place in a pack."),
    _l("This is not YAML: %(why)s."),
    _l("Anchors, aliases and tags (& * !) are not used here."),
    _l("A list is expected here: lines that begin with “- ”."),
    _l("A map is expected here: lines of “key: value”."),
    _l("A text is expected here."),
    _l("A key must be a plain word."),
    _l("The key “%(key)s” stands here twice."),
    _l("The key “%(key)s” has other signs than small letters, digits, hyphens."),
    _l("“%(text)s” is not a number."),
    _l("“%(text)s” is not a date like 2022-01-05, 2022-01 or 2022."),
    _l("“%(key)s” can't be “%(text)s”."),
    _l("“%(key)s” is not a web address that begins with http:// or https://."),
    _l("The form “%(form)s” is missing."),
    _l("“states” is missing: how far the demand is met, since which day."),
    _l("“lines” is missing: the address, line by line, without the country."),
    _l("“country” is missing: the address needs its last line."),
    _l("“date” is the same in every language, such as 2022-01-05."),
    _l("“%(key)s” is not a language of this pack."),
    _l("campaign.yaml knows no demand “%(key)s”."),
    _l("There is no letter template."),
    _l("The part “%(part)s” is missing."),
    _l("The part “%(part)s” stands here twice."),
    _l("The file must begin with a head: a line “---”, keys, “---”."),
    _l("The head is not closed by a second line “---”."),
    _l("The statement needs a date."),
    _l("“%(key)s” is drawn as a picture and needs a value."),
    _l("“%(key)s” is dated %(day)s, after the statement of %(stated)s: it can't be the statement's claim."),
    _l("“%(key)s” is dated %(day)s, after the statement of %(stated)s: it can't be what the statement says."),
    _l("“%(key)s” is stated, but does not name the statement."),
    _l("The texts in “%(language)s” await review by a native speaker."),
    _l("The address of “%(key)s” has not been checked."),
    _l("The address of “%(key)s” was last checked on %(day)s, more than %(days)s days ago."),
    _l("The front page shows “%(key)s” as of %(day)s: look whether there is a newer figure."),
    _l("Here are %(count)s prompts for own words; %(most)s help more."),
    _l("Here are %(count)s %(what)s, in another language %(most)s."),
    _l("The number %(number)s is written by hand: “%(mark)s” has it."),
    _l("To be written: %(what)s"),
    _l("The postcard’s text is %(over)s characters too long: %(most)s fit, and it has %(count)s."),
    _l("The text can't be put together: %(why)s"),
    _l("The text is longer than %(most)s characters."),
    _l("The marks can't be read: %(why)s"),
    _l("The marks are nested too deeply."),
    _l("“%(name)s” is not allowed here: only facts, names, if and for."),
    _l("“%(name)s” needs a dot and a key after it."),
    _l("The one loop that is offered is “for one in demands”."),
    _l("A %(what)s has no “%(name)s”."),
    _l("To “%(key)s”: %(fault)s"),
    _l("The letter has no text."),
    _l("A paragraph stands there twice: “%(text)s”."),
    _l("Something was not filled in: “%(text)s”."),
    _l("A space is too much: “%(text)s”."),
    _l("A sentence has no end: “%(text)s”."),
    _l("It can't be read: damaged, encrypted, or not a ZIP at all."),
    _l("It has %(count)s entries, %(most)s at most."),
    _l("It has more than %(most)s bytes."),
    _l("It unpacks to %(count)s bytes, %(most)s at most."),
    _l("It unpacks to more than %(ratio)s times its size."),
    _l("The pack unpacks to more than %(most)s bytes."),
    _l("This path leads out of the pack, or is another system's."),
    _l("This path leads out of the pack."),
    _l("This is a link or a device, not a file."),
    _l("This name stands there twice, but for small and capital letters."),
    _l("A pack has only .yaml and .md files, and photos/ as a desk wrote them."),
    _l("A photograph has %(most)s bytes at most."),
    _l("More than %(most)s photographs are new."),
    _l("Choose a picture."),
    _l("This picture has more than 20 MB. Take a smaller one."),
    _l("This is no picture that can be read here. Take a JPEG, PNG or WebP."),
    _l("This picture has more than 50 million pixels. Take a smaller one."),
    _l("This photograph is not as a desk wrote it: it was changed, or tells more than the picture."),
    _l("This photograph is not here (any more): the page is shown without it."),
    _l("“%(text)s” is not the name of a photograph: bring it in at the desk."),
    _l("This is a pack of “%(slug)s”, not of “%(here)s”."),
    # What is said of a list of senders.
    _l("%(name)s is empty."),
    _l("%(name)s has %(count)s columns."),
    _l("%(name)s has no column “name” in its first row."),
    _l("Column %(number)s, “%(column)s”, is unknown."),
    _l("The column “%(column)s” stands there twice."),
    _l("row %(row)s: a cell has more than %(most)s characters."),
    _l("there are more cells than columns."),
    _l("a letter needs a name."),
    _l("%(count)s characters, %(most)s at most."),
    _l("this is not UTF-8 text. Save the file as “CSV UTF-8”."),
    _l("a sign can't be printed."),
    _l("no font here has %(signs)s."),
    _l("“%(text)s” is no country."),
    _l("“%(text)s” is no country. Two letters, such as FR, or a name."),
    _l("“%(text)s” is not one of %(names)s."),
    _l("there is no addressee “%(text)s”."),
    _l("there is no demand “%(text)s”."),
)

#: What may follow a sentence.
HINTS = (_l("Did you mean “%(name)s”?"), _l("Known: %(names)s."))

#: What the checker calls things, beside the kinds' own names.
_WORDS = (
    _l("country"), _l("language"), _l("unit"), _l("kind"), _l("letter"), _l("placeholder"), _l("filter"),
    _l("key"), _l("part"), _l("prompts"), _l("openings"), _l("postcards"), _l("open letters"),
)  # fmt: skip


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((one, _pattern(one)) for one in SENTENCES)


def _pattern(sentence: str) -> re.Pattern[str]:
    pieces = enumerate(re.split(r"%\((\w+)\)s", sentence))
    parts = (f"(?P<{piece}>.*?)" if n % 2 else re.escape(piece) for n, piece in pieces)
    return re.compile("".join(parts), re.S)


_HINT = re.compile(r"(?P<said>.*?) (?:Did you mean “(?P<name>[^”]*)”\?|Known: (?P<names>[^.]*)\.)$", re.S)


def told(text: str) -> str:
    """A finding's text in the reader's language."""
    hinted = _HINT.fullmatch(text)
    said = hinted["said"] if hinted else text
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(said):
            values = {name: _word(name, value) for name, value in found.groupdict().items()}
            out = gettext(sentence) % values
            return f"{out} {_hint(hinted)}" if hinted else out
    return text


def _word(name: str, value: str) -> str:
    """What was put in, itself translated where it is a word of ours or another sentence."""
    if name == "fault":
        return told(value)
    if name == "what" and (value in KINDS or value in _WORDS):
        return str(gettext(value))
    return value


def _hint(found: re.Match[str]) -> str:
    which = HINTS[0] if found["name"] is not None else HINTS[1]
    return str(gettext(which) % {"name": found["name"], "names": found["names"]})
