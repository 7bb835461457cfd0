"""Tags and filters of the shell: links that keep the day, icons, tags, empty states."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from houban.ui import bell, rooms

register = template.Library()


@register.simple_tag(takes_context=True)
def link(context: RequestContext, name: str, *args: Any, **query: Any) -> str:
    """Return a page's address that keeps the as-of day; keyword arguments become its query."""
    url = reverse(name, args=[arg for arg in args if arg is not None])
    pairs = {key: value for key, value in query.items() if value not in (None, "")}
    if not context.get("is_today", True):
        pairs.setdefault("on", context["as_of"].isoformat())
    return f"{url}?{_query(pairs)}" if pairs else url


@register.simple_tag(takes_context=True)
def here_with(context: RequestContext, **changes: Any) -> str:
    """Return this page's address with some of its query changed; an empty value removes a part."""
    pairs = dict(context["request"].GET.items()) | changes
    kept = {key: value for key, value in pairs.items() if value not in (None, "")}
    if str(kept.get("on", "")) == str(context.get("today", "")):
        del kept["on"]
    return f"?{_query(kept)}" if kept else context["request"].path


def _query(pairs: dict[str, Any]) -> str:
    from urllib.parse import urlencode

    return urlencode({key: str(value) for key, value in pairs.items()})


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon of the sprite; decoration only, so hidden from readers."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def tag(word: str, kind: str = "plain") -> SafeString:
    """Return a small tag: plain, accent, pine, ochre or zhu."""
    return format_html('<span class="tag" data-kind="{}">{}</span>', kind, word)


@register.simple_tag
def offered_days() -> list[date]:
    """Return the days the as-of chooser offers."""
    return rooms.offered_days()


@register.simple_tag
def badge(room: rooms.Room) -> int:
    """Return how many things wait in a room."""
    return room.badge() if room.badge else 0


@register.inclusion_tag("ui/bell.html", takes_context=True)
def ring(context: RequestContext) -> dict[str, Any]:
    """Show the bell with how much is new, to those who may be told."""
    found = bell.hung()
    may = found is not None and found.power in context["user"].standing.powers
    return {"bell": found if may else None, "n": found.count() if found and may else 0} | _day_of(context)


def _day_of(context: RequestContext) -> dict[str, Any]:
    return {"is_today": context.get("is_today", True), "as_of": context.get("as_of")}


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: RequestContext, page: Page[Any]) -> dict[str, Any]:
    """Show where in a long list one is, and the way on."""
    return {"page": page, "request": context["request"], "today": context.get("today")}


@register.inclusion_tag("ui/empty.html")
def empty(title: str, sub: str = "", url: str = "", action: str = "") -> dict[str, str]:
    """Say what there is not, and what to do about it."""
    return {"title": title, "sub": sub, "url": url, "action": action}


@register.inclusion_tag("ui/field.html")
def field(bound: Any, hint: str = "") -> dict[str, Any]:
    """Show a form field with its label, hint and errors."""
    return {"field": bound, "hint": hint}


@register.filter
def number(value: Decimal | int | None) -> str:
    """Write a number without trailing zeros; a dash where there is none."""
    return "—" if value is None else f"{Decimal(value).normalize():f}"


@register.filter
def day(value: date | None) -> str:
    """Write a day as tables do."""
    return value.isoformat() if value else "—"


@register.filter
def long_day(value: date | None) -> str:
    """Write a day as sentences do: 2021 年 6 月 30 日."""
    if value is None:
        return "—"
    if (get_language() or "").startswith("en"):
        return value.isoformat()
    return f"{value.year} 年 {value.month} 月 {value.day} 日"


@register.filter
def distance(value: date, today: date) -> str:
    """Say how far a day lies from today."""
    days = (today - value).days
    if abs(days) < 60:
        amount = ngettext("%(n)s 天", "%(n)s 天", abs(days)) % {"n": abs(days)}
    elif abs(days) < 330:
        amount = ngettext("%(n)s 个月", "%(n)s 个月", round(abs(days) / 30.4)) % {"n": round(abs(days) / 30.4)}
    else:
        amount = ngettext("%(n)s 年", "%(n)s 年", round(abs(days) / 365.25)) % {"n": round(abs(days) / 365.25)}
    return _("距今 %(amount)s") % {"amount": amount} if days > 0 else _("%(amount)s 后") % {"amount": amount}


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """Return a mapping's value, or None."""
    return mapping.get(key) if mapping else None


@register.filter
def as_json(value: Any) -> SafeString:
    """Write a value as JSON that is safe inside a script element."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return SafeString(text.replace("<", "\\u003c").replace("&", "\\u0026"))
