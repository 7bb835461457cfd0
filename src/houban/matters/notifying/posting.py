"""Post JSON to a gateway, and tell what was refused from what nobody knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from houban.matters.notifying.adapters import NotSentError, UncertainError

TIMEOUT = 15
LONGEST_ANSWER = 10_000
BUSY = (429, 503)  # the gateway says itself that it took nothing


def post(url: str, payload: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> str:
    """Return the answer of a gateway."""
    body = json.dumps(payload, ensure_ascii=False).encode()
    given = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    request = Request(url, data=body, headers=given, method="POST")  # noqa: S310 - the settings hold it to http(s)
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            return str(answer.read(LONGEST_ANSWER).decode("utf-8", "replace"))
    except HTTPError as error:
        error.close()
        refused = error.code < 500 or error.code in BUSY
        raise (NotSentError if refused else UncertainError)(f"HTTP {error.code}") from None
    except URLError as error:
        raise NotSentError(f"连不上：{type(error.reason).__name__}") from None
    except (OSError, HTTPException) as error:
        raise UncertainError(f"没有回音：{type(error).__name__}") from None
