"""What can be chosen by typing a part of its name: people, organisations, posts, appointments, divisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from houban.divisions.models import Division, DivisionVersion
from houban.organisation.models import Appointment, Organisation, Person, Post
from houban.organisation.words import Nature

MOST = 8


@dataclass(frozen=True)
class Choice:
    """One of what was found: its key, its name, and what tells it from its namesakes."""

    pk: int
    label: str
    sub: str


@dataclass(frozen=True)
class Source:
    """Where choices come from: the rows that match a text on a day, and how each is shown."""

    find: Callable[[str, date], QuerySet[Any]]
    show: Callable[[Any, date], Choice]
    model: type[Model]

    def choices(self, text: str, on: date) -> list[Choice]:
        """Return the first few that match."""
        return [self.show(row, on) for row in self.find(text, on)[:MOST]] if text else []

    def has_more(self, text: str, on: date) -> bool:
        """Tell whether more match than are shown."""
        return bool(text) and self.find(text, on)[MOST : MOST + 1].exists()

    def get(self, pk: str, on: date) -> Any:
        """Return the row of a key, or None."""
        return self.find("", on).filter(pk=pk).first() if pk.isdigit() else None


def _people(text: str, _on: date) -> QuerySet[Person]:
    return Person.objects.filter(name__contains=text).order_by("name", "pk")


def _person(person: Person, on: date) -> Choice:
    held = Appointment.objects.on(on).filter(person=person).select_related("post__organisation")
    posts = "、".join(f"{one.post.organisation.name} {one.post.title}" for one in held[:2])
    return Choice(person.pk, person.name, " · ".join(filter(None, [person.distinction, posts or _("当日没有任职")])))


def _organisations(text: str, on: date) -> QuerySet[Organisation]:
    return Organisation.objects.on(on).filter(name__contains=text).select_related("parent").order_by("name", "pk")


def _organisation(organisation: Organisation, _on: date) -> Choice:
    above = organisation.parent.name if organisation.parent else ""
    return Choice(
        organisation.pk, organisation.name, " · ".join(filter(None, [organisation.get_kind_display(), above]))
    )


def _posts(text: str, on: date) -> QuerySet[Post]:
    named = Q()
    for word in text.split():
        named &= Q(title__contains=word) | Q(organisation__name__contains=word)
    return Post.objects.on(on).filter(named).select_related("organisation").order_by("organisation__name", "title")


def _post(post: Post, on: date) -> Choice:
    held = post.appointments.on(on).seated().count()
    sub = _("职数 %(seats)s，在任 %(held)s") % {"seats": post.seats, "held": held}
    return Choice(post.pk, f"{post.organisation.name} {post.title}", sub)


def _appointments(text: str, on: date) -> QuerySet[Appointment]:
    named = Q()
    for word in text.split():
        named &= (
            Q(person__name__contains=word) | Q(post__title__contains=word) | Q(post__organisation__name__contains=word)
        )
    found = Appointment.objects.on(on).filter(named).select_related("person", "post__organisation")
    return found.order_by("person__name", "pk")


def _appointment(appointment: Appointment, _on: date) -> Choice:
    post = appointment.post
    since = _("%(day)s 起") % {"day": appointment.during.lower}
    nature = Nature(appointment.nature).label if appointment.nature != Nature.FULL_TIME else ""
    label = f"{appointment.person.name} {post.organisation.name} {post.title}"
    return Choice(appointment.pk, label, " · ".join(filter(None, [since, str(nature)])))


def _divisions(text: str, on: date) -> QuerySet[Division]:
    bearers = DivisionVersion.objects.on(on).filter(name__contains=text)
    large = ("county", "town", "village")
    return Division.objects.filter(level__in=large, pk__in=bearers.values("division")).order_by("pk")


def _division(division: Division, on: date) -> Choice:
    version = DivisionVersion.objects.on(on).filter(division=division).with_parent_name(on).first()
    if version is None:
        return Choice(division.pk, "", "")
    above = getattr(version, "parent_name", "") or ""
    return Choice(division.pk, version.name, " · ".join(filter(None, [version.get_form_display(), above])))


SOURCES: Mapping[str, Source] = {
    "person": Source(_people, _person, Person),
    "organisation": Source(_organisations, _organisation, Organisation),
    "post": Source(_posts, _post, Post),
    "appointment": Source(_appointments, _appointment, Appointment),
    "division": Source(_divisions, _division, Division),
}
