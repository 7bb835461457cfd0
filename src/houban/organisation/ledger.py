"""What a page says of one organisation: its posts and holders, its places, its groups, through time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from houban.organisation import bars
from houban.organisation.models import Appointment, Membership, Organisation, Person, Post, Quota, QuotaPlace
from houban.organisation.words import Nature, QuotaNature


@dataclass
class PostLine:
    """A post on a day, with who holds it."""

    post: Post
    seated: list[Appointment] = field(default_factory=list)
    acting: list[Appointment] = field(default_factory=list)

    @property
    def free(self) -> int:
        """Count the seats nobody holds."""
        return self.post.seats - len(self.seated)


def posts(organisation: Organisation, on: date) -> list[PostLine]:
    """Return the posts of a day with their holders."""
    lines = {post.pk: PostLine(post) for post in organisation.posts.on(on).order_by("pk")}
    held = Appointment.objects.on(on).filter(post__in=lines).select_related("person").order_by("seat", "pk")
    for one in held:
        (lines[one.post_id].seated if one.seat else lines[one.post_id].acting).append(one)
    return list(lines.values())


@dataclass(frozen=True)
class QuotaLine:
    """One nature of places on a day: allotted, taken, by which document."""

    nature: str
    allotted: int
    filled: int
    quota: Quota | None

    @property
    def label(self) -> str:
        """Return the nature in the reader's language."""
        return str(QuotaNature(self.nature).label)

    @property
    def vacant(self) -> int:
        """Count what is free."""
        return max(self.allotted - self.filled, 0)

    @property
    def over(self) -> int:
        """Count what is beyond the allotment."""
        return max(self.filled - self.allotted, 0)


def quotas(organisation: Organisation, on: date, places: Iterable[QuotaPlace]) -> list[QuotaLine]:
    """Return the places by nature."""
    allotted = {quota.nature: quota for quota in organisation.quotas.on(on)}
    filled: dict[str, int] = defaultdict(int)
    for place in places:
        filled[place.nature] += 1
    return [
        QuotaLine(nature, allotted[nature].number if nature in allotted else 0, filled[nature], allotted.get(nature))
        for nature in QuotaNature.values
        if nature in allotted or filled[nature]
    ]


@dataclass(frozen=True)
class Placed:
    """A person with the quota place and the posts of a day, which may be elsewhere."""

    person: Person
    place: QuotaPlace | None
    posts: list[Post]
    elsewhere: bool


def placed(organisation: Organisation, on: date) -> list[Placed]:
    """Return who occupies the places of an organisation, and where each works."""
    places = list(organisation.places.on(on).select_related("person").order_by("nature", "person__name"))
    held = _posts_of((place.person_id for place in places), on)
    return [
        Placed(place.person, place, held[place.person_id], all_elsewhere(held[place.person_id], organisation))
        for place in places
    ]


def all_elsewhere(held: list[Post], organisation: Organisation) -> bool:
    """Tell whether somebody works, and neither here nor in an office of it."""
    return bool(held) and not any(_is_office(post.organisation, organisation) for post in held)


def _is_office(inner: Organisation, outer: Organisation) -> bool:
    """Tell whether one is the other or an office of it: below it and in the same place (a hospital is elsewhere)."""
    return inner.pk == outer.pk or (inner.parent_id, inner.division_id) == (outer.pk, outer.division_id)


def borrowed(organisation: Organisation, on: date) -> list[Placed]:
    """Return who works here on a place of another organisation."""
    here = Appointment.objects.on(on).filter(post__organisation=organisation)
    places = QuotaPlace.objects.on(on).filter(person__in=here.values("person")).exclude(organisation=organisation)
    found = list(places.select_related("person", "organisation").order_by("person__name"))
    held = _posts_of((place.person_id for place in found), on)
    return [
        Placed(
            p.person,
            p,
            [one for one in held[p.person_id] if one.organisation_id == organisation.pk],
            not _is_office(organisation, p.organisation),
        )
        for p in found
    ]


