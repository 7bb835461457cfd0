"""The 218 share cooperatives: one a village or community, the others of groups that kept their own accounts."""

from __future__ import annotations

from datetime import date, timedelta

from houban.demo.people import codes
from houban.demo.people.days import COOPERATIVES, ELECTION, ELECTION_ACT, MERGED
from houban.demo.people.places import Stretch
from houban.demo.people.roll import Roll
from houban.demo.people.villages import Village
from houban.organisation.models import Organisation
from houban.organisation.powers import PostKind as P
from houban.organisation.words import Chosen, Nature
from houban.organisation.words import OrganisationKind as O

TOTAL = 218
SUFFIX = "股份经济合作社"
POSTS = (
    (P.COOPERATIVE_HEAD, "理事长", 1),
    (P.COUNCIL_MEMBER, "理事", 2),
    (P.ACCOUNTANT, "财务人员", 1),
    (P.SUPERVISOR, "监事", 1),
)


def load(roll: Roll, villages: list[Village], groups: dict[int, list[Stretch]], today: date) -> None:
    """Found them: the unchanged villages' in 2019, the merged ones' in 2020 after the merging."""
    for village in villages:
        if start := _founding(roll, village):
            _of_village(roll, village, start)
    standing = [village for village in villages if village.stretch.covers(today)]
    wanted = TOTAL - len(standing)
    rounds = [(village, n) for n in range(3) for village in standing if _keeps_groups(village)]
    for village, n in rounds[:wanted]:
        _of_group(roll, village, groups[village.stretch.place][n])


def _founding(roll: Roll, village: Village) -> date | None:
    """Return the day a village's cooperative began, unless the village ended before."""
    one = village.stretch
    is_merged = one.start >= MERGED
    later = timedelta(days=roll.chance.randint(60, 270) if is_merged else roll.chance.randint(0, 180))
    start = max(one.start, COOPERATIVES) + later
    ends_soon = one.until is not None and one.until <= max(start, MERGED)
    return None if ends_soon else start


def _of_village(roll: Roll, village: Village, start: date) -> None:
    one = village.stretch
    body = roll.body(
        village.full_name + SUFFIX, O.COOPERATIVE, place=one.place, start=start, until=one.until,
        parent=village.organ, code=codes.OF_VILLAGE, basis="集体资产股份合作制改革",
    )  # fmt: skip
    posts = {kind: roll.post(body, kind, title, seats=seats) for kind, title, seats in POSTS}
    for phase in village.phases:
        roster, is_new = phase.roster, phase.start >= ELECTION
        if phase.until is not None and phase.until <= start:
            continue
        head = roster.secretary if is_new and roster.has_three_posts else roster.director
        held = [
            (P.COOPERATIVE_HEAD, head),
            (P.ACCOUNTANT, roster.members[-1]),
            (P.SUPERVISOR, roster.supervisors[0]),
        ]
        if is_new:
            held += [(P.COUNCIL_MEMBER, person) for person in roster.members[:2]]
        for kind, person in held:
            roll.appoint(
                person, posts[kind], start=max(phase.start, start), until=phase.until, nature=Nature.PART_TIME,
                chosen=Chosen.ELECTED, basis=ELECTION_ACT if is_new else "",
            )  # fmt: skip


def _keeps_groups(village: Village) -> bool:
    """Tell whether some of a village's groups keep their own accounts: those of villages not merged, mostly."""
    return village.stretch.is_village and village.stretch.start < MERGED


def _of_group(roll: Roll, village: Village, group: Stretch) -> None:
    start = max(group.start, MERGED + timedelta(days=roll.chance.randint(60, 400)))
    body: Organisation = roll.body(
        f"{village.full_name}{group.name}{SUFFIX}", O.COOPERATIVE, place=group.place, start=start,
        parent=village.organ, code=codes.OF_GROUP, basis="集体资产股份合作制改革",
    )  # fmt: skip
    head = roll.person(village.stretch.place)
    roll.appoint(head, roll.post(body, P.COOPERATIVE_HEAD, "理事长"), nature=Nature.PART_TIME, chosen=Chosen.ELECTED)
    accounts = roll.post(body, P.ACCOUNTANT, "财务人员")
    roll.appoint(
        village.roster.members[-1], accounts, start=max(start, ELECTION), nature=Nature.PART_TIME, chosen=Chosen.ELECTED
    )
