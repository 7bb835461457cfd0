"""A platform's list taken in on pages over the demonstration: columns, try, words, result, and what can go wrong."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from houban.accounts.models import User
from houban.core import claims, clock
from houban.core.record import COMMAND_LINE
from houban.core.spreadsheets import Table, read_table, write_xlsx
from houban.divisions import register
from houban.divisions.models import DivisionVersion
from houban.matters.importing import running
from houban.matters.models import Intake, Matter, Platform, Stage

pytestmark = pytest.mark.usefixtures("daan")
HEADER = ["工单编号", "工单标题", "来电人", "所属街道", "所属社区", "小类", "上报时间", "办结时间", "状态", "承办单位"]


@pytest.fixture
def county(settings: Any, tmp_path: Path) -> Client:
    settings.HOUBAN_DATA = tmp_path
    client = Client()
    client.force_login(User.objects.get(name="宋可"))
    return client


def at(name: str, *args: Any) -> str:
    return reverse(f"matters:{name}", args=args)


def rows(*more: dict[str, str]) -> bytes:
    """Return a platform's list under a title, with lines of a village of the county."""
    town = DivisionVersion.objects.on(clock.today()).filter(parent=register.county()).order_by("pk")[0]
    village = DivisionVersion.objects.on(clock.today()).filter(parent=town.division_id).order_by("pk")[0]
    when = clock.moment(clock.today()) - timedelta(days=3)
    line = {"工单编号": "T1", "工单标题": "路灯不亮", "来电人": "示范甲", "所属街道": town.name,
            "所属社区": village.name, "小类": "雨水井盖",
            "上报时间": f"{when:%Y-%m-%d %H:%M}", "状态": "处理中"}  # fmt: skip
    lines = [[(line | one).get(name, "") for name in HEADER] for one in more]
    titled = [["12345热线工单台账", *[""] * (len(HEADER) - 1)], HEADER, *lines]
    return write_xlsx([Table("工单", titled[0], titled[1:], frozenset(HEADER))])


def uploaded(county: Client, content: bytes, platform: str = "12345热线") -> Intake:
    answer = county.post(at("intakes"), {"platform": platform, "file": SimpleUploadedFile("工单.xlsx", content)})
    assert answer.status_code == 302
    claims.enter(claims.service("test"), at=clock.now())
    return Intake.objects.latest("pk")


def act(county: Client, intake: Intake, word: str, **given: Any) -> Any:
    return county.post(at("intake-act", intake.pk, word), given)


def run(intake: Intake) -> None:
    """Do what the worker would."""
    claims.enter(claims.service("test"), at=clock.now())
    intake.refresh_from_db()
    moment = clock.moment(clock.today())
    if intake.stage == Stage.CHECKING:
        running.check(intake.pk, intake.attempt, now=clock.now, moment=moment)
    else:
        running.write(intake.pk, intake.attempt, by=COMMAND_LINE, now=clock.now, moment=moment)
    intake.refresh_from_db()


def chosen(county: Client, intake: Intake) -> dict[str, str]:
    shown = county.get(at("intake", intake.pk))
    return {field.key: column for field, column in shown.context["fields"]}


def test_a_list_goes_from_upload_to_matters(county: Client) -> None:
    assert "还没有转入过清单" in county.get(at("intakes")).content.decode()
    intake = uploaded(county, rows({}, {"工单编号": "T2", "上报时间": "去年"}, {"工单编号": "T3", "状态": "流转"}))
    columns = chosen(county, intake)
    assert (columns["title"], columns["unit"]) == ("工单标题", "所属社区")
    page = county.get(at("intake", intake.pk)).content.decode()
    assert "这些列含个人信息，不转入：来电人" in page
    assert "示范甲" not in page

    assert act(county, intake, "match", **columns).status_code == 302
    assert "试导入中" in county.get(at("intake", intake.pk)).content.decode()
    run(intake)
    page = county.get(at("intake", intake.pk)).content.decode()
    assert "“上报时间”所写的不是时间" in page
    assert "流转" in page

    act(county, intake, "settle", state_word="流转", state_ours="filed")
    run(intake)
    assert intake.counts == {"new": 2, "refused": 1}
    book = county.get(at("intake-refused", intake.pk))
    (sheet,) = read_table(io.BytesIO(book.content), name="refused")
    assert [(row.cells["行"], row.cells["工单编号"]) for row in sheet.rows] == [("4", "T2")]

    act(county, intake, "confirm")
    run(intake)
    assert intake.stage == Stage.DONE
    taken = Matter.objects.filter(source__startswith="12345热线:T").values_list("source", "state")
    assert set(taken) == {("12345热线:T1", "handling"), ("12345热线:T3", "filed")}
    page = county.get(at("intake", intake.pk)).content.decode()
    assert "看转入的在办事项" in page
    assert "tab=all&amp;channel=platform" in page
    found = county.get(at("queue"), {"tab": "all", "channel": "platform"}).content.decode()
    assert "路灯不亮" in found