def _posts_of(people: Iterable[int], on: date) -> dict[int, list[Post]]:
    held: dict[int, list[Post]] = defaultdict(list)
    rows = Appointment.objects.on(on).filter(person__in=list(people)).select_related("post__organisation")
    for one in rows.order_by("pk"):
        held[one.person_id].append(one.post)
    return held


def groups(organisation: Organisation, on: date) -> QuerySet[Membership]:
    """Return the memberships of a day: of the group's members, or of the groups an organisation is in."""
    either = Q(group=organisation) | Q(member=organisation)
    return Membership.objects.on(on).filter(either).select_related("group", "member").order_by("member__name")


def path(organisation: Organisation) -> list[Organisation]:
    """Return the organisations above one, from the top."""
    above: list[Organisation] = []
    step = organisation.parent
    while step is not None and len(above) < 12:
        above.append(step)
        step = step.parent
    return above[::-1]


def post_spans(post: Post, held: Iterable[Appointment]) -> list[tuple[str, list[bars.Span]]]:
    """Return a lane for each seat of a post that ever was, and one for those who acted."""
    lanes: dict[int, list[bars.Span]] = {seat: [] for seat in range(1, post.seats + 1)}
    for one in held:
        kind = "acting" if one.nature == Nature.ACTING else "seat"
        url = reverse("organisation:person", args=[one.person_id])
        span = bars.Span(one.during.lower, one.during.upper, one.person.name, kind, url)
        lanes.setdefault(one.seat or 0, []).append(span)
    names = {0: _("代理")}
    return [
        (names.get(seat, _("席位 %(n)s") % {"n": seat}), lanes[seat]) for seat in sorted(lanes, key=lambda n: n or 999)
    ]


def over_time(organisation: Organisation, *, today: date, on: date, most: int = 24) -> bars.Picture | None:
    """Draw who held the posts of an organisation when, the first lanes of it."""
    lanes: list[tuple[str, list[bars.Span]]] = []
    standing = Appointment.objects.standing().select_related("person").order_by("during", "pk")
    for post in organisation.posts.prefetch_related(Prefetch("appointments", standing)).order_by("pk")[:most]:
        rows = [row for row in post_spans(post, post.appointments.all()) if row[1]]
        lanes += [(post.title if number == 0 else "", spans) for number, (_seat, spans) in enumerate(rows)]
    return bars.draw(lanes[:most], today=today, on=on, width=bars.WHOLE)


def quota_chart(organisation: Organisation, *, today: date) -> dict[str, Any] | None:
    """Return the steps of allotted and occupied places, as the chart takes them."""
    allotted = _steps([(q.during.lower, q.during.upper, q.number) for q in organisation.quotas.all()], today)
    filled = _steps([(p.during.lower, p.during.upper, 1) for p in organisation.places.all()], today)
    if not allotted and not filled:
        return None
    series = [(_("核定"), allotted), (_("实有"), filled)]
    return {
        "grid": {"left": 40, "right": 16, "top": 30, "bottom": 24},
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0},
        "xAxis": {"type": "time"},
        "yAxis": {"type": "value", "minInterval": 1, "name": _("名")},
        "series": [
            {"name": name, "type": "line", "step": "end", "symbolSize": 5, "data": steps} for name, steps in series
        ],
    }


def _steps(periods: list[tuple[date, date | None, int]], today: date) -> list[tuple[date, int]]:
    """Turn periods with a number into the sums after each day on which something changed."""
    changes: dict[date, int] = defaultdict(int)
    for start, until, number in periods:
        changes[start] += number
        if until is not None:
            changes[until] -= number
    steps: list[tuple[date, int]] = []
    level = 0
    for day in sorted(changes):
        level += changes[day]
        steps.append((day, level))
    if steps and steps[-1][0] < today:
        steps.append((today, level))
    return [(steps[0][0] - timedelta(days=1), 0), *steps] if steps else []
