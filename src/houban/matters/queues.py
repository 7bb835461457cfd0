"""What waits for whom: matters of one's posts and places, cut by tab and filter, soonest due first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houban.matters.models import Matter
from houban.matters.rules import table
from houban.matters.words import ENDED, OPEN, Channel, State

A_PAGE = 50
SHOWN = (
    "serial", "kind", "reported_at", "title", "urgent", "state", "paused_at", "started_at", "due", "ended_at",
    "limit_amount", "limit_unit", "unit", "type__name", "holder__name",
)  # fmt: skip
BODIES = "SELECT unnest(houban.bodies())"
WAITING = """
SELECT count(*) FROM unnest(houban.bodies()) body CROSS JOIN LATERAL (
    SELECT 1 FROM matters_matter WHERE receiver_id = body AND state IN ('reported', 'filed')
    UNION ALL
    SELECT 1 FROM matters_matter WHERE holder_id = body AND state IN ('dispatched', 'handling') AND paused_at IS NULL
    OFFSET 0) waits
"""
COUNTED = """
WITH me AS MATERIALIZED (SELECT houban.bodies() AS bodies), still AS (
SELECT count(*),
    count(*) FILTER (WHERE receiver_id = ANY (me.bodies) AND state IN ('reported', 'filed')
        OR holder_id = ANY (me.bodies) AND state IN ('dispatched', 'handling') AND paused_at IS NULL),
    count(*) FILTER (WHERE state = 'reported'), count(*) FILTER (WHERE state = 'filed'),
    count(*) FILTER (WHERE state IN ('dispatched', 'handling') AND paused_at IS NULL),
    count(*) FILTER (WHERE returns > 0), count(*) FILTER (WHERE state = 'verifying'),
    count(*) FILTER (WHERE paused_at IS NOT NULL),
    (SELECT count(*) FROM matters_matter WHERE sampled AND state = 'closed'),
    count(*) FILTER (WHERE due < %(now)s AND paused_at IS NULL)
FROM matters_matter, me WHERE state NOT IN ('closed', 'rejected', 'draft')
)
SELECT still.*, (SELECT count(*) FROM matters_matter
    WHERE state IN ('closed', 'rejected') AND ended_at >= %(month)s) FROM still
"""


@dataclass(frozen=True)
class Tab:
    """A cut through the queue that has a name."""

    key: str
    label: str | Promise


TABS = (
    Tab("all", _("在办")),
    Tab("mine", _("待我处理")),
    Tab("reported", _("待立案")),
    Tab("filed", _("待派遣")),
    Tab("handling", _("办理中")),
    Tab("returned", _("退回过")),
    Tab("verifying", _("待核查")),
    Tab("paused", _("挂账")),
    Tab("sampled", _("抽查")),
    Tab("overdue", _("超时")),
    Tab("ended", _("本月已结")),
)
KEYS = tuple(tab.key for tab in TABS)


@dataclass(frozen=True)
class Asked:
    """What the address asks for; every filter lives there."""

    tab: str = "mine"
    kind: str = ""
    unit: int | None = None
    type: int | None = None
    channel: str = ""
    holder: int | None = None
    query: str = ""

    @property
    def narrowed(self) -> bool:
        """Tell whether a filter hides something."""
        return bool(self.kind or self.unit or self.type or self.channel or self.holder or self.query)


def asked(given: Any) -> Asked:
    """Read what an address asks for; what is not understood is left out."""

    def number(name: str) -> int | None:
        text = given.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 18 else None

    tab, channel, kind = given.get("tab", ""), given.get("channel", ""), given.get("kind", "")
    return Asked(
        tab=tab if tab in KEYS else "mine",
        kind=kind if kind in {one.name for one in table.kinds()} else "",
        unit=number("unit"),
        type=number("type"),
        channel=channel if channel in Channel.values else "",
        holder=number("holder"),
        query=given.get("q", "").strip()[:60],
    )


def mine() -> Q:
    """Return the condition that a matter waits for the one who asks."""
    bodies = RawSQL(BODIES, ())  # noqa: S611 - constant text
    received = Q(receiver__in=bodies, state__in=(State.REPORTED, State.FILED))
    return received | Q(holder__in=bodies, state__in=(State.DISPATCHED, State.HANDLING), paused_at=None)


def of_tab(tab: str, *, now: datetime) -> Q:
    """Return the condition of a tab."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return {
        "all": Q(state__in=OPEN),
        "mine": mine() & Q(state__in=OPEN),
        "reported": Q(state=State.REPORTED),
        "filed": Q(state=State.FILED),
        "handling": Q(state__in=(State.DISPATCHED, State.HANDLING), paused_at=None),
        "returned": Q(state__in=OPEN, returns__gt=0),
        "verifying": Q(state=State.VERIFYING),
        "paused": Q(state__in=OPEN, paused_at__isnull=False),
        "overdue": Q(state__in=OPEN, paused_at=None, due__lt=now),
        "ended": Q(state__in=ENDED, ended_at__gte=first),
        "sampled": Q(state=State.CLOSED, sampled=True),
    }[tab]


def matters(want: Asked, *, units: list[int] | None, now: datetime) -> QuerySet[Matter]:
    """Return the matters asked for, soonest due first; `units` are those of the place asked for, with all in it."""
    rows = Matter.objects.filter(of_tab(want.tab, now=now)).select_related("type", "unit", "holder", "receiver")
    if units is not None:
        rows = rows.filter(unit__in=RawSQL("SELECT unnest(%s::bigint[])", (units,)))
    if want.kind:
        rows = rows.filter(kind=want.kind)
    if want.type:
        rows = rows.filter(Q(type=want.type) | Q(type__parent=want.type))
    if want.channel:
        rows = rows.filter(channel=want.channel)
    if want.holder:
        rows = rows.filter(holder=want.holder)
    if want.query:
        rows = rows.filter(_like(want.query))
    if want.tab in ("ended", "sampled"):
        return rows.order_by("-ended_at", "pk")
    return rows.order_by(F("due").asc(nulls_last=True), "pk")


def _like(text: str) -> Q:
    serial = text.rsplit("-", 1)[-1]
    by_number = Q(serial=int(serial)) if serial.isdecimal() and len(serial) < 18 else Q(pk=None)
    return Q(title__contains=text) | Q(place__contains=text) | by_number


def page(want: Asked, number: str | None, *, units: list[int] | None, now: datetime, total: int | None) -> Any:
    """Return a page of the queue; a total that is known already spares counting."""
    rows = matters(want, units=units, now=now).select_related(None).select_related("type", "holder").only(*SHOWN)
    paginator = Paginator(rows, A_PAGE)
    if total is not None:
        paginator.__dict__["count"] = total
    return paginator.get_page(number)


def counts(*, now: datetime) -> dict[str, int]:
    """Count what each tab holds, in one query."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"now": now, "month": first})
        return dict(zip(KEYS, cursor.fetchone(), strict=True))


def waiting_count() -> int:
    """Count what waits for the one who asks."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])
