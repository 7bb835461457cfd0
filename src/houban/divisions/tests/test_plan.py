"""The identity rule and the shapes, without a database."""

from __future__ import annotations

from typing import Any

from houban.divisions.rules import plan, shapes
from houban.divisions.rules.plan import Plan
from houban.divisions.rules.state import Entry, Snapshot, Unit
from houban.divisions.words import Shape

COUNTY, HESHI, YONGJIA = 1, 2, 3


def unit(number: int, code: str, name: str, parent: int | None, **more: Any) -> Unit:
    level = {6: "county", 9: "town", 12: "village", 15: "group"}[len(code)]
    form = {"county": "district", "town": "town", "village": "village", "group": "village_group"}[level]
    return Unit(number, level, more.pop("form", form), name, more.pop("official", name), parent, code, **more)


def village(number: int, tail: str, name: str, **more: Any) -> Unit:
    return unit(number, f"510304104{tail}", name, HESHI, official=f"{name}委会", **more)


def the_map(*more: Unit) -> Snapshot:
    return Snapshot(
        [
            unit(COUNTY, "510304", "大安区", None),
            unit(HESHI, "510304104", "何市镇", COUNTY),
            unit(YONGJIA, "510304204", "永嘉乡", COUNTY, form="township"),
            *more,
        ]
    )


def row(number: int, source: str, target: str, name: str = "", **more: Any) -> Entry:
    long = {3: "510304104", 9: "", 12: ""}
    source = long[len(source)] + source if source else ""
    target = long[len(target)] + target if target else ""
    return Entry(number, source_code=source, target_code=target, target_name=name, **more)


def shape(made: Plan, before: Snapshot) -> list[Shape]:
    assert made.wrongs == []
    return [component.shape for component in shapes.components(made, before)]


def test_two_villages_under_a_new_name_and_code_constitute_a_new_one() -> None:
    before = the_map(village(10, "205", "龙凼村"), village(11, "206", "晏家村"))

    made = plan.make(before, [row(1, "205", "210", "龙晏村"), row(2, "206", "210", "龙晏村")])

    assert shape(made, before) == [Shape.CONSTITUTE]
    assert set(made.ended) == {10, 11}
    assert [(t.name, t.official_name, t.form) for t in made.new] == [("龙晏村", "龙晏村委会", "village")]


def test_a_village_that_goes_into_a_standing_one_is_absorbed() -> None:
    before = the_map(village(10, "205", "永太村"), village(11, "206", "高庙村"))

    made = plan.make(before, [row(1, "206", "205", "永太村")])

    assert shape(made, before) == [Shape.ABSORB]
    assert set(made.ended) == {11}
    assert [t.id for t in made.kept] == [10]


def test_a_reused_code_under_the_name_of_the_other_source_makes_a_new_village() -> None:
    before = the_map(village(10, "209", "红灯村"), village(11, "210", "长河村"))

    made = plan.make(before, [row(1, "209", "209", "长河村"), row(2, "210", "209", "长河村")])

    assert shape(made, before) == [Shape.CONSTITUTE]
    assert set(made.ended) == {10, 11}


def test_a_township_that_becomes_a_street_keeps_its_identity_and_its_villages_follow() -> None:
    before = the_map(village(10, "205", "永太村"))

    made = plan.make(before, [row(1, "510304204", "510304006", "永嘉街道")])

    assert shape(made, before) == [Shape.UPGRADE]
    assert [(t.id, t.form) for t in made.kept] == [(YONGJIA, "street")]
    assert made.followers == {}


def test_villages_follow_a_township_into_the_town_it_is_merged_into() -> None:
    before = the_map(unit(10, "510304204201", "何家冲村", YONGJIA), unit(11, "510304204202", "瓦高村", YONGJIA))

    made = plan.make(before, [row(1, "510304204", "510304104", "何市镇"), row(2, "510304204202", "221", "瓦高村")])

    assert made.wrongs == []
    assert made.followers == {10: HESHI}
    assert {t.id: (t.code, t.parent) for t in made.kept}[11] == ("510304104221", HESHI)


def test_named_groups_move_and_the_rest_of_the_village_stays() -> None:
    groups = [unit(20 + n, f"51030410420500{n}", f"{n}组", 10) for n in (1, 2, 3)]
    before = the_map(village(10, "205", "元湾村"), village(11, "206", "联合村"), *groups)

    made = plan.make(before, [row(1, "205", "206", "联合村", part="groups", groups=("1组", "2组"))])

    assert made.wrongs == []
    assert made.ended == {}
    assert made.followers == {21: 11, 22: 11}


def test_shares_that_do_not_add_up_to_one_are_refused() -> None:
    before = the_map(village(10, "205", "元湾村"), village(11, "206", "联合村"), village(12, "207", "三关村"))

    made = plan.make(
        before,
        [
            row(1, "205", "206", "联合村", part="share", shares={"all": "0.6"}),
            row(2, "205", "207", "三关村", part="share", shares={"all": "0.3"}),
        ],
    )

    assert [(w.number, w.what) for w in made.wrongs] == [(2, "“元湾村”的各份加起来是 0.9，不是 1")]


