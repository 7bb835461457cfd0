"""An act typed on a page: the same flows as from a file, kept as a draft that two people cannot overwrite."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from django.http import QueryDict

from houban.core.models import RecordEntry
from houban.core.problems import Problems
from houban.core.spreadsheets import Table, write_xlsx
from houban.divisions import actions, changefile, entering, foreseeing, suggesting
from houban.divisions.actions import drafts
from houban.divisions.actions.changes import NotADraftError
from houban.divisions.actions.drafts import DraftMovedOnError
from houban.divisions.actions.ordering import CannotMoveError
from houban.divisions.changefile import DraftChange
from houban.divisions.entering import Line, TooManyLinesError, Typed
from houban.divisions.models import Change
from houban.divisions.rules import cells, names
from houban.divisions.tests import make
from houban.divisions.tests.make import row

ACT = {"day": "2020-06-30", "title": "合并", "document": "大府发〔2020〕3号"}
BLOCK = "龙凼村 510304104205\t龙晏村\t510304104210\t村\n晏家村 510304104206\t龙晏村\t510304104210\t村"


@pytest.fixture
def county(tmp_path: Path, db: None) -> int:
    return make.county(tmp_path)


def typed(*lines: Line, **act: str) -> Typed:
    return Typed(ACT | act, lines=list(lines))


def drafted(page: Typed) -> Change:
    draft, wrong = page.read()
    assert draft is not None, wrong
    return actions.draft([draft], by=make.CLERK, at=make.NOON)[0]


def flows(change: Change) -> list[dict[str, object]]:
    return [
        {key: value for key, value in one.items() if key not in ("id", "change_id", "number")}
        for one in change.flows.order_by("number").values()
    ]


def test_a_page_and_a_file_give_the_same_flows(county: int, tmp_path: Path) -> None:
    header = ["生效日", "文号", "标题", "原代码", "原名称", "新代码", "新名称", "新形式", "部分", "确定程度", "说明"]
    act = ["2020-06-30", "大府发〔2020〕3号", "合并"]
    rows = [
        [*act, "510304104205", "龙凼村", "510304104210", "龙晏村", "村", "", "批文已列", "附件 2"],
        [*act, "510304104206", "晏家村", "510304104210", "龙晏村", "村", "人口=0.6；面积=0.5", "推断", ""],
        [*act, "510304104206", "晏家村", "510304105201", "新民村", "", "人口=40%；面积=0.5", "推断", ""],
        [*act, "510304105201", "", "", "", "", "1组、2组", "", ""],
    ]
    path = tmp_path / "changes.xlsx"
    path.write_bytes(write_xlsx([Table("调整", header, rows)]))
    page = typed()

    from_file = actions.draft(changefile.read(path, name=path.name), by=make.CLERK, at=make.NOON)[0]
    page.paste("\n".join("\t".join(line) for line in [header, *rows]), number=1, column="source")

    assert flows(drafted(page)) == flows(from_file)


def test_an_uploaded_draft_goes_through_the_page_unchanged(county: int) -> None:
    merger = make.merger()
    merger.entries.append(row(9, "105201", "104210", "龙晏村", part="groups", groups=("1组", "2组")))  # type: ignore[arg-type]
    change = actions.draft([merger], by=make.CLERK, at=make.NOON)[0]
    before = flows(change)

    draft, _ = entering.of_change(change, change.flows.all()).read()
    assert draft is not None
    actions.redraft(change, draft, seen=drafts.mark(change), by=make.CLERK, at=make.NOON)

    assert flows(change) == before


def test_several_sources_in_one_cell_become_a_row_each() -> None:
    page = typed(Line(source="龙凼村、晏家村", target="龙晏村", code="510304104210"))

    page.spread()

    assert [(line.source, line.target) for line in page.lines] == [("龙凼村", "龙晏村"), ("晏家村", "龙晏村")]


@pytest.mark.parametrize("text", ["龙凼村、晏家村", "龙凼村\n晏家村\n", "510304104205\r\n510304104206"])
def test_a_pasted_list_of_sources_shares_their_target(text: str) -> None:
    page = typed(Line(target="龙晏村"), Line(source="新民村"))

    page.paste(text, number=1, column="source")

    assert [line.target for line in page.lines] == ["龙晏村", "龙晏村", ""]
    assert page.focus == 2


def test_a_block_from_a_spreadsheet_fills_rows_from_the_cell_on() -> None:
    page = typed(Line(), Line(), Line())

    page.paste(BLOCK, number=1, column="source")

    assert [(line.target, line.code, line.kind) for line in page.lines] == [
        ("龙晏村", "510304104210", "village"),
        ("龙晏村", "510304104210", "village"),
        ("", "", ""),
    ]


def test_a_column_pasted_under_targets_goes_down_beside_the_sources() -> None:
    page = typed(Line(source="甲村"), Line(source="乙村"))

    page.paste("丙村\n丁村\n戊村", number=1, column="target")

    assert [(line.source, line.target) for line in page.lines] == [("甲村", "丙村"), ("乙村", "丁村"), ("", "戊村")]


def test_rows_are_inserted_copied_struck_out_and_brought_back() -> None:
    page = typed(Line(source="甲村"), Line(source="乙村"))

    page.alter("copy", 1)
    page.alter("insert", 3)
    page.alter("strike", 2)
    struck = [line.source for _, line in page.numbered]
    page.alter("strike", 2)

    assert struck == ["甲村", "乙村"]
    assert [line.source for line in page.lines] == ["甲村", "甲村", "乙村", ""]


def test_too_many_rows_are_refused_and_what_stood_stays() -> None:
    page = typed(Line(source="甲村"))

    with pytest.raises(TooManyLinesError):
        page.paste("\n".join(f"村{n}" for n in range(3000)), number=1, column="source")

    assert [line.source for line in page.lines] == ["甲村"]


@pytest.mark.parametrize(
    ("line", "cell", "said"),
    [
        (Line(source="龙凼村", target="新民村", part="一半"), "part", "看不懂"),
        (Line(source="龙凼村", target="新民村", code="51030410"), "code", "位数字"),
        (Line(source="龙凼村", target="新民村", kind="屯"), "kind", "请从这些里选"),
        (Line(source="龙凼村", target="新" * 61), "target", "超过 60 个字"),
    ],
)
def test_a_bad_cell_is_told_at_its_row_and_cell(line: Line, cell: str, said: str) -> None:
    page = typed(Line(), line)

    draft, _ = page.read()

    assert draft is None
    assert said in page.lines[1].wrongs[cell]


def test_what_the_map_refuses_is_told_at_its_row_and_cell(county: int) -> None:
    page = typed(Line(), Line(source="没有村", target="晏家村"))

    seen = foreseeing.outlook(page, None)

    assert [(fault.row, fault.cell) for fault in seen["faults"]] == [(2, "source")]  # type: ignore[attr-defined]
    assert "生效日没有“没有村”" in page.lines[1].wrongs["source"]


def test_a_page_foresees_counts_and_branches_before_anything_is_kept(county: int) -> None:
    page = typed(Line(source="龙凼村", target="晏家村", code="510304104206"), title="")

    seen = foreseeing.outlook(page, None)

    assert seen["kinds"] == {"并入": 1}
    assert [(b.name, b.gone) for b in seen["branches"]] == [("何市镇", ["龙凼村"])]  # type: ignore[attr-defined]
    assert not Change.objects.filter(status="draft").exists()


def test_of_two_people_at_one_draft_the_second_overwrites_nothing(county: int) -> None:
    change = drafted(typed(Line(source="龙凼村", target="晏家村")))
    seen = drafts.mark(change)
    first, _ = typed(Line(source="龙凼村", target="新民村")).read()
    second, _ = typed(Line(source="晏家村", target="新民村")).read()
    assert first is not None
    assert second is not None
    actions.redraft(change, first, seen=seen, by=make.CLERK, at=make.NOON)

    with pytest.raises(DraftMovedOnError):
        actions.redraft(change, second, seen=seen, by=make.CLERK, at=make.NOON)

    assert [flow.target_name for flow in change.flows.all()] == ["新民村"]
    assert RecordEntry.objects.filter(verb="divisions.change.redrafted").count() == 1


def test_what_is_in_force_is_not_written_anew(county: int) -> None:
    change = make.enacted(make.merger())[0]
    draft, _ = typed(Line(source="龙凼村", target="晏家村")).read()
    assert draft is not None

    with pytest.raises(NotADraftError):
        actions.redraft(change, draft, seen=drafts.mark(change), by=make.CLERK, at=make.NOON)


def test_a_row_keeps_its_clue_while_its_ends_stay(county: int) -> None:
    change = drafted(typed(Line(source="龙凼村", target="晏家村"), Line(source="新民村", target="晏家村")))
    change.flows.update(clue="名称相近", score="0.4")
    draft, _ = typed(Line(source="龙凼村", target="晏家村"), Line(source="新民村", target="龙凼村")).read()
    assert draft is not None

    actions.redraft(change, draft, seen=drafts.mark(change), by=make.CLERK, at=make.NOON)

    assert [flow.clue for flow in change.flows.order_by("number")] == ["名称相近", ""]


def test_a_copy_of_an_enacted_change_is_a_draft_of_its_own(county: int) -> None:
    change = make.enacted(make.merger())[0]

    made = actions.copy(change, title="再来一次", by=make.CLERK, at=make.NOON)

    assert (made.status, made.sequence, made.flows.filter(source=None).count()) == ("draft", 2, 2)
    assert [flow["source_code"] for flow in flows(made)] == [flow["source_code"] for flow in flows(change)]


def rename(day: date = make.LATER) -> DraftChange:
    return DraftChange(day, "更名", entries=[row(2, "104210", "104210", "龙门村")])


def test_changes_of_one_day_take_effect_in_their_order(county: int) -> None:
    merging, renaming = actions.draft([make.merger(), rename()], by=make.CLERK, at=make.NOON)

    actions.enact(merging, by=make.CLERK, at=make.NOON)
    actions.enact(renaming, by=make.CLERK, at=make.NOON)

    assert make.version("510304104210", make.LATER).name == "龙门村"


def test_a_change_that_comes_later_the_same_day_cannot_be_enacted_first(county: int) -> None:
    first = DraftChange(make.LATER, "更名", entries=[row(2, "104205", "104205", "龙门村")])
    renaming, merging = actions.draft([first, make.merger()], by=make.CLERK, at=make.NOON)
    actions.enact(merging, by=make.CLERK, at=make.NOON)
    joined = DraftChange(make.LATER, "并入", entries=[row(2, "104210", "105201", "新民村")])
    late = actions.draft([joined], by=make.CLERK, at=make.NOON)[0]
    Change.objects.filter(pk=late.pk).update(sequence=1)

    with pytest.raises(Problems, match="排在它后面却已经生效"):
        actions.enact(Change.objects.get(pk=late.pk), by=make.CLERK, at=make.NOON)
    with pytest.raises(Problems):
        actions.enact(renaming, by=make.CLERK, at=make.NOON)


def test_drafts_of_one_day_change_places_and_what_is_in_force_keeps_its_place(county: int) -> None:
    enacted = make.enacted(make.merger())[0]
    renaming, other = actions.draft([rename(), rename()], by=make.CLERK, at=make.NOON)

    actions.move(other, later=-1, by=make.CLERK, at=make.NOON)

    order = list(Change.objects.filter(effective_on=make.LATER).in_order().values_list("pk", flat=True))
    assert order == [enacted.pk, other.pk, renaming.pk]
    with pytest.raises(CannotMoveError, match="已经生效"):
        actions.move(Change.objects.get(pk=other.pk), later=-1, by=make.CLERK, at=make.NOON)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("龙凼村 510304104205", ("510304104205", "龙凼村")),
        ("510304104205龙凼村", ("510304104205", "龙凼村")),
        ("龙凼村（510304104205）", ("510304104205", "龙凼村")),
        ("510304104205", ("510304104205", "")),
        ("13组", ("", "13组")),
        ("", ("", "")),
    ],
)
def test_a_cell_names_a_division_by_name_or_code_or_both(text: str, unit: tuple[str, str]) -> None:
    assert cells.unit(text) == unit


@pytest.mark.parametrize(
    ("parent", "form", "used", "code"),
    [
        ("510304104", "village", {"510304104206"}, "510304104207"),
        ("510304104", "village", set(), "510304104200"),
        ("510304104", "community", {"510304104001", "510304104399"}, "510304104002"),
        ("510304104", "village", {f"510304104{n}" for n in range(200, 400) if n != 250}, "510304104250"),
        ("510304104", "village", {f"510304104{n}" for n in range(200, 400)}, ""),
        ("510304", "town", {"510304109"}, "510304110"),
        ("510304", "village", set(), ""),
        ("510304104", "village_group", set(), ""),
    ],
)
def test_the_next_code_follows_the_bands_and_is_never_one_given_up(
    parent: str, form: str, used: set[str], code: str
) -> None:
    assert names.next_code(parent, form, used=used) == code


def test_a_new_village_is_offered_the_next_code_of_its_town_that_nobody_ever_bore(county: int) -> None:
    make.enacted(make.merger())
    page = typed(Line(source="龙晏村", target="龙新村"), day="2021-01-01")

    offered = suggesting.choices(page, row=1, column="target", today=make.LATER)

    assert [(one.code, one.form, one.new) for one in offered] == [("510304104211", "village", True)]


def test_the_target_of_another_row_is_offered_before_a_new_code(county: int) -> None:
    first = Line(source="龙凼村", target="龙晏村", code="510304104207", kind="village")
    page = typed(first, Line(source="晏家村", target="龙"))

    offered = suggesting.choices(page, row=2, column="target", today=make.LATER)

    assert (offered[0].name, offered[0].code, offered[0].row) == ("龙晏村", "510304104207", 1)


def test_what_is_typed_finds_divisions_on_the_day_of_the_act(county: int) -> None:
    make.enacted(make.merger())
    page = typed(Line(source="龙"), day="2020-01-01")

    offered = suggesting.choices(page, row=1, column="source", today=make.LATER)

    assert [(one.name, one.code) for one in offered] == [("龙凼村", "510304104205")]


def test_what_is_sent_from_the_page_is_what_was_typed() -> None:
    sent = QueryDict(
        "day=2020-06-30&title=合并&act_note=好&struck=&struck=1&source=甲村&source=乙村&target=丙村&target="
    )

    page = entering.of_post(sent)

    assert (page.act["title"], page.note) == ("合并", "好")
    assert [(line.source, line.target, line.struck) for line in page.lines] == [("甲村", "丙村", ""), ("乙村", "", "1")]
    assert {field.name for field in fields(Line)} >= {*entering.CELLS, "struck"}
