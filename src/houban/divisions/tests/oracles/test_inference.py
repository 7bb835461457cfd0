"""Suggestions between official town lists, held against the acts that were published for those years."""

from __future__ import annotations

import csv
import gzip
from collections import Counter

import pytest

from houban.divisions.rules.clues import Clue
from houban.divisions.rules.infer import LIKELY, Place, Suggestion, suggest
from houban.divisions.rules.likeness import stem
from houban.divisions.tests.oracles.folder import oracle

TOWN, COUNTY, CITY, PROVINCE = 9, 6, 4, 2
Truth = dict[int, dict[tuple[str, str], set[str]]]
Known = list[tuple[Suggestion, set[str]]]


def lists() -> dict[int, dict[str, Place]]:
    """Return the towns of each year; of what lies above only the codes are known, which serve as names."""
    found: dict[int, dict[str, Place]] = {}
    with gzip.open(oracle("china/nbs_china_towns_2016_2023.csv.gz"), "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            code, rows = row["code9"], found.setdefault(int(row["vintage"]), {})
            rows[code] = Place(code, row["name"], code[:COUNTY])
            rows[code[:COUNTY]] = Place(code[:COUNTY], code[:COUNTY], code[:CITY])
            rows[code[:CITY]] = Place(code[:CITY], code[:CITY], code[:PROVINCE])
    return found


def acts() -> Truth:
    """Return by year what a town, known by county and stem, became; acts that name no successor say nothing."""
    found: Truth = {}
    with oracle("china/subcounty_events_2014_2023.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["old_code"] and row["new_name"]:
                town = (row["old_code"][:COUNTY], stem(row["old_name"]))
                found.setdefault(int(row["year"]), {}).setdefault(town, set()).add(stem(row["new_name"]))
    return found


@pytest.fixture(scope="module")
def known() -> Known:
    """Return what is suggested for each town whose successor an act of about that year names."""
    listed, declared = lists(), acts()
    found: Known = []
    for before, after in zip(sorted(listed), sorted(listed)[1:], strict=False):
        for one in suggest(listed[before], listed[after]):
            if one.source is None or len(one.source.code) != TOWN:
                continue
            town = (one.source.code[:COUNTY], stem(one.source.name))
            names = {name for year in (before, after, after + 1) for name in declared.get(year, {}).get(town, ())}
            if names:
                found.append((one, names))
    return found


def test_nearly_all_that_is_suggested_is_what_the_acts_say(known: Known) -> None:
    said, right = Counter[str](), Counter[str]()
    for one, names in known:
        if one.target:
            said[one.clue] += 1
            right[one.clue] += stem(one.target.name) in names

    assert sum(said.values()) > 1500
    assert right.total() / said.total() >= 0.95
    assert {clue: number for clue, number in said.items() if right[clue] / number < LIKELY} == {}
    assert right[Clue.NEW_FORM] / said[Clue.NEW_FORM] >= 0.95


def test_most_questions_list_the_right_answer_among_their_candidates(known: Known) -> None:
    asked = [(one, names) for one, names in known if one.target is None]

    listed = sum(any(stem(each.target.name) in names for each in one.candidates) for one, names in asked)

    assert asked
    assert listed / len(asked) >= 0.5
