"""Reported and stated values, and what a report keeps."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import docx
import pytest
from django.conf import LazySettings

from houban.core.models import RecordEntry
from houban.core.record import Actor
from houban.reports import actions
from houban.reports.models import Report, ReportedValue
from houban.reports.word.filling import TemplateFaulty
from houban.warehouse import figures
from houban.warehouse.measures import measure

CLERK = Actor(None, "周敏")
NOON = datetime(2021, 6, 30, 4, tzinfo=UTC)
DAY = date(2021, 6, 30)


@pytest.fixture(autouse=True)
def files(settings: LazySettings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def area(value: str, as_of: date = date(2020, 12, 31)) -> ReportedValue:
    return actions.report_value("area", value=Decimal(value), as_of=as_of, source="公报", by=CLERK, at=NOON)


@pytest.mark.django_db
def test_the_newest_value_not_after_the_day_counts() -> None:
    area("390", date(2019, 12, 31))
    area("397.5", date(2020, 12, 31))

    assert measure(figures.get("area"), date(2020, 6, 30)).value == Decimal("390.0")
    assert measure(figures.get("area"), DAY).value == Decimal("397.5")
    assert measure(figures.get("area"), date(2019, 1, 1)).value is None


@pytest.mark.django_db
def test_a_second_value_for_a_day_withdraws_the_first() -> None:
    first = area("390")

    area("397.5")

    first.refresh_from_db()
    assert first.withdrawn_because == actions.REPLACED
    assert measure(figures.get("area"), DAY).value == Decimal("397.5")
    assert RecordEntry.objects.filter(verb="reports.value.withdrawn").count() == 1


@pytest.mark.django_db
def test_a_value_is_withdrawn_once() -> None:
    entered = area("390")
    actions.withdraw(entered, because="填错", by=CLERK, at=NOON)

    with pytest.raises(actions.AlreadyWithdrawnError):
        actions.withdraw(entered, because="又填错", by=CLERK, at=NOON)

    assert measure(figures.get("area"), DAY).value is None


@pytest.mark.django_db
def test_nobody_reports_what_is_computed() -> None:
    with pytest.raises(actions.NotReportedError):
        actions.report_value("villages", value=Decimal(87), as_of=DAY, source="公报", by=CLERK, at=NOON)


def built() -> Report:
    return actions.build(DAY, address="http://houban.test", by=CLERK, at=NOON)


@pytest.mark.usefixtures("daan")
def test_a_report_keeps_value_day_rows_and_hash_of_every_figure() -> None:
    report = built()

    kept = {row.figure: row for row in report.figures.all()}
    assert set(kept) == {figure.id for figure in figures.figures()}
    assert (kept["villages"].text, kept["villages"].rows, kept["villages"].day) == ("87", 87, DAY)
    assert (kept["communities_before"].text, kept["communities_before"].day) == ("42", date(2017, 10, 31))
    assert kept["groups"].hash == measure(figures.get("groups"), DAY).hash


@pytest.mark.usefixtures("daan")
def test_the_word_file_is_filled_and_each_figure_links_to_its_page() -> None:
    report = built()

    with report.file.open("rb") as file:
        content = file.read()
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(content)).paragraphs)
    links = zipfile.ZipFile(io.BytesIO(content)).read("word/_rels/document.xml.rels").decode()
    assert "{{" not in text
    assert "2019年10月31日有149个，2021年6月30日有87个，减少41.61%" in text
    assert "示范数据" in text
    assert len(set(re.findall(r"http://houban.test/reports/figures/(\w+)/\?on=2021-06-30", links))) == 16


@pytest.mark.django_db
def test_a_report_without_data_says_what_is_missing_instead_of_inventing() -> None:
    report = built()

    with report.file.open("rb") as file:
        text = "\n".join(p.text for p in docx.Document(file).paragraphs)
    assert "（缺）" in text
    assert report.figures.get(figure="villages").value is None


def template(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (template("共{{vilages}}个村"), "是不是“{{villages}}”"),
        (template("好", "共{{villages个村"), "第 2 段"),
        (b"not a document", "不是 Word 文档"),
    ],
    ids=["unknown name", "half a brace", "no document"],
)
def test_a_faulty_template_is_told_and_makes_no_report(content: bytes, said: str) -> None:
    with pytest.raises(TemplateFaulty) as caught:
        actions.build(DAY, address="", by=CLERK, at=NOON, template=content, template_name="本县.docx")

    assert said in "\n".join(caught.value.sentences)
    assert Report.objects.count() == 0


@pytest.mark.django_db
def test_a_template_of_ones_own_is_filled_and_nothing_in_it_is_run() -> None:
    area("397.5")

    report = actions.build(
        DAY,
        address="",
        by=CLERK,
        at=NOON,
        template=template("面积{{area}}，{% import os %}"),
        template_name="本县.docx",
    )

    with report.file.open("rb") as file:
        assert docx.Document(file).paragraphs[0].text == "面积397.5，{% import os %}"
