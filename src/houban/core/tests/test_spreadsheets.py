"""Tables in and out."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from houban.core.problems import Collector, Problem, Problems
from houban.core.spreadsheets import Row, Table, read_table, write_xlsx

LINES = "代码,名称\n510304,大安区\n"


def sheet(content: bytes, *, name: str = "表.csv") -> list[dict[str, str]]:
    return [row.cells for row in read_table(io.BytesIO(content), name=name)[0].rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_comes_in_utf_8_and_gb18030(encoding: str) -> None:
    assert sheet(LINES.encode(encoding)) == [{"代码": "510304", "名称": "大安区"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_comes_with_the_delimiters_offices_use(delimiter: str) -> None:
    assert sheet(LINES.replace(",", delimiter).encode()) == [{"代码": "510304", "名称": "大安区"}]


def test_a_rare_character_outside_unicode_proper_is_kept() -> None:
    assert sheet("代码,名称\n510304,\ue863村\n".encode())[0]["名称"] == "\ue863村"


@pytest.mark.parametrize(
    ("content", "said"), [("代码,名称\n".encode("utf-16"), "UTF-16"), (b"\x81\x30\x00\xff", "编码"), (b"  ", "空")]
)
def test_other_bytes_are_named(content: bytes, said: str) -> None:
    with pytest.raises(Problems, match=said):
        read_table(io.BytesIO(content), name="表.csv")


def test_a_workbook_is_known_by_its_bytes_and_not_by_its_name() -> None:
    content = write_xlsx([Table("名录", ["代码", "名称"], [["510304", "大安区"]])])

    assert sheet(content, name="表.csv") == [{"代码": "510304", "名称": "大安区"}]


@pytest.mark.parametrize("titles", [["12345热线工单台账"], ["12345热线工单台账", "制表：示范科"]], ids=["one", "two"])
@pytest.mark.parametrize("is_workbook", [True, False], ids=["xlsx", "csv"])
def test_titles_above_a_header_are_passed_over_and_rows_keep_their_numbers(
    titles: list[str], *, is_workbook: bool
) -> None:
    lines = [*([title, "", ""] for title in titles), ["代码", "名称", "备注"], ["510304", "大安区", ""]]
    as_text = "\n".join(",".join(line) for line in lines).encode()
    content = write_xlsx([Table("名录", lines[0], lines[1:])]) if is_workbook else as_text

    (found,) = read_table(io.BytesIO(content), name="名录")

    assert found.header == ["代码", "名称", "备注"]
    assert found.rows == [Row(len(titles) + 2, {"代码": "510304", "名称": "大安区", "备注": ""})]


def test_what_looks_like_a_formula_is_written_as_text(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(write_xlsx([Table("表", ["名称"], [["=1+1"], ["+cmd|' /C calc'!A0"], ["@x"]])]))

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()

    assert rows == [["名称"], ["=1+1"], ["+cmd|' /C calc'!A0"], ["@x"]]


def test_a_problem_is_one_sentence_with_place_and_mend() -> None:
    problem = Problem(file="名录.xlsx", sheet="村", row=5, column="代码", what="应为 12 位", mend="请核对代码")

    assert str(problem) == "“名录.xlsx”的“村”表的第 5 行 代码 列：应为 12 位，请核对代码。"


def test_a_hundred_problems_are_told_and_the_rest_counted() -> None:
    problems = Collector(file="名录.csv")
    for row in range(130):
        problems.add(row=row, what="错了")

    with pytest.raises(Problems) as caught:
        problems.raise_any()

    assert len(caught.value.shown) == 100
    assert "另有 30 处" in str(caught.value)
