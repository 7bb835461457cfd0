"""The pages of rosters: out, looked through, in."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from houban.core import keeping
from houban.core.models import RecordEntry
from houban.core.spreadsheets import read_table
from houban.organisation.actions import people
from houban.organisation.models import Appointment, Organisation, Person
from houban.organisation.powers import PostKind
from houban.organisation.tests import make
from houban.organisation.tests.make import OTHER_TOWN, World
from houban.organisation.tests.rosters import COMMITTEE, HOLDS, SMALL, Sheets, rows_of, workbook

pytestmark = pytest.mark.django_db
HOME = "/organisation/rosters/"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


def signed_in(client: Client, person: Person) -> Client:
    assert person.account is not None
    client.force_login(person.account)
    return client


@pytest.fixture
def head(client: Client, world: World) -> Client:
    return signed_in(client, world.holder(PostKind.TASK_FORCE_HEAD, "510304", name="负责人"))


def upload(sheets: Sheets, name: str = "花名册.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, workbook(sheets).getvalue())


def previewed(client: Client, sheets: Sheets) -> str:
    """Upload a roster and return the digest of what the preview shows."""
    response = client.post(f"{HOME}preview/", {"file": upload(sheets)})
    assert response.status_code == 200, response.content.decode()
    assert "2020-01-01" in response.content.decode()
    return str(response.context["plan"].digest)


def test_a_roster_is_looked_through_before_anything_is_written(head: Client) -> None:
    response = head.post(f"{HOME}preview/", {"file": upload(SMALL)})

    assert "导入：新增 4 行，改动 0 行" in response.content.decode()
    assert not Organisation.objects.filter(name=COMMITTEE["机构名称"]).exists()


def test_applying_writes_what_was_shown_and_tells_the_counts(head: Client) -> None:
    digest = previewed(head, SMALL)

    response = head.post(f"{HOME}application/", {"digest": digest}, follow=True)

    assert "已导入“花名册.xlsx”" in response.content.decode()
    assert response.context["result"]["counts"][0] == ["机构", 1, 0, 0]
    assert Appointment.objects.filter(person__name="甲").exists()
    assert RecordEntry.objects.get(verb="organisation.roster.imported").actor_name == "负责人"
    assert keeping.kept(head.session, "roster") is None


def test_a_file_with_a_mistake_is_told_changes_nothing_and_is_not_kept(
    head: Client, settings: Any, tmp_path: Path
) -> None:
    settings.HOUBAN_DATA = tmp_path / "data"
    response = head.post(f"{HOME}preview/", {"file": upload(SMALL | {"任职": [HOLDS | {"岗位": "书记"}]})})

    assert response.status_code == 422
    assert "没有岗位“书记”" in response.content.decode()
    assert list((settings.HOUBAN_DATA / "uploads").iterdir()) == []
    assert not Organisation.objects.filter(name=COMMITTEE["机构名称"]).exists()


def test_what_changed_since_the_preview_is_shown_again(head: Client) -> None:
    digest = previewed(head, SMALL)
    people.enter("甲", unit=None, by=make.CLERK, at=make.NOON)

    response = head.post(f"{HOME}application/", {"digest": digest})

    assert response.status_code == 409
    assert "预览之后登记有了变动" in response.content.decode()
    assert not Organisation.objects.filter(name=COMMITTEE["机构名称"]).exists()


def test_a_kept_file_that_was_replaced_is_not_applied(head: Client) -> None:
    digest = previewed(head, SMALL)
    kept = keeping.kept(head.session, "roster")
    assert kept is not None
    kept.path.write_bytes(workbook({"机构": [COMMITTEE]}).getvalue())

    response = head.post(f"{HOME}application/", {"digest": digest})

    assert response.status_code == 422
    assert "不再是预览时的那一份" in response.content.decode()


def test_who_only_reads_exports_and_does_not_import(client: Client, world: World) -> None:
    reader = signed_in(client, world.holder(PostKind.STAFF, "510304"))

    assert reader.get(HOME).status_code == 200
    assert reader.get(f"{HOME}export.xlsx").status_code == 200
    assert reader.post(f"{HOME}preview/", {"file": upload(SMALL)}).status_code == 403


def test_the_template_has_two_rows_on_each_sheet(head: Client) -> None:
    response = head.get(f"{HOME}template.xlsx")

    sheets = {sheet.name: len(sheet.rows) for sheet in read_table(BytesIO(response.content), name="x")}
    assert sheets.pop("说明") >= 5
    assert set(sheets.values()) == {2}
    assert list(sheets) == ["机构", "届次", "岗位", "编制", "人员", "任职", "成员单位"]


def test_the_export_of_another_day_shows_that_day(head: Client, world: World) -> None:
    head.post(f"{HOME}application/", {"digest": previewed(head, SMALL)})

    before = rows_of(head.get(f"{HOME}export.xlsx?on=2019-12-31").content)
    other = rows_of(head.get(f"{HOME}export.xlsx?town={world.place(OTHER_TOWN)}").content)

    assert before["任职"] == []
    assert other["机构"] == []


def test_nothing_is_imported_while_looking_at_another_day(head: Client) -> None:
    assert "回到今天再导入" in head.get(f"{HOME}?on=2020-01-01").content.decode()


def test_the_command_takes_in_what_it_gave_out(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "一.xlsx", tmp_path / "二.xlsx"
    first.write_bytes(workbook(SMALL).getvalue())

    call_command("roster", "import", str(first), "--dry-run")
    assert "机构：新增 1，改动 0，没有改动 0\n" in capsys.readouterr().out
    assert not Organisation.objects.exists()
    call_command("roster", "import", str(first))
    call_command("roster", "export", str(second))
    capsys.readouterr()
    call_command("roster", "import", str(second))

    assert "与登记逐行相符，没有改动。" in capsys.readouterr().out


def test_the_command_says_what_is_wrong(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="打不开文件"):
        call_command("roster", "import", str(tmp_path / "没有.xlsx"))
