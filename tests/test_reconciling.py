"""The register held against official lists: at the terminal with its exit codes, on the page, and in Excel."""

from __future__ import annotations

import io
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from houban.accounts.models import User
from houban.core.models import RecordEntry
from houban.core.spreadsheets import Table, read_table, write_xlsx
from houban.demo.actions import FOLDER
from houban.divisions.comparison import Difference, between
from houban.divisions.models import ListDifference, OfficialList
from houban.divisions.rules.infer import Place

pytestmark = pytest.mark.usefixtures("daan")
DAYS = sorted(path.stem for path in (FOLDER / "lists").glob("20*.csv"))


def told(*words: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it printed."""
    out = StringIO()
    try:
        call_command("divisions", "reconcile", *words, stdout=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


def clerk() -> Client:
    client = Client()
    client.force_login(User.objects.get(name="周敏"))
    return client


def unlike(folder: Path) -> Path:
    """Write the list of 2020 with a name changed, a row left out, and another code for one village."""
    lines = (FOLDER / "lists" / "2020-06-30.csv").read_text(encoding="utf-8").splitlines()
    header, rows = lines[0], [line for line in lines[1:] if len(line.split(",")[0]) == 12]
    above = [line for line in lines[1:] if len(line.split(",")[0]) < 12]
    first, second, third, *rest = rows
    code, name = second.split(",")[:2]
    changed = [f"{first},".replace(first.split(",")[1], "改了名的村委会").rstrip(","), f"{code[:9]}599,{name}", *rest]
    path = folder / "unlike.csv"
    path.write_text("\n".join([header, *above, *changed]) + "\n", encoding="utf-8")
    assert third not in path.read_text(encoding="utf-8")
    return path


@pytest.mark.parametrize("day", DAYS)
def test_each_of_the_eight_lists_holds_by_replay_or_its_differences_are_signed(day: str) -> None:
    code, said = told(str(FOLDER / "lists" / f"{day}.csv"), "--on", day)

    official = OfficialList.objects.get(as_of=date.fromisoformat(day), extract=False)
    open_ones = official.differences.filter(signed_at=None).count()
    assert (code, open_ones) == (0, 0), said


def test_a_list_that_differs_ends_with_one_and_stores_nothing(tmp_path: Path) -> None:
    before = OfficialList.objects.count()

    code, said = told(str(unlike(tmp_path)), "--on", "2020-06-30", "--xlsx", str(tmp_path / "out.xlsx"))

    assert code == 1
    assert "有 3 条差异没有签认" in said
    assert "改了名的村委会" in said
    assert "代码不同" in said
    assert len(read_table(tmp_path / "out.xlsx", name="out.xlsx")[0].rows) == 3
    assert OfficialList.objects.count() == before


def test_what_cannot_be_read_ends_with_two(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n", encoding="utf-8")

    assert told(str(bad), "--on", "2020-06-30")[0] == 2
    assert told("不存在.csv", "--on", "2020-06-30") == (2, "找不到文件“不存在.csv”，请核对路径。")
    assert told("999999")[0] == 2
    assert told(str(FOLDER / "lists" / "2020-06-30.csv"))[1] == "请用 --on 写明名录截至哪一天。"


def imported(folder: Path) -> OfficialList:
    """Import the list that differs."""
    call_command("divisions", "import", str(unlike(folder)), "--as-of", "2020-06-30", stdout=StringIO())
    return OfficialList.objects.order_by("pk").last()  # type: ignore[return-value]


def test_signing_at_the_terminal_makes_the_command_succeed(tmp_path: Path) -> None:
    official = imported(tmp_path)
    number = str(official.pk)

    assert told(number)[0] == 1
    code = official.differences.first().code  # type: ignore[union-attr]
    assert told(number, "--sign", "抄写错误", "--code", code)[0] == 1
    assert told(number, "--sign", "名录有误")[0] == 0
    assert told(number)[0] == 0
    assert set(official.differences.values_list("reason", flat=True)) == {"抄写错误", "名录有误"}


def test_several_are_signed_at_once_and_taken_back(tmp_path: Path) -> None:
    official, client = imported(tmp_path), clerk()
    where = reverse("divisions:signatures", args=[official.pk])
    keys = list(official.differences.values_list("pk", flat=True))

    client.post(where, {"difference": keys[:2], "reason": "名录晚一期", "what": "chosen"})
    assert official.differences.filter(signed_at__isnull=False, signed_by_name="周敏").count() == 2
    client.post(where, {"difference": keys[:1], "what": "back"})
    assert official.differences.filter(signed_at=None).count() == len(keys) - 1
    taken = RecordEntry.objects.filter(verb="divisions.difference.unsigned").latest("pk")
    assert taken.before is not None
    assert taken.before["signatures"][0]["reason"] == "名录晚一期"
    client.post(where, {"reason": "其余", "what": "all", "state": "open"})
    assert official.differences.filter(signed_at=None).count() == 0
    assert "请写明差异的原因" in client.post(where, {"what": "all", "reason": ""}, follow=True).content.decode()


def test_a_signature_falls_when_the_difference_changes(tmp_path: Path) -> None:
    official, client = imported(tmp_path), clerk()
    one = official.differences.filter(kind="name").get()
    client.post(
        reverse("divisions:signatures", args=[official.pk]), {"difference": one.pk, "reason": "旧名", "what": "chosen"}
    )
    official.entries.filter(code=one.code).update(name="又改了名的村委会")

    client.post(reverse("divisions:reconciliation", args=[official.pk]))

    now = official.differences.get(code=one.code)
    assert (now.theirs, now.signed_at) == ("又改了名的村委会", None)


def test_the_page_filters_and_says_what_may_explain(tmp_path: Path) -> None:
    official, client = imported(tmp_path), clerk()
    url = reverse("divisions:list", args=[official.pk])

    everything = client.get(url)
    names = client.get(url, {"kind": "name"})
    assert everything.context["differences"].paginator.count == 3
    assert [one.kind for one, _hint in names.context["lines"]] == ["name"]
    assert client.get(url, {"q": "没有这样的"}).context["lines"] == []
    assert "待签认 3" in everything.content.decode()


def test_reasons_go_out_and_come_back_in_excel(tmp_path: Path) -> None:
    official, client = imported(tmp_path), clerk()
    sent = client.get(reverse("divisions:differences", args=[official.pk]))
    (sheet,) = read_table(io.BytesIO(sent.content), name="x.xlsx")
    rows: list[list[Any]] = [list(row.cells.values()) for row in sheet.rows]
    column = sheet.header.index("签认原因")
    rows[0] = [*rows[0], "", ""][: len(sheet.header)]
    rows[0][column] = "名录抄写错误"

    client.post(reverse("divisions:reasons", args=[official.pk]), {"file": _book(sheet.header, rows)})
    assert official.differences.filter(reason="名录抄写错误").count() == 1

    rows[0][0] = "999999999999"
    wrong = client.post(reverse("divisions:reasons", args=[official.pk]), {"file": _book(sheet.header, rows)})
    assert wrong.status_code == 422
    assert "999999999999" in wrong.content.decode()


def _book(header: list[str], rows: list[list[Any]]) -> SimpleUploadedFile:
    return SimpleUploadedFile("差异.xlsx", write_xlsx([Table("名录差异", header, rows)]))


def test_a_village_under_another_code_is_one_difference() -> None:
    mine = {"01": Place("01", "甲村", "0"), "02": Place("02", "乙村", "0")}
    listed = {"01": Place("01", "甲村", "0"), "03": Place("03", "乙村", "0")}

    assert between(mine, listed) == [Difference("03", "code", "02", "03")]


def test_a_signature_without_reason_or_rewritten_is_refused_by_the_database(tmp_path: Path) -> None:
    official = imported(tmp_path)
    one = official.differences.first()
    assert one is not None

    with pytest.raises(IntegrityError, match="list_difference_signed_with_reason"), transaction.atomic():
        ListDifference.objects.filter(pk=one.pk).update(signed_by_name="甲", signed_at="2021-06-30T00:00Z")
    ListDifference.objects.filter(pk=one.pk).update(signed_by_name="甲", signed_at="2021-06-30T00:00Z", reason="真")
    with pytest.raises(IntegrityError, match="only be taken back"), transaction.atomic():
        ListDifference.objects.filter(pk=one.pk).update(reason="假")
