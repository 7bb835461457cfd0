"""What a roster is refused for: each bad row names itself, and nothing changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from houban.core import claims, clock
from houban.core.problems import Problems
from houban.divisions.tests import make as maps
from houban.organisation.actions import people
from houban.organisation.models import (
    Appointment,
    Organisation,
    Person,
)
from houban.organisation.powers import PostKind
from houban.organisation.tests import make
from houban.organisation.tests.make import OTHER_TOWN, TOWN, VILLAGE, World
from houban.organisation.tests.rosters import (
    COMMITTEE,
    DIRECTOR,
    HOLDS,
    SINCE,
    SMALL,
    Row,
    Sheets,
    counted,
    exported,
    imported,
    rows_of,
    wrongs,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make.world(tmp_path)


def test_a_town_officer_can_not_touch_another_towns_posts_and_is_told_which_rows(world: World) -> None:
    mine = world.post(PostKind.STAFF, TOWN, body=world.body(TOWN, name="何市镇机关"))
    theirs = world.post(PostKind.STAFF, OTHER_TOWN, body=world.body(OTHER_TOWN, name="新店镇机关"))
    officer = world.holder(PostKind.TOWN_PERSONNEL, TOWN, name="办事员")
    held = {"姓名": "甲", "起日": "2021-01-01", "岗位": mine.title}
    people = {"人员": [{"姓名": "甲", "所属区划代码": TOWN}]}
    assert officer.account_id is not None

    with claims.acting(claims.account(officer.account_id), at=clock.now()):
        found = wrongs(people | {"任职": [held | {"机构": "何市镇机关"}, held | {"机构": "新店镇机关"}]})
        fine = imported(people | {"任职": [held | {"机构": "何市镇机关"}]})

    assert found == [
        f"“花名册.xlsx”的“任职”表的第 3 行：岗位“{theirs}”不在您的职权范围内，请删去这一行，或交由有权的岗位导入。"
    ]
    assert counted(fine)["任职"] == (1, 0, 0)


def test_nobody_imports_an_appointment_of_their_own(world: World) -> None:
    post = world.post(PostKind.STAFF, TOWN, body=world.body(TOWN, name="何市镇机关"))
    officer = world.holder(PostKind.TOWN_PERSONNEL, TOWN, name="办事员")
    row = {"姓名": "办事员", "机构": "何市镇机关", "岗位": post.title, "起日": SINCE}
    assert officer.account_id is not None

    with claims.acting(claims.account(officer.account_id), at=clock.now()):
        found = wrongs({"任职": [row]})

    assert "自己的任免要由别人办" in found[0]


def supervisors(name: str) -> Sheets:
    body = {"机构名称": "监委会", "类型": "村（居）务监督委员会", "区划代码": VILLAGE, "设立日": SINCE}
    post = {"机构": "监委会", "岗位名称": "主任", "岗位类型": "村（居）务监督委员会主任", "起日": SINCE}
    return {"机构": [body], "岗位": [post], "任职": [HOLDS | {"姓名": name, "机构": "监委会"}]}


def test_incompatible_posts_are_refused_with_the_article(world: World) -> None:
    imported(SMALL)

    found = wrongs(supervisors("甲"))

    assert "甲在这段时间任“龙凼村村民委员会 主任”，不得兼任“监委会 主任”。《村民委员会组织法》第三十二条" in found[0]
    assert not Organisation.objects.filter(name="监委会").exists()


def test_kin_are_refused_too(world: World) -> None:
    imported(SMALL | {"人员": [{"姓名": "甲"}, {"姓名": "乙"}]})
    one, other = Person.objects.order_by("name")
    people.declare_kin(one, other, "spouse", by=make.CLERK, at=make.NOON)

    assert "的近亲属" in wrongs(supervisors("乙"))[0]


def test_kin_that_only_the_database_knows_of_are_named_by_row(world: World) -> None:
    imported(SMALL | {"人员": [{"姓名": "甲"}, {"姓名": "乙"}]})
    imported({sheet: rows for sheet, rows in supervisors("乙").items() if sheet != "任职"})
    one, other = Person.objects.order_by("name")
    people.declare_kin(one, other, "spouse", by=make.CLERK, at=make.NOON)  # of the county, whose kin a town can't read
    officer = world.holder(PostKind.TOWN_PERSONNEL, TOWN, name="办事员")
    assert officer.account_id is not None

    with claims.acting(claims.account(officer.account_id), at=clock.now()):
        found = wrongs({"任职": supervisors("乙")["任职"]})

    assert found[0].startswith(
        "“花名册.xlsx”的“任职”表的第 2 行：乙：监委会 主任：不得兼任。《村民委员会组织法》第三十二条"
    )


def test_an_import_asks_the_database_as_often_however_long_it_is(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    post = DIRECTOR | {"岗位名称": "委员", "岗位类型": "村（居）委会委员", "职数": 900}
    names = [f"人{n}" for n in range(900)]
    sheets: Sheets = {
        "机构": [COMMITTEE],
        "岗位": [post],
        "人员": [{"姓名": name} for name in names],
        "任职": [HOLDS | {"姓名": name, "岗位": "委员"} for name in names],
    }

    with django_assert_max_num_queries(40):
        imported(sheets)

    assert Appointment.objects.values("seat").distinct().count() == 900


CREDIT = "11510304008601234Y"
QUOTA = {"机构": "龙凼村村民委员会", "编制性质": "事业编制", "核定数": 3, "文号": "编 1 号", "起日": SINCE}
BAD: dict[str, tuple[str, Row, str]] = {
    "unknown code": (
        "机构",
        COMMITTEE | {"机构名称": "新", "区划代码": "510304104999"},
        "2021-06-30 没有代码 510304104999",
    ),
    "not a code": ("机构", COMMITTEE | {"机构名称": "新", "区划代码": "510"}, "应为 6、9、12 或 15 位数字"),
    "unknown kind": ("机构", COMMITTEE | {"机构名称": "新", "类型": "村委"}, "请从这些里选：领导小组、专班"),
    "credit code": ("机构", COMMITTEE | {"机构名称": "新", "统一社会信用代码": CREDIT}, "末位校验码对不上"),
    "other start": ("机构", COMMITTEE | {"设立日": "2020-02-01"}, "与已有的一条重叠（2020-01-01 至 今）"),
    "not a day": ("任职", HOLDS | {"起日": "二月"}, "应为日期，现为“二月”，请写成 2021-01-10 这样"),
    "end before start": ("任职", HOLDS | {"止日": "2019-12-31"}, "止日 2019-12-31 不晚于起日 2020-01-01"),
    "unknown organisation": ("任职", HOLDS | {"机构": "龙洞村村民委员会"}, "没有机构“龙洞村村民委员会”"),
    "other place": ("任职", HOLDS | {"机构区划代码": OTHER_TOWN}, f"代码 {OTHER_TOWN} 没有机构“龙凼村村民委员会”"),
    "unknown post": ("任职", HOLDS | {"岗位": "书记"}, "没有岗位“书记”，它的岗位有：主任"),
    "unknown person": ("任职", HOLDS | {"姓名": "丁"}, "人员里没有“丁”"),
    "seat taken": ("任职", HOLDS | {"姓名": "丙"}, "1 个席位在这段时间都有人（甲）"),
    "named seat taken": ("任职", HOLDS | {"姓名": "丙", "席位": 1}, "席位 1 在这段时间由甲担任"),
    "no such seat": ("任职", HOLDS | {"姓名": "丙", "席位": 2}, "席位 2 超出了职数 1"),
    "outside the post": ("任职", HOLDS | {"起日": "2019-06-01"}, "“龙凼村村民委员会”在 2019-06-01 不存续"),
    "rewritten": ("任职", HOLDS | {"任职性质": "兼职"}, "登记的是“专职”，表里不同，登记后不能改写"),
    "unknown term": ("任职", HOLDS | {"姓名": "丙", "届次": 11}, "没有登记第 11 届"),
    "post outside": ("岗位", DIRECTOR | {"岗位名称": "副主任", "起日": "2019-06-01"}, "不存续"),
    "other kind of post": ("岗位", DIRECTOR | {"岗位类型": "工作人员"}, "登记的是“村（居）委会主任”，表里不同"),
    "no seats": ("岗位", DIRECTOR | {"职数": 0}, "职数是 0"),
    "post ends too early": ("岗位", DIRECTOR | {"止日": "2021-01-01"}, "甲的任期超出岗位的止日 2021-01-01"),
    "namesake": ("人员", {"姓名": "乙"}, "已有一个“乙”（一组）"),
    "half a place": ("人员", {"姓名": "丙", "编制性质": "事业编制"}, "写了占编，“编制所在机构”却空着"),
    "unknown column": ("人员", {"姓名": "丙", "电话": "1"}, "认不出“电话”列"),
    "no number": ("编制", QUOTA | {"核定数": "三"}, "应为整数，现为“三”"),
    "own member": ("成员单位", {"领导小组": "监委会", "成员单位": "监委会", "起日": SINCE}, "没有机构“监委会”"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_names_itself_and_nothing_changes(world: World, case: str) -> None:
    imported(SMALL | {"人员": [{"姓名": "甲"}, {"姓名": "乙", "区分同名": "一组"}, {"姓名": "丙"}]})
    sheet, row, says = BAD[case]
    before = rows_of(exported())

    found = wrongs(
        {"机构": [COMMITTEE | {"机构名称": "好的机构"}], sheet: [row]} if sheet != "机构" else {sheet: [row]}
    )

    assert says in found[0], found
    assert f"的“{sheet}”表的第 " in found[0]
    assert rows_of(exported()) == before


def test_a_code_of_another_day_says_when_it_was_borne(world: World) -> None:
    maps.enacted(maps.merger())

    found = wrongs({"机构": [COMMITTEE]})

    assert f"2021-06-30 没有代码 {VILLAGE}（它在 2019-10-31 至 2020-06-30 有效）" in found[0]


def test_duplicate_rows_and_namesakes_are_all_told_at_once(world: World) -> None:
    imported({"机构": [COMMITTEE], "岗位": [DIRECTOR]})
    for _number in range(2):
        world.person("赵")

    found = wrongs({"机构": [COMMITTEE, COMMITTEE], "任职": [HOLDS | {"姓名": "赵"}, HOLDS | {"姓名": "钱"}]})

    assert "第 3 行：与第 2 行是同一条" in found[0]
    assert "有 2 个“赵”，区分同名是 （空）、（空），请写明“区分同名”" in found[1]
    assert "人员里没有“钱”" in found[2]


def test_a_hundred_problems_are_shown_and_the_rest_counted(world: World) -> None:
    rows: list[Row] = [HOLDS | {"姓名": f"人{n}"} for n in range(130)]

    with pytest.raises(Problems) as caught:
        imported({"机构": [COMMITTEE], "岗位": [DIRECTOR], "任职": rows})

    assert (len(caught.value.shown), caught.value.more) == (100, 30)


def test_two_organisations_of_one_name_are_told_apart_by_their_place(world: World) -> None:
    town = {"机构名称": "便民服务中心", "类型": "镇街内设机构", "区划代码": TOWN, "设立日": SINCE}
    post = {"机构": "便民服务中心", "岗位名称": "主任", "岗位类型": "镇街内设机构负责人", "起日": SINCE}
    imported({"机构": [town, town | {"区划代码": OTHER_TOWN}]})

    assert "有 2 个机构叫“便民服务中心”，请写明它的区划代码" in wrongs({"岗位": [post]})[0]
    assert counted(imported({"岗位": [post | {"机构区划代码": TOWN}]})) == {"岗位": (1, 0, 0)}
