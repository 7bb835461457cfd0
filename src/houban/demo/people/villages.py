"""The organisations of every village and community, with those who held their posts before and after the merging."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from houban.demo.people import codes
from houban.demo.people.days import ELECTION, ELECTION_ACT, OLD_ELECTION
from houban.demo.people.places import Stretch
from houban.demo.people.roll import Roll, earlier
from houban.demo.people.rosters import Roster, first, renewed
from houban.demo.people.towns import Towns
from houban.organisation.models import Organisation, Person, Post, Term
from houban.organisation.powers import PostKind as P
from houban.organisation.words import Chosen, Nature
from houban.organisation.words import OrganisationKind as O

NO_YOUTH_HEAD, NO_WOMEN_HEAD, NO_MEDIATION = (7, 23, 41, 66, 98), (52,), (77,)
APART = (11, 37, 59, 80, 93, 109)
NAMES = {
    O.VILLAGE_PARTY: ("党支部", "党支部"),
    O.COMMITTEE: ("村民委员会", "居民委员会"),
    O.SUPERVISION: ("村务监督委员会", "居务监督委员会"),
    O.WOMEN: ("妇女联合会", "妇女联合会"),
    O.YOUTH: ("团支部", "团支部"),
    O.MEDIATION: ("人民调解委员会", "人民调解委员会"),
}
POSTS = {
    O.VILLAGE_PARTY: ((P.SECRETARY, "书记", 1),),
    O.COMMITTEE: ((P.DIRECTOR, "主任", 1), (P.COMMITTEE_MEMBER, "委员", 3)),
    O.SUPERVISION: ((P.SUPERVISION_HEAD, "主任", 1), (P.SUPERVISION_MEMBER, "委员", 2)),
    O.WOMEN: ((P.WOMEN_HEAD, "主席", 1),),
    O.YOUTH: ((P.YOUTH_HEAD, "书记", 1),),
    O.MEDIATION: ((P.MEDIATION_HEAD, "主任", 1), (P.MEDIATOR, "调解员", 2)),
}


@dataclass(frozen=True)
class Phase:
    """Who held a village's posts, from a day until a day."""

    start: date
    until: date | None
    roster: Roster


@dataclass
class Village:
    """A village's bodies while its name and its town's organ stay, with its phases."""

    stretch: Stretch
    organ: Organisation
    bodies: dict[O, Organisation] = field(default_factory=dict)
    posts: dict[P, Post] = field(default_factory=dict)
    phases: list[Phase] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        """Return the village's name with its town's."""
        return f"{self.organ.name.removesuffix('人民政府').removesuffix('办事处')}{self.stretch.name}"

    @property
    def roster(self) -> Roster:
        """Return who held the posts last."""
        return self.phases[-1].roster


def load(
    roll: Roll, stretches: list[Stretch], towns: Towns, sources: dict[tuple[int, date], list[int]], today: date
) -> list[Village]:
    """Draw up every village, past ones included; those that still stand come in the order of the register."""
    latest: dict[int, Village] = {}
    numbers = {one.place: n for n, one in enumerate(s for s in stretches if s.covers(today))}
    made = []
    for stretch in stretches:
        village = Village(stretch, towns.organ(stretch.above, stretch.start))
        before = _before(stretch, latest, sources)
        number = numbers.get(stretch.place, -1) if stretch.covers(today) else -1
        _found(roll, village, before[0] if before else None, number)
        _phases(roll, village, before, latest, sources, number)
        _seat(roll, village, number)
        latest[stretch.place] = village
        made.append(village)
    return made


def _before(stretch: Stretch, latest: dict[int, Village], sources: dict[tuple[int, date], list[int]]) -> list[Village]:
    """Return the village under its former name, or those it was made of."""
    if stretch.place in latest:
        return [latest[stretch.place]]
    return [latest[place] for place in sources.get((stretch.place, stretch.start), []) if place in latest]


