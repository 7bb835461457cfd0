"""The pages of figures and reports."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.conf import LazySettings
from django.test import Client
from python_calamine import CalamineWorkbook

from houban.accounts.models import User
from houban.divisions import actions as register
from houban.divisions.changefile import DraftChange
from houban.divisions.rules.state import Entry
from houban.reports.models import Report, ReportedValue
from houban.reports.tests.test_actions import CLERK, NOON, built
from houban.warehouse import figures

pytestmark = pytest.mark.usefixtures("daan")
INCOME = "/reports/figures/collective_income_per_village/"


@pytest.fixture(autouse=True)
def files(settings: LazySettings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(User.objects.get(username="zhoumin"))
    return client


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(User.objects.get(username="heyuan"))
    return client


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_stated_income_stands_beside_the_computed_one_with_the_day_that_explains_it(clerk: Client) -> None:
    page = text(clerk, INCOME)

    assert "17.82" in page
    assert "18.23" in page
    assert "2020 年 6 月 30 日的区划（89 个）才得这个数" in page


def test_moving_the_day_moves_the_map_under_the_income(clerk: Client) -> None:
    assert "没有数" in text(clerk, f"{INCOME}?on=2020-06-30")


def test_the_other_years_stand_beside_the_communities_of_2017(clerk: Client) -> None:
    page = text(clerk, "/reports/figures/communities_before/")

    for day, number in (("2017-10-31", "42"), ("2018-10-31", "44"), ("2019-10-31", "40")):
        row = page.split(f">{day}<", 1)[1].split("</tr>", 1)[0]
        assert f"<b>{number}</b>" in row


@pytest.mark.parametrize(
    ("figure", "sheets"), [("villages", [87]), ("groups", [1360]), ("village_reduction_rate", [149, 87])]
)
def test_the_rows_of_a_figure_are_sent_as_a_workbook(clerk: Client, figure: str, sheets: list[int]) -> None:
    response = clerk.get(f"/reports/figures/{figure}/rows.xlsx")

    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    assert [len(book.get_sheet_by_name(name).to_python()) - 1 for name in book.sheet_names] == sheets


def test_long_lists_of_rows_are_paged(clerk: Client) -> None:
    assert "第 2 / 28 页，共 1360 条" in text(clerk, "/reports/figures/groups/?page=2")


def test_a_report_is_made_on_its_page_and_its_file_downloads(clerk: Client) -> None:
    response = clerk.post("/reports/new/", {"on": "2021-06-30"}, follow=True)

    report = Report.objects.get()
    assert f"报告已生成，{len(figures.figures())} 个数据点" in response.content.decode()
    assert b"".join(clerk.get(f"/reports/{report.pk}/report.docx")).startswith(b"PK")


def test_a_report_says_what_would_be_the_same_now(clerk: Client) -> None:
    report = built()
    assert text(clerk, f"/reports/{report.pk}/").count("一样") == len(figures.figures())

    entry = Entry(2, source_code="510304104212", target_code="510304104218", target_name="高庙村")
    register.draft_and_enact([DraftChange(date(2021, 6, 1), "试并", entries=[entry])], by=CLERK, at=NOON)

    assert "数变了" in text(clerk, f"/reports/{report.pk}/")


def test_a_value_is_entered_withdrawn_and_entered_again(clerk: Client) -> None:
    url = "/reports/figures/population/reported/"

    clerk.post(url, {"value": "41.5", "as_of": "2021-05-31", "source": "公安年报"})
    entered = ReportedValue.objects.get(as_of=date(2021, 5, 31))
    assert "41.5" in text(clerk, "/reports/figures/population/")
    clerk.post(f"/reports/reported/{entered.pk}/withdrawal/", {"because": "填错"})

    entered.refresh_from_db()
    assert entered.withdrawn_because == "填错"
    assert "<b>41.5</b>" in text(clerk, "/reports/figures/population/")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"value": "四十一", "as_of": "2021-05-31", "source": "年报"}, "请只填数字"),
        ({"value": "41", "as_of": "2021-05-31", "source": ""}, "请写来源"),
        ({"value": "41", "as_of": "", "source": "年报"}, "请选这个数说的是哪一天"),
    ],
)
def test_a_bad_value_gets_a_sentence_and_is_not_kept(clerk: Client, sent: dict[str, str], said: str) -> None:
    before = ReportedValue.objects.count()

    response = clerk.post("/reports/figures/population/reported/", sent)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert ReportedValue.objects.count() == before


@pytest.mark.parametrize(
    "url", ["/reports/new/", "/reports/figures/area/reported/", "/reports/figures/area/stated/"], ids=str
)
def test_only_administrators_enter_and_produce(reader: Client, url: str) -> None:
    assert reader.get(url).status_code == 403
    assert reader.post(url, {}).status_code == 403


def test_everybody_who_is_signed_in_may_open_a_figure(reader: Client) -> None:
    assert "87" in text(reader, "/reports/figures/villages/")


def test_a_figure_nobody_declared_is_not_found(clerk: Client) -> None:
    assert clerk.get("/reports/figures/happiness/").status_code == 404
