"""What a message says: number, kind, state, due time and link; never a name, a title or a word of a matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from houban.matters.models import Matter
from houban.matters.notifying.adapters import Message
from houban.matters.rules import table
from houban.matters.words import ByWhat

MOST_LINES = 20


def of_line(matter: Matter, *, to: str) -> Message:
    """Return what is said of one matter."""
    said = _line(matter)
    return Message(to, _("后半篇提醒 %(number)s") % {"number": matter.number}, f"{said}\n{link(matter)}")


def of_day(matters: Sequence[Matter], *, to: str, channel: str) -> Message:
    """Return what is said of all that is unread; a text message gives the count alone."""
    said = _("您有 %(n)s 件未读的事项提醒。") % {"n": len(matters)}
    lines = [] if channel == ByWhat.SMS else [_line(one) for one in matters[:MOST_LINES]]
    address = _absolute(reverse("matters:notices"))
    return Message(to, _("后半篇每日提醒：%(n)s 件") % {"n": len(matters)}, "\n".join([said, *lines, address]))


def _line(matter: Matter) -> str:
    words = {
        "number": matter.number,
        "kind": table.kind(matter.kind).label,
        "state": _("挂账") if matter.paused_at else matter.get_state_display(),
        "due": _due(matter.due),
    }
    return _("%(number)s %(kind)s，%(state)s，%(due)s") % words


def _due(due: datetime | None) -> str:
    return _("没有时限") if due is None else _("%(at)s 到期") % {"at": f"{localtime(due):%Y-%m-%d %H:%M}"}


def link(matter: Matter) -> str:
    """Return where a matter is to be read."""
    return _absolute(reverse("matters:matter", args=[matter.pk]))


def _absolute(path: str) -> str:
    return f"{settings.HOUBAN_URL.rstrip('/')}{path}"
