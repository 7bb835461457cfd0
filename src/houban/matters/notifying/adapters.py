"""What every way out is: something that sends a message, or says that it did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """What is sent: to whom (an address; none for a group), and the words."""

    to: str
    subject: str
    text: str


class Adapter(Protocol):
    """A way out: mail, text messages, the robot of a group."""

    def send(self, message: Message) -> None:
        """Send a message; raise `NotSentError` when it certainly was not, `UncertainError` when nobody knows."""


class NotSentError(Exception):
    """The other side took nothing; the message may be tried again. Holds neither an address nor a key."""


class UncertainError(Exception):
    """The line broke after the message had gone out; it is not tried again."""
