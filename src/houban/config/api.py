"""The API, put together from the rooms: JSON under /api/v1/, by the session, with the CSRF token for what writes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import SessionAuth

from houban.divisions.api import router as divisions
from houban.matters.api import router as matters
from houban.organisation.api import router as organisation

VERSION = "1.0"


class Staff(SessionAuth):
    """Let in who is signed in and holds a post today."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:  # noqa: ARG002 - the framework passes the cookie
        """Return the account, or refuse."""
        user: Any = request.user
        if not user.is_authenticated:
            return None
        if not user.may("read"):
            raise HttpError(403, _("您今天没有任职，所以没有职权。请找本单位的组织人事岗登记任职。"))
        return user


api = NinjaAPI(title="Houban", version=VERSION, urls_namespace="api", auth=Staff(), docs_url=None)
api.add_router("", divisions)
api.add_router("", organisation)
api.add_router("", matters)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, _error: Any) -> HttpResponse:
    """Say that one must sign in."""
    return api.create_response(request, {"detail": _("请先登录。")}, status=401)


@api.exception_handler(Http404)
def missing(request: HttpRequest, _error: Any) -> HttpResponse:
    """Say that there is no such thing."""
    return api.create_response(request, {"detail": _("没有这一条。请核对编号。")}, status=404)


@api.exception_handler(PermissionDenied)
def denied(request: HttpRequest, error: Any) -> HttpResponse:
    """Say why this may not be done."""
    return api.create_response(request, {"detail": str(error)}, status=403)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """Name the fields that can't be understood."""
    places = "、".join(dict.fromkeys(".".join(map(str, one["loc"][1:])) or str(one["loc"][0]) for one in error.errors))
    sentence = _("这些内容看不懂或超出范围：%(places)s。请按接口说明核对。") % {"places": places}
    return api.create_response(request, {"detail": sentence}, status=422)
