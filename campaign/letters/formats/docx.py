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
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as Para

from campaign.letters.envelopes import WINDOWS, Box
from campaign.letters.fitting import (
    BOTTOM,
    LEFT,
    PAPER_SIZES,
    RIGHT,
    ROW_BY_HAND,
    SIZES,
    TOP,
    points_in_box,
    return_line_of,
    size_for,
)
from campaign.letters.formats.office import LANGUAGES, add, indents, made_at, office_language, space_after
from campaign.letters.letter import Block, Letter, NumberedList, SecondLanguage, plain
from campaign.pack.languages import names_by_hand
from campaign.pack.wording import NoteMark, Run
from campaign.press.direction import pieces, right_to_left
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
        self.footnotes = Footnotes(document)

    def write(self) -> None:
        letter = self.letter
        self._head()
        if letter.second_column:
            self._columns(letter.second_column)
        else:
            self._lines("Heading 1", (letter.subject,))
            self._lines("Salutation", (letter.salutation,))
            for block in letter.body:
                self._block(self.document, block)
            self._lines("Closing", (letter.closing,))
        if letter.names:
            self._names()
        else:
            self._lines("Signature", (letter.signature,))
        self.footnotes.write()

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

    def _lines(self, style: str, lines: Iterable[str], box: Box | None = None) -> None:
        """One paragraph with a line break between the lines; no paragraph if all lines are empty."""
        texts = [line for line in lines if line]
        if texts:
            paragraph = self.document.add_paragraph(style=style)
            for number, text in enumerate(texts):
                if number:
                    paragraph.add_run().add_break()
                _words(paragraph, text, self.letter.language)
            if box is not None:
                paragraph._p.get_or_add_pPr().insert(1, _frame(box))

    def _block(self, parent: Any, block: Block, language: str = "") -> None:
        """A paragraph or a list; `language` is that of the second column."""
        if isinstance(block, NumberedList):
            number = self._new_list() if language else 0
            for item in block.items:
                paragraph = parent.add_paragraph(style="List Number")
                if number:
                    paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number
                self._runs(paragraph, item, language)
        else:
            self._runs(parent.add_paragraph(style="Body Text"), block.runs, language)

    def _runs(self, paragraph: Para, runs: tuple[Run, ...], language: str) -> None:
        if right_to_left(plain(runs)):
            _from_right(paragraph)
        for run in runs:
            if isinstance(run, NoteMark):
                self.footnotes.mark(paragraph, run.number, self.letter.notes[run.number - 1].text)
            else:
                _words(paragraph, run, self.letter.language, language)

    def _new_list(self) -> int:
        """A list of the same kind that counts from 1 again; its number."""
        numbering = self.document.part.numbering_part.element
        style = self.document.styles["List Number"].element
        kind = numbering.num_having_numId(style.pPr.numPr.numId.val).abstractNumId.val
        new_list = numbering.add_num(kind)
        new_list.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(new_list.numId)

    def _columns(self, other: SecondLanguage) -> None:
        """Both languages in a table without lines, row by row."""
        letter, language = self.letter, other.language
        table = self.document.add_table(rows=0, cols=2)
        table.autofit = False  # a long word is broken: it does not move the columns
        texts = (("Heading 1", "subject"), ("Salutation", "salutation"))
        for style, name in texts:
            self._row(table, style, (getattr(letter, name), getattr(other, name)), language)
        for mine, theirs in zip(letter.body, other.body, strict=True):
            cells = table.add_row().cells
            for cell, block, code in ((cells[0], mine, ""), (cells[1], theirs, language)):
                self._block(cell, block, code)
                cell._tc.remove(cell.paragraphs[0]._p)
        self._row(table, "Closing", (letter.closing, other.closing), language)

    def _row(self, table: Any, style: str, texts: tuple[str, str], language: str) -> None:
        if not any(texts):
            return
        cells = table.add_row().cells
        for cell, text, code in ((cells[0], texts[0], ""), (cells[1], texts[1], language)):
            cell.paragraphs[0].style = style
            _words(cell.paragraphs[0], text, self.letter.language, code)

    def _names(self) -> None:
        headings = names_by_hand(self.letter.language)
        table = self.document.add_table(rows=1, cols=len(headings), style="Table Grid")
        for cell, heading in zip(table.rows[0].cells, headings, strict=True):
            cell.text = heading
        repeat = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeat)
        for number in range(1, self.letter.names + 1):
            row = table.add_row()
            row.height = Mm(ROW_BY_HAND)
            row.cells[0].text = str(number)


def _words(paragraph: Para, text: str, document_language: str, language: str = "") -> None:
    """The text, a run for each piece of one direction; `language` is that of the text if it is another."""
    for piece in pieces(text, language or document_language):
        run = paragraph.add_run(piece.text)  # python-docx turns line ends into line breaks
        code = office_language(piece.language or language)
        if piece.right_to_left:
            properties = run._r.get_or_add_rPr()
            properties.append(OxmlElement("w:rtl"))
            properties.append(_element("w:lang", bidi=code or LANGUAGES[document_language]))
        elif code:
            run._r.get_or_add_rPr().append(_element("w:lang", val=code, eastAsia=code, bidi=code))


