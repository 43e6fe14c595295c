"""A letter as a Word document (ISO/IEC 29500) that can be edited further: styles, footnotes, language.

python-docx has no footnotes; `Footnotes` writes them into the part that the template has for them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph as Para

from campaign.languages.data import language as language_of
from campaign.languages.direction import runs_from_right
from campaign.languages.documents import names_by_hand
from campaign.languages.numbers import in_own_digits
from campaign.letters.envelopes import WINDOWS, Box
from campaign.letters.fitting import (
    BOTTOM,
    LEFT,
    PAPER_SIZES,
    RIGHT,
    ROW_BY_HAND,
    SHARES_BY_HAND,
    SIZES,
    TOP,
    points_in_box,
    return_line_of,
    rows_by_hand,
    size_for,
)
from campaign.letters.formats.docx_words import (
    Footnotes,
    add_words,
    another_list,
    element,
    set_direction,
    text_element,
)
from campaign.letters.formats.office import (
    add,
    font,
    indents,
    kept_with_next,
    made_at,
    marked,
    marked_line,
    office_language,
    own_indent,
    rows_of,
    space_after,
)
from campaign.letters.letter import Block, Letter, NumberedList, SecondLanguage, plain
from campaign.pack.wording import NoteMark, Run
from campaign.press.typeset import TEMPLATES

#: python-docx's own empty document without what no letter uses, with our styles, and with a part for
#: footnotes. What depends on the letter is set below; the rest of a style is in its word/styles.xml.
TEMPLATE = TEMPLATES / "letter.docx"


def render(letter: Letter) -> bytes:
    """The document. The sender's reading copy is not in it: the text to edit is the text to send."""
    document = Document(str(TEMPLATE))
    _page(document, letter)
    _styles(document, letter)
    _properties(document, letter)
    _Writer(document, letter).write()
    saved, out = io.BytesIO(), io.BytesIO()
    document.save(saved)
    # python-docx stamps each file in the ZIP with the time of saving.
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            add(archive, name, source.read(name))
    return out.getvalue()


