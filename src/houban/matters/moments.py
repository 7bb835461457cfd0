"""How a due time is said: what is left or overdue, in the limit's own units, and how full the bar is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from houban.matters.models import Matter
from houban.matters.rules.clocks import Limit, OfficeTime, Unit
from houban.matters.words import ENDED

SOON = 0.25  # of the time: from then on a clock is shown as nearly run out


@dataclass(frozen=True)
class ClockFace:
    """A clock as a row shows it: a few words, how much of it has run (0 to 100), and its kind."""

    words: str
    percent: int
    kind: str


def face(matter: Matter, office: OfficeTime, now: datetime) -> ClockFace:
    """Return what a matter's clock shows at a moment."""
    if matter.state in ENDED:
        return _ended(matter, office)
    if matter.due is None or matter.started_at is None:
        return ClockFace(_("没有时限"), 0, "none")
    limit = Limit(matter.limit_amount, Unit(matter.limit_unit)) if matter.limit_amount else None
    at = matter.paused_at or now
    left = office.left(at, matter.due, limit)
    whole = office.left(matter.started_at, matter.due, limit)
    share = 1 - left / whole if whole > timedelta(0) else 1.0
    percent = max(0, min(100, round(share * 100)))
    if matter.paused_at is not None:
        return ClockFace(_("挂账中"), percent, "paused")
    if left < timedelta(0):
        return ClockFace(_("超时 %(length)s") % {"length": length(-left, limit)}, 100, "over")
    kind = "soon" if 1 - share <= SOON else "fine"
    return ClockFace(due_words(matter.due, now), percent, kind)


def _ended(matter: Matter, office: OfficeTime) -> ClockFace:
    if matter.due is None or matter.ended_at is None:
        return ClockFace("—", 100, "none")
    limit = Limit(matter.limit_amount, Unit(matter.limit_unit)) if matter.limit_amount else None
    left = office.left(matter.ended_at, matter.due, limit)
    if left >= timedelta(0):
        return ClockFace(_("提前 %(length)s") % {"length": length(left, limit)}, 100, "ended")
    return ClockFace(_("超时 %(length)s办结") % {"length": length(-left, limit)}, 100, "late")


def due_words(due: datetime, now: datetime) -> str:
    """Say a due time as a row does: 今日 16:20, 明日 10:30, 07-02 12:00."""
    zone = timezone.get_default_timezone()
    local, today = due.astimezone(zone), now.astimezone(zone).date()
    clock = f"{local:%H:%M}"
    if local.date() == today:
        return _("今日 %(clock)s") % {"clock": clock}
    if local.date() == today + timedelta(days=1):
        return _("明日 %(clock)s") % {"clock": clock}
    return f"{local:%m-%d} {clock}" if local.year == today.year else f"{local:%Y-%m-%d}"


def length(span: timedelta, limit: Limit | None) -> str:
    """Say how long: days by the clock, working days as office time makes them (a day of eight hours at least)."""
    minutes = int(span.total_seconds()) // 60
    day = 24 * 60 if limit is None or limit.unit in (Unit.URGENT_HOUR, Unit.NATURAL_DAY) else 7 * 60
    if minutes >= 2 * day:
        n = minutes // day
        return ngettext("%(n)s 天", "%(n)s 天", n) % {"n": n}
    hours, rest = divmod(minutes, 60)
    if hours:
        return _("%(hours)s 小时 %(minutes)02d 分") % {"hours": hours, "minutes": rest}
    return _("%(minutes)s 分钟") % {"minutes": rest}


def limit_words(matter: Matter) -> str:
    """Say a matter's limit: 4 工作时."""
    if not matter.limit_amount:
        return ""
    return f"{matter.limit_amount} {matter.get_limit_unit_display()}"
