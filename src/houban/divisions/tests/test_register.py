"""The register of the demonstration, asked as of a day."""

from __future__ import annotations

from datetime import date

import pytest

from houban.divisions import actions, lineage, register
from houban.divisions.models import DivisionVersion, OfficialList

pytestmark = pytest.mark.usefixtures("daan")

COUNTS = {
    date(2016, 7, 31): (148, 42),
    date(2017, 10, 31): (148, 42),
    date(2018, 10, 31): (148, 44),
    date(2019, 10, 31): (149, 40),
    date(2020, 6, 30): (89, 34),
    date(2021, 10, 31): (87, 34),
    date(2022, 10, 31): (87, 34),
    date(2023, 6, 30): (87, 34),
}


def county() -> int:
    found = register.county()
    assert found is not None
    return found


def only(text: str, on: date, *, scheme: str = "nbs") -> DivisionVersion:
    found = register.find(text, on, scheme=scheme)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("day", "expected"), COUNTS.items(), ids=str)
def test_villages_and_communities_are_those_of_the_list(day: date, expected: tuple[int, int]) -> None:
    counted = register.counts(county(), day)

    assert (counted["village"], counted["community"]) == expected


@pytest.mark.parametrize(
    ("day", "groups"), [(date(2019, 10, 31), 1847), (date(2020, 6, 30), 1372), (date(2021, 6, 30), 1360)]
)
def test_groups_are_those_of_the_report(day: date, groups: int) -> None:
    counted = register.counts(county(), day)

    assert counted["village_group"] + counted["community_group"] == groups


def test_replaying_the_changes_gives_every_list_back() -> None:
    lists = list(OfficialList.objects.all())

    differences = {one.name: actions.reconcile(one) for one in lists}

    assert len(lists) == 9
    assert {name: list(found) for name, found in differences.items()} == {one.name: [] for one in lists}


def test_a_township_is_there_until_it_is_merged() -> None:
    before, after = date(2019, 5, 13), date(2019, 5, 14)

    assert only("永嘉乡", before).form == "township"
    assert register.find("永嘉乡", after) == []
    assert [v.name for v in register.path(only("瓦高村", before).division_id, before)] == ["大安区", "永嘉乡", "瓦高村"]
    assert [v.name for v in register.path(only("瓦高村", after).division_id, after)] == ["大安区", "何市镇", "瓦高村"]


def test_two_towns_existed_between_two_lists() -> None:
    for name in ("凤凰镇", "和平镇"):
        assert register.find(name, date(2018, 11, 19)) == []
        assert only(name, date(2019, 1, 1)).form == "town"
        assert register.find(name, date(2019, 5, 14)) == []


def test_one_code_means_two_towns_in_two_schemes_on_one_day() -> None:
    day = date(2019, 1, 1)

    assert only("510304109", day, scheme="mca").name == "凤凰镇"
    assert only("510304109", day, scheme="nbs").name == "回龙镇"


def test_a_village_from_another_district_keeps_its_identity_and_takes_a_new_code() -> None:
    before, after = only("510303102210", date(2018, 1, 1)), only("510304006204", date(2019, 6, 1))

    assert before.division_id == after.division_id
    assert register.path(before.division_id, date(2018, 1, 1))[0].name == "贡井区"
    assert register.path(after.division_id, date(2019, 6, 1))[0].name == "大安区"


def test_a_merged_village_knows_its_predecessors() -> None:
    village = only("五龙村", date(2020, 6, 30))

    flows = lineage.predecessors(village.division_id, date(2021, 6, 30))

    assert sorted(flow.source_name for flow in flows) == ["五四村", "龙盘村"]
    assert {flow.certainty for flow in flows} == {"suggested"}


def test_a_merged_village_is_found_where_it_went() -> None:
    gone = only("五四村", date(2019, 10, 31))

    links = lineage.between(date(2019, 10, 31), date(2021, 6, 30), [gone.division_id])

    assert [link.target for link in links] == [only("五龙村", date(2021, 6, 30)).division_id]


def test_every_village_of_2019_is_somewhere_in_2021() -> None:
    before, after = date(2019, 10, 31), date(2021, 6, 30)
    then = [node.id for node in register.rows([county()], before) if node.form == "village"]
    now = {node.id for node in register.rows([county()], after) if node.form == "village"}

    links = lineage.between(before, after, then)

    assert {link.target for link in links} == now
    shares: dict[int, float] = {}
    for link in links:
        shares[link.source] = shares.get(link.source, 0) + link.share
    assert {round(share, 9) for share in shares.values()} == {1.0}


def test_the_children_of_a_town_come_in_the_order_of_their_codes() -> None:
    day = date(2021, 6, 30)
    town = only("何市镇", day)

    children = register.children(town.division_id, day)

    assert len(children) == 14
    assert [child.code for child in children] == sorted(child.code for child in children)  # type: ignore[attr-defined]


def test_a_name_that_several_divisions_bear_finds_them_all() -> None:
    assert len(register.find("1组", date(2021, 6, 30))) > 100
