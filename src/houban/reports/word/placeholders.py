"""Placeholders such as `{{villages}}` in a Word document: found, and replaced by text that can be opened.

Parsed by us on purpose: a template engine run on an uploaded file is a shell for whoever uploads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part, XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
HALF = re.compile(r"\{\{|\}\}")
AREAS = {"document": "正文", "header": "页眉", "footer": "页脚"}
CLOSED_AREAS = {"footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}  # nothing is filled there


@dataclass(frozen=True, slots=True)
class Filling:
    """What stands where a placeholder was; with a link and the words shown over it."""

    text: str
    link: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A placeholder, or half of one, and where it stands for whoever has to mend it."""

    name: str
    place: str
    whole: bool = True
    fillable: bool = True


def found(document: Document) -> list[Found]:
    """Every placeholder in the order of the document, and every pair of braces that lost its other half."""
    open_marks = [mark for part in _parts(document) for place, line in _lines(part) for mark in _marks(line, place)]
    return open_marks + list(_unreachable(document))


def fill(document: Document, fillings: Mapping[str, Filling], *, style: str) -> None:
    """Replace every placeholder; a line that held nothing but an empty one goes."""
    for part in _parts(document):
        for _, line in list(_lines(part)):
            _fill(line, fillings, part=part, style=style)


def _kind(part: Part) -> str:
    """The kind of a part by its name: `document`, `header`, `footnotes` …"""
    match = re.fullmatch(r"/word/([a-z]+)\d*\.xml", str(part.partname))
    return match[1] if match else ""


def _parts(document: Document) -> list[XmlPart]:
    parts = [part for part in document.part.package.iter_parts() if _kind(part) in AREAS]
    kept = [part for part in parts if isinstance(part, XmlPart)]
    return sorted(kept, key=lambda part: (part is not document.part, str(part.partname)))


def _unreachable(document: Document) -> Iterator[Found]:
    for part in document.part.package.iter_parts():
        if _kind(part) in CLOSED_AREAS:
            text = re.sub(r"<[^>]*>", "", part.blob.decode())
            for match in PLACEHOLDER.finditer(text):
                yield Found(match[1], CLOSED_AREAS[_kind(part)], fillable=False)


def _lines(part: XmlPart) -> Iterator[tuple[str, BaseOxmlElement]]:
    area = AREAS[_kind(part)]
    numbers: dict[str, int] = {}
    for line in part.element.iter(qn("w:p")):
        place = _cell(line, part) or area
        numbers[place] = numbers.get(place, 0) + 1
        yield f"{place}第 {numbers[place]} 段", line


def _cell(line: BaseOxmlElement, part: XmlPart) -> str:
    cell = next(line.iterancestors(qn("w:tc")), None)
    if cell is None:
        return ""
    row = next(cell.iterancestors(qn("w:tr")))
    table = next(row.iterancestors(qn("w:tbl")))
    tables = list(part.element.iter(qn("w:tbl")))
    rows, cells = list(table.iterchildren(qn("w:tr"))), list(row.iterchildren(qn("w:tc")))
    return f"第 {tables.index(table) + 1} 个表格第 {rows.index(row) + 1} 行第 {cells.index(cell) + 1} 列"


def _marks(line: BaseOxmlElement, place: str) -> Iterator[Found]:
    text = "".join(piece.text or "" for piece in _texts(line))
    for match in PLACEHOLDER.finditer(text):
        yield Found(match[1], place)
    for half in HALF.findall(PLACEHOLDER.sub("", text)):
        yield Found(half, place, whole=False)


def _texts(line: BaseOxmlElement) -> list[BaseOxmlElement]:
    """The texts of this line alone: a text box inside it has lines of its own."""
    return [text for text in line.iter(qn("w:t")) if next(text.iterancestors(qn("w:p"))) is line]


def _fill(line: BaseOxmlElement, fillings: Mapping[str, Filling], *, part: XmlPart, style: str) -> None:
    text = "".join(piece.text or "" for piece in _texts(line))
    alone = PLACEHOLDER.fullmatch(text.strip())
    if alone and not fillings[alone[1]].text:
        line.getparent().remove(line)
        return
    if PLACEHOLDER.search(text):
        _part_runs(line)
    for match in reversed(list(PLACEHOLDER.finditer(text))):
        run = _cut_out(line, match.start(), match.end())
        _put(fillings[match[1]], run, part=part, style=style)


def _part_runs(line: BaseOxmlElement) -> None:
    """Give every text of the line a run of its own, so that runs can be cut without losing a picture or tab."""
    for text in _texts(line):
        run = text.getparent()
        content = [child for child in run if child.tag != qn("w:rPr")]
        for child in reversed(content[1:]):
            alone = _like(run)
            alone.append(child)
            run.addnext(alone)


def _like(run: BaseOxmlElement) -> BaseOxmlElement:
    """An empty run that looks like this one."""
    other = OxmlElement("w:r")
    if run.rPr is not None:
        other.append(deepcopy(run.rPr))
    return other


def _cut_out(line: BaseOxmlElement, start: int, end: int) -> BaseOxmlElement:
    """Take the characters from start to end out of the line; return the empty run left in their place."""
    _cut(line, end)
    _cut(line, start)
    runs: list[BaseOxmlElement] = []
    at = 0
    for text in _texts(line):
        if start <= at < end:
            runs.append(text.getparent())
            text.getparent().remove(text)
        at += len(text.text or "")
    for run in runs[1:]:
        run.getparent().remove(run)
    return runs[0]


def _cut(line: BaseOxmlElement, at: int) -> None:
    """Make a run end where this character begins."""
    for text in _texts(line):
        words = text.text or ""
        if 0 < at < len(words):
            run = text.getparent()
            rest = _like(run)
            run.addnext(rest)
            _write(text, words[:at])
            _write(_new_text(rest), words[at:])
        at -= len(words)


def _new_text(run: BaseOxmlElement) -> BaseOxmlElement:
    text = OxmlElement("w:t")
    run.append(text)
    return text


def _write(text: BaseOxmlElement, words: str) -> None:
    text.text = words
    text.set(qn("xml:space"), "preserve")


def _put(filling: Filling, run: BaseOxmlElement, *, part: XmlPart, style: str) -> None:
    _write(_new_text(run), filling.text)
    inside_link = next(run.iterancestors(qn("w:hyperlink")), None) is not None
    if filling.link and not inside_link:
        _link(run, filling, part=part, style=style)


def _link(run: BaseOxmlElement, filling: Filling, *, part: XmlPart, style: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), part.relate_to(filling.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    link.set(qn("w:tooltip"), filling.hint)
    run.addprevious(link)
    link.append(run)
    if style and run.style is None:
        run.style = style
