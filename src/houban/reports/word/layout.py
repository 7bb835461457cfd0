"""The page of an official document (GB/T 9704-2012) as settings of a .docx file."""

from __future__ import annotations

from copy import deepcopy

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.styles.styles import Styles
from docx.text.paragraph import Paragraph

LINE = Pt(28.95)  # 225 mm of text in 22 lines, a little less than 28.99 so that the last one stays
CELL_LINE = Pt(21)
SPACING = "-5"  # twentieths of a point: 16 pt − 0.25 pt is 15.75 pt, and 28 of them are 156 mm of text
LATIN = "Times New Roman"
TITLE, BODY, BLACK, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
OTHERWISE = {TITLE: "宋体", BODY: "仿宋", BLACK: "SimHei", KAI: "楷体", SONG: "SimSun"}

NAMES = {"title": "公文标题", "note": "公文题注", "body": "公文正文", "first": "公文一级标题"} | {
    "second": "公文二级标题",
    "date": "公文日期",
    "cell": "公文表格",
    "page": "公文页码",
    "figure": "数据点",
}


def lay_out(document: Document) -> None:
    """Give an empty document the page, the styles and the page numbers of an official one."""
    _page(document.sections[0])
    _settings(document)
    _styles(document)
    _fonts(document)
    _page_numbers(document.sections[0])


def _page(section: Section) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(24.5)
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)  # a grid would round the exact spacing up


def _settings(document: Document) -> None:
    settings = document.settings
    settings.odd_and_even_pages_header_footer = True
    for control in settings.element.findall(qn("w:characterSpacingControl")):
        control.set(qn("w:val"), "doNotCompress")
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "zh-CN")
        language.set(qn("w:eastAsia"), "zh-CN")


def _styles(document: Document) -> None:
    styles = document.styles
    _normal(styles["Normal"])
    _paragraph(styles, "body", font=BODY, indent=True)
    _paragraph(styles, "first", font=BLACK, indent=True, outline=0)
    _paragraph(styles, "second", font=KAI, indent=True, outline=1)
    _paragraph(styles, "title", font=TITLE, size=22).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _paragraph(styles, "note", font=KAI).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _paragraph(styles, "date", font=BODY).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _indent(styles[NAMES["date"]].element, rightChars="400", right="1260")
    cell = _paragraph(styles, "cell", font=BODY, size=12).paragraph_format
    cell.line_spacing, cell.alignment = CELL_LINE, WD_ALIGN_PARAGRAPH.LEFT
    page = _paragraph(styles, "page", font=SONG, size=14)
    _indent(page.element, leftChars="100", rightChars="100", left="280", right="280")
    styles.add_style(NAMES["figure"], WD_STYLE_TYPE.CHARACTER)


def _normal(style: ParagraphStyle) -> None:
    style.font.size = Pt(16)
    _font(style.element, BODY)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), SPACING)
    style.element.rPr.insert_element_before(spacing, "w:sz", "w:szCs", "w:lang")
    form = style.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.space_before = form.space_after = Pt(0)
    form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    form.widow_control = False  # else a page may end a line early
    _loose(style.element)


def _loose(style: BaseOxmlElement) -> None:
    """Keep Word from adding space between Chinese and digits, which would move the 28 characters."""
    properties = style.get_or_add_pPr()
    for name in ("w:autoSpaceDE", "w:autoSpaceDN", "w:snapToGrid"):
        switch = OxmlElement(name)
        switch.set(qn("w:val"), "0")
        properties.insert_element_before(
            switch, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:textAlignment", "w:outlineLvl"
        )


def _paragraph(
    styles: Styles, name: str, *, font: str, size: int = 16, indent: bool = False, outline: int | None = None
) -> ParagraphStyle:
    style: ParagraphStyle = styles.add_style(NAMES[name], WD_STYLE_TYPE.PARAGRAPH)  # type: ignore[no-untyped-call]
    style.base_style = styles["Normal"]
    style.quick_style = True
    style.font.size = Pt(size)
    _font(style.element, font)
    if indent:
        _indent(style.element, firstLineChars="200", firstLine="630")
    if outline is not None:
        _outline(style.element, outline)
    return style


def _font(style: BaseOxmlElement, name: str) -> None:
    fonts = style.get_or_add_rPr().get_or_add_rFonts()
    for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[theme]
    for script, face in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", name), ("cs", LATIN)):
        fonts.set(qn(f"w:{script}"), face)
    fonts.set(qn("w:hint"), "eastAsia")  # quotation marks as wide as characters


def _indent(style: BaseOxmlElement, **values: str) -> None:
    indent = style.get_or_add_pPr().get_or_add_ind()
    for name, value in values.items():
        indent.set(qn(f"w:{name}"), value)


def _outline(style: BaseOxmlElement, level: int) -> None:
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(level))
    style.get_or_add_pPr().append(outline)


def _fonts(document: Document) -> None:
    """Name what to use where a font of the standard is not installed; none is bundled."""
    part = next(rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable"))
    table = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in OTHERWISE.items()
    )
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    part._blob = f'{head}<w:fonts xmlns:w="{namespace}">{table}</w:fonts>'.encode()


def _page_numbers(section: Section) -> None:
    odd, even = section.footer, section.even_page_footer
    odd.is_linked_to_previous = even.is_linked_to_previous = False
    _page_number(odd.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(even.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def _page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    paragraph.style, paragraph.alignment = NAMES["page"], side
    paragraph.add_run("— ")
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        field = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            field.set(qn("w:fldCharType"), kind)
        field.text = text or None
        run._r.append(deepcopy(field))
    paragraph.add_run(" —")
