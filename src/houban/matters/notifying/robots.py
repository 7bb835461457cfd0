"""The robots of groups in 企业微信 and 钉钉, by their webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from houban.matters.notifying import posting
from houban.matters.notifying.adapters import Message, NotSentError, UncertainError


@dataclass(frozen=True)
class WeCom:
    """A group of 企业微信; the key in the address is all that is asked for."""

    url: str

    def send(self, message: Message) -> None:
        """Say a message in the group."""
        _say(self.url, message)


@dataclass(frozen=True)
class DingTalk:
    """A group of 钉钉; with a secret, the robot asks for signed addresses (加签)."""

    url: str
    secret: str
    now: Callable[[], datetime]

    def send(self, message: Message) -> None:
        """Say a message in the group."""
        _say(f"{self.url}&{urlencode(self._signed())}" if self.secret else self.url, message)

    def _signed(self) -> dict[str, str]:
        """Return the moment in milliseconds, and HMAC-SHA256 under the secret over moment, line feed and secret."""
        moment = str(round(self.now().timestamp() * 1000))
        digest = hmac.new(self.secret.encode(), f"{moment}\n{self.secret}".encode(), hashlib.sha256).digest()
        return {"timestamp": moment, "sign": base64.b64encode(digest).decode()}


def _say(url: str, message: Message) -> None:
    answer = posting.post(url, {"msgtype": "text", "text": {"content": message.text}})
    try:
        code = json.loads(answer)["errcode"]
    except (ValueError, KeyError, TypeError):
        raise UncertainError("回音看不懂") from None
    if code != 0:
        raise NotSentError(f"errcode {code}")
