"""One transaction and one claim for each request."""

from __future__ import annotations

from collections.abc import Callable

from django.db import Error, transaction
from django.http import HttpRequest, HttpResponse

from houban.core import claims, clock, leftovers, outages


class RequestTransaction:
    """Run the request in one transaction, and roll it back, files included, on every status of 400 or more.

    The transaction begins with the claim of nobody; `Claim` replaces it once it is known who is signed in.
    `request.is_committing` tells an error page that the outcome may be unknown.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with leftovers.noting() as files:
            try:
                response, is_kept = self._within(request)
            except Error as error:
                is_unknown = _is_committing(request) and outages.of(error) is outages.Outage.AWAY
                if not is_unknown:
                    leftovers.remove(files)
                raise
            if not is_kept:
                leftovers.remove(files)
        return response

    def _within(self, request: HttpRequest) -> tuple[HttpResponse, bool]:
        with claims.acting(claims.ANONYMOUS, at=clock.now()):
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            is_kept = not transaction.get_rollback()
            request.is_committing = is_kept  # type: ignore[attr-defined]
        return response, is_kept


def _is_committing(request: HttpRequest) -> bool:
    return getattr(request, "is_committing", False)


class Claim:
    """Claim the account that is signed in, and keep what the database says of it with the request's user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            user.standing = claims.enter(claims.account(user.pk), at=clock.now())
        return self.get_response(request)
