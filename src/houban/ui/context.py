"""What the shell shows on every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from houban.core.models import Installation
from houban.ui import rooms


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the installation, the rooms and the as-of day's surroundings."""
    user = getattr(request, "user", None)
    powers = user.standing.powers if user is not None and user.is_authenticated else frozenset()
    theme = request.COOKIES.get("theme", "")
    return {
        "installation": Installation.current(),
        "rooms": rooms.rooms_for(powers),
        "here": request.resolver_match.app_name if request.resolver_match else "",
        "as_of": getattr(request, "as_of", None),
        "today": getattr(request, "today", None),
        "is_today": getattr(request, "is_today", True),
        "theme": theme if theme in ("light", "dark") else "",
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }
