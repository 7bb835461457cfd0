"""Who leads a village: first, after a merging, and after an election."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from houban.demo.people.roll import Roll
from houban.organisation.models import Person

STAYS = 0.55


@dataclass(frozen=True)
class Roster:
    """Secretary, director, committee members (the first is a woman) and supervisors (the first is their head)."""

    secretary: Person
    director: Person
    members: tuple[Person, ...]
    supervisors: tuple[Person, ...]

    @property
    def has_three_posts(self) -> bool:
        """Tell whether the secretary is director too, and so heads the cooperative."""
        return self.secretary is self.director


class _Choice:
    """Takes people out of a pool, each once in a round over all villages, and invents whoever is lacking."""

    def __init__(self, roll: Roll, place: int, round_: str) -> None:
        self.roll, self.place = roll, place
        self.taken = roll.taken[round_]

    def take(self, pool: Iterable[Person], *, stays: float, woman: bool | None = None) -> Person:
        free = [one for one in pool if id(one) not in self.taken and self._fits(one, woman=woman)]
        known = free[0] if free and self.roll.chance.random() < stays else None
        person = known or self.roll.person(self.place, woman=woman)
        self.taken.add(id(person))
        return person

    def _fits(self, person: Person, *, woman: bool | None) -> bool:
        return woman is None or (id(person) in self.roll.women) is woman


def first(roll: Roll, place: int, former: list[Roster]) -> Roster:
    """Return who leads a village at its start: people of the villages it was made of, where there were any."""
    choice = _Choice(roll, place, "merging")
    secretaries = [one.secretary for one in former]
    directors = [one.director for one in former]
    members = [person for one in former for person in one.members]
    watchers = [person for one in former for person in one.supervisors]
    return Roster(
        secretary=choice.take(secretaries, stays=1),
        director=choice.take([*directors, *secretaries], stays=1),
        members=(choice.take(members, stays=1, woman=True), choice.take([*members, *directors], stays=1)),
        supervisors=(choice.take(watchers, stays=1),),
    )


def renewed(roll: Roll, place: int, former: list[Roster], *, apart: bool) -> Roster:
    """Return who was elected in 2021; secretary and director are one person unless they are kept apart."""
    choice = _Choice(roll, place, "election")
    leaders = [person for one in former for person in (one.secretary, one.director)]
    members = [person for one in former for person in one.members]
    watchers = [person for one in former for person in one.supervisors]
    secretary = choice.take(leaders, stays=0.75)
    director = choice.take(leaders, stays=STAYS) if apart else secretary
    return Roster(
        secretary=secretary,
        director=director,
        members=(
            choice.take(members, stays=STAYS, woman=True),
            choice.take([*members, *leaders], stays=STAYS),
            choice.take([*leaders, *members], stays=STAYS),
        ),
        supervisors=tuple(choice.take(watchers, stays=STAYS) for _ in range(3)),
    )
