"""The report's template: our own wording with the names of figures in it, to be edited in Word."""

from __future__ import annotations

from pathlib import Path

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.shared import Mm
from docx.table import _Row

from houban.reports.word import layout

STANDARD = Path(__file__).with_name("report.docx")

WORDING = (
    ("title", "{{county}}"),
    ("title", "两项改革“后半篇”文章情况报告"),
    ("note", "（截至{{on}}）"),
    ("note", "{{demonstration}}"),
    ("body", ""),
    ("first", "一、基本情况"),
    ("second", "（一）辖区"),
    (
        "body",
        "{{county}}幅员面积{{area}}平方公里，总人口{{population}}万人，城镇化率{{urbanisation_rate}}%。"
        "乡级设{{towns}}个镇、{{streets}}个街道；村级设{{villages}}个行政村、{{communities}}个社区，"
        "下有村（居）民小组{{groups}}个。村和社区按国家统计局代码分开计数，类似村委会、类似居委会的单位不计入。",
    ),
    ("second", "（二）调整前后"),
    (
        "body",
        "行政村：{{villages_before.day}}有{{villages_before}}个，{{villages.day}}有{{villages}}个，"
        "减少{{village_reduction_rate}}%。",
    ),
    (
        "body",
        "社区：{{communities_before.day}}有{{communities_before}}个，{{communities.day}}有{{communities}}个，"
        "减少{{community_reduction_rate}}%。",
    ),
    (
        "body",
        "村（居）民小组：{{groups_before.day}}有{{groups_before}}个，{{groups.day}}有{{groups}}个，"
        "减少{{group_reduction_rate}}%。",
    ),
    ("second", "（三）更早的变动"),
    (
        "body",
        "2001年试点合并，村和社区减少{{pilot_reduction_2001}}个；"
        "2018年划给邻区的村（居）民小组{{groups_transferred_out_2018}}个。",
    ),
    ("first", "二、各数的来历"),
    (
        "body",
        "“调整前”取哪一天，由区划登记中设定的口径日决定；换一天取数，结果随之改变。"
        "每个数都可以点开，看到它由哪些行得来。生成时办事留痕的锚为{{record_anchor}}，凭它可以核验此前的留痕没有改动。",
    ),
)
HEADS = ("数据点", "数值", "所在日", "来源")
WIDTHS = (Mm(54), Mm(18), Mm(42), Mm(42))
IN_TABLE = (
    ("area", "幅员面积（平方公里）"),
    ("population", "总人口（万人）"),
    ("urbanisation_rate", "城镇化率（%）"),
    ("towns", "镇（个）"),
    ("streets", "街道（个）"),
    ("villages", "行政村（个）"),
    ("villages_before", "行政村，调整前（个）"),
    ("village_reduction_rate", "行政村减少率（%）"),
    ("communities", "社区（个）"),
    ("communities_before", "社区，调整前（个）"),
    ("community_reduction_rate", "社区减少率（%）"),
    ("groups", "村（居）民小组（个）"),
    ("groups_before", "村（居）民小组，调整前（个）"),
    ("group_reduction_rate", "小组减少率（%）"),
    ("pilot_reduction_2001", "2001年试点减少村社区（个）"),
    ("groups_transferred_out_2018", "2018年划出小组（个）"),
)


def build() -> Document:
    """Make the template from the layout and the wording."""
    document = docx.Document()
    layout.lay_out(document)
    for style, text in WORDING:
        document.add_paragraph(text, style=layout.NAMES[style])
    _sources(document)
    document.add_paragraph("", style=layout.NAMES["body"])
    document.add_paragraph("{{on}}", style=layout.NAMES["date"])
    document.core_properties.title = "两项改革“后半篇”文章情况报告（模板）"
    document.core_properties.author = document.core_properties.comments = ""
    return document


def _sources(document: Document) -> None:
    table = document.add_table(rows=1, cols=len(HEADS), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _write(table.rows[0], HEADS)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
    for name, label in IN_TABLE:
        _write(table.add_row(), (label, *(f"{{{{{name}{of}}}}}" for of in ("", ".day", ".source"))))


def _write(row: _Row, texts: tuple[str, ...]) -> None:
    for cell, text, width in zip(row.cells, texts, WIDTHS, strict=True):
        cell.width = width
        cell.paragraphs[0].style = layout.NAMES["cell"]
        cell.paragraphs[0].add_run(text)


if __name__ == "__main__":
    build().save(str(STANDARD))