def test_progress_is_told_until_it_is_over(county: Client) -> None:
    intake = uploaded(county, rows({}))
    act(county, intake, "match", **chosen(county, intake))
    told = county.get(at("intake-progress", intake.pk))
    assert "0 / 1 行" in told.content.decode()
    assert "HX-Refresh" not in told
    run(intake)
    assert county.get(at("intake-progress", intake.pk))["HX-Refresh"] == "true"


def test_a_job_that_was_lost_is_offered_to_go_on(county: Client) -> None:
    intake = uploaded(county, rows({}))
    act(county, intake, "match", **chosen(county, intake))
    claims.enter(claims.service("test"), at=clock.now())
    Intake.objects.filter(pk=intake.pk).update(beat_at=clock.now() - timedelta(minutes=5))
    assert "接着来" in county.get(at("intake", intake.pk)).content.decode()
    assert act(county, intake, "resume").status_code == 302
    run(intake)
    assert intake.stage == Stage.CHECKED


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04rubbish", "打不开"),
        (write_xlsx([Table("工单", HEADER, [])]), "只有表头"),
    ],
    ids=["empty", "broken", "no rows"],
)
def test_a_file_that_is_none_is_refused_in_words(county: Client, content: bytes, sentence: str) -> None:
    answer = county.post(at("intakes"), {"platform": "热线", "file": SimpleUploadedFile("工单.xlsx", content)})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Intake.objects.exists()


def test_a_platform_has_a_plain_name(county: Client) -> None:
    answer = county.post(at("intakes"), {"platform": "热 线", "file": SimpleUploadedFile("工单.xlsx", rows({}))})
    assert answer.status_code == 422
    assert "平台名称里不能有空格和冒号" in answer.content.decode()
    assert not Intake.objects.exists()


def test_what_is_missing_or_wrong_is_said_on_the_page(county: Client) -> None:
    intake = uploaded(county, rows({}))
    answer = act(county, intake, "match", **chosen(county, intake) | {"state": ""})
    assert answer.status_code == 422
    assert "还没有对上：状态" in answer.content.decode()
    act(county, intake, "match", **chosen(county, intake))
    run(intake)
    answer = act(county, intake, "settle", unit_word="某地", unit_ours="没有的地方")
    assert "“某地”选的“没有的地方”不在列表里" in answer.content.decode()
    assert act(county, intake, "nonsense").status_code == 422


def test_a_file_given_up_is_gone(county: Client, tmp_path: Path) -> None:
    intake = uploaded(county, rows({}))
    assert [path.name for path in (tmp_path / "intakes").iterdir()] == [intake.token]
    act(county, intake, "drop")
    assert not list((tmp_path / "intakes").iterdir())
    assert "已放弃，文件已删去" in county.get(at("intake", intake.pk)).content.decode()


def test_the_command_takes_a_list_over_and_writes_what_it_could_not(
    county: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims.enter(claims.service("test"), at=clock.now())
    file, out = tmp_path / "工单.xlsx", tmp_path / "refused.xlsx"
    file.write_bytes(rows({}, {"工单编号": "T2", "状态": "已办结"}, {"工单编号": "T3", "状态": "流转"}))
    call_command("matters", "import", str(file), platform="热线", dry_run=True)
    assert "只是试导入，没有写入。" in capsys.readouterr().out
    call_command("matters", "import", str(file), platform="热线", refused=out)
    told = capsys.readouterr().out
    assert "新转入 1 件" in told
    assert "“办结时间”是空的，可状态是已结束，请补上办结时间。" in told
    assert "认不出的状态：流转（1）" in told
    (sheet,) = read_table(out, name="refused")
    assert [row.cells["工单编号"] for row in sheet.rows] == ["T2", "T3"]
    assert Intake.objects.latest("pk").stage == Stage.DONE
    assert not list((tmp_path / "intakes").iterdir())
    assert Platform.objects.get().columns["state"] == "状态"
    with pytest.raises(CommandError, match="打不开文件"):
        call_command("matters", "import", str(tmp_path / "none.xlsx"), platform="热线")


def test_a_towns_dispatcher_is_told_who_takes_lists_over(county: Client) -> None:
    client = Client()
    client.force_login(User.objects.get(name="罗强"))
    answer = client.get(at("intakes"))
    assert answer.status_code == 403
    assert "由全县的平台调度岗转入" in answer.content.decode()