def _found(roll: Roll, village: Village, former: Village | None, number: int) -> None:
    one = village.stretch
    for kind, names in NAMES.items():
        start = max(one.start, ELECTION) if kind == O.YOUTH else one.start
        if (one.until is not None and one.until <= start) or (kind == O.MEDIATION and number in NO_MEDIATION):
            continue
        parent = village.organ if kind in (O.VILLAGE_PARTY, O.COMMITTEE) else village.bodies[
            O.VILLAGE_PARTY if kind in (O.WOMEN, O.YOUTH) else O.COMMITTEE
        ]  # fmt: skip
        code = codes.VILLAGERS if one.is_village else codes.RESIDENTS
        body = roll.body(
            village.full_name + names[not one.is_village], kind, place=one.place, start=start, until=one.until,
            parent=parent, follows=former.bodies.get(kind) if former else None,
            code=code if kind == O.COMMITTEE else "",
        )  # fmt: skip
        village.bodies[kind] = body
        for post_kind, title, seats in POSTS[kind]:
            village.posts[post_kind] = roll.post(body, post_kind, title, seats=seats)


def _phases(
    roll: Roll, village: Village, before: list[Village], latest: dict[int, Village],
    sources: dict[tuple[int, date], list[int]], number: int,
) -> None:  # fmt: skip
    """Tell who holds the posts until the elections of 2021, and who from then on."""
    one = village.stretch
    is_renamed = bool(before) and before[0].stretch.place == one.place
    roster = before[0].roster if is_renamed else first(roll, one.place, [old.roster for old in before])
    ends = one.until is None or one.until > ELECTION
    village.phases.append(Phase(one.start, ELECTION if ends else one.until, roster))
    if ends:
        absorbed = [
            latest[p].roster for (place, _), ps in sources.items() if place == one.place for p in ps if p in latest
        ]
        now = renewed(roll, one.place, [roster, *absorbed], apart=number in APART)
        village.phases.append(Phase(ELECTION, one.until, now))


def _seat(roll: Roll, village: Village, number: int) -> None:
    for n, phase in enumerate(village.phases):
        is_new = phase.start >= ELECTION
        term = _term(roll, village, phase, n)
        basis = ELECTION_ACT if is_new else ""
        for kind, person in _holders(phase.roster, is_new=is_new, number=number):
            if kind not in village.posts:
                continue
            elected = kind in (P.DIRECTOR, P.COMMITTEE_MEMBER)
            roll.appoint(
                person, village.posts[kind], start=phase.start, until=earlier(phase.until, village.stretch.until),
                chosen=Chosen.ELECTED, term=term if elected else None, basis=basis,
                nature=Nature.FULL_TIME if kind == P.SECRETARY else Nature.PART_TIME,
            )  # fmt: skip


def _term(roll: Roll, village: Village, phase: Phase, n: int) -> Term:
    """Open the committee's term; a village made by merging counts its terms anew."""
    is_old = village.stretch.start < date(2020, 1, 1)
    number = (10 if is_old else 1) + n
    elected = ELECTION if phase.start >= ELECTION else OLD_ELECTION if is_old else phase.start
    return roll.term(village.bodies[O.COMMITTEE], number, elected, start=phase.start, until=phase.until)


def _holders(roster: Roster, *, is_new: bool, number: int) -> list[tuple[P, Person]]:
    """Say who holds what; youth branches and mediators came with the elections of 2021."""
    members, watchers = roster.members, roster.supervisors
    held = [
        (P.SECRETARY, roster.secretary),
        (P.DIRECTOR, roster.director),
        *((P.COMMITTEE_MEMBER, person) for person in members),
        (P.SUPERVISION_HEAD, watchers[0]),
        *((P.SUPERVISION_MEMBER, person) for person in watchers[1:]),
    ]
    if number not in NO_WOMEN_HEAD or not is_new:
        held.append((P.WOMEN_HEAD, members[0]))
    held.append((P.MEDIATION_HEAD, members[-1] if is_new else roster.director))
    if is_new:
        held += [(P.MEDIATOR, watchers[1]), (P.MEDIATOR, watchers[2])]
    if is_new and number not in NO_YOUTH_HEAD:
        held.append((P.YOUTH_HEAD, members[1]))
    return held
