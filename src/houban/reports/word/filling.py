"""From a template and the words of a day to a report; a template with a fault gives sentences instead."""

from __future__ import annotations

import difflib
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError

from houban.reports.word import layout, placeholders
from houban.reports.word.placeholders import Filling, Found

LIMIT = 100


class TemplateFaulty(ValueError):
    """The template cannot be filled; `sentences` say what is wrong, where, and how to mend it."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def write(template: bytes, fillings: Mapping[str, Filling], *, name: str, at: datetime) -> bytes:
    """Fill a template and return the finished .docx."""
    document = _open(template, name=name)
    _refuse_faults(document, known=fillings.keys(), name=name)
    placeholders.fill(document, fillings, style=_figure_style(document))
    document.core_properties.created = document.core_properties.modified = at
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _open(template: bytes, *, name: str) -> Document:
    try:
        return docx.Document(BytesIO(template))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError):
        sentence = f"模板“{name}”不是 Word 文档（.docx）。在 Word 中另存为 .docx 后重新生成。"
        raise TemplateFaulty([sentence]) from None


def _refuse_faults(document: Document, *, known: Iterable[str], name: str) -> None:
    names = sorted(known)
    sentences = [_sentence(mark, names, template=name) for mark in placeholders.found(document) if _faulty(mark, names)]
    if len(sentences) > LIMIT:
        sentences = [*sentences[:LIMIT], f"还有 {len(sentences) - LIMIT} 处同类问题，改好以上各处后再看。"]
    if sentences:
        raise TemplateFaulty(sentences)


def _faulty(mark: Found, names: list[str]) -> bool:
    return not (mark.whole and mark.fillable and mark.name in names)


def _sentence(mark: Found, names: list[str], *, template: str) -> str:
    where = f"模板“{template}”{mark.place}"
    if not mark.whole:
        return f"{where}有单独的“{mark.name}”。补上另一半，或删去它。"
    if not mark.fillable:
        return f"{where}里的占位符“{{{{{mark.name}}}}}”填不了。把它移到正文、表格、页眉或页脚。"
    near = difflib.get_close_matches(mark.name, names, n=1)
    mend = f"是不是“{{{{{near[0]}}}}}”？" if near else "可用的名称见“报告通报”的数据点一览。"
    return f"{where}的占位符“{{{{{mark.name}}}}}”没有对应的数据点。{mend}"


def _figure_style(document: Document) -> str:
    """The template's own style for figures, by its id; none is added to a template that has none."""
    names: dict[str, str] = {style.name: style.style_id for style in document.styles}
    return names.get(layout.NAMES["figure"], "")