class _Writer:
    """Puts one letter into an empty document, from the addresses to the last note."""

    def __init__(self, document: DocumentObject, letter: Letter) -> None:
        self.document, self.letter = document, letter
        self.from_right = language_of(letter.language).right_to_left
        self.footnotes = Footnotes(document, letter.language)
        self.kept = kept_with_next(letter)

    def write(self) -> None:
        letter = self.letter
        self._head()
        if letter.second_column:
            self._columns(letter.second_column)
        else:
            self._lines("Heading 1", (letter.subject,))
            self._lines("Salutation", (letter.salutation,))
            for number, block in enumerate(letter.body):
                self._block(self.document, block, kept=number in self.kept)
            self._lines("Closing", (letter.closing,))
            if not letter.names:
                self._lines("Signature", (letter.signature,))
        if letter.names:
            self._names()
        if letter.names or letter.second_column:
            self._end()
        self.footnotes.write()

    def _end(self) -> None:
        """The paragraph that programs need after a table: too small to make a page of its own."""
        end = self.document.add_paragraph()
        end.paragraph_format.line_spacing = Pt(1)
        end.add_run("").font.size = Pt(1)

    def _head(self) -> None:
        letter = self.letter
        window = WINDOWS.get(letter.window)
        line, points = return_line_of(letter)
        if window and line:
            _size(self.document.styles["Return Line"], points)
            self._lines("Return Line", (line,), window.return_line)
        boxes = {"Sender": window.sender, "Addressee": window.address} if window else {}
        blocks = [("Sender", letter.sender), ("Addressee", letter.addressee)]
        if letter.addressee_first:
            blocks.reverse()
        for style, lines in blocks:
            self._lines(style, lines, boxes.get(style))
        self._lines("Date", (letter.date,), window.date if window else None)
        if window and self.from_right:
            # LibreOffice counts the places from the right if the paragraph after them runs from there.
            anchor = self.document.add_paragraph()
            self._turn(anchor, False)
            anchor.paragraph_format.line_spacing = Pt(1)

    def _lines(self, style: str, lines: Iterable[str], box: Box | None = None) -> None:
        """One paragraph with a line break between the lines; no paragraph if all lines are empty."""
        texts = [line for line in lines if line]
        if texts:
            paragraph = self.document.add_paragraph(style=style)
            # An address abroad in an envelope's window is in Latin letters, whatever the letter's are.
            from_right = self.from_right and (box is None or runs_from_right(texts[0], self.letter.language))
            self._turn(paragraph, from_right)
            for number, text in enumerate(texts):
                if number:
                    paragraph.add_run().add_break()
                add_words(paragraph, marked_line(text, from_right), self.letter.language)
            if box is not None:
                paragraph._p.get_or_add_pPr().insert(1, _frame(box))

    def _turn(self, paragraph: Para, from_right: bool) -> None:
        """Give a paragraph its direction, if it is not that of the letter."""
        if from_right != self.from_right:
            set_direction(paragraph._p.get_or_add_pPr(), from_right)

    def _block(self, parent: Any, block: Block, language: str = "", kept: bool = False) -> None:
        """A paragraph or a list, kept with what is after it; `language` is that of the second column."""
        if isinstance(block, NumberedList):
            own_list = self._new_list() if language else 0
            for place, item in enumerate(block.items, 1):
                number = self._number_in_digits(place, language) or own_list
                paragraph = parent.add_paragraph(style="List Number")
                properties = paragraph._p.get_or_add_pPr()
                if number:
                    properties.get_or_add_numPr().get_or_add_numId().val = number
                self._runs(paragraph, item, language)
                if runs_from_right(plain(item), language or self.letter.language):
                    mark = OxmlElement("w:rPr")  # its number, too, is written from the right
                    mark.append(OxmlElement("w:rtl"))
                    properties.append(mark)
            paragraph.paragraph_format.space_after = Pt(space_after(SIZES[size_for(self.letter)]))
        else:
            paragraph = parent.add_paragraph(style="Body Text")
            if language and own_indent(language) != own_indent(self.letter.language):
                indent = _indent_of(self.letter) if own_indent(language) else Pt(0)
                paragraph.paragraph_format.first_line_indent = indent
            self._runs(paragraph, block.runs, language)
        if kept:
            paragraph.paragraph_format.keep_with_next = True

    def _runs(self, paragraph: Para, runs: tuple[Run, ...], language: str) -> None:
        from_right = runs_from_right(plain(runs), language or self.letter.language)
        self._turn(paragraph, from_right)
        for run in runs:
            if isinstance(run, NoteMark):
                self.footnotes.mark(paragraph, run.number, self.letter.notes[run.number - 1].text)
            else:
                add_words(paragraph, marked(run, from_right), self.letter.language, language)

    def _new_list(self) -> int:
        """A list of the same kind that counts from 1 again; its number."""
        new_list, _level = another_list(self.document)
        new_list.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(new_list.numId)

    def _number_in_digits(self, place: int, language: str) -> int:
        """A list for one item that writes its number in the language's own digits; 0 where these are 0 to 9.

        Word counts in few digits but these, and which ones it shows depends on the reader's settings.
        """
        text = in_own_digits(str(place), language or self.letter.language)
        if text == str(place):
            return 0
        new_list, level = another_list(self.document)
        level.find(qn("w:lvlText")).set(qn("w:val"), f"{text}.")
        new_list.add_lvlOverride(ilvl=0).append(level)
        return int(new_list.numId)

    def _columns(self, other: SecondLanguage) -> None:
        """Both languages in a table without lines, row by row."""
        letter, language = self.letter, other.language
        table = self.document.add_table(rows=0, cols=2)
        table.autofit = False  # a long word is broken: it does not move the columns
        self._turn_table(table)
        self._line_row(table, "Heading 1", (letter.subject, other.subject), language)
        self._line_row(table, "Salutation", (letter.salutation, other.salutation), language)
        rows = rows_of(letter) or [[]]
        for place, numbers in enumerate(rows, 1):
            cells = self._new_cells(table, whole=len(numbers) > 1 or place == len(rows))
            for cell, body, code in ((cells[0], letter.body, ""), (cells[1], other.body, language)):
                for number in numbers:
                    self._block(cell, body[number], code, kept=number in self.kept)
            if place == len(rows):
                self._cell_line(cells[0], "Closing", letter.closing)
                self._cell_line(cells[1], "Closing", other.closing, language)
                self._cell_line(cells[0], "Signature", letter.signature)
            for cell in cells:
                if len(cell.paragraphs) > 1:  # an empty one is there from the start
                    cell._tc.remove(cell.paragraphs[0]._p)

    def _new_cells(self, table: Any, whole: bool) -> Any:
        """The cells of a new row, which no page separates if it has to be whole."""
        row = table.add_row()
        if whole:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        return row.cells

    def _line_row(self, table: Any, style: str, texts: tuple[str, str], language: str) -> None:
        """A line of both languages that stands above the text, on the page where the text begins."""
        if any(texts):
            cells = table.add_row().cells
            for cell, text, code in ((cells[0], texts[0], ""), (cells[1], texts[1], language)):
                cell.paragraphs[0].style = style
                self._runs(cell.paragraphs[0], (text,), code)

    def _cell_line(self, cell: Any, style: str, text: str, language: str = "") -> None:
        if text:
            self._runs(cell.add_paragraph(style=style), (text,), language)

    def _names(self) -> None:
        headings = names_by_hand(self.letter.language)
        table = self.document.add_table(rows=1, cols=len(headings), style="Table Grid")
        self._turn_table(table)
        for cell, heading in zip(table.rows[0].cells, headings, strict=True):
            add_words(cell.paragraphs[0], heading, self.letter.language)
        table.autofit = False
        for column, share in zip(table.columns, SHARES_BY_HAND, strict=True):
            width = Mm((PAPER_SIZES[self.letter.paper][0] - LEFT - RIGHT) * share / 100)
            column.width = column.cells[0].width = width
        repeat = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeat)
        for number in range(1, rows_by_hand(self.letter) + 1):
            row = table.add_row()
            row.height = Mm(ROW_BY_HAND)
            row.cells[0].text = in_own_digits(str(number), self.letter.language)

    def _turn_table(self, table: Any) -> None:
        """The first column of a table is where lines begin."""
        if self.from_right:
            table._tbl.tblPr.insert_element_before(OxmlElement("w:bidiVisual"), *_AFTER_BIDI_VISUAL)


