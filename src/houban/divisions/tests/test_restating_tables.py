"""Restating a table in a small county, from a program and from the command line."""

from __future__ import annotations

from io import BytesIO, StringIO
from pathlib import Path

import pyarrow as pa
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from houban.core.problems import Problems
from houban.core.spreadsheets import read_table
from houban.divisions import histories, restating, tablefile
from houban.divisions.crosswalks import crosswalk_between
from houban.divisions.tests import make

pytestmark = pytest.mark.django_db
PEOPLE = (
    "代码,名称,人口\n510304104205,龙凼村,700\n510304104206,晏家村,301\n510304105201,新民村,5\n510304104299,没有的村,9\n"
)


@pytest.fixture
def merged(tmp_path: Path) -> None:
    make.county(tmp_path)
    make.enacted(make.merger())


@pytest.mark.usefixtures("merged")
def test_values_of_merged_villages_are_added_and_the_rest_is_listed() -> None:
    table = tablefile.read(BytesIO(PEOPLE.encode()), name="人口.csv")
    chosen = tablefile.guess(table, known=histories.of_county().codes.texts)
    walk = crosswalk_between(make.FIRST, make.LATER)

    restated = restating.restate(table, walk, code=chosen.code, values=chosen.values)

    texts = restated.codes()
    column = restated.columns[0]
    placed = {texts[d]: v for d, v in zip(column.sums.division.tolist(), column.sums.value.tolist(), strict=True)}
    assert (chosen.code, chosen.name, chosen.values) == ("代码", "名称", ("人口",))
    assert placed == {"510304104210": 1001, "510304105201": 5}
    assert [(one.code, one.value, one.why) for one in restated.lost["人口"]] == [
        ("510304104299", 9, restating.Why.NOT_THERE)
    ]


@pytest.mark.usefixtures("merged")
def test_rates_categories_and_flows_are_restated_by_their_own_rules() -> None:
    walk = crosswalk_between(make.FIRST, make.LATER)
    table = pa.table(
        {
            "代码": ["510304104205", "510304104206", "510304105201"],
            "到": ["510304105201", "510304104205", "510304104206"],
            "参保": ["90", "10", "1"],
            "人口": ["100", "100", "2"],
            "类别": ["平坝", "平坝", "丘陵"],
        }
    )
    numbers = {text: number for number, text in restating.codes_on(walk.history, make.LATER).items()}
    new, stays = numbers["510304104210"], numbers["510304105201"]

    rated = restating.restate_rate(table, walk, code="代码", numerator="参保", denominator="人口")
    kinds = restating.restate_category(table, walk, code="代码", category="类别", rule="majority")
    flows = restating.restate_flow(table, walk, origin="代码", destination="到", value="人口")

    assert rated.rate == {(new, 0): 0.5, (stays, 0): 0.5}
    assert (kinds[new], kinds[stays]) == ("平坝", "丘陵")
    assert sorted(flows) == sorted([[new, new, 100], [new, stays, 100], [stays, new, 2]])


@pytest.mark.usefixtures("merged")
def test_the_command_line_restates_a_file(tmp_path: Path) -> None:
    source, target, told = tmp_path / "人口.csv", tmp_path / "结果.xlsx", StringIO()
    source.write_text(PEOPLE, encoding="utf-8")
    days = ["--from", make.FIRST.isoformat(), "--to", make.LATER.isoformat()]

    call_command("divisions", "restate", str(source), *days, "--out", str(target), stdout=told)

    rows = read_table(target, name=target.name)[0].rows
    assert [(row.cells["代码"], row.cells["人口"]) for row in rows] == [("510304104210", "1001"), ("510304105201", "5")]
    assert "未能换算 9" in told.getvalue()


@pytest.mark.parametrize(
    "text", ['"代码","收入,万元"\n510304104205 ,"1,234.5"\n', "代码 ,收入,备注\n 510304104205,1234.5,\n"]
)
def test_titles_and_cells_are_read_alike_whatever_the_commas_and_blanks(text: str) -> None:
    table = tablefile.read(BytesIO(text.encode()), name="x.csv")
    chosen = tablefile.guess(table, known=["510304104205"])

    assert (chosen.code, len(chosen.values)) == ("代码", 1)
    assert table["代码"].to_pylist() == ["510304104205"]
    assert restating.whole_numbers(table[chosen.values[0]])[0].tolist() == [12345]


@pytest.mark.parametrize(("cell", "value"), [("+123456789012.25", 12345678901225), ("9" * 18, 10**18 - 1)])
def test_what_an_integer_holds_is_read_exactly(cell: str, value: int) -> None:
    table = pa.table({"代码": ["510304104205"], "数": [cell]})

    tablefile.check(table, tablefile.Guess("代码", "", ("数",), ()), name="x.csv")

    assert restating.whole_numbers(table["数"])[0].tolist() == [value]


def test_what_no_integer_holds_is_refused() -> None:
    table = pa.table({"代码": ["510304104205"], "数": ["9" * 19]})

    with pytest.raises(Problems) as told:
        tablefile.check(table, tablefile.Guess("代码", "", ("数",), ()), name="x.csv")

    assert "数太大" in str(told.value)


KINDS = "代码,人口,参保,类别,到\n510304104205,700,350,丘陵,510304104206\n510304104206,300,270,平坝,510304105201\n"


@pytest.mark.usefixtures("merged")
def test_the_command_line_restates_rates_categories_and_flows_and_opens_a_value(tmp_path: Path) -> None:
    source, target, told = tmp_path / "参保.csv", tmp_path / "结果.xlsx", StringIO()
    source.write_text(KINDS, encoding="utf-8")
    days = ["--from", make.FIRST.isoformat(), "--to", make.LATER.isoformat()]
    kinds = ["--rate", "参保/人口*100", "--category", "类别", "--rule", "largest", "--destination", "到"]

    call_command(
        "divisions", "restate", str(source), *days, *kinds, "--value", "人口", "--value", "参保",
        "--explain", "510304104210", "--out", str(target), stdout=told,
    )  # fmt: skip

    sheets = {sheet.name: sheet for sheet in read_table(target, name=target.name)}
    (row,) = sheets["换算结果"].rows
    assert (row.cells["参保/人口（%）"], row.cells["人口"]) == ("62", "1000")
    assert [(one.cells["起点"], one.cells["终点"], one.cells["人口"]) for one in sheets["流量"].rows] == [
        ("龙晏村", "龙晏村", "700"), ("龙晏村", "新民村", "300"),
    ]  # fmt: skip
    assert "510304104205 龙凼村：700，占它的 100%，2020-06-30 大府发〔2020〕3号" in told.getvalue()


@pytest.mark.usefixtures("merged")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rate", "参保"], "看不懂"),
        (["--category", "没有"], "没有“没有”这一列"),
        (["--explain", "999"], "目标日没有代码"),
    ],
)
def test_what_cannot_be_restated_is_said(words: list[str], said: str, tmp_path: Path) -> None:
    source = tmp_path / "参保.csv"
    source.write_text(KINDS, encoding="utf-8")
    days = ["--from", make.FIRST.isoformat(), "--to", make.LATER.isoformat()]

    with pytest.raises(CommandError, match=said):
        call_command("divisions", "restate", str(source), *days, *words, stdout=StringIO())
