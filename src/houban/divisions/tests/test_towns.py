"""Lists of towns by year are read whole or refused with every bad row."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from houban.core.problems import Problems
from houban.divisions.actions import towns as adopting
from houban.divisions.adapters import towns
from houban.divisions.models import Division, OfficialList
from houban.divisions.tests import make

TABLE = "vintage,code9,name\n2018,510304104,何市镇\n2018,510304107,永嘉乡\n2019,510304104,何市镇\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "towns.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_year_is_the_list_of_a_day(tmp_path: Path) -> None:
    first, second = towns.read(write(tmp_path, TABLE))

    assert (first.day, first.names) == (date(2018, 10, 31), {"510304104": "何市镇", "510304107": "永嘉乡"})
    assert (second.day, list(second.names)) == (date(2019, 10, 31), ["510304104"])


def test_a_gzipped_table_says_the_same(tmp_path: Path) -> None:
    packed = tmp_path / "towns.csv.gz"
    packed.write_bytes(gzip.compress(TABLE.encode()))

    assert towns.read(packed) == towns.read(write(tmp_path, TABLE))


WRONG = {
    "a column that is missing": ("vintage,code,name\n", "缺少 code9 列"),
    "a year without a day": ("vintage,code9,name\n1999,510304104,何市镇\n", "第 2 行 vintage 列"),
    "a code that is too short": ("vintage,code9,name\n2018,510304,何市镇\n", "应为 9 位数字"),
    "a town without a name": ("vintage,code9,name\n2018,510304104,\n", "没有名称"),
    "a code given twice": (TABLE + "2019,510304104,何市镇\n", "第 5 行 code9 列"),
    "nothing at all": ("vintage,code9,name\n", "没有一行名录"),
}


@pytest.mark.parametrize(("text", "why"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_read_is_told_with_file_and_row(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Problems, match=why) as caught:
        towns.read(write(tmp_path, text))

    assert "towns.csv" in str(caught.value)


@pytest.mark.django_db
@pytest.mark.usefixtures("owner")
def test_lists_are_kept_once_and_found_nothing(tmp_path: Path) -> None:
    lists = towns.read(write(tmp_path, TABLE))
    done = adopting.adopt_towns(lists, by=make.CLERK, at=make.NOON)

    again = adopting.adopt_towns(lists, by=make.CLERK, at=make.NOON)

    assert (done.acts, done.rows, again.again) == (2, 3, True)
    assert [official.entries.count() for official in OfficialList.objects.order_by("as_of")] == [2, 1]
    assert not Division.objects.exists()
