"""Changes of the map: files, drafts, enacting, annulling, and what is refused."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from houban.core.models import RecordEntry
from houban.core.problems import Problems
from houban.core.spreadsheets import Table, write_xlsx
from houban.divisions import actions, changefile, preview, register
from houban.divisions.actions import changes
from houban.divisions.actions.changes import LaterChangesError, NotADraftError
from houban.divisions.changefile import DraftChange
from houban.divisions.models import Change, DivisionVersion, Flow
from houban.divisions.tests import make
from houban.divisions.tests.make import row

pytestmark = pytest.mark.django_db

HEADER = ["生效日", "文号", "标题", "原代码", "原名称", "新代码", "新名称", "部分"]
ROWS = [
    ["2020-06-30", "大府发〔2020〕3号", "合并", "510304104205", "龙凼村", "510304104210", "龙晏村", ""],
    ["2020-06-30", "大府发〔2020〕3号", "合并", "510304104206", "晏家村", "510304104210", "龙晏村", ""],
]


@pytest.fixture(autouse=True)
def county(tmp_path: Path) -> int:
    return make.county(tmp_path)


def as_csv(folder: Path, rows: list[list[str]], *, encoding: str = "utf-8") -> Path:
    path = folder / "changes.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def villages(on: date) -> list[str]:
    found = register.county() or 0
    return sorted(node.name for node in register.rows([found], on) if node.form == "village")


def the_map(on: date) -> list[tuple[object, ...]]:
    versions = DivisionVersion.objects.on(on).with_code("nbs", on)
    return sorted((v.division_id, v.name, v.form, v.parent_id, v.code) for v in versions)  # type: ignore[attr-defined]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_of_changes_is_read(tmp_path: Path, encoding: str) -> None:
    drafts = changefile.read(as_csv(tmp_path, ROWS, encoding=encoding), name="changes.csv")

    assert [(draft.day, draft.title, len(draft.entries)) for draft in drafts] == [(make.LATER, "合并", 2)]


def test_an_xlsx_file_of_changes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "changes.xlsx"
    path.write_bytes(write_xlsx([Table("调整", HEADER, ROWS)]))

    make.enacted(*changefile.read(path, name=path.name))

    assert villages(make.LATER) == ["新民村", "龙晏村"]


def test_a_merger_ends_two_villages_and_founds_one() -> None:
    change = make.enacted(make.merger())[0]

    assert villages(make.FIRST) == ["新民村", "晏家村", "龙凼村"]
    assert villages(make.LATER) == ["新民村", "龙晏村"]
    assert change.shapes == {"constitute": 1}
    assert [flow.target_id for flow in change.flows.all()] == [make.version("510304104210", make.LATER).division_id] * 2


def test_a_draft_changes_nothing_and_its_preview_leaves_nothing_behind() -> None:
    draft = actions.draft([make.merger()], by=make.CLERK, at=make.NOON)[0]

    seen = changes.preview(draft)
    counts = preview.form_counts(seen.before, seen.plan, register.county())

    assert {count.form: (count.before, count.after) for count in counts}["village"] == (3, 2)
    assert villages(make.LATER) == ["新民村", "晏家村", "龙凼村"]


def test_trying_a_file_out_takes_it_back() -> None:
    seen = preview.outlook([make.merger()], at=make.NOON)

    assert seen[0].shapes == {"constitute": 1}
    assert Change.objects.filter(title="合并").count() == 0


def test_annulling_gives_the_former_map_back_exactly() -> None:
    before = the_map(make.LATER)
    change = make.enacted(make.merger())[0]

    actions.annul(change, because="登记有误", by=make.CLERK, at=make.NOON)

    assert the_map(make.LATER) == before
    assert Change.objects.get(pk=change.pk).status == "annulled"
    assert Flow.objects.filter(change=change).count() == 2


def test_a_change_that_others_rest_on_is_not_annulled_alone() -> None:
    change = make.enacted(make.merger())[0]
    later = DraftChange(date(2021, 3, 15), "更名", entries=[row(2, "104210", "104210", "龙门村")])
    make.enacted(later)

    with pytest.raises(LaterChangesError, match="更名"):
        actions.annul(change, because="登记有误", by=make.CLERK, at=make.NOON)


def test_of_two_people_who_enact_one_draft_the_second_is_told() -> None:
    draft = actions.draft([make.merger()], by=make.CLERK, at=make.NOON)[0]
    other = Change.objects.get(pk=draft.pk)
    actions.enact(draft, by=make.CLERK, at=make.NOON)

    with pytest.raises(NotADraftError):
        actions.enact(other, by=make.CLERK, at=make.NOON)


def test_discarding_a_draft_leaves_only_the_record() -> None:
    draft = actions.draft([make.merger()], by=make.CLERK, at=make.NOON)[0]

    actions.discard(draft, by=make.CLERK, at=make.NOON)

    assert not Change.objects.filter(title="合并").exists()
    assert RecordEntry.objects.filter(verb="divisions.change.discarded").count() == 1


def test_every_act_is_on_record() -> None:
    change = make.enacted(make.merger())[0]
    actions.annul(change, because="登记有误", by=make.CLERK, at=make.NOON)

    verbs = RecordEntry.objects.filter(subject_id=str(change.pk), subject_type="divisions.change")

    assert sorted(verbs.values_list("verb", flat=True)) == [
        "divisions.change.annulled",
        "divisions.change.drafted",
        "divisions.change.enacted",
    ]


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (
            DraftChange(date(2019, 1, 1), "太早", entries=[row(2, "104205", "104206")]),
            "没有代码 510304104205",
        ),
        (
            DraftChange(
                make.LATER,
                "份额",
                entries=[
                    row(2, "104205", "104206", "晏家村", part="share", shares={"all": "0.6"}),  # type: ignore[arg-type]
                    row(3, "104205", "105201", "新民村", part="share", shares={"all": "0.3"}),  # type: ignore[arg-type]
                ],
            ),
            "加起来是 0.9",
        ),
        (
            DraftChange(
                make.LATER, "循环", entries=[row(2, "104205", "104206", "晏家村"), row(3, "104206", "104205", "龙凼村")]
            ),
            "循环",
        ),
        (DraftChange(make.LATER, "不在", entries=[row(2, "104299", "104206", "晏家村")]), "没有代码 510304104299"),
    ],
    ids=["too early", "shares", "circle", "unknown"],
)
def test_a_senseless_change_is_told_with_its_row_and_nothing_is_applied(draft: DraftChange, said: str) -> None:
    before = the_map(make.LATER)

    with pytest.raises(Problems) as caught, transaction.atomic():
        actions.draft_and_enact([draft], by=make.CLERK, at=make.NOON, file="changes.xlsx")

    assert said in str(caught.value)
    assert "changes.xlsx" in str(caught.value)
    assert "第 " in str(caught.value)
    assert the_map(make.LATER) == before
    assert not Change.objects.filter(title=draft.title).exists()


def test_a_division_that_has_ended_cannot_change_again() -> None:
    make.enacted(make.merger())

    with pytest.raises(Problems, match="有效"), transaction.atomic():
        make.enacted(DraftChange(date(2021, 1, 1), "再并", entries=[row(2, "104205", "105201", "新民村")]))


def test_one_bad_change_of_a_file_keeps_the_good_ones_out_too() -> None:
    bad = DraftChange(date(2020, 7, 1), "不在", entries=[row(9, "104299", "105201", "新民村")])

    with pytest.raises(Problems), transaction.atomic():
        actions.draft_and_enact([make.merger(), bad], by=make.CLERK, at=make.NOON)

    assert villages(make.LATER) == ["新民村", "晏家村", "龙凼村"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["2020-13-01", "", "合并", "510304104205", "", "510304104206", "晏家村", ""], ["第 2 行", "生效日"]),
        (["2020-06-30", "", "", "510304104205", "", "510304104206", "晏家村", ""], ["第 2 行", "标题"]),
        (["2020-06-30", "", "合并", "510304104205", "", "510304104206", "晏家村", "人口=一半"], ["第 2 行", "部分"]),
        (["2020-06-30", "", "合并", "", "", "", "", ""], ["第 2 行", "原代码"]),
    ],
    ids=["day", "title", "part", "nothing"],
)
def test_a_bad_cell_is_told_with_its_row_and_column(tmp_path: Path, cells: list[str], said: list[str]) -> None:
    with pytest.raises(Problems) as caught:
        make.enacted(*changefile.read(as_csv(tmp_path, [cells]), name="changes.csv"))

    assert [word for word in ["changes.csv", *said] if word not in str(caught.value)] == []
