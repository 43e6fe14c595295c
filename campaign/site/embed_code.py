"""The HTML that somebody puts into a page of theirs to show a frame, and how large the frame is."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, url_for
from markupsafe import Markup

from campaign.site.embed import NARROWEST, USUAL, WIDEST, title_of
from campaign.web import languages
from campaign.web.domains import campaign_base

#: What a frame may do beside showing text: open this site in a tab of its own. It runs no script.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-same-origin"

#: Pixels of height by width: the narrowest frame of each row, and what the longest texts need there.
_HEIGHTS = ((320, 250), (260, 300), (NARROWEST, 370))

#: The page of this site that each frame is about.
PAGES = {"count": "site.home", "sign": "signing.petition", "write": "letters.write"}


@dataclass(frozen=True, slots=True)
class EmbedCode:
    """A frame on a page of others: its address, its size in pixels, and the page that it is about."""

    address: str
    page: str
    title: str
    width: int
    height: int

    @property
    def frame(self) -> Markup:
        """The element alone; its visitors' browsers tell this site nothing of the page around it."""
        return Markup(
            '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" referrerpolicy="no-referrer"'
            ' sandbox="{}" style="border:0;max-width:100%"></iframe>'
        ).format(self.address, self.title, self.width, self.height, SANDBOX)

    @property
    def link(self) -> Markup:
        """A link to the page that the frame is about, for where frames are not shown."""
        return Markup('<a href="{}">{}</a>').format(self.page, self.title)

    @property
    def html(self) -> Markup:
        """What to copy: the frame, and the link below it."""
        return Markup("{}\n<p>{}</p>").format(self.frame, self.link)


def code_of(kind: str, colours: str = "", width: int = USUAL) -> EmbedCode:
    """The code of a frame of `g.edition` in the current language; `colours` is light, dark or ''."""
    pack, language = g.edition.pack, languages.current()
    base = campaign_base(pack.slug)
    known = {"language": language, "slug": pack.slug}
    query = f"?colours={colours}" if colours else ""
    width = min(max(width, NARROWEST), WIDEST)
    return EmbedCode(
        address=base + url_for("embed.frame", kind=kind, **known) + query,
        page=base + url_for(PAGES[kind], **known),
        title=title_of(pack, kind),
        width=width,
        height=height_for(width),
    )


def height_for(width: int) -> int:
    """The height at which a frame of this width shows its text without scrolling."""
    return next((height for narrowest, height in _HEIGHTS if width >= narrowest), _HEIGHTS[-1][1])
