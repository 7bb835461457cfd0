"""Supervision orders as a list: those that are open, late, replied to or done, by organisation, and as a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houban.core.spreadsheets import Table
from houban.matters import moments
from houban.matters.models import Matter, Order, Step
from houban.matters.rules.clocks import OfficeTime
from houban.matters.words import ENDED, Grade, State, Verb

A_PAGE, MOST = 50, 5_000
TABS: dict[str, str | Promise] = {
    "open": gettext_lazy("在办"),
    "late": gettext_lazy("超期未回复"),
    "replied": gettext_lazy("已回复，待核"),
    "ended": gettext_lazy("已办结"),
    "issued": gettext_lazy("我签发的"),
}
WAITING = (State.DISPATCHED, State.HANDLING)


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    tab: str = "open"
    body: int | None = None
    grade: str = ""

    @property
    def narrowed(self) -> bool:
        """Tell whether a filter hides something."""
        return bool(self.body or self.grade)


def asked(given: Any) -> Asked:
    """Read what an address asks for; what is not understood is left out."""
    tab, body, grade = given.get("tab", ""), given.get("body", ""), given.get("grade", "")
    return Asked(
        tab if tab in TABS else "open",
        int(body) if body.isdecimal() and len(body) < 18 else None,
        grade if grade in Grade.values else "",
    )


def of_tab(tab: str, *, person: int | None, now: datetime) -> Q:
    """Return the condition of a tab."""
    return {
        "open": Q(matter__state__in=(*WAITING, State.VERIFYING)),
        "late": Q(matter__state__in=WAITING, matter__due__lt=now),
        "replied": Q(matter__state=State.VERIFYING),
        "ended": Q(matter__state__in=ENDED),
        "issued": Q(matter__reporter=person) if person is not None else Q(pk=None),
    }[tab]


def rows(want: Asked, *, person: int | None, now: datetime) -> QuerySet[Order]:
    """Return the orders asked for, soonest due first; ended ones the newest first."""
    found = Order.objects.filter(of_tab(want.tab, person=person, now=now))
    if want.body:
        found = found.filter(matter__holder=want.body)
    if want.grade:
        found = found.filter(grade=want.grade)
    found = found.select_related("matter__holder", "matter__reporter", "matter__parent")
    if want.tab in ("ended", "issued"):
        return found.order_by("-matter__reported_at", "pk")
    return found.order_by(F("matter__due").asc(nulls_last=True), "pk")


def counts(*, person: int | None, now: datetime) -> dict[str, int]:
    """Count what each tab holds, in one query."""
    sums: dict[str, Any] = {tab: Count("pk", filter=of_tab(tab, person=person, now=now)) for tab in TABS}
    return Order.objects.aggregate(**sums)


def bodies() -> list[tuple[int, str]]:
    """Return the organisations that orders have gone to."""
    held = Order.objects.exclude(matter__holder=None).order_by("matter__holder__name", "matter__holder")
    return list(held.values_list("matter__holder", "matter__holder__name").distinct())


def reply(matter: Matter) -> Step | None:
    """Return the last reply to an order."""
    steps = Step.objects.filter(matter=matter.pk, verb=Verb.SUBMIT).select_related("person", "body")
    return steps.order_by("-position").first()


def checked(matter: Matter) -> Step | None:
    """Return how the last reply was judged; nothing while it waits."""
    verbs = (Verb.VERIFY, Verb.SEND_BACK, Verb.WITHDRAW)
    last = Step.objects.filter(matter=matter.pk, verb__in=(Verb.SUBMIT, *verbs)).select_related("person", "body")
    found = last.order_by("-position").first()
    return found if found is not None and found.verb in verbs else None


def sheet(orders: list[Order], hours: OfficeTime, *, now: datetime) -> Table:
    """Return orders as a sheet, in their order."""
    header = [
        _("编号"), _("级别"), _("标题"), _("督办依据"), _("要求"), _("签发人"), _("承办机构"), _("状态"),
        _("签发时间"), _("要求回复"), _("办结时间"), _("时限情况"), _("最近回复"), _("关于"),
    ]  # fmt: skip
    replies: dict[Any, Step] = {}
    steps = Step.objects.filter(matter__in=[one.pk for one in orders], verb=Verb.SUBMIT).order_by("position")
    for step in steps:
        replies[step.matter_id] = step
    lines = []
    for one in orders:
        matter, said = one.matter, replies.get(one.pk)
        times = [at and localtime(at).replace(tzinfo=None) for at in (matter.reported_at, matter.due, matter.ended_at)]
        lines.append([
            matter.number, one.get_grade_display(), matter.title, one.basis, one.demand,
            matter.reporter and matter.reporter.name, matter.holder, matter.get_state_display(),
            *times, moments.face(matter, hours, now).words, said.text if said else "",
            matter.parent.number if matter.parent else "",
        ])  # fmt: skip
    return Table(_("督办单 %(day)s") % {"day": localtime(now).date()}, header, lines)
