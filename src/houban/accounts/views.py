"""Signing in and out, and the password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from houban.accounts import actions, throttle
from houban.accounts.forms import PasswordForm, SignInForm
from houban.accounts.models import User
from houban.accounts.who import actor
from houban.core import claims, clock
from houban.core.models import Installation
from houban.ui.pages import SIGNED_IN, StaffRequest, page, public

BACKEND = "houban.accounts.lookups.Accounts"


@never_cache
@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the demonstration's identities and the form; sign in by name and password."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = _check(request, form)
        if user is not None:
            return _enter(request, user)
    return render(request, "accounts/sign_in.html", _shown(request, form), status=422 if form.errors else 200)


def _check(request: HttpRequest, form: SignInForm) -> User | None:
    """Return whose name and password these are; the answer to a wrong name and a wrong password is the same."""
    username, address = form.cleaned_data["username"], request.META.get("REMOTE_ADDR", "")
    if throttle.is_locked(username, address, at=clock.now()):
        form.add_error(None, _("错了太多次，请 15 分钟后再试。"))
        return None
    user = authenticate(request, username=username, password=form.cleaned_data["password"])
    if not isinstance(user, User):
        throttle.count_failure(username, address, at=clock.now())
        form.add_error(None, _("用户名或密码不对。"))
        return None
    return user


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend=BACKEND)
    user.standing = claims.enter(claims.account(user.pk), at=clock.now())
    actions.note_sign_in(user, by=actor(request), at=clock.now())
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else reverse("home")


def _shown(request: HttpRequest, form: SignInForm) -> dict[str, object]:
    installation = Installation.current()
    people = User.objects.none()
    if installation is not None and installation.demonstration:
        people = User.objects.filter(is_active=True).exclude(demonstration_role="").order_by("pk")
    return {"form": form, "people": people, "next": request.GET.get("next", "")}


@require_POST
@public
def demonstrate(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as one of the demonstration's people; only a demonstration has any."""
    installation = Installation.current()
    if installation is None or not installation.demonstration:
        raise Http404(_("这里没有示范身份。"))
    people = User.objects.filter(is_active=True).exclude(demonstration_role="")
    return _enter(request, get_object_or_404(people, pk=pk))


@require_POST
@public
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    if isinstance(request.user, User):
        actions.note_sign_out(request.user, by=actor(request), at=clock.now())
    logout(request)
    return redirect("accounts:sign-in")


@page(power=SIGNED_IN)
def password(request: StaffRequest) -> HttpResponse:
    """Change one's password."""
    user = User.objects.get(pk=request.user.pk)
    form = PasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.set_password(user, form.cleaned_data["new"], by=actor(request), at=clock.now())
        update_session_auth_hash(request, user)
        messages.success(request, _("密码已改，其他设备上的登录已失效。"))
        return redirect("home")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.errors else 200)
