"""Text messages by the county's HTTP gateway."""

from __future__ import annotations

from dataclasses import dataclass

from houban.matters.notifying import posting
from houban.matters.notifying.adapters import Message


@dataclass(frozen=True)
class Sms:
    """A gateway that takes `{"mobile": …, "text": …}` with a bearer token, and answers 2xx for what it took."""

    url: str
    token: str

    def send(self, message: Message) -> None:
        """Send a text message."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        posting.post(self.url, {"mobile": message.to, "text": message.text}, headers=headers)
