"""Switzerland's municipalities: its own register, two official lists, and another tool's mapping of twenty years."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import UTC, date, datetime

import numpy as np
import pytest

from houban.core.record import Actor
from houban.divisions import histories
from houban.divisions.actions import adopting
from houban.divisions.adapters import swiss
from houban.divisions.crosswalks import Crosswalk, crosswalk_between
from houban.divisions.models import Change, DivisionVersion
from houban.divisions.restating import codes_on
from houban.divisions.rules.history import ordinal
from houban.divisions.rules.restating import Cells, restate
from houban.divisions.tests.oracles.folder import oracle

FOOTNOTE = re.compile(r" \d\)$")


@pytest.fixture(scope="module")
def versions() -> list[swiss.Version]:
    return swiss.read(oracle("swiss/municipality_versions.csv"))


def walk(versions: list[swiss.Version]) -> Crosswalk:
    return crosswalk_between(date(2000, 1, 1), date(2020, 1, 1), history=swiss.history(versions))


def test_every_version_and_mutation_is_read(versions: list[swiss.Version]) -> None:
    found = swiss.mutations(versions)
    shapes = Counter((min(len(m.sources), 2), min(len(m.targets), 2)) for m in found)

    assert (len(versions), len(found)) == (6336, 3002)
    assert (shapes[1, 2], shapes[2, 2]) == (51, 33)


@pytest.mark.parametrize(("day", "number"), [("2020-01-01", 2202), ("2021-01-01", 2172)])
def test_the_register_of_a_day_is_the_official_list(versions: list[swiss.Version], day: str, number: int) -> None:
    with oracle(f"swiss/municipalities_{day}.csv").open(encoding="utf-8") as file:
        listed = {(row["bfs_nr"], FOOTNOTE.sub("", row["name"])) for row in csv.DictReader(file)}
    history = swiss.history(versions)
    rows = history.on(ordinal(date.fromisoformat(day))).row
    modes = {version.code: version.mode for version in versions}
    codes = codes_on(history, date.fromisoformat(day))
    ours = {(codes[n], history.versions.names[row]) for n, row in enumerate(rows.tolist()) if row >= 0}

    assert len(listed) == number
    assert {pair for pair in ours if modes[pair[0]] == swiss.MUNICIPALITY} == listed


def test_the_crosswalk_of_twenty_years_contains_the_other_tools_and_answers_what_it_refuses(
    versions: list[swiss.Version],
) -> None:
    with oracle("swiss/crosswalk_2000-01-01_2020-01-01.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    over = walk(versions)
    before, after = codes_on(over.history, over.day_a), codes_on(over.history, over.day_b)
    ours: dict[str, set[str]] = {}
    for source, target in zip(over.pairs.source.tolist(), over.pairs.target.tolist(), strict=True):
        ours.setdefault(before[source], set()).add(after.get(target, ""))

    answered = [row for row in rows if row["bfs_nr_new"].isdigit() and row["bfs_nr_old"].isdigit()]
    refused = [row for row in rows if row not in answered]
    missing = [row for row in answered if row["bfs_nr_new"] not in ours.get(row["bfs_nr_old"], set())]

    assert missing == []
    assert len(refused) == 6
    came = {after[n] for n in over.inverse.source[over.inverse.target >= 0].tolist()}
    assert {row["bfs_nr_new"] for row in refused} <= came


def test_what_twenty_years_of_mergers_add_up_to_is_conserved(versions: list[swiss.Version]) -> None:
    over = walk(versions)
    there = np.flatnonzero(over.history.on(ordinal(over.day_a)).alive)
    people = there * 7 + 1

    sums = restate(Cells(there, np.zeros_like(there), people), over.pairs)

    assert int(sums.value.sum()) == int(people.sum())


@pytest.mark.django_db
def test_the_register_in_the_database_is_the_official_list_of_both_days(versions: list[swiss.Version]) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    done = adopting.adopt_swiss(versions, by=Actor(None, "测试"), at=at)

    assert (done.acts, done.rows) == (3002, 6336)
    assert Change.objects.enacted().exclude(flows=None).distinct().count() == 3002
    for day, number in (("2020-01-01", 2202), ("2021-01-01", 2172)):
        with oracle(f"swiss/municipalities_{day}.csv").open(encoding="utf-8") as file:
            listed = {(row["bfs_nr"], FOOTNOTE.sub("", row["name"])) for row in csv.DictReader(file)}
        on = date.fromisoformat(day)
        found = DivisionVersion.objects.on(on).filter(form="municipality").with_code("bfs", on)
        ours = {(one.code, one.name) for one in found}  # type: ignore[attr-defined]
        assert (len(ours), ours ^ listed) == (number, set())
    over = crosswalk_between(date(2000, 1, 1), date(2020, 1, 1), history=histories.of(scheme="bfs"))
    arrays = walk(versions)
    cantons = DivisionVersion.objects.on(date(2020, 1, 1)).filter(form="canton").count()
    assert (len(over.pairs.source) - cantons, cantons) == (len(arrays.pairs.source), 26)
    assert adopting.adopt_swiss(versions, by=Actor(None, "测试"), at=at).again
