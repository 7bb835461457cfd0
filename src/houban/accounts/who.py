"""Who acts in a request, and what they may do."""

from __future__ import annotations

from typing import Any

from houban.core.record import Actor


def actor(request: Any) -> Actor:
    """Return who acts in a request."""
    user = request.user
    address = request.META.get("REMOTE_ADDR", "")
    if not user.is_authenticated:
        return Actor(None, "未登录", address)
    return Actor(user.pk, user.name, address)


def may(user: Any, power: str) -> bool:
    """Tell whether somebody holds a power."""
    return bool(user.is_authenticated and user.may(power))
