"""The official layout, as LibreOffice sets it: A4, 22 lines of 28 characters."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from docx.shared import Mm

from houban.reports.word import layout
from houban.reports.word.template import STANDARD

TOOLS = ("soffice", "pdftotext", "pdfinfo")
needs_libreoffice = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)} on the machine"
)
BODY = "国" * 28 * 22 * 3


def long_document(folder: Path) -> Path:
    document = docx.Document()
    layout.lay_out(document)
    paragraph = document.add_paragraph(BODY, style=layout.NAMES["body"])
    paragraph.paragraph_format.first_line_indent = 0
    path = folder / "long.docx"
    document.save(str(path))
    return path


def as_pdf(path: Path) -> Path:
    home = path.parent / "office"
    command = ["soffice", f"-env:UserInstallation=file://{home}", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(path.parent), str(path)], check=True, capture_output=True, timeout=120)
    return path.with_suffix(".pdf")


def pages(pdf: Path) -> list[list[str]]:
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    return [[line.strip() for line in page.splitlines() if "国" in line] for page in text.split("\f")]


@needs_libreoffice
def test_a_page_has_22_lines_of_28_characters(tmp_path: Path) -> None:
    found = pages(as_pdf(long_document(tmp_path)))

    full = found[1]
    assert len(full) == 22
    assert {len(line) for line in full} == {28}


@needs_libreoffice
def test_the_page_is_a4(tmp_path: Path) -> None:
    pdf = as_pdf(long_document(tmp_path))

    about = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout

    assert re.search(r"Page size:\s+59\d(\.\d+)? x 84\d(\.\d+)? pts \(A4\)", about)


def test_the_margins_are_those_of_the_standard() -> None:
    section = docx.Document(io.BytesIO(STANDARD.read_bytes())).sections[0]

    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round((margin or 0) / Mm(1)) for margin in margins] == [37, 35, 28, 26]


def test_the_fonts_are_named_and_not_bundled() -> None:
    xml = docx.Document(io.BytesIO(STANDARD.read_bytes())).styles.element.xml

    assert all(font in xml for font in ("方正小标宋简体", "仿宋_GB2312", "黑体"))


def test_the_standard_template_is_what_its_source_builds() -> None:
    from houban.reports.word.template import build

    built = [paragraph.text for paragraph in build().paragraphs]

    assert [paragraph.text for paragraph in docx.Document(io.BytesIO(STANDARD.read_bytes())).paragraphs] == built
