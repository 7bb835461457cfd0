"""One transaction and one claim for each request."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from houban.core import claims, clock


class RequestTransaction:
    """Run the request in one transaction, and roll it back on every status of 400 or more.

    The transaction begins with the claim of nobody; `Claim` replaces it once it is known who is signed in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with claims.acting(claims.ANONYMOUS, at=clock.now()):
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response


class Claim:
    """Claim the account that is signed in, and keep what the database says of it with the request's user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            user.standing = claims.enter(claims.account(user.pk), at=clock.now())
        return self.get_response(request)