def _from_right(paragraph: Para) -> None:
    """Set the paragraph from right to left; the element has its place in the order of the schema."""
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(OxmlElement("w:bidi"), "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr")


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


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
    header.add_run(f"{letter.subject} · ")
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = header.add_run()._r
        if kind:
            run.append(_element("w:fldChar", fldCharType=kind))
        else:
            run.append(_text("w:instrText", text))
    for footer in (section.footer, section.first_page_footer):
        footer.paragraphs[0].text = letter.imprint
        footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _text(tag: str, text: str) -> Any:
    element = OxmlElement(tag)
    element.set(qn("xml:space"), "preserve")
    element.text = text
    return element


def _styles(document: DocumentObject, letter: Letter) -> None:
    """Set what depends on the letter in the template's styles: size, spacing, language, places."""
    size, styles = SIZES[size_for(letter)], document.styles
    normal = styles["Normal"]
    _size(normal, size.points)
    normal.paragraph_format.line_spacing = 1.0 + size.leading / 4
    normal.element.get_or_add_rPr().append(_element("w:lang", val=LANGUAGES[letter.language]))
    for name in ("Body Text", "Salutation", "Closing", "Date", "Heading 1"):
        styles[name].paragraph_format.space_after = Pt(space_after(size))
    _size(styles["Footnote Reference"], size.points)
    _places(document, letter)


def _size(style: Any, points: float) -> None:
    """The size of a style, for Latin and Cyrillic and for scripts that Word calls complex."""
    style.font.size = Pt(points)
    properties = style.element.get_or_add_rPr()
    for element in properties.findall(qn("w:szCs")):
        properties.remove(element)
    properties.find(qn("w:sz")).addnext(_element("w:szCs", val=str(round(points * 2))))


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
    return _element(
        "w:framePr", wrap="around", vAnchor="page", hAnchor="page", hRule="exact",
        **{name: str(round(mm * 1440 / 25.4)) for name, mm in twips.items()},
    )  # fmt: skip


def _properties(document: DocumentObject, letter: Letter) -> None:
    """Title and language; no author, no machine, and midnight as the time."""
    core = document.core_properties
    core.title, core.language = letter.subject, LANGUAGES[letter.language]
    core.author = core.last_modified_by = core.comments = core.keywords = ""
    core.created = core.modified = made_at()
    core.revision = 1


class Footnotes:
    """The part of a document that holds its footnotes, and the marks that point there."""

    def __init__(self, document: DocumentObject) -> None:
        self._notes: dict[int, int] = {}
        self._part = document.part.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES)
        self._root = parse_xml(self._part.blob)

    def write(self) -> None:
        """Put the notes into the document, once all marks are set."""
        self._part._blob = serialize_part_xml(self._root)

    def mark(self, paragraph: Para, number: int, text: str) -> None:
        """A mark at the end of the paragraph: the note itself, or a reference if it is there already."""
        if number in self._notes:
            self._repeat_mark(paragraph, number)
            return
        run = paragraph.add_run(style="Footnote Reference")._r
        self._notes[number] = len(self._notes) + 1
        start = _element("w:bookmarkStart", id=str(number), name=f"_RefNote{number}")
        run.addprevious(start)
        run.append(_element("w:footnoteReference", id=str(self._notes[number])))
        run.addnext(_element("w:bookmarkEnd", id=str(number)))
        self._root.append(self._note(self._notes[number], text))

    def _repeat_mark(self, paragraph: Para, number: int) -> None:
        """A field that shows the number of a note elsewhere, and stays up to date."""
        for child in (
            _element("w:fldChar", fldCharType="begin"),
            _text("w:instrText", f" NOTEREF _RefNote{number} \\f \\h "),
            _element("w:fldChar", fldCharType="separate"),
            _text("w:t", str(self._notes[number])),
            _element("w:fldChar", fldCharType="end"),
        ):
            paragraph.add_run(style="Footnote Reference")._r.append(child)

    def _note(self, number: int, text: str) -> Any:
        note = _element("w:footnote", id=str(number))
        paragraph = OxmlElement("w:p")
        properties = OxmlElement("w:pPr")
        properties.append(_element("w:pStyle", val="FootnoteText"))
        paragraph.append(properties)
        mark, words = OxmlElement("w:r"), OxmlElement("w:r")
        style = OxmlElement("w:rPr")
        style.append(_element("w:rStyle", val="FootnoteReference"))
        mark.append(style)
        mark.append(OxmlElement("w:footnoteRef"))
        words.append(_text("w:t", f" {text}"))
        paragraph.append(mark)
        paragraph.append(words)
        note.append(paragraph)
        return note
