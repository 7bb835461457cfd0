"""Error pages in plain Chinese; the one for 500 asks nothing of the database."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Say that the address or the form can't be understood."""
    return render(request, "400.html", {"why": _("请求里有看不懂的内容，请返回上一页重试。")}, status=400)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that this person may not do this."""
    return render(request, "403.html", {"why": str(exception or "")}, status=403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing at this address."""
    why = str(exception.args[0]) if exception and exception.args and isinstance(exception.args[0], str) else ""
    return render(request, "404.html", {"why": why}, status=404)


def failed(_request: HttpRequest) -> HttpResponse:
    """Say that it is the program's fault and that nothing was changed."""
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Say that the form had grown too old."""
    why = _("页面放得太久，或浏览器不收 Cookie。请刷新后再试一次，内容没有改动。")
    return render(request, "403.html", {"why": why}, status=403)
