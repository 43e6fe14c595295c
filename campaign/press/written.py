"""How a language is set in print, as plain data: templates/press/typed.typ makes typst's settings from it."""

from __future__ import annotations

from typing import Any

from campaign.languages.data import language as language_of
from campaign.languages.scripts import print_tag, script_of
from campaign.press import fonts


def written(code: str, text: str) -> dict[str, Any]:
    """The settings for a text in a language: fonts, tag, direction, figures, indents and headings.

    `outline`: the script's fonts have no heavier face, so that headings get a thin outline.
    """
    language, script = language_of(code), script_of(code)
    tag, region = print_tag(code)
    return {
        "lang": tag,
        "region": region or None,
        "right": language.right_to_left,
        "fonts": list(fonts.families(text, code)),
        "size": script.size,
        "leading": script.leading,
        "digits": language.text("digits"),
        "indent": bool(language.text("paragraph-indent")),
        "outline": bool(script.printed) and not fonts.WITH_BOLD.intersection(script.printed),
    }
