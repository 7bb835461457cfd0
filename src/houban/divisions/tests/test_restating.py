"""Restating keeps totals to the last unit, undoes what was undone, and says what it does not know."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from houban.divisions.crosswalks import Crosswalk, crosswalk_between, path
from houban.divisions.rules.history import NOBODY, UNKNOWN, History, ints
from houban.divisions.rules.restating import Cells, Sums, by_rule, restate
from houban.divisions.tests.worlds import FIRST, Row, World

VILLAGE = 4


def walk(world: World, start: int, end: int, measure: str = "population") -> Crosswalk:
    return crosswalk_between(date.fromordinal(start), date.fromordinal(end), measure=measure, history=world.history())


def taken(over: Crosswalk, values: dict[int, int]) -> dict[int, int]:
    return dict(zip(*[column.tolist() for column in _sums(over, values)[:2]], strict=True))


def _sums(over: Crosswalk, values: dict[int, int]) -> tuple[np.ndarray, np.ndarray, Sums]:
    sums = restate(cells(values), over.pairs)
    return sums.division, sums.value, sums


def cells(values: dict[int, int]) -> Cells:
    return Cells(ints(list(values)), ints([0] * len(values)), ints(list(values.values())))


def test_two_that_merge_and_part_again_keep_what_each_had() -> None:
    world = World(2)
    world.measure(1, 700)
    world.measure(2, 300)
    merged = world.new(1100)
    world.act(1100, [Row(1, merged), Row(2, merged)], ends=[1, 2])
    again, other = world.new(1200), world.new(1200)
    rows = [Row(merged, again, "groups", groups=("d1",)), Row(merged, other, "groups", groups=("d2",))]
    world.act(1200, rows, ends=[merged])

    assert taken(walk(world, FIRST, 1300), {1: 70, 2: 31}) == {again: 70, other: 31}
    assert taken(walk(world, 1150, FIRST), {merged: 100}) == {1: 70, 2: 30}
    assert taken(walk(world, 1150, 1300), {merged: 101}) == {again: 71, other: 30}


def test_a_stated_share_is_exact_for_its_measure_and_bounded_for_another() -> None:
    world = World(1)
    one, two = world.new(1100), world.new(1100)
    rows = [Row(1, one, "share", {"population": 0.6}), Row(1, two, "share", {"population": 0.4})]
    world.act(1100, rows, ends=[1])

    _, _, stated = _sums(walk(world, FIRST, 1200), {1: 10**15 + 1})
    _, _, proxied = _sums(walk(world, FIRST, 1200, "area"), {1: 100})

    assert stated.value.tolist() == [6 * 10**14 + 1, 4 * 10**14]
    assert stated.low.tolist() == stated.high.tolist()
    assert proxied.value.tolist() == [60, 40]
    assert (proxied.low.tolist(), proxied.high.tolist()) == ([0, 0], [100, 100])


def test_a_division_without_any_share_is_listed_and_its_targets_carry_bounds() -> None:
    world = World(2)
    world.act(1100, [Row(1, 2, "groups", groups=("1组",))])

    _, _, sums = _sums(walk(world, FIRST, 1200), {1: 50, 2: 7})

    assert dict(zip(sums.division.tolist(), sums.value.tolist(), strict=True)) == {UNKNOWN: 50, 1: 0, 2: 7}
    assert dict(zip(sums.division.tolist(), sums.high.tolist(), strict=True))[2] == 57


def test_an_end_without_successor_and_an_unknown_one_are_kept_apart() -> None:
    world = World(2)
    world.act(1100, [Row(1, None), Row(2, "?", certainty=2)], ends=[1, 2])

    assert taken(walk(world, FIRST, 1200), {1: 5, 2: 6}) == {NOBODY: 5, UNKNOWN: 6}


def test_villages_that_change_towns_divide_a_towns_value_by_what_they_measure() -> None:
    world = World(3)
    for village, people in ((1, 500), (2, 300), (3, 200)):
        world.measure(village, people)
    town = world.new(1100, level="town", below=NOBODY)
    world.act(1100, [Row(3, 3)])
    world.move(3, 1100, below=town)

    assert taken(walk(world, FIRST, 1200), {0: 1001}) == {0: 801, town: 200}


def test_groups_divide_their_village_and_named_ones_go_where_they_went() -> None:
    world = World(2)
    groups = [world.new(FIRST, level="group", below=1) for _ in range(4)]
    world.act(1100, [Row(1, 2, "groups", groups=(f"d{groups[3]}",))])
    world.move(groups[3], 1100, below=2)

    by_groups = taken(walk(world, FIRST, 1200, "groups"), {1: 40})

    assert by_groups == {1: 30, 2: 10}
    assert taken(walk(world, FIRST, 1200), {1: 41}) == {1: 31, 2: 10}
    assert walk(world, FIRST, 1200).pairs.is_exact.tolist().count(False) == 2


def test_the_order_of_changes_on_one_day_is_respected() -> None:
    world = World(3)
    world.act(1100, [Row(1, 2)], ends=[1])
    world.act(1100, [Row(2, 3)], ends=[2])

    assert taken(walk(world, FIRST, 1100), {1: 1, 2: 2, 3: 4}) == {3: 7}


def test_the_path_names_the_flows_between_two_divisions() -> None:
    world = World(3)
    world.act(1100, [Row(1, 2)], ends=[1])
    world.act(1200, [Row(2, 3)], ends=[2])

    steps = path(walk(world, FIRST, 1300), 1, 3)

    assert [(step.flow, step.day.toordinal()) for step in steps] == [(0, 1100), (1, 1200)]


def test_stable_zones_are_the_connected_parts() -> None:
    world = World(4)
    merged = world.new(1100)
    world.act(1100, [Row(1, merged), Row(2, merged)], ends=[1, 2])

    before, after = walk(world, FIRST, 1200).zones(VILLAGE)

    assert before[[1, 2]].tolist() == [after[merged]] * 2
    assert len({*before[[1, 3, 4]].tolist()}) == 3


def test_categories_go_by_majority_by_the_largest_or_are_mixed() -> None:
    world = World(3)
    for village, people in ((1, 40), (2, 30), (3, 35)):
        world.measure(village, people)
    merged = world.new(1100)
    world.act(1100, [Row(n, merged) for n in (1, 2, 3)], ends=[1, 2, 3])
    inverse = walk(world, FIRST, 1200).inverse
    kinds = ints([-1, 0, 1, 1, -1])

    chosen = {rule: dict(zip(*by_rule(rule, inverse, kinds), strict=True))[merged] for rule in RULES}

    assert chosen == {"majority": 1, "largest": 0, "mixed": -2}


RULES = ("majority", "largest", "mixed")


@st.composite
def worlds(draw: st.DrawFn, *, splits: bool = True) -> World:
    """A few villages and a few acts: mergers, absorptions, renames, splits by shares, ends, in random order."""
    world = World(draw(st.integers(2, 6)))
    for village in world.villages(FIRST):
        if draw(st.booleans()):
            world.measure(village, draw(st.integers(1, 1000)))
    for step in range(draw(st.integers(0, 6))):
        day = FIRST + 10 * (step + 1)
        there = world.villages(day)
        kind = draw(st.sampled_from(["merge", "absorb", "rename", *(["split"] * splits)]))
        _act(draw, world, day, there, kind)
    return world


def _act(draw: st.DrawFn, world: World, day: int, there: list[int], kind: str) -> None:
    some = draw(st.permutations(there))[:3]
    if kind == "merge" and len(some) > 1:
        new = world.new(day)
        world.act(day, [Row(n, new) for n in some], ends=some)
    elif kind == "absorb" and len(some) > 1:
        world.act(day, [Row(n, some[0]) for n in some[1:]], ends=some[1:])
    elif kind == "split":
        one, two, tenths = world.new(day), world.new(day), draw(st.integers(1, 9))
        shares = [{"all": tenths / 10}, {"all": 1 - tenths / 10}]
        world.act(day, [Row(some[0], n, "share", s) for n, s in zip((one, two), shares, strict=True)], ends=some[:1])
    elif kind == "rename":
        world.act(day, [Row(some[0], some[0])])


LAST = FIRST + 100


@given(worlds(), st.data())
def test_totals_are_conserved_both_ways(world: World, data: st.DataObject) -> None:
    for start, end in ((FIRST, LAST), (LAST, FIRST)):
        values = {n: data.draw(st.integers(-(10**9), 10**15)) for n in world.villages(start)}

        _, _, sums = _sums(walk(world, start, end), values)

        assert int(sums.value.sum()) == sum(values.values())
        assert bool((sums.low <= sums.high).all())


@given(worlds(splits=False), st.data())
def test_mergers_taken_back_and_up_again_are_the_identity(world: World, data: st.DataObject) -> None:
    values = {n: data.draw(st.integers(0, 10**9)) for n in world.villages(LAST)}

    back = taken(walk(world, LAST, FIRST), values)
    known = {n: value for n, value in back.items() if n >= 0}
    again = taken(walk(world, FIRST, LAST), known)

    assert sum(back.values()) == sum(values.values())
    if not any(n < 0 for n in back):
        assert {n: v for n, v in again.items() if v} == {n: v for n, v in values.items() if v}


@given(worlds(splits=False), st.integers(FIRST, LAST))
def test_two_steps_without_splits_equal_one(world: World, middle: int) -> None:
    values = {n: 100 + n for n in world.villages(FIRST)}

    one = taken(walk(world, FIRST, LAST), values)
    two = taken(walk(world, middle, LAST), taken(walk(world, FIRST, middle), values))

    assert one == two


@given(worlds(), st.integers(FIRST, LAST))
def test_following_atoms_in_two_steps_ends_where_one_step_ends(world: World, middle: int) -> None:
    history: History = world.history()
    from houban.divisions.rules.atoms import follow

    one, first, second = (
        follow(history, FIRST, LAST),
        follow(history, FIRST, middle),
        follow(history, middle, LAST),
    )
    reach: dict[int, set[int]] = {}
    for atom in second.final().tolist():
        reach.setdefault(int(second.atoms.origin[atom]), set()).add(int(second.atoms.place[atom]))
    composed = {
        (int(first.atoms.origin[a]), end)
        for a in first.final().tolist()
        for end in reach.get(int(first.atoms.place[a]), {int(first.atoms.place[a])})
    }

    assert composed == {(int(one.atoms.origin[a]), int(one.atoms.place[a])) for a in one.final().tolist()}


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=6), st.integers(-(10**12), 10**15))
def test_largest_remainder_is_off_by_less_than_one(people: list[int], value: int) -> None:
    world = World(len(people))
    for village, number in enumerate(people, start=1):
        world.measure(village, number)
    merged = world.new(1100)
    everyone = range(1, len(people) + 1)
    world.act(1100, [Row(n, merged) for n in everyone], ends=everyone)

    back = taken(walk(world, 1200, FIRST), {merged: value})

    assert sum(back.values()) == value
    for village, number in enumerate(people, start=1):
        assert abs(back[village] * sum(people) - value * number) < sum(people)


def test_a_day_without_divisions_gives_no_pairs() -> None:
    world = World(2)

    assert len(walk(world, FIRST - 100, FIRST - 50).pairs) == 0
    assert taken(walk(world, FIRST - 50, FIRST), {}) == {}


def test_a_part_of_unstated_size_bounds_both_ends_and_is_listed() -> None:
    world = World(2)
    world.act(1100, [Row(1, 2, "some"), Row(1, 1, "some")])

    _, _, sums = _sums(walk(world, FIRST, 1200), {1: 50, 2: 7})

    bounds = {
        n: (low, high) for n, low, high in zip(*[c.tolist() for c in (sums.division, sums.low, sums.high)], strict=True)
    }
    assert bounds == {UNKNOWN: (0, 50), 1: (0, 50), 2: (7, 57)}


def test_a_village_that_goes_on_after_its_only_known_group_left_keeps_a_rest_of_unknown_size() -> None:
    world = World(2)
    group = world.new(FIRST, level="group", below=1)
    world.act(1100, [Row(group, group)])
    world.move(group, 1100, below=2)

    _, _, sums = _sums(walk(world, FIRST, 1200), {1: 50})

    assert dict(zip(sums.division.tolist(), sums.value.tolist(), strict=True)) == {UNKNOWN: 50, 1: 0, 2: 0}
    assert sums.high.tolist() == [50, 50, 50]