#: What follows w:bidiVisual in the schema's order of a table's properties.
_AFTER_BIDI_VISUAL = (
    "w:tblStyleRowBandSize", "w:tblStyleColBandSize", "w:tblW", "w:jc", "w:tblCellSpacing", "w:tblInd",
    "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook",
)  # fmt: skip


# Page, styles, properties


def _page(document: DocumentObject, letter: Letter) -> None:
    """Paper and margins; from the second page on, a header that says what this is a page of."""
    section = document.sections[0]
    width, height = PAPER_SIZES[letter.paper]
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = section.footer_distance = Mm(8)
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    add_words(header, f"{letter.subject} · ", letter.language)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = header.add_run()._r
        if kind:
            run.append(element("w:fldChar", fldCharType=kind))
        else:
            run.append(text_element("w:instrText", text))
    for footer in (section.footer, section.first_page_footer) if letter.imprint else ():
        from_right = language_of(letter.language).right_to_left
        add_words(footer.paragraphs[0], marked(letter.imprint, from_right), letter.language)
        footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _styles(document: DocumentObject, letter: Letter) -> None:
    """Set what depends on the letter in the template's styles: size, spacing, language, places."""
    size, styles = SIZES[size_for(letter)], document.styles
    normal = styles["Normal"]
    _size(normal, size.points)
    normal.paragraph_format.line_spacing = 1.0 + size.leading / 4
    _language(document, letter)
    for name in ("Body Text", "Salutation", "Closing", "Date", "Heading 1"):
        styles[name].paragraph_format.space_after = Pt(space_after(size))
    for name in ("Salutation", "Closing"):
        styles[name].paragraph_format.keep_with_next = True
    _size(styles["Footnote Reference"], size.points)
    _places(document, letter)


def _language(document: DocumentObject, letter: Letter) -> None:
    """The letter's language, fonts, direction and indent, in the styles."""
    normal = document.styles["Normal"]
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        for name in ("eastAsia", "cs"):
            if fonts.get(qn(f"w:{name}")):
                fonts.set(qn(f"w:{name}"), font(letter.language))
    if own_indent(letter.language):
        document.styles["Body Text"].paragraph_format.first_line_indent = _indent_of(letter)
    own, tag = language_of(letter.language), office_language(letter.language)
    properties = normal.element.get_or_add_rPr()
    properties.append(element("w:lang", val=tag, eastAsia=tag, bidi=tag))
    if own.right_to_left:
        set_direction(normal.element.get_or_add_pPr(), True)


def _indent_of(letter: Letter) -> Length:
    """What a paragraph begins with in languages that indent: the width of two ideographs."""
    return Pt(2 * SIZES[size_for(letter)].points)


def _size(style: Any, points: float) -> None:
    """The size of a style, for Latin and Cyrillic and for scripts that Word calls complex."""
    style.font.size = Pt(points)
    properties = style.element.get_or_add_rPr()
    for earlier in properties.findall(qn("w:szCs")):
        properties.remove(earlier)
    properties.find(qn("w:sz")).addnext(element("w:szCs", val=str(round(points * 2))))


def _places(document: DocumentObject, letter: Letter) -> None:
    """Where the addresses go: in a window's boxes, or as the language has them."""
    if letter.window:
        window = WINDOWS[letter.window]
        style = document.styles["Addressee"]
        _size(style, points_in_box(letter.addressee, window.address))
        style.paragraph_format.line_spacing = 1.0
        for name in ("Sender", "Addressee", "Date", "Return Line"):
            document.styles[name].paragraph_format.space_after = Pt(0)
        document.styles["Heading 1"].paragraph_format.space_before = Mm(window.body - TOP)
        return
    if letter.layout == "left":
        document.styles["Date"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for name, indent in indents(letter).items():
        if indent:
            document.styles[name.title()].paragraph_format.left_indent = Mm(indent)


def _frame(box: Box) -> Any:
    """A place on the page: Word's frame, in twentieths of a point."""
    twips = {"w": box.width, "h": box.height, "x": box.left, "y": box.top}
    return element(
        "w:framePr", wrap="around", vAnchor="page", hAnchor="page", hRule="exact",
        **{name: str(round(mm * 1440 / 25.4)) for name, mm in twips.items()},
    )  # fmt: skip


def _properties(document: DocumentObject, letter: Letter) -> None:
    """Title and language; no author, no machine, and midnight as the time."""
    core = document.core_properties
    core.title, core.language = letter.subject, office_language(letter.language)
    core.author = core.last_modified_by = core.comments = core.keywords = ""
    core.created = core.modified = made_at()
    core.revision = 1
