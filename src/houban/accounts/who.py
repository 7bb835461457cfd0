"""Who acts in a request, and what they may do."""

from __future__ import annotations

from typing import Any

from houban.core.record import Actor


def actor(request: Any) -> Actor:
    """Return who acts in a request, and by which post: the one whose power the page asks for."""
    user = request.user
    address = request.META.get("REMOTE_ADDR", "")
    if not user.is_authenticated:
        return Actor(None, "未登录", address)
    post = user.standing.by(getattr(request, "power", ""))
    if post is None:
        return Actor(user.pk, user.name, address)
    return Actor(user.pk, user.name, address, post=post.label, unit=post.unit)