def test_a_code_that_is_not_on_the_map_is_named_with_its_history() -> None:
    made = plan.make(the_map(), [row(1, "299", "205", "甲村")], history=lambda _: "（它在 2016 至 2018 有效）")

    assert "没有代码 510304104299（它在 2016 至 2018 有效）" in made.wrongs[0].what


def test_a_circle_of_rows_is_refused() -> None:
    before = the_map(village(10, "205", "甲村"), village(11, "206", "乙村"))

    made = plan.make(before, [row(1, "205", "206", "乙村"), row(2, "206", "205", "甲村")])

    assert any("循环" in wrong.what for wrong in made.wrongs)


def test_a_village_cannot_be_its_towns_parent() -> None:
    before = the_map(village(10, "205", "甲村"))

    made = plan.make(before, [row(1, "510304104", "510304105", "何市镇", target_parent_code="510304104205")])

    assert any("循环" in wrong.what for wrong in made.wrongs)


def test_what_a_later_act_changed_cannot_be_changed_before_it() -> None:
    from datetime import date

    before = the_map(village(10, "205", "甲村", until=date(2021, 1, 1)), village(11, "206", "乙村"))

    made = plan.make(before, [row(1, "205", "206", "乙村")])

    assert "2021-01-01 已有后来的调整" in made.wrongs[0].what


def test_two_villages_that_swap_codes_are_an_exchange() -> None:
    before = the_map(village(10, "205", "甲村"), village(11, "206", "乙村"))

    made = plan.make(before, [row(1, "205", "206", "甲村"), row(2, "206", "205", "乙村")])

    assert made.wrongs == []
    assert {t.id: t.code[-3:] for t in made.kept} == {10: "206", 11: "205"}


def test_groups_of_one_number_that_go_to_the_same_village_stay_apart() -> None:
    groups = [unit(21, "510304104205005", "5组", 10), unit(22, "510304104206005", "5组", 11)]
    villages = [village(10, "205", "甲村"), village(11, "206", "乙村"), village(12, "207", "丙村")]
    before = the_map(*villages, *groups)

    made = plan.make(
        before,
        [
            Entry(n, source_code=g.code, source_name="5组", target_name="5组", target_parent_code="510304104207")
            for n, g in enumerate(groups, 1)
        ],
    )

    assert made.wrongs == []
    assert {t.id: t.parent for t in made.kept} == {21: 12, 22: 12}


def some(number: int, source: str, target: str, name: str) -> Entry:
    return row(number, source, target, name, part="some")


def test_a_village_that_gives_an_unstated_part_away_goes_on() -> None:
    before = the_map(village(10, "205", "元湾村"), village(11, "206", "联合村"))

    made = plan.make(before, [some(1, "205", "206", "联合村"), some(2, "205", "205", "元湾村")])

    assert shape(made, before) == [Shape.TRANSFER]
    assert made.ended == {}
    assert {t.id for t in made.kept} == {10, 11}


def test_a_village_split_into_unstated_parts_ends_and_what_bears_a_new_name_is_new() -> None:
    before = the_map(village(10, "205", "元湾村"))

    made = plan.make(before, [some(1, "205", "211", "上湾村"), some(2, "205", "212", "下湾村")])

    assert shape(made, before) == [Shape.DISSOLVE]
    assert set(made.ended) == {10}
    assert [t.name for t in made.new] == ["上湾村", "下湾村"]


def test_an_unstated_part_alone_leaves_open_where_the_rest_is() -> None:
    before = the_map(village(10, "205", "元湾村"), village(11, "206", "联合村"))

    made = plan.make(before, [some(1, "205", "206", "联合村")])

    assert [w.what for w in made.wrongs] == ["“元湾村”只写了一行“部分”，其余去了哪里没有写"]


def test_stated_shares_and_unstated_parts_of_one_village_do_not_mix() -> None:
    before = the_map(village(10, "205", "元湾村"), village(11, "206", "联合村"))

    made = plan.make(
        before, [row(1, "205", "206", "联合村", part="share", shares={"all": "1"}), some(2, "205", "205", "元湾村")]
    )

    assert [w.what for w in made.wrongs] == ["“元湾村”有的行写了比例，有的行份额不详"]


def test_a_code_of_another_country_says_nothing_of_the_division_above() -> None:
    home = Unit(1, "town", "municipality", "Aarau", "Aarau", None, "40")
    before = Snapshot([home])

    made = plan.make(before, [Entry(1, target_code="4012", target_name="Suhr", target_form="municipality")])

    assert made.wrongs == []
    assert [(t.level, t.parent) for t in made.new] == [("town", None)]
