"""Runs of text, footnotes and directions in a Word document: what python-docx lacks."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from docx.document import Document as DocumentObject
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as Para

from campaign.languages.data import language as language_of
from campaign.letters.formats.office import marked, office_language
from campaign.press.direction import Piece, pieces


def add_words(paragraph: Para, text: str, document_language: str, language: str = "") -> None:
    """The text, a run for each piece of one direction; `language` is that of the text if it is another."""
    for piece in pieces(text, language or document_language):
        run = paragraph.add_run(piece.text)  # python-docx turns line ends into line breaks
        _set_run(run._r, piece, document_language, language)


def _set_run(run: Any, piece: Piece, document_language: str, language: str = "") -> None:
    """Give a run the direction and the language of its piece."""
    code = office_language(piece.language or language)
    if piece.right_to_left:
        properties = run.get_or_add_rPr()
        properties.append(OxmlElement("w:rtl"))
        properties.append(element("w:lang", bidi=code or office_language(document_language)))
    elif code:
        run.get_or_add_rPr().append(element("w:lang", val=code, eastAsia=code, bidi=code))


def set_direction(properties: Any, from_right: bool) -> None:
    """Set a paragraph's or a style's direction; the element has its place in the order of the schema."""
    bidi = OxmlElement("w:bidi") if from_right else element("w:bidi", val="0")
    properties.insert_element_before(
        bidi, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr", "w:sectPr"
    )


def element(tag: str, **attributes: str) -> Any:
    """An element of Word's namespace with attributes of the same."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def text_element(tag: str, text: str) -> Any:
    """An element with a text whose spaces stay."""
    made = OxmlElement(tag)
    made.set(qn("xml:space"), "preserve")
    made.text = text
    return made


def another_list(document: DocumentObject) -> tuple[Any, Any]:
    """A new list of the kind of the style "List Number", and a copy of how its items are numbered."""
    numbering = document.part.numbering_part.element
    style = document.styles["List Number"].element
    kind = numbering.num_having_numId(style.pPr.numPr.numId.val).abstractNumId.val
    (level,) = numbering.xpath(f"w:abstractNum[@w:abstractNumId={kind}]/w:lvl[@w:ilvl=0]")
    return numbering.add_num(kind), deepcopy(level)


class Footnotes:
    """The part of a document that holds its footnotes, and the marks that point there.

    Word counts them, and shows 1 or ۱ as the reader has set: it has no way to say which, and LibreOffice
    prints marks of our own twice.
    """

    def __init__(self, document: DocumentObject, language: str) -> None:
        self._notes: dict[int, int] = {}
        self._language = language
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
        start = element("w:bookmarkStart", id=str(number), name=f"_RefNote{number}")
        run.addprevious(start)
        run.append(element("w:footnoteReference", id=str(self._notes[number])))
        run.addnext(element("w:bookmarkEnd", id=str(number)))
        self._root.append(self._note(self._notes[number], text))

    def _repeat_mark(self, paragraph: Para, number: int) -> None:
        """A field that shows the number of a note elsewhere, and stays up to date."""
        for child in (
            element("w:fldChar", fldCharType="begin"),
            text_element("w:instrText", f" NOTEREF _RefNote{number} \\f \\h "),
            element("w:fldChar", fldCharType="separate"),
            text_element("w:t", str(self._notes[number])),
            element("w:fldChar", fldCharType="end"),
        ):
            paragraph.add_run(style="Footnote Reference")._r.append(child)

    def _note(self, number: int, text: str) -> Any:
        note = element("w:footnote", id=str(number))
        paragraph = OxmlElement("w:p")
        properties = OxmlElement("w:pPr")
        properties.append(element("w:pStyle", val="FootnoteText"))
        paragraph.append(properties)
        mark = OxmlElement("w:r")
        style = OxmlElement("w:rPr")
        style.append(element("w:rStyle", val="FootnoteReference"))
        mark.append(style)
        mark.append(OxmlElement("w:footnoteRef"))
        paragraph.append(mark)
        from_right = language_of(self._language).right_to_left
        for piece in pieces(f" {marked(text, from_right)}", self._language):
            words = OxmlElement("w:r")
            _set_run(words, piece, self._language)
            words.append(text_element("w:t", piece.text))
            paragraph.append(words)
        note.append(paragraph)
        return note
