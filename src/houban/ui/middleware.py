"""The as-of day of each request, what no request may hold, and the content security policy of each answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from houban.core import clock

API = "/api/"  # programs get their answer to a wrong day as JSON
Answer = Callable[[HttpRequest], HttpResponse]


class AsOf:
    """Read `?on=2020-06-30` into `request.as_of`; without it, today."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        today = clock.today()
        asked = "" if request.path.startswith(API) else request.GET.get("on", "")
        try:
            as_of = date.fromisoformat(asked) if asked else today
        except ValueError:
            as_of = None
        request.as_of = as_of or today  # type: ignore[attr-defined]
        request.today = today  # type: ignore[attr-defined]
        request.is_today = as_of == today  # type: ignore[attr-defined]
        request.moment = clock.moment(today)  # type: ignore[attr-defined]
        if as_of is None:
            why = _("查看时点“%(day)s”不是日期，请写成 2020-06-30 这样。") % {"day": asked}
            return render(request, "400.html", {"why": why}, status=400)
        return self.get_response(request)


class Readable:
    """Refuse a query or a form with the character 0, which no text in the database can hold."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API) and any(map(_has_null, (request.GET, request.POST))):
            why = _("请求里有看不懂的内容，请返回上一页重试。")
            return render(request, "400.html", {"why": why}, status=400)
        return self.get_response(request)


def _has_null(fields: QueryDict) -> bool:
    return any("\0" in text for name, texts in fields.lists() for text in (name, *texts))


class ContentSecurityPolicy:
    """Allow what comes from here, and inline scripts only with the answer's nonce."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        rules = [
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            f"img-src 'self' data: blob: {settings.BASE_MAP_HOST}".rstrip(),
            "worker-src 'self' blob:",
            f"connect-src 'self' {settings.BASE_MAP_HOST}".rstrip(),
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
        response.headers.setdefault("Content-Security-Policy", "; ".join(rules))
        return response
