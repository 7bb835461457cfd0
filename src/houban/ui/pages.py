"""Who may open a page: every view says so with one of these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, overload

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _


class StaffRequest(HttpRequest):
    """A request of somebody signed in, with the day it looks at; a type only."""

    user: Any
    as_of: date
    today: date
    is_today: bool
    moment: datetime


View = Callable[Concatenate[Any, ...], HttpResponseBase]
READ = "read"
PUBLIC = "public"
SIGNED_IN = "signed in"


@overload
def page(view: View) -> View: ...
@overload
def page(*, power: str) -> Callable[[View], View]: ...
def page(view: View | None = None, *, power: str = READ) -> View | Callable[[View], View]:
    """Let signed-in staff in, and with `power` only those who hold it."""
    if view is None:
        return lambda inner: _guarded(inner, power)
    return _guarded(view, power)


def public(view: View) -> View:
    """Let everybody in."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def _guarded(view: View, power: str) -> View:
    @wraps(view)
    def guard(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if power != SIGNED_IN and not request.user.may(power):
            raise PermissionDenied(_refusal(request.user))
        request.power = power
        return view(request, *args, **kwargs)

    guard.access = power  # type: ignore[attr-defined]
    return guard


def _refusal(user: Any) -> str:
    if not user.standing.posts:
        return _("您今天没有任职，所以没有职权。请找本单位的组织人事岗登记任职。")
    return _("您今天的岗位没有这项职权。谁能办，可查“谁能办什么”。")


def stay_on(request: HttpRequest, name: str, *args: Any) -> str:
    """Return a page's address that keeps the as-of day."""
    url = reverse(name, args=args)
    return url if getattr(request, "is_today", True) else f"{url}?on={request.as_of}"  # type: ignore[attr-defined]
