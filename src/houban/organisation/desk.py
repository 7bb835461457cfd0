"""What this room shows outside its own pages: search hits, and the panel of the first page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, F, Func, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from houban.organisation import authority, powers
from houban.organisation.models import Appointment, Organisation, Person, Post
from houban.organisation.powers import PostKind, Power
from houban.ui.search import Hit

MOST, SHOWN = 8, 8
SOON = timedelta(days=60)
HEADS = (
    PostKind.TASK_FORCE_HEAD,
    PostKind.UNIT_HEAD,
    PostKind.TOWN_HEAD,
    PostKind.OFFICE_HEAD,
    PostKind.SECRETARY,
    PostKind.DIRECTOR,
    PostKind.SUPERVISION_HEAD,
    PostKind.WOMEN_HEAD,
    PostKind.YOUTH_HEAD,
    PostKind.MEDIATION_HEAD,
    PostKind.COOPERATIVE_HEAD,
    PostKind.TEAM_HEAD,
)


def find(query: str, on: date) -> list[Hit]:
    """Find organisations, posts and people by name."""
    bodies = Organisation.objects.on(on).filter(name__contains=query).order_by("name")[:MOST]
    posts = Post.objects.on(on).filter(title__contains=query).select_related("organisation").order_by("title", "pk")
    people = Person.objects.filter(name__contains=query).order_by("name", "pk")[:MOST]
    return [
        *(_hit("person", one.pk, on, one.name, _("人员"), one.distinction) for one in people),
        *(_hit("organisation", one.pk, on, one.name, _("机构"), one.get_kind_display()) for one in bodies),
        *(_hit("post", one.pk, on, one.title, _("岗位"), one.organisation.name) for one in posts[:MOST]),
    ]


def _hit(name: str, pk: int, on: date, label: str, *sub: str) -> Hit:
    url = reverse(f"organisation:{name}", args=[pk])
    return Hit(label, " · ".join(filter(None, sub)), f"{url}?on={on}")


def panel(request: HttpRequest) -> dict[str, Any]:
    """Return the posts one holds today; for those who appoint, what ends soon and which head posts are vacant."""
    today: date = request.today  # type: ignore[attr-defined]
    user: Any = request.user
    shown: dict[str, Any] = {"mine": _mine(user.standing.person, today), "today": today}
    if user.may(Power.APPOINT):
        shown |= _to_fill(today)
    return shown


def _mine(person: int | None, today: date) -> list[tuple[Appointment, list[str]]]:
    held = Appointment.objects.on(today).filter(person=person).select_related("post__organisation")
    return [(one, powers.said_of(one.post.kind)) for one in held.order_by("pk")]


def _to_fill(today: date) -> dict[str, Any]:
    mine = Q(post__division__in=authority.scope(Power.APPOINT))
    own = Q(division__in=authority.scope(Power.APPOINT))
    if authority.covers(0, Power.APPOINT):
        mine, own = mine | Q(post__division=None), own | Q(division=None)
    until = Func(F("during"), function="upper", output_field=DateField())
    ending = (
        Appointment.objects.on(today).filter(mine).annotate(until=until).filter(until__lte=today + SOON)
    ).select_related("person", "post__organisation")
    seated = Appointment.objects.on(today).seated().filter(post=OuterRef("pk"))
    vacant = Post.objects.on(today).of_kind(*HEADS).filter(own, ~Exists(seated)).select_related("organisation")
    return {
        "appoints": True,
        "ending": ending.order_by("until", "pk")[:SHOWN],
        "ending_count": ending.count(),
        "vacant": vacant.order_by("organisation__name", "title")[:SHOWN],
        "vacant_count": vacant.count(),
    }
