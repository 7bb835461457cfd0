"""A few people who bear the same name, told apart by a few words, as every county has them."""

from __future__ import annotations

from collections.abc import Mapping

from houban.demo.people.roll import Roll
from houban.organisation.models import Person

PAIRS = 9


def make(roll: Roll, names: Mapping[int, str]) -> None:
    """Let some people share their name with somebody of another place; `names` are those of the places."""
    people: list[Person] = [one for one in roll.of(Person) if one.unit_id in names]
    first, second = people[: len(people) // 2], people[len(people) // 2 :]
    step = len(first) // (PAIRS + 1)
    for n in range(1, PAIRS + 1):
        one = first[n * step]
        other = next(p for p in second[n * step :] if p.unit_id != one.unit_id and _alike(roll, p, one))
        other.name = one.name
        one.distinction, other.distinction = names[one.unit_id or 0], names[other.unit_id or 0]


def _alike(roll: Roll, one: Person, other: Person) -> bool:
    return (id(one) in roll.women) is (id(other) in roll.women)
